/* Errors of vector functions against the C library in higher precision, in units of the last place of the result. */
#include <math.h>
#include <stddef.h>
#include <string.h>

typedef long double wide;

static wide sigmoid(wide x, wide y) { return (void)y, 1 / (1 + expl(-x)); }
static wide exp_(wide x, wide y) { return (void)y, expl(x); }
static wide expm1_(wide x, wide y) { return (void)y, expm1l(x); }
static wide log_(wide x, wide y) { return (void)y, logl(x); }
static wide log1p_(wide x, wide y) { return (void)y, log1pl(x); }
static wide tanh_(wide x, wide y) { return (void)y, tanhl(x); }
static wide erf_(wide x, wide y) { return (void)y, erfl(x); }
static wide sqrt_(wide x, wide y) { return (void)y, sqrtl(x); }
static wide rsqrt(wide x, wide y) { return (void)y, 1 / sqrtl(x); }
static wide exp_scaled(wide x, wide n) { return ldexpl(expl(x), -(int)n); }
static wide log_scaled(wide x, wide n) { return logl(ldexpl(x, (int)n)); }
static wide exp_difference(wide a, wide b) { /* a, b doubles: a - b = d + rest without rounding */
    const double d = (double)a - (double)b;
    const double back = (double)a - d;
    const double rest = ((double)a - (d + back)) + (back - (double)b);
    return isfinite(d) && fabs(d) < 20000 ? expl(d) * (1 + (wide)rest) : expl(d);
}

static const struct {
    const char *name;
    wide (*of)(wide, wide);
} WIDE[] = {
    {"exp", exp_},     {"expm1", expm1_},  {"log", log_},   {"log1p", log1p_},
    {"tanh", tanh_},   {"erf", erf_},      {"sqrt", sqrt_}, {"rsqrt", rsqrt},
    {"sigmoid", sigmoid}, {"exp_scaled", exp_scaled}, {"log_scaled", log_scaled}, {"exp_difference", exp_difference},
};

/* For float, doubles are wide enough, and quicker. */
static double f_sigmoid(double x, double y) { return (void)y, 1 / (1 + exp(-x)); }
static double f_exp(double x, double y) { return (void)y, exp(x); }
static double f_expm1(double x, double y) { return (void)y, expm1(x); }
static double f_log(double x, double y) { return (void)y, log(x); }
static double f_log1p(double x, double y) { return (void)y, log1p(x); }
static double f_tanh(double x, double y) { return (void)y, tanh(x); }
static double f_erf(double x, double y) { return (void)y, erf(x); }
static double f_sqrt(double x, double y) { return (void)y, sqrt(x); }
static double f_rsqrt(double x, double y) { return (void)y, 1 / sqrt(x); }
static double f_exp_scaled(double x, double n) { return n > 0 ? exp(x) * exp2(-n) : exp(x) / exp2(n); }
static double f_log_scaled(double x, double n) { return log(ldexp(x, (int)n)); }
static double f_exp_difference(double a, double b) { return exp(a - b); }

static const struct {
    const char *name;
    double (*of)(double, double);
} DOUBLE[] = {
    {"exp", f_exp},     {"expm1", f_expm1},  {"log", f_log},   {"log1p", f_log1p},
    {"tanh", f_tanh},   {"erf", f_erf},      {"sqrt", f_sqrt}, {"rsqrt", f_rsqrt},
    {"sigmoid", f_sigmoid}, {"exp_scaled", f_exp_scaled}, {"log_scaled", f_log_scaled}, {"exp_difference", f_exp_difference},
};

enum { BLOCK = 4096 };

/* An infinity counts as the power of two beyond the largest number; NaN for a number, or the reverse, or a zero of the
   wrong sign, as infinitely wrong. */
#define ERROR(NAME, REAL, REFERENCE, FREXP, LDEXP, DIGITS, LEAST, BEYOND)                                               \
    static double NAME(REAL got, REFERENCE want) {                                                                     \
        const REFERENCE limit = LDEXP((REFERENCE)1, BEYOND);                                                           \
        int exponent;                                                                                                  \
        if (isnan(got) || isnan(want)) return isnan(got) && isnan(want) ? 0 : (double)INFINITY;                        \
        if (got == 0 && !signbit(got) != !signbit(want)) return (double)INFINITY;                                      \
        REFERENCE here = isinf(got) ? (got > 0 ? limit : -limit) : (REFERENCE)got;                                     \
        want = want > limit ? limit : want < -limit ? -limit : want;                                                   \
        if (here == want) return 0;                                                                                    \
        FREXP(want, &exponent);                                                                                        \
        exponent = want == 0 ? LEAST : exponent > BEYOND ? BEYOND - DIGITS : exponent - DIGITS;                        \
        return (double)LDEXP(here > want ? here - want : want - here, -(exponent < LEAST ? LEAST : exponent));         \
    }
ERROR(error_f32, float, double, frexp, ldexp, 24, -149, 128)
ERROR(error_f64, double, wide, frexpl, ldexpl, 53, -1074, 1024)

/* worst[v], at[v]: the greatest error of version v at x[0..n), y[0..n), and the index where. Returns 0 for a name
   that is not known. */
#define SCAN(NAME, REAL, REFERENCE, TABLE, ERROR_OF)                                                                    \
    int NAME(const char *name, void (**versions)(const REAL *, const REAL *, REAL *, long), int count, const REAL *x,  \
             const REAL *y, long n, double *worst, long *at);                                                          \
    int NAME(const char *name, void (**versions)(const REAL *, const REAL *, REAL *, long), int count, const REAL *x,  \
             const REAL *y, long n, double *worst, long *at) {                                                         \
        REFERENCE want[BLOCK];                                                                                         \
        REAL got[BLOCK];                                                                                               \
        size_t f = 0;                                                                                                  \
        while (f < sizeof TABLE / sizeof *TABLE && strcmp(TABLE[f].name, name) != 0) ++f;                              \
        if (f == sizeof TABLE / sizeof *TABLE) return 0;                                                               \
        for (int v = 0; v < count; ++v) worst[v] = -1;                                                                 \
        for (long start = 0; start < n; start += BLOCK) {                                                              \
            const long size = n - start < BLOCK ? n - start : BLOCK;                                                   \
            for (long i = 0; i < size; ++i) want[i] = TABLE[f].of(x[start + i], y[start + i]);                         \
            for (int v = 0; v < count; ++v) {                                                                          \
                versions[v](x + start, y + start, got, size);                                                          \
                for (long i = 0; i < size; ++i) {                                                                      \
                    const double error = ERROR_OF(got[i], want[i]);                                                    \
                    if (error > worst[v]) worst[v] = error, at[v] = start + i;                                         \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
        return 1;                                                                                                      \
    }
SCAN(scan_f32, float, double, DOUBLE, error_f32)
SCAN(scan_f64, double, wide, WIDE, error_f64)

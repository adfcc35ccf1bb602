/* Errors of vector functions against the C library in higher precision, in units of the last place of the result. */
#include <math.h>
#include <stddef.h>
#include <string.h>

/* References of f32 are computed in double, of f64 in long double: R is the type, F(name) its function. */
#define REFERENCES(R, F, P)                                                                                            \
    static R P##_sigmoid(R x, R y) { return (void)y, 1 / (1 + F(exp)(-x)); }                                           \
    static R P##_exp(R x, R y) { return (void)y, F(exp)(x); }                                                          \
    static R P##_expm1(R x, R y) { return (void)y, F(expm1)(x); }                                                      \
    static R P##_log(R x, R y) { return (void)y, F(log)(x); }                                                          \
    static R P##_log1p(R x, R y) { return (void)y, F(log1p)(x); }                                                      \
    static R P##_tanh(R x, R y) { return (void)y, F(tanh)(x); }                                                        \
    static R P##_erf(R x, R y) { return (void)y, F(erf)(x); }                                                          \
    static R P##_sqrt(R x, R y) { return (void)y, F(sqrt)(x); }                                                        \
    static R P##_rsqrt(R x, R y) { return (void)y, 1 / F(sqrt)(x); }                                                   \
    static R P##_exp_scaled(R x, R n) { return (R)ldexpl(expl(x), -(int)n); }                                          \
    static R P##_log_scaled(R x, R n) { return (R)logl(ldexpl(x, (int)n)); }                                           \
    static const struct {                                                                                              \
        const char *name;                                                                                              \
        R (*of)(R, R);                                                                                                 \
    } P##_table[] = {                                                                                                  \
        {"exp", P##_exp},         {"expm1", P##_expm1},           {"log", P##_log},                                    \
        {"log1p", P##_log1p},     {"tanh", P##_tanh},             {"erf", P##_erf},                                    \
        {"sqrt", P##_sqrt},       {"rsqrt", P##_rsqrt},           {"sigmoid", P##_sigmoid},                            \
        {"exp_scaled", P##_exp_scaled}, {"log_scaled", P##_log_scaled}, {"exp_difference", P##_exp_difference},        \
    };

static double f32_exp_difference(double a, double b) { return exp(a - b); }

static long double f64_exp_difference(long double a, long double b) { /* doubles: a - b = d + rest exactly */
    const double d = (double)a - (double)b;
    const double back = (double)a - d;
    const double rest = ((double)a - (d + back)) + (back - (double)b);
    return fabs(d) < 20000 ? expl(d) * (1 + (long double)rest) : expl(d);
}

#define AS_DOUBLE(name) name
#define AS_LONG_DOUBLE(name) name##l
REFERENCES(double, AS_DOUBLE, f32)
REFERENCES(long double, AS_LONG_DOUBLE, f64)

/* An infinity counts as the power of two beyond the largest number; NaN for a number, or the reverse, or a zero of the
   wrong sign, as infinitely wrong. unit is that of the last place near want. */
static double error(long double got, long double want, long double unit, long double limit) {
    if (isnan(got) || isnan(want)) return isnan(got) && isnan(want) ? 0 : (double)INFINITY;
    if (got == 0 && !signbit(got) != !signbit(want)) return (double)INFINITY;
    got = isinf(got) ? (got > 0 ? limit : -limit) : got;
    want = want > limit ? limit : want < -limit ? -limit : want;
    return (double)(fabsl(got - want) / unit);
}

/* The unit of the last place near want. */
static double unit_f32(double want) {
    union {
        double value;
        unsigned long long word;
    } p = {want};
    const int e = (int)(p.word >> 52 & 0x7FF) - 23;
    p.word = (unsigned long long)(e < 1023 - 149 ? 1023 - 149 : e > 1023 + 104 ? 1023 + 104 : e) << 52;
    return p.value;
}

static long double unit_f64(long double want) {
    int e = 0;
    if (want == 0) return 0x1p-1074L;
    if (!isfinite(want)) return 0x1p971L;
    (void)frexpl(want, &e);
    return ldexpl(1, e - 53 < -1074 ? -1074 : e > 1024 ? 971 : e - 53);
}

enum { BLOCK = 4096 };

/* The greatest error of any version at x[0..n), y[0..n); in *at the index where, in *which the version. -1 for a name
   that is not known. */
#define SCAN(P, REAL, R, LIMIT)                                                                                        \
    double scan_##P(const char *name, void (**versions)(const REAL *, const REAL *, REAL *, long), int count,          \
                    const REAL *x, const REAL *y, long n, long *at, int *which);                                       \
    double scan_##P(const char *name, void (**versions)(const REAL *, const REAL *, REAL *, long), int count,          \
                    const REAL *x, const REAL *y, long n, long *at, int *which) {                                      \
        R want[BLOCK], unit[BLOCK];                                                                                    \
        REAL got[BLOCK], first[BLOCK];                                                                                 \
        double worst = -1;                                                                                             \
        size_t f = 0;                                                                                                  \
        while (f < sizeof P##_table / sizeof *P##_table && strcmp(P##_table[f].name, name) != 0) ++f;                  \
        if (f == sizeof P##_table / sizeof *P##_table) return -1;                                                      \
        for (long start = 0; start < n; start += BLOCK) {                                                              \
            const long size = n - start < BLOCK ? n - start : BLOCK;                                                   \
            for (long i = 0; i < size; ++i) {                                                                          \
                want[i] = P##_table[f].of(x[start + i], y[start + i]);                                                 \
                unit[i] = unit_##P(want[i]);                                                                           \
            }                                                                                                          \
            for (int v = 0; v < count; ++v) {                                                                          \
                versions[v](x + start, y + start, got, size);                                                          \
                for (long i = 0; i < size; ++i) {                                                                      \
                    double off;                                                                                        \
                    if (v > 0 && memcmp(got + i, first + i, sizeof *got) == 0) continue; /* seen */                    \
                    if (isfinite(got[i]) && isfinite(want[i]) && got[i] != 0)                                          \
                        off = (double)((got[i] > want[i] ? got[i] - want[i] : want[i] - got[i]) / unit[i]);            \
                    else                                                                                               \
                        off = error(got[i], want[i], unit[i], LIMIT);                                                  \
                    if (off > worst) worst = off, *at = start + i, *which = v;                                         \
                }                                                                                                      \
                if (v == 0) memcpy(first, got, sizeof got);                                                            \
            }                                                                                                          \
        }                                                                                                              \
        return worst;                                                                                                  \
    }
SCAN(f32, float, double, 0x1p128)
SCAN(f64, double, long double, 0x1p1023L * 2)

/* For timing: f over the same arrays, times times. */
typedef void loop(const void *, const void *, void *, long);
void again(loop *f, const void *x, const void *y, void *out, long n, long times);
void again(loop *f, const void *x, const void *y, void *out, long n, long times) {
    for (long i = 0; i < times; ++i) f(x, y, out, n);
}

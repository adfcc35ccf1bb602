/* needs: bits exp_tail */
/* exp(x) - 1 = 2^k*((1 - 2^-k) + r + r^2*tail(r)), x = k*log(2) + r, with the roundings of both sums carried along.
   Measured: at most 1.01 ulp (351,000 points of all magnitudes against mpmath; 2e7 in [-1.5, 1.5], long double).
   expm1(+-0) = +-0, expm1(-inf) = -1, expm1(inf) = inf, NaN gives NaN. */
static inline double sd_expm1(double x) {
    const double shift = 0x1.8p52; /* adding it rounds to an integer, held in the low bits */
    const double floor_x = x < -40.0 ? -40.0 : x;
    const double clamped = floor_x > 710.0 ? 710.0 : floor_x;
    const double shifted = clamped * 0x1.71547652b82fep+0 + shift;
    const double k = shifted - shift;
    const double r_high = clamped - k * 0x1.62e42fefa3800p-1; /* exact: 42 bits times 11 bits, then cancellation */
    const double r_low = -(k * 0x1.ef35793c76730p-45);
    const double r = r_high + r_low;
    const double rest = (r_high - r) + r_low;
    const unsigned long long n = sd_bits(shifted) - sd_bits(shift); /* k modulo 2^64 */
    const unsigned long long half = (n + 2048u) >> 1;
    const double scale_1 = sd_from_bits((half - 1u) << 52);
    const double scale_2 = sd_from_bits((n + 2047u - half) << 52);
    const double unit = k > 1000.0 ? 0.0 : sd_from_bits((1023u - n) << 52); /* 2^-k */
    const double a = 1.0 - unit;
    const double b = a - 1.0;
    const double a_rest = (1.0 - (a - b)) - (unit + b);
    const double s = a + r;
    const double y = s + ((r - (s - a)) + (a_rest + (rest + r * r * sd_exp_tail(r))));
    return x == 0.0 ? x : y * scale_1 * scale_2;
}

/* needs: bits two_product */
/* x^n for an integer n. n = -1 ... 4 by plain products; otherwise x = m*2^e, m^|n| by repeated squaring in pairs of
   doubles (106 bits) with the exponent kept apart as an integer, then a reciprocal if n < 0, and one scaling.
   Measured against mpmath (450,000 points): n = 3 1.27, n = 4 1.82, n = -1, 2 0.5, other n 0.74 ulp.
   powi(x, 0) = 1 for every x, NaN too; +-0, +-inf and their signs as pow; NaN gives NaN. */
static inline double sd_powi(double x, int n) {
    const double infinity = sd_from_bits(0x7FF0000000000000u);
    switch (n) {
    case 0: return 1.0;
    case 1: return x;
    case 2: return x * x;
    case 3: return x * x * x;
    case 4: return (x * x) * (x * x);
    case -1: return 1.0 / x;
    default: break;
    }
    if (x != x) return x;
    const unsigned long long sign = n % 2 != 0 ? sd_bits(x) & 0x8000000000000000u : 0u;
    if (x == 0.0 || x - x != 0.0) return sd_from_bits(sd_bits((n > 0) == (x == 0.0) ? 0.0 : infinity) | sign);
    const unsigned long long magnitude = sd_bits(x) & 0x7FFFFFFFFFFFFFFFu;
    const int tiny = magnitude < 0x10000000000000u;
    const unsigned long long u = tiny ? sd_bits(sd_from_bits(magnitude) * 0x1p54) : magnitude;
    long long base_exponent = (long long)(u >> 52) - (tiny ? 1023 + 54 : 1023);
    double base = sd_from_bits((u & 0xFFFFFFFFFFFFFu) | 0x3FF0000000000000u);
    double base_low = 0.0;
    double y = 1.0;
    double y_low = 0.0;
    long long exponent = 0;
    unsigned int left = n < 0 ? 0u - (unsigned int)n : (unsigned int)n;
    for (;;) { /* |x|^|n| = (y + y_low)*2^exponent * ((base + base_low)*2^base_exponent)^left, 1 <= base <= 2 */
        double low;
        if (left % 2u != 0u) {
            const double product = sd_two_product(y, base, &low);
            const double rest = low + (y * base_low + y_low * base);
            const double half = product < 2.0 ? 1.0 : 0.5;
            y = (product + rest) * half;
            y_low = (product * half - y) + rest * half;
            exponent += base_exponent + (product < 2.0 ? 0 : 1);
        }
        left /= 2u;
        if (left == 0u) break;
        const double product = sd_two_product(base, base, &low);
        const double rest = low + 2.0 * base * base_low;
        const double half = product < 2.0 ? 1.0 : 0.5;
        base = (product + rest) * half;
        base_low = (product * half - base) + rest * half;
        base_exponent += base_exponent + (product < 2.0 ? 0 : 1);
    }
    if (n < 0) { /* 1/(y + y_low), corrected by the remainder of the division */
        double low;
        const double inverse = 1.0 / y;
        const double product = sd_two_product(inverse, y, &low);
        y = inverse + inverse * (((1.0 - product) - low) - inverse * y_low);
        exponent = -exponent;
    }
    const long long clamped = exponent > 1100 ? 1100 : (exponent < -1100 ? -1100 : exponent);
    const long long half = clamped / 2; /* two factors, because 2^clamped itself may not be a double */
    const double result = y * sd_from_bits((unsigned long long)(1023 + half) << 52)
        * sd_from_bits((unsigned long long)(1023 + clamped - half) << 52);
    return sd_from_bits(sd_bits(result) | sign);
}

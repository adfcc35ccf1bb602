/* needs: bits exp */
/* tanh(x) = x + x^3*P(x^2) for |x| < 0.55 (minimax, 2^-60.6), else 1 - 2/(exp(2|x|) + 1) with the sign of x.
   Measured: at most 1.49 ulp (351,000 points of all magnitudes against mpmath; 2e7 in [0.3, 3], long double).
   tanh(+-0) = +-0, tanh(+-inf) = +-1, NaN gives NaN. */
static inline double sd_tanh(double x) {
    const unsigned long long sign = 0x8000000000000000u;
    const double a = sd_from_bits(sd_bits(x) & ~sign);
    const double z = a * a;
    double p = -0x1.46ee17ce526f4p-16;
    p = p * z + 0x1.5d66837c1f1b1p-14;
    p = p * z - 0x1.e96b0e078c561p-13;
    p = p * z + 0x1.34833a9fd1e44p-11;
    p = p * z - 0x1.7d8fc5eac6600p-10;
    p = p * z + 0x1.d6d29a8bcabdap-9;
    p = p * z - 0x1.226e2f0e061a2p-7;
    p = p * z + 0x1.664f48593f596p-6;
    p = p * z - 0x1.ba1ba1b97cb12p-5;
    p = p * z + 0x1.1111111110790p-3;
    p = p * z - 0x1.555555555554fp-2;
    const double near = a + a * (z * p);
    const double far = 1.0 - 2.0 / (sd_exp(2.0 * a) + 1.0);
    const double y = a < 0.55 ? near : far;
    return sd_from_bits(sd_bits(y) | (sd_bits(x) & sign));
}

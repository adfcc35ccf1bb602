/* needs: exp_plain_f64 */
/* erf(x) = x + x*P(x^2) for |x| < 0.9 (minimax, 2^-56.3 with the rounded coefficients), else
   1 - exp(-x^2)*Q((x - 2)/(x + 2)) with the sign of x (2^-63.1), |x| bounded where that rounds to 1.
   erf(+-0) = +-0, erf(+-inf) = +-1, NaN gives NaN.
   Measured: at most 1.166 ulp over 1e9 doubles, fused and unfused, gcc; over 1e8, clang. */
SDV_INLINE double sdv_erf_f64(double x) {
    const double a = sdv_from_bits_f64(sdv_bits_f64(x) & 0x7FFFFFFFFFFFFFFFu);
    const double z = a * a;
    double p = -0x1.2974caca9289bp-30;
    p = p * z + 0x1.035c89581411bp-26;
    p = p * z - 0x1.61e4b65dcc339p-23;
    p = p * z + 0x1.ba514729b674dp-20;
    p = p * z - 0x1.f4dc7b1c9b9e3p-17;
    p = p * z + 0x1.f9a3beae9459dp-14;
    p = p * z - 0x1.c02db997f2e73p-11;
    p = p * z + 0x1.565bcd2efb7d1p-8;
    p = p * z - 0x1.b82ce31364d65p-6;
    p = p * z + 0x1.ce2f21a045b7bp-4;
    p = p * z - 0x1.812746b037a27p-2;
    p = p * z + 0x1.06eba8214db69p-3;
    const double near = a + a * p;
    const double b = a > 6.0 ? 6.0 : a;
    const double t = (b - 2.0) / (b + 2.0);
    double q = 0x1.4454cda140f4cp-20;
    q = q * t - 0x1.c57886a24bd9dp-22;
    q = q * t - 0x1.e346b92e6c08dp-17;
    q = q * t - 0x1.ccec5efcacdadp-16;
    q = q * t + 0x1.cf2a1bc76af0ap-16;
    q = q * t + 0x1.6daf7b56b69e6p-13;
    q = q * t + 0x1.6d59ae54cd984p-15;
    q = q * t - 0x1.016b6afc64f30p-10;
    q = q * t - 0x1.bc25a568250e2p-11;
    q = q * t + 0x1.ca95ed6227a85p-8;
    q = q * t + 0x1.e947159a843cfp-9;
    q = q * t - 0x1.437f0b68c174ep-4;
    q = q * t + 0x1.eeea7dc8a77a3p-3;
    q = q * t - 0x1.b57034efd3f74p-2;
    q = q * t + 0x1.058671b52c776p-2;
    const double far = 1.0 - sdv_exp_plain_f64(-(b * b)) * q;
    const double y = a < 0.9 ? near : far;
    return sdv_from_bits_f64(sdv_bits_f64(y) | (sdv_bits_f64(x) & 0x8000000000000000u));
}

/* needs: bits_f32 exp_square_near_f32 */
/* w*erfc(s*a)*exp((s*a)^2), a not negative: P(s*a)/Q(s*a) (2^-26.2), with the powers of s and w in the coefficients. */
SDV_INLINE float sdv_erfc_ratio_f32(float a, double s, double w) {
    float p = (float)(0x1.055896p-5f * s * s * s * s * w);
    p = p * a + (float)(0x1.ccf222p-3f * s * s * s * w);
    p = p * a + (float)(0x1.722f3p-1f * s * s * w);
    p = p * a + (float)(0x1.3af6fap+0f * s * w);
    p = p * a + (float)w;
    float q = (float)(0x1.cf379p-5f * s * s * s * s * s);
    q = q * a + (float)(0x1.988888p-2f * s * s * s * s);
    q = q * a + (float)(0x1.4f2f0ap+0f * s * s * s);
    q = q * a + (float)(0x1.313846p+1f * s * s);
    q = q * a + (float)(0x1.2dea3ap+1f * s);
    q = q * a + 1.0f;
    return p / q;
}

/* erfc(z), z^2 being c*x^2 exactly for c a power of two: taken from 2 for negative z. For c*x^2 <= 87, otherwise
   meaningless. */
SDV_INLINE float sdv_erfc_square_near_f32(float z, float x, float c) {
    const float a = sdv_from_bits_f32(sdv_bits_f32(z) & 0x7FFFFFFFu);
    const float e = sdv_exp_square_near_f32(x, c) * sdv_erfc_ratio_f32(a, 1.0, 1.0);
    return z < 0.0f ? 2.0f - e : e;
}

/* w*x*erfc(-s*x), s^2 being c: 2*w*x for positive x, but for |x| times what is left of w*erfc(s*|x|): rounded once. */
SDV_INLINE float sdv_times_erfc_near_f32(float x, float c, double s, double w) {
    const float a = sdv_from_bits_f32(sdv_bits_f32(x) & 0x7FFFFFFFu);
    const float e = sdv_exp_square_near_f32(x, c) * sdv_erfc_ratio_f32(a, s, w);
    return (x < 0.0f ? 0.0f : (float)(2.0 * w) * x) - a * e;
}

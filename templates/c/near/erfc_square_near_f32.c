/* needs: bits_f32 exp_square_near_f32 */
/* erfc(z), z^2 being c*x^2 exactly for c a power of two: exp(-z^2)*P(|z|)/Q(|z|) (2^-26.2), taken from 2 for negative z.
   For c*x^2 <= 87, otherwise meaningless. */
SDV_INLINE float sdv_erfc_square_near_f32(float z, float x, float c) {
    const float a = sdv_from_bits_f32(sdv_bits_f32(z) & 0x7FFFFFFFu);
    float p = 0x1.055896p-5f;
    p = p * a + 0x1.ccf222p-3f;
    p = p * a + 0x1.722f3p-1f;
    p = p * a + 0x1.3af6fap+0f;
    p = p * a + 1.0f;
    float q = 0x1.cf379p-5f;
    q = q * a + 0x1.988888p-2f;
    q = q * a + 0x1.4f2f0ap+0f;
    q = q * a + 0x1.313846p+1f;
    q = q * a + 0x1.2dea3ap+1f;
    q = q * a + 1.0f;
    const float e = sdv_exp_square_near_f32(x, c) * (p / q);
    return z < 0.0f ? 2.0f - e : e;
}

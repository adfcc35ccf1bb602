/* needs: exp_shifted_f32 */
/* exp(x - m), exactly 1 where x is m, the largest: what is added to it cancels without error. */
SDV_INLINE float sdv_exp_unit_f32(float x, float m, float shift, float least, float magic, float weight) {
    const float e = sdv_exp_shifted_f32(x, shift, least, magic) * weight;
    return x == m && x - m == 0 ? 1.0f : e;
}

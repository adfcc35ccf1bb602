/* needs: exp_shifted_f32 */
/* exp(x - m), exactly 1 where x is m, the largest: what is added to it cancels without error. */
SDV_INLINE float sdv_exp_unit_f32(float x, float m, float shift, float least, float magic, float weight) {
    const float e = sdv_exp_shifted_f32(x, shift, least, magic) * weight;
    const float top = x == m ? 1.0f : 0;
    return e + top * (1.0f - e); /* no branch: 1 - e is exact for e near 1 */
}

/* needs: exp_near_f32 */
/* 1/(1 + exp(-x)) for |x| <= 87, otherwise meaningless; and the same of -x, at little more cost where both are wanted. */
SDV_INLINE float sdv_sigmoid_near_f32(float x) { return 1.0f / (1.0f + sdv_exp_near_f32(-x)); }

SDV_INLINE float sdv_sigmoid_minus_near_f32(float x) {
    const float e = sdv_exp_near_f32(-x);
    return e * (1.0f / (1.0f + e));
}

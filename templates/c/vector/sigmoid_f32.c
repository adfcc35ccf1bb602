/* needs: exp_parts_f32 */
/* 1/(1 + exp(-x)): with e = exp(-|x|) and d = 1 + e, h = e/d is the result for x < 0, kept relatively accurate into the
   subnormals, and 1 - h for x > 0. What the rounding of d lost is put back in, 1/d being 1 - h.
   sigmoid(+-0) = 1/2, sigmoid(-inf) = +0, sigmoid(inf) = 1, NaN gives NaN. */
SDV_INLINE float sdv_sigmoid_f32(float x) {
    const float e = sdv_exp_parts_f32(sdv_from_bits_f32(sdv_bits_f32(x) | 0x80000000u), -0.0f, 0.0f);
    const float d = 1.0f + e;
    const float rest = e - (d - 1.0f);
    const float q = e / d;
    const float h = q - (q - q * q) * rest;
    return x < 0.0f ? h : 1.0f - h;
}

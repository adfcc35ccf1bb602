/* needs: bits_f32 log_tail_f32 */
/* log(1 + x): 1 + x = u + c exactly, u = 2^k*(1 + f), and log(u + c) as in log_parts_f32 with c/2^k joined to f.
   log1p(+-0) = +-0, log1p(-1) = -inf, log1p(inf) = inf, log1p(x < -1) = NaN, NaN gives NaN.
   Measured: at most 1.215 ulp over every float, fused and unfused, gcc and clang. */
SDV_INLINE float sdv_log1p_f32(float x) {
    const unsigned int root = 0x3F2AAAABu; /* 2/3 */
    const float one_x = 1.0f + x;
    const float part = one_x - 1.0f;
    const float c = (1.0f - (one_x - part)) + (x - part);
    const unsigned int v = sdv_bits_f32(one_x) - root + (128u << 23);
    const unsigned int n = v >> 23; /* k + 128 */
    const float k = sdv_from_bits_f32(0x4B000000u + n) - (0x1p23f + 128.0f);
    const float f_high = sdv_from_bits_f32((v & 0x7FFFFFu) + root) - 1.0f;
    const unsigned int bounded = n < 254u ? n : 254u; /* beyond, c is nothing beside x */
    const float f_low = c * sdv_from_bits_f32((255u - bounded) << 23);
    const float f = f_high + f_low;
    const float rest = f_low + (sdv_log_tail_f32(f) + k * 0x1.0bfbe8p-15f);
    const float y = k * 0x1.62ep-1f + (f_high + rest); /* the product is exact */
    const float beyond = x == -1.0f ? sdv_from_bits_f32(0xFF800000u) : sdv_from_bits_f32(0x7FC00000u);
    const float finite = x < sdv_from_bits_f32(0x7F800000u) ? y : x;
    const float result = x > -1.0f ? finite : beyond;
    return sdv_from_bits_f32(sdv_bits_f32(result) | (sdv_bits_f32(x) & 0x80000000u)); /* -0 stays */
}

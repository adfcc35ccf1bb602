/* needs: bits_f32 log_tail_f32 */
/* log(x*2^N) for an integer N: x = 2^k*(1 + f), 2/3 <= 1 + f < 4/3, and (k + N)*log(2) + (f + tail(f)).
   For |N| <= 1800. 0 gives -inf, inf gives inf, x < 0 and NaN give NaN; subnormals are scaled first. */
SDV_INLINE float sdv_log_parts_f32(float x, float N) {
    const unsigned int third = 0x3F2AAAABu; /* 2/3 */
    const float normal = x < 0x1p-126f ? x * 0x1p24f : x;
    const float bias = x < 0x1p-126f ? 0x1p23f + 152.0f - N : 0x1p23f + 128.0f - N;
    const unsigned int v = sdv_bits_f32(normal) - third + (128u << 23);
    const float k = sdv_from_bits_f32(0x4B000000u + (v >> 23)) - bias; /* and N */
    const float f = sdv_from_bits_f32((v & 0x7FFFFFu) + third) - 1.0f;
    const float rest = sdv_log_tail_f32(f) + k * 0x1.0bfbe8p-15f;
    const float y = k * 0x1.62ep-1f + (f + rest); /* the product is exact: 13 bits times 11 bits */
    const float beyond = x == 0.0f ? sdv_from_bits_f32(0xFF800000u) : sdv_from_bits_f32(0x7FC00000u);
    const float finite = x < sdv_from_bits_f32(0x7F800000u) ? y : x;
    return x > 0.0f ? finite : beyond;
}

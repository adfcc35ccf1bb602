/* needs: bits_f32 exp_tail_f32 */
/* exp(x) for |x| <= 87, otherwise meaningless. See exp_pieces_f32. */
SDV_INLINE float sdv_exp_near_f32(float x) {
    const float shift = 0x1.8p23f + 127.0f; /* adding it rounds to an integer; the low bits hold the exponent of 2^k */
    const float shifted = x * 0x1.715476p+0f + shift;
    const float k = shifted - shift;
    const float r = (x - k * 0x1.62ep-1f) - k * 0x1.0bfbe8p-15f;
    const float p = 1.0f + r * (1.0f + r * sdv_exp_tail_f32(r));
    return p * sdv_from_bits_f32(sdv_bits_f32(shifted) << 23);
}

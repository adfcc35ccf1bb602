/* needs: exp_pieces_f32 */
/* exp(x + low)*2^-N for an integer N, |N| <= 1000, and |low| <= 2^-8. */
SDV_INLINE float sdv_exp_parts_f32(float x, float low, float N) {
    float scale_1, scale_2;
    const float p = 1.0f + sdv_exp_pieces_f32(x, low, N, &scale_1, &scale_2);
    const float y = p * scale_1 * scale_2;
    return x > N * 0x1.62e43p-1f + 90.0f ? sdv_from_bits_f32(0x7F800000u) : y;
}

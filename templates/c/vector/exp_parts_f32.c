/* needs: exp_pieces_f32 exp_tail_f32 */
/* exp(x + low)*2^-N for an integer N, |N| <= 1000, and |low| <= 2^-8. */
SDV_INLINE float sdv_exp_parts_f32(float x, float low, float N) {
    float lost, scale_1, scale_2;
    const float r = sdv_exp_pieces_f32(x, low, N, &lost, &scale_1, &scale_2);
    const float p = 1.0f + (r + (r * r) * sdv_exp_tail_f32(r));
    const float y = p * scale_1 * scale_2;
    return x > N * 0x1.62e43p-1f + 90.0f ? sdv_from_bits_f32(0x7F800000u) : y;
}

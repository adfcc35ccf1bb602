/* needs: bits_f32 exp_tail_f32 */
/* exp(x + low)*2^-N for an integer N: x = k*log(2) + r with k taken by rounding x*log2(e), so k - N, the exponent of
   the result, is exact. Products with k are exact or small whether or not they are fused into the sums; 2^(k - N) is
   applied in two exact factors, so that subnormal results are rounded once. Results that vanish come of factors that
   are 0, without a subnormal step, which many processors take slowly. Straight-line, no table.
   For |N| <= 1000 and |low| <= 2^-8. */
SDV_INLINE float sdv_exp_parts_f32(float x, float low, float N) {
    const float shift = (0x1.8p23f + 254.0f) - N; /* adding it rounds to an integer; the low bits hold k - N + 254 */
    const float middle = N * 0x1.62e43p-1f;
    const float t = x < middle - 104.0f ? middle - 176.0f : x; /* so k - N + 254 = 0 where the result vanishes */
    const float shifted = t * 0x1.715476p+0f + shift;
    const float k = shifted - shift;
    const float r_high = t - k * 0x1.62ep-1f; /* exact: 13 bits times 11 bits, then cancellation */
    const float r = r_high + (low - k * 0x1.0bfbe8p-15f);
    const float p = 1.0f + (r + (r * r) * sdv_exp_tail_f32(r));
    const unsigned int n = sdv_bits_f32(shifted);
    const unsigned int half = n >> 1;
    const float y = p * sdv_from_bits_f32(half << 23) * sdv_from_bits_f32((n - half) << 23);
    return x > middle + 90.0f ? sdv_from_bits_f32(0x7F800000u) : y;
}

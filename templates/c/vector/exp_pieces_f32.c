/* needs: bits_f32 */
/* x + low = k*log(2) + r for an integer k, got by rounding x*log2(e), so that k - N is exact: r; in *lost what its
   rounding lost; in *scale_1 and *scale_2 two exact factors of 2^(k - N), so that a subnormal product with both is
   rounded once. Products with k are exact or small whether or not they are fused into the sums. Where exp(x)*2^-N is
   less than half the smallest number, the factors are 0: no subnormal steps, which many processors take slowly.
   Straight-line, no table. For |N| <= 1000, |low| <= 2^-8 and x < N*log(2) + 90. */
SDV_INLINE float sdv_exp_pieces_f32(float x, float low, float N, float *lost, float *scale_1,
                                    float *scale_2) {
    const float shift = (0x1.8p23f + 254.0f) - N; /* adding it rounds to an integer; the low bits hold k - N + 254 */
    const float middle = N * 0x1.62e43p-1f;
    const float t = x < middle - 104.0f ? middle - 176.0f : x; /* so k - N + 254 = 0 there */
    const float shifted = t * 0x1.715476p+0f + shift;
    const float k = shifted - shift;
    const float r_high = t - k * 0x1.62ep-1f; /* exact: 13 bits times 11 bits, then cancellation */
    const float r_low = low - k * 0x1.0bfbe8p-15f;
    const float r = r_high + r_low;
    const unsigned int n = sdv_bits_f32(shifted);
    const unsigned int half = n >> 1;
    *scale_1 = sdv_from_bits_f32(half << 23);
    *scale_2 = sdv_from_bits_f32((n - half) << 23);
    *lost = (r_high - r) + r_low;
    return r;
}

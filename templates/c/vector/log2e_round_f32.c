/* needs: inline */
/* The integer nearest to m*log2(e), the N for exp_scaled_f32; for |m| > 2^21 some integer near it. NaN and infinities
   stay. */
SDV_INLINE float sdv_log2e_round_f32(float m) {
    const float shifted = m * 0x1.715476p+0f + 0x1.8p23f;
    return shifted - 0x1.8p23f;
}

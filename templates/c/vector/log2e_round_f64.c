/* needs: inline */
/* The integer nearest to m*log2(e), the N for exp_scaled_f64; for |m| > 2^50 some integer near it. NaN and infinities
   stay. */
SDV_INLINE double sdv_log2e_round_f64(double m) {
    const double shifted = m * 0x1.71547652b82fep+0 + 0x1.8p52;
    return shifted - 0x1.8p52;
}

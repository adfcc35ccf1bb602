/* needs: exp_parts_f64 */
/* exp(x)*2^-N for an integer N, |N| <= 6000; see exp_scaled_f32.
   Measured: at most 0.987 ulp over 1e9 pairs, fused and unfused, gcc; over 5e7, clang. */
SDV_INLINE double sdv_exp_scaled_f64(double x, double N) { return sdv_exp_parts_f64(x, -0.0, N); }

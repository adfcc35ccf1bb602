/* needs: log_parts_f64 */
/* log(x*2^N) for an integer N, |N| <= 7000, without overflow or cancellation: the way back from exp_scaled_f64.
   Measured: at most 0.938 ulp over 1e9 pairs, fused and unfused, gcc; over 5e7, clang. */
SDV_INLINE double sdv_log_scaled_f64(double x, double N) { return sdv_log_parts_f64(x, N); }

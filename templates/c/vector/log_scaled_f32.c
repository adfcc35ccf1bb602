/* needs: log_parts_f32 */
/* log(x*2^N) for an integer N, |N| <= 1800, without overflow or cancellation: the way back from exp_scaled_f32.
   Measured: at most 0.952 ulp over 5e7 pairs, fused and unfused, gcc and clang. */
SDV_INLINE float sdv_log_scaled_f32(float x, float N) { return sdv_log_parts_f32(x, N); }

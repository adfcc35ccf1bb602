/* needs: log_parts_f32 */
/* log(x). log(1) = +0, log(+-0) = -inf, log(inf) = inf, log(x < 0) = NaN, NaN gives NaN.
   Measured: at most 0.952 ulp over every float, fused and unfused, gcc and clang. */
SDV_INLINE float sdv_log_f32(float x) { return sdv_log_parts_f32(x, 0.0f); }

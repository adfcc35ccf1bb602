/* needs: log_parts_f32 */
/* log(x). log(1) = +0, log(+-0) = -inf, log(inf) = inf, log(x < 0) = NaN, NaN gives NaN. */
SDV_INLINE float sdv_log_f32(float x) { return sdv_log_parts_f32(x, 0.0f); }

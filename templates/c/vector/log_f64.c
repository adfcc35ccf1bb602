/* needs: log_parts_f64 */
/* log(x). log(1) = +0, log(+-0) = -inf, log(inf) = inf, log(x < 0) = NaN, NaN gives NaN.
   Measured: at most 0.932 ulp over 1e9 doubles, fused and unfused, gcc; over 1e8, clang. */
SDV_INLINE double sdv_log_f64(double x) { return sdv_log_parts_f64(x, 0.0); }

/* needs: sqrt_f64 */
/* 1/sqrt(x), two roundings. rsqrt(+-0) = +-inf, rsqrt(inf) = +0, rsqrt(x < 0) = NaN, NaN gives NaN.
   Measured: at most 1.498 ulp over 1e9 doubles, fused and unfused, gcc; over 1e8, clang. */
SDV_INLINE double sdv_rsqrt_f64(double x) { return 1.0 / sdv_sqrt_f64(x); }

/* needs: exp_parts_f64 */
/* exp(x). exp(+-0) = 1, exp(-inf) = +0, exp(inf) = inf, NaN gives NaN.
   Measured: at most 0.988 ulp over 1e9 doubles, fused and unfused, gcc; over 1e8, clang. */
SDV_INLINE double sdv_exp_f64(double x) { return sdv_exp_parts_f64(x, -0.0, 0.0); }

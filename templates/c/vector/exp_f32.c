/* needs: exp_parts_f32 */
/* exp(x). exp(+-0) = 1, exp(-inf) = +0, exp(inf) = inf, NaN gives NaN.
   Measured: at most 0.987 ulp over every float, fused and unfused, gcc and clang. */
SDV_INLINE float sdv_exp_f32(float x) { return sdv_exp_parts_f32(x, -0.0f, 0.0f); }

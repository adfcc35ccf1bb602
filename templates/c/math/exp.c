/* needs: exp_sum */
/* exp(x). See exp_sum.
   exp(+-0) = 1, exp(-inf) = +0, exp(inf) = inf, NaN gives NaN. */
static inline double sd_exp(double x) { return sd_exp_sum(x, 0.0); }

/* needs: inline exp_plus */
/* exp(a - b), as if a - b were not rounded. */
SDV_INLINE double sd_exp_difference(double a, double b) { return sd_exp_plus(a, -b, 0.0); }

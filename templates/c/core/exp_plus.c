/* needs: inline exp_sum */
/* exp(a + b + rest), rest small: the rounding error of a + b is found (two-sum) and not lost. */
SDV_INLINE double sd_exp_plus(double a, double b, double rest) {
    const double s = a + b;
    const double part = s - a;
    const double low = ((a - (s - part)) + (b - part)) + rest;
    return sd_exp_sum(s, low - low == 0.0 ? low : 0.0);
}

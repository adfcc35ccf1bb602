/* needs: inline exp_sum over_rest plus_rest */
/* exp((a + b)/c), as if neither the sum nor the quotient were rounded. */
SDV_INLINE double sd_exp_over(double a, double b, double c) {
    const double s = a + b;
    return sd_exp_sum(s / c, sd_over_rest(s, c) + sd_plus_rest(a, b) / c);
}

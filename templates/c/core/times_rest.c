/* needs: inline two_product */
/* a*b less its rounded value. */
SDV_INLINE double sd_times_rest(double a, double b) {
    double low;
    const double high = sd_two_product(a, b, &low);
    const double rest = (high - a * b) + low;
    return rest - rest == 0.0 ? rest : 0.0;
}

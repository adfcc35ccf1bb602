/* needs: inline two_product */
/* a/b less its rounded value, nearly: the remainder over b. */
SDV_INLINE double sd_over_rest(double a, double b) {
    double low;
    const double q = a / b;
    const double rest = ((a - sd_two_product(q, b, &low)) - low) / b;
    return rest - rest == 0.0 ? rest : 0.0;
}

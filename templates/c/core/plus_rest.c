/* needs: inline */
/* a + b less its rounded value (two-sum). */
SDV_INLINE double sd_plus_rest(double a, double b) {
    const double s = a + b;
    const double part = s - a;
    const double low = (a - (s - part)) + (b - part);
    return low - low == 0.0 ? low : 0.0;
}

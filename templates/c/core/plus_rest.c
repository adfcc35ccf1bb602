/* needs: */
/* a + b less its rounded value (two-sum). */
static inline double sd_plus_rest(double a, double b) {
    const double s = a + b;
    const double part = s - a;
    const double low = (a - (s - part)) + (b - part);
    return low - low == 0.0 ? low : 0.0;
}

/* needs: */
static inline double sd_square(double x) { return x * x; }

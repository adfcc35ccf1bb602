/* needs: */
/* The larger of two numbers; NaN if one of them is NaN. */
static inline double sd_max(double a, double b) { return a > b || a != a ? a : b; }

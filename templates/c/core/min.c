/* needs: */
/* The smaller of two numbers; NaN if one of them is NaN. */
static inline double sd_min(double a, double b) { return a < b || a != a ? a : b; }

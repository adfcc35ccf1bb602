/* needs: inline */
/* The smaller of two numbers; NaN if one of them is NaN. */
SDV_INLINE double sdv_min_f64(double a, double b) { return a < b || a != a ? a : b; }

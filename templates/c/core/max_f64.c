/* needs: inline */
/* The larger of two numbers; NaN if one of them is NaN. */
SDV_INLINE double sdv_max_f64(double a, double b) { return a > b || a != a ? a : b; }

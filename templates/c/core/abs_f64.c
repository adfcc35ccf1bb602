/* needs: inline */
/* -0 becomes +0. */
SDV_INLINE double sdv_abs_f64(double x) { return x < 0 ? -x : x + 0; }

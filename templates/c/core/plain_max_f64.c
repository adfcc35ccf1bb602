/* needs: inline */
/* The same without a care for NaN, which shows in a sum later. */
SDV_INLINE double sdv_plain_max_f64(double a, double b) { return b > a ? b : a; }

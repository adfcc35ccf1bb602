/* needs: inline */
/* -1, 0 or 1; NaN stays. */
SDV_INLINE double sdv_sign_f64(double x) { return x > 0 ? (double)1 : x < 0 ? (double)-1 : x == 0 ? (double)0 : x; }

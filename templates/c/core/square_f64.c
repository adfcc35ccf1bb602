/* needs: inline */
SDV_INLINE double sdv_square_f64(double x) { return x * x; }

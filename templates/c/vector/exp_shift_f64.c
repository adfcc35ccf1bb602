/* needs: inline */
/* What to subtract from every x before exp_scaled_f64, m the greatest of them: nothing for |m| < 2048; beyond, m
   itself, since then x - m is exact for every x that does not vanish beside m: x > m - 746 lies between m/2 and 2*m.
   NaN stays. */
SDV_INLINE double sdv_exp_shift_f64(double m) { return m > -2048.0 && m < 2048.0 ? 0.0 : m; }

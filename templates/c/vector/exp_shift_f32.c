/* needs: inline */
/* What to subtract from every x before exp_scaled_f32, m the greatest of them: nothing for |m| < 256; beyond, m
   itself, since then x - m is exact for every x that does not vanish beside m: x > m - 104 lies between m/2 and 2*m.
   NaN stays. */
SDV_INLINE float sdv_exp_shift_f32(float m) { return m > -256.0f && m < 256.0f ? 0.0f : m; }

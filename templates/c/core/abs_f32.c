/* needs: inline */
/* -0 becomes +0. */
SDV_INLINE float sdv_abs_f32(float x) { return x < 0 ? -x : x + 0; }

/* needs: inline */
/* The smaller of two numbers; NaN if one of them is NaN. */
SDV_INLINE float sdv_min_f32(float a, float b) { return a < b || a != a ? a : b; }

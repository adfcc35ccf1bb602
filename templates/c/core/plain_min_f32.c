/* needs: inline */
/* The same without a care for NaN, which shows in a sum later. */
SDV_INLINE float sdv_plain_min_f32(float a, float b) { return b < a ? b : a; }

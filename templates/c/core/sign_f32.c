/* needs: inline */
/* -1, 0 or 1; NaN stays. */
SDV_INLINE float sdv_sign_f32(float x) { return x > 0 ? (float)1 : x < 0 ? (float)-1 : x == 0 ? (float)0 : x; }

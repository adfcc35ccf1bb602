/* needs: inline */
SDV_INLINE float sdv_square_f32(float x) { return x * x; }

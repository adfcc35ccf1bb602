/* needs: bits_f32 */
SDV_INLINE float sdv_infinity_f32(void) { return sdv_from_bits_f32(0x7F800000u); }

/* needs: bits_f64 */
SDV_INLINE double sdv_infinity_f64(void) { return sdv_from_bits_f64(0x7FF0000000000000u); }

/* needs: bits */
static inline double sd_nan(void) { return sd_from_bits(0x7FF8000000000000u); }

/* needs: bits */
static inline double sd_infinity(void) { return sd_from_bits(0x7FF0000000000000u); }

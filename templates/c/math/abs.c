/* needs: bits */
/* |x|: clears the sign bit, exact. abs(-0) = +0, abs(-inf) = inf, NaN gives NaN. */
static inline double sd_abs(double x) { return sd_from_bits(sd_bits(x) & 0x7FFFFFFFFFFFFFFFu); }

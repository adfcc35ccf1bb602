/* needs: */
/* A sum with its rounding errors put back in; infinities and NaN stay as they are. */
static inline double sd_total(double sum, double low) { return low - low == 0.0 ? sum + low : sum; }

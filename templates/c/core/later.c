/* needs: */
/* The later of two places. */
static inline ptrdiff_t sd_later(ptrdiff_t a, ptrdiff_t b) { return a > b ? a : b; }

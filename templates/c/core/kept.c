/* needs: */
#ifndef SD_KEPT
#define SD_KEPT 1024 /* values of an axis that are kept on the stack, 8 bytes each; along longer axes they are worked out again */
#endif
static inline int sd_are_kept(ptrdiff_t count) { return count <= SD_KEPT; }

/* needs: */
/* Small functions that a loop must swallow whole to be vectorised, whatever the version of the loop is compiled for. */
#if defined(__GNUC__)
#define SDV_INLINE static inline __attribute__((always_inline))
#else
#define SDV_INLINE static inline
#endif

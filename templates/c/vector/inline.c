/* needs: */
/* Small functions that a loop must swallow whole to be vectorised, whatever its version is compiled for; a file may
   leave some of them unused. */
#if defined(__GNUC__)
#define SDV_INLINE static inline __attribute__((always_inline, unused))
#else
#define SDV_INLINE static inline
#endif

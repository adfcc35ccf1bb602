/* needs: inline */
/* A result of SD_FAR bytes or more leaves most caches before anybody reads it: where the processor can, it is written
   past them, in pieces of at most SD_PIECE entries that are made in the nearest cache, so that no line is read only to
   be written over. */
#if defined(__GNUC__) && defined(__SSE2__)
#include <emmintrin.h>
#define SD_STREAMS
#endif
#define SD_FAR 16777216
#define SD_PIECE 8192

/* Whether a result of so many bytes is to be streamed; its pieces lie so many bytes apart. */
SDV_INLINE int sd_streams(ptrdiff_t bytes, const void *to, ptrdiff_t apart, ptrdiff_t more) {
#ifdef SD_STREAMS
    return bytes >= SD_FAR && (((size_t)to | (size_t)apart | (size_t)more) & 15u) == 0;
#else
    (void)bytes, (void)to, (void)apart, (void)more;
    return 0;
#endif
}

/* Others see what was streamed before what is written next. */
SDV_INLINE void sd_streamed(void) {
#ifdef SD_STREAMS
    _mm_sfence();
#endif
}

/* needs: inline */
/* Passes over an axis work on SD_L values at once: places of one row (across), or one place of SD_L rows. The count is
   large enough that compilers vectorise the loop over l before they unroll it. Sums take SD_CHUNK values a lane (of
   rows side by side SD_FEW, since no other lane evens out their errors), then go on in a longer or compensated sum:
   their error does not grow with the axis. Rows of at most SD_SMALL entries, and rows that do not lie along memory in
   every array, are worked on SD_L rows at once, SD_TALL places at a time: an array whose rows are not side by side
   goes through a tile. Else as many rows follow each other as hold SD_NEAR entries, so that the second pass still
   finds them near. */
#define SD_L 32
#define SD_CHUNK 8
#define SD_FEW 2
#define SD_LONG 64 /* SD_CHUNK where floats are added up in double: a row of no more steps is brief, its sums plain */
#define SD_SMALL 32
#define SD_TALL 64 /* as SD_LONG: where long sums go on */
#define SD_NEAR 2048
#define SD_NEXT 262144 /* bytes of a row that leave room in the caches of a core for what is called of the next one */
#define SD_TILE 256
#define SD_WAITS 1048576 /* bytes of a row of results that wait in the caches of a core until their pass comes */

#if defined(__GNUC__) && !defined(__clang__)
#define SD_IVDEP _Pragma("GCC ivdep")
#define SD_ROLLED _Pragma("GCC unroll 1") /* a short loop, to be vectorised and not unrolled before */
#else
#define SD_IVDEP
#define SD_ROLLED
#endif
#define SD_LANES(l, n) SD_IVDEP for (int l = 0; l < SD_L; ++l) if (l < (n))

/* One text for several generations of x86-64, the right one chosen when the program is loaded (GNU ifunc). */
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ >= 12 && defined(__x86_64__) && defined(__gnu_linux__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !defined(SD_ONE_TARGET) && defined(__OPTIMIZE__)
#define SD_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define SD_CLONES
#endif
/* Functions that are called from several places, too large to be swallowed by all of them. */
#if defined(__GNUC__)
#define SDV_OWN SD_CLONES static __attribute__((noinline, unused))
#else
#define SDV_OWN static
#endif

SDV_INLINE ptrdiff_t sd_least(ptrdiff_t a, ptrdiff_t b) { return a < b ? a : b; }

/* How far sums go on in one go, in steps of SD_L places or of one. */
SDV_INLINE ptrdiff_t sd_chunk(ptrdiff_t step) { return step > 1 ? SD_CHUNK * step : SD_FEW; }

/* How many rows of that size follow each other in one go. */
SDV_INLINE ptrdiff_t sd_rows_near(ptrdiff_t size) {
    return size * SD_L <= SD_NEAR ? SD_L : size >= SD_NEAR ? 1 : SD_NEAR / size;
}

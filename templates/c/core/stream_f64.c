/* needs: lanes streams */
/* A piece of a result that leaves the caches, past them; to lies on a multiple of 16 bytes. */
SDV_INLINE void sd_stream_f64(ptrdiff_t n, const double *from, double *to) {
    ptrdiff_t i = 0;
#ifdef SD_STREAMS
    for (; i < n - n % 2; i += 2) _mm_stream_pd(to + i, _mm_loadu_pd(from + i));
#endif
    for (; i < n; ++i) to[i] = from[i];
}

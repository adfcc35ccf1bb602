/* needs: lanes streams */
/* A piece of a result that leaves the caches, past them; to lies on a multiple of 16 bytes. */
SDV_INLINE void sd_stream_f32(ptrdiff_t n, const float *from, float *to) {
    ptrdiff_t i = 0;
#ifdef SD_STREAMS
    for (; i < n - n % 4; i += 4) _mm_stream_ps(to + i, _mm_loadu_ps(from + i));
#endif
    for (; i < n; ++i) to[i] = from[i];
}

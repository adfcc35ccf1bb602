/* needs: lanes */
/* Along a row: what lies so many entries ahead, in rows that follow each other or in the next long one, is called near,
   while functions that cost more than memory are worked out. Nothing is read, so it need not be there. */
SDV_INLINE void sd_ahead_f64(ptrdiff_t step, ptrdiff_t far, const double *x) {
#if defined(__GNUC__)
    const size_t there = (size_t)x + (size_t)far * sizeof(*x);
    if (step > 1) {
        __builtin_prefetch((const void *)there);
        __builtin_prefetch((const void *)(there + 64));
        __builtin_prefetch((const void *)(there + 128));
        __builtin_prefetch((const void *)(there + 192));
    }
#else
    (void)step, (void)far, (void)x;
#endif
}

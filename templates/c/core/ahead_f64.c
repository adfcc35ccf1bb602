/* needs: lanes */
/* Along a row: what lies as far ahead as rows that follow each other reach is called near, while functions that cost
   more than memory are worked out. Nothing is read, so it need not be there. */
SDV_INLINE void sd_ahead_f64(ptrdiff_t step, const double *x) {
#if defined(__GNUC__)
    const size_t there = (size_t)x + SD_NEAR * sizeof(*x);
    if (step > 1) {
        __builtin_prefetch((const void *)there);
        __builtin_prefetch((const void *)(there + 64));
        __builtin_prefetch((const void *)(there + 128));
        __builtin_prefetch((const void *)(there + 192));
    }
#else
    (void)step, (void)x;
#endif
}

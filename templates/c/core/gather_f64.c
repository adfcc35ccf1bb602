/* needs: lanes */
/* A few entries that lie apart, put together in whole lanes (the last entry fills them up), and back. */
SDV_INLINE void sd_gather_f64(ptrdiff_t many, const double *x, ptrdiff_t x_step, double *t) {
    for (ptrdiff_t l = 0; l < many + (SD_L - many % SD_L) % SD_L; ++l)
        t[l] = x[(l < many ? l : many - 1) * x_step];
}

SDV_INLINE void sd_scatter_f64(ptrdiff_t many, const double *t, double *x, ptrdiff_t x_step) {
    for (ptrdiff_t l = 0; l < many; ++l)
        x[l * x_step] = t[l];
}

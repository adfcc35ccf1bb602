/* needs: lanes */
/* A few entries that lie apart, put together in whole lanes (the last entry fills them up), and back. */
SDV_INLINE void sd_gather_f64(ptrdiff_t many, const double *x, ptrdiff_t x_step, double *t) {
    if (x_step == 1) {
        for (ptrdiff_t l = 0; l < many; ++l) t[l] = x[l];
    } else {
        for (ptrdiff_t l = 0; l < many; ++l) t[l] = x[l * x_step];
    }
    for (ptrdiff_t l = many; l % SD_L > 0; ++l) t[l] = t[many - 1];
}

SDV_INLINE void sd_scatter_f64(ptrdiff_t many, const double *t, double *x, ptrdiff_t x_step) {
    if (x_step == 1) {
        for (ptrdiff_t l = 0; l < many; ++l) x[l] = t[l];
    } else {
        for (ptrdiff_t l = 0; l < many; ++l) x[l * x_step] = t[l];
    }
}

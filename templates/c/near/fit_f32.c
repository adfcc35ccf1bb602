/* needs: bits_f32 lanes */
/* Whether magnitudes, given as bits of floats, do not exceed one, or reach one. */
SDV_INLINE int sd_below(const int *most, int high) {
    int all = 0;
    SD_LANES(l, SD_L) all = most[l] > all ? most[l] : all;
    return all <= high;
}

SDV_INLINE int sd_above(const int *least, int low) {
    int all = 0x7FFFFFFF;
    SD_LANES(l, SD_L) all = least[l] < all ? least[l] : all;
    return all >= low;
}

/* The same for entries that lie together, and 0 is as good; in mark whether each fits; those that do not, nor NaN, are
   taken from elsewhere. */
SDV_INLINE int sd_fit_f32(ptrdiff_t many, const float *x, int low, int high) {
    int most = 0, least = 0x7FFFFFFF;
    for (ptrdiff_t l = 0; l < many; ++l) {
        const int size = (int)(sdv_bits_f32(x[l]) & 0x7FFFFFFFu);
        most = size > most ? size : most;
        if (low > 0) {
            const int some = size > 0 ? size : 0x7FFFFFFF;
            least = some < least ? some : least;
        }
    }
    return most <= high && least >= low;
}

SDV_INLINE void sd_mark_f32(ptrdiff_t many, const float *x, int low, int high, int *mark) {
    for (ptrdiff_t l = 0; l < many; ++l) {
        const int size = (int)(sdv_bits_f32(x[l]) & 0x7FFFFFFFu);
        mark[l] &= (size >= low || size == 0) && size <= high;
    }
}

SDV_INLINE void sd_choose_f32(ptrdiff_t many, const int *mark, const float *other, float *y) {
    for (ptrdiff_t l = 0; l < many; ++l) y[l] = mark[l] ? y[l] : other[l];
}

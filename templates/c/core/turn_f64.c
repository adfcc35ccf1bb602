/* needs: lanes */
/* A few short rows, put beside each other so that one place of SD_L rows lies together, and back. */
SDV_INLINE void sd_turn_f64(int rows, ptrdiff_t size, const double *x, ptrdiff_t x_row, ptrdiff_t x_c, double *t) {
    for (int l = 0; l < SD_L; ++l) {
        const double *row = x + (l < rows ? l : rows - 1) * x_row;
        for (ptrdiff_t c = 0; c < size; ++c)
            t[c * SD_L + l] = row[c * x_c];
    }
}

SDV_INLINE void sd_turn_back_f64(int rows, ptrdiff_t size, const double *t, double *x, ptrdiff_t x_row, ptrdiff_t x_c) {
    for (int l = 0; l < rows; ++l)
        for (ptrdiff_t c = 0; c < size; ++c)
            x[l * x_row + c * x_c] = t[c * SD_L + l];
}

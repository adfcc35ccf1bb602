/* needs: lanes */
/* A few short rows, put beside each other so that one place of SD_L rows lies together, and back; in whole panels by
   eights, written out since no compiler does it by itself: twice as fast. */
SDV_INLINE void sd_turn_f32(int rows, ptrdiff_t size, const float *x, ptrdiff_t x_row, ptrdiff_t x_c, float *t) {
    if (rows < SD_L) {
        for (int l = 0; l < SD_L; ++l)
            for (ptrdiff_t c = 0; c < size; ++c)
                t[c * SD_L + l] = x[(l < rows ? l : rows - 1) * x_row + c * x_c];
        return;
    }
    for (int l = 0; l < SD_L; l += 8)
        for (ptrdiff_t c = 0; c < size; ++c) {
            const float *from = x + l * x_row + c * x_c, *next = from + 4 * x_row;
            float *to = t + c * SD_L + l;
            to[0] = from[0], to[1] = from[x_row], to[2] = from[2 * x_row], to[3] = from[3 * x_row];
            to[4] = next[0], to[5] = next[x_row], to[6] = next[2 * x_row], to[7] = next[3 * x_row];
        }
}

SDV_INLINE void sd_turn_back_f32(int rows, ptrdiff_t size, const float *t, float *x, ptrdiff_t x_row, ptrdiff_t x_c) {
    if (rows < SD_L) {
        for (int l = 0; l < rows; ++l)
            for (ptrdiff_t c = 0; c < size; ++c)
                x[l * x_row + c * x_c] = t[c * SD_L + l];
        return;
    }
    for (int l = 0; l < SD_L; l += 8)
        for (ptrdiff_t c = 0; c < size; ++c) {
            const float *from = t + c * SD_L + l;
            float *to = x + l * x_row + c * x_c, *next = to + 4 * x_row;
            to[0] = from[0], to[x_row] = from[1], to[2 * x_row] = from[2], to[3 * x_row] = from[3];
            next[0] = from[4], next[x_row] = from[5], next[2 * x_row] = from[6], next[3 * x_row] = from[7];
        }
}

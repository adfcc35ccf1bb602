/* needs: lanes */
/* A pile of cards dealt from 4 piles (2 piles) of n in turn, and back: what compilers make shuffles of registers of. */
SDV_INLINE void sd_riffle4_f64(ptrdiff_t n, const double *from, double *to) {
    SD_IVDEP for (ptrdiff_t i = 0; i < n; ++i) {
        to[4 * i] = from[i];
        to[4 * i + 1] = from[n + i];
        to[4 * i + 2] = from[2 * n + i];
        to[4 * i + 3] = from[3 * n + i];
    }
}

SDV_INLINE void sd_riffle2_f64(ptrdiff_t n, const double *from, double *to) {
    SD_IVDEP for (ptrdiff_t i = 0; i < n; ++i) {
        to[2 * i] = from[i];
        to[2 * i + 1] = from[n + i];
    }
}

SDV_INLINE void sd_unriffle4_f64(ptrdiff_t n, const double *from, double *to) {
    SD_IVDEP for (ptrdiff_t i = 0; i < n; ++i) {
        to[i] = from[4 * i];
        to[n + i] = from[4 * i + 1];
        to[2 * n + i] = from[4 * i + 2];
        to[3 * n + i] = from[4 * i + 3];
    }
}

SDV_INLINE void sd_unriffle2_f64(ptrdiff_t n, const double *from, double *to) {
    SD_IVDEP for (ptrdiff_t i = 0; i < n; ++i) {
        to[i] = from[2 * i];
        to[n + i] = from[2 * i + 1];
    }
}

/* A few short rows, put beside each other so that one place of SD_L rows lies together, and back; in whole panels by
   eights, written out since no compiler does it by itself: twice as fast. SD_L rows that follow each other in memory
   are transposed by dealing all entries from 4, 4 and 2 piles: entry i of n then lies at place 32*i mod (n - 1). */
SDV_INLINE void sd_turn_f64(int rows, ptrdiff_t size, const double *x, ptrdiff_t x_row, ptrdiff_t x_c, double *t) {
    if (rows == SD_L && x_c == 1 && x_row == size) {
        double first[SD_SMALL * SD_L], second[SD_SMALL * SD_L];
        sd_riffle4_f64(size * (SD_L / 4), x, first);
        sd_riffle4_f64(size * (SD_L / 4), first, second);
        sd_riffle2_f64(size * (SD_L / 2), second, t);
        return;
    }
    if (rows < SD_L) {
        for (ptrdiff_t c = 0; c < size; ++c) {
            const double last = x[(rows - 1) * x_row + c * x_c]; /* in the places of rows that are not there */
            for (int l = 0; l < SD_L; ++l) t[c * SD_L + l] = last;
            for (int l = 0; l < rows - 1; ++l) t[c * SD_L + l] = x[l * x_row + c * x_c];
        }
        return;
    }
    for (int l = 0; l < SD_L; l += 8)
        for (ptrdiff_t c = 0; c < size; ++c) {
            const double *from = x + l * x_row + c * x_c, *next = from + 4 * x_row;
            double *to = t + c * SD_L + l;
            to[0] = from[0], to[1] = from[x_row], to[2] = from[2 * x_row], to[3] = from[3 * x_row];
            to[4] = next[0], to[5] = next[x_row], to[6] = next[2 * x_row], to[7] = next[3 * x_row];
        }
}

SDV_INLINE void sd_turn_back_f64(int rows, ptrdiff_t size, const double *t, double *x, ptrdiff_t x_row, ptrdiff_t x_c) {
    if (rows == SD_L && x_c == 1 && x_row == size) {
        double first[SD_SMALL * SD_L], second[SD_SMALL * SD_L];
        sd_unriffle4_f64(size * (SD_L / 4), t, first);
        sd_unriffle4_f64(size * (SD_L / 4), first, second);
        sd_unriffle2_f64(size * (SD_L / 2), second, x);
        return;
    }
    if (rows < SD_L) {
        for (int l = 0; l < rows; ++l)
            for (ptrdiff_t c = 0; c < size; ++c)
                x[l * x_row + c * x_c] = t[c * SD_L + l];
        return;
    }
    for (int l = 0; l < SD_L; l += 8)
        for (ptrdiff_t c = 0; c < size; ++c) {
            const double *from = t + c * SD_L + l;
            double *to = x + l * x_row + c * x_c, *next = to + 4 * x_row;
            to[0] = from[0], to[x_row] = from[1], to[2 * x_row] = from[2], to[3 * x_row] = from[3];
            next[0] = from[4], next[x_row] = from[5], next[2 * x_row] = from[6], next[3 * x_row] = from[7];
        }
}

/* needs: lanes */
/* Whether shuffles of registers are cheap: elsewhere entries are moved one by one, by eights, in half the time. */
#ifdef __AVX512F__
#define SD_DEALS 1
#else
#define SD_DEALS 0
#endif

/* A pile of cards dealt from 4 piles (2 piles) of n in turn, and back: what compilers make shuffles of registers of. */
SDV_INLINE void sd_riffle4_f32(ptrdiff_t n, const float *from, float *to) {
    SD_IVDEP for (ptrdiff_t i = 0; i < n; ++i) {
        to[4 * i] = from[i];
        to[4 * i + 1] = from[n + i];
        to[4 * i + 2] = from[2 * n + i];
        to[4 * i + 3] = from[3 * n + i];
    }
}

SDV_INLINE void sd_riffle2_f32(ptrdiff_t n, const float *from, float *to) {
    SD_IVDEP for (ptrdiff_t i = 0; i < n; ++i) {
        to[2 * i] = from[i];
        to[2 * i + 1] = from[n + i];
    }
}

SDV_INLINE void sd_unriffle4_f32(ptrdiff_t n, const float *from, float *to) {
    SD_IVDEP for (ptrdiff_t i = 0; i < n; ++i) {
        to[i] = from[4 * i];
        to[n + i] = from[4 * i + 1];
        to[2 * n + i] = from[4 * i + 2];
        to[3 * n + i] = from[4 * i + 3];
    }
}

SDV_INLINE void sd_unriffle2_f32(ptrdiff_t n, const float *from, float *to) {
    SD_IVDEP for (ptrdiff_t i = 0; i < n; ++i) {
        to[i] = from[2 * i];
        to[n + i] = from[2 * i + 1];
    }
}

/* SD_L rows of at most SD_SMALL entries that follow each other in memory, put beside each other so that one place of
   all rows lies together, and back: all entries are dealt from 4, 4 and 2 piles; entry i of n then lies at place
   32*i mod (n - 1). */
SDV_INLINE void sd_deal_f32(ptrdiff_t size, const float *x, float *t) {
    float first[SD_SMALL * SD_L], second[SD_SMALL * SD_L];
    sd_riffle4_f32(size * (SD_L / 4), x, first);
    sd_riffle4_f32(size * (SD_L / 4), first, second);
    sd_riffle2_f32(size * (SD_L / 2), second, t);
}

SDV_INLINE void sd_deal_back_f32(ptrdiff_t size, const float *t, float *x) {
    float first[SD_SMALL * SD_L], second[SD_SMALL * SD_L];
    sd_unriffle4_f32(size * (SD_L / 4), t, first);
    sd_unriffle4_f32(size * (SD_L / 4), first, second);
    sd_unriffle2_f32(size * (SD_L / 2), second, x);
}

/* Rows that follow each other in memory: what lies two panels further on is called near while this one is worked on, to
   be read or to be written. Nothing is read there, so it need not be there. */
#if defined(__GNUC__)
#define SD_AFTER(many, x, due) do { \
    const size_t there_ = (size_t)(x) + 2 * (size_t)(many) * sizeof(*(x)); \
    for (size_t at_ = 0; at_ < (size_t)(many) * sizeof(*(x)); at_ += 64) \
        __builtin_prefetch((const void *)(there_ + at_), due); \
} while (0)
#else
#define SD_AFTER(many, x, due) (void)0
#endif

/* A few rows that lie anyhow, put beside each other, the last one in the places of rows that are not there, and back.
   Whole panels of rows that lie along memory are dealt, SD_SMALL places at a time; others go by eights, written out
   since no compiler does it by itself: twice as fast. */
SDV_OWN void sd_turn_f32(int rows, ptrdiff_t size, const float *x, ptrdiff_t x_row, ptrdiff_t x_c, float *t) {
    if (rows < SD_L) {
        for (ptrdiff_t c = 0; c < size; ++c) {
            const float last = x[(rows - 1) * x_row + c * x_c];
            for (int l = 0; l < SD_L; ++l) t[c * SD_L + l] = last;
            if (x_row == 1)
                for (int l = 0; l < rows - 1; ++l) t[c * SD_L + l] = x[l + c * x_c];
            else
                for (int l = 0; l < rows - 1; ++l) t[c * SD_L + l] = x[l * x_row + c * x_c];
        }
        return;
    }
    if (x_row == 1) {
        for (ptrdiff_t c = 0; c < size; ++c) SD_LANES(l, SD_L) t[c * SD_L + l] = x[l + c * x_c];
        return;
    }
    if (x_c == 1 && x_row == size) SD_AFTER(SD_L * size, x, 0);
    if (SD_DEALS && x_c == 1 && x_row == size && size <= SD_SMALL) {
        sd_deal_f32(size, x, t);
        return;
    }
    ptrdiff_t done = 0;
    for (; SD_DEALS && x_c == 1 && done + SD_SMALL <= size; done += SD_SMALL) {
        float lines[SD_SMALL * SD_L];
        for (int l = 0; l < SD_L; ++l) SD_LANES(c, SD_SMALL) lines[l * SD_SMALL + c] = x[l * x_row + done + c];
        sd_deal_f32(SD_SMALL, lines, t + done * SD_L);
    }
    for (int l = 0; l < SD_L; l += 8)
        for (ptrdiff_t c = done; c < size; ++c) {
            const float *from = x + l * x_row + c * x_c, *next = from + 4 * x_row;
            float *to = t + c * SD_L + l;
            to[0] = from[0], to[1] = from[x_row], to[2] = from[2 * x_row], to[3] = from[3 * x_row];
            to[4] = next[0], to[5] = next[x_row], to[6] = next[2 * x_row], to[7] = next[3 * x_row];
        }
}

SDV_OWN void sd_turn_back_f32(int rows, ptrdiff_t size, const float *t, float *x, ptrdiff_t x_row, ptrdiff_t x_c) {
    if (rows < SD_L) {
        for (int l = 0; l < rows; ++l)
            for (ptrdiff_t c = 0; c < size; ++c) x[l * x_row + c * x_c] = t[c * SD_L + l];
        return;
    }
    if (x_c == 1 && x_row == size) SD_AFTER(SD_L * size, x, 1);
    if (SD_DEALS && x_c == 1 && x_row == size && size <= SD_SMALL) {
        sd_deal_back_f32(size, t, x);
        return;
    }
    ptrdiff_t done = 0;
    for (; SD_DEALS && x_c == 1 && done + SD_SMALL <= size; done += SD_SMALL) {
        float lines[SD_SMALL * SD_L];
        sd_deal_back_f32(SD_SMALL, t + done * SD_L, lines);
        for (int l = 0; l < SD_L; ++l) SD_LANES(c, SD_SMALL) x[l * x_row + done + c] = lines[l * SD_SMALL + c];
    }
    for (int l = 0; l < SD_L; l += 8)
        for (ptrdiff_t c = done; c < size; ++c) {
            const float *from = t + c * SD_L + l;
            float *to = x + l * x_row + c * x_c, *next = to + 4 * x_row;
            to[0] = from[0], to[x_row] = from[1], to[2 * x_row] = from[2], to[3 * x_row] = from[3];
            next[0] = from[4], next[x_row] = from[5], next[2 * x_row] = from[6], next[3 * x_row] = from[7];
        }
}

/* needs: collect_sum total */
/* The same for compensated sums. */
SDV_INLINE void sd_collect_total(int across, int turn, const double *from, const double *low, double *to) {
    double t[SD_L];
    SD_LANES(l, SD_L) t[l] = sd_total(from[l], low[l]);
    sd_collect_sum(across, turn, t, to);
}

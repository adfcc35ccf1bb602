/* needs: collect_sum total */
/* The same for sums with what was lost (low), if anything was kept of it. */
SDV_INLINE void sd_collect_total(int across, int turn, const double *from, const double *low, double *to) {
    double t[SD_L];
    if (!low) {
        sd_collect_sum(across, turn, from, to);
        return;
    }
    SD_LANES(l, SD_L) t[l] = sd_total(from[l], low[l]);
    sd_collect_sum(across, turn, t, to);
}

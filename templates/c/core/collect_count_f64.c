/* needs: collect_sum */
/* The same for lanes that count. */
SDV_INLINE void sd_collect_count_f64(int across, int turn, const long long *from, double *to) {
    double t[SD_L];
    SD_LANES(l, SD_L) t[l] = (double)from[l];
    sd_collect_sum(across, turn, t, to);
}

/* needs: collect_sum */
/* In how many lanes the extreme value of the row is reached. */
SDV_INLINE void sd_collect_count_f64(int across, int turn, const double *value, const double *extreme, double *to) {
    double t[SD_L];
    SD_LANES(l, SD_L) t[l] = (double)value[l] == extreme[across ? turn : l] ? 1.0 : 0.0;
    sd_collect_sum(across, turn, t, to);
}

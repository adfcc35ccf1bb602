/* needs: collect_sum */
/* The sum over the lanes (or for each row) in which the extreme value of the row is reached. */
SDV_INLINE void sd_collect_at_f64(int across, int turn, const double *value, const double *extreme, const double *from, double *to) {
    double t[SD_L];
    SD_LANES(l, SD_L) t[l] = (double)value[l] == extreme[across ? turn : l] ? (double)from[l] : 0.0;
    sd_collect_sum(across, turn, t, to);
}

/* needs: lanes order_f64 */
/* What the lanes come to: one number for the row, or one for each row. */
SDV_INLINE void sd_collect_min_f64(int across, int turn, const double *from, double *to) {
    if (!across) {
        SD_LANES(l, SD_L) to[l] = (double)from[l];
        return;
    }
    long long key[SD_L];
    SD_LANES(l, SD_L) key[l] = sdv_order_f64(from[l], 0);
    long long best = key[0];
    for (int l = 0; l < SD_L; ++l)
        best = key[l] < best ? key[l] : best;
    to[turn] = (double)sdv_from_order_f64(best);
}

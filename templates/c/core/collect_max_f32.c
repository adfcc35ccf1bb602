/* needs: lanes order_f32 */
/* What the lanes come to: one number for the row, or one for each row. */
SDV_INLINE void sd_collect_max_f32(int across, int turn, const float *from, double *to) {
    if (!across) {
        SD_LANES(l, SD_L) to[l] = (double)from[l];
        return;
    }
    int key[SD_L];
    SD_LANES(l, SD_L) key[l] = sdv_order_f32(from[l], 1);
    int best = key[0];
    for (int l = 0; l < SD_L; ++l)
        best = key[l] > best ? key[l] : best;
    to[turn] = (double)sdv_from_order_f32(best);
}

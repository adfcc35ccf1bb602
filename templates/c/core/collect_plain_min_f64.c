/* needs: lanes plain_min_f64 */
/* What the lanes come to, without a care for NaN: one number for the row, or one for each row. */
SDV_INLINE void sd_collect_plain_min_f64(int across, int turn, const double *from, double *to) {
    if (!across) {
        SD_LANES(l, SD_L) to[l] = from[l];
        return;
    }
    double half[16], quarter[8], few[4];
    SD_ROLLED for (int l = 0; l < 16; ++l) half[l] = sdv_plain_min_f64(from[l], from[l + 16]);
    SD_ROLLED for (int l = 0; l < 8; ++l) quarter[l] = sdv_plain_min_f64(half[l], half[l + 8]);
    SD_ROLLED for (int l = 0; l < 4; ++l) few[l] = sdv_plain_min_f64(quarter[l], quarter[l + 4]);
    to[turn] = sdv_plain_min_f64(sdv_plain_min_f64(few[0], few[2]), sdv_plain_min_f64(few[1], few[3]));
}

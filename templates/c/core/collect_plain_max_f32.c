/* needs: lanes plain_max_f32 */
/* What the lanes come to, without a care for NaN: one number for the row, or one for each row. */
SDV_INLINE void sd_collect_plain_max_f32(int across, int turn, const float *from, double *to) {
    if (!across) {
        SD_LANES(l, SD_L) to[l] = (double)from[l];
        return;
    }
    float half[16], quarter[8], few[4];
    SD_ROLLED for (int l = 0; l < 16; ++l) half[l] = sdv_plain_max_f32(from[l], from[l + 16]);
    SD_ROLLED for (int l = 0; l < 8; ++l) quarter[l] = sdv_plain_max_f32(half[l], half[l + 8]);
    SD_ROLLED for (int l = 0; l < 4; ++l) few[l] = sdv_plain_max_f32(quarter[l], quarter[l + 4]);
    to[turn] = (double)sdv_plain_max_f32(sdv_plain_max_f32(few[0], few[2]), sdv_plain_max_f32(few[1], few[3]));
}

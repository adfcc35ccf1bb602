/* needs: lanes */
/* The sum of the lanes for the row, pairwise, or each lane for its row. */
SDV_INLINE void sd_collect_sum(int across, int turn, const double *from, double *to) {
    double t[SD_L];
    SD_LANES(l, SD_L) t[l] = from[l];
    if (!across) {
        SD_LANES(l, SD_L) to[l] = t[l];
        return;
    }
    double half[16], quarter[8], few[4];
    SD_ROLLED for (int l = 0; l < 16; ++l) half[l] = t[l] + t[l + 16];
    SD_ROLLED for (int l = 0; l < 8; ++l) quarter[l] = half[l] + half[l + 8];
    SD_ROLLED for (int l = 0; l < 4; ++l) few[l] = quarter[l] + quarter[l + 4];
    to[turn] = (few[0] + few[2]) + (few[1] + few[3]);
}

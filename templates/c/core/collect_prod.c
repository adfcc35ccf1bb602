/* needs: lanes */
/* The product of the lanes for the row, or each lane for its row. */
SDV_INLINE void sd_collect_prod(int across, int turn, const double *from, double *to) {
    double product = 1.0;
    for (int l = 0; l < SD_L; ++l) {
        product *= from[l];
        if (!across)
            to[l] = from[l];
    }
    if (across)
        to[turn] = product;
}

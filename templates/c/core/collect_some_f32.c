/* needs: lanes nan */
/* What is at one place where the extreme value of the row is reached, or of each row. */
SDV_INLINE void sd_collect_some_f32(int across, int turn, const float *value, const double *extreme, const float *from,
                                    double *to) {
    if (!across) {
        SD_LANES(l, SD_L) to[l] = (double)value[l] == extreme[l] ? (double)from[l] : sd_nan();
        return;
    }
    const float best = (float)extreme[turn];
    int place = 0;
    for (int l = 0; l < SD_L; ++l) {
        const int here = value[l] == best ? l : 0;
        place = here > place ? here : place;
    }
    to[turn] = value[place] == best ? (double)from[place] : sd_nan();
}

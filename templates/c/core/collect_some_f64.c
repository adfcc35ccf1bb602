/* needs: lanes nan */
/* What is at one place where the extreme value of the row is reached, or of each row. */
SDV_INLINE void sd_collect_some_f64(int across, int turn, const double *value, const double *extreme, const double *from,
                                    double *to) {
    if (!across) {
        SD_LANES(l, SD_L) to[l] = value[l] == extreme[l] ? from[l] : sd_nan();
        return;
    }
    const double best = extreme[turn];
    int place = 0;
    for (int l = 0; l < SD_L; ++l) {
        const int here = value[l] == best ? l : 0;
        place = here > place ? here : place;
    }
    to[turn] = value[place] == best ? from[place] : sd_nan();
}

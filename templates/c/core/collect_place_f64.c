/* needs: lanes nan */
/* What is at one place where the extreme value is reached: along a row lanes hold the number of a step of SD_L places,
   the end of the row being one step more, and what is there is read now. (No lane counts beyond 2^53: in a row longer
   than that it may be some other place.) Rows side by side hold what is there. */
SDV_INLINE void sd_collect_place_f64(int across, int turn, const double *value, const double *extreme, const double *from,
                                     ptrdiff_t size, const double *x, ptrdiff_t x_step, double *to) {
    if (!across) {
        SD_LANES(l, SD_L) to[l] = value[l] == extreme[l] ? from[l] : sd_nan();
        return;
    }
    const double best = extreme[turn];
    int lane = 0;
    for (int l = 0; l < SD_L; ++l) {
        const int here = value[l] == best ? l : 0;
        lane = here > lane ? here : lane;
    }
    const ptrdiff_t first = sd_least((ptrdiff_t)from[lane] * SD_L, size - SD_L);
    to[turn] = value[lane] == best ? x[(first + lane) * x_step] : sd_nan();
}

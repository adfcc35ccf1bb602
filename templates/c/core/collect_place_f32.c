/* needs: lanes nan */
/* What is at one place where the extreme value is reached: along a row lanes hold the number of a step of SD_L places,
   the end of the row being one step more, and what is there is read now. (No lane counts beyond 2^24: in a row longer
   than that it may be some other place.) Rows side by side hold what is there. */
SDV_INLINE void sd_collect_place_f32(int across, int turn, const float *value, const double *extreme, const float *from,
                                     ptrdiff_t size, const float *x, ptrdiff_t x_step, double *to) {
    if (!across) {
        SD_LANES(l, SD_L) to[l] = (double)value[l] == extreme[l] ? (double)from[l] : sd_nan();
        return;
    }
    const float best = (float)extreme[turn];
    int lane = 0;
    for (int l = 0; l < SD_L; ++l) {
        const int here = value[l] == best ? l : 0;
        lane = here > lane ? here : lane;
    }
    const ptrdiff_t first = sd_least((ptrdiff_t)from[lane] * SD_L, size - SD_L);
    to[turn] = value[lane] == best ? (double)x[(first + lane) * x_step] : sd_nan();
}

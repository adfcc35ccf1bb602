/* needs: lanes */
/* Numbers of rows as values at places have them. */
SDV_INLINE void sd_near_f64(int rows, const double *from, double *to) {
    SD_LANES(l, rows) to[l] = (double)from[l];
}

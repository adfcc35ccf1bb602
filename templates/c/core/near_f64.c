/* needs: lanes */
/* Numbers of rows as values at places have them. */
SDV_INLINE void sd_near_f64(int rows, const double *from, double *to) {
    for (int l = 0; l < rows; ++l) to[l] = (double)from[l];
}

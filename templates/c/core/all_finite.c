/* needs: lanes */
SDV_INLINE int sd_is_finite(double x) { return x - x == 0.0; }

/* Whether numbers of rows are finite. */
SDV_INLINE int sd_all_finite(int rows, const double *x) {
    int all = 1;
    for (int r = 0; r < rows; ++r) all &= sd_is_finite(x[r]);
    return all;
}

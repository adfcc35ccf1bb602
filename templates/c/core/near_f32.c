/* needs: lanes */
/* Numbers of rows as values at places have them. */
SDV_INLINE void sd_near_f32(int rows, const double *from, float *to) {
    for (int l = 0; l < rows; ++l) to[l] = (float)from[l];
}

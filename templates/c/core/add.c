/* needs: */
/* sum + x; the rounding error of the addition is added to *low (two-sum). */
static inline double sd_add(double sum, double x, double *low) {
    const double s = sum + x;
    const double part = s - sum;
    *low += (sum - (s - part)) + (x - part);
    return s;
}

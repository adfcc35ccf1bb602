/* needs: exp_shifted_f64 */
/* exp(x - m), exactly 1 where x is m, the largest: what is added to it cancels without error. */
SDV_INLINE double sdv_exp_unit_f64(double x, double m, double shift, double least, double magic, double weight) {
    const double e = sdv_exp_shifted_f64(x, shift, least, magic) * weight;
    const double top = x == m ? 1.0 : 0;
    return e + top * (1.0 - e); /* no branch: 1 - e is exact for e near 1 */
}

/* needs: exp_parts_f64 */
/* exp(a - b) as if a - b were not rounded: the rest that its rounding leaves is exact (two-sum) and goes along.
   Infinities as in exp(a - b); NaN in either, or inf - inf, gives NaN. */
SDV_INLINE double sdv_exp_difference_f64(double a, double b) {
    const double d = a - b;
    const double back = d - a;
    const double rest = (a - (d - back)) - (b + back);
    return sdv_exp_parts_f64(d, d > -1024.0 && d < 1024.0 ? rest : 0.0, 0.0);
}

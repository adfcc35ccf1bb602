/* needs: inline */
/* log(1 + f) - f for sqrt(1/2) <= 1 + f < sqrt(2): with s = f/(2 + f), log(1 + f) = f - (f^2/2 - s*(f^2/2 + R(s^2))), R
   the minimax tail of 2*atanh(s)/s - 2 (2^-59.5). */
SDV_INLINE double sdv_log_tail_f64(double f) {
    const double s = f / (2.0 + f);
    const double z = s * s;
    double p = 0x1.2f02e55159aa5p-3;
    p = p * z + 0x1.39a1fe636c7b3p-3;
    p = p * z + 0x1.74663c1730e31p-3;
    p = p * z + 0x1.c71c52183bf48p-3;
    p = p * z + 0x1.24924941dd121p-2;
    p = p * z + 0x1.999999997ff4fp-2;
    p = p * z + 0x1.5555555555592p-1;
    const double half_square = (0.5 * f) * f;
    return s * (half_square + z * p) - half_square;
}

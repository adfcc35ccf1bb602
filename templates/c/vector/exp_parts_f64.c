/* needs: exp_pieces_f64 exp_tail_f64 */
/* exp(x + low)*2^-N for an integer N, |N| <= 6000, and |low| <= 2^-8. */
SDV_INLINE double sdv_exp_parts_f64(double x, double low, double N) {
    double lost, scale_1, scale_2;
    const double r = sdv_exp_pieces_f64(x, low, N, &lost, &scale_1, &scale_2);
    const double p = 1.0 + (r + (r * r) * sdv_exp_tail_f64(r));
    const double y = p * scale_1 * scale_2;
    return x > N * 0x1.62e42fefa39efp-1 + 711.0 ? sdv_from_bits_f64(0x7FF0000000000000u) : y;
}

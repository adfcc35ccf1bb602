/* needs: bits_f64 */
/* As exp_pieces_f32. For |N| <= 6000, |low| <= 2^-8 and x < N*log(2) + 711. */
SDV_INLINE double sdv_exp_pieces_f64(double x, double low, double N, double *lost, double *scale_1,
                                     double *scale_2) {
    const double shift = (0x1.8p52 + 2046.0) - N; /* adding it rounds to an integer; the low bits hold k - N + 2046 */
    const double middle = N * 0x1.62e42fefa39efp-1;
    const double t = x < middle - 746.0 ? middle - 1418.0 : x; /* so k - N + 2046 = 0 there */
    const double shifted = t * 0x1.71547652b82fep+0 + shift;
    const double k = shifted - shift;
    const double r_high = t - k * 0x1.62e42fefa4p-1; /* exact: 40 bits times 13 bits, then cancellation */
    const double r_low = low + k * 0x1.8432a1b0e2634p-43;
    const double r = r_high + r_low;
    const unsigned long long n = sdv_bits_f64(shifted);
    const unsigned long long half = n >> 1;
    *scale_1 = sdv_from_bits_f64(half << 52);
    *scale_2 = sdv_from_bits_f64((n - half) << 52);
    *lost = (r_high - r) + r_low;
    return r;
}

/* needs: bits_f64 exp_tail_f64 */
/* exp(x + low)*2^-N for an integer N, as exp_parts_f32 does it. For |N| <= 6000 and |low| <= 2^-8. */
SDV_INLINE double sdv_exp_parts_f64(double x, double low, double N) {
    const double shift = (0x1.8p52 + 2046.0) - N; /* adding it rounds to an integer; the low bits hold k - N + 2046 */
    const double middle = N * 0x1.62e42fefa39efp-1;
    const double t = x < middle - 746.0 ? middle - 1418.0 : x; /* so k - N + 2046 = 0 where the result vanishes */
    const double shifted = t * 0x1.71547652b82fep+0 + shift;
    const double k = shifted - shift;
    const double r_high = t - k * 0x1.62e42fefa4p-1; /* exact: 40 bits times 13 bits, then cancellation */
    const double r = r_high + (low + k * 0x1.8432a1b0e2634p-43);
    const double p = 1.0 + (r + (r * r) * sdv_exp_tail_f64(r));
    const unsigned long long n = sdv_bits_f64(shifted);
    const unsigned long long half = n >> 1;
    const double y = p * sdv_from_bits_f64(half << 52) * sdv_from_bits_f64((n - half) << 52);
    return x > middle + 711.0 ? sdv_from_bits_f64(0x7FF0000000000000u) : y;
}

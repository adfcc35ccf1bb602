/* needs: bits_f64 exp_tail_f64 */
/* exp(x) for |x| < 700, otherwise meaningless; NaN gives NaN. See exp_pieces_f64. */
SDV_INLINE double sdv_exp_plain_f64(double x) {
    const double shift = 0x1.8p52 + 1023.0; /* adding it rounds to an integer; the low bits hold the exponent of 2^k */
    const double shifted = x * 0x1.71547652b82fep+0 + shift;
    const double k = shifted - shift;
    const double r = (x - k * 0x1.62e42fefa4p-1) + k * 0x1.8432a1b0e2634p-43;
    const double p = 1.0 + (r + (r * r) * sdv_exp_tail_f64(r));
    return p * sdv_from_bits_f64(sdv_bits_f64(shifted) << 52);
}

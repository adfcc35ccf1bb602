/* needs: bits_f64 exp_tail_f64 exp_shift_f64 log2e_round_f64 */
/* exp(x - m) for the largest x of a row, m, as a number of ordinary size: exp(x - m)*2^500*exp(m - N*log(2)), N the integer
   nearest to m*log2(e). The exponent of the result is a difference of integers: x - m is never rounded where it
   matters. shift is exp_shift(m); magic and least come from d = m - shift: adding magic rounds to an integer, so that
   the low bits hold the exponent, and they hold 0, for the result 0, at least, where exp(x - m) < 2^-1522. */
SDV_INLINE double sdv_exp_magic_f64(double d) { return (0x1.8p52 + 1523.0) - sdv_log2e_round_f64(d); }

SDV_INLINE double sdv_exp_least_f64(double d) { return (sdv_log2e_round_f64(d) - 1523.0) * 0x1.62e42fefa39efp-1; }

SDV_INLINE double sdv_exp_shifted_f64(double x, double shift, double least, double magic) {
    const double d = x - shift;
    const double t = d < least ? least : d;
    const double shifted = t * 0x1.71547652b82fep+0 + magic;
    const double k = shifted - magic;
    const double r_high = t - k * 0x1.62e42fefa4p-1; /* exact: 40 bits times 13 bits, then cancellation */
    const double r = r_high + k * 0x1.8432a1b0e2634p-43;
    const double p = 1.0 + r * (1.0 + r * sdv_exp_tail_f64(r));
    return p * sdv_from_bits_f64(sdv_bits_f64(shifted) << 52);
}

/* What sdv_exp_shifted(x) is to be multiplied by to give exp(x - m); 1 where m is infinite. */
SDV_INLINE double sdv_exp_weight_f64(double m) {
    const double finite = m - m == 0 ? m : 0;
    const double shift = sdv_exp_shift_f64(finite);
    const double d = finite - shift;
    const double e = sdv_exp_shifted_f64(finite, shift, sdv_exp_least_f64(d), sdv_exp_magic_f64(d));
    return m - m == 0 ? 1.0 / e : 1.0;
}

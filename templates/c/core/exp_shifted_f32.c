/* needs: bits_f32 exp_tail_f32 exp_shift_f32 log2e_round_f32 */
/* exp(x - m) for the largest x of a row, m, as a number of ordinary size: exp(x - m)*2^60*exp(m - N*log(2)), N the integer
   nearest to m*log2(e). The exponent of the result is a difference of integers: x - m is never rounded where it
   matters. shift is exp_shift(m); magic and least come from d = m - shift: adding magic rounds to an integer, so that
   the low bits hold the exponent, and they hold 0, for the result 0, at least, where exp(x - m) < 2^-186. */
SDV_INLINE float sdv_exp_magic_f32(float d) { return (0x1.8p23f + 187.0f) - sdv_log2e_round_f32(d); }

SDV_INLINE float sdv_exp_least_f32(float d) { return (sdv_log2e_round_f32(d) - 187.0f) * 0x1.62e43p-1f; }

SDV_INLINE float sdv_exp_shifted_f32(float x, float shift, float least, float magic) {
    const float d = x - shift;
    const float t = d < least ? least : d;
    const float shifted = t * 0x1.715476p+0f + magic;
    const float k = shifted - magic;
    const float r_high = t - k * 0x1.62ep-1f; /* exact: 13 bits times 11 bits, then cancellation */
    const float r = r_high - k * 0x1.0bfbe8p-15f;
    const float p = 1.0f + r * (1.0f + r * sdv_exp_tail_f32(r));
    return p * sdv_from_bits_f32(sdv_bits_f32(shifted) << 23);
}

/* What sdv_exp_shifted(x) is to be multiplied by to give exp(x - m); 1 where m is infinite. */
SDV_INLINE double sdv_exp_weight_f32(float m) {
    const float finite = m - m == 0 ? m : 0;
    const float shift = sdv_exp_shift_f32(finite);
    const float d = finite - shift;
    const double e = (double)sdv_exp_shifted_f32(finite, shift, sdv_exp_least_f32(d), sdv_exp_magic_f32(d));
    return m - m == 0 ? 1.0 / e : 1.0;
}

/* needs: inline bits exp_tail */
/* exp(x + low) for |low| <= ulp(x): x = k*log(2) + r, exp(r) = 1 + r + r^2*tail(r) with the rounding of 1 + r carried
   along; 2^k is applied in two exact factors, so the result is rounded once, into the subnormals too. Straight-line:
   no branch, no table. NaN in x or low gives NaN. */
SDV_INLINE double sd_exp_sum(double x, double low) {
    const double shift = 0x1.8p52; /* adding it rounds to an integer, held in the low bits */
    const double floor_x = x < -746.0 ? -746.0 : x;
    const double clamped = floor_x > 710.0 ? 710.0 : floor_x;
    const double shifted = clamped * 0x1.71547652b82fep+0 + shift;
    const double k = shifted - shift;
    const double r_high = clamped - k * 0x1.62e42fefa3800p-1; /* exact: 42 bits times 11 bits, then cancellation */
    const double r_low = low - k * 0x1.ef35793c76730p-45;
    const double r = r_high + r_low;
    const double rest = (r_high - r) + r_low;
    const double s = 1.0 + r;
    const double y = s + ((r - (s - 1.0)) + (rest + r * r * sd_exp_tail(r)));
    const unsigned long long n = sd_bits(shifted) - sd_bits(shift); /* k modulo 2^64 */
    const unsigned long long half = (n + 2048u) >> 1;
    return y * sd_from_bits((half - 1u) << 52) * sd_from_bits((n + 2047u - half) << 52);
}

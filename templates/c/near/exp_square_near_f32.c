/* needs: bits_f32 */
/* exp(-c*x^2) as if c*x^2 were not rounded, for c a power of two and c*x^2 <= 87, otherwise meaningless. x^2 is the
   square of the upper 12 bits of x, exact, and a rest; r is the reduced argument over -c, where no rounding comes in;
   the polynomial, (exp(r) - 1 - r)/r^2 to 2^-27.3 of exp(r), has the powers of -c in its coefficients. */
SDV_INLINE float sdv_exp_square_near_f32(float x, float c) {
    const float shift = 0x1.8p23f + 127.0f;
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
    const float square = x * x;
    const float rest = __builtin_fmaf(x, x, -square);
#else
    const float high = sdv_from_bits_f32(sdv_bits_f32(x) & 0xFFFFF000u);
    const float rest = (x - high) * (x + high);
    const float square = high * high;
#endif
    const float shifted = square * (-0x1.715476p+0f * c) + shift;
    const float k = shifted - shift;
    const float r = (square + k * (0x1.62ep-1f / c)) + (rest + k * (0x1.0bfbe8p-15f / c));
    const float d = -c;
    float q = (0x1.5a29f2p-10f * d * d * d * d * d * d) * r + (0x1.123c9cp-7f * d * d * d * d * d);
    q = q * r + (0x1.556ep-5f * d * d * d * d);
    q = q * r + (0x1.555488p-3f * d * d * d);
    q = q * r + (0x1.ffffe4p-2f * d * d);
    const float p = 1.0f + r * (d + r * q);
    return p * sdv_from_bits_f32(sdv_bits_f32(shifted) << 23);
}

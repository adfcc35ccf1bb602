/* needs: bits_f32 */
/* sqrt(x). The instruction where the compiler gives it without a call for errno. Elsewhere, or with SDV_PORTABLE_SQRT
   defined: Newton's iteration for 1/sqrt from a guess by the bits, and one step with the remainder x - s^2, exact but
   for its last part, s being cut in two.
   sqrt(+-0) = +-0, sqrt(inf) = inf, sqrt(x < 0) = NaN, NaN gives NaN. */
SDV_INLINE float sdv_sqrt_f32(float x) {
#if defined(__GNUC__) && defined(__NO_MATH_ERRNO__) && !defined(SDV_PORTABLE_SQRT)
    return __builtin_sqrtf(x);
#else
    const float a = x * (x < 1.0f ? 0x1p48f : 0x1p-48f); /* far from where s^2 and its parts leave the range */
    const float back = x < 1.0f ? 0x1p-24f : 0x1p24f;
    float y = sdv_from_bits_f32(0x5F375A86u - (sdv_bits_f32(a) >> 1)); /* 1/sqrt(a) to 4 % */
    const float half = 0.5f * a;
    y = y * (1.5f - (half * y) * y);
    y = y * (1.5f - (half * y) * y);
    y = y * (1.5f - (half * y) * y);
    const float s = a * y;
    const float s_high = sdv_from_bits_f32(sdv_bits_f32(s) & 0xFFFFF000u);
    const float s_low = s - s_high;
    const float rest = ((a - s_high * s_high) - (2.0f * s_high) * s_low) - s_low * s_low;
    const float root = (s + (0.5f * y) * rest) * back;
    const float positive = x < sdv_from_bits_f32(0x7F800000u) ? root : x;
    const float beyond = x == 0.0f ? x : sdv_from_bits_f32(0x7FC00000u);
    return x > 0.0f ? positive : beyond;
#endif
}

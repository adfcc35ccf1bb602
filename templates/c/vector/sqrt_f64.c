/* needs: bits_f64 */
/* sqrt(x), as sqrt_f32 does it. */
SDV_INLINE double sdv_sqrt_f64(double x) {
#if defined(__GNUC__) && defined(__NO_MATH_ERRNO__) && !defined(SDV_PORTABLE_SQRT)
    return __builtin_sqrt(x);
#else
    const double a = x * (x < 1.0 ? 0x1p200 : 0x1p-200); /* far from where s^2 and its parts leave the range */
    const double back = x < 1.0 ? 0x1p-100 : 0x1p100;
    double y = sdv_from_bits_f64(0x5FE6EB50C7B537A9u - (sdv_bits_f64(a) >> 1)); /* 1/sqrt(a) to 4 % */
    const double half = 0.5 * a;
    y = y * (1.5 - (half * y) * y);
    y = y * (1.5 - (half * y) * y);
    y = y * (1.5 - (half * y) * y);
    y = y * (1.5 - (half * y) * y);
    const double s = a * y;
    const double s_high = sdv_from_bits_f64(sdv_bits_f64(s) & 0xFFFFFFFFF8000000u);
    const double s_low = s - s_high;
    const double rest = ((a - s_high * s_high) - (2.0 * s_high) * s_low) - s_low * s_low;
    const double root = (s + (0.5 * y) * rest) * back;
    const double positive = x < sdv_from_bits_f64(0x7FF0000000000000u) ? root : x;
    const double beyond = x == 0.0 ? x : sdv_from_bits_f64(0x7FF8000000000000u);
    return x > 0.0 ? positive : beyond;
#endif
}

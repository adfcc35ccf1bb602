/* needs: bits_f64 */
/* log(x*2^N) for an integer N: x = 2^k*(1 + f), sqrt(1/2) <= 1 + f < sqrt(2), and (k + N)*log(2) + log(1 + f); with
   s = f/(2 + f), log(1 + f) = f - (f^2/2 - s*(f^2/2 + R(s^2))), R the minimax tail of 2*atanh(s)/s - 2 (2^-59.5).
   For |N| <= 7000. 0 gives -inf, inf gives inf, x < 0 and NaN give NaN; subnormals are scaled first. */
SDV_INLINE double sdv_log_parts_f64(double x, double N) {
    const unsigned long long root = 0x3FE6A09E667F3BCDu; /* sqrt(1/2) */
    const double normal = x < 0x1p-1022 ? x * 0x1p54 : x;
    const double bias = x < 0x1p-1022 ? 0x1p52 + 1078.0 - N : 0x1p52 + 1024.0 - N;
    const unsigned long long v = sdv_bits_f64(normal) - root + (1024ull << 52);
    const double k = sdv_from_bits_f64(0x4330000000000000u + (v >> 52)) - bias; /* and N */
    const double f = sdv_from_bits_f64((v & 0xFFFFFFFFFFFFFu) + root) - 1.0;
    const double s = f / (2.0 + f);
    const double z = s * s;
    double p = 0x1.2f02e55159aa5p-3;
    p = p * z + 0x1.39a1fe636c7b3p-3;
    p = p * z + 0x1.74663c1730e31p-3;
    p = p * z + 0x1.c71c52183bf48p-3;
    p = p * z + 0x1.24924941dd121p-2;
    p = p * z + 0x1.999999997ff4fp-2;
    p = p * z + 0x1.5555555555592p-1;
    const double half_square = (0.5 * f) * f;
    const double tail = half_square - (s * (half_square + z * p) - k * 0x1.8432a1b0e2634p-43);
    const double y = k * 0x1.62e42fefa4p-1 + (f - tail); /* the product is exact: 40 bits times 13 bits */
    const double beyond = x == 0.0 ? sdv_from_bits_f64(0xFFF0000000000000u) : sdv_from_bits_f64(0x7FF8000000000000u);
    const double finite = x < sdv_from_bits_f64(0x7FF0000000000000u) ? y : x;
    return x > 0.0 ? finite : beyond;
}

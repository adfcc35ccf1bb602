/* needs: bits_f64 log_tail_f64 */
/* log(x*2^N) for an integer N: x = 2^k*(1 + f), sqrt(1/2) <= 1 + f < sqrt(2), and (k + N)*log(2) + (f + tail(f)).
   For |N| <= 7000. 0 gives -inf, inf gives inf, x < 0 and NaN give NaN; subnormals are scaled first. */
SDV_INLINE double sdv_log_parts_f64(double x, double N) {
    const unsigned long long root = 0x3FE6A09E667F3BCDu; /* sqrt(1/2) */
    const double normal = x < 0x1p-1022 ? x * 0x1p54 : x;
    const double bias = x < 0x1p-1022 ? 0x1p52 + 1078.0 - N : 0x1p52 + 1024.0 - N;
    const unsigned long long v = sdv_bits_f64(normal) - root + (1024ull << 52);
    const double k = sdv_from_bits_f64(0x4330000000000000u + (v >> 52)) - bias; /* and N */
    const double f = sdv_from_bits_f64((v & 0xFFFFFFFFFFFFFu) + root) - 1.0;
    const double rest = sdv_log_tail_f64(f) - k * 0x1.8432a1b0e2634p-43;
    const double y = k * 0x1.62e42fefa4p-1 + (f + rest); /* the product is exact: 40 bits times 13 bits */
    const double beyond = x == 0.0 ? sdv_from_bits_f64(0xFFF0000000000000u) : sdv_from_bits_f64(0x7FF8000000000000u);
    const double finite = x < sdv_from_bits_f64(0x7FF0000000000000u) ? y : x;
    return x > 0.0 ? finite : beyond;
}

/* needs: bits_f64 */
/* A number as an integer of the same order, and back: integers have a maximum that compilers vectorise. NaN is above
   all (top) or below all. */
SDV_INLINE long long sdv_order_f64(double x, int top) {
    const long long word = (long long)sdv_bits_f64(x);
    const long long key = word < 0 ? word ^ 0x7FFFFFFFFFFFFFFF : word;
    return x != x ? (top ? 0x7FFFFFFFFFFFFFFF : (-0x7FFFFFFFFFFFFFFF - 1)) : key;
}

SDV_INLINE double sdv_from_order_f64(long long key) {
    return sdv_from_bits_f64((unsigned long long)(key < 0 ? key ^ 0x7FFFFFFFFFFFFFFF : key));
}

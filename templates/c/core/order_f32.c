/* needs: bits_f32 */
/* A number as an integer of the same order, and back: integers have a maximum that compilers vectorise. NaN is above
   all (top) or below all. */
SDV_INLINE int sdv_order_f32(float x, int top) {
    const int word = (int)sdv_bits_f32(x);
    const int key = word < 0 ? word ^ 0x7FFFFFFF : word;
    return x != x ? (top ? 0x7FFFFFFF : (-0x7FFFFFFF - 1)) : key;
}

SDV_INLINE float sdv_from_order_f32(int key) {
    return sdv_from_bits_f32((unsigned int)(key < 0 ? key ^ 0x7FFFFFFF : key));
}

/* needs: bits_f32 */
/* x where due is 1, 0 where it is 0, without a branch: what x is made of is read either way. */
SDV_INLINE float sdv_due_f32(int due, float x) {
    return sdv_from_bits_f32(sdv_bits_f32(x) & (0u - (unsigned int)due));
}

/* needs: bits_f64 */
/* x where due is 1, 0 where it is 0, without a branch: what x is made of is read either way. */
SDV_INLINE double sdv_due_f64(int due, double x) {
    return sdv_from_bits_f64(sdv_bits_f64(x) & (0ull - (unsigned long long)due));
}

/* needs: inline */
/* The 64 bits of a double and back (IEEE 754 binary64). */
typedef union {
    double value;
    unsigned long long word;
} sdv_pun_f64;

SDV_INLINE unsigned long long sdv_bits_f64(double x) {
    sdv_pun_f64 p;
    p.value = x;
    return p.word;
}

SDV_INLINE double sdv_from_bits_f64(unsigned long long u) {
    sdv_pun_f64 p;
    p.word = u;
    return p.value;
}

/* needs: inline */
/* The 64 bits of a double and back (IEEE 754 binary64). A union, because memcpy may become a library call at -O0. */
typedef union { double value; unsigned long long word; } sd_pun;

SDV_INLINE unsigned long long sd_bits(double x) {
    sd_pun p;
    p.value = x;
    return p.word;
}

SDV_INLINE double sd_from_bits(unsigned long long u) {
    sd_pun p;
    p.word = u;
    return p.value;
}

/* needs: inline */
/* The 32 bits of a float and back (IEEE 754 binary32). */
typedef union {
    float value;
    unsigned int word;
} sdv_pun_f32;

SDV_INLINE unsigned int sdv_bits_f32(float x) {
    sdv_pun_f32 p;
    p.value = x;
    return p.word;
}

SDV_INLINE float sdv_from_bits_f32(unsigned int u) {
    sdv_pun_f32 p;
    p.word = u;
    return p.value;
}

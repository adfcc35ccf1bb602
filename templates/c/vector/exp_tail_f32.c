/* needs: inline */
/* (exp(r) - 1 - r)/r^2 for |r| <= log(2)/2: minimax, to 0.06 ulp of exp(r), and 0.01 where r < -0.248, since there the
   rounding of r and of exp(r) - 1 weigh most. */
SDV_INLINE float sdv_exp_tail_f32(float r) {
    float q = 0x1.60472ep-10f;
    q = q * r + 0x1.12360ap-7f;
    q = q * r + 0x1.5566b4p-5f;
    q = q * r + 0x1.555498p-3f;
    return q * r + 0x1.ffffeap-2f;
}

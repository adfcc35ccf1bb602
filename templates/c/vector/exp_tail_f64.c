/* needs: inline */
/* (exp(r) - 1 - r)/r^2 for |r| <= log(2)/2: minimax, to 0.05 ulp of exp(r), and 0.01 where r < -0.248 (see f32). */
SDV_INLINE double sdv_exp_tail_f64(double r) {
    double q = 0x1.a70b1b9de054ap-26;
    q = q * r + 0x1.28a69480ed951p-22;
    q = q * r + 0x1.71e33d87bf050p-19;
    q = q * r + 0x1.a019a25aa3c4fp-16;
    q = q * r + 0x1.a019ff546b134p-13;
    q = q * r + 0x1.6c16c180a6389p-10;
    q = q * r + 0x1.111111117dff6p-7;
    q = q * r + 0x1.5555555551be7p-5;
    q = q * r + 0x1.55555555553aap-3;
    return q * r + 0x1.0000000000005p-1;
}

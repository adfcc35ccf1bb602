/* needs: inline */
/* (exp(r) - 1 - r) / r^2 for |r| <= log(2)/2: minimax polynomial, 2^-60.0 relative to exp(r) - 1. */
SDV_INLINE double sd_exp_tail(double r) {
    double q = 0x1.20504bdd1cb14p-29;
    q = q * r + 0x1.af5de3871c2e5p-26;
    q = q * r + 0x1.27e46cbf61b72p-22;
    q = q * r + 0x1.71ddf88cbeb09p-19;
    q = q * r + 0x1.a01a01cc09367p-16;
    q = q * r + 0x1.a01a01afed653p-13;
    q = q * r + 0x1.6c16c16c1155cp-10;
    q = q * r + 0x1.111111110f65dp-7;
    q = q * r + 0x1.555555555555cp-5;
    q = q * r + 0x1.5555555555559p-3;
    return q * r + 0.5;
}

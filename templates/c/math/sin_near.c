/* needs: */
/* sin(r + low) for |r| <= pi/4 and low below the last bit of r: r + r^3*S(r^2) (minimax, 2^-57.9) + low*cos(r). */
static inline double sd_sin_near(double r, double low) {
    const double z = r * r;
    double p = 0x1.5d8b55c7af7fdp-33;
    p = p * z - 0x1.ae5e4b84658d4p-26;
    p = p * z + 0x1.71de35552bb86p-19;
    p = p * z - 0x1.a01a019be921ap-13;
    p = p * z + 0x1.111111110f730p-7;
    p = p * z - 0x1.5555555555548p-3;
    return r + (r * (z * p) + low * (1.0 - 0.5 * z));
}

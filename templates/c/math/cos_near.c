/* needs: */
/* cos(r + low) for |r| <= pi/4 and low below the last bit of r: 1 - r^2/2 + r^4*C(r^2) (minimax, 2^-63.9) - low*r. */
static inline double sd_cos_near(double r, double low) {
    const double z = r * r;
    double p = -0x1.8fa65f5daa354p-37;
    p = p * z + 0x1.1ee9db8f5812cp-29;
    p = p * z - 0x1.27e4f7f142288p-22;
    p = p * z + 0x1.a01a019c8ed12p-16;
    p = p * z - 0x1.6c16c16c15013p-10;
    p = p * z + 0x1.555555555554bp-5;
    const double half = 0.5 * z;
    const double s = 1.0 - half;
    return s + (((1.0 - s) - half) + (z * z * p - r * low));
}

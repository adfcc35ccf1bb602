/* needs: */
/* -1, 0 or 1, exact. sign(+-0) = +0, sign(+-inf) = +-1, NaN gives NaN (as numpy.sign does). */
static inline double sd_sign(double x) { return x > 0.0 ? 1.0 : (x < 0.0 ? -1.0 : (x == 0.0 ? 0.0 : x)); }

# needs:
# ruff: noqa: F821
def _sigmoid(x):
    """1/(1 + exp(-x)) for float64 arrays.

    With e = exp(-|x|): 1/(1 + e) or h = e/(1 + e), the rounding of 1 + e put back in, using that the two
    add up to 1; below -1, h = e - e*h. Small results keep full relative accuracy, subnormal ones too.
    Measured: at most 1.60 ulp (426,000 points against mpmath; 1.5e7 in [-7, 3] against long double).
    sigmoid(-inf) = 0, sigmoid(inf) = 1, NaN gives NaN.
    """
    with np.errstate(all="ignore"):
        e = np.exp(-np.abs(x))
        d = 1.0 + e
        rest = e - (d - 1.0)
        q = np.where(x < 0.0, e, 1.0) / d
        inverse = np.where(x < 0.0, 1.0 - q, q)  # 1/(1 + e)
        h = q - q * (rest * inverse)
        return np.where(x < -1.0, e - e * h, h)

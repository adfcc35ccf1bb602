# needs:
# ruff: noqa: F821
def _exp_plus(a, b, rest=0.0):
    """exp(a + b + rest), rest small, as if a + b were not rounded."""
    s = a + b
    part = s - a
    low = (a - (s - part)) + (b - part) + rest
    e = np.exp(s)
    return np.where(np.isfinite(low), e + e * low, e)

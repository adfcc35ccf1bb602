# needs:
# ruff: noqa: F821
def _plus_rest(a, b):
    """a + b less its rounded value (two-sum)."""
    s = a + b
    part = s - a
    low = (a - (s - part)) + (b - part)
    return np.where(np.isfinite(low), low, 0.0)

# needs: times_rest
# ruff: noqa: F821
def _over_rest(a, b):
    """a/b less its rounded value, nearly: the remainder over b."""
    q = a / b
    rest = ((a - q * b) - _times_rest(q, b)) / b
    return np.where(np.isfinite(rest), rest, 0.0)

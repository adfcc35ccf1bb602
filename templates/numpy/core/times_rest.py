# needs:
# ruff: noqa: F821
def _times_rest(a, b):
    """a*b less its rounded value (each factor split into two halves of 26 bits)."""
    a_high = a * 134217729.0
    a_high = a_high - (a_high - a)
    b_high = b * 134217729.0
    b_high = b_high - (b_high - b)
    a_low, b_low = a - a_high, b - b_high
    low = ((a_high * b_high - a * b) + (a_high * b_low + a_low * b_high)) + a_low * b_low
    return np.where(np.isfinite(low), low, 0.0)

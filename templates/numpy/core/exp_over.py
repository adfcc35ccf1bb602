# needs: exp_plus over_rest plus_rest
def _exp_over(a, b, c):
    """exp((a + b)/c), as if neither the sum nor the quotient were rounded."""
    s = a + b
    return _exp_plus(s / c, 0.0, _over_rest(s, c) + _plus_rest(a, b) / c)

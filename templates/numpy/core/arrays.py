# needs:
# ruff: noqa: F821
def _arrays(*given):
    """The arrays in float64, and the result's type: float32 where all can be cast to it safely, else float64."""
    given = [a if isinstance(a, (bool, int, float)) else np.asarray(a) for a in given]
    kind = np.result_type(*given)
    if not np.can_cast(kind, np.float64):
        raise TypeError(f"real numbers of at most 64 bits are expected, not {kind}")
    real = np.float32 if np.can_cast(kind, np.float32) else np.float64
    return [np.asarray(a, dtype=np.float64) for a in given], real

# needs:
# ruff: noqa: F821
def _label(k):
    """Integers, in int64."""
    k = np.asarray(k)
    if not np.can_cast(k.dtype, np.int64):
        raise TypeError(f"integer labels are expected, not {k.dtype}")
    return k.astype(np.int64)

# needs:
# ruff: noqa: F821
def _places(out, count):
    """Where each of several results is to be put: ``out`` is a tuple with an array or None for each."""
    if out is None:
        return (None,) * count
    if not isinstance(out, tuple):
        raise TypeError("'out' must be a tuple of arrays")
    if len(out) != count:
        raise ValueError(f"'out' must hold {count} arrays, one for each result, not {len(out)}")
    return out

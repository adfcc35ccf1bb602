# needs:
# ruff: noqa: F821
def _moved(x, by, axis):
    """x along an axis read ``by`` places on, 0 where that lies outside."""
    x = np.moveaxis(x, axis, -1)
    result = np.zeros(x.shape)
    rest = max(x.shape[-1] - abs(by), 0)
    if by > 0:
        result[..., :rest] = x[..., x.shape[-1] - rest :]
    else:
        result[..., x.shape[-1] - rest :] = x[..., :rest]
    return np.moveaxis(result, -1, axis)

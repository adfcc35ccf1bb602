# needs:
# ruff: noqa: F821
def _merged(x, count):
    """The last axes as one."""
    return x.reshape(*x.shape[:-count], int(np.prod(x.shape[-count:])))

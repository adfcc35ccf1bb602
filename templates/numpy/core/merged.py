# needs:
def _merged(x, count):
    """The last axes as one."""
    return x.reshape(*x.shape[:-count], -1)

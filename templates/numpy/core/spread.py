# needs:
def _spread(x, *sizes):
    """The same values along axes that they do not depend on."""
    return np.broadcast_to(x, np.broadcast_shapes(np.shape(x), sizes))

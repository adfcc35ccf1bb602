# needs:
# ruff: noqa: F821
def _at(x, k, axis):
    """x with one of its last axes read at k, batch by batch."""
    x = np.moveaxis(x, axis, -1)
    k = k[(..., *(None,) * -axis)] if axis < -1 else k[..., None]
    shape = np.broadcast_shapes(x.shape[:-1], k.shape[:-1])
    x = np.broadcast_to(x, (*shape, x.shape[-1]))
    return np.take_along_axis(x, np.broadcast_to(k, (*shape, 1)), axis=-1)[..., 0]

# needs:
# ruff: noqa: F821
def _read(x, letters, *places):
    """x with its last axes read at places over the axes of so many letters, 0 where one lies outside."""
    batch, sizes = x.shape[: -len(places)], x.shape[-len(places) :]
    count = int(np.prod(sizes))
    inside, flat = np.True_, np.int64(0)
    for place, size in zip(places, sizes, strict=True):
        inside = inside & (place >= 0) & (place < size)
        flat = flat * size + place
    flat = np.where(inside, flat, count)
    flat = flat.reshape((1,) * (letters - flat.ndim) + flat.shape)
    x = np.concatenate((x.reshape(*batch, count), np.zeros((*batch, 1))), axis=-1)
    if flat.ndim == letters:
        return np.take(x, flat, axis=-1)
    more = flat.ndim - letters  # places that differ from batch to batch
    shape = np.broadcast_shapes(batch, flat.shape[:more])
    flat = np.broadcast_to(flat, (*shape, *flat.shape[more:]))
    x = np.broadcast_to(x, (*shape, count + 1))
    rows = flat.reshape(*shape, int(np.prod(flat.shape[more:])))
    return np.take_along_axis(x, rows, axis=-1).reshape(flat.shape)

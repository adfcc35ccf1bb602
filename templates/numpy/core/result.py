# needs:
# ruff: noqa: F821
def _result(value, shape, real, out, axis=-1):
    """The result rounded to its type, its last axis put at ``axis``, in ``out`` if that is given."""
    with np.errstate(all="ignore"):
        value = np.broadcast_to(value, shape).astype(real)
        if axis != -1:
            value = np.moveaxis(value, -1, axis)
        if out is None:
            return value[()]
        target = out[0] if isinstance(out, tuple) else out
        np.copyto(target, value, casting="same_kind")
        return target

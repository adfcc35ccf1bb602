# needs:
# ruff: noqa: F821
def _sum(x, start=0.0):
    """start + the sum over the last axis, nearly as if rounded once: halves are added, rounding errors kept."""
    if start or x.shape[-1] == 0:
        x = np.concatenate((np.full((*x.shape[:-1], 1), start), x), axis=-1)
    error = np.zeros(x.shape[:-1])
    while x.shape[-1] > 1:
        half = x.shape[-1] // 2
        a, b, last = x[..., :half], x[..., half : 2 * half], x[..., 2 * half :]
        s = a + b
        part = s - a
        error = error + np.sum((a - (s - part)) + (b - part), axis=-1)
        x = np.concatenate((s, last), axis=-1) if last.shape[-1] else s
    return np.where(np.isfinite(error), x[..., 0] + error, x[..., 0])

# needs:
def _size(letter, *axes):
    """The one size of the axes that a letter stands for."""
    for array, axis in axes:
        if array.ndim < -axis:
            raise ValueError(f"an array has {array.ndim} axes; at least {-axis} are needed for '{letter}'")
    sizes = sorted({array.shape[axis] for array, axis in axes})
    if len(sizes) > 1:
        raise ValueError(f"axes that must be equally long ('{letter}') have sizes {sizes}")
    return sizes[0]

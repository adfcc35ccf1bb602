"""Which sizes and which values of the free letters a claim is tried at.

Sizes: small ones, unequal ones, all equal, 1, and each dimension in turn at 7 or 8 (an identity between
power sums holds at every size below its degree).  Letters: all values where that is cheap; otherwise every
pattern of coincidences of the letters of each dimension (every set partition), with distinct values drawn
at random, since an identity between deltas can fail at one pattern only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from random import Random


def size_patterns(dims: Sequence[str]) -> list[dict[str, int]]:
    """Sizes of the dimensions, the cheap and telling ones first."""
    if not dims:
        return [{}]
    if len(dims) == 1:
        return [{dims[0]: n} for n in (3, 1, 2, 5, 8, 4, 12)]
    count = len(dims)
    tuples = [
        tuple(2 + k % 4 for k in range(count)),
        tuple(2 + (count - 1 - k) % 4 for k in range(count)),
        (3,) * count,
        (1,) * count,
    ]
    for k in range(count):
        tuples.append(tuple(1 if m == k else 2 + m % 2 for m in range(count)))
    for k in range(count):
        tuples.append(tuple(7 + k % 2 if m == k else 2 + (m + k) % 2 for m in range(count)))
    return [dict(zip(dims, t, strict=True)) for t in dict.fromkeys(tuples)]


def small_patterns(dims: Sequence[str], largest: Mapping[str, int]) -> list[dict[str, int]]:
    """Sizes for a witness: 1, 2, 3 of each, the smallest total first, then ``largest``."""
    tuples = sorted(product(range(1, 4), repeat=min(len(dims), 4)), key=lambda t: (sum(t), t))
    padded = [(*t, *[max(t, default=1)] * (len(dims) - len(t))) for t in tuples[:60]]
    found = [dict(zip(dims, t, strict=True)) for t in padded]
    for size in range(4, max(largest.values(), default=1)):
        found.append({d: min(n, size) for d, n in largest.items()})
    return [*[p for p in found if p != largest], dict(largest)]


def partitions(count: int, blocks: int) -> Iterator[tuple[int, ...]]:
    """Set partitions of ``count`` letters into at most ``blocks`` blocks, as block numbers from 0."""

    def grow(done: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        if len(done) == count:
            yield done
            return
        used = max(done, default=-1) + 1
        for block in range(min(used + 1, blocks)):
            yield from grow((*done, block))

    yield from grow(())


def letter_values(
    letters: Mapping[str, str], sizes: Mapping[str, int], limit: int, rng: Random | None
) -> list[dict[str, int]]:
    """Values (from 1) of the free letters (letter -> dimension): all, or one for each pattern.

    Without ``rng`` the values of a pattern are 1, 2, 3 … in order.
    """
    names = sorted(letters)
    total = 1
    for n in names:
        total *= sizes[letters[n]]
    if total <= limit:
        ranges = [range(1, sizes[letters[n]] + 1) for n in names]
        return [dict(zip(names, values, strict=True)) for values in product(*ranges)]
    groups: dict[str, list[str]] = {}
    for n in names:
        groups.setdefault(letters[n], []).append(n)
    patterns = {d: list(partitions(len(g), sizes[d])) for d, g in groups.items()}
    rows: list[tuple[tuple[int, ...], ...]]
    together = 1
    for p in patterns.values():
        together *= len(p)
    if together <= limit:
        rows = list(product(*patterns.values()))
    else:
        longest = max(limit, *(len(p) for p in patterns.values()))
        columns = []
        for p in patterns.values():
            column = [p[k % len(p)] for k in range(longest)]
            (rng or Random(0)).shuffle(column)
            columns.append(column)
        rows = list(zip(*columns, strict=True))
    result = []
    for row in rows:
        values: dict[str, int] = {}
        for (dim, group), pattern in zip(groups.items(), row, strict=True):
            distinct = list(range(1, sizes[dim] + 1))
            if rng:
                rng.shuffle(distinct)
            values.update((n, distinct[b]) for n, b in zip(group, pattern, strict=True))
        result.append(values)
    return result

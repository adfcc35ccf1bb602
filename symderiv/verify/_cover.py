"""Which sizes and which values of the free letters a claim is tried at.

Sizes: small ones, unequal ones, all equal, 1, and each dimension in turn at 7 or 8 (an identity between
power sums holds at every size below its degree).  Letters: all values where that is cheap; otherwise every
pattern of coincidences of the letters of each dimension (every set partition), with distinct values drawn
at random, since an identity between deltas can fail at one pattern only.  Where indices are shifted or
compared, sizes go beyond the shifts, so that the ends and the inside of an axis are met, and letters are
drawn close together and at the ends as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import product
from random import Random

from symderiv.terms import Index, Order, linear


def size_patterns(dims: Sequence[str], span: int = 0, inner: Collection[str] = ()) -> list[dict[str, int]]:
    """Sizes of the dimensions, the cheap and telling ones first.

    ``span`` is how far indices are shifted; letters of the dimensions ``inner`` shift an index of another.
    """
    if not dims:
        return [{}]
    if len(dims) == 1:
        usual = (3, 1, 2, 5, 8, 4, 12)
        beyond = (span + 3, span + 1) if span else ()
        return [{dims[0]: n} for n in dict.fromkeys((*usual, *beyond))]
    count = len(dims)
    tuples = [
        tuple(2 + k % 4 for k in range(count)),
        tuple(2 + (count - 1 - k) % 4 for k in range(count)),
        (3,) * count,
        (1,) * count,
    ]
    if span:
        tuples.append((max(4, span + 3),) * count)
    if 0 < len(inner) < count:
        tuples.append(tuple(3 if d in inner else span + 6 for d in dims))
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
    letters: Mapping[str, str],
    sizes: Mapping[str, int],
    limit: int,
    rng: Random | None,
    near: int | None = None,
) -> list[dict[str, int]]:
    """Values (from 1) of the free letters (letter -> dimension): all, or one for each pattern.

    Without ``rng`` the values of a pattern are 1, 2, 3 … in order.  With ``near``, values at most so far
    apart are drawn as well.
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
    if near is not None:
        result += _close(letters, sizes, limit, rng or Random(0), near)
    return result


def _close(
    letters: Mapping[str, str], sizes: Mapping[str, int], count: int, rng: Random, near: int
) -> list[dict[str, int]]:
    """Values close together, every other time at an end."""
    rows = []
    for k in range(count):
        values = {}
        part = (0.0, rng.random(), 1.0, rng.random())[k % 4]
        for name in sorted(letters):
            last = sizes[letters[name]]
            at = 1 + round(part * (last - 1)) + rng.randint(-near, near)
            values[name] = min(max(at, 1), last)
        rows.append(values)
    return rows


def signs_of_order(order: Order) -> set[int]:
    """The signs that left - right of a condition on positions has at some sizes and letters."""
    (left, constant), (right, other) = linear(order.left), linear(order.right)
    parts = dict(left)
    for symbol, k in right.items():
        parts[symbol] = parts.get(symbol, 0) - k
    # at sizes n the gap goes from low + sum(falls*n) to high + sum(rises*n), and every n >= 1 is a size
    low = high = constant - other
    falls: dict[str, int] = {}
    rises: dict[str, int] = {}
    for symbol, k in parts.items():
        letter = isinstance(symbol, Index)
        if letter and k > 0:
            low += k
        else:
            falls[symbol.dim] = falls.get(symbol.dim, 0) + k
        if letter and k < 0:
            high += k
        else:
            rises[symbol.dim] = rises.get(symbol.dim, 0) + k
    signs = set()
    if min(falls.values(), default=0) < 0 or low + sum(falls.values()) < 0:
        signs.add(-1)
    if max(rises.values(), default=0) > 0 or high + sum(rises.values()) > 0:
        signs.add(1)
    least = -1 if -1 in signs else low + sum(falls.values())
    most = 1 if 1 in signs else high + sum(rises.values())
    return signs | {0} if least <= 0 <= most else signs

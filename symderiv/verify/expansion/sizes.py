"""Which sizes are tried, and which values of the free letters at one size."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from symderiv.terms import Index


def diverse(sizes: Sequence[dict[str, int]]) -> bool:
    """Whether every dimension reached 3 (2 among several), at some tuple without equal sizes."""
    if not sizes:
        return False
    dims = list(sizes[0])
    if len(dims) <= 1:
        return not dims or max(s[dims[0]] for s in sizes) >= 3
    reached = all(max(s[d] for s in sizes) >= 2 for d in dims)
    return reached and any(len(set(s.values())) > 1 for s in sizes)


def size_tuples(count: int, top: int) -> Iterator[tuple[int, ...]]:
    """All sizes up to ``top``, the small ones first; of several dimensions, one large one early."""
    if count <= 1:
        yield from itertools.product(range(1, top + 1), repeat=count)
        return
    seen: set[tuple[int, ...]] = set()
    small = list(itertools.product(range(1, min(top, 2) + 1), repeat=count))
    ladder = [tuple(min(top, 2 + (n + k) % 3) for n in range(count)) for k in range(3)]
    large = [tuple(top if n == k else min(top, 2) for n in range(count)) for k in range(count)]
    rest = itertools.product(range(1, top + 1), repeat=count)
    for t in itertools.chain(
        sorted(small, key=lambda t: (sum(t), t)), ladder, large, sorted(rest, key=lambda t: (sum(t), t))
    ):
        if t not in seen:
            seen.add(t)
            yield t


def coincidences(letters: Sequence[Index], sizes: dict[str, int]) -> Iterator[dict[str, int]]:
    """One assignment for each pattern of equal letters; the others are permutations of these.

    Exact, because a claim names no particular index: permuting the values of a dimension permutes
    the entries of its (arbitrary) inputs and nothing else.
    """

    def extend(n: int, env: dict[str, int], used: dict[str, int]) -> Iterator[dict[str, int]]:
        if n == len(letters):
            yield dict(env)
            return
        i = letters[n]
        for value in range(1, min(used.get(i.dim, 0) + 1, sizes[i.dim]) + 1):
            yield from extend(n + 1, {**env, i.name: value}, {**used, i.dim: max(used.get(i.dim, 0), value)})

    yield from extend(0, {}, {})

"""Which sizes are tried, and which values of the free letters at one size."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence

from symderiv.terms import Index


def diverse(sizes: Sequence[dict[str, int]], ordered: Collection[str] = (), wanted: int = 0) -> bool:
    """Whether every dimension reached 3 (2 among several), at some tuple without equal sizes.

    A dimension of ``ordered`` has to reach ``wanted``, where both ends and what is between them are seen.
    """
    if not sizes:
        return False
    dims = list(sizes[0])
    if any(max(s[d] for s in sizes) < wanted for d in dims if d in ordered):
        return False
    if len(dims) <= 1:
        return not dims or max(s[dims[0]] for s in sizes) >= 3
    reached = all(max(s[d] for s in sizes) >= 2 for d in dims)
    return reached and any(len(set(s.values())) > 1 for s in sizes)


def size_tuples(count: int, top: int, wanted: int = 0) -> Iterator[tuple[int, ...]]:
    """All sizes up to ``top``, the small ones first; of several dimensions, one large one early.

    Positions that are moved far need larger sizes: up to ``wanted``, met before those in between.
    """
    far = tuple(range(max(top + 1, wanted - 1), wanted + 1))
    if count <= 1:
        near = tuple(range(1, top + 1))
        yield from itertools.product((*near[:3], *far, *near[3:]), repeat=count)
        return
    seen: set[tuple[int, ...]] = set()
    small = list(itertools.product(range(1, min(top, 2) + 1), repeat=count))
    ladder = [tuple(min(top, 2 + (n + k) % 3) for n in range(count)) for k in range(3)]
    large = [
        tuple(n if m == k else min(top, 2) for m in range(count)) for n in (*far, top) for k in range(count)
    ]
    rest = itertools.product(range(1, top + 1), repeat=count)
    for t in itertools.chain(
        sorted(small, key=lambda t: (sum(t), t)), ladder, large, sorted(rest, key=lambda t: (sum(t), t))
    ):
        if t not in seen:
            seen.add(t)
            yield t


def coincidences(
    letters: Sequence[Index], sizes: dict[str, int], ordered: Collection[str] = ()
) -> Iterator[dict[str, int]]:
    """One assignment for each pattern of equal letters; the others are permutations of these.

    Exact, because a claim names no particular index: permuting the values of a dimension permutes
    the entries of its (arbitrary) inputs and nothing else.  In the dimensions ``ordered``, whose positions
    are told apart, letters take every value.
    """

    def extend(n: int, env: dict[str, int], used: dict[str, int]) -> Iterator[dict[str, int]]:
        if n == len(letters):
            yield dict(env)
            return
        i = letters[n]
        last = sizes[i.dim] if i.dim in ordered else min(used.get(i.dim, 0) + 1, sizes[i.dim])
        for value in range(1, last + 1):
            yield from extend(n + 1, {**env, i.name: value}, {**used, i.dim: max(used.get(i.dim, 0), value)})

    yield from extend(0, {}, {})

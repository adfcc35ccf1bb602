"""How many bits a plan loses, measured: the plan in double precision against the exact result.

The plan is run in double precision, overflow and underflow included (:mod:`symderiv.lower.machine`).  The
exact result is a ball, at as many bits as make it narrow.  Nothing depends on the computer, its libm or the
order of a dictionary, so the choice made here is the same everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any

from flint import arb

from symderiv.definitions import Assumption, Function
from symderiv.lower.arithmetic import COMPARE, precision
from symderiv.lower.machine import INSIDE, Machine, Point
from symderiv.terms import Entry, Index, Num, Reduce, free_indices

#: Scales of the inputs that are tried.
SCALES = (0.0001, 1, 6, 20, 300, 3000)
#: Points a scale, for tensors; where weights may be one-hot, at any place; for numbers, which cost least.
POINTS = 6
MORE_POINTS = 12
MOST_POINTS = 40
#: Points are drawn again so often, until other assumptions hold.
_TRIES = 50
_LARGEST = arb(2) ** 1024
_TINIEST = 2.0**-1074
_BAD = 60.0


def bits_lost(value: float, exact: arb) -> float:
    """log2 of the error in units of the last place; 60 where it is of no use, 0 where none is known."""
    if exact.is_nan():
        return 0.0
    if math.isnan(value):
        return _BAD
    size = abs(exact)
    if size >= _LARGEST:
        return 0.0 if value == (math.inf if exact > 0 else -math.inf) else _BAD
    if not math.isfinite(value):
        return _BAD
    with precision(INSIDE):
        error = abs(value - exact) / max(float(size.mid()) * 2.0**-53, _TINIEST)
        return min(_BAD, math.log2(1 + float(error.mid())))


def points(
    function: Function,
    extra: Mapping[str, tuple[str, ...]],
    labels: Sequence[Index],
    *,
    fractions: bool = False,
) -> list[Point] | None:
    """Points that satisfy the assumptions, always the same ones; None where that cannot be done simply.

    With ``fractions`` inputs are between 0 and 1, near both ends too.
    """
    dims = sorted({d for axes in (*function.inputs.values(), *extra.values()) for d in axes})
    sizes = {d: 3 - n % 2 for n, d in enumerate(dims)}
    positive, sums, others = set(), {}, []
    for a in function.assumptions:
        match (a.op, a.left, a.right):
            case (">" | ">=", Entry(name, _), Num(v)) if v >= 0:
                positive.add(name)
            case ("=", Reduce("sum", (_,), Entry(name, (_,))), Num(v)) if v.denominator == 1:
                sums[name] = v
            case ("=", _, _):
                return None
            case _:
                others.append(a)
    random = Random(1)
    made = []
    for scale in (1,) if fractions else SCALES:
        for number in range(MORE_POINTS if sums else POINTS if dims else MOST_POINTS):
            for _ in range(_TRIES):
                values: dict[str, dict[tuple[int, ...], Any]] = {}
                for name, axes in {**function.inputs, **extra}.items():
                    wide = 1 if name in extra or name in positive else scale
                    shape = [sizes[d] for d in axes]
                    values[name] = _tensor(random, shape, wide, name in positive, sums.get(name), number)
                    if fractions and name not in extra and name not in sums:
                        values[name] = {p: _fraction(random) for p in values[name]}
                if all(_holds(a, Point(sizes, values), function) for a in others):
                    break
            else:
                return None
            chosen: list[dict[Index, int]] = [{}]
            for i in labels:
                chosen = [{**c, i: n} for c in chosen for n in range(1, sizes[i.dim] + 1)]
            made += [Point(sizes, {n: dict(v) for n, v in values.items()}, c) for c in chosen]
    return made


def _holds(a: Assumption, point: Point, function: Function) -> bool:
    """Whether an assumption holds at a point, at all its letters."""
    machine = Machine(point, function.bodies, rounded=False)
    places: list[dict[Index, int]] = [{}]
    for i in sorted(free_indices(a.left) | free_indices(a.right)):
        places = [{**p, i: n} for p in places for n in range(1, point.sizes[i.dim] + 1)]
    sides = ((machine.run(a.left, p), machine.run(a.right, p)) for p in places)
    return all(COMPARE[a.op](left, right) for left, right in sides)


def _fraction(random: Random) -> float:
    """A number between 0 and 1, one time in three near 0 and one near 1."""
    near = 2.0 ** -random.randrange(1, 50)
    return random.choice((0.05 + 0.9 * random.random(), near, 1 - near))


def _tensor(
    random: Random, shape: Sequence[int], scale: float, positive: bool, total: Fraction | None, number: int
) -> dict[tuple[int, ...], Any]:
    places: list[tuple[int, ...]] = [()]
    for n in shape:
        places = [(*p, k) for p in places for k in range(1, n + 1)]
    if total is not None:  # multiples of 1/1024, so that the sum is exact
        parts = [1 + int(random.random() * 1024 / len(places)) for _ in places]
        parts[-1] = 1024 - sum(parts[:-1])
        if number % 2:  # one-hot, as targets often are, at every place in turn
            parts = [1024 * (n == number // 2 % len(places)) for n in range(len(places))]
        return {p: n * int(total) / 1024 for p, n in zip(places, parts, strict=True)}
    # both signs, and no value near 0, so that every scale tries what it stands for
    signs = [1.0 if positive or random.random() < 0.5 else -1.0 for _ in places]
    if not positive and len(set(signs)) == 1:
        signs[number % len(signs)] *= -1.0 if len(signs) > 1 else (-1.0) ** number * signs[0]
    return {p: s * (0.25 + random.random()) * scale for p, s in zip(places, signs, strict=True)}

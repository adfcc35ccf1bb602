"""How many bits a plan loses, measured: the plan in double precision against the exact result.

The plan is run in double precision, overflow and underflow included, where sums are exact before they are
rounded, and so is the sum inside an exp, as in the emitted code; functions are rounded once.  The exact
result is a ball, at as many bits as make it narrow.  Nothing depends on the machine, its libm or the order
of a dictionary, so the choice made here is the same everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from random import Random
from typing import Any

from flint import arb

from symderiv.definitions import Assumption, Function
from symderiv.lower.arithmetic import COMPARE, Balls, Doubles, Undecided, narrow, precision
from symderiv.terms import (
    Add,
    Bodies,
    Call,
    Condition,
    Delta,
    Entry,
    Index,
    Mul,
    Neutral,
    Num,
    Order,
    Pi,
    Position,
    Pow,
    Reduce,
    Size,
    Term,
    Where,
    free_indices,
)

#: Scales of the inputs that are tried.
SCALES = (0.0001, 1, 6, 20, 300, 3000)
#: Points a scale, for tensors; where weights may be one-hot, at any place; for numbers, which cost least.
POINTS = 6
MORE_POINTS = 12
MOST_POINTS = 40
#: Bits of the arithmetic inside one operation in double precision, before it is rounded.
_INSIDE = 128
#: Points are drawn again so often, until other assumptions hold.
_TRIES = 50
#: Balls are made narrow with up to so many bits.
_MOST_BITS = 8192
_LARGEST = arb(2) ** 1024
_TINIEST = 2.0**-1074
_BAD = 60.0


@dataclass
class Point:
    """Sizes of the dimensions, values of inputs (1-based letters), values of labels."""

    sizes: Mapping[str, int]
    values: Mapping[str, Mapping[tuple[int, ...], float]]
    labels: Mapping[Index, int] = field(default_factory=dict)


class Machine:
    """Evaluates terms, in double precision (``rounded``) or as narrow balls."""

    def __init__(self, point: Point, bodies: Bodies, *, rounded: bool) -> None:
        self.point = point
        self.bodies = bodies
        self.rounded = rounded
        self._do: Any = Doubles if rounded else Balls
        self._bits = _INSIDE
        self._memo: dict[tuple[str, tuple[int, ...]], Any] = {}
        self._reduced: dict[tuple[Term, tuple[int, ...]], Any] = {}

    def run(self, term: Term, letters: Mapping[Index, int]) -> Any:
        """The value of ``term`` at ``letters``: a double, or a ball (NaN where none is narrow)."""
        at = {**self.point.labels, **letters}
        if self.rounded:
            with precision(_INSIDE):
                return self._at(term, at)
        while True:
            with precision(self._bits):
                try:
                    value = self._at(term, at)
                except Undecided:
                    value = arb.nan()
                if narrow(value):
                    return value
            if self._bits >= _MOST_BITS:
                return arb.nan()
            self._bits *= 2
            self._memo.clear()
            self._reduced.clear()

    @staticmethod
    def to_double(x: arb) -> float:
        """The nearest double."""
        return float(x.mid())

    def _at(self, t: Term, at: Mapping[Index, int]) -> Any:
        do = self._do
        match t:
            case Entry(name, indices):
                return self._entry(name, tuple(self._place(i, at) for i in indices))
            case Num(value):
                return do.number(value)
            case Add():
                return self._sum(t, at)
            case Mul(factors):
                return self._product(factors, at)
            case Pow(base, exponent):
                return do.power(self._at(base, at), self._at(exponent, at))
            case Call("exp", (Add() as u,)):
                return do.exp_of_sum(list(self._parts(u, at)))
            case Call(function, args):
                return do.call(function, [self._at(a, at) for a in args])
            case Reduce():
                place = (t, tuple(at[i] for i in _letters(t)))
                if place not in self._reduced:
                    self._reduced[place] = do.reduced(t.op, self._values(t, at))
                return self._reduced[place]
            case Where(condition, then, other):
                return self._at(then if self._holds(condition, at) else other, at)
            case Size(dim):
                return do.number(Fraction(self.point.sizes[dim]))
            case Delta(left, right):
                return do.number(Fraction(self._place(left, at) == self._place(right, at)))
            case Pi():
                return do.pi()
            case Neutral(op):
                return do.value(math.inf if op == "min" else -math.inf)
        raise TypeError(f"no value for {type(t).__name__}")

    def _place(self, p: Position, at: Mapping[Index, int]) -> int:
        if isinstance(p, Index):
            return at[p]
        sizes = self.point.sizes
        return p.constant + sum(k * (at[s] if isinstance(s, Index) else sizes[s.dim]) for s, k in p.parts)

    def _entry(self, name: str, places: tuple[int, ...]) -> Any:
        if name not in self.bodies:  # outside 1..size a tensor is 0
            return self._do.value(self.point.values[name].get(places, 0.0))
        found = self._memo.get((name, places))
        if found is None:
            head, body = self.bodies[name]
            if not all(1 <= n <= self.point.sizes[i.dim] for i, n in zip(head, places, strict=True)):
                return self._do.value(0.0)
            inner = {**self.point.labels, **dict(zip(head, places, strict=True))}
            found = self._memo[name, places] = self._at(body, inner)
        return found

    def _parts(self, t: Add, at: Mapping[Index, int]) -> Iterator[Any]:
        """The terms of a sum, those of a reduction under it one by one."""
        for part in t.terms:
            if isinstance(part, Reduce) and part.op == "sum":
                yield from self._values(part, at)
            else:
                yield self._at(part, at)

    def _sum(self, t: Add, at: Mapping[Index, int]) -> Any:
        plain = [p for p in t.terms if not (isinstance(p, Reduce) and p.op == "sum")]
        if all(isinstance(p, Num) for p in plain):
            return self._do.reduced("sum", list(self._parts(t, at)))
        total = self._at(t.terms[0], at)
        for part in t.terms[1:]:
            total = total + self._at(part, at)
        return total

    def _product(self, factors: Sequence[Term], at: Mapping[Index, int]) -> Any:
        top: Any = None
        bottom: Any = None
        for f in factors:
            under = _under(f)
            if under is not None:
                value = self._at(under, at)
                bottom = value if bottom is None else bottom * value
            else:
                value = self._at(f, at)
                top = value if top is None else top * value
        if bottom is None:
            return top
        return self._do.quotient(self._do.value(1.0) if top is None else top, bottom)

    def _holds(self, c: Condition, at: Mapping[Index, int]) -> bool:
        if isinstance(c, Order):
            return bool(COMPARE[c.op](self._place(c.left, at), self._place(c.right, at)))
        return bool(self._do.holds(c.op, self._at(c.left, at), self._at(c.right, at)))

    def _values(self, t: Reduce, at: Mapping[Index, int]) -> list[Any]:
        places: list[dict[Index, int]] = [dict(at)]
        for i in t.indices:
            places = [{**p, i: n} for p in places for n in range(1, self.point.sizes[i.dim] + 1)]
        return [self._at(t.body, p) for p in places]


@lru_cache(maxsize=4096)
def _letters(term: Term) -> tuple[Index, ...]:
    return tuple(sorted(free_indices(term)))


@lru_cache(maxsize=4096)
def _under(factor: Term) -> Term | None:
    """What a factor divides by."""
    match factor:
        case Pow(base, Num(n)) if n < 0:
            return base if n == -1 else Pow(base, Num(-n))
    return None


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
    with precision(_INSIDE):
        error = abs(value - exact) / max(float(size.mid()) * 2.0**-53, _TINIEST)
        return min(_BAD, math.log2(1 + float(error.mid())))


def points(
    function: Function, extra: Mapping[str, tuple[str, ...]], labels: Sequence[Index]
) -> list[Point] | None:
    """Points that satisfy the assumptions, always the same ones; None where that cannot be done simply."""
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
    for scale in SCALES:
        for number in range(MORE_POINTS if sums else POINTS if dims else MOST_POINTS):
            for _ in range(_TRIES):
                values: dict[str, dict[tuple[int, ...], Any]] = {}
                for name, axes in {**function.inputs, **extra}.items():
                    wide = 1 if name in extra or name in positive else scale
                    shape = [sizes[d] for d in axes]
                    values[name] = _tensor(random, shape, wide, name in positive, sums.get(name), number)
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

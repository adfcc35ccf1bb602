"""How many bits a plan loses, measured: the plan in simulated double precision against itself exactly.

The simulation rounds every operation to 53 bits and knows overflow and underflow; sums are exact
before they are rounded, and so is the sum inside an exp, as in the emitted code.  Nothing depends on
the machine, its libm or the order of a dictionary, so the choice made here is the same everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import Any

import mpmath

from symderiv.definitions import Function
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
SCALES = (1, 6, 30, 3000)
#: Points a scale; more where there are no axes, or where weights may be one-hot, at any place.
POINTS = 3
MORE_POINTS = 8
_EXACT_BITS = 2600
_LARGEST = mpmath.mpf(2) ** 1024
_TINIEST = mpmath.mpf(2) ** -1074
_SMALL = mpmath.mpf(2) ** -1000
_BAD = 60.0


@dataclass
class Point:
    """Sizes of the dimensions, values of inputs (1-based letters), values of labels."""

    sizes: Mapping[str, int]
    values: Mapping[str, Mapping[tuple[int, ...], Any]]
    labels: Mapping[Index, int] = field(default_factory=dict)


class Machine:
    """Evaluates terms, in 53 bits with over- and underflow (``rounded``) or in many."""

    def __init__(self, point: Point, bodies: Bodies, *, rounded: bool) -> None:
        self.point = point
        self.bodies = bodies
        self.rounded = rounded
        self._memo: dict[tuple[str, tuple[int, ...]], Any] = {}
        self._reduced: dict[tuple[Term, tuple[int, ...]], Any] = {}

    def run(self, term: Term, letters: Mapping[Index, int]) -> Any:
        """The value of ``term`` at ``letters``."""
        with mpmath.workprec(53 if self.rounded else _EXACT_BITS):
            return self._at(term, {**self.point.labels, **letters})

    @staticmethod
    def to_double(x: Any) -> Any:
        """The nearest double."""
        with mpmath.workprec(53):
            return mpmath.mpf(0) if abs(x) < _TINIEST else +x

    def _fit(self, x: Any) -> Any:
        if self.rounded and mpmath.isfinite(x):
            if abs(x) >= _LARGEST:
                return mpmath.inf if x > 0 else -mpmath.inf
            if x and abs(x) < _TINIEST:
                return mpmath.mpf(0)
        return x

    def _at(self, t: Term, at: dict[Index, int]) -> Any:
        match t:
            case Num(value):
                return mpmath.mpf(value.numerator) / value.denominator
            case Pi():
                return +mpmath.pi
            case Size(dim):
                return mpmath.mpf(self.point.sizes[dim])
            case Delta(left, right):
                return mpmath.mpf(1 if self._place(left, at) == self._place(right, at) else 0)
            case Entry(name, indices):
                return self._entry(name, tuple(self._place(i, at) for i in indices))
            case Neutral(op):
                return mpmath.inf if op == "min" else -mpmath.inf
            case Add():
                return self._fit(self._rounded_sum(t, at))
            case Mul(factors):
                return self._product(factors, at)
            case Pow(base, exponent):
                return self._guarded(lambda: _power(self._at(base, at), self._at(exponent, at)))
            case Call("exp", (Add() as u,)):
                with mpmath.workprec(120 if self.rounded else _EXACT_BITS):
                    inside = mpmath.fsum(self._parts(u, at))
                return self._guarded(lambda: mpmath.exp(inside))
            case Call(function, args):
                values = [self._at(a, at) for a in args]
                return self._guarded(lambda: FUNCTIONS[function](*values))
            case Where(condition, then, other):
                return self._at(then if self._holds(condition, at) else other, at)
            case Reduce():
                place = (t, tuple(at[i] for i in sorted(free_indices(t))))
                if place not in self._reduced:
                    self._reduced[place] = self._reduce(t, at)
                return self._reduced[place]
        raise TypeError(f"no value for {type(t).__name__}")

    def _place(self, p: Position, at: Mapping[Index, int]) -> int:
        if isinstance(p, Index):
            return at[p]
        sizes = self.point.sizes
        return p.constant + sum(k * (at[s] if isinstance(s, Index) else sizes[s.dim]) for s, k in p.parts)

    def _entry(self, name: str, places: tuple[int, ...]) -> Any:
        if name not in self.bodies:  # outside 1..size a tensor is 0
            return self.point.values[name].get(places, mpmath.mpf(0))
        found = self._memo.get((name, places))
        if found is None:
            head, body = self.bodies[name]
            if not all(1 <= n <= self.point.sizes[i.dim] for i, n in zip(head, places, strict=True)):
                return mpmath.mpf(0)
            inner = {**self.point.labels, **dict(zip(head, places, strict=True))}
            found = self._memo[name, places] = self._at(body, inner)
        return found

    def _guarded(self, compute: Callable[[], Any]) -> Any:
        try:
            value = compute()
        except ZeroDivisionError:
            return mpmath.nan
        except OverflowError:
            return mpmath.nan
        return self._fit(value.real) if not isinstance(value, mpmath.mpc) else mpmath.nan

    def _parts(self, t: Add, at: dict[Index, int]) -> list[Any]:
        """The terms of a sum, those of a reduction under it one by one."""
        out: list[Any] = []
        for part in t.terms:
            if isinstance(part, Reduce) and part.op == "sum":
                out.extend(self._values(part, at))
            else:
                with mpmath.workprec(53 if self.rounded else _EXACT_BITS):
                    out.append(self._at(part, at))
        return out

    def _rounded_sum(self, t: Add, at: dict[Index, int]) -> Any:
        plain = [p for p in t.terms if not (isinstance(p, Reduce) and p.op == "sum")]
        if all(isinstance(p, Num) for p in plain):
            return _fsum(self._parts(t, at))
        total = mpmath.mpf(0)
        for part in t.terms:
            total = self._fit(total + self._at(part, at))
        return total

    def _product(self, factors: Sequence[Term], at: dict[Index, int]) -> Any:
        top, bottom = mpmath.mpf(1), mpmath.mpf(1)
        for f in factors:
            if isinstance(f, Pow) and isinstance(f.exponent, Num) and f.exponent.value < 0:
                under = Pow(f.base, Num(-f.exponent.value)) if f.exponent.value != -1 else f.base
                bottom = self._fit(bottom * self._at(under, at))
            else:
                top = self._fit(top * self._at(f, at))
        if not bottom and not mpmath.isnan(top):  # as the machine divides by +0
            return mpmath.nan if not top else mpmath.inf * mpmath.sign(top)
        return self._guarded(lambda: top / bottom)

    def _holds(self, c: Condition, at: dict[Index, int]) -> bool:
        if isinstance(c, Order):
            return bool(COMPARE[c.op](self._place(c.left, at), self._place(c.right, at)))
        a, b = self._at(c.left, at), self._at(c.right, at)
        return bool(COMPARE[c.op](a, b))

    def _values(self, t: Reduce, at: dict[Index, int]) -> list[Any]:
        places: list[dict[Index, int]] = [dict(at)]
        for i in t.indices:
            places = [{**p, i: n} for p in places for n in range(1, self.point.sizes[i.dim] + 1)]
        with mpmath.workprec(53 if self.rounded else _EXACT_BITS):
            return [self._at(t.body, p) for p in places]

    def _reduce(self, t: Reduce, at: dict[Index, int]) -> Any:
        values = self._values(t, at)
        if any(mpmath.isnan(v) for v in values):
            return mpmath.nan
        match t.op:
            case "sum":
                return self._fit(_fsum(values))
            case "mean":
                return self._fit(_fsum(values)) / len(values)
            case "max" | "min":
                return max(values) if t.op == "max" else min(values)
        product = mpmath.mpf(1)
        for v in values:
            product = self._fit(product * v)
        return product


def _fsum(values: list[Any]) -> Any:
    if all(mpmath.isfinite(v) for v in values):
        return mpmath.fsum(values)
    return sum(values, mpmath.mpf(0))


def _power(x: Any, n: Any) -> Any:
    return mpmath.mpf(1) if n == 0 else mpmath.power(x, n)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "exp": mpmath.exp,
    "log": lambda x: mpmath.log(x) if x > 0 else (-mpmath.inf if x == 0 else mpmath.nan),
    "log1p": lambda x: mpmath.log1p(x) if x > -1 else (-mpmath.inf if x == -1 else mpmath.nan),
    "expm1": mpmath.expm1,
    "sqrt": lambda x: mpmath.sqrt(x) if x >= 0 else mpmath.nan,
    "sin": lambda x: mpmath.sin(x) if mpmath.isfinite(x) else mpmath.nan,
    "cos": lambda x: mpmath.cos(x) if mpmath.isfinite(x) else mpmath.nan,
    "tanh": mpmath.tanh,
    "sinh": mpmath.sinh,
    "cosh": mpmath.cosh,
    "erf": mpmath.erf,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)) if x > -700 else mpmath.exp(x),
    "abs": abs,
    "sign": mpmath.sign,
    "max": lambda a, b: a if a > b or mpmath.isnan(a) else b,
    "min": lambda a, b: a if a < b or mpmath.isnan(a) else b,
}
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def bits_lost(value: Any, exact: Any) -> float:
    """log2 of the error in units of the last place; 60 where the value is of no use."""
    if mpmath.isnan(exact):
        return 0.0
    if mpmath.isnan(value):
        return _BAD
    if abs(exact) < _SMALL:
        return 0.0 if abs(value) < 2 * _SMALL else _BAD
    if abs(exact) >= _LARGEST:
        return 0.0 if value == (mpmath.inf if exact > 0 else -mpmath.inf) else _BAD
    if not mpmath.isfinite(value):
        return _BAD
    with mpmath.workprec(_EXACT_BITS):
        error = abs(value - exact) / abs(exact) * 2**53
    with mpmath.workprec(53):
        return min(_BAD, float(mpmath.log(1 + error, 2)))


def points(
    function: Function, extra: Mapping[str, tuple[str, ...]], labels: Sequence[Index]
) -> list[Point] | None:
    """Points that satisfy the assumptions, always the same ones; None where that cannot be done simply."""
    dims = sorted({d for axes in (*function.inputs.values(), *extra.values()) for d in axes})
    sizes = {d: 3 - n % 2 for n, d in enumerate(dims)}
    positive, sums = set(), {}
    for a in function.assumptions:
        match (a.op, a.left, a.right):
            case (">" | ">=", Entry(name, _), Num(v)) if v >= 0:
                positive.add(name)
            case ("=", Reduce("sum", (_,), Entry(name, (_,))), Num(v)) if v.denominator == 1:
                sums[name] = v
            case ("!=", _, _):
                pass
            case _:
                return None
    random = Random(1)
    made = []
    for scale in SCALES:
        for _ in range(POINTS if dims and not sums else MORE_POINTS):
            values: dict[str, dict[tuple[int, ...], Any]] = {}
            for name, axes in {**function.inputs, **extra}.items():
                wide = 1 if name in extra or name in positive else scale
                shape = [sizes[d] for d in axes]
                values[name] = _tensor(random, shape, wide, name in positive, sums.get(name))
            chosen: list[dict[Index, int]] = [{}]
            for i in labels:
                chosen = [{**c, i: n} for c in chosen for n in range(1, sizes[i.dim] + 1)]
            made += [Point(sizes, {n: dict(v) for n, v in values.items()}, c) for c in chosen]
    return made


def _tensor(
    random: Random, shape: Sequence[int], scale: int, positive: bool, total: Fraction | None
) -> dict[tuple[int, ...], Any]:
    places: list[tuple[int, ...]] = [()]
    for n in shape:
        places = [(*p, k) for p in places for k in range(1, n + 1)]
    if total is not None:  # multiples of 1/1024, so that the sum is exact
        parts = [1 + int(random.random() * 1024 / len(places)) for _ in places]
        parts[-1] = 1024 - sum(parts[:-1])
        if random.random() < 0.5:  # one-hot, as targets often are
            one = int(random.random() * len(places))
            parts = [1024 * (n == one) for n in range(len(places))]
        return {p: mpmath.mpf(n * int(total)) / 1024 for p, n in zip(places, parts, strict=True)}
    # both signs, and no value near 0, so that every scale tries what it stands for
    signs = [1.0 if positive or (n + random.random() < 0.5 + n % 2) else -1.0 for n in range(len(places))]
    return {p: mpmath.mpf(s * (0.25 + random.random()) * scale) for p, s in zip(places, signs, strict=True)}

"""Evaluates terms at a point, in double precision or as narrow balls.

In double precision sums are exact before they are rounded, and so is the sum inside an exp, as in the emitted
code; functions are rounded once.  A term is turned into nested Python functions once, and what it takes time
to compute is kept by the letters that it depends on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Any

from flint import arb

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

#: Bits of the arithmetic inside one operation in double precision, before it is rounded.
INSIDE = 128
#: Balls are made narrow with up to so many bits.
_MOST_BITS = 8192

At = Mapping[Index, int]


@dataclass
class Point:
    """Sizes of the dimensions, values of inputs (1-based letters), values of labels."""

    sizes: Mapping[str, int]
    values: Mapping[str, Mapping[tuple[int, ...], float]]
    labels: At = field(default_factory=dict)


class Machine:
    """Evaluates terms, in double precision (``rounded``) or as narrow balls."""

    def __init__(self, point: Point, bodies: Bodies, *, rounded: bool) -> None:
        self.point = point
        self.bodies = bodies
        self.rounded = rounded
        self.do: Any = Doubles if rounded else Balls
        #: What was computed, by what and at which letters.
        self.known: dict[tuple[Any, ...], Any] = {}
        self._bits = INSIDE

    def run(self, term: Term, letters: At) -> Any:
        """The value of ``term`` at ``letters``: a double, or a ball (NaN where none is narrow)."""
        at = {**self.point.labels, **letters}
        if self.rounded:
            with precision(INSIDE):
                return _code(term)(self, at)
        while True:
            with precision(self._bits):
                try:
                    value = _code(term)(self, at)
                except Undecided:
                    value = arb.nan()
                if narrow(value):
                    return value
            if self._bits >= _MOST_BITS:
                return arb.nan()
            self._bits *= 2
            self.known.clear()

    @staticmethod
    def to_double(x: arb) -> float:
        """The nearest double."""
        return float(x.mid())

    def entry(self, name: str, places: tuple[int, ...]) -> Any:
        """An entry of an input or of a defined name."""
        if name not in self.bodies:  # outside 1..size a tensor is 0
            return self.do.value(self.point.values[name].get(places, 0.0))
        found = self.known.get((name, places))
        if found is None:
            head, body = self.bodies[name]
            if not all(1 <= n <= self.point.sizes[i.dim] for i, n in zip(head, places, strict=True)):
                return self.do.value(0.0)
            inner = {**self.point.labels, **dict(zip(head, places, strict=True))}
            found = self.known[name, places] = _code(body)(self, inner)
        return found


Code = Callable[[Machine, At], Any]


@lru_cache(maxsize=1 << 15)
def _code(t: Term) -> Code:
    match t:
        case Entry(name, indices):
            return _entry(name, indices)
        case Num(value):
            return lambda m, at: m.do.number(value)
        case Add():
            return _sum(t)
        case Mul(factors):
            return _product(factors)
        case Pow(base, exponent):
            x, n = _code(base), _code(exponent)
            return _kept(t, lambda m, at: m.do.power(x(m, at), n(m, at)))
        case Call("exp", (Add() as u,)):
            parts = _parts(u)
            return _kept(t, lambda m, at: m.do.exp_of_sum(list(parts(m, at))))
        case Call(function, args):
            codes = [_code(a) for a in args]
            return _kept(t, lambda m, at: m.do.call(function, [c(m, at) for c in codes]))
        case Reduce(op, _, _):
            values = _values(t)
            return _kept(t, lambda m, at: m.do.reduced(op, list(values(m, at))))
        case Where(condition, then, other):
            holds, one, two = _holds(condition), _code(then), _code(other)
            return lambda m, at: one(m, at) if holds(m, at) else two(m, at)
        case Size(dim):
            return lambda m, at: m.do.number(Fraction(m.point.sizes[dim]))
        case Delta(left, right):
            i, j = _place(left), _place(right)
            return lambda m, at: m.do.number(Fraction(i(m, at) == j(m, at)))
        case Pi():
            return lambda m, at: m.do.pi()
        case Neutral(op):
            end = math.inf if op == "min" else -math.inf
            return lambda m, at: m.do.value(end)
    raise TypeError(f"no value for {type(t).__name__}")


def _kept(t: Term, code: Code) -> Code:
    """The same, computed once for the letters of ``t``."""
    letters = tuple(sorted(free_indices(t)))

    def kept(m: Machine, at: At) -> Any:
        place = (kept, *[at[i] for i in letters])
        found = m.known.get(place)
        if found is None:
            found = m.known[place] = code(m, at)
        return found

    return kept


def _entry(name: str, indices: tuple[Position, ...]) -> Code:
    plain = [i for i in indices if isinstance(i, Index)]
    if len(plain) == len(indices):
        return lambda m, at: m.entry(name, tuple([at[i] for i in plain]))
    places = [_place(i) for i in indices]
    return lambda m, at: m.entry(name, tuple([p(m, at) for p in places]))


def _place(p: Position) -> Callable[[Machine, At], int]:
    if isinstance(p, Index):
        return lambda m, at: at[p]

    def place(m: Machine, at: At) -> int:
        sizes = m.point.sizes
        return p.constant + sum(k * (at[s] if isinstance(s, Index) else sizes[s.dim]) for s, k in p.parts)

    return place


def _parts(t: Add) -> Callable[[Machine, At], Iterator[Any]]:
    """The terms of a sum, those of a reduction under it one by one."""
    some = [(_values(p), None) if _summed(p) else (None, _code(p)) for p in t.terms]

    def parts(m: Machine, at: At) -> Iterator[Any]:
        for many, one in some:
            if many is not None:
                yield from many(m, at)
            elif one is not None:
                yield one(m, at)

    return parts


def _summed(t: Term) -> bool:
    return isinstance(t, Reduce) and t.op == "sum"


def _sum(t: Add) -> Code:
    if all(isinstance(p, Num) for p in t.terms if not _summed(p)):
        parts = _parts(t)
        return lambda m, at: m.do.reduced("sum", list(parts(m, at)))
    first, *rest = (_code(p) for p in t.terms)

    def total(m: Machine, at: At) -> Any:
        value = first(m, at)
        for part in rest:
            value = value + part(m, at)
        return value

    return total


def _product(factors: Sequence[Term]) -> Code:
    under = [_under(f) for f in factors]
    above = [_code(f) for f, u in zip(factors, under, strict=True) if u is None]
    below = [_code(u) for u in under if u is not None]

    def product(codes: Sequence[Code], m: Machine, at: At) -> Any:
        value = codes[0](m, at)
        for code in codes[1:]:
            value = value * code(m, at)
        return value

    if not below:
        return lambda m, at: product(above, m, at)

    def quotient(m: Machine, at: At) -> Any:
        top = product(above, m, at) if above else m.do.value(1.0)
        return m.do.quotient(top, product(below, m, at))

    return quotient


def _under(factor: Term) -> Term | None:
    """What a factor divides by."""
    match factor:
        case Pow(base, Num(n)) if n < 0:
            return base if n == -1 else Pow(base, Num(-n))
    return None


def _holds(c: Condition) -> Callable[[Machine, At], bool]:
    if isinstance(c, Order):
        compare, i, j = COMPARE[c.op], _place(c.left), _place(c.right)
        return lambda m, at: bool(compare(i(m, at), j(m, at)))
    op, left, right = c.op, _code(c.left), _code(c.right)
    return lambda m, at: bool(m.do.holds(op, left(m, at), right(m, at)))


def _values(t: Term) -> Callable[[Machine, At], Iterator[Any]]:
    """What a reduction reduces, one after the other."""
    assert isinstance(t, Reduce)
    body, indices = _code(t.body), t.indices

    def values(m: Machine, at: At) -> Iterator[Any]:
        places: list[dict[Index, int]] = [dict(at)]
        for i in indices:
            places = [{**p, i: n} for p in places for n in range(1, m.point.sizes[i.dim] + 1)]
        return (body(m, p) for p in places)

    return values

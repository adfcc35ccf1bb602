"""Real points that satisfy the assumptions, regions of constant branches around them, witnesses."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import sympy as sp

from symderiv.terms import Term
from symderiv.verify.expansion.atoms import Atoms
from symderiv.verify.expansion.explicit import Expansion, compare
from symderiv.verify.expansion.real import OutOfDomain, RealPoint
from symderiv.verify.verdict import Witness

DIGITS = 60
_SCALES = (Fraction(1, 4), Fraction(1, 16), Fraction(1, 256), Fraction(1, 8), Fraction(1))
_TIES = (Fraction(0), Fraction(1), Fraction(-1))
_TIED = 12  # points at which branches meet, at one tuple of sizes
_WIDE = (*_SCALES, Fraction(1, 4), Fraction(16), Fraction(1024))


def gap_of(point: RealPoint, left: Any, right: Any) -> Any:
    """Difference of the sides, 0 where it is within rounding."""
    a, b = point.value(left), point.value(right)
    gap = a - b
    return gap if abs(gap) > point.zero * (1 + abs(a) + abs(b)) else 0


def agree_at(point: RealPoint, left: Any, right: Any) -> bool:
    """Whether the sides agree here, looked at with four times the digits if they seem not to.

    Where the digits given do not even settle the difference the point is of no use.
    """
    gap = gap_of(point, left, right)
    if gap == 0:
        return True
    better = gap_of(RealPoint(point.values, 4 * DIGITS, point.meaning), left, right)
    if better != 0 and abs(better - gap) > abs(gap) / 10:
        raise OutOfDomain("lost in rounding")
    return bool(better == 0)


class Points:
    """Rational points that satisfy the assumptions, simple values first; drawn once, then kept."""

    def __init__(self, expansion: Expansion, atoms: Atoms, *, wide: bool) -> None:
        self.expansion, self.atoms = expansion, atoms
        self.random = random.Random(20_01)
        self.scales = _WIDE if wide else _SCALES
        self._points: list[RealPoint] = []
        self._source = self._draw()

    def first(self, count: int) -> Iterator[RealPoint]:
        """The first ``count`` points, or fewer where no more are found."""
        for n in range(count):
            if n == len(self._points):
                point = next(self._source, None)
                if point is None:
                    return
                self._points.append(point)
            yield self._points[n]

    def _draw(self) -> Iterator[RealPoint]:
        found = 0
        for n in range(3000):
            scale, unknowns, values = self.scales[n % len(self.scales)], self.expansion.unknowns, {}
            if n < len(self.scales):
                drawn = self.random.sample(range(1, max(17, 2 * len(unknowns))), len(unknowns))
            else:
                drawn = [self.random.randrange(1, 1009) for _ in unknowns]
                scale /= 63
            for s, q in zip(unknowns, drawn, strict=True):
                values[s] = scale * q * (1 if s.is_positive or self.random.random() < 0.6 else -1)
            point = self.complete(values, DIGITS)
            if point is not None:
                found += 1
                yield point
            elif not found and n > 600:
                return

    def tied(self) -> Iterator[RealPoint]:
        """Points of few different values, 0 among them: where branches meet."""
        unknowns = self.expansion.unknowns
        for n in range(_TIED):
            choices = _TIES[n : n + 1] or _TIES
            point = self.complete({s: self.random.choice(choices) for s in unknowns}, DIGITS)
            if point is not None:
                yield point

    def complete(self, values: dict[sp.Symbol, Fraction], digits: int) -> RealPoint | None:
        """The point with the solved entries put in; None where an assumption fails."""
        exact = {s: sp.Rational(v.numerator, v.denominator) for s, v in values.items()}
        everything = dict(values)
        for s, expr in self.expansion.solved.items():
            value = expr.xreplace(exact)
            if not isinstance(value, sp.Rational):
                return None
            everything[s] = Fraction(int(value.p), int(value.q))
        point = RealPoint(everything, digits, self.atoms.meaning)
        try:
            for op, left, right in self.expansion.conditions:
                if not compare(op, point.value(left) - point.value(right)):
                    return None
        except OutOfDomain:
            return None
        return point

    def near(self, point: RealPoint, digits: int) -> RealPoint | None:
        """A neighbour: every free value changed by at most one part in 10**9."""
        moved = {}
        for s in self.expansion.unknowns:
            moved[s] = point.values[s] * (1 + Fraction(self.random.randrange(-999, 1000), 10**12))
        return self.complete(moved, digits)

    def differ(self, point: RealPoint, left: Any, right: Any) -> bool:
        """Whether the sides differ here, at twice the digits, and by as much at two neighbours."""
        try:
            gap = gap_of(point, left, right)
            if gap == 0:
                return False
            others = [RealPoint(point.values, 2 * DIGITS, self.atoms.meaning)]
            for _ in range(2):
                other = self.near(point, 2 * DIGITS)
                if other is None:
                    return False
                others.append(other)
            return all(abs(gap_of(o, left, right) - gap) <= abs(gap) / 10 for o in others)
        except OutOfDomain:
            return False


class Boundary(Exception):
    """The point lies between two branches, where the claim need not be differentiable."""


class Branches:
    """Which outcomes each branching term has had."""

    def __init__(self) -> None:
        self._outcomes: dict[Term, set[int]] = {}
        self._open: set[Term] = set()

    def note(self, term: Term, outcome: int, fixed: bool) -> None:
        """Note one outcome; ``fixed`` where no other was possible."""
        self._outcomes.setdefault(term, set()).add(outcome)
        if not fixed:
            self._open.add(term)

    def one_sided(self) -> list[Term]:
        """Terms that could have gone another way, and never did."""
        return [t for t, outcomes in self._outcomes.items() if t in self._open and len(outcomes) < 2]


class Region:
    """The branches that hold around one point; an oracle for :meth:`Expansion.around`."""

    def __init__(self, point: RealPoint, points: Points, met: Branches) -> None:
        self.point, self.met = point, met
        self.neighbours = [n for n in (points.near(point, DIGITS) for _ in range(2)) if n is not None]
        self.decisions: dict[sp.Expr, int] = {}

    def sign(self, term: Term, gap: sp.Expr, op: str) -> int:
        """The sign of ``gap`` in this region; what stays 0 all around the point is 0."""
        s = int(sp.sign(gap)) if isinstance(gap, sp.Rational) else self._sign(gap)
        fixed = isinstance(gap, sp.Rational) or gap.is_positive or gap.is_negative
        self.met.note(term, int(compare(op, s)) if op else s, bool(fixed))
        return s

    def _sign(self, gap: sp.Expr) -> int:
        s = self.decisions.get(gap)
        if s is None:
            s = _sign(self.point, gap)
            if not self.neighbours or any(_sign(n, gap) != s for n in self.neighbours):
                raise Boundary
            self.decisions[gap] = s
        return s

    def holds(self, point: RealPoint) -> bool:
        """Whether all branches taken so far are those of ``point`` too."""
        try:
            return all(_sign(point, gap) == s for gap, s in self.decisions.items())
        except OutOfDomain:
            return False


class Tie:
    """The branches that hold at one point and perhaps nowhere else; an oracle as :class:`Region` is."""

    def __init__(self, point: RealPoint) -> None:
        self.point = point
        self.values = {s: sp.Rational(v.numerator, v.denominator) for s, v in point.values.items()}

    def sign(self, term: Term, gap: sp.Expr, op: str) -> int:
        """The sign of ``gap`` here; what is nearly 0 is only said to be 0 where it is so exactly."""
        exact = gap.xreplace(self.values)
        if isinstance(exact, sp.Rational):
            return int(sp.sign(exact))
        s = _sign(self.point, gap)
        if s == 0:
            raise Boundary
        return s


def _sign(point: RealPoint, gap: sp.Expr) -> int:
    value = point.value(gap)
    return 0 if abs(value) <= point.zero else 1 if value > 0 else -1


def witness(expansion: Expansion, point: RealPoint, env: dict[str, int], left: Any, right: Any) -> Witness:
    """The counterexample at ``point``: inputs as nested lists of numbers, both sides as decimals."""
    values: dict[str, Any] = {}
    for name, group in expansion.symbols.items():
        shape = [expansion.sizes.get(d, 1) for d in expansion.claim.inputs[name]]
        flat = [_number(point.values[s]) for s in group.values()]
        values[name] = _nest(flat, shape) if shape else flat[0]
    one, two = point.value(left), point.value(right)
    return Witness(
        sizes=dict(expansion.sizes),
        letters=dict(sorted(env.items())),
        values=values,
        left=point.mp.nstr(one, 17),
        right=point.mp.nstr(two, 17),
        difference=point.mp.nstr(one - two, 17),
    )


def _nest(flat: list[Any], shape: Sequence[int]) -> list[Any]:
    """A flat list, last axis fastest, as nested lists."""
    if len(shape) == 1:
        return flat
    step = len(flat) // shape[0]
    return [_nest(flat[k * step : (k + 1) * step], shape[1:]) for k in range(shape[0])]


def _number(value: Fraction) -> Any:
    """An int or a double where that is exact, else the fraction as text."""
    if value.denominator == 1:
        return int(value)
    return float(value) if Fraction(float(value)) == value else str(value)

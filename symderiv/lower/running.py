"""Running errors: what a pass in float makes of rounding, to first order, at many points at once.

Every operation is followed with its value, a bound of its rounding error, and its condition w (see
:mod:`symderiv.run.agreement`).  Functions may be such as are right on a part of the floats only:
:data:`KNOWN` says on which, and how wrong they are (templates/c/vector, templates/c/near).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symderiv.lower.passes import Pass
from symderiv.lower.schedule import constant
from symderiv.terms import Add, Call, Compare, Entry, Mul, Num, Pi, Pow, Term, Where, mul, power

Array = NDArray[np.float64]

U = 2.0**-24
LEAST = 2.0**-149
NORMAL = 2.0**-126
_OVERFLOW = 2.0**126
#: So many u*(|entry| + w) may the bound be: what is measured is about half.
_LIMIT = 8.0


@dataclass(frozen=True, slots=True)
class Known:
    """A function in float: its slope, its error in u, up to which magnitude of its argument it is right."""

    of: Callable[[Any], Any]
    slope: Callable[[Any, Any], Any]
    error: Callable[[Any], Any]
    up_to: float = math.inf


def _each(f: Callable[[float], float]) -> Callable[[Array], Array]:
    @lru_cache(maxsize=8)
    def known(x: bytes) -> Array:
        return np.array([f(v) for v in np.frombuffer(x)])

    return lambda x: known(x.tobytes())


def _flat(u: float) -> Callable[[Array], Any]:
    return lambda x: u


KNOWN: dict[str, Known] = {
    "exp": Known(np.exp, lambda x, y: y, _flat(2.0), 87.0),
    "sigmoid": Known(lambda x: 1 / (1 + np.exp(-x)), lambda x, y: y * (1 - y), _flat(3.6), 87.0),
    "erfc": Known(
        _each(math.erfc),
        lambda x, y: 2 / math.sqrt(math.pi) * np.exp(-x * x),
        lambda x: 5.0 + 0.7 * np.maximum(x, 0),
        9.3,
    ),
    "erf": Known(_each(math.erf), lambda x, y: 2 / math.sqrt(math.pi) * np.exp(-x * x), _flat(3.2)),
    "tanh": Known(np.tanh, lambda x, y: 1 - y * y, _flat(2.9)),
    "expm1": Known(np.expm1, lambda x, y: y + 1, _flat(3.1)),
    "log": Known(np.log, lambda x, y: 1 / x, _flat(2.0)),
    "log1p": Known(np.log1p, lambda x, y: 1 / (1 + x), _flat(2.7)),
    "sqrt": Known(np.sqrt, lambda x, y: 0.5 / y, _flat(1.0)),
}


def square_of(term: Term) -> Fraction | None:
    """The square of a constant, where it is rational as it is written."""
    match term:
        case Num(value):
            return value * value
        case Call("sqrt", (Num(value),)):
            return value
        case Pow(base, Num(n)) if n.denominator == 1:
            inner = square_of(base)
            return inner ** int(n) if inner else None
        case Mul(factors):
            found = [square_of(f) for f in factors]
            if None in found:
                return None
            return math.prod((f for f in found if f is not None), start=Fraction(1))
    return None


def multiple(term: Term) -> tuple[Fraction, Entry] | None:
    """c and x where ``term`` is x times a constant whose square is c, a power of two."""
    factors = term.factors if isinstance(term, Mul) else (term,)
    entries = [f for f in factors if isinstance(f, Entry)]
    if len(entries) != 1 or not all(constant(f) for f in factors if f is not entries[0]):
        return None
    c = square_of(mul(*(f for f in factors if f is not entries[0])))
    return (c, entries[0]) if c and _power_of_two(c) else None


def square(term: Term) -> tuple[Fraction, Entry] | None:
    """c and x where ``term`` is -c*x**2, c a power of two."""
    factors = term.factors if isinstance(term, Mul) else (term,)
    squares = [f for f in factors if isinstance(f, Pow) and f.exponent == Num(Fraction(2))]
    rest = [f for f in factors if f not in squares]
    if len(squares) != 1 or not all(isinstance(f, Num) for f in rest):
        return None
    inner = multiple(squares[0].base)
    number = math.prod((f.value for f in rest if isinstance(f, Num)), start=Fraction(1))
    if inner is None or number >= 0 or not _power_of_two(-number * inner[0]):
        return None
    return -number * inner[0], inner[1]


def _power_of_two(c: Fraction) -> bool:
    return c > 0 and not any(n & (n - 1) for n in (c.numerator, c.denominator))


@dataclass(slots=True)
class _Value:
    """A value, the bound of its error in float, its condition."""

    v: Array
    e: Array
    w: Array


class NotKnownError(Exception):
    """Something that float is not tried with."""


@np.errstate(all="ignore")
def good(whole: Pass, points: Mapping[str, Array]) -> NDArray[np.bool_]:
    """At which points float will do."""
    run = _Run({n: _Value(v, np.zeros_like(v), np.abs(v)) for n, v in points.items()})
    for name, term in whole.values:
        run.known[name] = run.at(term)
    assert whole.store is not None
    found = run.root(whole.store)
    return np.asarray(found.e <= _LIMIT * U * (np.abs(found.v) + found.w) + LEAST)


class _Run:
    """Evaluates terms at points."""

    def __init__(self, known: dict[str, _Value]) -> None:
        self.known = known
        self.one = np.ones_like(next(iter(known.values())).v)

    def root(self, t: Term) -> _Value:
        """The result, which may overflow: double would, too."""
        return self._product(t.factors, last=False) if isinstance(t, Mul) else self.at(t)

    def at(self, t: Term) -> _Value:
        """Any other value."""
        match t:
            case _ if constant(t):
                value = constant_value(t)
                exact = float(np.float32(value)) == value
                return _Value(value * self.one, (0 if exact else U * abs(value)) * self.one, 0 * self.one)
            case Entry(name, _):
                return self.known[name]
            case Add(terms):
                return self._sum(terms)
            case Mul(factors):
                return self._product(factors)
            case Pow(_, Num(n)) if n == -1:
                return self._product((t,))
            case Pow(base, Num(n)) if n == 2:
                return self._times(self.at(base), self.at(base))
            case Pow(base, Num(n)) if n == 3:
                one = self.at(base)
                return self._times(self._times(one, one), one)
            case Pow(base, Num(n)) if n == Fraction(1, 2):
                return self._call("sqrt", self.at(base))
            case Call("exp", (u,)) if (found := square(u)) is not None:
                return self._exact_square("exp", u, found)
            case Call("erfc", (u,)) if (inner := multiple(u)) is not None:
                return self._exact_square("erfc", u, inner)
            case Call("max" | "min", (a, b)):
                one, two = self.at(a), self.at(b)
                first = one.v > two.v if t.function == "max" else one.v < two.v
                return self._chosen(first, one, two)
            case Call("abs", (a,)):
                one = self.at(a)
                return _Value(np.abs(one.v), one.e, one.w)
            case Call("sign", (Entry() as a,)):
                return _Value(np.sign(self.at(a).v), 0 * self.one, 0 * self.one)
            case Call(function, (a,)) if function in KNOWN:
                return self._call(function, self.at(a))
            case Where(Compare(op, left, right), then, other):
                p, q = self.at(left).v, self.at(right).v
                compare = {
                    "<": np.less,
                    "<=": np.less_equal,
                    ">": np.greater,
                    ">=": np.greater_equal,
                    "==": np.equal,
                    "!=": np.not_equal,
                }[op]
                return self._chosen(compare(p, q), self.at(then), self.at(other))
        raise NotKnownError

    def _exact_square(self, function: str, u: Term, found: tuple[Fraction, Entry]) -> _Value:
        """A function of c*x^2 that has no rounding error."""
        x = self.at(found[1]).v
        inner = self.at(u)
        value = self._call(function, _Value(inner.v, 0 * self.one, inner.w))
        value.e = np.where(float(found[0]) * x * x <= 87.0, value.e, np.inf)
        return value

    @staticmethod
    def _chosen(first: NDArray[np.bool_], a: _Value, b: _Value) -> _Value:
        return _Value(np.where(first, a.v, b.v), np.where(first, a.e, b.e), np.where(first, a.w, b.w))

    def _call(self, function: str, a: _Value) -> _Value:
        known = KNOWN[function]
        v = known.of(a.v)
        slope = np.abs(known.slope(a.v, v))
        e = slope * a.e + known.error(a.v) * U * np.abs(v) + self._lost(v)
        return _Value(v, np.where(np.abs(a.v) <= known.up_to, e, np.inf), slope * a.w)

    def _sum(self, terms: Iterable[Term]) -> _Value:
        first, *rest = (self.at(t) for t in terms)
        v, e, w = first.v, first.e, first.w
        for part in rest:
            v, w = v + part.v, w + part.w
            e = e + part.e + U * np.abs(v) + np.where(np.abs(v) > _OVERFLOW, np.inf, 0.0)
        return _Value(v, e, w)

    def _product(self, factors: Iterable[Term], *, last: bool = True) -> _Value:
        """As it is printed, constants first, numerator over denominator; ``last``: it must be in range."""
        fixed = [f for f in factors if constant(f)]
        rest = [(f, _under(f)) for f in factors if f not in fixed]
        top = [f for f, under in rest if under is None]
        bottom = [under for _, under in rest if under is not None]
        above = [self.at(t) for t in ([mul(*fixed)] if fixed else []) + top]
        below = [self.at(t) for t in bottom]
        exact = bool(fixed) and math.frexp(constant_value(mul(*fixed)))[0] in (0.5, -0.5)
        count = len(above) + len(below) - 1
        value = above[0] if above else _Value(self.one, 0 * self.one, 0 * self.one)
        for n, f in enumerate(above[1:], 1):
            value = self._times(value, f, exact=exact and n == 1, last=last or n < count)
        if below:
            under = below[0]
            for f in below[1:]:
                under = self._times(under, f)
            size = np.abs(under.v)
            v = value.v / under.v
            e = value.e / size + np.abs(v) / size * under.e + U * np.abs(v) + self._lost(v, last=last)
            value = _Value(v, e, value.w / size + np.abs(v) / size * under.w)
        return value

    def _times(self, a: _Value, b: _Value, *, exact: bool = False, last: bool = True) -> _Value:
        v = a.v * b.v
        one, two = np.abs(a.v), np.abs(b.v)
        e = one * b.e + two * a.e + self._lost(v, last=last)
        return _Value(v, e if exact else e + U * np.abs(v), one * b.w + two * a.w)

    @staticmethod
    def _lost(v: Array, *, last: bool = True) -> Array:
        """What leaving the range costs."""
        size = np.abs(v)
        below = np.where((size < NORMAL) & (size > 0), LEAST / 2, 0.0)
        return np.where(size > _OVERFLOW, np.inf, below) if last else below


def _under(f: Term) -> Term | None:
    """What a factor divides by."""
    if isinstance(f, Pow) and isinstance(f.exponent, Num) and f.exponent.value < 0:
        return power(f.base, Num(-f.exponent.value))
    return None


def constant_value(t: Term) -> float:
    """A constant as a double; near enough."""
    match t:
        case Num(value):
            return float(value)
        case Pi():
            return math.pi
        case Pow(base, Num(n)):
            return float(constant_value(base) ** float(n))
        case Mul(factors):
            return math.prod(constant_value(f) for f in factors)
        case Add(terms):
            return sum(constant_value(f) for f in terms)
        case Call("sqrt", (a,)):
            return math.sqrt(constant_value(a))
    raise NotKnownError


__all__ = ["KNOWN", "LEAST", "NORMAL", "NotKnownError", "good", "multiple", "square"]

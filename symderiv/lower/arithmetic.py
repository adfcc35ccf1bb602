"""Two arithmetics for one evaluator: IEEE doubles, every operation rounded once, and balls.

Functions of doubles are computed as balls and rounded, so no machine's libm has a say.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

from flint import arb, ctx, fmpq

#: A ball is narrow with so many bits relative to itself.
_NARROW = 80
#: Numbers below are as good as 0: they are far below the doubles.
SMALL = arb(2) ** -1140


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Run FLINT at ``bits`` and put its precision back."""
    before = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = before


class Undecided(Exception):
    """A condition that the balls at hand do not decide."""


def narrow(v: arb) -> bool:
    """Whether a ball says what is wanted."""
    return bool(v.rel_accuracy_bits() >= _NARROW or abs(v) < SMALL) if v.is_finite() else False


def _sigmoid(x: arb) -> arb:
    return 1 / (1 + (-x).exp())


#: Functions of balls.
FUNCTIONS: dict[str, Callable[..., arb]] = {
    "exp": arb.exp,
    "log": arb.log,
    "log1p": arb.log1p,
    "expm1": arb.expm1,
    "sqrt": arb.sqrt,
    "sin": arb.sin,
    "cos": arb.cos,
    "tanh": arb.tanh,
    "sinh": arb.sinh,
    "cosh": arb.cosh,
    "erf": arb.erf,
    "erfc": arb.erfc,
    "sigmoid": _sigmoid,
    "abs": abs,
    "sign": arb.sgn,
    "max": arb.max,
    "min": arb.min,
}
#: Below and above these, a function of a double is what it tends to; NaN outside of where it is defined.
_ENDS: dict[str, tuple[float, float, float, float]] = {
    "exp": (-746.0, 0.0, 710.0, math.inf),
    "expm1": (-60.0, -1.0, 710.0, math.inf),
    "log": (0.0, math.nan, math.inf, math.inf),
    "log1p": (-1.0, math.nan, math.inf, math.inf),
    "sqrt": (0.0, math.nan, math.inf, math.inf),
    "tanh": (-30.0, -1.0, 30.0, 1.0),
    "sinh": (-711.0, -math.inf, 711.0, math.inf),
    "cosh": (-711.0, math.inf, 711.0, math.inf),
    "erf": (-7.0, -1.0, 7.0, 1.0),
    "erfc": (-7.0, 2.0, 28.0, 0.0),
    "sigmoid": (-746.0, 0.0, 60.0, 1.0),
}
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


class Balls:
    """Arithmetic of balls, at FLINT's precision."""

    @staticmethod
    def number(value: Fraction) -> arb:
        return arb(fmpq(value.numerator, value.denominator))

    @staticmethod
    def value(x: float) -> arb:
        return arb(x)

    @staticmethod
    def pi() -> arb:
        return arb.pi()

    @staticmethod
    def power(x: arb, n: arb) -> arb:
        return x.sqrt() if n == 0.5 else x**n

    @staticmethod
    def quotient(a: arb, b: arb) -> arb:
        return a / b

    @staticmethod
    def call(function: str, values: Sequence[arb]) -> arb:
        return FUNCTIONS[function](*values)

    @staticmethod
    def exp_of_sum(parts: Sequence[arb]) -> arb:
        return sum(parts, arb(0)).exp()

    @staticmethod
    def holds(op: str, a: arb, b: arb) -> bool:
        if COMPARE[op](a, b):
            return True
        if COMPARE[_OPPOSITE[op]](a, b):
            return False
        raise Undecided

    @staticmethod
    def reduced(op: str, values: Sequence[arb]) -> arb:
        total = values[0]
        for v in values[1:]:
            total = (
                total.max(v)
                if op == "max"
                else total.min(v)
                if op == "min"
                else (total * v if op == "prod" else total + v)
            )
        return total / len(values) if op == "mean" else total


class Doubles:
    """Arithmetic of IEEE doubles, every operation rounded once."""

    @staticmethod
    def number(value: Fraction) -> float:
        return value.numerator / value.denominator

    @staticmethod
    def value(x: float) -> float:
        return x

    @staticmethod
    def pi() -> float:
        return math.pi

    @staticmethod
    def power(x: float, n: float) -> float:
        if n == 2:
            return x * x
        if n in (-1, 0.5):
            return Doubles.quotient(1.0, x) if n == -1 else Doubles.call("sqrt", [x])
        if math.isfinite(x) and math.isfinite(n) and (x > 0 or n == int(n)):
            return 1.0 if n == 0 else math.nan if x == 0 > n else float((arb(x) ** arb(n)).mid())
        return math.nan if not x > 0 else x if n > 0 else 0.0

    @staticmethod
    def quotient(a: float, b: float) -> float:
        if b:
            return a / b
        # as the machine divides by +0
        return math.nan if not a or math.isnan(a) else math.copysign(math.inf, a)

    @staticmethod
    def call(function: str, values: Sequence[float]) -> float:
        x = values[0]
        match function:
            case "max":
                return x if x > values[1] or math.isnan(x) else values[1]
            case "min":
                return x if x < values[1] or math.isnan(x) else values[1]
            case "abs":
                return abs(x)
            case "sqrt" if x >= 0:
                return math.sqrt(x)
            case "log" | "log1p" if x == _ENDS[function][0]:
                return -math.inf
        if math.isnan(x):
            return x
        low, below, high, above = _ENDS.get(function, (-math.inf, math.nan, math.inf, math.nan))
        if x < low or (math.isinf(x) and x < 0):
            return below
        if x > high or (math.isinf(x) and x > 0):
            return above
        return float(FUNCTIONS[function](arb(x)).mid())

    @staticmethod
    def exp_of_sum(parts: Sequence[float]) -> float:
        if not all(map(math.isfinite, parts)):
            return Doubles.call("exp", [sum(parts)])
        inside = sum(map(arb, parts), arb(0))
        near = float(inside.mid())
        return float(inside.exp().mid()) if -746 <= near <= 710 else Doubles.call("exp", [near])

    @staticmethod
    def holds(op: str, a: float, b: float) -> bool:
        return COMPARE[op](a, b)

    @staticmethod
    def reduced(op: str, values: Sequence[float]) -> float:
        if any(map(math.isnan, values)):
            return math.nan
        match op:
            case "sum":
                return _fsum(values)
            case "mean":
                return _fsum(values) / len(values)
            case "max" | "min":
                return max(values) if op == "max" else min(values)
        product = 1.0
        for v in values:
            product *= v
        return product


def _fsum(values: Sequence[float]) -> float:
    if not all(map(math.isfinite, values)):
        return sum(values)
    try:
        return math.fsum(values)
    except OverflowError:  # on the way, or in the end
        return float(sum(map(arb, values), arb(0)).mid())

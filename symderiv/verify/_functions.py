"""The functions of the language at balls: values and Taylor coefficients.

A function is ``UNDEFINED`` outside its domain and ``UNSURE`` where the ball is too wide to tell.  Taylor
coefficients come from FLINT's power series, those of powers from the binomial series.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, TypeAlias

from flint import arb, arb_series, ctx, fmpq


class Poison:
    """Stands for the missing value of a node."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


UNDEFINED = Poison("undefined")
UNSURE = Poison("unsure")

#: An ``arb`` or a :class:`Poison`.
Value: TypeAlias = Any

_ZERO = arb(0)
_ONE = arb(1)


def ball(value: Fraction | int) -> arb:
    """A ball around a rational number, at the current precision."""
    return arb(fmpq(value.numerator, value.denominator))


def sign_of(value: arb) -> int | None:
    """-1, 0 or 1; None where the ball does not tell."""
    if value > 0:
        return 1
    if value < 0:
        return -1
    return 0 if value.is_zero() else None


def power(base: arb, q: Fraction | int) -> Value:
    q = Fraction(q)
    if q.denominator == 1:
        if q < 0 and base.contains(0):
            return UNDEFINED if base.is_zero() else UNSURE
        return _integer_power(base, int(q))
    if not base > 0:
        if base.is_zero():
            return _ZERO if q > 0 else UNDEFINED
        return UNDEFINED if base < 0 else UNSURE
    if q.denominator == 2:
        return _integer_power(base.sqrt(), q.numerator)
    return base ** ball(q)


def _integer_power(base: arb, n: int) -> arb:
    """``base**n``; by squaring where 0 lies in the ball (FLINT answers nan there)."""
    if n == 1 or not base.contains(0):
        return base if n == 1 else base**n
    result, square = _ONE, base
    while n:
        if n & 1:
            result = result * square
        square = square * square
        n >>= 1
    return result


def apply(op: str, x: arb) -> Value:
    """A function of one argument at a ball."""
    match op:
        case "exp":
            return x.exp()
        case "log" | "log1p":
            edge = x if op == "log" else x + 1
            if not edge > 0:
                return UNDEFINED if edge <= 0 else UNSURE
            return x.log() if op == "log" else x.log1p()
        case "sigmoid":
            return 1 / (1 + (-x).exp())
        case "sin" | "cos" | "tanh" | "sinh" | "cosh" | "erf" | "erfc" | "expm1":
            value: arb = getattr(x, op)()
            return value
    raise ValueError(f"no function {op}")


def taylor(op: str, exponent: Fraction | int | None, at: Value, order: int) -> list[arb] | Poison:
    """Taylor coefficients 0..order at ``at`` of a function of one argument or of a rational power."""
    if isinstance(at, Poison):
        return at
    if op in ("powi", "powq"):
        return _binomials(at, Fraction(exponent or 0), order)
    if ctx.cap <= order:
        ctx.cap = order + 1
    x = arb_series([at, 1], prec=order + 1)
    match op:
        case "exp" | "expm1":
            series = x.exp()
        case "log":
            series = x.log()
        case "log1p":
            series = (x + 1).log()
        case "sin":
            series = x.sin()
        case "cos":
            series = x.cos()
        case "erf":
            series = x.erf()
        case "erfc":
            series = x.erfc()
        case "sinh":
            series = (x.exp() - (-x).exp()) / 2
        case "cosh":
            series = (x.exp() + (-x).exp()) / 2
        case "sigmoid":
            series = _logistic(x, at)
        case "tanh":
            # tanh(x) = 2 sigmoid(2x) - 1
            series = 2 * _logistic(2 * x, at) - 1
        case _:
            raise ValueError(f"no function {op}")
    coefficients: list[arb] = [series[k] for k in range(order + 1)]
    return coefficients


def _logistic(x: arb_series, at: arb) -> arb_series:
    """1/(1 + exp(-x)), by the side that keeps relative accuracy."""
    if at < 0:
        top = x.exp()
        return top / (1 + top)
    return 1 / (1 + (-x).exp())


def _binomials(base: arb, q: Fraction, order: int) -> list[arb] | Poison:
    """Coefficients of (base + ε)^q: binomial(q, k) base^(q - k)."""
    result = []
    factor = Fraction(1)
    for k in range(order + 1):
        if factor:
            part = power(base, q - k)
            if isinstance(part, Poison):
                return part
            if q.denominator != 1 and base.is_zero():
                return UNDEFINED
            result.append(ball(factor) * part)
        else:
            result.append(_ZERO)
        factor = factor * (q - k) / (k + 1)
    return result

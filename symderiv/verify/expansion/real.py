"""Real values of explicit SymPy expressions in multiprecision.

Plain structural recursion with mpmath; used to choose points inside the domain and to show both sides
of a counterexample.  A value outside the domain raises :class:`OutOfDomain`.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import mpmath
import sympy as sp

from symderiv.verify.expansion.explicit import compare


class OutOfDomain(Exception):
    """Not defined here, or not differentiable here, in the real numbers."""


class RealPoint:
    """Rational values of the symbols, and the values of expressions there at ``digits`` digits."""

    def __init__(
        self, values: Mapping[sp.Symbol, Fraction], digits: int, meaning: Mapping[sp.Symbol, Any]
    ) -> None:
        self.values = dict(values)
        self.meaning = meaning
        self.mp = mpmath.MPContext()
        self.mp.dps = digits
        self.zero = self.mp.mpf(10) ** (-digits * 2 // 3)
        self._memo: dict[Any, Any] = {}

    def value(self, expr: Any) -> Any:
        """The value of ``expr``, or :class:`OutOfDomain`."""
        found = self._memo.get(expr)
        if found is None:
            try:
                found = self._value(expr)
                if not self.mp.isfinite(found):
                    found = OutOfDomain("not finite")
            except (ZeroDivisionError, OverflowError):
                found = OutOfDomain("division by zero or overflow")
            except OutOfDomain as error:
                found = error
            self._memo[expr] = found
        if isinstance(found, OutOfDomain):
            raise found
        return found

    def _value(self, expr: Any) -> Any:
        mp = self.mp
        if isinstance(expr, sp.Rational):
            return mp.mpf(int(expr.p)) / int(expr.q)
        if isinstance(expr, sp.Symbol):
            if expr in self.meaning:
                return self._generator(self.meaning[expr])
            q = self.values[expr]
            return mp.mpf(q.numerator) / q.denominator
        if expr is sp.pi:
            return +mp.pi
        if expr is sp.E:
            return +mp.e
        if isinstance(expr, sp.Add):
            return mp.fsum(self.value(a) for a in expr.args)
        if isinstance(expr, sp.Mul):
            product = mp.mpf(1)
            for a in expr.args:
                product *= self.value(a)
            return product
        if isinstance(expr, sp.exp):
            exponent = self.value(expr.args[0])
            if abs(exponent) > 100_000:
                raise OutOfDomain("overflow")
            return mp.exp(exponent)
        if isinstance(expr, sp.Pow):
            return self._power(*expr.args)
        if isinstance(expr, sp.Piecewise):
            for branch, test in expr.args:
                if self.holds(test):
                    return self.value(branch)
            raise OutOfDomain("no branch")
        if isinstance(expr, (sp.Max, sp.Min)):
            return (max if isinstance(expr, sp.Max) else min)(self.value(a) for a in expr.args)
        u: Any = self.value(expr.args[0]) if len(expr.args) == 1 else None
        if isinstance(expr, sp.log):
            if u <= 0:
                raise OutOfDomain("logarithm of a number that is not positive")
            return mp.log(u)
        if isinstance(expr, sp.Abs):
            return abs(u)
        if isinstance(expr, sp.sign):
            return mp.sign(u) if abs(u) > self.zero else mp.mpf(0)
        for kind, name in ((sp.sin, "sin"), (sp.cos, "cos"), (sp.tanh, "tanh"), (sp.sinh, "sinh")):
            if isinstance(expr, kind):
                return getattr(mp, name)(u)
        if isinstance(expr, sp.cosh):
            return mp.cosh(u)
        if isinstance(expr, sp.erf):
            return mp.erf(u)
        raise OutOfDomain(f"no value of {type(expr).__name__}")

    def _generator(self, what: Any) -> Any:
        mp, u = self.mp, self.value(what.of)
        match what.kind:
            case "exp":
                return mp.exp(u / what.order)
            case "log":
                return mp.log(abs(u))
            case "root":
                return mp.power(abs(u), mp.mpf(1) / what.order)
            case "sign":
                return mp.sign(u) if abs(u) > self.zero else mp.mpf(0)
            case "cos":
                return mp.cos(u / what.order)
            case "sin":
                return mp.sin(u / what.order)
            case "erf":
                return mp.erf(u)
            case "pi":
                return +mp.pi
        raise OutOfDomain(what.kind)

    def _power(self, base: Any, exponent: Any) -> Any:
        b = self.value(base)
        if isinstance(exponent, sp.Integer):
            if b == 0 and exponent < 0:
                raise OutOfDomain("0 in a denominator")
            return b ** int(exponent)
        e = self.value(exponent)
        if b <= 0:
            raise OutOfDomain("a fractional power of a number that is not positive")
        if abs(e) * (1 + abs(self.mp.log(b))) > 100_000:
            raise OutOfDomain("overflow")
        return self.mp.power(b, e)

    def holds(self, test: Any) -> bool:
        """Whether a condition holds here; nearly equal sides count as equal."""
        if test in (True, sp.true):
            return True
        if test in (False, sp.false):
            return False
        gap = self.value(test.args[0]) - self.value(test.args[1])
        return compare(type(test).rel_op, 0 if abs(gap) <= self.zero else gap)

"""Scalar terms as infix text: what C and Python have in common.  Targets override how leaves look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import mpmath

from symderiv.lower.machine import Machine, Point
from symderiv.lower.places import difference
from symderiv.lower.schedule import constant
from symderiv.terms import (
    Add,
    Call,
    Compare,
    Condition,
    Delta,
    Entry,
    Index,
    Mul,
    Neutral,
    Num,
    Position,
    Pow,
    Size,
    Term,
    Where,
    linear,
    mul,
    power,
)

SUM, PRODUCT, UNARY, ATOM = range(4)
Shown = tuple[str, int]


class Infix:
    """Writes terms; subclasses say what numbers, entries, powers and functions look like."""

    def text(self, term: Term) -> str:
        """``term``, ready to stand alone."""
        return self.show(term)[0]

    def wrap(self, term: Term, level: int) -> str:
        """``term``, in brackets where it binds less than ``level``."""
        shown, own = self.show(term)
        return shown if own >= level else f"({shown})"

    def show(self, term: Term) -> Shown:
        """Text and how tightly it binds."""
        if not isinstance(term, Num) and constant(term):
            return self.literal(value_of(term))
        match term:
            case Num(value):
                return self.number(value)
            case Entry(name, indices):
                return self.entry(name, indices), ATOM
            case Delta(left, right):
                return self.delta(left, right), ATOM
            case Size(dim):
                return self.size(dim), ATOM
            case Neutral(op):
                return self.infinity(op), SUM if op == "max" else ATOM
            case Add(terms):
                return self.sum(terms), SUM
            case Mul(factors):
                return self.product(factors)
            case Pow(base, Num(n)) if n < 0:
                return self.product((term,))
            case Pow(base, exponent):
                return self.power(base, exponent)
            case Call("exp", (u,)):
                return self.exp(u), ATOM
            case Call(function, args):
                return self.call(function, [self.text(a) for a in args]), ATOM
            case Where(condition, then, other):
                return self.where(condition, then, other), ATOM
        raise TypeError(f"no text for {type(term).__name__}")

    # --- what targets say -------------------------------------------------------------------------

    def entry(self, name: str, indices: tuple[Position, ...]) -> str:
        """A scalar or an entry of an array, 0 outside its axes."""
        raise NotImplementedError

    def delta(self, left: Position, right: Position) -> str:
        """A Kronecker delta as a number."""
        raise NotImplementedError

    def infinity(self, op: str) -> str:
        """What a max or min over nothing is."""
        raise NotImplementedError

    def symbol(self, symbol: Index | Size) -> str:
        """A letter counted from 0, or a size, as an integer."""
        raise NotImplementedError

    def size(self, dim: str) -> str:
        """How many values the letters of a dimension have."""
        raise NotImplementedError

    def call(self, function: str, args: Sequence[str]) -> str:
        """A function of values."""
        raise NotImplementedError

    def power(self, base: Term, exponent: Term) -> Shown:
        """A power that is no reciprocal."""
        raise NotImplementedError

    def where(self, condition: Condition, then: Term, other: Term) -> str:
        """A choice."""
        raise NotImplementedError

    # --- positions ----------------------------------------------------------------------------------

    def place(self, position: Position) -> str:
        """A position counted from 0."""
        parts, constant = linear(position)
        return self.integer(parts, constant - 1 + sum(k for s, k in parts.items() if isinstance(s, Index)))

    def condition(self, condition: Condition) -> str:
        """A condition; what is subtracted stands on its other side, as positions count from 0 here."""
        if isinstance(condition, Compare):
            return f"{self.wrap(condition.left, SUM)} {condition.op} {self.wrap(condition.right, SUM)}"
        parts, constant = difference(condition)
        constant += sum(k for s, k in parts.items() if isinstance(s, Index))
        op = condition.op
        if op in ("<=", ">") and constant > 0:  # j + 1 <= n is j < n
            op, constant = {"<=": "<", ">": ">="}[op], constant - 1
        elif op in (">=", "<") and constant < 0 and (op == ">=" or any(k < 0 for k in parts.values())):
            op, constant = {">=": ">", "<": "<="}[op], constant + 1
        left = self.integer({s: k for s, k in parts.items() if k > 0}, max(constant, 0))
        right = self.integer({s: -k for s, k in parts.items() if k < 0}, max(-constant, 0))
        return f"{left} {op} {right}"

    def integer(self, parts: Mapping[Index | Size, int], constant: int) -> str:
        """A whole-number combination of letters and sizes, what is added first."""
        shown = ""
        for symbol, k in sorted(parts.items(), key=lambda p: p[1] < 0):
            name = self.symbol(symbol) if abs(k) == 1 else f"{abs(k)} * {self.symbol(symbol)}"
            shown += (" - " if k < 0 else " + ") + name if shown else ("-" if k < 0 else "") + name
        if constant and shown:
            shown += f" - {-constant}" if constant < 0 else f" + {constant}"
        return shown or str(constant)

    # --- shared -----------------------------------------------------------------------------------

    def number(self, value: Fraction) -> Shown:
        """An exact number, as it is or as the nearest double."""
        if value.denominator == 1 and abs(value) < 2**53:
            return f"{value.numerator}.0", ATOM if value >= 0 else SUM
        denominator = value.denominator
        for prime in (2, 5):
            while denominator % prime == 0:
                denominator //= prime
        if denominator == 1 or abs(value.numerator) >= 2**53 or value.denominator >= 2**53:
            return self.literal(float(value))
        sign = "-" if value < 0 else ""
        return f"{sign}{abs(value.numerator)}.0 / {value.denominator}.0", SUM if sign else PRODUCT

    @staticmethod
    def literal(value: float) -> Shown:
        """A double."""
        return repr(value), ATOM if value >= 0 else SUM

    def sum(self, terms: Sequence[Term]) -> str:
        """Terms with their signs."""
        shown = ""
        for t in terms:
            part = self.wrap(t, SUM)
            if isinstance(t, Add):
                part = f"({part})"
            if not shown:
                shown = part
            else:
                shown += f" - {part[1:]}" if part.startswith("-") else f" + {part}"
        return shown

    def product(self, factors: Sequence[Term]) -> Shown:
        """Numerator over denominator; constants become one number."""
        number = Fraction(1)
        fixed: list[Term] = []
        top: list[Term] = []
        bottom: list[Term] = []
        for f in factors:
            if isinstance(f, Num):
                number *= f.value
            elif constant(f):
                fixed.append(f)
            elif isinstance(f, Pow) and isinstance(f.exponent, Num) and f.exponent.value < 0:
                bottom.append(power(f.base, Num(-f.exponent.value)))
            else:
                top.append(f)
        above, below = [self.wrap(t, UNARY) for t in top], [self.wrap(t, UNARY) for t in bottom]
        sign = ""
        if fixed:
            value = value_of(mul(Num(number), *fixed))
            sign, shown = ("-" if value < 0 else ""), self.literal(abs(value))[0]
            above.insert(0, shown)
        else:
            sign = "-" if number < 0 else ""
            number = abs(number)
            for part, places in ((number.numerator, above), (number.denominator, below)):
                if part != 1:
                    places.insert(0, self.number(Fraction(part))[0])
        if not above:
            above = [self.number(Fraction(1))[0]]
        shown = " * ".join(above)
        if below:
            shown += " / " + (below[0] if len(below) == 1 else f"({' * '.join(below)})")
        if sign:
            return sign + shown, SUM
        return shown, PRODUCT if below or len(above) > 1 else UNARY

    def exp(self, argument: Term) -> str:
        """exp of a sum or product, without the rounding error of its argument."""
        match argument:
            case Mul((Add((one, two)), Pow(under, Num(n)))) if n == -1:
                return self.helper("exp_over", self.text(one), self.text(two), self.text(under))
        parts = argument.terms if isinstance(argument, Add) else (argument,)
        rests = [r for r in map(self.rest, parts) if r]
        shown = [self.text(p) for p in parts]
        while len(shown) > 2:  # all but the last go into the first, with what is lost
            a, b = shown[0], shown[1]
            rests.append(self.helper("plus_rest", a, b))
            joined = f"{a} - {b[1:]}" if b.startswith("-") else f"{a} + {b}"
            shown[:2] = [joined]
        rest = " + ".join(rests)
        if len(shown) == 2:
            a, b = shown
            if rest:
                return self.helper("exp_plus", a, b, rest)
            return self.difference(a, b)
        return self.helper("exp_sum", shown[0], rest) if rest else self.call("exp", shown)

    def difference(self, a: str, b: str) -> str:
        """exp(a + b)."""
        return self.helper("exp_plus", a, b)

    def helper(self, name: str, *args: str) -> str:
        """A call of one of the small functions that keep rounding errors."""
        raise NotImplementedError

    def rest(self, term: Term) -> str:
        """What rounding takes from a product or a quotient of two; nothing where it is exact or unknown."""
        number = Fraction(1)
        top: list[Term] = []
        bottom: list[Term] = []
        for f in term.factors if isinstance(term, Mul) else (term,):
            if isinstance(f, Num):
                number *= f.value
            elif isinstance(f, Pow) and f.exponent == Num(Fraction(2)):
                top += [f.base, f.base]
            elif isinstance(f, Pow) and f.exponent == Num(Fraction(-1)):
                bottom.append(f.base)
            else:
                top.append(f)
        if any(n & (n - 1) for n in (abs(number.numerator), number.denominator)):
            return ""  # not a power of two: one more factor
        scaled = mul(Num(number), top[0]) if top else Num(number)
        match (len(top), len(bottom)):
            case (2, 0):
                return self.helper("times_rest", self.text(scaled), self.text(top[1]))
            case (0 | 1, 1):
                return self.helper("over_rest", self.text(scaled), self.text(bottom[0]))
        return ""


def value_of(term: Term) -> float:
    """A constant term, rounded once to a double."""
    machine = Machine(Point({}, {}), {}, rounded=False)
    with mpmath.workprec(200):
        return float(machine.to_double(machine.run(term, {})))

"""Values in lanes and numbers a row, as C text: what passes (:mod:`symderiv.emit.c_passes`) are made of."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Sequence
from fractions import Fraction

from symderiv.emit.infix import ATOM, SUM, UNARY, Infix, Shown
from symderiv.emit.snippets import c_functions
from symderiv.lower.passes import SHIFTED, WEIGHT
from symderiv.terms import Add, Call, Condition, Entry, Index, Mul, Num, Position, Size, Term

TYPES = {"f32": "float", "f64": "double"}


class Lanes(Infix):
    """Terms in one precision; ``name`` says what an entry is called."""

    def __init__(self, real: str, name: Callable[[Entry], str], size: str) -> None:
        self.real = real
        self.name = name
        self.size_name = size

    @property
    def ctype(self) -> str:
        """The type of values."""
        return TYPES[self.real]

    def show(self, term: Term) -> Shown:
        match term:
            case Call(function, (x, Entry() as m, *weight)) if function == SHIFTED:
                parts = ", ".join(f"{self.name(m)}{part}_" for part in ("shift", "least", "magic"))
                if weight:
                    known = f"{self.text(x)}, {self.name(m)}, {parts}, {self.text(weight[0])}"
                    return f"sdv_exp_unit_{self.real}({known})", ATOM
                return f"sdv_exp_shifted_{self.real}({self.text(x)}, {parts})", ATOM
        return super().show(term)

    def entry(self, name: str, indices: tuple[Position, ...]) -> str:
        return self.name(Entry(name, indices))

    def size(self, dim: str) -> str:
        return f"({self.ctype}){self.size_name}"

    def symbol(self, symbol: Index | Size) -> str:
        return symbol.name if isinstance(symbol, Index) else self.size_name

    def number(self, value: Fraction) -> Shown:
        shown, level = super().number(value)
        if self.real == "f64":
            return shown, level
        if "/" in shown or not re.fullmatch(r"-?\d+\.0", shown):
            return self.literal(float(value))
        return f"{shown}f", level

    def literal(self, value: float) -> Shown:  # type: ignore[override]
        if self.real == "f64":
            return super().literal(value)
        (near,) = struct.unpack("f", struct.pack("f", value)) if abs(value) < 3.4e38 else (value,)
        shown = f"{near:.9g}"
        shown = shown if re.search(r"[.e]", shown) else f"{shown}.0"
        return f"{shown}f", ATOM if value >= 0 else SUM

    def call(self, function: str, args: Sequence[str]) -> str:
        own = f"sdv_{function}_{self.real}"
        if own in c_functions():
            return f"{own}({', '.join(args)})"
        if self.real == "f64":
            return f"sd_{function}({', '.join(args)})"
        return f"(float)sd_{function}({', '.join(f'(double)({a})' for a in args)})"

    def helper(self, name: str, *args: str) -> str:
        return f"sd_{name}({', '.join(args)})"

    def difference(self, a: str, b: str) -> str:
        own = f"sdv_exp_difference_{self.real}"
        if b.startswith("-"):
            return f"{own}({a}, {b[1:]})"
        if a.startswith("-"):
            return f"{own}({b}, {a[1:]})"
        return f"{own}({a}, -({b}))"

    def exp(self, argument: Term) -> str:
        if self.real == "f64":
            return super().exp(argument)
        parts = argument.terms if isinstance(argument, Add) else (argument,)
        if len(parts) <= 2 and all(_exact(p) for p in parts):
            shown = [self.text(p) for p in parts]
            return self.difference(*shown) if len(shown) == 2 else self.call("exp", shown)
        wide = Lanes("f64", lambda e: f"(double){self.name(e)}", self.size_name)
        return f"sdv_exp_of_f32({wide.text(argument)})"

    def power(self, base: Term, exponent: Term) -> Shown:
        if isinstance(exponent, Num):
            n = exponent.value
            if n == 2:
                shown, level = self.show(base)
                if level == ATOM and re.fullmatch(r"[\w\[\]]+", shown):
                    return f"{shown} * {shown}", UNARY - 1
                return self.call("square", [shown]), ATOM
            if n == Fraction(1, 2):
                return self.call("sqrt", [self.text(base)]), ATOM
            if n.denominator == 1:
                return self._double(f"sd_powi({self._wide(base)}, {n.numerator})"), ATOM
        return self._double(f"sd_pow({self._wide(base)}, {self._wide(exponent)})"), ATOM

    def _wide(self, term: Term) -> str:
        return self.text(term) if self.real == "f64" else f"(double)({self.text(term)})"

    def _double(self, shown: str) -> str:
        return shown if self.real == "f64" else f"(float){shown}"

    def where(self, condition: Condition, then: Term, other: Term) -> str:
        return f"({self.condition(condition)} ? {self.text(then)} : {self.text(other)})"


class Scalars(Lanes):
    """Numbers of a row, in double; ``work`` is the precision in which values are worked out at places."""

    def __init__(self, work: str, name: Callable[[Entry], str], size: str) -> None:
        super().__init__("f64", name, size)
        self.work = work

    def show(self, term: Term) -> Shown:
        match term:
            case Call(function, (m,)) if function == WEIGHT:
                cast = "" if self.work == "f64" else "(float)"
                return f"sdv_exp_weight_{self.work}({cast}{self.text(m)})", ATOM
        return super().show(term)


def _exact(term: Term) -> bool:
    """Whether a term is an entry or its negative."""
    match term:
        case Mul((Num(n), Entry())) if n == -1:
            return True
    return isinstance(term, Entry)


__all__ = ["TYPES", "Lanes", "Scalars"]

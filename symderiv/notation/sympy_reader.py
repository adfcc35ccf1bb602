"""SymPy expressions read into terms, structurally; no string reaches SymPy's parsers.

Sums run over a whole dimension, ``(c, 1, C)`` or ``(c, 0, C - 1)``, or to or from a letter, ``(c, 1, j)``; a
symbol that is an index somewhere is a letter, one that a whole range ends with is a size.  Where sums
start at 0 all positions count from 0, and are read as the notation's, which count from 1.  An entry at a
position outside its axis is 0 in the notation; SymPy says nothing of it.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational

from symderiv.errors import InputError
from symderiv.notation.positions import RESERVED
from symderiv.notation.scan import KEYWORDS
from symderiv.terms import (
    Call,
    Compare,
    Delta,
    Diff,
    Entry,
    Index,
    Num,
    Order,
    Pi,
    Position,
    Reduce,
    Size,
    Term,
    Where,
    add,
    affine,
    div,
    mul,
    over,
    power,
)

_NAME = re.compile(r"[A-Za-z](?:[A-Za-z0-9]|_(?!_))*(?<!_)\Z")
RELATIONS: dict[str, Any] = {"<": sp.Lt, "<=": sp.Le, ">": sp.Gt, ">=": sp.Ge, "==": sp.Eq, "!=": sp.Ne}
#: SymPy's functions by their name in the notation.
CALLS: dict[str, Any] = {
    "exp": sp.exp, "log": sp.log, "sqrt": sp.sqrt, "sin": sp.sin, "cos": sp.cos, "tanh": sp.tanh,
    "sinh": sp.sinh, "cosh": sp.cosh, "erf": sp.erf, "erfc": sp.erfc, "abs": sp.Abs,
    "sign": sp.sign, "max": sp.Max, "min": sp.Min,
}  # fmt: skip
_NAMES = {c: n for n, c in CALLS.items() if n not in ("sqrt", "max", "min")}
TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_RANGE = (
    "a range is the whole dimension, 1..C or 0..C-1, or one end of it is a letter, (c, 1, j), (c, 1, j - 1), "
    "(c, j, C) or (c, j + 1, C); other conditions stand in a Piecewise (SymPy takes a sum that ends before "
    "it starts to be minus another sum)"
)


class Reader:
    """Reads SymPy objects into terms; notes which size symbol each letter runs to, and from where."""

    def __init__(self) -> None:
        self.sizes: dict[str, tuple[str, int]] = {}  # letter -> (size symbol, first value)
        self.size_names: dict[str, str] = {}  # size symbol -> a letter with that range
        self.letters: set[str] = set()
        self.first: set[int] = set()  # where sums start

    def ranges(self, *exprs: Any) -> None:
        """First pass: the letters, and the sizes that limits, shapes and ``Idx`` ranges name."""
        # read() says what is wrong with other objects
        nodes = [n for e in exprs if isinstance(e, sp.Basic) for n in sp.preorder_traversal(e)]
        positions = [i for n in nodes for i in _indices(n)]
        bound = [limit[0] for n in nodes if isinstance(n, (sp.Sum, sp.Product)) for limit in n.limits]
        self.letters.update(_letter(i) for i in (*positions, *bound) if isinstance(i, (sp.Symbol, sp.Idx)))
        for node in nodes:
            if isinstance(node, (sp.Sum, sp.Product)):
                for limit in node.limits:
                    self.limit(limit)
            elif isinstance(node, sp.Indexed) and node.base.shape is not None:
                for letter, size in zip(node.indices, node.base.shape, strict=False):
                    if isinstance(size, sp.Symbol) and isinstance(letter, (sp.Symbol, sp.Idx)):
                        self.note(_letter(letter), _name(size), None)
        # a symbol that is only part of a position, as in x[j+1], and no size
        self.letters |= {_letter(s) for p in positions for s in p.free_symbols} - set(self.size_names)
        if len(self.first) > 1:
            raise InputError(
                "bad-range", "some sums start at 0 and some at 1; index all from 0 or all from 1"
            )

    def note(self, letter: str, size: str, first: int | None) -> None:
        known = self.sizes.get(letter)
        if known and (known[0] != size or (first is not None and known[1] >= 0 and known[1] != first)):
            raise InputError(
                "dimension-conflict",
                f"letter '{letter}' runs over {known[0]} and {size} (or from 0 and from 1)",
            )
        self.sizes[letter] = (size, known[1] if first is None and known else -1 if first is None else first)
        self.size_names.setdefault(size, letter)
        if first is not None:
            self.first.add(first)

    def limit(self, limit: sp.Tuple) -> tuple[str, list[tuple[str, Any, Any]]]:
        """The letter of one range such as ``(c, 1, C)`` or an ``Idx``, and the conditions on it."""
        if len(limit) == 3:
            variable, low, high = limit
        elif len(limit) == 1 and isinstance(limit[0], sp.Idx) and limit[0].upper is not None:
            variable, low, high = limit[0], limit[0].lower, limit[0].upper
        else:
            raise InputError("bad-range", f"the sum over {_shown(limit[0])} needs its range, as in (c, 1, C)")
        letter = _letter(variable)
        refused = InputError("bad-range", f"'{letter}' runs over {_shown(low)}..{_shown(high)}; {_RANGE}")
        if low in (0, 1):
            first = int(low)
            if self.at_letter(high):
                if self.shift(high) not in (0, -1):
                    raise refused
                self.first.add(first)
                return letter, [("<=", variable, high)]
            conditions, starts = [], [first]
        else:
            if self.shift(low) not in (0, 1):
                raise refused
            conditions, starts = [(">=", variable, low)], [0, 1]
        for start in starts:
            size = high + 1 - start
            if isinstance(size, sp.Symbol) and not self.at_letter(size):
                self.note(letter, _name(size), start)
                return letter, conditions
        raise refused

    def shift(self, end: Any) -> int | None:
        """How far an end of a range is moved from one letter."""
        constant, rest = end.as_coeff_Add()
        plain = isinstance(rest, (sp.Symbol, sp.Idx)) and self.at_letter(rest)
        return int(constant) if plain and isinstance(constant, sp.Integer) else None

    # --- positions --------------------------------------------------------------------------------

    def at_letter(self, expr: Any) -> bool:
        """Whether a letter stands in what may be a position."""
        names = {str(s) for s in expr.free_symbols} if isinstance(expr, sp.Expr) else set()
        return bool(names & self.letters) and not expr.has(sp.Indexed)

    def parts(self, expr: Any) -> tuple[dict[Index | Size, int], int]:
        """A position as the notation counts it: letters and sizes with coefficients, and the constant."""
        parts: dict[Index | Size, int] = {}
        constant = 0
        for part in sp.Add.make_args(expr):
            k, symbol = part.as_coeff_Mul()
            if symbol == 1 and isinstance(k, sp.Integer):
                constant += int(k)
                continue
            if not isinstance(symbol, (sp.Symbol, sp.Idx)) or k not in (1, -1):
                raise InputError(
                    "bad-index", f"an index is a letter such as j, or j+1 or j-k+1, not {_shown(expr)}"
                )
            name = _letter(symbol)
            if name not in self.letters and name not in self.size_names:
                raise InputError(
                    "bad-index",
                    f"'{name}' in {_shown(expr)} is no index and no size; a size is known from a sum over "
                    "the whole dimension, (c, 1, C), or from a shape",
                )
            letter = name in self.letters
            parts[Index(name, name) if letter else Size(self.size_names[name])] = int(k)
        if self.first == {0}:
            constant += 1 - sum(k for s, k in parts.items() if isinstance(s, Index))
        return parts, constant

    def position(self, expr: Any) -> Position:
        """What stands in index brackets."""
        parts, constant = self.parts(expr)
        lead = sorted(s.name for s, k in parts.items() if isinstance(s, Index) and k > 0)
        if not lead:
            raise InputError(
                "bad-index", f"an index is a letter such as j, or starts with one, not {_shown(expr)}"
            )
        return affine(parts, constant, lead[0])

    def order(self, op: str, left: Any, right: Any) -> Order:
        """A condition on positions, with what is subtracted on the other side."""
        (one, c), (two, d) = self.parts(left), self.parts(right)
        gap = {s: one.get(s, 0) - two.get(s, 0) for s in (*one, *two)}
        more = {s: k for s, k in gap.items() if k > 0}
        less = {s: -k for s, k in gap.items() if k < 0}
        constant = d - c
        if not any(isinstance(s, Index) for s in more):
            more, less, constant, op = less, more, -constant, TURNED[op]
        letters = sorted(s.name for s in more if isinstance(s, Index))
        if not letters or any(k > 1 for k in (*more.values(), *less.values())):
            raise InputError(
                "bad-comparison",
                f"{_shown(left)} {op} {_shown(right)} compares no positions such as j and k+1",
            )
        others = sorted(s.name for s in less if isinstance(s, Index))
        return Order(op, affine(more, 0, letters[0]), affine(less, constant, (others or letters)[0]))

    # --- terms ------------------------------------------------------------------------------------

    def read(self, expr: Any) -> Term:
        """One expression to a term (provisional dimensions: each letter its own)."""
        if isinstance(expr, (int, Fraction)) and not isinstance(expr, bool):
            return Num(Fraction(expr))
        if not isinstance(expr, sp.Expr):
            raise InputError("not-sympy", f"a SymPy expression was expected, not {type(expr).__name__}")
        match expr:
            case sp.Rational():
                return Num(Fraction(int(expr.p), int(expr.q)))
            case sp.Float():
                return Num(Fraction(repr(float(expr))))
            case sp.Symbol():
                name = _name(expr)
                return Size(self.size_names[name]) if name in self.size_names else Entry(name)
            case sp.Indexed():
                return Entry(_name(expr.base.label), tuple(self.position(i) for i in expr.indices))
            case sp.KroneckerDelta():
                left, right = (self.position(a) for a in expr.args[:2])
                return Delta(left, right)
            case sp.Add():
                return add(*(self.read(a) for a in expr.as_ordered_terms()))
            case sp.Mul():
                return self.product(expr)
            case sp.exp():
                return Call("exp", (self.read(expr.args[0]),))
            case sp.Pow():
                return self.power(expr)
            case sp.Max() | sp.Min():
                name = "max" if isinstance(expr, sp.Max) else "min"
                first, *rest = (self.read(a) for a in sorted(expr.args, key=sp.default_sort_key))
                for r in rest:
                    first = Call(name, (first, r))
                return first
            case sp.Piecewise():
                return self.piecewise(expr)
            case sp.Sum() | sp.Product():
                return self.reduction(expr)
            case sp.Derivative():
                return self.derivative(expr)
        if expr is sp.pi:
            return Pi()
        if expr is sp.E:
            return Call("exp", (Num(Fraction(1)),))
        if expr.func in _NAMES and not isinstance(expr, AppliedUndef):
            return Call(_NAMES[expr.func], (self.read(expr.args[0]),))
        raise InputError(
            "unknown-function",
            f"SymPy's {type(expr).__name__} has no form in the notation (entries are Indexed)",
        )

    def product(self, expr: sp.Mul) -> Term:
        top, bottom = [], []
        for factor in expr.as_ordered_factors():
            base, exponent = factor.as_base_exp()
            if isinstance(factor, sp.Pow) and exponent.is_Rational and exponent < 0 and not base.is_Number:
                bottom.append(self.read(sp.Pow(base, -exponent)))
            else:
                top.append(self.read(factor))
        shown = mul(*top)
        return div(shown, mul(*bottom)) if bottom else shown

    def power(self, expr: sp.Pow) -> Term:
        base, exponent = expr.args
        if exponent == sp.Rational(1, 2):
            return Call("sqrt", (self.read(base),))
        if exponent == sp.Rational(-1, 2):
            return power(Call("sqrt", (self.read(base),)), Num(Fraction(-1)))
        return power(self.read(base), self.read(exponent))

    def reduction(self, expr: Any) -> Reduce:
        limits = [self.limit(limit) for limit in expr.limits]
        conditions = [self.order(*c) for _, found in limits for c in found]
        op = "sum" if isinstance(expr, sp.Sum) else "prod"
        return over(op, tuple(Index(n, n) for n, _ in limits), conditions, self.read(expr.function))

    def piecewise(self, expr: sp.Piecewise) -> Term:
        *cases, (last, always) = expr.args
        if always != sp.true:
            raise InputError("bad-piecewise", "the last case of a Piecewise has the condition True")
        if last == 0 and len(cases) == 1 and self.guarded(*cases[0]):
            return self.read(cases[0][0])
        result = self.read(last)
        for value, test in reversed(cases):
            parts = test.args if isinstance(test, sp.And) else (test,)
            conditions = [self.condition(part) for part in sorted(parts, key=sp.default_sort_key)]
            if len(parts) > 1 and any(isinstance(c, Compare) for c in conditions):
                raise InputError("bad-comparison", "only conditions on positions are joined with And")
            shown = self.read(value)
            for condition in reversed(conditions):
                shown = Where(condition, shown, result)
            result = shown
        return result

    def guarded(self, value: Any, test: Any) -> bool:
        """Whether a condition says no more than that a factor stands inside its axes (else it is 0)."""
        start = min(self.first, default=1)
        entries = [f for f in sp.Mul.make_args(value) if isinstance(f, sp.Indexed)]
        moved = [p for e in entries for p in e.indices if not isinstance(p, (sp.Symbol, sp.Idx))]
        for part in test.args if isinstance(test, sp.And) else (test,):
            if not isinstance(part, (sp.Le, sp.Lt, sp.Ge, sp.Gt)):
                return False
            gap = part.gts - part.lts - (1 if isinstance(part, (sp.Lt, sp.Gt)) else 0)  # not negative
            if not any(gap == p - start or self.is_size(gap + p + 1 - start, p) for p in moved):
                return False
        return True

    def is_size(self, symbol: Any, position: Any) -> bool:
        """Whether a symbol is, or may be, the size of the axis with this position."""
        if not isinstance(symbol, sp.Symbol) or str(symbol.name) in self.letters:
            return False
        lead = self.position(position).dim
        return symbol.name not in self.size_names or self.sizes.get(lead, ("", 0))[0] == symbol.name

    def condition(self, test: Any) -> Compare | Order:
        op = next((o for o, c in RELATIONS.items() if isinstance(test, c)), None)
        if not isinstance(test, Relational) or op is None:
            raise InputError(
                "bad-comparison", "a Piecewise condition is one comparison such as z[j] > 0 or j <= k"
            )
        if self.at_letter(test.lhs) or self.at_letter(test.rhs):
            return self.order(op, test.lhs, test.rhs)
        return Compare(op, self.read(test.lhs), self.read(test.rhs))

    def derivative(self, expr: sp.Derivative) -> Term:
        targets: list[Entry] = []
        for variable, count in expr.variable_count:
            target = self.read(variable)
            if not isinstance(target, Entry) or not count.is_Integer or count > 8:
                raise InputError("diff-target", "a Derivative is by entries of inputs such as z[i]")
            targets += [target] * int(count)
        return Diff(self.read(expr.expr), tuple(targets))


def _indices(node: sp.Basic) -> tuple[Any, ...]:
    """What stands in positions."""
    if isinstance(node, sp.Indexed):
        return tuple(node.indices)
    return tuple(node.args[:2]) if isinstance(node, sp.KroneckerDelta) else ()


def _shown(value: Any) -> str:
    shown = str(value)
    return shown if len(shown) <= 30 else shown[:27] + "..."


def _name(symbol: Any) -> str:
    name = str(symbol.name) if hasattr(symbol, "name") else str(symbol)
    if not _NAME.match(name) or name in RESERVED or name in KEYWORDS or len(name) > 40:
        raise InputError("bad-name", f"{name[:30]!a} cannot be a name of the notation")
    return name


def _letter(index: Any) -> str:
    if isinstance(index, sp.Idx) and isinstance(index.label, sp.Symbol):
        return _name(index.label)
    if isinstance(index, sp.Symbol):
        return _name(index)
    raise InputError("bad-index", f"an index is a letter such as j, not {_shown(index)}")

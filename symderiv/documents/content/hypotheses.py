"""What a document says of the values of its names: ``0 < \\alpha < 1``, ``y \\in \\{-1, 1\\}``.

A range becomes an assumption; a name of two values becomes a choice by the sign of a number that is free.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from symderiv.definitions import Function
from symderiv.documents.text.latex import Token
from symderiv.documents.text.marks import split_top
from symderiv.documents.text.rows import Element, Statement
from symderiv.documents.text.syntax import Cases, Mark, Neg, Node, Number, Pow, Sym
from symderiv.verify.verdict import Witness

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book

_SIGNS = {"<": "<", ">": ">", "leq": "<=", "geq": ">=", "le": "<=", "ge": ">="}
_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
Name = tuple[str, int]
#: What stands before what is assumed of a variable as well.
_ASSUMED = re.compile(r"\b(?:assum\w*|suppos\w*)(?: that)?:?\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stated:
    """Of a name: bounds (a sign with a number each), or the two values that it takes; ``line``: where."""

    name: Name
    bounds: tuple[tuple[str, Fraction], ...]
    values: tuple[Fraction, ...]
    at: int
    line: int

    def text(self, ident: str) -> list[str]:
        """The bounds as assumptions."""
        count = self.name[1]
        entry = f"{ident}[{','.join(f'h{n}' for n in range(count))}]" if count else ident
        return [f"{entry} {sign} {_shown(value)}" for sign, value in self.bounds]

    def choice(self, ident: str) -> str:
        """The two values as a statement."""
        marks = f"[{','.join(f'h{n}' for n in range(self.name[1]))}]" if self.name[1] else ""
        first, second = map(_shown, self.values)
        return f"{ident}{marks} = where({ident}_choice{marks} > 0, {first}, {second})"

    def say(self) -> str:
        """What a reader is told."""
        if self.values:
            return f"{self.name[0]} is {' or '.join(map(str, self.values))} (line {self.line})"
        return f"{' and '.join(f'{self.name[0]} {s} {v}' for s, v in self.bounds)} (line {self.line})"

    def seen(self, ident: str, witness: Witness | None) -> Witness | None:
        """A witness with the value in the place of its choice."""
        if witness is None or f"{ident}_choice" not in witness.values:
            return witness
        values = {ident if k == f"{ident}_choice" else k: v for k, v in witness.values.items()}
        values[ident] = self._chosen(values[ident])
        return replace(witness, values=values)

    def _chosen(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._chosen(v) for v in value]
        try:
            return str(self.values[0 if float(value) > 0 else 1])
        except (TypeError, ValueError):
            return value


def stated(book: Book, variables: set[str]) -> list[Stated]:
    """All of them, in order; what is said of a variable is the condition of a case, and no hypothesis."""
    found: list[Stated] = []
    for f in book.formulas:
        free = set() if _ASSUMED.search(f.before.rpartition("@")[2]) else variables
        for row in f.rows:
            for s in row.statements:
                plain = "=" not in s.relations or _root(s.elements[0].node) is not None
                plain = plain or _is_either(s.elements[-1])
                if plain and len(s.elements) in (2, 3):
                    found += _of_statement(book, s, row.tokens, free)
                found += [x for e in s.elements for x in _of_cases(book, e)]
    limits: dict[Name, list[tuple[str, Fraction]]] = {}
    for x in found:
        limits.setdefault(x.name, []).extend(x.bounds)
    clear = {name for name, bounds in limits.items() if not _contrary(bounds)}
    return [x for x in found if x.values or x.name in clear]


def given(book: Book) -> dict[Name, set[Fraction]]:
    """The numbers that a document gives its names: ``x = -2``."""
    found: dict[Name, set[Fraction]] = {}
    for f in book.formulas:
        for s in (s for row in f.rows for s in row.statements):
            if len(s.elements) == 2 and s.relations[1] == "=" and isinstance(s.elements[0].node, Sym):
                value = _number(s.elements[1].node)
                if value is not None:
                    key, marks = book.usage.split(s.elements[0].node)
                    found.setdefault((key, len(marks)), set()).add(value)
    return found


def holding(found: Sequence[Stated], name: Name, at: int) -> list[Stated]:
    """What is stated of a name at an offset: of its values, what was said last."""
    own = [x for x in found if x.name == name and x.at != at]  # no row is assumed in itself
    values = [x for x in own if x.values]
    before = [x for x in values if x.at <= at]
    return [x for x in own if x.bounds] + (before[-1:] or values[:1])


def under(function: Function, choices: Sequence[str], bounds: Sequence[str]) -> Function:
    """A function with hypotheses about its inputs."""
    define = "\n".join([*choices, function.define])
    return Function(define, assume=[*function.assume, *bounds], name="document")


def _of_statement(book: Book, s: Statement, tokens: Sequence[Token], variables: set[str]) -> list[Stated]:
    found: list[Stated] = []
    for a, b, relation in zip(s.elements, s.elements[1:], s.relations[1:], strict=False):
        bounds: list[tuple[str, Fraction]] = []
        values: tuple[Fraction, ...] = ()
        name, other = (a, b) if isinstance(a.node, Sym) else (b, a)
        if relation == "=" and len(s.elements) == 2 and _number(b.node) == 1 and (root := _root(a.node)):
            name, values = replace(a, node=root), (Fraction(-1), Fraction(1))
        if relation == "=" and len(s.elements) == 2 and _is_either(b):
            name, values = a, (Fraction(-1), Fraction(1))
        if not isinstance(name.node, Sym) or name.node.primes:
            continue
        if relation == "in" and name is a:
            bounds, values = _set(other)
        elif relation == "<" and (number := _number(other.node)) is not None:
            between = [t.text for t in tokens if a.tokens[-1].at < t.at < b.at and t.text in _SIGNS]
            if len(between) == 1:
                sign = _SIGNS[between[0]]
                bounds = [(sign if name is a else _TURNED[sign], number)]
        if not (bounds or values):
            continue
        key, marks = book.usage.split(name.node)
        if key in book.usage.letters or (bounds and key in variables):
            continue
        if any(m.kind != "letter" for m in marks):
            continue
        line = book.source.line_of(name.at)
        found.append(Stated((key, len(marks)), tuple(bounds), values, name.at, line))
    return found


def _root(node: Node | None) -> Sym | None:
    """The name with an index that is squared: y_i of y_i^2; also a label without one."""
    if not isinstance(node, Pow) or _number(node.exponent) != 2 or not isinstance(node.base, Sym):
        return None
    return node.base if node.base.sub or node.base.base in ("y", "t") else None


def _is_either(e: Element) -> bool:
    """Whether a side is ``\\pm 1``."""
    return [t.text for t in e.tokens] == ["pm", "1"]


def _of_cases(book: Book, e: Element) -> list[Stated]:
    """The two values of a name that cases list, with nothing otherwise: 1 - p for y = 0, p for y = 1."""
    if not isinstance(e.node, Cases) or len(e.node.rows) != 2:
        return []
    conditions = [c for _, c in e.node.rows]
    sides = [(c.left, c.right) for c in conditions if c is not None and c.op == "="]
    names = {x.text if isinstance(x, Mark) and x.kind == "letter" else x for x, _ in sides}
    values = [_of_side(x) for _, x in sides]
    if len(sides) != 2 or len(names) != 1 or None in values or values[0] == values[1]:
        return []
    (name,) = names
    sym = Sym(name) if isinstance(name, str) else name
    if not isinstance(sym, Sym) or sym.primes:
        return []
    key, marks = book.usage.split(sym)
    if key in book.usage.letters or any(m.kind != "letter" for m in marks):
        return []
    both = tuple(v for v in values if v is not None)
    return [Stated((key, len(marks)), (), both, e.at, book.source.line_of(e.at))]


def _of_side(x: Mark | Node) -> Fraction | None:
    if isinstance(x, Mark):
        return Fraction(x.text) if x.kind == "number" and x.text.isdigit() else None
    return _number(x)


def _set(e: Element) -> tuple[list[tuple[str, Fraction]], tuple[Fraction, ...]]:
    """The bounds of an interval, or the two values of a set."""
    tokens = e.tokens
    if len(tokens) < 3:
        return [], ()
    parts = split_top(tokens[1:-1], lambda t: t.text == "," and t.kind == "sym")
    numbers = [_of_tokens(p) for p in parts]
    if len(numbers) != 2 or None in numbers:
        return [], ()
    low, high = (n for n in numbers if n is not None)
    ends = (tokens[0].text, tokens[-1].text)
    if ends == ("\\{", "\\}") and low != high:
        return [], (low, high)
    if ends[0] in ("(", "[") and ends[1] in (")", "]") and low < high:
        return [(">" if ends[0] == "(" else ">=", low), ("<" if ends[1] == ")" else "<=", high)], ()
    return [], ()


def _of_tokens(tokens: Sequence[Token]) -> Fraction | None:
    kept = [t for t in tokens if t.text not in ("+", "{", "}")]
    sign = -1 if kept and kept[0].text == "-" else 1
    kept = kept[1:] if sign < 0 else kept
    return sign * Fraction(kept[0].text) if len(kept) == 1 and kept[0].kind == "num" else None


def _number(node: Node | None) -> Fraction | None:
    if isinstance(node, Neg):
        inner = _number(node.body)
        return None if inner is None else -inner
    return node.value if isinstance(node, Number) else None


def _contrary(bounds: Sequence[tuple[str, Fraction]]) -> bool:
    """Whether no number keeps to all bounds: they are those of several cases."""
    low = [v for s, v in bounds if s in (">", ">=")]
    high = [v for s, v in bounds if s in ("<", "<=")]
    return bool(low and high and max(low) >= min(high))


def _shown(value: Fraction) -> str:
    return str(value) if value >= 0 and value.denominator == 1 else f"({value})"

"""Positions: what stands in index brackets, and the conditions on it.

A position is a letter, or a letter with letters, sizes and whole numbers added (``j+1``, ``i-k+1``).
A moved letter keeps its dimension, and the two letters of a condition such as ``c <= j`` share one.
Ranges stand in the brackets of a reduction: ``sum[c <= j](x[c])``.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from fractions import Fraction

from symderiv.errors import InputError, Place
from symderiv.notation.dims import Dimensions
from symderiv.notation.names import RESERVED, use_of
from symderiv.notation.scan import Side
from symderiv.terms import (
    COMPARISONS,
    ONE,
    Entry,
    Index,
    Order,
    Position,
    Size,
    Term,
    affine,
    div,
    letters_in,
    linear,
    over,
)

__all__ = ["MAX_SHIFT", "RESERVED", "Positions", "dimension_letter", "reduce_over"]

#: How far an index may be moved: z[j+64].
MAX_SHIFT = 64
_OPERATORS = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip


_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


class Positions:
    """What the reader of one side knows, and how it reads positions.

    ``head`` holds the letters of the statement's left side: they are letters in a condition even where
    no entry on the right carries them.
    """

    def __init__(self, side: Side, dims: Dimensions, head: Sequence[str] = ()) -> None:
        self.side = side
        self.head = frozenset(head)
        self.letter_names = {*head, *dims.letters}
        self.dims = dims
        self.bound: list[str] = []
        self.free_uses: dict[str, Place] = {}
        self.bound_uses: dict[str, Place] = {}
        self.size_uses: dict[str, Place] = {}
        self.targets: list[tuple[Entry, Place]] = []
        self.entries: list[tuple[str, Place]] = []

    def place(self, node: ast.expr) -> Place:
        return self.side.place(node.col_offset, (node.end_col_offset or 0) - node.col_offset)

    def shown(self, node: ast.AST) -> str:
        """A node's text, if it is short."""
        text = ast.get_source_segment(self.side.text, node) or ""
        return text if len(text) <= 40 else "..."

    def value(self, node: ast.Constant) -> Fraction:
        """A number, exactly: from the source text, since ``ast`` holds the nearest double."""
        if isinstance(node.value, bool) or not isinstance(node.value, (int, float)):
            raise InputError("bad-literal", "only decimal numbers such as 2, 0.5 or 1e-5", self.place(node))
        return Fraction(self.side.text[node.col_offset : node.end_col_offset])

    def letter(self, name: str, place: Place) -> Index:
        self.dims.letter(name)
        if name not in self.bound:
            self.free_uses.setdefault(name, place)
        return Index(name, name)

    def index_names(self, node: ast.Subscript) -> tuple[str, ...]:
        """The letters in brackets that hold plain letters only (a head, size)."""
        return tuple(self.index_name(part) for part in self.index_parts(node))

    def index_parts(self, node: ast.Subscript) -> list[ast.expr]:
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if not parts:
            raise InputError(
                "bad-index", "empty index brackets; a scalar is written without them", self.place(node)
            )
        return parts

    def index_name(self, part: ast.expr) -> str:
        if not isinstance(part, ast.Name):
            raise InputError("bad-index", "an index here is a plain letter such as j", self.place(part))
        if part.id in RESERVED:
            raise InputError(
                "reserved-name",
                f"'{part.id}' is reserved and cannot be an index; it is used as {use_of(part.id)}",
                self.place(part),
            )
        return part.id

    def size(self, node: ast.Subscript) -> Size:
        parts = self.index_parts(node)
        if len(parts) != 1:
            raise InputError("arity", "size takes one index letter: size[c]", self.place(node))
        # a declared dimension may be called D, as no letter may be
        name = parts[0].id if isinstance(parts[0], ast.Name) else self.index_name(parts[0])
        self.size_uses.setdefault(name, self.place(node))
        return Size(name)

    def position(self, node: ast.expr) -> Position:
        """An index: a letter, or a letter with letters, sizes and whole numbers added, such as j+1."""
        if isinstance(node, ast.Name):
            return self.letter(self.index_name(node), self.place(node))
        position = self.affine(node)
        if not letters_in((position,)):
            hint = "a number alone names no entry"
            if isinstance(node, ast.Constant) and linear(position)[1] > 0:
                hint += f"; number {linear(position)[1]} is sum[c == {linear(position)[1]}](x[c])"
            raise InputError(
                "bad-index",
                f"an index is a letter such as j, or starts with one, such as j+1 or i-k+1; {hint}",
                self.place(node),
            )
        return position

    def affine(self, node: ast.expr) -> Position:
        """A sum of letters, sizes and whole numbers; the first letter gives the dimension."""
        parts: dict[Index | Size, int] = {}
        constant = 0
        first: str | None = None
        for sign, piece in _signed(node):
            match piece:
                case ast.Name():
                    letter = self.affine_letter(piece)
                    if letter in parts:
                        raise InputError(
                            "bad-index", f"'{letter}' stands once in an index", self.place(piece)
                        )
                    if first is None and sign > 0:
                        first = letter.name
                    parts[letter] = sign
                case ast.Constant() if (value := self.value(piece)).denominator == 1:
                    constant += sign * int(value)
                case ast.Subscript(value=ast.Name(id="size")):
                    size = self.size(piece)
                    parts[size] = parts.get(size, 0) + sign
                case _:
                    raise InputError("bad-index", self.no_position(piece), self.place(piece))
        if abs(constant) > MAX_SHIFT:
            raise InputError("too-large", f"an index is moved by at most {MAX_SHIFT}", self.place(node))
        if first is None and any(isinstance(p, Index) for p in parts):
            raise InputError(
                "bad-index", "an index starts with a letter that is added, such as j+1", self.place(node)
            )
        return affine(parts, constant, first or "")

    def affine_letter(self, node: ast.Name) -> Index:
        place = self.place(node)
        if node.id not in self.bound and self.dims.arity.get(node.id) == 0:
            raise InputError(
                "bad-index",
                f"'{node.id}' is a scalar; positions are letters, sizes and whole numbers",
                place,
            )
        return self.letter(self.index_name(node), place)

    def no_position(self, node: ast.expr) -> str:
        """Why ``node`` cannot stand in a position."""
        rule = "an index adds letters, sizes and whole numbers, such as j+1 or i-k+1"
        shown = self.shown(node)
        match node:
            case ast.Constant():
                return f"{shown} is no whole number; {rule}"
            case ast.BinOp(op=ast.Mult() | ast.Div()):
                return f"{shown} multiplies or divides; {rule}"
            case ast.Subscript() | ast.Call():
                return f"{shown} is a value and no position; {rule}"
        return f"{shown} is no position; {rule}"

    def is_order(self, left: ast.expr, right: ast.expr) -> bool:
        """Whether a comparison is one of positions: a letter stands in it outside brackets, or it
        compares sums of sizes and whole numbers that a position may have."""
        sized, constants = False, Fraction(0)
        stack: list[tuple[ast.AST, bool]] = [(left, True), (right, True)]
        whole = True
        while stack:
            node, added = stack.pop()
            match node:
                case ast.Name(id=name) if name in self.letter_names:
                    return True
                case ast.Subscript(value=ast.Name(id="size")):
                    sized, whole = True, whole and added
                case ast.BinOp(op=op):
                    adds = added and isinstance(op, ast.Add | ast.Sub)
                    stack += [(node.left, adds), (node.right, adds)]
                case ast.UnaryOp():
                    stack.append((node.operand, added))
                case ast.Constant():
                    value = self.value(node)
                    constants += abs(value)
                    whole = whole and added and value.denominator == 1
                case _:
                    whole = False
        return sized and whole and constants <= MAX_SHIFT

    def tie(self, one: Position, two: Position) -> None:
        """Two positions of one letter each that are compared share a dimension."""
        if len(letters_in((one,))) == len(letters_in((two,))) == 1:
            self.dims.same(dimension_letter(one), dimension_letter(two))

    def order(self, op: str, left: ast.expr, right: ast.expr) -> Order:
        """A condition on positions; the letters that lead its sides share a dimension."""
        one, two = self.affine(left), self.affine(right)
        if letters_in((one,)) and letters_in((two,)):
            self.tie(one, two)
        dim = next((d for d in map(leading, (one, two)) if d), "")
        if not dim:
            raise InputError(
                "bad-comparison", "a condition on positions speaks of a letter or a size", self.place(left)
            )
        return Order(op, _along(one, dim), _along(two, dim))

    # --- ranges -----------------------------------------------------------------------------------

    def binders(self, parts: list[ast.expr], inside: Collection[str]) -> dict[str, Place]:
        """The letters that a reduction's brackets bind: ``c``, ``c <= j`` or ``i < c <= j`` each; a
        comparison that starts otherwise speaks of letters bound before it.  ``inside`` are the body's."""
        names: dict[str, Place] = {}
        for part in parts:
            inner = self.bound_letter(part, names, inside) if isinstance(part, ast.Compare) else part
            if inner is None:
                continue
            name = self.index_name(inner)
            if name in names and inner is part:
                raise InputError("bound-twice", f"'{name}' stands twice in one bracket", self.place(part))
            names.setdefault(name, self.place(inner))
        return names

    def bound_letter(
        self, part: ast.Compare, names: Collection[str], inside: Collection[str]
    ) -> ast.Name | None:
        """The letter that a range binds: it stands first, or between its two bounds."""
        place = self.place(part)
        taken = {*self.head, *self.bound} - {*names}
        if len(part.ops) > 2:
            raise InputError("bad-range", f"a letter has two bounds at most; {_RANGES}", place)
        inner = part.left if len(part.ops) == 1 else part.comparators[0]
        if isinstance(inner, ast.Name) and inner.id not in taken:
            return inner
        if any(isinstance(n, ast.Name) and n.id in names for n in ast.walk(part)):
            return None
        if len(part.ops) == 2:
            raise InputError(
                "bad-range", f"the letter that is bound stands between its bounds; {_RANGES}", place
            )
        right = part.comparators[0]
        meant = right.id if isinstance(right, ast.Name) and right.id not in taken else None
        if meant and (meant in inside or not isinstance(inner, ast.Name)):
            op = _TURNED[self.operator(part.ops[0], part)]
            raise InputError(
                "bad-range",
                f"the letter that is bound stands first: {meant} {op} {self.shown(inner)}",
                place,
            )
        if not isinstance(inner, ast.Name):
            raise InputError(
                "bad-range", f"the letter that is bound stands first and alone; {_RANGES}", place
            )
        return inner

    def range(self, node: ast.Compare) -> list[Order]:
        """The conditions of ``c <= j`` or ``i < c <= j``, the bound letter on the left."""
        ops = [self.operator(op, node) for op in node.ops]
        if len(ops) == 1:
            return [self.order(ops[0], node.left, node.comparators[0])]
        low, inner, high = node.left, *node.comparators
        return [self.order(_TURNED[ops[0]], inner, low), self.order(ops[1], inner, high)]

    def operator(self, op: ast.cmpop, node: ast.expr) -> str:
        found = _OPERATORS.get(type(op))
        if found is None:
            raise InputError(
                "bad-comparison", f"the comparisons are {' '.join(COMPARISONS)}", self.place(node)
            )
        return found


_RANGES = "a range is written sum[c <= j](...) or sum[i < c <= j](...)"


def _signed(node: ast.expr, sign: int = 1) -> list[tuple[int, ast.expr]]:
    """The signed parts of a sum, in order, read without recursion on its length."""
    parts: list[tuple[int, ast.expr]] = []
    stack = [(sign, node)]
    while stack:
        s, n = stack.pop()
        match n:
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
                stack.append((-s if isinstance(op, ast.Sub) else s, right))
                stack.append((s, left))
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() as op, operand=operand):
                stack.append((-s if isinstance(op, ast.USub) else s, operand))
            case _:
                parts.append((s, n))
    return parts


def dimension_letter(position: Position) -> str:
    """The letter whose dimension a position of a parsed text has."""
    return position.name if isinstance(position, Index) else position.dim


def leading(position: Position) -> str:
    """The letter that gives a position its dimension: a letter's, or a size's where there is none."""
    if letters_in((position,)):
        return dimension_letter(position)
    return next((s.dim for s in linear(position)[0] if isinstance(s, Size)), "")


def _along(position: Position, dim: str) -> Position:
    """A position without letters takes the dimension of what it is compared with."""
    return position if letters_in((position,)) else affine(*linear(position), dim)


def reduce_over(op: str, letters: tuple[Index, ...], conditions: Sequence[Order], body: Term) -> Term:
    """``op`` over the letters that fulfil the conditions, which go into the body."""
    if conditions and op == "mean":
        return div(over("sum", letters, conditions, body), over("sum", letters, conditions, ONE))
    return over(op, letters, conditions, body)

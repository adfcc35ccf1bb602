"""Vectors and matrices as trees with places: what :mod:`.matrices` computes with."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from symderiv.documents.text.syntax import Apply, Hadamard, Mark, Mul, Node, Number, Sym, map_nodes

Marks = tuple[Mark, ...]
#: The places of an axis that is written out; None in it is an ellipsis.  None for an axis of any size.
Places = tuple[Mark | None, ...] | None

#: The delta that diag and I stand for, whatever the document calls by that name.
KRONECKER = "kronecker"
ONE = Number(Fraction(1))
ZERO = Number(Fraction(0))
TWO = Number(Fraction(2))
AXES = {"s": 0, "c": 1, "r": 1, "m": 2}
OF_RANK = {0: "s", 1: "c", 2: "m"}
ENTRYWISE = frozenset("exp log sqrt abs sign tanh sin cos sinh cosh erf sigmoid".split())
TRANSPOSED = {"s": "s", "c": "r", "r": "c", "m": "m"}


class Misfit(ValueError):
    """Shapes that do not fit, or are not clear."""


class Hidden(Misfit):
    """An entry of a matrix that its ellipses leave out."""


@dataclass(frozen=True, slots=True)
class World:
    """``rows``: a derivative by a column is a row (numerator layout); ``inner``: a dot between columns is
    their inner product; ``turned``: a derivative by a matrix is turned where one by a column is a row;
    ``named``: names of such derivatives are rows, though these are not; ``entrywise``: an unknown function
    of a vector acts on each entry; ``diagonal``: a derivative of a column by a column is that of each entry
    by its own; ``cancel``: matrices beside their inverses are left out; ``flat``: vectors are rows;
    ``loose``: the sign of an entrywise product binds less than a product does, ``D \\odot (E A)``."""

    rows: bool = False
    inner: bool = False
    entrywise: bool = True
    diagonal: bool = False
    turned: bool = True
    named: bool = False
    cancel: bool = True
    flat: bool = False
    loose: bool = False

    @property
    def as_rows(self) -> bool:
        """Whether the names of derivatives by vectors are rows."""
        return self.rows or self.named


@dataclass(frozen=True, slots=True)
class Value:
    """``kind``: s, c (column), r (row) or m; ``entry`` gives the tree at marks, one for each axis."""

    kind: str
    entry: Callable[[Marks], Node]
    places: tuple[Places, ...] = ()

    def along(self, axis: int) -> Places:
        """The places that are written out on an axis."""
        return self.places[axis] if axis < len(self.places) else None


def is_bare(node: Node) -> bool:
    """Whether an entrywise product has no bracket around it."""
    return isinstance(node, Hadamard) and node.at == node.left.at


def scalar(node: Node) -> Value:
    return Value("s", lambda _: node)


def checked(v: Value) -> Value:
    """``v``; its entries, where they are written out, can be made."""
    if v.kind == "s":
        node = v.entry(())
        return Value("s", lambda _: node)
    return v


def delta(i: Mark, j: Mark) -> Node:
    if i == j:
        return ONE
    if i.kind == j.kind == "place" and i.text.isdigit() and j.text.isdigit():
        return ZERO
    return Sym(KRONECKER, (i, j))


def times_delta(node: Node, marks: Marks) -> Node:
    made = delta(*marks)
    return node if made == ONE else made if made == ZERO else Mul((node, made))


def put(node: Node, old: Mark, new: Mark) -> Node:
    """``node`` with one mark in the place of another."""
    if isinstance(node, Sym):
        return replace(
            node,
            sub=tuple(new if m == old else m for m in node.sub),
            sup=tuple(new if m == old else m for m in node.sup),
        )
    if isinstance(node, Apply):
        beside = rf"(?<=[=_]){re.escape(old.text)}(?![A-Za-z0-9])"
        marks = tuple(new if m == old else m for m in node.sub)
        node = replace(node, sub=marks, opaque=re.sub(beside, lambda _: new.text, node.opaque))
    return map_nodes(node, lambda n: put(n, old, new))

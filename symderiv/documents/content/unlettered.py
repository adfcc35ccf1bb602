"""Sums over all examples that no letter counts: ``L = \\frac1n \\sum (y - (w x + b))^2``.

Input: the statements of a document that writes no indices.  What is set: a letter for these sums, and below
the names of one example, where each row then has it on both of its sides, or on neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from symderiv.documents.text.syntax import (
    Apply,
    Big,
    Deriv,
    Fn,
    Mark,
    Matrix,
    Node,
    Number,
    Sym,
    Transpose,
    children,
    map_nodes,
    walk,
)

if TYPE_CHECKING:
    from symderiv.documents.text.rows import Statement

_LETTER = "i"
#: How many examples there are.
_SIZES = frozenset("mnNM")
_OF_VECTORS = frozenset("norm normF diag inner tr det".split())


def unlettered(statements: Sequence[Statement]) -> None:
    """Write the letter that is meant."""
    elements = [e for s in statements for e in s.elements if e.node is not None]
    every = [n for e in elements if e.node is not None for n in walk(e.node)]
    sums = [n for n in every if isinstance(n, Big)]
    if not sums or any(n.letters or n.op != "sum" for n in sums) or any(map(_is_indexed, every)):
        return
    heads = {id(n.head) for n in every if isinstance(n, Apply)}
    factors = {_plain(n) for n in every if isinstance(n, Sym) and id(n) not in heads}
    own = _of_one(statements, every, sums, factors)
    if not own or not all(_is_even(s, own, factors) for s in statements):
        return
    for e in elements:
        e.node = _written(e.node, own, factors) if e.node is not None else None


def _is_indexed(n: Node) -> bool:
    """Whether a node has an index, or is about vectors."""
    if isinstance(n, Sym):
        return any(m.kind not in ("word", "number") and len(m.text) == 1 for m in (*n.sub, *n.sup))
    if isinstance(n, Deriv):
        return n.kind not in ("partial", "total")
    return isinstance(n, (Transpose, Matrix)) or (isinstance(n, Fn) and n.name in _OF_VECTORS)


def _of_one(
    statements: Sequence[Statement], every: Sequence[Node], sums: Sequence[Big], factors: set[Sym]
) -> set[Sym]:
    """The names of one example: what is summed and neither defined nor derived by, and what is made of it."""
    targets = {_plain(t) for n in every if isinstance(n, Deriv) for t in n.targets if isinstance(t, Sym)}
    told: dict[Sym, list[Node]] = {}
    for s in (s for s in statements if not s.leading and len(s.elements) > 1):
        head = s.elements[0].node
        if isinstance(head, Apply):
            head = head.head
            factors.discard(_plain(head))
        if isinstance(head, Sym):
            told.setdefault(_plain(head), []).extend(e.node for e in s.elements[1:] if e.node is not None)
    found = {_plain(n) for big in sums for n, _ in _names(big.body, factors)} - targets - told.keys()
    found = {n for n in found if n.base not in _SIZES and n.base not in ("pi", "e") and "_bar" not in n.base}
    while more := {n for n, sides in told.items() if any(_loose(x, factors) & found for x in sides)} - found:
        found |= more
    return found


def _plain(n: Sym) -> Sym:
    return replace(n, at=-1, end=-1, primes=0)


def _names(node: Node, factors: set[Sym], inner: bool = False) -> Iterator[tuple[Sym, bool]]:
    """The names in a node, but for those of functions, and whether a sum is around each; ``factors``: names
    that are none of functions, x of ``x(y - b)``."""
    if isinstance(node, Sym):
        yield node, inner
    function = isinstance(node, Apply) and _plain(node.head) not in factors
    for x in node.args if isinstance(node, Apply) and function else children(node):
        yield from _names(x, factors, inner or isinstance(node, Big))


def _loose(node: Node, factors: set[Sym]) -> set[Sym]:
    return {_plain(n) for n, inner in _names(node, factors) if not inner}


def _is_even(s: Statement, own: set[Sym], factors: set[Sym]) -> bool:
    """Whether all sides of a row are of one example, or none is."""
    sides = [e.node for e in s.elements if e.node is not None and not isinstance(e.node, Number)]
    return len({bool(_loose(x, factors) & own) for x in sides}) < 2


def _written(node: Node, own: set[Sym], factors: set[Sym]) -> Node:
    if isinstance(node, Sym):
        return replace(node, sub=(*node.sub, Mark("letter", _LETTER))) if _plain(node) in own else node
    if isinstance(node, Apply) and _plain(node.head) not in factors:
        return replace(node, args=tuple(_written(x, own, factors) for x in node.args))
    made = map_nodes(node, lambda n: _written(n, own, factors))
    return replace(made, letters=(_LETTER,)) if isinstance(made, Big) else made

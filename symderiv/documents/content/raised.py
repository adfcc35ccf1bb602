"""Indices that stand above a name without a bracket: ``\\sum_i (y^i - w x^i)^2``.

Input: the trees of all formulas.  A letter of a sum that stands above several names of the sum, or above
one with an index below, and nowhere as a number or below a name in it, is an index and no exponent.  A letter
that is a name of vectors alone is a label above a name with an index: ``\\delta_t^h``, beside h_t.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from symderiv.documents.text.marks import GREEK
from symderiv.documents.text.syntax import Big, Mark, Node, Pow, Sym, children, map_nodes, walk

if TYPE_CHECKING:
    from symderiv.documents.text.rows import Element


def raised_indices(elements: Iterable[Element]) -> None:
    """Write such letters as indices."""
    read = [e for e in elements if e.node is not None]
    nodes = [e.node for e in read if e.node is not None]
    bound = {x for node in nodes for n in walk(node) if isinstance(n, Big) for x in n.letters if len(x) == 1}
    above = {x: {b for node in nodes for b in _bases(node, x)} for x in bound}
    marked = {m.text for node in nodes for n in walk(node) if isinstance(n, Sym) and n.sub for m in n.sup}
    others = {x for node in nodes for x in _others(node)}
    letters = {
        x
        for x, bases in above.items()
        if x not in others and (len(bases) > 1 or x in marked) and bases and not bases & (GREEK | {""})
    }

    alone = {x for node in nodes for x in _values(node)}
    with_index = {n.base for node in nodes for n in walk(node) if isinstance(n, Sym) and n.sub}
    labels = with_index - alone - letters

    def put(n: Node) -> Node:
        n = map_nodes(n, put)
        if isinstance(n, Pow) and isinstance(n.base, Sym) and _letter(n.exponent) in letters:
            return replace(n.base, sup=(*n.base.sup, Mark("letter", _letter(n.exponent))), at=n.at, end=n.end)
        if isinstance(n, Pow) and isinstance(n.base, Sym) and n.base.sub and _letter(n.exponent) in labels:
            return replace(n.base, sup=(*n.base.sup, Mark("letter", _letter(n.exponent))), at=n.at, end=n.end)
        return n

    for e in read if letters or labels else ():
        assert e.node is not None
        e.node = put(e.node)


def _letter(node: Node) -> str:
    plain = isinstance(node, Sym) and not (node.sub or node.sup or node.primes)
    return node.base if isinstance(node, Sym) and plain else ""


def _bases(node: Node, letter: str) -> Iterator[str]:
    """The names that a letter stands above; "" for what is no name."""
    for n in walk(node):
        if isinstance(n, Pow) and _letter(n.exponent) == letter:
            yield n.base.base if isinstance(n.base, Sym) and not n.base.primes else ""


def _values(node: Node) -> Iterator[str]:
    """The names that stand without an index, but for exponents."""
    if isinstance(node, Sym) and not node.sub and not node.sup:
        yield node.base
    for n in [node.base] if isinstance(node, Pow) and _letter(node.exponent) else children(node):
        yield from _values(n)


def _others(node: Node) -> Iterator[str]:
    """Letters that stand as a value, but for exponents alone, and those below names."""
    if isinstance(node, Sym):
        if not node.sub and not node.sup:
            yield node.base
        yield from (m.text for m in node.sub if m.kind in ("letter", "shift"))
    parts = [node.base] if isinstance(node, Pow) and _letter(node.exponent) else children(node)
    for n in parts:
        yield from _others(n)

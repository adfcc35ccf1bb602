"""``d r`` without a gap where d is a size, ``\\sum_{i=1}^d``: a product, and no differential of r.

Input: the sides of all rows.  What is set: such products, where no row says what ``dr`` is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from symderiv.documents.text.syntax import Big, Mul, Node, Pow, Sym, map_nodes, walk

if TYPE_CHECKING:
    from symderiv.documents.text.rows import Element

_SIZE = "d"


def sizes_beside(elements: Sequence[Element]) -> None:
    """Write them as what they are."""
    sides = [e.node for e in elements if e.node is not None]
    nodes = [n for x in sides for n in walk(x)]
    if not any(isinstance(n, Big) and n.upper == _SIZE for n in nodes):
        return
    bases = {n.base for n in nodes if isinstance(n, Sym)}
    named = {b for b in bases if b[:1] == _SIZE and b[1:] in bases}
    if any(isinstance(x, Sym) and x.base in named for x in sides):
        return  # dx = ...

    def put(n: Node) -> Node:
        if isinstance(n, Pow) and isinstance(n.base, Sym) and n.base.base in named:
            return Mul((_size(n.base), replace(n, base=_other(n.base))), at=n.at, end=n.end)
        if isinstance(n, Sym) and n.base in named:
            return Mul((_size(n), _other(n)), at=n.at, end=n.end)
        n = map_nodes(n, put)
        if isinstance(n, Mul):
            return replace(
                n, factors=tuple(g for f in n.factors for g in (f.factors if isinstance(f, Mul) else (f,)))
            )
        return n

    for e in elements if named else ():
        e.node = put(e.node) if e.node is not None else None


def _size(n: Sym) -> Sym:
    return Sym(_SIZE, at=n.at, end=n.at + 1)


def _other(n: Sym) -> Sym:
    return replace(n, base=n.base[1:], at=n.at + 1)

"""Names that a link puts in the place of a term: ``e^{z} / \\sum_k e^{z_k} = e^{z} / S`` says what S is.

Input: the two sides of a link.  Output: the name and the term, where nothing else makes the sides differ.
"""

from __future__ import annotations

from fractions import Fraction

from symderiv.documents.syntax import (
    Apply,
    Big,
    Deriv,
    Matrix,
    Mul,
    Neg,
    Node,
    Number,
    Sym,
    children,
    map_nodes,
)

_NOTHING = Number(Fraction(0))


def placed(before: Node, after: Node) -> tuple[Sym, Node] | None:
    """The name behind the sign, and the term before it."""
    found: set[tuple[Sym, Node]] = set()
    if not _compare(before, after, found) or len(found) != 1:
        return None
    return found.pop()


def _compare(a: Node, b: Node, found: set[tuple[Sym, Node]]) -> bool:
    """Whether two terms are alike but for names in places of terms."""
    if a == b:
        return True
    if isinstance(b, Sym):
        found.add((b, a))
        return not isinstance(a, (Sym, Number, Neg, Deriv, Matrix))
    a, b = (_product(x) if isinstance(y, Mul) else x for x, y in ((a, b), (b, a)))
    if type(a) is not type(b) or isinstance(a, (Matrix, Deriv, Sym, Number)):
        return False
    if isinstance(a, Big) and isinstance(b, Big) and (a.letters, a.apart) != (b.letters, b.apart):
        return False
    if isinstance(a, Apply) and (a.sub or a.opaque):
        return False
    if map_nodes(a, lambda _: _NOTHING) != map_nodes(b, lambda _: _NOTHING):
        return False
    return all(_compare(x, y, found) for x, y in zip(children(a), children(b), strict=True))


def _product(node: Node) -> Node:
    """``b (c + d)``, read as a value of b, as a product."""
    plain = isinstance(node, Apply) and len(node.args) == 1 and not (node.opaque or node.sub)
    return Mul((node.head, node.args[0])) if isinstance(node, Apply) and plain else node

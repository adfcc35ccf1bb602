"""What a tree says of ranks by its form alone."""

from __future__ import annotations

from fractions import Fraction

from symderiv.documents.text.syntax import Apply, Fn, Mul, Neg, Node, Number, Pow, Sym, Transpose


def bare(node: Node) -> Node:
    """A term without its sign and its transpose."""
    while isinstance(node, (Neg, Transpose)):
        node = node.body
    return node


def is_entrywise(node: Apply | Fn) -> bool:
    """Whether a value is surely that of a function of a scalar, taken at each entry."""
    if isinstance(node, Fn):  # an activation; a logarithm may be of a number
        return node.name in ("tanh", "sigmoid")
    return len(node.args) == 1 and not node.sub and (bool(node.head.primes) or node.head.base == "sigma")


def is_row_of(node: Node, rank: int) -> bool:
    return isinstance(node, Transpose) and rank == 1


def dimensions(space: Node) -> int | None:
    """The rank of ``\\mathbb{R}^{m \\times n}``."""
    if isinstance(space, Sym) and space.base == "R":
        return 0
    if not (isinstance(space, Pow) and isinstance(space.base, Sym) and space.base.base == "R"):
        return None
    sizes = [x for x in factors_of(space.exponent) if x != Number(Fraction(1))]  # n x 1 is a column
    return len(sizes) if len(sizes) <= 2 else None


def is_flat(space: Node) -> bool:
    """Whether a space is one of rows: ``\\mathbb{R}^{1 \\times n}``."""
    return isinstance(space, Pow) and factors_of(space.exponent)[0] == Number(Fraction(1))


def factors_of(node: Node) -> list[Node]:
    """The factors of a product, or the node alone."""
    return [x for f in node.factors for x in factors_of(f)] if isinstance(node, Mul) else [node]

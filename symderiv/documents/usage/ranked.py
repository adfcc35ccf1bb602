"""What a tree says of ranks by its form alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from fractions import Fraction

from symderiv.documents.text.syntax import (
    Add,
    Apply,
    Fn,
    Mul,
    Neg,
    Node,
    Number,
    Pow,
    Sym,
    Transpose,
    children,
)


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


def is_capital(sym: Sym) -> bool:
    """Whether a name looks like a matrix's: a capital that is not a usual name of a loss."""
    letter = len(sym.base) == 1 and sym.base.isascii() and sym.base.isupper() and sym.base not in "LJE"
    return letter or sym.base in ("Phi", "Sigma", "Lambda", "Omega", "Psi", "Gamma", "Theta", "Xi")


def rank_of_product(ranks: list[int]) -> int:
    """The rank of a product of columns (1), rows (-1) and matrices (2), from left to right."""
    made = 0
    for r in ranks:
        match made, r:
            case (-1, 1):
                made = 0
            case (1, -1):
                made = 2
            case (2, 1):
                made = 1
            case (0, _):
                made = r
    return abs(made)


def names_in_column(node: Node, functions: Collection[str]) -> Iterator[tuple[Sym, int]]:
    """The names of what stands behind a row, ``y^T \\log p``, ``v^T \\tanh(W s + U h)``, with their ranks."""
    if isinstance(node, Apply) and not is_entrywise(node):
        return
    if isinstance(node, Fn) and node.name not in functions:
        return
    if isinstance(node, (Apply, Fn)):
        yield from names_in_column(node.args[0], functions)
    elif isinstance(node, (Add, Neg)):
        for part in children(node):
            yield from names_in_column(part, functions)
    elif isinstance(node, Sym):
        yield node, 1
    elif isinstance(node, Mul):
        one, *others = factors_of(node)
        if isinstance(one, Sym) and is_capital(one) and len(others) == 1 and isinstance(others[0], Sym):
            yield from ((one, 2), (others[0], 1))

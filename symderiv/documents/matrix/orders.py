"""Gradients that are given a matrix: a derivation that is of another order than it says.

Input: the two sides of a row, with the shapes that they may have.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from symderiv.documents.matrix.values import AXES
from symderiv.documents.text.syntax import Deriv, Fn, Mul, Node, Sym, Transpose, walk
from symderiv.documents.usage.ranked import factors_of

if TYPE_CHECKING:
    from symderiv.documents.text.rows import Element

#: What is said of a gradient that is given a matrix.
OTHER_ORDER = "a vector on the one side, a matrix on the other"


def is_other_order(a: Element, b: Element) -> bool:
    """Whether the one side is the gradient of a loss, and the other one has a diagonal matrix, and is one
    however it is read."""
    for one, other in ((a, b), (b, a)):
        node, matrix = one.written or one.node, other.written or other.node
        if not (isinstance(node, Deriv) and node.kind == "gradient") or matrix is None:
            continue
        kinds = [(v.kind, other.values[w].kind) for w, v in one.values.items() if w in other.values]
        diagonal = any(_is_square(n) for n in walk(matrix))
        if kinds and diagonal and all({AXES[x], AXES[y]} == {1, 2} for x, y in kinds):
            return True
    return False


def _is_square(node: Node) -> bool:
    """Whether a node is a diagonal matrix, or the product of a column with its row."""
    if isinstance(node, Fn):
        return node.name == "diag"
    pairs = pairwise(factors_of(node)) if isinstance(node, Mul) else ()
    return any(isinstance(y, Transpose) and isinstance(x, Sym) and same_name(x, y.body) for x, y in pairs)


def same_name(a: Sym, b: Node) -> bool:
    return isinstance(b, Sym) and (a.base, a.sub, a.sup, a.primes) == (b.base, b.sub, b.sup, b.primes)

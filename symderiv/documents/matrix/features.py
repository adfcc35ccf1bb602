"""Names of one value a feature: ``\\mu, \\sigma^2 \\in \\mathbb{R}^d`` of a normalization over a batch.

Where the document divides by a root of such a name, which has no meaning but feature by feature, all rows
with names of that space hold for each feature alone: they are read as numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from symderiv.documents.text.syntax import Add, Div, Fn, Mul, Node, Pow, Sym, Transpose, walk
from symderiv.documents.usage.ranked import dimensions, factors_of

if TYPE_CHECKING:
    from symderiv.documents.usage.shapes import Shapes


def without_features(declared: Sequence[tuple[Node, Node]], nodes: Sequence[Node]) -> list[tuple[Node, Node]]:
    """The declarations without those of names with one value a feature."""
    rooted = {n for x in nodes if isinstance(x, Div) for n in _rooted(x.bottom)}
    spaces = [space for name, space in declared if name in rooted and dimensions(space) == 1]
    lengths = {factors_of(s.exponent)[-1] for s in spaces if isinstance(s, Pow)}
    return [x for x in declared if not (isinstance(x[1], Pow) and factors_of(x[1].exponent)[-1] in lengths)]


def _rooted(bottom: Node) -> Iterator[Node]:
    """Names under a root below a line, by themselves or in a sum."""
    for root in walk(bottom):
        if isinstance(root, Fn) and root.name == "sqrt":
            for arg in root.args:
                yield from (t for t in (arg.terms if isinstance(arg, Add) else (arg,)) if isinstance(t, Sym))


def is_row_before(node: Node, shapes: Shapes) -> bool:
    """Whether a vector that nothing turns stands before a matrix: ``x W``."""
    pairs = pairwise(factors_of(node)) if isinstance(node, Mul) else ()
    names = ((a, b.body if isinstance(b, Transpose) else b) for a, b in pairs)
    return any(
        isinstance(a, Sym) and isinstance(b, Sym) and (shapes.of(a), shapes.of(b)) == (1, 2) for a, b in names
    )

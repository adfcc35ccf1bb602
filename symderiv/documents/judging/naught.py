"""Proofs that 0 is 0: of a loss that the document never ties to what it is derived by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from symderiv.documents.content.solving import is_zero
from symderiv.documents.meaning.derivatives import NO_TIE
from symderiv.documents.text.syntax import Add, Apply, Deriv, Neg, Node, Sym, walk

#: What is said of a name that is defined in another form: y(x) = w^T x, and y_i.
OTHERWISE = "is defined with other indices"

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book
    from symderiv.documents.judging.asked import Outcome
    from symderiv.documents.judging.outcomes import Outcomes
    from symderiv.documents.matrix.vectors import Pair
    from symderiv.documents.meaning.reading import Reading
    from symderiv.documents.text.rows import Element


def rests_on_nothing(
    judge: Outcomes, found: Outcome, pairs: list[list[Pair]], a: Element, b: Element, reading: Reading,
    skip: set[int],
) -> bool:  # fmt: skip
    """Whether a proof is one, and its row does not itself say that something is 0."""
    if found.word != "proved" or NO_TIE not in found.reason:
        return False
    if is_zero(a.node) or is_zero(b.node):
        side = b if is_zero(a.node) else a
        of = side.node.body if isinstance(side.node, Deriv) else None
        bare = isinstance(of, Sym) or (of is not None and any(isinstance(n, Apply) for n in walk(of)))
        slopes = [n for n in walk(side.node) if isinstance(n, Deriv)] if side.node is not None else []
        if any(_names(n.targets) & _arguments(judge.book, n.body) for n in slopes):
            return True  # Q(b), which is said to be a function of b
        inner = ((n, judge.with_definitions([n.body])) for n in slopes if n.body is not None)
        if any(_names(n.targets) & _names(x) for n, x in inner):
            return True  # of the vector v, where the derivative is by a v without indices
        if side.node is not None and _is_sum_of_slopes(side.node):
            return True  # the law of motion, of an L that is told of another variable
        return OTHERWISE in found.reason or (bare and "is not defined" in found.reason)
    return any(judge.is_nothing([way], a.at, reading, skip) for way in pairs)


def _is_sum_of_slopes(node: Node) -> bool:
    """Whether a side is more than a derivative, and each of its terms has one."""
    node = node.body if isinstance(node, Neg) else node
    terms = node.terms if isinstance(node, Add) else (node,)
    return not isinstance(node, Deriv) and all(any(isinstance(n, Deriv) for n in walk(t)) for t in terms)


def _arguments(book: Book, node: Node | None) -> set[str]:
    """The names of what a value is said to be a function of, where it stands or is defined."""
    if isinstance(node, Apply):
        return _names(node.args)
    key, marks = book.usage.split(node) if isinstance(node, Sym) else ("", ())
    return {x for d in book.definitions.get((key, len(marks)), []) for x in _names(d.params)}


def _names(nodes: Iterable[Node]) -> set[str]:
    return {n.base for n in nodes if isinstance(n, Sym)}

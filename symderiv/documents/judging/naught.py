"""Proofs that 0 is 0: of a loss that the document never ties to what it is derived by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symderiv.documents.content.solving import is_zero
from symderiv.documents.meaning.derivatives import NO_TIE
from symderiv.documents.text.syntax import Apply, Deriv, Sym, walk

#: What is said of a name that is defined in another form: y(x) = w^T x, and y_i.
OTHERWISE = "is defined with other indices"

if TYPE_CHECKING:
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
        return OTHERWISE in found.reason or (bare and "is not defined" in found.reason)
    return any(judge.is_nothing([way], a.at, reading, skip) for way in pairs)

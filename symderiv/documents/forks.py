"""What the cases of a derivation go on from: ``for i = j: = ...``, and then ``for i \\neq j: = ...``.

Input: displayed chains in order, with the conditions that hold where they stand.  Output: the element that a
row which begins with "=" goes on from, where another case stands between.
"""

from __future__ import annotations

from symderiv.documents.book import Formula
from symderiv.documents.conditions import between_letters
from symderiv.documents.rows import Element
from symderiv.documents.syntax import Condition

_CONTRARY = {"=": "neq", "neq": "="}


class Forks:
    """Where the chain of the current case began."""

    def __init__(self) -> None:
        self.start: Element | None = None
        self.under: frozenset[tuple[str, frozenset[str]]] = frozenset()

    def head(self, f: Formula, before: Element) -> Element:
        """What ``f``, which begins with "=", goes on from: ``before``, or where the other case began."""
        held = _conditions(f)
        if self.start is not None and any((_CONTRARY[op], letters) in self.under for op, letters in held):
            before = self.start
        elif held == self.under:
            return before
        self.start, self.under = before, held
        return before

    def begin(self, f: Formula, first: Element) -> None:
        """A chain with a head of its own."""
        self.start, self.under = first, _conditions(f)


def _conditions(f: Formula) -> frozenset[tuple[str, frozenset[str]]]:
    found = (h.condition for h in f.scope if between_letters(h.condition))
    return frozenset((c.op, _letters(c)) for c in found if c.op in _CONTRARY)


def _letters(c: Condition) -> frozenset[str]:
    return frozenset((str(c.left), str(c.right)))

"""What a row came to."""

from __future__ import annotations

from dataclasses import dataclass, field

from symderiv.documents.meaning.reading import Reading
from symderiv.documents.text.rows import Element
from symderiv.documents.text.syntax import Condition, Deriv, Sym, walk
from symderiv.verify.verdict import Witness

#: What is said of a row that holds only if its derivative by a matrix is turned, unlike those of the others.
TURNED = "the gradient by a matrix is the transpose of this in the layout of the other rows"
WORDS = ("definition", "proved", "wrong", "undecided", "unread", "not a claim")


@dataclass(slots=True)
class Judged:
    """One link of a chain (or a whole row that is no chain), with its verdict."""

    word: str
    at: int
    end: int
    left: str = ""
    right: str = ""
    reason: str = ""
    under: list[str] = field(default_factory=list)
    witness: Witness | None = None
    suggestion: str = ""
    claim: str = ""
    checkers: tuple[str, ...] = ()
    row: int = 0
    display: bool = True
    elements: tuple[Element, Element] | None = None
    tried: list[tuple[list[Condition], list[str], Reading]] = field(default_factory=list)
    skip: set[int] = field(default_factory=set)
    layout: str = ""  # of derivatives by matrices, in which alone it holds
    unstated: bool = False  # proved with a condition on its indices that nothing states
    unless: str = ""  # why a wrong row is one only where a repair is found
    taken_back: bool = False  # what stands behind it in its chain holds for what stands before it
    implied: bool = False  # judged in a sense that the document only implies


def other_layout(rows: list[Judged], raw: str, symmetric: frozenset[str]) -> None:
    """A row alone in its layout of derivatives by matrices has a transpose too many, or lacks one; not where
    the matrix is one of those that are symmetric."""
    turned = [r for r in rows if r.word == "proved" and r.layout == "turned"]
    plain = [r for r in rows if r.word == "proved" and r.layout == "plain"]
    if len(turned) == 1 and len(plain) > 1 and "layout" not in raw.lower():
        nodes = (n for e in turned[0].elements or () if e.written is not None for n in walk(e.written))
        by = {t.base for n in nodes if isinstance(n, Deriv) for t in n.targets if isinstance(t, Sym)}
        if not by & symmetric:
            turned[0].word, turned[0].reason = "wrong", TURNED

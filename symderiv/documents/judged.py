"""What a row came to."""

from __future__ import annotations

from dataclasses import dataclass, field

from symderiv.documents.reading import Reading
from symderiv.documents.rows import Element
from symderiv.documents.syntax import Condition
from symderiv.verify.verdict import Witness

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
    unstated: bool = False  # proved with a condition on its indices that nothing states
    implied: bool = False  # judged in a sense that the document only implies

"""What an explanation consists of, before it is laid out: headings, sentences, equations, matrices, pictures.

The words are chosen in :mod:`.sentences` and :mod:`.document`; the renderers (:mod:`.plain`,
:mod:`.markdown`, :mod:`.article`, :mod:`.page`) only lay out.  Inside a sentence a term stands as a term.
"""

from __future__ import annotations

from dataclasses import dataclass

from symderiv.derive.cases import Condition
from symderiv.derive.matrix import Matrix
from symderiv.terms import Term


@dataclass(frozen=True, slots=True)
class Equals:
    """``left = right``, or another relation, inside a sentence."""

    left: Term
    right: Term
    sign: str = "="


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that is no term, such as (f/g)' = (f' g - f g')/g^2: as text, and as LaTeX."""

    text: str
    latex: str


#: A sentence: words and mathematics.
Word = str | Term | Equals | Formula
Words = tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 begins a part of a document, level 2 a section."""

    words: Words
    level: int = 2


@dataclass(frozen=True, slots=True)
class Says:
    """A sentence."""

    words: Words


@dataclass(frozen=True, slots=True)
class Line:
    """One displayed equation with its mark and the conditions it holds under."""

    left: Term
    right: Term
    mark: str
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class MatrixLine:
    """A matrix, or a gradient as a vector, with its mark."""

    name: str
    matrix: Matrix
    mark: str


@dataclass(frozen=True, slots=True)
class Table:
    """A small table: a row of headings, rows of words."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as SVG, for formats that can show one; ``says`` is what one sees."""

    svg: str
    says: Words


Block = Heading | Says | Line | MatrixLine | Table | Picture


@dataclass(frozen=True, slots=True)
class Content:
    """A whole document: its title and its blocks."""

    title: Words
    blocks: tuple[Block, ...]

    @property
    def marks(self) -> frozenset[str]:
        """The marks that occur."""
        return frozenset(b.mark for b in self.blocks if isinstance(b, Line | MatrixLine))

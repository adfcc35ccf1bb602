"""What an explanation consists of, before it is laid out: headings, sentences, equations, matrices.

The words are chosen in :mod:`.sentences` and :mod:`.document`; the renderers (:mod:`.plain` and
:mod:`.markdown`) only lay out.  Inside a sentence a term stands as a term.
"""

from __future__ import annotations

from dataclasses import dataclass

from symderiv.derive.cases import Condition
from symderiv.derive.matrix import Matrix
from symderiv.terms import Term


@dataclass(frozen=True, slots=True)
class Equals:
    """``left = right`` inside a sentence."""

    left: Term
    right: Term


#: A sentence: words and mathematics.
Words = tuple[str | Term | Equals, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A numbered heading."""

    words: Words


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


Block = Heading | Says | Line | MatrixLine

#: How a step's checker is shown.
MARKS = {"given": "given", "named": "named", "index calculus": "proved"}

"""Names that get another sense in words: "now let $y$ be the label", of a y that was an output before.

Input: a book with its definitions.  What is set: those before it are not meant from there on.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from symderiv.documents.text.grammar import parse
from symderiv.documents.text.latex import Unread
from symderiv.documents.text.syntax import Sym

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book

_LET = re.compile(r"\b(?:let|now|from here on|from now on)\b[^.;@]*$")
#: What nothing computes.
_GIVEN = re.compile(
    r"[\s$`)]*(?:be|is|denotes?|stands for|means)\s+(?:an?\s+|the\s+|our\s+|its\s+)?"
    r"(?:(?:true|correct|right|real|actual|observed|desired|binary|class|one-hot|given)\s+){0,2}"
    r"(?:labels?|targets?|ground[- ]truth)\b"
)


def relabelled(book: Book) -> None:
    """Set where such definitions end."""
    text = book.source.text
    for f in book.formulas:
        if f.item.display or f.hidden or len(f.rows) != 1 or not _LET.search(f.before.lower()):
            continue
        if not _GIVEN.match(text[f.item.at + len(f.item.text) :][:120].lower()):
            continue
        for piece in f.rows[0].notes:
            with suppress(Unread, RecursionError):
                node = parse(piece)
                if isinstance(node, Sym):
                    key, marks = book.usage.split(node)
                    for d in book.definitions.get((key, len(marks)), []):
                        if d.at < f.item.at and d.until < 0:
                            d.until = f.item.at

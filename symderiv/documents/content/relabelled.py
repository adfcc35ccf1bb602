"""Names that get another sense: "now let $y$ be the label", of a y that was an output before; the y of
``y = f(u)`` that only shows a rule, of which another section has entries.

Input: a book with its definitions.  What is set: those before it are not meant from there on.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from symderiv.documents.content.defining import elements_of
from symderiv.documents.text.grammar import parse
from symderiv.documents.text.latex import Unread
from symderiv.documents.text.syntax import Apply, Sym, walk

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
    _end_with_section(book)
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


def _end_with_section(book: Book) -> None:
    """``y = f(u)``, of an f that nothing defines: where u stands in its section only, and the y with indices
    in others only, it says nothing there."""
    places: dict[str, set[int]] = {}
    marked: dict[str, set[int]] = {}
    for f in (f for f in book.formulas if not f.hidden):
        written = [x for e in elements_of([f]) if (x := e.written or e.node) is not None]
        for n in (n for x in written for n in walk(x)):
            if isinstance(n, Sym):
                places.setdefault(n.base, set()).add(f.section)
                if n.sub:
                    marked.setdefault(n.base, set()).add(f.section)
    for (key, _), versions in book.definitions.items():
        for d in versions:
            value = d.body if isinstance(d.body, Apply) and not d.params else None
            if value is None or book.arities(book.usage.split(value.head)[0]):
                continue
            inner = {n.base for x in value.args for n in walk(x) if isinstance(n, Sym)}
            apart = all(places.get(x, set()) <= {d.section} for x in inner)
            others = marked.get(key, set())
            if inner and apart and others and d.section not in others:
                ends = [f.item.at for f in book.formulas if f.section > d.section]
                d.until = min(ends, default=-1)

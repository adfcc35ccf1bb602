"""Names that stand for another thing in each section: ``f = x^{-1}`` in one step, ``f = x^2`` in the next.

Input: a book with its definitions.  Output: the names that the text defines in passing in three sections or
more, each time otherwise: what one section says of them says nothing elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book

_LEAST = 3


def locals_of(book: Book) -> set[tuple[str, int]]:
    """Such names, with their numbers of indices."""
    shown = {
        id(e)
        for f in book.formulas
        if f.item.display
        for r in f.rows
        for s in r.statements
        for e in s.elements
    }
    found = set()
    for name, versions in book.definitions.items():
        sections = {d.section for d in versions}
        bodies = [d.body for d in versions]
        different = all(x != y for n, x in enumerate(bodies) for y in bodies[:n])
        plain = not any(d.params or d.link[0] in shown for d in versions)
        if len(versions) >= _LEAST and len(sections) == len(versions) and different and plain:
            found.add(name)
    return found

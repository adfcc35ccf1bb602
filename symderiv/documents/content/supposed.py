"""Special cases: "if furthermore $a = b$" says nothing of the rows before it.

Input: a book with its definitions.  What is set: from where on, and up to where, such a one is meant.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from symderiv.documents.content.defining import used_before
from symderiv.documents.text.syntax import Sym

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book

#: What opens such a sentence; behind a claim, "where", "if" tell what it rests on itself.
_OPENED = re.compile(
    r"(?:(?:^|@)\s*(?=(?-i:[A-Z])|[^\x00-\x7f])|[.;:!?,。，；]\s*)(?:and|but|so|now)?\s*"
    r"(?:if|when|whenever|suppose|assume|assuming|wenn|falls|si|cuando|quando|se|如果|若|当)"
    r"(?: (?:that|furthermore|now|also|further|moreover|we (?:assume|suppose|set|have)(?: that)?))*\s*$",
    re.IGNORECASE,
)


def special_cases(book: Book) -> None:
    """A name that stands before, said to be another one under a condition: it is that behind it only."""
    for f in book.formulas:
        if f.item.display or not _OPENED.search(f.before):
            continue
        own = {(id(a), id(b)) for r in f.rows for s in r.statements
               for a, b in zip(s.elements, s.elements[1:], strict=False)}  # fmt: skip
        ends = [g.item.at for g in book.formulas if g.item.at > f.item.at and g.section != f.section]
        for d in (d for versions in book.definitions.values() for d in versions):
            names = d.link in own and not d.params and isinstance(d.body, Sym)
            if names and used_before(book, d.key, f.item.at, len(d.letters)):
                d.since, d.until = f.item.at, min(ends, default=-1)

"""Special cases: "if furthermore $a = b$" says nothing of the rows before it.

Input: a book with its definitions.  What is set: from where on, and up to where, such a one is meant.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from symderiv.documents.content.defining import elements_of, is_by, used_before
from symderiv.documents.content.letting import is_case
from symderiv.documents.text.syntax import Deriv, Neg, Sym, walk

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book
    from symderiv.documents.content.formulas import Formula

#: What opens such a sentence; behind a claim, "where", "if" tell what it rests on itself.
_OPENED = re.compile(
    r"(?:(?:^|@)\s*(?=(?-i:[A-Z])|[^\x00-\x7f])|[.;:!?,。，；]\s*)(?:and|but|so|now)?\s*"
    r"(?:if|when|whenever|suppose|assume|assuming|wenn|falls|si|cuando|quando|se|如果|若|当)"
    r"(?: (?:that|furthermore|now|also|further|moreover|we (?:assume|suppose|set|have)(?: that)?))*\s*$",
    re.IGNORECASE,
)
#: What a parameter would be.
_LEARNED = re.compile(r"\b(?:learn\w*|choos\w+|sett?ing|recover\w*|initiali[sz]\w*|picking|taking)\s*$")
_STOP = re.compile(r"[.。!?](?:[\s$`)\\]|$)")
_AND = re.compile(r"@\W*(?:and|und|et|y|e|且|和|及)?\W*$")


def special_cases(book: Book) -> None:
    """A name that stands before, said to be another one under a condition: it is that behind it only."""
    opened = False
    for f in (f for f in book.formulas if not f.hidden):
        learned = not f.item.display and _LEARNED.search(f.before) is not None
        opened = not f.item.display and bool(_OPENED.search(f.before) or (opened and _AND.search(f.before)))
        case = is_case(book.source, f)
        opened = opened or learned or case
        if not opened:
            continue
        own = {(id(a), id(b)) for r in f.rows for s in r.statements
               for a, b in zip(s.elements, s.elements[1:], strict=False)}  # fmt: skip
        ends = [g.item.at for g in book.formulas if g.item.at > f.item.at and g.section != f.section]
        for d in (d for versions in book.definitions.values() for d in versions):
            if d.link not in own or d.params or not used_before(book, d.key, f.item.at, len(d.letters)):
                continue
            plain = isinstance(d.body.body if isinstance(d.body, Neg) else d.body, Sym)
            if learned or (case and plain) or _is_parameter(book, d.key):
                d.since, d.until = f.item.at, _sentence_end(book, f)
            elif isinstance(d.body, Sym):
                d.since, d.until = f.item.at, min(ends, default=-1)


def _sentence_end(book: Book, f: Formula) -> int:
    """Where the first formula stands that is of another sentence."""
    text, at = book.source.text, f.item.at
    for g in (g for g in book.formulas if g.item.at > f.item.at and not g.hidden):
        if _STOP.search(text[at : g.item.at]):
            return g.item.at
        at = g.item.at
    return len(text)


def _is_parameter(book: Book, key: str) -> bool:
    """Whether derivatives are by a name, and none is of it."""
    nodes = [n for e in elements_of(book.formulas) if e.node is not None for n in walk(e.node)]
    bodies = [n.body for n in nodes if isinstance(n, Deriv) and isinstance(n.body, Sym)]
    return is_by(book, key) and all(book.usage.split(b)[0] != key for b in bodies)

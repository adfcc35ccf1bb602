"""Ranges of values beside a claim: ``\\frac{d}{dx}|x| = 1`` for ``x > 0``.

Input: a book, a formula and its row.  Output: what is said of values right before it, in it or right
behind it, in the notation; a row is judged under these where it does not hold without them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from symderiv.documents.content.conditions import WHEN
from symderiv.documents.content.defining import is_number
from symderiv.documents.meaning.reading import Reading, Unclear
from symderiv.documents.meaning.writer import Writer
from symderiv.documents.text.syntax import Add, Fn, Neg, Sym, walk

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book
    from symderiv.documents.content.formulas import Formula
    from symderiv.documents.text.rows import Row, Statement

_SIGNS = {"<": "<", ">": ">", "leq": "<=", "geq": ">=", "=": "="}
_BEHIND = re.compile(rf"[\s,(]*(?:{WHEN})(?:\s+all)?[\s,(]*", re.IGNORECASE)
_AND = re.compile(r"[\s,]*(?:and|und|y|et|e|或|且)?\s*", re.IGNORECASE)
_OPENED = re.compile(rf"(?<!\w)(?:{WHEN})\s*$", re.IGNORECASE)
_POSITIVE = re.compile(
    r"\b(?:if|when|whenever|where|while|assum\w*|suppos\w*)\b[^.;]*"
    r"\b(?:positive|active|violat\w*|non-?zero|not (?:zero|satisfied|clipped))\b[^.;@]*$"
)
_BEFORE = re.compile(r"[\s,:]*(?:(?:then|we have|we get|this is|it is|let|define)\W*)?", re.IGNORECASE)


def ranges_beside(book: Book, f: Formula, row: Row, but: Sequence[Statement] = ()) -> list[str]:
    """What is said, each as an assumption; "" for what has no place in the notation."""
    found: list[str] = []
    for r in _rows(book, f, row):
        for s in (s for s in r.statements if all(s is not x for x in but)):
            if is_range(s) or (r is not row and is_setting(book, s)):
                found += _texts(book, r, s)
    return found


def is_range(s: Statement) -> bool:
    """Whether a statement orders values, and says nothing else."""
    return len(s.relations) > 1 and all(x == "<" for x in s.relations[1:]) and not s.leading


def is_setting(book: Book, s: Statement) -> bool:
    """Whether a statement gives a name a number: ``Y = 0``."""
    if s.relations != ["", "="]:
        return False
    name, number = (e.node for e in s.elements)
    if not isinstance(name, Sym) or name.sub or name.sup or name.primes:
        return False
    return number is not None and is_number(number) and name.base not in book.usage.letters


def only_ranges(f: Formula) -> bool:
    """Whether a formula in the text orders values, and says nothing else."""
    statements = [s for r in f.rows for s in r.statements]
    return not f.item.display and bool(statements) and all(map(is_range, statements))


def _only_says(book: Book, f: Formula) -> bool:
    statements = [s for r in f.rows for s in r.statements]
    said = all(is_range(s) or is_setting(book, s) for s in statements)
    return not f.item.display and bool(statements) and said


def _rows(book: Book, f: Formula, row: Row) -> Iterator[Row]:
    yield row
    place = next(n for n, g in enumerate(book.formulas) if g is f)
    last = book.formulas[place - 1] if place else None
    goes_on = last is not None and last.section == f.section and last.item.display and not f.before.strip()
    if last is not None and goes_on and f.item.display and last.rows:
        yield from (r for r in _rows(book, last, last.rows[-1]) if r is not last.rows[-1])
    parts = f.before.split("@")
    before: list[Formula] = []
    named = False
    while len(before) + 1 < len(parts) and place > len(before):
        g, gap = book.formulas[place - len(before) - 1], parts[-len(before) - 1]
        if not _only_says(book, g) or not (_AND if before else _BEFORE).fullmatch(gap):
            break
        named = named or (not before and gap.strip()[:1] == ":")  # "a similar pair, $Y = 0$: ..."
        before.append(g)
    opened = _OPENED.search(parts[-len(before) - 1]) is not None
    for g in before:
        if opened or named or only_ranges(g):
            yield from g.rows
    after = book.formulas[place + 1] if place + 1 < len(book.formulas) else None
    if after is not None and _only_says(book, after):
        between = after.before.rpartition("@")[2] if not f.item.display else after.before
        if _BEHIND.fullmatch(between) and not between.strip(" ,(\n")[:1].isupper():
            yield from after.rows


def said_positive(book: Book, f: Formula) -> bool:
    """Whether the words before a formula, or before those that it follows directly, say that what a maximum
    is taken of is positive."""
    place = next(n for n, g in enumerate(book.formulas) if g is f)
    while place and not book.formulas[place].before.strip() and book.formulas[place].section == f.section:
        place -= 1
    return _POSITIVE.search(book.formulas[place].before.lower()) is not None


def active_in(book: Book, f: Formula, row: Row) -> list[Statement]:
    """Ranges beside a row in which what a maximum is taken of is positive: ``yf < 1`` for max(0, 1 - yf)."""
    bodies = (d.body for versions in book.definitions.values() for d in versions)
    maxima = [
        x for body in bodies for n in walk(body) if isinstance(n, Fn) and n.name == "max" for x in n.args
    ]
    sides = [x.terms for x in maxima if isinstance(x, Add) and len(x.terms) == 2]
    found = []
    for r in _rows(book, f, row):
        for s in (s for s in r.statements if is_range(s) and len(s.elements) == 2):
            a, b = s.elements
            signs = [t.text for t in r.tokens if a.tokens[-1].at < t.at < b.at and t.text in _SIGNS]
            less, more = (a.node, b.node) if signs and signs[0] in ("<", "leq") else (b.node, a.node)
            if any(one == more and isinstance(two, Neg) and two.body == less for one, two in sides):
                found.append(s)
    return found


def _texts(book: Book, row: Row, s: Statement) -> Iterator[str]:
    for a, b in zip(s.elements, s.elements[1:], strict=False):
        signs = [
            t.text for t in row.tokens if a.tokens[-1].at < t.at < b.at and t.text in _SIGNS and t.text != "="
        ]
        signs = signs or ["="] * (s.relations == ["", "="])
        if len(signs) != 1 or a.node is None or b.node is None:
            yield ""
            continue
        w = Writer(book, a.at, Reading())
        try:
            text = f"{w.text(a.node)} {_SIGNS[signs[0]]} {w.text(b.node)}"
        except Unclear:
            yield ""
            continue
        yield "" if w.statements or w.weak or w.opaque or "<" in w.text(a.node) else text

"""Ranges of values beside a claim: ``\\frac{d}{dx}|x| = 1`` for ``x > 0``.

Input: a book, a formula and its row.  Output: what is said of values right before it, in it or right
behind it, in the notation; a row is judged under these where it does not hold without them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from symderiv.documents.conditions import WHEN
from symderiv.documents.reading import Reading, Unclear
from symderiv.documents.writer import Writer

if TYPE_CHECKING:
    from symderiv.documents.book import Book, Formula
    from symderiv.documents.rows import Row, Statement

_SIGNS = {"<": "<", ">": ">", "leq": "<=", "geq": ">="}
_BEHIND = re.compile(rf"\W*(?:{WHEN})(?:\s+all)?\W*", re.IGNORECASE)
_BEFORE = re.compile(r"[\s,:]*(?:(?:then|we have|we get|this is|it is|let|define)\W*)?", re.IGNORECASE)


def ranges_beside(book: Book, f: Formula, row: Row) -> list[str]:
    """What is said, each as an assumption; "" for what has no place in the notation."""
    found: list[str] = []
    for r in _rows(book, f, row):
        for s in r.statements:
            if is_range(s):
                found += _texts(book, r, s)
    return found


def is_range(s: Statement) -> bool:
    """Whether a statement orders values, and says nothing else."""
    return len(s.relations) > 1 and all(x == "<" for x in s.relations[1:]) and not s.leading


def only_ranges(f: Formula) -> bool:
    """Whether a formula in the text says nothing else."""
    statements = [s for r in f.rows for s in r.statements]
    return not f.item.display and bool(statements) and all(map(is_range, statements))


def _rows(book: Book, f: Formula, row: Row) -> Iterator[Row]:
    yield row
    place = next(n for n, g in enumerate(book.formulas) if g is f)
    before = book.formulas[place - 1] if place else None
    after = book.formulas[place + 1] if place + 1 < len(book.formulas) else None
    beside = "@" in f.before and _BEFORE.fullmatch(f.before.rpartition("@")[2])
    if before is not None and only_ranges(before) and beside:
        yield from before.rows
    if after is not None and only_ranges(after):
        between = after.before.rpartition("@")[2] if not f.item.display else after.before
        if _BEHIND.fullmatch(between):
            yield from after.rows


def _texts(book: Book, row: Row, s: Statement) -> Iterator[str]:
    for a, b in zip(s.elements, s.elements[1:], strict=False):
        signs = [t.text for t in row.tokens if a.tokens[-1].at < t.at < b.at and t.text in _SIGNS]
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

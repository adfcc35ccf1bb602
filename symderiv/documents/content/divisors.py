"""Denominators that are named: ``e^{z_i} / S`` behind ``p_i = e^{z_i} / \\sum_k e^{z_k}``, without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symderiv.documents.content.defining import elements_of
from symderiv.documents.content.definition import Definition
from symderiv.documents.text.syntax import Big, Div, Number, Sym, bound_in, walk

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book


def divisors(book: Book) -> None:
    """Define a name that nothing defines and that stands below what a definition has above a sum."""
    split = book.usage.split
    known = [d for v in book.definitions.values() for d in v if isinstance(d.body, Div)]
    sums = [(d, d.body) for d in known if isinstance(d.body, Div) and isinstance(d.body.bottom, Big)]
    nodes = [e.node for e in elements_of(book.formulas) if e.node is not None] if sums else []
    for n in (n for x in nodes for n in walk(x)):
        if not isinstance(n, Div) or not isinstance(n.bottom, Sym) or isinstance(n.top, (Sym, Number)):
            continue
        key, marks = split(n.bottom)
        if marks or n.bottom.primes or book.arities(key) or key in book.declared:
            continue
        found = next(((d, body) for d, body in sums if body.top == n.top), None)
        if found is None:
            continue
        d, body = found
        names = [split(x)[1] for x in walk(body.bottom) if isinstance(x, Sym)]
        if {m.text for ms in names for m in ms if m.kind == "letter"} <= bound_in(walk(body.bottom)):
            made = Definition(key, (), (), body.bottom, d.at, d.section, 0, (-1, -1), n.bottom)
            made.note = f"{key} is taken for the sum below that of {d.key}"
            book.definitions[key, 0] = [made]


__all__ = ["divisors"]

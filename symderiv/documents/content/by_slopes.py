"""Names that are defined by nothing but their slopes: outputs of a softmax whose derivative is stated.

Input: a book with its definitions.  What is set: where the text speaks of a softmax and states the derivative
of one by each logit, ``p_i (\\delta_{ij} - p_j)``, also in cases, and defines neither, the definition of p.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from symderiv.documents.content.definition import Definition
from symderiv.documents.text.syntax import (
    Add,
    Apply,
    Big,
    Cases,
    Deriv,
    Div,
    Fn,
    Indicator,
    Mark,
    Neg,
    Node,
    Number,
    Sym,
)
from symderiv.documents.text.vocabulary import SOFTMAX
from symderiv.documents.usage.ranked import factors_of

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book
    from symderiv.documents.text.rows import Statement

#: The letters of the entry that is defined, and of the sum.
_OWN, _OTHER = "entry", "each"


def by_slopes(book: Book) -> None:
    """Add such definitions."""
    if not any(word in book.source.raw for word in SOFTMAX):
        return
    usage = book.usage
    seen: dict[tuple[str, str], set[str]] = {}
    names: dict[tuple[str, str], tuple[Sym, Sym]] = {}
    pair = None
    for s in (s for f in book.formulas for r in f.rows for s in r.statements):
        pair = pair if s.leading else _pair(book, s)
        if pair is None:
            continue
        both = usage.split(pair[0])[0], usage.split(pair[1])[0]
        names.setdefault(both, pair)
        seen.setdefault(both, set()).update(
            x for e in s.elements[not s.leading :] for x in _forms(e.node, pair[0].base)
        )
    for (key, by), found in seen.items():
        if not ("both" in found or {"same", "apart"} <= found):
            continue
        if book.arities(key) or book.arities(by) or (key, 1) in book.poisoned or (by, 1) in book.poisoned:
            continue
        output, logit = names[key, by]
        usage.letters |= {_OWN, _OTHER}
        above, below = (Fn("exp", (replace(logit, sub=(Mark("letter", x),)),)) for x in (_OWN, _OTHER))
        body = Div(above, Big("sum", (_OTHER,), "", "", (), below))
        name = replace(output, sub=(Mark("letter", _OWN),))
        made = Definition(key, (_OWN,), (), body, -1, 0, 0, (-1, -1), name)
        made.note = f"{key} is the softmax of {by}, by its derivative that the document states"
        book.definitions[key, 1] = [made]


def _pair(book: Book, s: Statement) -> tuple[Sym, Sym] | None:
    """What a statement's head is the derivative of, and by what: entries of two vectors."""
    head = s.elements[0].node
    if s.leading or not isinstance(head, Deriv) or len(head.targets) != 1:
        return None
    pair = (head.body, head.targets[0])
    for n in pair:
        if not isinstance(n, Sym) or len(n.sub) != 1 or n.sup or n.primes:
            return None
        if [m.kind for m in book.usage.split(n)[1]] != ["letter"]:
            return None
    one, two = pair
    return (one, two) if isinstance(one, Sym) and isinstance(two, Sym) and one.base != two.base else None


def _forms(node: Node | None, base: str) -> Iterator[str]:
    """Which parts of the derivative a side states: that of an output by its own logit, by another one, or
    both."""
    if isinstance(node, Cases):
        for value, _ in node.rows:
            yield from _forms(value, base)
        return
    negative = isinstance(node, Neg)
    factors = factors_of(node.body if isinstance(node, Neg) else node) if node is not None else []
    if factors and isinstance(factors[0], Neg):
        negative, factors = not negative, [factors[0].body, *factors[1:]]
    if len(factors) == 1 and isinstance(factors[0], Apply) and len(factors[0].args) == 1:
        factors = [factors[0].head, *factors[0].args]  # p_i (1 - p_i), read as a value
    if len(factors) != 2:
        return
    one, two = sorted(factors, key=lambda x: not isinstance(x, Sym))
    if not isinstance(one, Sym) or one.base != base:
        return
    if isinstance(two, Sym) and two.base == base and negative:
        yield "apart"
    less = two.terms if isinstance(two, Add) and len(two.terms) == 2 else ()
    if not less or negative or not isinstance(less[1], Neg) or not isinstance(less[1].body, Sym):
        return
    if less[1].body.base == base:
        if less[0] == Number(Fraction(1)):
            yield "same"
        if isinstance(less[0], Indicator) or (isinstance(less[0], Sym) and less[0].base == "delta"):
            yield "both"

"""Names that the text gives in passing: ``e^z / \\sum_k e^{z_k} = e^z / S`` says what S is, and
``p = softmax(z) = e^{z_i} / \\sum_k e^{z_k}`` what p_i is.

Input: a book with its definitions so far.  What is set: more of them, of names that nothing else defines.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from symderiv.documents.content.defining import elements_of, is_by, mentions, used_before
from symderiv.documents.content.definition import Definition
from symderiv.documents.content.supposed import special_cases
from symderiv.documents.text.rows import Element
from symderiv.documents.text.syntax import (
    Add,
    Apply,
    Big,
    Deriv,
    Div,
    Mark,
    Matrix,
    Mul,
    Neg,
    Node,
    Number,
    Sym,
    bound_in,
    children,
    map_nodes,
    walk,
)

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book
    from symderiv.documents.content.formulas import Formula

_NOTHING = Number(Fraction(0))


def define_late(book: Book) -> None:
    """Gather them."""
    chain: list[Element] = []
    for formula in book.formulas:
        chain = chain[-1:] if formula.item.display else []
        for s in (s for row in formula.rows for s in row.statements):
            chain = [*chain, *s.elements] if s.leading else list(s.elements)
            if not any(r not in ("", "=") for r in s.relations):
                for one, two in pairwise(chain):
                    _define_placed(book, formula, one, two)
    _define_loose(book)
    for formula in book.formulas:
        for s in (s for row in formula.rows for s in row.statements if s.relations[:2] == ["", "="]):
            _define_by_product(book, formula, *s.elements[:2])
    special_cases(book)


def _define_by_product(book: Book, formula: Formula, one: Element, two: Element) -> None:
    """``p_i S = e^{a_i}``, where S is defined and nothing else says what p_i is, which is differentiated."""
    if not isinstance(one.node, Mul) or two.node is None or len(one.node.factors) != 2:
        return
    names = [n for n in one.node.factors if isinstance(n, Sym) and not n.primes]
    split = [(name, *book.usage.split(name)) for name in names]
    known = [(key, len(marks)) in book.definitions for _, key, marks in split]
    if sorted(known) != [False, True]:
        return
    name, key, marks = split[known.index(False)]
    letters = tuple(m.text for m in marks)
    body = Div(two.node, names[known.index(True)])
    if any(m.kind != "letter" for m in marks) or not letters or len(set(letters)) < len(letters):
        return
    every = [n for e in elements_of(book.formulas) if e.node is not None for n in walk(e.node)]
    slopes = [n.body for n in every if isinstance(n, Deriv) and isinstance(n.body, Sym)]
    if set(letters) != _free(book, body) or all(book.usage.split(n)[0] != key for n in slopes):
        return
    if book.arities(key) or key in book.usage.sizes or is_by(book, key):
        return
    if not (mentions(book, body, key, len(marks)) or used_before(book, key, one.at)):
        link = (id(one), id(two))
        made = Definition(key, letters, (), body, one.at, formula.section, 0, link, name)
        book.definitions[key, len(marks)] = [made]


def _define_loose(book: Book) -> None:
    """``p = softmax(z) = e^{z_i} / \\sum_k e^{z_k}`` says what p_i is, where nothing else does."""
    every = (n for e in elements_of(book.formulas) if e.node is not None for n in walk(e.node))
    carried = {(k, len(marks)) for n in every if isinstance(n, Sym) for k, marks in [book.usage.split(n)]}
    for (key, count), versions in list(book.definitions.items()):
        d = versions[0]
        if count or d.params or (key, 1) in book.definitions or (key, 1) not in carried:
            continue
        body = d.body
        if isinstance(body, Apply) and not (body.opaque or body.sub or body.head.primes):
            known = book.definitions.get((book.usage.split(body.head)[0], 0), [])
            body = next((x.body for x in known if x.params == body.args), body)
        loose = _free(book, body)
        if len(loose) == 1 and isinstance(d.name, Sym):
            (letter,) = loose
            name = replace(d.name, sub=(Mark("letter", letter),))
            made = Definition(key, (letter,), (), body, d.at, d.section, 0, (-1, -1), name)
            book.definitions[key, 1] = [made]


def _free(book: Book, term: Node) -> set[str]:
    """The letters of a term that no sum in it binds."""
    inner = list(walk(term))
    letters = {m.text for n in inner if isinstance(n, Sym) for m in book.usage.split(n)[1]}
    return letters - bound_in(inner)


def _define_placed(book: Book, formula: Formula, one: Element, two: Element) -> None:
    """``w / \\sum_k w_k = w / S``, where nothing else says what S is."""
    if one.node is None or two.node is None or not formula.item.display:
        return
    found = placed(one.node, two.node)
    found = found or placed(two.node, one.node)  # (y - h)^2 = (y - w x)^2
    if found is None or found[0] in (one.node, two.node) or found[0].primes:
        return
    name, term = found
    key, marks = book.usage.split(name)
    letters = tuple(m.text for m in marks)
    known = (key, len(marks)) in book.definitions or key in book.usage.sizes or key == "delta"
    if known or set(letters) != _free(book, term) or len(set(letters)) < len(letters) or is_by(book, key):
        return
    if any(m.kind not in ("letter", "word") for m in marks) or used_before(book, key, one.at, len(marks)):
        return
    link = (id(one), id(two))
    made = Definition(key, letters, (), term, two.at, formula.section, 0, link, name, placed=True)
    book.definitions[key, len(marks)] = [made]


def placed(before: Node, after: Node) -> tuple[Sym, Node] | None:
    """The name behind the sign, and the term before it."""
    found: set[tuple[Sym, Node]] = set()
    if not _compare(before, after, found) or len(found) != 1:
        return None
    return found.pop()


def _compare(a: Node, b: Node, found: set[tuple[Sym, Node]]) -> bool:
    """Whether two terms are alike but for names in places of terms."""
    if a == b:
        return True
    if isinstance(b, Sym):
        found.add((b, a))
        return not isinstance(a, (Sym, Number, Neg, Deriv, Matrix))
    if isinstance(a, Add) and isinstance(b, Add) and len(a.terms) > len(b.terms):
        return _compare_sums(a, b, found)
    a, b = (_product(x) if isinstance(y, Mul) else x for x, y in ((a, b), (b, a)))
    if type(a) is not type(b) or isinstance(a, (Matrix, Deriv, Sym, Number)):
        return False
    if isinstance(a, Big) and isinstance(b, Big) and (a.letters, a.apart) != (b.letters, b.apart):
        return False
    if isinstance(a, Apply) and (a.sub or a.opaque):
        return False
    if map_nodes(a, lambda _: _NOTHING) != map_nodes(b, lambda _: _NOTHING):
        return False
    return all(_compare(x, y, found) for x, y in zip(children(a), children(b), strict=True))


def _compare_sums(a: Add, b: Add, found: set[tuple[Sym, Node]]) -> bool:
    """``y_i - b_0 - b_1 x_i`` and ``y_i - \\hat y_i``: a name for what is left."""
    rest, names = list(a.terms), list(b.terms)
    for t in b.terms:
        if t in rest:
            rest.remove(t)
            names.remove(t)
    less = bool(names) and isinstance(names[0], Neg)
    name = names[0].body if names and isinstance(names[0], Neg) else names[0] if names else None
    if len(names) != 1 or not isinstance(name, Sym) or len(rest) == len(a.terms):
        return False
    flipped = [(t.body if isinstance(t, Neg) else Neg(t)) if less else t for t in rest]
    found.add((name, Add(tuple(flipped))))
    return True


def _product(node: Node) -> Node:
    """``b (c + d)``, read as a value of b, as a product."""
    plain = isinstance(node, Apply) and len(node.args) == 1 and not (node.opaque or node.sub)
    return Mul((node.head, node.args[0])) if isinstance(node, Apply) and plain else node

"""Definitions that stand in the midst of something else: an argument that a chain writes out, a function of a
term, the bare sign of a sum.

Input: a book with what its rows define.  What is set: further definitions of names that have none.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from symderiv.documents.content.defining import elements_of, mentions, used_before
from symderiv.documents.content.definition import Definition
from symderiv.documents.text.syntax import Apply, Big, Div, Fn, Mark, Node, Number, Sym, map_nodes, walk

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book
    from symderiv.documents.text.rows import Element


def in_the_midst(book: Book) -> None:
    """Add such definitions."""
    _arguments(book)
    _applied(book)
    _signs(book)
    _exponentials(book)


def _signs(book: Book) -> None:
    """``e^{z_i} / \\sum``, where nothing says what the bare sign is: the one sum that others divide by."""
    every = [n for e in elements_of(book.formulas) if e.node is not None for n in walk(e.node)]
    bare = next((n for n in every if n == Sym("Sum")), None)
    if bare is None or book.arities("Sum"):
        return
    bodies = [n for known in book.definitions.values() for d in known for n in walk(d.body)]
    below = [n.bottom for n in (*bodies, *every) if isinstance(n, Div) and isinstance(n.bottom, Big)]
    sums = {
        re.sub(rf"'{b.letters[0]}'", "'?'", str(_unplaced(b))): b
        for b in below
        if b.op == "sum" and len(b.letters) == 1 and not b.apart
    }
    if len(sums) == 1:
        made = Definition("Sum", (), (), next(iter(sums.values())), bare.at, 0, 0, (-1, -1), Sym("Sum"))
        book.definitions["Sum", 0] = [made]


def _exponentials(book: Book) -> None:
    """``e_j / \\sum`` for ``e^{x_j} / \\sum_k e^{x_k}``: nothing says what e_j is, and all exponentials
    are of the entries of one name."""
    every = [n for e in elements_of(book.formulas) if e.node is not None for n in walk(e.node)]
    names = [n for n in every if isinstance(n, Sym) and n.base == "e" and len(n.sub) == 1 and not n.sup]
    if not names or book.arities("e") or book.by_e or "Sum" not in {k for k, _ in book.definitions}:
        return
    bodies = [n for known in book.definitions.values() for d in known for n in walk(d.body)]
    inner = [n.args[0] for n in (*every, *bodies) if isinstance(n, Fn) and n.name == "exp"]
    of = {x.base if isinstance(x, Sym) and len(x.sub) < 2 and not x.sup else None for x in inner}
    letters = [m.text for n in names for m in n.sub if m.kind == "letter"]
    if len(of) == 1 and None not in of and letters:
        mark = Mark("letter", letters[0])
        entry = next((x for x in inner if isinstance(x, Sym) and x.sub), None)
        if entry is None:
            return
        body = Fn("exp", (replace(entry, sub=(mark,)),))
        head = replace(names[0], sub=(mark,), primes=0)
        made = Definition("e", (mark.text,), (), body, names[0].at, 0, 0, (-1, -1), head)
        book.definitions["e", 1] = [made]
        book.definitions.pop(("e'", 1), None)  # its prime is a derivative of it


def _unplaced(node: Node) -> Node:
    """A tree without the places that it was read from, and without the upper limits of sums."""
    node = replace(node, at=-1, end=-1)
    node = replace(node, upper="", lower="") if isinstance(node, Big) else node
    return map_nodes(node, _unplaced)


def _applied(book: Book) -> None:
    """``f(\\theta^T x) = 1 / (1 + e^{-\\theta^T x})``: a function of one number."""
    for f in book.formulas:
        for s in (s for r in f.rows for s in r.statements):
            if s.leading or s.relations[1:2] != ["="]:
                continue
            head, body = (e.node for e in s.elements[:2])
            inner = _argument(head)
            if (
                not isinstance(head, Apply)
                or body is None
                or isinstance(inner, (Sym, Number))
                or inner is None
            ):
                continue
            key, marks = book.usage.split(head.head)
            plain = not (marks or head.sub or head.head.primes or head.head.sup)
            if not plain or book.arities(key) or (len(key) > 1 and key not in _FUNCTIONS):
                continue
            name = Sym("argument", style="word")
            put = _with_name(body, inner, name)
            left = {n.base for n in walk(put) if isinstance(n, Sym)}
            own = {n.base for n in walk(inner) if isinstance(n, Sym)}
            if put != body and not left & own and "argument" in left:
                made = Definition(key, (), (name,), put, s.elements[0].at, f.section, 0, (-1, -1), head.head)
                book.definitions[key, 0] = [made]


_FUNCTIONS = frozenset(("sigma", "phi", "psi", "theta", "sigmoid", "logistic"))


def _with_name(node: Node, term: Node, name: Node) -> Node:
    return name if node == term else map_nodes(node, lambda n: _with_name(n, term, name))


def _arguments(book: Book) -> None:
    """``\\hat y = \\sigma(z) = \\sigma(w^T x)``, where nothing else says what z is."""
    for f in book.formulas:
        for s in (s for r in f.rows for s in r.statements):
            pairs = list(zip(s.elements, s.elements[1:], s.relations[1:], strict=False))
            late = [(b, a, x) for a, b, x in pairs if _is_late(book, a, b)]
            for a, b, relation in (*pairs, *late):
                name, body = _argument(a.node), _argument(b.node)
                same = isinstance(a.node, Apply) and isinstance(b.node, Apply) and a.node.head == b.node.head
                if relation != "=" or not same or not isinstance(name, Sym) or body is None:
                    continue
                key, marks = book.usage.split(name)
                known = book.arities(key) or (key, len(marks)) in book.poisoned
                if known or isinstance(body, (Sym, Number)) or mentions(book, body, key, len(marks)):
                    continue
                if all(m.kind in ("letter", "word") for m in marks):
                    letters = tuple(m.text for m in marks)
                    made = Definition(key, letters, (), body, a.at, f.section, 0, (-1, -1), name)
                    book.definitions[key, len(marks)] = [made]


def _is_late(book: Book, a: Element, b: Element) -> bool:
    """Whether a name stands behind what it is short for: ``f(\\sum_j w_j x_j) = f(z)``, and not before."""
    name, body = _argument(b.node), _argument(a.node)
    if not isinstance(name, Sym) or body is None or not any(isinstance(n, Big) for n in walk(body)):
        return False
    key, marks = book.usage.split(name)
    return not used_before(book, key, a.at, len(marks))


def _argument(node: Node | None) -> Node | None:
    """The one argument of a function's value."""
    plain = isinstance(node, Apply) and not node.opaque and len(node.args) == 1
    return node.args[0] if isinstance(node, Apply) and plain else None

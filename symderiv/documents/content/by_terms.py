"""Functions that are told by their value at a term, or by what they are the derivative of:
``h(x) = g(\\theta^T x) = 1 / (1 + e^{-\\theta^T x})``, ``g'(z) = \\frac{d}{dz} \\frac{1}{1 + e^{-z}}``.

Input: a book with its definitions.  What is set: the definitions of such functions, where no row has any.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from symderiv.documents.content.definition import Definition
from symderiv.documents.content.folding import alike
from symderiv.documents.text.syntax import Apply, Deriv, Node, Sym, map_nodes, walk

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book

#: The argument of such a function.
_ARGUMENT = Sym("argument", style="word")


def by_terms(book: Book) -> None:
    """Add such definitions."""
    for f in book.formulas:
        for s in (s for r in f.rows for s in r.statements if not f.hidden):
            for (a, b), sign in zip(pairwise(s.elements), s.relations[1:], strict=True):
                told = _told(a.node, b.node) if sign == "=" else None
                if told is None or book.arities(book.usage.split(told[0].head)[0]):
                    continue
                head, body = told
                key, marks = book.usage.split(head.head)
                if not marks and (key, 0) not in book.poisoned:
                    at = (a.node or head).at
                    link = (id(a), id(b))
                    book.definitions[key, 0] = [
                        Definition(key, (), head.args, body, at, f.section, 0, link, head)
                    ]


def _told(value: Node | None, body: Node | None) -> tuple[Apply, Node] | None:
    """What a function is at its argument."""
    if not isinstance(value, Apply) or body is None or value.opaque or value.sub or len(value.args) != 1:
        return None
    (argument,) = value.args
    own = value.head
    if any(isinstance(n, Sym) and n.base == own.base for n in walk(body)):
        return None
    if own.primes == 1 and isinstance(argument, Sym) and isinstance(body, Deriv) and body.body is not None:
        of = body.targets == (argument,) and argument in set(walk(body.body))
        return (replace(value, head=replace(own, primes=0)), body.body) if of else None
    if own.primes or isinstance(argument, Sym):
        return None
    whole = alike(argument)
    names = {n.base for n in walk(argument) if isinstance(n, Sym)}
    made = _put(body, whole)
    left = {n.base for n in walk(made) if isinstance(n, Sym)}
    found = _ARGUMENT.base in left and bool(names) and not names & left
    return (replace(value, args=(_ARGUMENT,)), made) if found else None


def _put(node: Node, whole: Node) -> Node:
    return _ARGUMENT if alike(node) == whole else map_nodes(node, lambda n: _put(n, whole))

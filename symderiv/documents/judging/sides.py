"""What the two sides of a row are, whatever they say: sizes, gradients of vectors, sums over several sets."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from symderiv.documents.content.folding import alike
from symderiv.documents.text.marks import end_of_group
from symderiv.documents.text.syntax import (
    Apply,
    Cases,
    Deriv,
    Div,
    Fn,
    Mul,
    Node,
    Number,
    Sym,
    Transpose,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from symderiv.documents.content.book import Book
    from symderiv.documents.text.latex import Token
    from symderiv.documents.text.rows import Element


#: A size in brackets, and one that is a whole side, as its tokens are written.
_SIZE = re.compile(r"[\[(] (?:\d+|[A-Za-z]) times (?:\d+|[A-Za-z]) [\])]")
_WHOLE_SIZE = re.compile(r"(?:\d+|[A-Za-z]) times (?:\d+|[A-Za-z])")
_NOUGHT = Number(Fraction(0))
#: Functions that have a corner, or a step.
_CORNERED = frozenset(("max", "min", "abs", "sign"))


def slope_of_vector(book: Book, a: Element, b: Element) -> bool:
    """Whether a side is the gradient of what is defined as a vector: a Jacobian, whatever it is called."""
    sides = [e.written or e.node for e in (a, b)]
    return any(_is_vector(book, x.body) for x in sides if isinstance(x, Deriv) and x.body is not None)


def _is_vector(book: Book, node: Node, depth: int = 4) -> bool:
    """Whether something is a vector by its definition, or such a one times what else."""
    if isinstance(node, Mul):
        return not any(isinstance(x, Transpose) for x in node.factors) and any(
            _is_vector(book, x, depth) for x in node.factors
        )
    if isinstance(node, Div):
        return _is_vector(book, node.top, depth)
    head = node.head if isinstance(node, Apply) else node
    if not isinstance(head, Sym) or not depth:
        return False
    key, marks = book.usage.split(head)
    known = [d for n in book.arities(key) for d in book.definitions[key, n]]
    more = key in book.declared or any(n > len(marks) for n in book.arities(key))
    return more or any(_is_vector(book, d.body, depth - 1) for d in known)


def are_sizes(a: Element, b: Element) -> bool:
    """Whether sizes stand on both sides: ``[2 \\times 3] \\times [3 \\times 1] = [2 \\times 1]``."""
    texts = [" ".join(t.text for t in e.tokens) for e in (a, b)]
    whole = [_WHOLE_SIZE.fullmatch(x) for x in texts]  # (2 \times 3)(3 \times 1) = 2 \times 1
    return not all(whole) and all(m or _SIZE.search(x) for m, x in zip(whole, texts, strict=True))


def is_posed(a: Element, b: Element, row: Sequence[Token]) -> bool:
    """Whether a row says by its sign that what it states is meant so: ``\\sum_i a_i \\triangleq b``."""
    signs = [t.text for t in row if a.tokens[-1].at < t.at < b.at and t.text != "&"]
    return signs == ["coloneq"]


def is_convention(book: Book, a: Element, b: Element) -> bool:
    """Whether a row says what a sign, or the derivative of a function with a corner, is at 0:
    ``\\operatorname{sign}(0) = +1``, ``\\text{relu}'(0) = 0``."""
    assert a.node is not None
    assert b.node is not None
    pairs = ((a.node, b.node), (b.node, a.node))
    return any(_is_at_corner(book, x) and not _has_names(y) for x, y in pairs)


def _is_at_corner(book: Book, node: Node) -> bool:
    if isinstance(node, Fn):
        return node.name == "sign" and node.args == (_NOUGHT,)
    if not isinstance(node, Apply) or node.args != (_NOUGHT,) or not node.head.primes:
        return False
    key, _ = book.usage.split(replace(node.head, primes=0))
    nodes = [n for n_marks in book.arities(key) for d in book.definitions[key, n_marks] for n in walk(d.body)]
    cornered = any(isinstance(n, Cases) or (isinstance(n, Fn) and n.name in _CORNERED) for n in nodes)
    return cornered or node.head.base.lower() == "relu"


def _has_names(node: Node) -> bool:
    """Whether a name stands in what a side is."""
    return any(isinstance(n, (Sym, Apply)) for n in walk(node))


def is_over_parts(a: Element, b: Element) -> bool:
    """Whether sums over one letter are over several sets: ``\\sum_{i \\in A} + \\sum_{i \\in B}``."""
    found: dict[str, set[str]] = {}
    for tokens, n in ((e.tokens, n) for e in (a, b) for n in range(len(e.tokens))):
        if tokens[n].text in ("sum", "prod") and [x.text for x in tokens[n + 1 : n + 3]] == ["_", "{"]:
            inner = [x.text for x in tokens[n + 3 : end_of_group(tokens, n + 2)]]
            letter, _, named = " ".join(x for x in inner if x not in ("{", "}")).partition(" in ")
            found.setdefault(letter, set()).add(named)
    return any(len(sets - {""}) > 1 for sets in found.values())


def is_own_value(book: Book, a: Element, b: Element) -> bool:
    """``\\frac{\\partial E}{\\partial w} = \\frac{1}{2} \\sum_k (a_k - t_k)^2``, where that is E itself."""
    slope, value = a.node, b.node
    if not (isinstance(slope, Deriv) and isinstance(slope.body, Sym)) or isinstance(
        value, (Sym, Number, type(None))
    ):
        return False
    if any(isinstance(n, Fn) and n.name == "exp" for n in walk(value)):
        return False
    key, marks = book.usage.split(slope.body)
    known = book.definitions.get((key, len(marks)), [])
    return len(known) == 1 and not known[0].params and alike(known[0].body) == alike(value)

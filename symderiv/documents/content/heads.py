"""What can be the head of a definition: a name with its letters, a function with its parameters."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from symderiv.documents.matrix.values import KRONECKER
from symderiv.documents.text.syntax import (
    Apply,
    Big,
    Cases,
    Deriv,
    Fn,
    Mark,
    Matrix,
    Neg,
    Node,
    Number,
    Sym,
    Transpose,
    bound_in,
    map_nodes,
    walk,
)
from symderiv.documents.text.vocabulary import USUAL_FUNCTIONS

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book
    from symderiv.documents.usage.usage import Usage


def opaque_letters(usage: Usage, text: str) -> tuple[str, ...]:
    """The index letters in what is read as a whole: ``P(y = c | x)``."""
    found = re.findall(r"(?<=_)\{?([a-z])(\^\{?\*)?|(?<==)([a-z])(?![a-z])", text)
    named = dict.fromkeys(f"{a or b}star" if star else a or b for a, star, b in found)
    return tuple(x for x in named if usage.is_letter(x.removesuffix("star")))


def squared(node: Node) -> Node:
    """A parameter sigma as sigma^2, where that is the name: a function of the one is one of the other."""
    inner = node.args[0] if isinstance(node, Fn) and node.name == "sqrt" else None
    return inner if isinstance(inner, Sym) and inner.base.endswith("_sq") else node


def opaque_name(base: str, text: str, letters: tuple[str, ...]) -> str:
    """The name of what is read as a whole, whatever its index letters are called."""
    places = {x: f"#{n}" for n, x in enumerate(letters)}

    def put(m: re.Match[str]) -> str:
        star = m[3] or ""
        return m[1] + places.get(f"{m[2]}star" if star else m[2], m[2] + star)

    marked = re.sub(r"((?<=_)\{?|(?<==))([a-z])(\^\{?\*\}?)?(?![a-z])", put, text)
    return f"{base}({marked})"


def head_of(
    book: Book, node: Node, gradient: bool = False
) -> tuple[str, tuple[str, ...], tuple[Node, ...]] | None:
    """Key, letters and parameters where a node can be the head of a definition; ``gradient``: of a
    derivative, which Kronecker's delta is not."""
    params: tuple[Node, ...] = ()
    extra: tuple[Mark, ...] = ()
    if isinstance(node, Apply):
        if node.opaque:  # P(o|c) = ...
            return f"{node.head.base}({node.opaque})", opaque_letters(book.usage, node.opaque), ()
        params = tuple(squared(a) for a in node.args)
        if not params or not all(isinstance(a, Sym) for a in params):
            return None
        extra, node = node.sub, node.head
    if not isinstance(node, Sym) or node.primes:
        return None
    key, indices = book.usage.split(node)
    if key == KRONECKER:  # X^T X = I
        return None
    if key == "delta" and len(indices) == 2 and not gradient and key not in book.declared:
        return None
    if key in book.usage.sizes and not indices and not params:
        return None
    marks = (*indices, *extra)
    if any(m.kind not in ("letter", "word") for m in marks):
        return None
    letters = tuple(m.text for m in marks)
    if len(set(letters)) != len(letters):
        return None
    return key, letters, params


def is_constant(node: Node) -> bool:
    """Whether a side is a number: ``\\log_e 1``, ``50 / 100``."""
    return not any(isinstance(n, (Sym, Apply, Deriv, Big, Cases, Matrix)) for n in walk(node))


def is_named(node: Node | None) -> bool:
    """Whether a side is a name, or names one beside the other: ``(x_1, x_2)``."""
    if isinstance(node, Sym):
        return True
    entries = [x for row in node.rows for x in row] if isinstance(node, Matrix) else []
    return bool(entries) and all(isinstance(x, Sym) for x in entries)


def is_written(node: Node) -> bool:
    """Whether a side is numbers one beside the other: ``(1, 2, 3)``, ``[1, 2]^T``."""
    node = node.body if isinstance(node, Transpose) else node
    entries = [x for row in node.rows for x in row] if isinstance(node, Matrix) else []
    inner = (x.body if isinstance(x, Neg) else x for x in entries)
    return bool(entries) and all(x is None or isinstance(x, Number) for x in inner)


def is_usual(value: Node, name: Node) -> bool:
    """``\\sigma(z) = a``: a is defined so."""
    known = isinstance(value, Apply) and value.head.base in USUAL_FUNCTIONS and not value.head.sub
    return known and isinstance(name, Sym) and not name.primes


def is_body(book: Book, value: Node, name: Node) -> bool:
    """Whether a name is defined as a function's value."""
    if not (isinstance(value, Apply) and isinstance(name, Sym)):
        return False
    key, marks = book.usage.split(name)
    return any(d.body == value for d in book.definitions.get((key, len(marks)), []))


def without_stray(body: Node, params: tuple[Node, ...], letters: tuple[str, ...]) -> Node:
    """The value of a function of x without an index that x has nowhere else: ``f(x) = 1/(1 + e^{-x_i})``."""
    name = params[0] if len(params) == 1 else None
    if not isinstance(name, Sym) or name.sub or name.sup:
        return body
    nodes = [*walk(body)]
    marks = {n.sub for n in nodes if isinstance(n, Sym) and n.base == name.base}
    mark = next(iter(marks)) if len(marks) == 1 else ()
    if len(mark) != 1 or mark[0].kind != "letter" or mark[0].text in (*letters, *bound_in(nodes)):
        return body

    def bare(n: Node) -> Node:
        return replace(n, sub=()) if isinstance(n, Sym) and n.base == name.base else map_nodes(n, bare)

    return bare(body)


def is_same_function(one: Node, two: Node) -> bool:
    """Whether both are values of a function, by its name."""
    if not isinstance(one, Apply) or not isinstance(two, Apply) or one.opaque or two.opaque:
        return False
    return (one.head.base, one.head.sub) == (two.head.base, two.head.sub)

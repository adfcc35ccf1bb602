"""A root that takes the name of what it is of: ``\\sigma = \\sqrt{\\sigma^2 + \\epsilon}``.

Input: the formulas of a document.  What is set: a name of its own for the root, where the square is that of
a variance, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from symderiv.documents.text.rows import Statement
from symderiv.documents.text.syntax import Add, Deriv, Fn, Node, Number, Pow, Sym, map_nodes, walk

_TWO, _HALF = Number(Fraction(2)), Number(Fraction(1, 2))


def roots_of_own_squares(statements: Sequence[Statement]) -> None:
    """Tell the two senses of such a name apart."""
    for s in statements:
        if s.leading or s.relations[:2] != ["", "="]:
            continue
        head, body = (e.node for e in s.elements[:2])
        if not isinstance(head, Sym) or head.primes or body is None or not _is_root(body, head):
            continue
        if any(x is not s and _heads(x, head) for x in statements if _at(x) < _at(s)):
            behind = [x for x in statements if _at(x) > _at(s)]  # sigma is the root of its square before
        else:
            behind = [x for x in statements if x is not s]
        s.elements[0].node = _named(head)
        for e in (e for x in behind for e in x.elements if e.node is not None):
            assert e.node is not None
            if not _is_square(e.node, head.base):  # \sigma^2 = ...: the variance itself
                e.node = _put(e.node, head.base, _terms(body))
        for e in s.elements[2:]:
            e.node = _put(e.node, head.base, _terms(body)) if e.node is not None else None
        return


def _at(s: Statement) -> int:
    return s.elements[0].at


def _heads(s: Statement, name: Sym) -> bool:
    head = s.elements[0].node
    return not s.leading and len(s.elements) > 1 and isinstance(head, Sym) and head.base == name.base


def _inner(node: Node) -> Node | None:
    """What a root is of."""
    if isinstance(node, Fn) and node.name == "sqrt":
        return node.args[0]
    return node.base if isinstance(node, Pow) and node.exponent == _HALF else None


def _is_root(body: Node, head: Sym) -> bool:
    """Whether it is of the square of its name, and of what is added to that."""
    inner = _inner(body)
    terms = inner.terms if isinstance(inner, Add) else ()
    squares = [t for t in terms if isinstance(t, Pow) and t.base == head and t.exponent == _TWO]
    others = [n for t in terms if t not in squares for n in walk(t) if isinstance(n, Sym)]
    return len(squares) == 1 and all(n.base != head.base for n in others)


def _terms(body: Node) -> frozenset[Node]:
    inner = _inner(body)
    return frozenset(inner.terms) if isinstance(inner, Add) else frozenset()


def _is_square(node: Node, base: str) -> bool:
    squared = isinstance(node, Pow) and node.exponent == _TWO
    return squared and isinstance(node, Pow) and isinstance(node.base, Sym) and node.base.base == base


def _named(name: Sym) -> Sym:
    return replace(name, base=f"{name.base}_root")


def _put(node: Node, base: str, terms: frozenset[Node]) -> Node:
    """The root's name for the name, but for where the square with what is added to it stands, or where
    derivatives are of or by the square, which is the same."""
    if isinstance(node, Sym):
        return _named(node) if node.base == base and not node.primes else node
    if isinstance(node, Add) and any(_is_square(t, base) for t in node.terms):
        rest = {t for t in node.terms if not _is_square(t, base)}
        if rest == {t for t in terms if not _is_square(t, base)}:
            return node
    if isinstance(node, Deriv):
        body = node.body
        body = body if body is None or _is_square(body, base) else _put(body, base, terms)
        targets = tuple(t if _is_square(t, base) else _put(t, base, terms) for t in node.targets)
        return replace(node, body=body, targets=targets)
    return map_nodes(node, lambda n: _put(n, base, terms))

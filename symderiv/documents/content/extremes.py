"""Least and greatest values over a name: ``\\min_b |y - X b|^2 = \\min_b (y - X b)^T (y - X b)``.

Input: the statements of a document, as they are written.  A chain of such values of one name is a
chain of what they are taken of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeGuard

from symderiv.documents.text.rows import Statement
from symderiv.documents.text.syntax import Add, Big, Mul, Node, Sym, walk

_OPS = ("min", "max")


def over_names(statements: Sequence[Statement]) -> None:
    """Put what they are taken of in their places."""
    nodes = [n for s in statements for e in s.elements if e.node is not None for n in walk(e.node)]
    if not any(_is_extreme(n) for n in nodes):
        return
    indices = {m.text for n in nodes if isinstance(n, Sym) for m in (*n.sub, *n.sup)}
    indices |= {x for n in nodes if isinstance(n, Big) and n.op not in _OPS for x in n.letters}
    last: tuple[str, tuple[str, ...]] | None = None
    for s in statements:
        found = [_whole(e.node) for e in s.elements]
        kinds = {None if b is None else (b.op, b.letters) for b in found}
        kind = kinds.pop() if len(kinds) == 1 else None
        if s.leading and kind != last:
            kind = None
        last = kind if kind is not None and not set(kind[1]) & indices else None
        for e, b in zip(s.elements, found, strict=True):
            if last is not None and b is not None:
                e.node = b.body


def _whole(node: Node | None) -> Big | None:
    """A side that is such a value: with all factors behind its bracket, and all terms that hold the name."""
    if _is_extreme(node):
        return node
    if isinstance(node, Mul) and (head := _whole(node.factors[0])) is not None:
        return replace(head, body=Mul((head.body, *node.factors[1:]), at=head.body.at, end=node.end))
    if isinstance(node, Add) and (head := _whole(node.terms[0])) is not None:
        bases = {n.base for t in node.terms[1:] for n in walk(t) if isinstance(n, Sym)}
        if bases & set(head.letters):
            return replace(head, body=Add((head.body, *node.terms[1:]), at=head.body.at, end=node.end))
    return None


def _is_extreme(node: Node | None) -> TypeGuard[Big]:
    return isinstance(node, Big) and node.op in _OPS and bool(node.letters)

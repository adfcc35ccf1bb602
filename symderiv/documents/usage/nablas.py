"""Gradients of a loss that is not said again: ``\\nabla_X = \\nabla_Y \\odot w``, ``\\nabla Q = \\nabla S``.

Input: the sides of all rows.  What is set: such a nabla with the name that it is by becomes one name, which
:mod:`.content.gradients` then takes as a derivative.  A nabla before a name alone is one where the
document says so: ``\\nabla S = \\partial L / \\partial S``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeGuard

from symderiv.documents.text.syntax import Apply, Deriv, Mul, Node, Sym, Transpose, map_nodes, walk

if TYPE_CHECKING:
    from symderiv.documents.text.rows import Statement

#: What such a name begins with.
SIGN = "nabla"


def name_nablas(statements: Sequence[Statement]) -> None:
    """Write them as names."""
    elements = [e for s in statements for e in s.elements if e.node is not None]
    nodes = [n for e in elements if e.node is not None for n in walk(e.node)]
    functions = {n.head.base for n in nodes if isinstance(n, Apply)}  # \\nabla_f is of f, not by it
    alone = {n.targets[0].base for n in nodes if _is_bare(n) and isinstance(n.targets[0], Sym)} - functions
    told = bool(alone) or any(_is_told(s) for s in statements)

    def put(n: Node) -> Node:
        if isinstance(n, Deriv) and n.kind == "gradient":
            if n.body is None and len(n.targets) == 1 and isinstance(n.targets[0], Sym):
                return _named(n.targets[0], n) if n.targets[0].base in alone else n
            by = n.targets[0] if len(n.targets) == 1 else None
            if isinstance(by, Sym) and isinstance(n.body, Sym) and {by.base, n.body.base} <= alone:
                return Mul((_named(by, n), n.body), at=n.at, end=n.end)  # \\nabla_x x, beside \\nabla_x
            if told and not n.targets and isinstance(n.body, Sym):
                return _named(n.body, n)
            if told and not n.targets and isinstance(n.body, Transpose) and isinstance(n.body.body, Sym):
                return replace(n.body, body=_named(n.body.body, n))
        return map_nodes(n, put)

    for e in elements if told else ():
        assert e.node is not None
        e.node = put(e.node)


def _named(sym: Sym, of: Deriv) -> Sym:
    return replace(sym, base=SIGN + sym.base, at=of.at, end=of.end)


def _is_bare(n: Node) -> TypeGuard[Deriv]:
    return isinstance(n, Deriv) and n.kind == "gradient" and n.body is None


def _is_told(s: Statement) -> bool:
    """Whether a nabla before a name is said to be a derivative by it."""
    slopes = [n for e in s.elements for n in (e.node,) if isinstance(n, Deriv)]
    by = {n.targets[0] for n in slopes if n.kind == "partial" and len(n.targets) == 1}
    return any(n.kind == "gradient" and not n.targets and n.body in by for n in slopes)

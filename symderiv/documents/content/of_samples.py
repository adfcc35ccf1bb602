"""Functions of a vector at one of several: ``h(x_i)`` of ``h(x) = w^T x + b``.

Input: statements as they are written.  What is set: the value at one example, written out, where the
function is defined with the vector as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from symderiv.documents.text.rows import Statement
from symderiv.documents.text.syntax import Apply, Deriv, Fn, Mul, Node, Sym, Transpose, map_nodes, walk


@dataclass(frozen=True, slots=True)
class _Whole:
    """A function of a vector: its name, the vector, its value."""

    head: Sym
    vector: Sym
    body: Node


def at_samples(statements: Sequence[Statement]) -> None:
    """Write such values out."""
    known = {x.head: x for s in statements if (x := _whole(s)) is not None}
    if not known:
        return
    heads = [s.elements[0].node for s in statements if not s.leading and len(s.elements) > 1]
    for head in [h for h, x in known.items() if any(_at_one(y, x) for y in heads if y is not None)]:
        del known[head]  # it is said again at one example

    def put(n: Node) -> Node:
        n = map_nodes(n, put)
        x = known.get(n.head) if isinstance(n, Apply) else None
        if isinstance(n, Apply) and x is not None and _at_one(n, x):
            return replace(_instead(x.body, x.vector, n.args[0]), at=n.at, end=n.end)
        return n

    for e in (e for s in statements for e in s.elements if e.node is not None):
        e.node = put(e.node) if e.node is not None else None


def _whole(s: Statement) -> _Whole | None:
    """``h(x) = w^T x + b``."""
    if s.leading or s.relations[:2] != ["", "="]:
        return None
    value, *bodies = (e.node for e in s.elements)
    body = bodies[-1] if set(s.relations[1:]) == {"="} else bodies[0]  # h(x) = g(w^T x) = ...
    if not isinstance(value, Apply) or len(value.args) != 1 or value.sub or value.opaque or body is None:
        return None
    (vector,) = value.args
    if not isinstance(vector, Sym) or vector.sub or vector.sup or vector.primes or value.head.primes:
        return None
    rows = [n for n in walk(body) if isinstance(n, Transpose) or _is_inner(n)]
    inside = [n for n in walk(body) if isinstance(n, Sym) and n.base == vector.base]
    whole = bool(rows) and bool(inside) and all(n == vector for n in inside)
    again = any(isinstance(n, Deriv) or (isinstance(n, Apply) and n.head == value.head) for n in walk(body))
    return _Whole(value.head, vector, body) if whole and not again else None


def _is_inner(n: Node) -> bool:
    """``\\langle w, x \\rangle``, and w . x in bold."""
    bold = isinstance(n, Mul) and n.dot and any(isinstance(x, Sym) and x.style == "bold" for x in n.factors)
    return bold or (isinstance(n, Fn) and n.name == "inner")


def _at_one(node: Node, of: _Whole) -> bool:
    """Whether it is the value at an example with a letter."""
    if not isinstance(node, Apply) or node.head != of.head or len(node.args) != 1 or node.sub:
        return False
    (arg,) = node.args
    if not isinstance(arg, Sym) or arg.base != of.vector.base or arg.primes:
        return False
    marks = (*arg.sub, *arg.sup)
    return len(marks) == 1 and marks[0].kind == "letter"


def _instead(node: Node, name: Sym, value: Node) -> Node:
    return value if node == name else map_nodes(node, lambda n: _instead(n, name, value))

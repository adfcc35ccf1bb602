"""``\\cos\\theta`` as one name, where a document says what it is and speaks of no other value of theta."""

from __future__ import annotations

from collections.abc import Sequence

from symderiv.documents.text.rows import Element, Statement
from symderiv.documents.text.syntax import Fn, Node, Sym, children, map_nodes, walk

_ANGLES = frozenset(("cos", "sin", "tan"))


def name_angles(statements: Sequence[Statement]) -> None:
    """Give such values names of their own, in place."""
    elements = [e for s in statements for e in s.elements if e.node is not None]
    sides = {id(e.node) for s in statements if len(s.elements) > 1 for e in s.elements}
    said = {e.node for e in elements if id(e.node) in sides and _is_angle(e.node)}
    if said:
        counts = [_places(e) for e in elements]
        alone = {_key(x) for x in said if isinstance(x, Fn) and all(x.args[0] not in c for c in counts)}
        for e in elements if alone else ():
            assert e.node is not None
            e.node = _named(e.node, alone)


def _is_angle(node: Node | None) -> bool:
    return isinstance(node, Fn) and node.name in _ANGLES and isinstance(node.args[0], Sym)


def _key(node: Fn) -> tuple[str, Node]:
    return node.name, node.args[0]


def _places(e: Element) -> set[Node]:
    """The names of a side that stand elsewhere than in a cosine, a sine or a tangent."""
    assert e.node is not None
    inside = {id(n.args[0]) for n in walk(e.node) if isinstance(n, Fn) and n.name in _ANGLES}
    return {n for n in walk(e.node) if isinstance(n, Sym) and id(n) not in inside}


def _named(node: Node, alone: set[tuple[str, Node]]) -> Node:
    if isinstance(node, Fn) and len(node.args) == 1 and _key(node) in alone:
        (arg,) = children(node)
        assert isinstance(arg, Sym)
        return Sym(f"{node.name}_{arg.base}", arg.sub, arg.sup, style="word", at=node.at, end=node.end)
    return map_nodes(node, lambda n: _named(n, alone))

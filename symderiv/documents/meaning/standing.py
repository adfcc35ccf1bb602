"""Names that stand for what is not said: ``-s_y + \\log\\sum_j e^{s_j}``, and on the next line x w_y, x w_j.

Input: the two sides of a row.  Output: the name of one of them that stands, wherever it does, where the other
side has one and the same term, for another letter.
"""

from __future__ import annotations

import re
from dataclasses import fields, replace

from symderiv.documents.text.syntax import Add, Big, Mark, Mul, Node, Sym, map_nodes, walk


class _Apart(Exception):
    """The sides differ elsewhere."""


def stands_for(a: Node, b: Node) -> Sym | None:
    """The name with an index that one side has for terms of the other, at two places or more."""
    found: list[tuple[Sym, Node]] = []
    try:
        _compare(a, b, found)
    except _Apart:
        return None
    if len(found) < 2 or len({s.base for s, _ in found}) > 1:
        return None
    name, term = found[0]
    for other, meant in found[1:]:
        if len(other.sub) != len(name.sub) or _shown(_moved(term, name.sub, other.sub)) != _shown(meant):
            return None
    return name


def _compare(a: object, b: object, found: list[tuple[Sym, Node]]) -> None:
    """Note where a name stands for a term."""
    if isinstance(a, Node) and isinstance(b, Node):
        if a == b:
            return
        for one, two in ((a, b), (b, a)):
            if isinstance(one, Sym) and one.sub and isinstance(two, (Mul, Add, Big)):
                if any(isinstance(n, Sym) and n.base == one.base for n in walk(two)):
                    raise _Apart
                found.append((one, two))
                return
        if type(a) is not type(b) or isinstance(a, Sym):
            raise _Apart
        for f in fields(a):
            if f.name not in ("at", "end"):
                _compare(getattr(a, f.name), getattr(b, f.name), found)
    elif isinstance(a, tuple) and isinstance(b, tuple):
        if len(a) != len(b):
            raise _Apart
        for x, y in zip(a, b, strict=True):
            _compare(x, y, found)
    elif a != b:
        raise _Apart


def _shown(node: Node) -> str:
    """A tree without its places, whatever the letters of its own sums are called."""
    return re.sub(r"\b(?:at|end)=-?\d+|(?<=\bin)\d+", "", repr(node))


def _moved(node: Node, old: tuple[Mark, ...], new: tuple[Mark, ...]) -> Node:
    """A tree with the indices of one entry for those of another."""
    if isinstance(node, Sym) and node.sub == old:
        return replace(node, sub=new)
    return map_nodes(node, lambda n: _moved(n, old, new))

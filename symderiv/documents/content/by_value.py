"""Derivatives by what has no name: ``\\partial\\log\\sigma(z) / \\partial\\sigma(z)``.

Input: the statements of a document, as they are written.  Output: names for what is differentiated by, each
as a statement that defines it; in the statements the names stand in their places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from symderiv.documents.text.rows import Element, Statement
from symderiv.documents.text.syntax import (
    Add,
    Apply,
    Deriv,
    Fn,
    Mark,
    Mul,
    Node,
    Number,
    Pow,
    Sym,
    children,
    map_nodes,
    walk,
)

#: Nodes of such a term, and how many of them a document may have.
_SIZE, _MOST = 16, 12
_NOTHING = Number(Fraction(0))


def by_values(statements: Sequence[Statement]) -> list[Statement]:
    """Put names in the places of the terms that derivatives are by."""
    nodes = [n for s in statements for e in s.elements if e.node is not None for n in walk(e.node)]
    targets = [t for n in nodes if isinstance(n, Deriv) for t in n.targets]
    names: dict[Node, Sym] = {}
    for t in targets:
        fresh = _named(t, names) is None and len(names) < _MOST and _is_value(t)
        if fresh and sum(_alike(t, n) is not None for n in nodes) > targets.count(t):
            names[t] = _name(len(names), t)
    if not names:
        return []
    for s in statements:
        head = s.elements[0].node
        params = {x for x in head.args if isinstance(x, Sym)} if isinstance(head, Apply) else set()
        kept = {t: n for t, n in names.items() if not params & set(walk(t))}
        for k, e in enumerate(s.elements):
            if e.node is not None and not (k == 0 and _named(e.node, names) is not None):
                e.node = _put(e.node, kept)
    tokens = next(e.tokens for s in statements for e in s.elements if e.tokens)
    return [Statement([Element(tokens, name), Element(tokens, t)], ["", "="]) for t, name in names.items()]


def _is_value(node: Node) -> bool:
    """Whether a term is one that may get a name."""
    if isinstance(node, Apply) and node.opaque:
        return False
    plain = isinstance(node, (Apply, Fn, Add, Mul)) and not (isinstance(node, Fn) and node.name == "sqrt")
    inner = list(walk(node))
    return plain and len(inner) <= _SIZE and not any(isinstance(n, (Deriv, Pow)) for n in inner)


def _name(number: int, node: Node) -> Sym:
    heads = {id(n.head) for n in walk(node) if isinstance(n, Apply)}
    marks: dict[Mark, None] = {}
    for n in walk(node):
        if isinstance(n, Sym) and id(n) not in heads:
            marks.update({m: None for m in (*n.sub, *n.sup) if m.kind == "letter"})
    return Sym(f"value{chr(97 + number)}", tuple(marks), style="word")


def _put(node: Node, names: dict[Node, Sym]) -> Node:
    name = _named(node, names)
    if name is not None:
        return replace(name, at=node.at, end=node.end)
    return map_nodes(node, lambda n: _put(n, names))


def _named(node: Node, names: dict[Node, Sym]) -> Sym | None:
    """The name of a term, also with other indices: that of \\cos\\theta_k, where \\cos\\theta_j has one."""
    for t, name in names.items():
        if (marks := _alike(t, node)) is not None:
            return replace(name, sub=tuple(marks[m] for m in name.sub))
    return None


def _alike(term: Node, node: Node) -> dict[Mark, Mark] | None:
    """What the letters below a term's names are in another one that is like it."""
    found: dict[Mark, Mark] = {}
    return found if type(term) is type(node) and _compare(term, node, found) else None


def _compare(a: Node, b: Node, found: dict[Mark, Mark]) -> bool:
    if isinstance(a, Sym) and isinstance(b, Sym):
        one, two = (*a.sub, *a.sup), (*b.sub, *b.sup)
        if (len(a.sub), len(one)) != (len(b.sub), len(two)):
            return False
        if replace(a, sub=(), sup=()) != replace(b, sub=(), sup=()):
            return False
        kinds = ("letter", "number")
        same = (
            (x, found.setdefault(x, y) if x.kind == "letter" else x, y) for x, y in zip(one, two, strict=True)
        )
        return all(known == y and (x == y or y.kind in kinds) for x, known, y in same)
    if type(a) is not type(b) or len(list(children(a))) != len(list(children(b))):
        return False
    if map_nodes(a, lambda _: _NOTHING) != map_nodes(b, lambda _: _NOTHING):
        return False
    return all(_compare(x, y, found) for x, y in zip(children(a), children(b), strict=True))

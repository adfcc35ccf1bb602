"""One quantity by two names: a loss ``L(\\hat y, y)`` that is differentiated by a, which stands for \\hat y.

Input: statements as they are written.  What is set: the trees of the definitions of such a loss, where its
input is called by the other name; or all of them, where nothing defines the first one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from symderiv.documents.text.rows import Element, Statement
from symderiv.documents.text.syntax import Apply, Deriv, Node, Sym, map_nodes, walk

_PLAIN = ("pi", "e")


def two_names(statements: Sequence[Statement]) -> None:
    """Call the input of a loss by the name that it is differentiated by."""
    links = [
        (one, two)
        for s in statements
        for (one, two), sign in zip(pairwise(s.elements), s.relations[1:], strict=False)
        if sign == "=" and one.node is not None and two.node is not None
    ]
    heads: dict[str, list[tuple[Element, Element]]] = {}
    for one, two in links:
        if (name := _head(one.node)) and not _slopes(two.node):
            heads.setdefault(name, []).append((one, two))
    pairs = [(_bare(a.node), _bare(b.node)) for a, b in links]
    same = {frozenset(x) for x in pairs if all(x)}
    for loss, by, value in _by(links):
        said = heads.get(loss, [])
        inputs = {x for _, two in said for x in _names(two.node)}
        if not said or by in inputs:
            continue
        left, more = inputs - _names(value), _names(value) - inputs
        told = {x for x in inputs if frozenset((x, by)) in same}
        other = told or (left if more == {by} else set())
        if len(other) != 1:
            continue
        (name,) = other
        known = [two.node for _, two in heads.get(name, [])]
        if any(by in _names(x) for x in known if _bare(x) != by):
            continue  # it is a function of the other
        if told or known:
            if not told and _stands_beside(links, loss, name):
                continue
            places = [e for link in said for e in link]
        else:
            places = [e for s in statements for e in s.elements]
        for e in places:
            e.node = None if e.node is None else _renamed(e.node, name, by)


def _by(links: Sequence[tuple[Element, Element]]) -> Iterator[tuple[str, str, Node | None]]:
    """Losses, what they are differentiated by, and what that is said to be."""
    for one, two in links:
        for n in walk(one.node) if one.node is not None else ():
            if isinstance(n, Deriv) and n.body is not None and len(n.targets) == 1:
                (target,) = n.targets
                if isinstance(target, Sym) and (loss := _head(n.body)):
                    yield loss, target.base, two.node if one.node is n and not _slopes(two.node) else None


def _stands_beside(links: Sequence[tuple[Element, Element]], loss: str, name: str) -> bool:
    """Whether a derivative of the loss is said in terms of the first name."""
    return any(
        name in _names(two.node)
        for one, two in links
        if one.node is not None
        and any(isinstance(n, Deriv) and n.body is not None and _head(n.body) == loss for n in walk(one.node))
    )


def _head(node: Node | None) -> str:
    if isinstance(node, Apply):
        return "" if node.opaque else node.head.base
    return node.base if isinstance(node, Sym) and not node.primes else ""


def _bare(node: Node | None) -> str:
    plain = isinstance(node, Sym) and not (node.sub or node.sup or node.primes)
    return node.base if plain and isinstance(node, Sym) else ""


def _slopes(node: Node | None) -> bool:
    return node is None or any(isinstance(n, Deriv) or (isinstance(n, Sym) and n.primes) for n in walk(node))


def _names(node: Node | None) -> set[str]:
    heads = {id(n.head) for n in walk(node) if isinstance(n, Apply)} if node is not None else set()
    every = walk(node) if node is not None else ()
    return {n.base for n in every if isinstance(n, Sym) and id(n) not in heads and n.base not in _PLAIN}


def _renamed(node: Node, name: str, by: str) -> Node:
    if isinstance(node, Sym):
        return replace(node, base=by) if node.base == name else node
    return map_nodes(node, lambda n: _renamed(n, name, by))

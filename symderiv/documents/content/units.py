"""Letters that name layers: ``z_j = \\sum_i w_{ij} o_i``, ``o_j = f(z_j)``, ``z_k = \\sum_j w_{jk} o_j``.

Input: the statements of all formulas.  Where a name would come to be defined by itself, by way of another
one and of a sum over a weight, the units of each letter are a layer of their own: o_i, o_j and o_k are three
names, and so are the weights between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from symderiv.documents.content.spread import free_in
from symderiv.documents.text.syntax import (
    Apply,
    Big,
    Deriv,
    Mark,
    Mul,
    Node,
    Number,
    Sym,
    children,
    map_nodes,
    walk,
)
from symderiv.documents.usage.ranked import factors_of

if TYPE_CHECKING:
    from symderiv.documents.text.rows import Statement

_NET = re.compile(
    r"layer|neuron|network|\bnode|hidden|perceptron|backprop|\bunits?\b|\bnn\b|神经|神經|隐|層|层|뉴런|신경|은닉|"
    r"ニューロン|\bcapa|neurona|couche|schicht|слой|слоя|нейрон"
)

_ONE = Number(Fraction(1))
_Place = tuple[str, str]  # a name, and the letter below it


def by_layer(statements: Sequence[Statement], prose: str) -> None:
    """Give names of their own to what stands at letters of several layers."""
    if not _NET.search(prose.lower()):
        return
    every = [e.node for s in statements for e in s.elements if e.node is not None]
    heads, edges, pairs = _edges(statements)
    below = _ordered(pairs) if _in_circles(heads, edges) else {}
    letters = {x for a, lower in below.items() for x in (a, *lower)}
    if not letters or any(_are_mixed(n, letters, below) for node in every for n in walk(node)):
        return
    levels: dict[tuple[str, str], list[tuple[str, ...]]] = {}
    for n in (n for node in every for n in walk(node)):
        if isinstance(n, Sym) and (level := _level(n, letters)):
            levels.setdefault((n.base, n.style), []).append(level)
    functions = _functions(every, letters)
    kept = {k: _kept(k[0], found, heads) for k, found in levels.items() if len(set(found)) > 1}
    kept = {k: level for k, level in kept.items() if k not in functions}
    for e in (e for s in statements for e in s.elements if e.node is not None):
        assert e.node is not None
        e.node = _named(_own(_told(e.node, letters), letters, functions), letters, kept)


def _edges(
    statements: Sequence[Statement],
) -> tuple[list[_Place], dict[_Place, set[_Place]], list[tuple[str, str]]]:
    """What is defined at which letter, by what; and pairs of letters, the one that is summed over first."""
    heads: list[_Place] = []
    edges: dict[_Place, set[_Place]] = {}
    pairs: list[tuple[str, str]] = []
    for s in statements:
        head = s.elements[0].node
        if s.leading or s.relations[1:2] != ["="] or not isinstance(head, Sym) or len(_letters(head)) != 1:
            continue
        (own,) = _letters(head)
        heads.append((head.base, own))
        for body in (e.node for e in s.elements[1:] if e.node is not None):
            for name, letter in _used(body, own):
                edges.setdefault((head.base, own), set()).add((name, letter))
                if letter != own:
                    pairs.append((letter, own))
    return heads, edges, pairs


def _letters(sym: Sym) -> tuple[str, ...]:
    return tuple(m.text for m in sym.sub if m.kind == "letter" and len(m.text) == 1 and m.text.islower())


def _used(node: Node, own: str, sums: tuple[Big, ...] = ()) -> Iterator[_Place]:
    """Names at the letter of the head; and those at another one that a sum over a weight runs over."""
    if isinstance(node, Sym):
        found = _letters(node)
        if found == (own,):
            yield node.base, own
        elif len(found) == 1 and any(_weighs(b, own, found[0]) for b in sums):
            yield node.base, found[0]
    if isinstance(node, Deriv):
        return
    inner = (*sums, node) if isinstance(node, Big) and node.op == "sum" else sums
    for c in children(node):
        yield from _used(c, own, inner)


def _weighs(big: Big, own: str, letter: str) -> bool:
    if big.letters and letter not in big.letters:
        return False
    return any(isinstance(n, Sym) and set(_letters(n)) == {own, letter} for n in walk(big.body))


def _in_circles(heads: Sequence[_Place], edges: dict[_Place, set[_Place]]) -> bool:
    """Whether a name leads to itself at another letter: by way of another name, or defined at both."""
    for base, own in heads:
        reached: set[tuple[_Place, bool]] = {(x, x[0] != base) for x in edges.get((base, own), ())}
        while more := {(y, by or y[0] != base) for x, by in reached for y in edges.get(x, ())} - reached:
            reached |= more
        if any(x[0] == base and x[1] != own and (by or x in heads) for x, by in reached):
            return True
    return False


def _ordered(pairs: Sequence[tuple[str, str]]) -> dict[str, set[str]]:
    """The letters of the layers below each; what is said first holds (gradients go the other way)."""
    below: dict[str, set[str]] = {}
    for lower, upper in pairs:
        if upper in below.get(lower, set()):
            continue
        for x in [upper, *(x for x, y in below.items() if upper in y)]:
            below.setdefault(x, set()).update({lower, *below.get(lower, set())})
    return below


def _are_mixed(n: Node, letters: set[str], below: dict[str, set[str]]) -> bool:
    """Whether two of the letters count the units of one layer."""
    if isinstance(n, Sym):
        both = n.base == "delta" and len(letters.intersection(_letters(n))) == 2
        return both or any(m.text in letters for m in n.sup)
    if isinstance(n, Big):
        return any(isinstance(x, Mark) and x.text in letters for c in n.apart for x in (c.left, c.right))
    if isinstance(n, Mul):  # w_{ij} s_i s_j: of one layer
        names = [x for x in factors_of(n) if isinstance(x, Sym) and letters.issuperset(_letters(x))]
        one = {x.base for x in names if len(_letters(x)) == 1}
        return sorted(len(_letters(x)) for x in names) == [1, 1, 2] and len(one) == 1 and len(set(names)) == 3
    if isinstance(n, Deriv) and isinstance(n.body, Sym):
        by = [x for t in n.targets if isinstance(t, Sym) for x in _letters(t)]
        return any(x in below.get(y, set()) for x in _letters(n.body) for y in by if len(by) == 1)
    return False


def _told(node: Node, letters: set[str]) -> Node:
    """The tree with the letters of bare sums over a weight, such as the i of ``\\sum w_{ij} o_i``."""
    node = map_nodes(node, lambda n: _told(n, letters))
    if not isinstance(node, Big) or node.letters or node.op != "sum":
        return node
    weights = {_level(n, letters) for n in walk(node.body) if isinstance(n, Sym)}
    free = free_in(node.body)
    for pair in (x for x in weights if len(x) == 2 and free.issuperset(x)):
        own = free_in(_without(node.body, pair, letters))
        if len(own & set(pair)) == 1:
            return replace(node, letters=tuple(own & set(pair)))
    return node


def _level(sym: Sym, letters: set[str]) -> tuple[str, ...]:
    found = [m.text.removesuffix("prime") for m in sym.sub if m.kind == "letter"]  # j' as j
    found = [x for x in found if len(x) == 1 and x.islower()]
    return tuple(sorted(found)) if letters.issuperset(found) else ()


def _without(node: Node, pair: tuple[str, ...], letters: set[str]) -> Node:
    """The tree with a number for each weight between two layers."""
    if isinstance(node, Sym):
        return _ONE if _level(node, letters) == pair else node
    return map_nodes(node, lambda n: _without(n, pair, letters))


def _functions(nodes: Sequence[Node], letters: set[str]) -> set[tuple[str, str]]:
    """Names such as g_j, by which only functions are called: each layer has one, g_j(z_j)."""
    every = [n for node in nodes for n in walk(node)]
    heads = [n.head for n in every if isinstance(n, Apply) and not n.opaque]
    others = {id(h) for h in heads}
    bare = {(n.base, n.style) for n in every if isinstance(n, Sym) and id(n) not in others}
    return {(h.base, h.style) for h in heads if len(_level(h, letters)) == 1} - bare


def _own(node: Node, letters: set[str], functions: set[tuple[str, str]]) -> Node:
    """The tree with such a function by the name of its layer, which is that of what it is taken of."""
    node = map_nodes(node, lambda n: _own(n, letters, functions))
    if isinstance(node, Apply) and (node.head.base, node.head.style) in functions:
        level = _level(node.head, letters) or tuple(letters.intersection(*map(free_in, node.args)))
        if len(level) == 1 and not node.opaque:
            return replace(node, head=replace(node.head, sub=(Mark("word", f"layer{level[0]}"),)))
    return node


def _kept(base: str, found: list[tuple[str, ...]], heads: Sequence[_Place]) -> tuple[str, ...]:
    """The level that keeps the name: that at which it is defined first."""
    first = [(letter,) for name, letter in heads if name == base]
    return first[0] if first else found[0]


def _named(node: Node, letters: set[str], kept: dict[tuple[str, str], tuple[str, ...]]) -> Node:
    if isinstance(node, Sym):
        level = _level(node, letters)
        if not level or (node.base, node.style) not in kept or kept[node.base, node.style] == level:
            return node
        return replace(node, sub=(*node.sub, Mark("word", f"layer{''.join(level)}")))
    return map_nodes(node, lambda n: _named(n, letters, kept))


__all__ = ["by_layer"]

"""Indices that stand above a name without a bracket: ``\\sum_i (y^i - w x^i)^2``.

Input: the trees of all formulas.  A letter of a sum that stands above several names of the sum, or above
one with an index below, and nowhere as a number or below another name in it, is an index and no exponent,
also where one of the names has it below, ``y_i`` for y^i.  Where a name has a 1 above, all above it are
indices, since nobody writes a first power.  A letter
that is a name of vectors alone is a label above a name with an index: ``\\delta_t^h``, beside h_t.  Where
a derivative is by a name with two letters above it, ``\\partial V^{mn}``, all those above are indices.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from symderiv.documents.text.marks import GREEK
from symderiv.documents.text.syntax import (
    Add,
    Big,
    Deriv,
    Mark,
    Marked,
    Neg,
    Node,
    Number,
    Pow,
    Sym,
    children,
    map_nodes,
    walk,
)
from symderiv.documents.usage.ranked import factors_of

if TYPE_CHECKING:
    from symderiv.documents.text.rows import Element


def raised_indices(elements: Iterable[Element]) -> None:
    """Write such letters as indices."""
    read = [e for e in elements if e.node is not None]
    nodes = [e.node for e in read if e.node is not None]
    bound = {x for node in nodes for n in walk(node) if isinstance(n, Big) for x in n.letters if len(x) == 1}
    by = {x for node in nodes for n in walk(node) if isinstance(n, Deriv) for x in _above_targets(n)}
    above = {x: {b for node in nodes for b in _bases(node, x)} for x in bound | by}
    marked = {m.text for node in nodes for n in walk(node) if isinstance(n, Sym) and n.sub for m in n.sup}
    others = {x for node in nodes for x in _others(node, above)}
    letters = {
        x
        for x, bases in above.items()
        if x not in others
        and (x in by or ((len(bases - {""}) > 1 or x in marked) and bases and not bases & GREEK))
        if "" not in bases or _are_numbered(nodes, bases)
    }
    numbered = {b for x in letters for b in above[x] if _are_numbered(nodes, {b})}
    if any(_shifted(node) & letters for node in nodes):
        zeroth = {x for node in nodes for x in _zeroth(node)}
        numbered |= {b for x in letters for b in above[x]} & zeroth
    numbered |= {b for node in nodes for b in _of_layers(node)}
    alone = {x for node in nodes for x in _values(node)}
    with_index = {n.base for node in nodes for n in walk(node) if isinstance(n, Sym) and n.sub}
    labels = with_index - alone - letters - {""}

    def put(n: Node) -> Node:
        n = map_nodes(n, put)
        if isinstance(n, Sym) and len(n.sub) == 1 and not n.sup and n.sub[0].text in letters:
            moved = n.base in above[n.sub[0].text]
            return replace(n, sub=(), sup=n.sub) if moved else n
        if isinstance(n, Pow) and numbered and (mark := _number(n.exponent)) is not None:
            if isinstance(n.base, Sym) and n.base.base in numbered:
                return replace(n.base, sup=(*n.base.sup, mark), at=n.at, end=n.end)
            return Marked(n.base, (mark,), at=n.at, end=n.end) if "" in numbered and _is_whole(n) else n
        if isinstance(n, Pow) and _is_whole(n) and _letter(n.exponent) in letters:
            return Marked(n.base, (_index(n),), at=n.at, end=n.end)
        if isinstance(n, Pow) and isinstance(n.base, Sym) and _letter(n.exponent) in letters:
            return replace(n.base, sup=(*n.base.sup, _index(n)), at=n.at, end=n.end)
        if isinstance(n, Pow) and isinstance(n.base, Sym) and n.base.sub and _letter(n.exponent) in labels:
            return replace(n.base, sup=(*n.base.sup, _index(n)), at=n.at, end=n.end)
        return n

    for e in read if letters or labels or numbered else ():
        assert e.node is not None
        e.node = put(e.node)


def _of_layers(node: Node) -> set[str]:
    """Names with an index and a 1 above, ``w^1_i``, or a number above where a derivative is by them."""
    found = [n.base for n in walk(node) if isinstance(n, Pow) and n.exponent == Number(Fraction(1))]
    targets = [t for n in walk(node) if isinstance(n, Deriv) for t in n.targets]
    found += [t for t in targets if isinstance(t, Sym) and [m.kind for m in t.sup] == ["number"]]
    return {n.base for n in found if isinstance(n, Sym) and n.sub}


def _above_targets(node: Deriv) -> Iterator[str]:
    """Letters above what a derivative is by, since nobody takes one by a power: ``\\partial h^t``."""
    for t in node.targets:
        if isinstance(t, Pow) and isinstance(t.base, Sym) and (x := _letter(t.exponent)):
            yield x


def _shifted(node: Node) -> set[str]:
    """The letters from which steps are counted above names."""
    marks = (_mark(n.exponent) for n in walk(node) if isinstance(n, Pow))
    return {m.text for m in marks if m is not None and m.shift}


def _zeroth(node: Node) -> Iterator[str]:
    """Names with a 0 above."""
    for n in walk(node):
        if isinstance(n, Pow) and isinstance(n.base, Sym) and n.exponent == Number(Fraction(0)):
            yield n.base.base


def _number(node: Node) -> Mark | None:
    whole = isinstance(node, Number) and node.value.denominator == 1 and node.value >= 0
    return Mark("number", str(node.value)) if isinstance(node, Number) and whole else None


def _is_whole(node: Pow) -> bool:
    """Whether an exponent stands at what is no name: ``(e^z)^i``."""
    return not isinstance(node.base, (Sym, Number))


def _are_numbered(nodes: list[Node], bases: set[str]) -> bool:
    """Whether a 1 stands above one of these."""
    return any(
        isinstance(n, Pow)
        and (n.base.base if isinstance(n.base, Sym) else "") in bases
        and isinstance(n.exponent, Number)
        and n.exponent.value == 1
        for node in nodes
        for n in walk(node)
    )


def raised_tensors(elements: Iterable[Element]) -> bool:
    """Write the letters above the names of tensors as indices; whether there are such."""
    read = [e for e in elements if e.node is not None]
    nodes = [n for e in read if e.node is not None for n in walk(e.node)]
    slopes = [n for n in nodes if isinstance(n, Deriv)]
    if not any(len(_letters(t)) > 1 for n in slopes for t in n.targets):
        return False
    parts = [x for n in slopes for x in (n.body, *n.targets)]
    parts += [n for n in nodes if len(_letters(n)) > 1]
    names = {n.base.base for n in parts if isinstance(n, Pow) and isinstance(n.base, Sym) and _letters(n)}
    alone = {x for e in read if e.node is not None for x in _values(e.node)}

    def put(n: Node) -> Node:
        if isinstance(n, Sym) and n.base == "delta" and len(n.sub) == len(n.sup) == 1:
            return replace(n, sub=(*n.sup, *n.sub), sup=())
        n = map_nodes(n, put)
        if isinstance(n, Pow) and isinstance(n.base, Sym) and n.base.base in names:
            letters = _letters(n)
            if letters and not alone & set(letters):
                marks = tuple(Mark("letter", x) for x in letters)
                return replace(n.base, sub=(*marks, *n.base.sub), at=n.at, end=n.end)
        return n

    for e in read:
        assert e.node is not None
        e.node = put(e.node)
    return True


def _letters(node: Node) -> list[str]:
    """The letters above a name: i and j of ``A^{ij}``."""
    if not isinstance(node, Pow) or not isinstance(node.base, Sym):
        return []
    parts = factors_of(node.exponent)
    plain = all(
        isinstance(x, Sym) and not (x.sub or x.sup) and len(x.base) == 1 and x.base.islower() for x in parts
    )
    return [x.base + "prime" * x.primes for x in parts if isinstance(x, Sym)] if plain else []


def _index(node: Pow) -> Mark:
    found = _mark(node.exponent)
    assert found is not None
    return found


def _letter(node: Node) -> str:
    mark = _mark(node)
    return mark.text if mark is not None else ""


def _mark(node: Node) -> Mark | None:
    """A letter, or a step from one, ``t - 1``, as an index."""
    shift = 0
    if isinstance(node, Add) and len(node.terms) == 2:
        node, step = node.terms
        sign = -1 if isinstance(step, Neg) else 1
        step = step.body if isinstance(step, Neg) else step
        if not isinstance(step, Number) or step.value.denominator != 1:
            return None
        shift = sign * int(step.value)
    if not isinstance(node, Sym) or node.sub or node.sup or node.primes:
        return None
    return Mark("shift" if shift else "letter", node.base, shift)


def _bases(node: Node, letter: str) -> Iterator[str]:
    """The names that a letter stands above; "" for what is no name."""
    for n in walk(node):
        if isinstance(n, Pow) and _letter(n.exponent) == letter:
            yield n.base.base if isinstance(n.base, Sym) and not n.base.primes else ""


def _values(node: Node) -> Iterator[str]:
    """The names that stand without an index, but for exponents."""
    if isinstance(node, Sym) and not node.sub and not node.sup:
        yield node.base
    for n in (
        [node.base]
        if isinstance(node, Pow) and (_letter(node.exponent) or _letters(node))
        else children(node)
    ):
        yield from _values(n)


def _others(node: Node, above: dict[str, set[str]]) -> Iterator[str]:
    """Letters that stand as a value, but for exponents alone, and those below names that have them not above
    as well."""
    if isinstance(node, Sym):
        if not node.sub and not node.sup:
            yield node.base
        own = (m.text for m in node.sub if m.kind in ("letter", "shift"))
        yield from (x for x in own if len(node.sub) > 1 or node.base not in above.get(x, ()))
    parts = [node.base] if isinstance(node, Pow) and _letter(node.exponent) else children(node)
    for n in parts:
        yield from _others(n, above)

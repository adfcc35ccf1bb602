"""Sums that are written out by letters: ``\\sum e^z = e^{z_a} + e^{z_b} + e^{z_c}``.

Input: statements as they are written.  What is set: such terms, which are all that there are, become the sum
that the document says they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from symderiv.documents.matrix.values import put
from symderiv.documents.text.syntax import Add, Big, Mark, Node, Sym, map_nodes, walk

if TYPE_CHECKING:
    from symderiv.documents.text.rows import Statement


def listed(statements: Sequence[Statement]) -> set[str]:
    """Put the sums in the places of such terms; the letters of these, which stand below names from then on
    under names of their own: b may be a bias as well."""
    found: dict[Node, Node] = {}
    for s in statements:
        for a, b in pairwise(e.node for e in s.elements):
            if a is not None and b is not None:
                found.update((*_written_out(a, b), *_written_out(b, a)))
    marks = {m for terms in found for n in walk(terms) if isinstance(n, Sym) for m in n.sub}
    for e in (e for s in statements for e in s.elements) if found else ():
        e.node = None if e.node is None else _put(e.node, found)
        for m in marks:
            e.node = None if e.node is None else put(e.node, m, _own(m))
    return {_own(m).text for m in marks}


def _own(m: Mark) -> Mark:
    return replace(m, text=f"class{m.text}")


def _written_out(short: Node, long: Node) -> Iterator[tuple[Node, Node]]:
    """Terms of the second side that stand for a sum of the first one."""
    sums = [n for n in walk(short) if isinstance(n, Big) and n.op == "sum" and not n.apart]
    for terms in (n for n in walk(long) if isinstance(n, Add) and _are_alike(n)) if sums else ():
        yield from ((terms, big) for big in sums if _put(long, {terms: big}) == short)


def _are_alike(node: Add) -> bool:
    """Whether the terms differ in one letter only."""
    letters = [{m for n in walk(t) if isinstance(n, Sym) for m in n.sub} for t in node.terms]
    if any(len(x) != 1 for x in letters) or len(set().union(*letters)) < len(letters):
        return False
    own = [m for x in letters for m in x]
    slot = Mark("letter", "")
    plain = {put(t, m, slot) for t, m in zip(node.terms, own, strict=True)}
    return all(m.kind == "letter" for m in own) and len(plain) == 1


def _put(node: Node, found: dict[Node, Node]) -> Node:
    if node in found:
        return replace(found[node], at=node.at, end=node.end)
    return map_nodes(node, lambda n: _put(n, found))

"""Primes that are transposes: ``X'X``, ``(y - Xb)'(y - Xb)``, and such as are parts of names: ``H' = h'(Z)``;
entries of a transpose: ``A^T_{kj}``; and identities with their size: ``I_n``.

Input: the sides of all rows.  What is set: where a document multiplies a primed capital, or a primed bracket,
by itself without the prime, its primes stand for transposes; ``f'(x)`` stays what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from symderiv.documents.text.syntax import (
    Apply,
    Deriv,
    Mark,
    Marked,
    Mul,
    Node,
    Sym,
    Transpose,
    map_nodes,
    walk,
)
from symderiv.documents.usage.ranked import factors_of

if TYPE_CHECKING:
    from symderiv.documents.text.rows import Element, Statement

#: What is a function rather than a matrix where a bracket follows.
_FUNCTIONS = frozenset("f g h sigma phi psi varphi F G L J".split())


def names_with_primes(statements: Sequence[Statement]) -> None:
    """``H' = h'(Z)`` gives the derivatives at Z a name of their own: write it so, everywhere."""
    named: set[tuple[str, int]] = set()
    for s in (s for s in statements if s.relations[:2] == ["", "="]):
        head, value = s.elements[0].node, s.elements[1].node
        if not (isinstance(head, Sym) and head.primes and not (head.sub or head.sup)):
            continue
        if isinstance(value, Apply) and value.head.primes and value.head.base != head.base:
            named.add((head.base, head.primes))

    def put(n: Node) -> Node:
        if isinstance(n, Sym) and (n.base, n.primes) in named:
            return replace(n, base=n.base + "prime" * n.primes, primes=0)
        return map_nodes(n, put)

    for e in (e for s in statements for e in s.elements if named):
        e.node = None if e.node is None else put(e.node)


def primes_as_transposes(elements: Sequence[Element]) -> None:
    """Write them so, in place."""
    nodes = [n for e in elements if e.node is not None for n in walk(e.node)]
    if any(_is_square(a, b) for n in nodes if isinstance(n, Mul) for a, b in pairwise(_factors(n))):
        for e in elements:
            e.node = None if e.node is None else _put(e.node)


#: What stands below an entry.
_LETTERS = frozenset("ijklmnpqrs")

#: Words for the identity.
_IDENTITY = re.compile(
    r"identity|einheitsmatrix|matrice identit|matri[zc] identidad|identidade|"
    r"единичн|单位(?:矩)?阵|單位矩陣|単位行列|단위 ?행렬"
)


def sized_identities(elements: Sequence[Element], prose: str) -> None:
    """Write ``I_n`` as I where a document speaks of the identity."""
    if not _IDENTITY.search(prose.lower()):
        return

    def put(n: Node) -> Node:
        if isinstance(n, Sym) and n.base == "I" and len(n.sub) == 1 and not n.sup and not n.primes:
            return replace(n, sub=())
        return map_nodes(n, put)

    for e in elements:
        e.node = None if e.node is None else put(e.node)


def entries_of_transposes(elements: Sequence[Element]) -> None:
    """Write ``A^T_{kj}``, and ``(A^T)_{kj}``, as ``A_{jk}`` where A has entries elsewhere."""
    nodes = [n for e in elements if e.node is not None for n in walk(e.node)]
    entries = {n.base for n in nodes if isinstance(n, Sym) and _is_pair(n.sub) and not (n.sup or n.primes)}

    def put(n: Node) -> Node:
        if isinstance(n, Marked) and isinstance(n.body, Transpose) and _is_pair(n.sub):
            whole = n.body.body
            if isinstance(whole, Sym) and whole.base in entries and whole.base.isupper() and not whole.sub:
                return replace(whole, sub=n.sub[::-1], at=n.at, end=n.end)
        return map_nodes(n, put)

    for e in elements if entries else ():
        e.node = None if e.node is None else put(e.node)


def _is_pair(marks: tuple[Mark, ...]) -> bool:
    return len(marks) == 2 and {m.text for m in marks} <= _LETTERS


def _factors(node: Mul) -> Iterator[Node]:
    """All factors, with the name and the argument of ``X'(y)`` apart."""
    for f in factors_of(node):
        if isinstance(f, Apply) and f.head.primes == 1 and len(f.args) == 1:
            yield f.head
            yield f.args[0]
        else:
            yield f


def _is_square(a: Node, b: Node) -> bool:
    """Whether two factors are a primed capital, or bracket, and the same without the prime."""
    if isinstance(a, Deriv):
        return a.kind == "prime" and a.body == b and not isinstance(b, Sym)
    capital = isinstance(a, Sym) and len(a.base) == 1 and a.base.isupper() and a.primes == 1
    return capital and isinstance(a, Sym) and replace(a, primes=0) == b


def _put(node: Node) -> Node:
    if isinstance(node, Sym) and node.primes == 1:
        return Transpose(replace(node, primes=0), at=node.at, end=node.end)
    if isinstance(node, Deriv) and node.kind == "prime" and node.body is not None:
        return Transpose(_put(node.body), at=node.at, end=node.end)
    if isinstance(node, Apply):
        args = tuple(_put(a) for a in node.args)
        head = node.head
        if head.primes == 1 and len(args) == 1 and head.base not in _FUNCTIONS and not node.opaque:
            matrix = Transpose(replace(head, primes=0), at=head.at, end=head.end)
            return Mul((matrix, args[0]), at=node.at, end=node.end)
        return replace(node, args=args)
    return map_nodes(node, _put)

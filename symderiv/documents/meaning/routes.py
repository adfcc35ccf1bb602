"""A chain rule by several ways: dy/dx + dy/dm dm/dx.

What y gives directly is held apart from what it gives by way of m, also where the other side of the row
means all of it together.
"""

from __future__ import annotations

from collections.abc import Sequence

from symderiv.documents.text.syntax import Add, Deriv, Div, Mul, Neg, Node, walk


def routes(nodes: Sequence[Node]) -> frozenset[int]:
    """Where the derivatives stand of what such a sum is about."""
    found: set[int] = set()
    for n in nodes:
        if isinstance(n, Add):
            terms = [_slopes(t) for t in n.terms]
            for d in {d.body for own in terms for d in own if _is_by_ways(d, terms)}:
                found |= {x.at for x in walk(n) if isinstance(x, Deriv) and x.body == d and x.at >= 0}
    return frozenset(found)


def _is_by_ways(d: Deriv, terms: list[list[Deriv]]) -> bool:
    """Whether beside a derivative another term has one of the same by m, times that of m by the same."""
    if d.body is None or len(d.targets) != 1:
        return False
    return any(
        one.body == d.body and len(one.targets) == 1 and one.targets != d.targets
        and any(two.body == one.targets[0] and two.targets == d.targets for two in own)
        for own in terms
        for one in own
    )  # fmt: skip


def _slopes(term: Node) -> list[Deriv]:
    """The derivatives among the factors of a term."""
    match term:
        case Deriv():
            return [term]
        case Mul(factors):
            return [d for f in factors for d in _slopes(f)]
        case Neg(body):
            return _slopes(body)
        case Div(top, _):
            return _slopes(top)
        case _:
            return []

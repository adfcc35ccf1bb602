"""What a claim speaks of: its dimensions, its branches, and how far its positions are moved."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from symderiv.definitions import Assumption, Claim
from symderiv.terms import (
    Affine,
    Call,
    Compare,
    Delta,
    Entry,
    Index,
    Num,
    Order,
    Position,
    Reduce,
    Size,
    Term,
    Where,
    children,
)


def reached(claim: Claim) -> list[Term]:
    """Every subterm of the claim, of its assumptions and of the statements they use."""
    seen: set[str] = set()
    found: list[Term] = []
    stack: list[Term] = [claim.left, claim.right]
    stack += [t for a in claim.assumptions for t in (a.left, a.right)]
    bodies = claim.bodies
    while stack:
        t = stack.pop()
        found.append(t)
        if isinstance(t, Entry) and t.name in bodies and t.name not in seen:
            seen.add(t.name)
            stack.append(bodies[t.name][1])
        stack.extend(children(t))
    return found


def positions(term: Term) -> tuple[Position, ...]:
    """The positions that stand in ``term`` itself."""
    match term:
        case Entry(_, at):
            return at
        case Delta(left, right) | Where(Order(_, left, right), _, _):
            return (left, right)
        case Reduce(_, letters, _):
            return letters
        case _:
            return ()


def _dims(position: Position) -> Iterator[str]:
    yield position.dim
    if isinstance(position, Affine):
        yield from (symbol.dim for symbol, _ in position.parts)


def relevant_dims(claim: Claim) -> list[str]:
    """Dimensions that :func:`reached` terms speak of."""
    dims: set[str] = set()
    for t in reached(claim):
        dims.update(d for p in positions(t) for d in _dims(p))
        if isinstance(t, Size):
            dims.add(t.dim)
    return sorted(dims)


def ordered_dims(claim: Claim) -> frozenset[str]:
    """Dimensions whose positions are told apart: by an order, a shift or a number.

    The positions of any other dimension may be permuted without changing the claim.
    """
    dims: set[str] = set()
    for t in reached(claim):
        ordered = isinstance(t, Where)
        dims.update(d for p in positions(t) if ordered or isinstance(p, Affine) for d in _dims(p))
    return frozenset(dims)


def span(claim: Claim) -> int:
    """How far apart the positions of one letter are, definitions followed: 2 for ``x[j+1] - x[j-1]``."""
    bodies = claim.bodies

    @cache
    def moves(term: Term) -> tuple[int, int]:
        low, high = 0, 0
        for t in children(term):
            least, most = moves(t)
            low, high = min(low, least), max(high, most)
        own = [p.constant for p in positions(term) if isinstance(p, Affine)]
        least, most = min((0, *own)), max((0, *own))
        if isinstance(term, Entry) and term.name in bodies:
            inner = moves(bodies[term.name][1])
            least, most = least + inner[0], most + inner[1]
        return min(low, least), max(high, most)

    sides = [claim.left, claim.right, *(t for a in claim.assumptions for t in (a.left, a.right))]
    found = [moves(t) for t in sides]
    return max(most for _, most in found) - min(least for least, _ in found)


def branches(claim: Claim) -> bool:
    """Whether the claim holds a function whose form depends on a sign."""
    return any(
        (isinstance(t, Where) and isinstance(t.condition, Compare))
        or (isinstance(t, Call) and t.function in ("abs", "sign", "max", "min"))
        or (isinstance(t, Reduce) and t.op in ("max", "min"))
        for t in reached(claim)
    )


def positive_entry(assumption: Assumption) -> str | None:
    """The input that ``x[c] > 0`` (or ``0 < x[c]``) makes positive in every entry."""
    left, right = assumption.left, assumption.right
    if assumption.op == "<":
        left, right = right, left
    elif assumption.op != ">":
        return None
    if not (isinstance(left, Entry) and isinstance(right, Num) and right.value >= 0):
        return None
    plain = {i for i in left.indices if isinstance(i, Index)}
    return left.name if len(plain) == len(left.indices) else None

"""Cases of a derivative: letters equal, letters different; each proved under its hypothesis.

Equal letters are made one in both sides.  Under i != j the delta is 0, and the equation is proved
multiplied by ``1 - delta[i,j]``, which says exactly that it holds where the letters differ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from symderiv.derive import algebra
from symderiv.derive.reading import pleasing
from symderiv.terms import (
    ONE,
    ZERO,
    Delta,
    Diff,
    Index,
    Num,
    Term,
    free_indices,
    kronecker,
    map_children,
    mul,
    rename,
    walk,
)

Equal = Callable[[Term, Term], bool]


@dataclass(frozen=True, slots=True)
class Condition:
    """``left = right`` (or different) as letters."""

    left: Index
    right: Index
    equal: bool


@dataclass(frozen=True, slots=True)
class Case:
    """``left = right`` under the conditions."""

    conditions: tuple[Condition, ...]
    left: Term
    right: Term
    proved: bool


def cases_of(left: Diff, right: Term, equal: Equal) -> list[Case]:
    """The cases that the deltas of ``right`` make; none where it has no delta outside of sums."""
    return _split(left, right, (), equal) if _free_delta(right) else []


def _free_delta(term: Term) -> Delta | None:
    free = free_indices(term)
    return next((t for t in walk(term) if isinstance(t, Delta) and {t.left, t.right} <= free), None)


def _split(left: Term, right: Term, above: tuple[Condition, ...], equal: Equal) -> list[Case]:
    delta = _free_delta(right)
    if delta is None:
        return [_case(left, right, above, equal)]
    gone, kept = _direction(left, delta)
    joined = _rename(left, gone, kept), pleasing(algebra.cancel(_drop(rename(right, {gone: kept}))))
    apart = pleasing(algebra.cancel(_without(right, delta)))
    yes, no = Condition(gone, kept, True), Condition(gone, kept, False)
    return [
        *_split(*joined, (*above, yes), equal),
        *_split(left, apart, (*above, no), equal),
    ]


def _direction(left: Term, delta: Delta) -> tuple[Index, Index]:
    """The target's letter becomes the output's."""
    targets = {i for t in walk(left) if isinstance(t, Diff) for e in t.targets for i in e.indices}
    one, two = delta.left, delta.right
    assert isinstance(one, Index)
    assert isinstance(two, Index)
    return (one, two) if one in targets else (two, one)


def _rename(term: Term, gone: Index, kept: Index) -> Term:
    return rename(term, {gone: kept})


def _drop(term: Term) -> Term:
    """delta[j,j] = 1 and delta[j,j+1] = 0."""
    if isinstance(term, Delta) and isinstance(known := kronecker(term.left, term.right), Num):
        return known
    return map_children(term, _drop)


def _without(term: Term, delta: Delta) -> Term:
    if isinstance(term, Delta) and {term.left, term.right} == {delta.left, delta.right}:
        return ZERO
    return map_children(term, lambda t: _without(t, delta))


def _case(left: Term, right: Term, conditions: tuple[Condition, ...], equal: Equal) -> Case:
    """Letters that a condition makes equal are one already; the rest become factors 1 - delta."""
    apart = apart_under(conditions)
    return Case(conditions, left, right, equal(mul(apart, left), mul(apart, right)))


def apart_under(conditions: tuple[Condition, ...]) -> Term:
    """1 where the letters that the conditions keep apart differ, else 0."""
    apart: Term = ONE
    mapping = {c.left: c.right for c in conditions if c.equal}
    for c in conditions:
        if not c.equal:
            one, two = mapping.get(c.left, c.left), mapping.get(c.right, c.right)
            apart = mul(apart, ONE - Delta(min(one, two), max(one, two)))
    return apart


__all__ = ["Case", "Condition", "apart_under", "cases_of"]

"""Deltas under sums: sum[c](delta[c,i]*f(c)) = f(i), at moved positions too."""

from __future__ import annotations

from symderiv.terms import (
    ONE,
    ZERO,
    Delta,
    Index,
    Mul,
    Position,
    Term,
    Where,
    affine,
    inside,
    linear,
    mul,
    rename,
)


def split_delta(term: Term, bound: frozenset[Index]) -> tuple[Delta, Term] | None:
    """``term`` as a delta that gives the value of a bound letter, times the rest."""
    match term:
        case Delta() if _solved(term, bound):
            return term, ONE
        case Mul(factors):
            for n, f in enumerate(factors):
                found = split_delta(f, bound)
                if found is not None:
                    return found[0], mul(*factors[:n], found[1], *factors[n + 1 :])
        case Where(condition, then, other) if ZERO in (then, other):
            found = split_delta(other if then == ZERO else then, bound)
            if found is not None:
                kept = (ZERO, found[1]) if then == ZERO else (found[1], ZERO)
                return found[0], Where(condition, *kept)
    return None


def contracted(delta: Delta, rest: Term, bound: frozenset[Index]) -> tuple[Index, Term]:
    """The letter that goes, and the sum over it of ``delta*rest``: 0 where the delta puts the letter
    outside its range."""
    solved = _solved(delta, bound)
    assert solved is not None
    gone, at = solved
    result = rename(rest, {gone: at})
    for condition in inside(at):
        result = Where(condition, result, ZERO)
    return gone, result


def _solved(delta: Delta, bound: frozenset[Index]) -> tuple[Index, Position] | None:
    """A bound letter of the delta and the position it must be at."""
    (one, a), (two, b) = linear(delta.left), linear(delta.right)
    parts = {s: one.get(s, 0) - two.get(s, 0) for s in {**one, **two}}
    for gone in sorted(bound):
        k = parts.get(gone, 0)
        if abs(k) == 1:
            rest = {s: -k * v for s, v in parts.items() if s != gone}
            return gone, affine(rest, -k * (a - b), gone.dim)
    return None

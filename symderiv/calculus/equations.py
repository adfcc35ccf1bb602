"""Whether two terms are equal: the normal form's answer, the denominators that it must not use, and the
positions at which one of those is an empty sum.

A denominator such as sum[c < i](exp(x[c])) is positive but at i = 1, where its range is empty.  If i is a
free letter, the equation is proved twice: for i = 1, written into both sides, whose branches that are never
taken are dropped; and for all other i, where the denominator is not 0.
"""

from __future__ import annotations

from collections.abc import Sequence

from symderiv.calculus import positions
from symderiv.calculus.atoms import Atom, Poly, constant_value, number, padd
from symderiv.calculus.guarded import empty_at, may_be_lost
from symderiv.calculus.normal import Normalizer
from symderiv.notation.show import text
from symderiv.terms import (
    ZERO,
    Call,
    Compare,
    Diff,
    Index,
    Neutral,
    Order,
    Position,
    Reduce,
    Term,
    Where,
    linear,
    map_children,
    rename,
    walk,
)

#: So many letters are set to a position, one after the other.
_DEEP = 3


def refusal(nf: Normalizer, sides: Sequence[Term], stated: Sequence[Term], deep: int = 0) -> str | None:
    """None where the two sides (which hold no derivative) are proved equal, else the reason.

    ``stated`` are the sides before their derivatives were taken.
    """
    if nf.ties is not None and nf.ties.doubtful is not None:
        return f"a derivative is not known where {text(nf.ties.doubtful)} has a tie and slope 0"
    if any(_compares_slope_of_product(t) for side in stated for t in walk(side)):
        return "a condition compares the derivative of a product, which is not known where a factor is 0"
    cases: list[tuple[Index, Position]] = []
    apart: set[Term] = set()
    refused = None
    while refused is None and (lost := may_be_lost(nf, sides, stated, apart)) is not None:
        found = [] if lost.bound or deep >= _DEEP else empty_at(nf, lost.base) or []
        if not found:
            refused = f"in a branch that is not always taken, {text(lost.base)} may be 0"
        cases += found
        apart.add(lost.base)
    left, right = (nf.poly(side) for side in sides)
    difference = _away_from(cases, padd(left, right, -1))
    if not nf.decide(difference):
        value = constant_value(difference)
        if value is not None:
            return f"the sides differ by the constant {value}"
        return "the normal forms of the two sides differ"
    for letter, place in dict.fromkeys(cases) if refused is None else ():
        at = [[_pruned(rename(t, {letter: place})) for t in terms] for terms in (sides, stated)]
        reason = refusal(nf, at[0], at[1], deep + 1)
        if reason is not None:
            return f"at {letter} = {place}: {reason}"
    return refused


def _compares_slope_of_product(term: Term) -> bool:
    """Whether a condition is on D(prod[c](f)).  That is prod*sum(D(f)/f) where no factor is 0 and, as it is
    continuous, what that extends to: a jump of a condition may lie just there."""
    jumps: tuple[Term, ...] = ()
    match term:
        case Where(Compare(_, left, right)):
            jumps = (left, right)
        case Call("sign", args):
            jumps = args
        case Diff(body):  # of a maximum or an absolute value it is a condition
            jumps = (body,)
    inner = [t for part in jumps for t in walk(part) if isinstance(t, Diff)]
    return any(isinstance(t, Reduce) and t.op == "prod" for d in inner for t in walk(d.body))


def _away_from(cases: Sequence[tuple[Index, Position]], u: Poly) -> Poly:
    """A polynomial where no letter is at the position of a case."""
    gone: set[Atom] = set()
    for letter, place in cases:
        equal = positions.is_zero(positions.minus(linear(letter), linear(place)))
        gone.update(a for m in equal for a, _ in m if len(equal) == len(m) == 1)
    return {m: c for m, c in u.items() if gone.isdisjoint(a for a, _ in m)}


def _pruned(term: Term) -> Term:
    """A term without the branches that positions never take."""
    if isinstance(term, Where) and isinstance(term.condition, Order):
        holds = positions.holds(term.condition)
        if holds == number(1):
            return _pruned(term.then)
        if not holds and not isinstance(term.other, Neutral):  # a maximum over nothing has no value
            return _pruned(term.other)
    made = map_children(term, _pruned)
    return ZERO if isinstance(made, Reduce) and made.op == "sum" and made.body == ZERO else made

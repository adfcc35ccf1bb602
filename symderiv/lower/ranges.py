"""Conditions on positions as ranges: the terms of derivatives so that loops and guards see their ranges.

Nothing here is trusted: a plan made from these terms is proved like any other.
"""

from __future__ import annotations

from symderiv.derive.deltas import contracted, split_delta
from symderiv.lower.places import DENIED, Known, within
from symderiv.terms import (
    ZERO,
    Add,
    Affine,
    Delta,
    Entry,
    Index,
    Mul,
    Num,
    Order,
    Pow,
    Reduce,
    Term,
    Where,
    add,
    letters_in,
    map_children,
    mul,
    over,
    power,
    solved,
    walk,
)


def ordered(term: Term) -> bool:
    """Whether positions are compared in ``term``."""
    return any(isinstance(t, Where) and isinstance(t.condition, Order) for t in walk(term))


def gathered(term: Term) -> Term:
    """``term`` with its conditions on positions as far out as they go, and none that is already known.

    where(c <= j, a, 0)*b is where(c <= j, a*b, 0), and a sum over c of that has the range c <= j.  A sum of
    w[k]*x[j-k+1] has the range k <= j, as x[j-k+1] is 0 elsewhere.
    """
    return _decided(_everywhere(term), Known()) if _speaks(term) else term


def _everywhere(term: Term) -> Term:
    return _gather(map_children(term, _everywhere)) if _speaks(term) else term


def _speaks(term: Term) -> bool:
    """Whether there is something to gather in ``term``."""
    return ordered(term) or any(_moved(t) for t in walk(term))


def _moved(term: Term) -> bool:
    """Whether a term is an entry or a delta at a position that is no plain letter."""
    match term:
        case Entry(_, indices):
            return any(isinstance(p, Affine) for p in indices)
        case Delta(left, right):
            return isinstance(left, Affine) or isinstance(right, Affine)
    return False


def _gather(term: Term) -> Term:
    match term:
        case Mul(factors):
            for n, f in enumerate(factors):
                found = _guarded(f)
                if found is not None:
                    return _where(found[0], _gather(mul(*factors[:n], found[1], *factors[n + 1 :])))
        case Add(terms):
            parts = [_guarded(t) for t in terms]
            shared = {p[0] if p else None for p in parts}
            if len(shared) == 1 and parts[0] is not None:
                return _where(parts[0][0], _gather(add(*(p[1] for p in parts if p))))
        case Pow(base, Num(n)) if n > 0:
            found = _guarded(base)
            if found is not None:
                return _where(found[0], power(found[1], Num(n)))
        case Where(Order(op, left, right), then, other) if then == ZERO:
            return _where(Order(DENIED[op], left, right), other)
        case Where(Order(), then, other) if then == other:
            return then
        case Reduce("sum", indices, body):
            return _summed(indices, body)
    return term


def _guarded(term: Term) -> tuple[Order, Term] | None:
    """The condition under which a term is not 0, and what it is there."""
    match term:
        case Where(Order() as condition, then, other) if other == ZERO:
            return condition, then
        case Mul((Num() as n, Where(Order() as condition, then, other))) if other == ZERO:
            return condition, mul(n, then)
    return None


def _where(condition: Order, term: Term) -> Term:
    return ZERO if term == ZERO else Where(condition, term, ZERO)


def _summed(indices: tuple[Index, ...], body: Term) -> Term:
    """A sum with deltas contracted, conditions of no summed letter in front, the others as its range."""
    inner: list[Order] = []
    outer: list[Order] = []
    found = _guarded(body)
    while found is not None:
        condition, body = found
        bound = [i for i in indices if i in letters_in((condition.left, condition.right))]
        if bound:
            condition = solved(condition, bound[-1]) or condition
        (inner if bound else outer).append(condition)
        found = _guarded(body)
    for f in body.factors if isinstance(body, Mul) else (body,):
        if isinstance(f, Entry):
            inner += _needed(f, indices, Known().told(inner))
    term = _contracted(indices, inner, body)
    for condition in reversed(outer):
        term = _where(condition, term)
    return term


def _needed(entry: Entry, indices: tuple[Index, ...], known: Known) -> list[Order]:
    """The conditions on summed letters without which an entry is 0, outside its axes."""
    found: list[Order] = []
    for p in entry.indices:
        own = [i for i in indices if isinstance(p, Affine) and i in letters_in((p,))]
        for condition in within(p) if own else ():
            alone = solved(condition, own[-1])
            if alone is not None and not known.holds(alone):
                found.append(alone)
    return found


def _contracted(indices: tuple[Index, ...], conditions: list[Order], body: Term) -> Term:
    """The sum over a range; where a delta says at which letter, without it."""
    bound = frozenset(indices)
    factors = body.factors if isinstance(body, Mul) else (body,)
    for n, f in enumerate(factors):
        if isinstance(f, Add) and any(split_delta(t, bound) for t in f.terms):
            rest = (*factors[:n], *factors[n + 1 :])
            return _gather(add(*(_summed(indices, over_range(conditions, mul(*rest, t))) for t in f.terms)))
    found = split_delta(over_range(conditions, body), bound)
    if found is None:
        return over("sum", indices, conditions, body)
    gone, rest_of = contracted(*found, bound)
    others = tuple(i for i in indices if i != gone)
    return _summed(others, _everywhere(rest_of)) if others else _everywhere(rest_of)


def over_range(conditions: list[Order], term: Term) -> Term:
    """``term`` where the conditions hold, else 0."""
    for condition in reversed(conditions):
        term = _where(condition, term)
    return term


def _decided(term: Term, known: Known) -> Term:
    """``term`` without the conditions that what stands around them decides."""
    match term:
        case Where(Order(op, left, right) as condition, then, other):
            if known.holds(condition):
                return _decided(then, known)
            if known.fails(condition):
                return _decided(other, known)
            denied = Order(DENIED[op], left, right)
            return Where(
                condition, _decided(then, known.told((condition,))), _decided(other, known.told((denied,)))
            )
        case Reduce(_, indices, _):
            known = known.without(indices)
    return map_children(term, lambda t: _decided(t, known))

"""Products under sums, summed letter by letter where that needs fewer nested loops.

sum[c,n](v[n,a]*d[n,c]*p[n]*q[c]) is sum[n](v[n,a]*p[n]*sum[c](d[n,c]*q[c])): two loops inside each other
and not three.  Sums inside sums are taken together first, so the order in which they were written is free.
What is made is proved by whoever asked.
"""

from __future__ import annotations

from collections.abc import Sequence

from symderiv.terms import (
    Index,
    Mul,
    Order,
    Reduce,
    Term,
    Where,
    all_indices,
    free_indices,
    map_children,
    mul,
    walk,
)


def contracted(term: Term) -> Term:
    """``term`` with its sums of products in the order that takes the fewest nested loops."""
    if isinstance(term, Reduce) and term.op == "sum":
        made = _contracted(term)
        if made is not None:
            return made
    return map_children(term, contracted)


def loops(term: Term) -> int:
    """How many loops are nested at most."""
    inner = [free_indices(t.body) for t in walk(term) if isinstance(t, Reduce)]
    return max(len(letters) for letters in (free_indices(term), *inner))


def _contracted(term: Reduce) -> Term | None:
    letters, factors = _together(term)
    if len(letters) < 2 or any(isinstance(t, Where) and isinstance(t.condition, Order) for t in walk(term)):
        return None
    made = _summed([contracted(f) for f in factors], letters)
    return made if loops(made) < loops(term) else None


def _together(term: Reduce) -> tuple[list[Index], list[Term]]:
    """All letters that are summed over and all factors, of a sum and of the sums among its factors."""
    letters, factors = list(term.indices), []
    for f in term.body.factors if isinstance(term.body, Mul) else (term.body,):
        if isinstance(f, Reduce) and f.op == "sum" and _apart(f, term):
            more, inner = _together(f)
            letters += more
            factors += inner
        else:
            factors.append(f)
    return letters, factors


def _apart(inner: Reduce, outer: Reduce) -> bool:
    """Whether the letters of the inner sum are used nowhere else in the outer one."""
    others = [f for f in (outer.body.factors if isinstance(outer.body, Mul) else ()) if f is not inner]
    used = set(outer.indices).union(*(all_indices(f) for f in others))
    return used.isdisjoint(i for t in walk(inner) if isinstance(t, Reduce) for i in t.indices)


def _summed(factors: list[Term], letters: Sequence[Index]) -> Term:
    """The sum over ``letters``, each time over the letter whose factors have the fewest letters."""
    left = list(letters)
    while left:
        held = {i: [f for f in factors if i in free_indices(f)] for i in left}
        least = min(left, key=lambda i: len(frozenset().union(*map(free_indices, held[i]))))
        inside = held[least]
        same = tuple(i for i in left if held[i] == inside)
        factors = [f for f in factors if f not in inside]
        factors.append(Reduce("sum", same, mul(*inside)))
        left = [i for i in left if i not in same]
    return mul(*factors)

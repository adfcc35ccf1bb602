"""Anchors: where a formula does not change when a number is added to all of g, g is read from its most
important entry.

y[i]*(g[i] - sum[c](g[c]*y[c])) loses the entry whose y is nearly 1, by cancellation.  It is the same for
g - a with any a (because the y sum to 1): with a the entry of g at the largest weight y, that difference
is 0 where it would have cancelled.  Whether a formula allows it is not known here: it is proved, with
the anchor left opaque, like any other plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from symderiv.lower.names import Names
from symderiv.lower.plan import Plan, Shift
from symderiv.terms import (
    ONE,
    ZERO,
    Compare,
    Entry,
    Index,
    Mul,
    Num,
    Reduce,
    Term,
    Where,
    add,
    call,
    div,
    free_indices,
    map_children,
    mul,
    neg,
    walk,
)


def anchored(
    plan: Plan,
    movable: frozenset[str],
    names: Names,
    fixed: frozenset[Index],
    nonnegative: Callable[[Term], bool],
) -> Iterator[Plan]:
    """Plans with one of the ``movable`` tensors measured from its entry at the largest weight."""
    seen: set[tuple[str, int]] = set()
    for t in walk(plan.formula):
        if not (isinstance(t, Reduce) and t.op == "sum" and isinstance(t.body, Mul)):
            continue
        for g in t.body.factors:
            if not isinstance(g, Entry) or g.name not in movable:
                continue
            weight = mul(*(f for f in t.body.factors if f is not g and not isinstance(f, Num)))
            for axis, c in enumerate(g.indices):
                if c in t.indices and (g.name, axis) not in seen and weight != ONE:
                    size = weight if nonnegative(weight) else call("abs", weight)
                    made = _anchored(plan, g, axis, size, names, fixed)
                    if made is not None:
                        seen.add((g.name, axis))
                        yield made


def _anchored(
    plan: Plan, g: Entry, axis: int, size: Term, names: Names, fixed: frozenset[Index]
) -> Plan | None:
    c = g.indices[axis]
    others = tuple(i for n, i in enumerate(g.indices) if n != axis)
    if not free_indices(size) - fixed <= {c, *others} or c not in free_indices(size):
        return None
    largest = names.usual("max")
    anchor = names.pick("a", "b", "anchor")
    head = tuple(i for i in others if i not in fixed)
    own = tuple(i for i in head if i in free_indices(size))
    reached = Compare(">=", size, Entry(largest, own))
    at = div(
        Reduce("sum", (c,), Where(reached, g, ZERO)),
        Reduce("sum", (c,), Where(reached, ONE, ZERO)),
    )

    def visit(t: Term) -> Term:
        if isinstance(t, Entry) and t.name == g.name:
            rest = tuple(i for n, i in enumerate(t.indices) if n != axis and i not in fixed)
            return add(t, neg(Entry(anchor, rest)))
        return map_children(t, visit)

    more = (Shift(largest, own, Reduce("max", (c,), size)), Shift(anchor, head, at, moves=g.name))
    return replace(plan, formula=visit(plan.formula), shifts=(*plan.shifts, *more))

"""Anchors: where a formula does not change when a number is added to all of g, g is read from its most
important entry.

y[i]*(g[i] - sum[c](g[c]*y[c])) loses the entry whose y is nearly 1, by cancellation.  It is the same for
g - a with any a (because the y sum to 1): with a the entry of g at the largest weight y, that difference
is 0 where it would have cancelled.  Whether a formula allows it is not known here: it is proved, with
the anchor left opaque, like any other plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from symderiv.lower.names import Names
from symderiv.lower.places import nonempty
from symderiv.lower.plan import Plan, Shift
from symderiv.terms import (
    ONE,
    ZERO,
    Compare,
    Entry,
    Index,
    Mul,
    Num,
    Order,
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
    over,
    split_range,
    tensor_names,
    unfold,
    walk,
)


def anchored(
    plan: Plan,
    movable: frozenset[str],
    names: Names,
    fixed: frozenset[Index],
    nonnegative: Callable[[Term], bool],
) -> Iterator[Plan]:
    """Plans with one of the ``movable`` tensors measured from its entry at the largest weight.

    A statement that has a sum of the tensor's entries, too, is written out: it moves as well.
    """
    inner = [(s.name, found) for s in plan.statements for found in _weighted(s.body, movable)]
    seen: set[tuple[str, int]] = set()
    for found in (*_weighted(plan.formula, movable), *(f for _, f in inner)):
        key = (found.g.name, found.axis)
        if key in seen:
            continue
        open_ = {name for name, other in inner if (other.g.name, other.axis) == key}
        written = plan
        if open_:
            written = _written_out(plan, open_)
        made = _anchored(written, found, names, fixed, nonnegative)
        if made is not None:
            seen.add(key)
            yield made


def _entries(plan: Plan, name: str) -> Iterator[Entry]:
    """The entries of a tensor that an anchor would be subtracted from."""
    for t in walk(plan.formula):
        if isinstance(t, Entry) and t.name == name:
            yield t


@dataclass(frozen=True, slots=True)
class _Weighted:
    """A sum over ``c``, under ``conditions``, of ``weight`` times an entry of g, which has c as an axis."""

    g: Entry
    axis: int
    weight: Term
    conditions: tuple[Order, ...]


def _weighted(term: Term, movable: frozenset[str]) -> Iterator[_Weighted]:
    for t in walk(term):
        if not (isinstance(t, Reduce) and t.op == "sum"):
            continue
        conditions, body = split_range("sum", t.indices, t.body)
        for g in body.factors if isinstance(body, Mul) else ():
            if not isinstance(g, Entry) or g.name not in movable or not isinstance(body, Mul):
                continue
            weight = mul(*(f for f in body.factors if f is not g and not isinstance(f, Num)))
            for axis, c in enumerate(g.indices):
                if c in t.indices and weight != ONE:
                    yield _Weighted(g, axis, weight, tuple(conditions))


def _written_out(plan: Plan, names: set[str]) -> Plan:
    """The plan with the named statements written out in its formula, and those that rest on them."""
    gone = set(names)
    for s in plan.statements:
        if tensor_names(s.body) & gone:
            gone.add(s.name)
    bodies = {s.name: (s.head, s.body) for s in plan.statements if s.name in gone}
    formula = unfold(plan.formula, bodies)
    used = tensor_names(formula).union(*(tensor_names(s.body) for s in plan.shifts))
    kept = []
    for s in reversed(plan.statements):
        if s.name in used:
            kept.append(s)
            used |= tensor_names(s.body)
    return replace(plan, formula=formula, statements=tuple(reversed(kept)))


def _anchored(
    plan: Plan,
    found: _Weighted,
    names: Names,
    fixed: frozenset[Index],
    nonnegative: Callable[[Term], bool],
) -> Plan | None:
    g, axis, conditions = found.g, found.axis, found.conditions
    if not all(isinstance(i, Index) for i in g.indices):
        return None
    size = found.weight if nonnegative(found.weight) else call("abs", found.weight)
    c = g.letters[axis]
    others = tuple(i for n, i in enumerate(g.letters) if n != axis)
    held = {n: i for n, i in enumerate(g.letters) if n != axis and i in fixed}
    if any(e.indices[n] != i for e in _entries(plan, g.name) for n, i in held.items()):
        return None  # the anchor is that of one label's entries only
    ranged = free_indices(over("sum", (c,), conditions, ONE))
    if not (free_indices(size) | ranged) - fixed <= {c, *others} or c not in free_indices(size):
        return None
    some = nonempty((c,), conditions)
    if some is None:
        return None
    largest = names.usual("max")
    anchor = names.pick("a", "b", "anchor")
    head = tuple(i for i in others if i not in fixed)
    own = tuple(i for i in head if i in free_indices(size) | ranged)
    reached = Compare(">=", size, Entry(largest, own))
    at = div(
        over("sum", (c,), conditions, Where(reached, g, ZERO)),
        over("sum", (c,), conditions, Where(reached, ONE, ZERO)),
    )
    for condition in some:  # nothing to read from where the range is empty
        at = Where(condition, at, ZERO)

    def visit(t: Term) -> Term:
        if isinstance(t, Entry) and t.name == g.name:
            # where it is moved it is 0 outside its axis, and the anchor is not: no proof, no plan
            rest = tuple(i for n, i in enumerate(t.indices) if n != axis and n not in held)
            return add(t, neg(Entry(anchor, rest)))
        return map_children(t, visit)

    more = (Shift(largest, own, over("max", (c,), conditions, size)), Shift(anchor, head, at, moves=g.name))
    return replace(plan, formula=visit(plan.formula), shifts=(*plan.shifts, *more))

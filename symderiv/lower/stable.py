"""The stable form of a formula: several plans, each proved equal to the goal, the most accurate kept.

Plans differ in what is written out (the folded form over the user's names; everything in terms of
the arguments), in the overflow guard (:mod:`symderiv.lower.guard`) and in local rewrites
(:mod:`symderiv.lower.polish`).  They are ranked by measured loss (:mod:`symderiv.lower.measure`), the
first among equals being the simplest; nothing is chosen by a function's name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from symderiv.calculus.normal import Exhausted, Undefined
from symderiv.definitions import Function, Statement
from symderiv.lower.anchor import anchored
from symderiv.lower.guard import Guard
from symderiv.lower.measure import Machine, Point, bits_lost, points
from symderiv.lower.names import Names
from symderiv.lower.plan import Plan, Shift, needed, proved, refold
from symderiv.lower.polish import polish
from symderiv.terms import Index, Term, free_indices, tensor_names, unfold
from symderiv.verify.by_calculus import normalizer

#: A plan must gain this many bits on average to be preferred to an earlier, simpler one.
_WORTH = 0.1
#: ... and this many for each further nested loop it needs.
_SLOWER = 6.0
#: So many entries of the result are looked at, at each point.
_ENTRIES = 10


@dataclass(frozen=True, slots=True)
class Goal:
    """What a kernel is to compute.

    ``definition``: the term that says so (no ``Diff``).  ``forms``: terms that may be equal to it and
    shorter.  ``given``: names of the kernel's arguments.  ``extra``: arguments that are no inputs of
    the function (cotangents, tangents, the output), with the dimensions of their axes.
    """

    function: Function
    definition: Term
    forms: tuple[Term, ...]
    given: frozenset[str]
    extra: Mapping[str, tuple[str, ...]]
    labels: tuple[Index, ...]


def stabilise(goal: Goal, names: Names) -> Plan:
    """The proved plan that loses the fewest bits."""
    plans: list[Plan] = []
    for plan in _plans(goal, names):
        if plan not in plans and proved(plan, goal.definition, goal.function):
            plans.append(plan)
    if not plans:
        plans = [Plan(unfold(goal.definition, _bodies(goal)))]
    where = points(goal.function, goal.extra, goal.labels)
    if len(plans) == 1:
        return plans[0]
    if where is None:
        # no points: the guarded and polished plans come last in the list, and are never worse by design
        return plans[-1]
    _set_outputs(goal, where)
    exact = [Machine(p, goal.function.bodies, rounded=False) for p in where]
    truth = [_results(goal, machine, goal.definition) for machine in exact]
    scored = [(_loss(goal, plan, where, truth) + _SLOWER * plan.order, plan) for plan in plans]
    best = min(score for score, _ in scored)
    return next(plan for score, plan in scored if score <= best + _WORTH)


def _bodies(goal: Goal) -> dict[str, tuple[tuple[Index, ...], Term]]:
    return {k: v for k, v in goal.function.bodies.items() if k not in goal.given}


def _plans(goal: Goal, names: Names) -> Iterator[Plan]:
    function, fixed = goal.function, frozenset(goal.labels)
    for form in dict.fromkeys(goal.forms):
        base = Plan(form, needed(tensor_names(form), function, goal.given))
        yield base
        yield _polished(base)
    for form in dict.fromkeys(goal.forms):
        yield _polished(Plan(unfold(form, _bodies(goal))))
    movable = frozenset(goal.extra) - {function.output.name}
    plans: list[Plan] = []
    for everywhere in (False, True):
        nf = normalizer(function.assumptions)
        plans += _guarded(goal, Guard(names, fixed, nf, everywhere=everywhere))
    yield from plans
    signs = normalizer(function.assumptions)

    def nonnegative(term: Term) -> bool:
        try:
            return signs.signs.of(signs.poly(unfold(term, function.bodies))) is not None
        except (Exhausted, Undefined, NotImplementedError):
            return False

    for plan in dict.fromkeys(plans):
        yield from anchored(plan, movable, names, fixed, nonnegative)


def _guarded(goal: Goal, guard: Guard) -> Iterator[Plan]:
    function = goal.function
    try:
        for form in dict.fromkeys(goal.forms):
            own = needed(tensor_names(form), function, goal.given)
            kept = tuple(replace(s, body=guard.value(s.body)) for s in own)
            plan = _with_shifts(Plan(guard.value(form), kept), guard.shifts)
            yield plan
            yield _polished(plan)
        bodies = _bodies(goal)
        wholes = {s.name: replace(s, body=guard.value(unfold(s.body, bodies))) for s in function.statements}
        for form in dict.fromkeys(goal.forms):
            formula = guard.value(unfold(form, bodies))
            yield _folded(Plan(formula), wholes, goal, guard.shifts)
            formula, used = polish(formula, frozenset(s.name for s in guard.shifts))
            yield _folded(Plan(formula, rewrites=used), wholes, goal, guard.shifts)
    except (Exhausted, Undefined, NotImplementedError):
        return


def _folded(plan: Plan, wholes: Mapping[str, Statement], goal: Goal, shifts: Sequence[Shift]) -> Plan:
    """The user's names put back where their guarded bodies stand."""
    fixed = frozenset(goal.labels)
    others = [s for s in wholes.values() if s.name not in goal.given]
    formula = refold(plan.formula, [s for s in reversed(others) if s.body != plan.formula], fixed)
    used = tensor_names(formula)
    kept: list[Statement] = []
    for s in reversed(others):
        if s.name in used:
            body = refold(s.body, [o for o in reversed(others) if _before(o, s, others)], fixed)
            kept.append(replace(s, body=body))
            used |= tensor_names(body)
    return _with_shifts(Plan(formula, tuple(reversed(kept)), rewrites=plan.rewrites), shifts)


def _before(one: Statement, other: Statement, order: Sequence[Statement]) -> bool:
    return [s.name for s in order].index(one.name) < [s.name for s in order].index(other.name)


def _polished(plan: Plan) -> Plan:
    names = frozenset(s.name for s in plan.shifts)
    formula, used = polish(plan.formula, names)
    statements = []
    for s in plan.statements:
        body, more = polish(s.body, names)
        statements.append(replace(s, body=body))
        used += more
    rules = tuple(dict.fromkeys(plan.rewrites + used))
    return replace(plan, formula=formula, statements=tuple(statements), rewrites=rules)


def _with_shifts(plan: Plan, shifts: Sequence[Shift]) -> Plan:
    """The plan with the shifts it uses, in order."""
    used = tensor_names(plan.formula).union(*(tensor_names(s.body) for s in plan.statements))
    kept: list[Shift] = []
    for s in reversed(shifts):
        if s.name in used:
            kept.append(s)
            used |= tensor_names(s.body)
    return replace(plan, shifts=tuple(reversed(kept)))


# --- ranking --------------------------------------------------------------------------------------


def _set_outputs(goal: Goal, where: Sequence[Point]) -> None:
    """Where the output is an argument: its value, rounded to a double as the caller would hold it."""
    output = goal.function.output
    if output.name not in goal.extra:
        return
    for point in where:
        machine = Machine(point, goal.function.bodies, rounded=False)
        values = {}
        for places in list(point.values[output.name]):
            value = machine.run(output.body, dict(zip(output.head, places, strict=True)))
            values[places] = machine.to_double(value)
        dict.update(point.values[output.name], values)  # type: ignore[arg-type]


def _results(goal: Goal, machine: Machine, term: Term) -> list[Any]:
    letters = sorted(free_indices(goal.definition) - frozenset(goal.labels))
    places: list[dict[Index, int]] = [{}]
    for i in letters:
        places = [{**p, i: n} for p in places for n in range(1, machine.point.sizes[i.dim] + 1)]
    step = -(-len(places) // _ENTRIES)
    return [machine.run(term, p) for p in places[::step]]


def _loss(goal: Goal, plan: Plan, where: Sequence[Point], truth: Sequence[Sequence[Any]]) -> float:
    """Mean over the points of the bits lost in the worst entry."""
    bodies = plan.bodies
    total = 0.0
    for point, exact in zip(where, truth, strict=True):
        values = _results(goal, Machine(point, bodies, rounded=True), plan.formula)
        lost = [bits_lost(v, e) for v, e in zip(values, exact, strict=True)]
        total += max(lost, default=0.0) + sum(lost) / max(len(lost), 1)
    return total / (2 * len(where))

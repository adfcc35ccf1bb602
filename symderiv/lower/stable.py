"""The stable form of a formula: several plans, each proved equal to the goal, the most accurate kept.

Plans differ in what is written out (the folded form over the user's names; everything in terms of
the arguments), in the overflow guard (:mod:`symderiv.lower.guard`) and in local rewrites
(:mod:`symderiv.lower.polish`).  They are ranked by measured loss (:mod:`symderiv.lower.measure`), the
first among equals being the simplest; nothing is chosen by a function's name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from symderiv.calculus.assumptions import normalizer
from symderiv.calculus.normal import Exhausted, Undefined
from symderiv.definitions import Function, Statement
from symderiv.lower.anchor import anchored
from symderiv.lower.contract import contracted
from symderiv.lower.guard import Guard
from symderiv.lower.machine import Machine, Point
from symderiv.lower.measure import bits_lost, points
from symderiv.lower.names import Names
from symderiv.lower.plan import Plan, Shift, needed, own_letters, proved, refold
from symderiv.lower.polish import polish
from symderiv.lower.ranges import gathered
from symderiv.terms import Index, Term, free_indices, tensor_names, unfold

#: A plan must gain this many bits on average to be preferred to an earlier, simpler one; fewer in a function
#: of numbers, where no sum that happens to cancel or not hides what a form is worth.
_WORTH, _WORTH_OF_NUMBERS = 0.2, 0.05
#: So many bits are lost by the few roundings that every form has; it is chance which form has the fewest.
_USUAL = 1.5
#: A plan that loses more bits than this is of no use; then one with a further nested loop may be better.
_USELESS = 30.0
#: So many bits, it must gain then.
_MUCH = 25.0
#: Plans that lose so many bits more than the best are anchored, too: they may then lose fewer.
_NEAR = 10.0
#: So many tensors are anchored at most.
_ANCHORS = 2
#: So many entries of the result are looked at, at each point.
_ENTRIES = 10


@dataclass(frozen=True, slots=True)
class Goal:
    """What a kernel is to compute.

    ``definition``: the term that says so (no ``Diff``).  ``forms``: terms that may be equal to it and
    shorter.  ``given``: names of the kernel's arguments.  ``extra``: arguments that are no inputs of
    the function (cotangents, tangents, the output), with the dimensions of their axes.  ``tidy`` is done to
    every term first.
    """

    function: Function
    definition: Term
    forms: tuple[Term, ...]
    given: frozenset[str]
    extra: Mapping[str, tuple[str, ...]]
    labels: tuple[Index, ...]
    tidy: Callable[[Term], Term] = gathered


def stabilise(goal: Goal, taken: frozenset[str]) -> Plan:
    """The proved plan that loses the fewest bits; ``taken`` are names that shifts must not have."""
    names = Names(taken)
    where = points(goal.function, goal.extra, goal.labels)
    score = _Score(goal, where) if where is not None else None
    if score is not None and len(score.defined) < len(score.where) / 2:  # logarithms of probabilities, say
        between = points(goal.function, goal.extra, goal.labels, fractions=True)
        score = _Score(goal, [*score.defined, *(between or ())])
    for tidy in (_tidy, _as_it_is):
        goal = replace(goal, tidy=tidy)
        plans = _distinct(_plans(goal, names), taken)
        best = _best(plans, goal, score)
        if best is not None:
            break
    else:
        return Plan(unfold(goal.definition, _bodies(goal)))
    movable = _movable(goal, names)
    near = [p for p in plans if p == best or (score and score.near(p, best))]
    for _ in range(_ANCHORS):
        more = _distinct((a for p in near for a in anchored(p, *movable)), taken)
        limit = score.of(best)[0] if score else math.inf
        chosen = _best([best, *more], goal, score, limit) or best
        if chosen == best:
            break
        best, near = chosen, [chosen]
    return best


def _tidy(term: Term) -> Term:
    return contracted(gathered(term))


def _as_it_is(term: Term) -> Term:
    return term


def _distinct(plans: Iterable[Plan], taken: frozenset[str]) -> list[Plan]:
    """The plans, each once, with tidy names."""
    return list(dict.fromkeys(plan.renamed(Names(taken)) for plan in plans))


def _best(plans: Sequence[Plan], goal: Goal, score: _Score | None, limit: float = math.inf) -> Plan | None:
    """The best plan that is proved, of the fewest nested loops that give a useful result.

    Without a score the last one is best: it is guarded and polished.  A plan with a further nested loop is
    taken where those with fewer are of no use, and it is much better.
    """
    if score is None:
        return next((p for p in reversed(plans) if proved(p, goal.definition, goal.function)), None)
    found: list[tuple[float, Plan]] = []
    for order in sorted({p.order for p in plans}):
        left = [(*score.of(p, limit), p) for p in plans if p.order == order]
        left = [e for e in left if e[0] < math.inf]
        while left:
            near = [e for e in left if e[0] <= min(e[0] for e in left) + score.worth]
            chosen = next(e for e in near if e[1] <= min(e[1] for e in near) + score.worth)
            if not proved(chosen[2], goal.definition, goal.function):
                left.remove(chosen)
                continue
            found.append((chosen[0], chosen[2]))
            break
        if found and found[-1][0] <= _USELESS:
            break
    return next((p for s, p in found if s <= min(found, key=lambda f: f[0])[0] + _MUCH), None)


def _movable(
    goal: Goal, names: Names
) -> tuple[frozenset[str], Names, frozenset[Index], Callable[[Term], bool]]:
    """What :func:`symderiv.lower.anchor.anchored` needs to know."""
    function = goal.function
    movable = frozenset((*goal.extra, *function.inputs)) - {function.output.name}
    nf = normalizer(function.assumptions)

    def nonnegative(term: Term) -> bool:
        try:
            return nf.signs.of(nf.poly(unfold(term, function.bodies))) is not None
        except (Exhausted, Undefined, NotImplementedError):
            return False

    return movable, names, frozenset(goal.labels), nonnegative


def _bodies(goal: Goal) -> dict[str, tuple[tuple[Index, ...], Term]]:
    return {k: v for k, v in goal.function.bodies.items() if k not in goal.given}


def _written_out(term: Term, goal: Goal) -> Term:
    """``term`` in terms of what is given."""
    return goal.tidy(unfold(term, _bodies(goal)))


def _kept(form: Term, goal: Goal) -> tuple[Statement, ...]:
    """The statements that a form rests on."""
    own = needed(tensor_names(form), goal.function, goal.given)
    return tuple(replace(s, body=goal.tidy(s.body)) for s in own)


def _plans(goal: Goal, names: Names) -> Iterator[Plan]:
    function, fixed = goal.function, frozenset(goal.labels)
    forms = list(dict.fromkeys(map(goal.tidy, goal.forms)))
    for form in forms:
        base = Plan(form, _kept(form, goal))
        yield base
        yield _polished(base)
    for form in forms:
        yield _polished(Plan(_written_out(form, goal)))
    for everywhere in (False, True):
        nf = normalizer(function.assumptions)
        yield from _guarded(goal, Guard(names, fixed, nf, everywhere=everywhere))


def _guarded(goal: Goal, guard: Guard) -> Iterator[Plan]:
    forms = list(dict.fromkeys(map(goal.tidy, goal.forms)))
    try:
        for form in forms:
            kept = tuple(replace(s, body=guard.value(s.body)) for s in _kept(form, goal))
            plan = _with_shifts(Plan(guard.value(form), kept), guard.shifts)
            yield plan
            yield _polished(plan)
        own = own_letters(goal.function)
        wholes = {s.name: replace(s, body=guard.value(_written_out(s.body, goal))) for s in own}
        for form in forms:
            formula = guard.value(_written_out(form, goal))
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


class _Score:
    """Measures plans for one goal at the same points.

    A kernel that takes the output gets it rounded, and no plan makes up for what that lost; plans that are
    equally good for the true output are told apart by how close they come to the formula at the rounded one.
    """

    def __init__(self, goal: Goal, where: Sequence[Point]) -> None:
        self.goal = goal
        self.where = where
        self.worth = _WORTH if any(p.sizes for p in where) else _WORTH_OF_NUMBERS
        self._known: dict[Plan, tuple[float, float]] = {}
        machines = [Machine(p, goal.function.bodies, rounded=False) for p in where]
        takes_output = goal.function.output.name in goal.extra
        if takes_output:
            for machine in machines:
                self._set_output(machine)
        self.truth = [self._results(machine, goal.definition) for machine in machines]
        #: The points at which an entry has a value.
        self.defined = [p for p, t in zip(where, self.truth, strict=True) if not all(v.is_nan() for v in t)]
        self.given: list[list[Any]] = []
        if takes_output:
            own = [Machine(p, _bodies(goal), rounded=False) for p in where]
            self.given = [self._results(machine, goal.forms[0]) for machine in own]

    def _set_output(self, machine: Machine) -> None:
        """Where the output is an argument: its value, rounded to a double as the caller would hold it."""
        output = self.goal.function.output
        values = machine.point.values[output.name]
        assert isinstance(values, dict)
        for places in values:
            value = machine.run(output.body, dict(zip(output.head, places, strict=True)))
            values[places] = machine.to_double(value)

    def of(self, plan: Plan, limit: float = math.inf) -> tuple[float, float]:
        """Bits lost, the mean over the points of the worst and the mean entry: see the class.

        Infinity, without looking at all points, where it is more than ``limit``.
        """
        if plan not in self._known:
            self._known[plan] = self._measured(plan, limit)
        return self._known[plan]

    def _measured(self, plan: Plan, limit: float) -> tuple[float, float]:
        lost, given = 0.0, 0.0
        for n, point in reversed(list(enumerate(self.where))):  # the largest inputs tell most
            values = self._results(Machine(point, plan.bodies, rounded=True), plan.formula)
            lost += _lost(values, self.truth[n]) / len(self.where)
            given += _lost(values, self.given[n]) / len(self.where) if self.given else 0.0
            if lost > limit:
                return math.inf, math.inf
        return lost, given

    def near(self, plan: Plan, best: Plan) -> bool:
        """Whether ``plan`` is nearly as good as ``best`` and takes no more time."""
        return plan.order <= best.order and self.of(plan)[0] <= self.of(best)[0] + _NEAR

    def _results(self, machine: Machine, term: Term) -> list[Any]:
        letters = sorted(free_indices(self.goal.definition) - frozenset(self.goal.labels))
        places: list[dict[Index, int]] = [{}]
        for i in letters:
            places = [{**p, i: n} for p in places for n in range(1, machine.point.sizes[i.dim] + 1)]
        step = -(-len(places) // _ENTRIES)
        return [machine.run(term, p) for p in places[::step]]


def _lost(values: Sequence[float], truth: Sequence[Any]) -> float:
    """Bits lost at one point, but for the usual ones: the mean of the worst entry and the mean."""
    lost = [max(0.0, bits_lost(v, e) - _USUAL) for v, e in zip(values, truth, strict=True)]
    return (max(lost, default=0.0) + sum(lost) / max(len(lost), 1)) / 2

"""A plan -> the steps of a kernel: every reduction and every repeated function value gets a name.

The user's names are kept; others are the usual letters (:mod:`symderiv.lower.names`).
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from symderiv.lower.alike import Key, key
from symderiv.lower.kernel import Step
from symderiv.lower.names import Names
from symderiv.lower.plan import Plan
from symderiv.lower.ranges import ordered
from symderiv.terms import (
    Add,
    Call,
    Delta,
    Entry,
    Index,
    Neutral,
    Num,
    Reduce,
    Size,
    Term,
    add,
    count_nodes,
    free_indices,
    map_children,
    mul,
    power,
    walk,
)

#: Functions that cost enough to be computed once where they occur twice.
COSTLY = frozenset(
    ("exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tanh", "sinh", "cosh", "erf", "erfc", "sigmoid")
)


def steps_of(plan: Plan, result: Entry, names: Names, labels: tuple[Index, ...] = ()) -> tuple[Step, ...]:
    """The steps that compute ``plan`` into ``result``."""
    builder = _Builder(plan, names, frozenset(labels))
    builder.emit(result.name, result.letters, plan.formula)
    return tuple(_shared(builder.steps, names, frozenset(labels)))


class _Builder:
    def __init__(self, plan: Plan, names: Names, fixed: frozenset[Index]) -> None:
        self.steps: list[Step] = []
        self.names = names
        self.fixed = fixed
        self._defined = plan.bodies
        self._done: set[str] = set()
        self._known: dict[Key, tuple[str, tuple[int, ...]]] = {}
        everything = [plan.formula, *(body for _, body in plan.bodies.values())]
        self._started = {key(r, fixed)[0]: n for t in everything for u in walk(t) for r, n in _started(u)}

    def emit(self, name: str, head: tuple[Index, ...], body: Term) -> None:
        """Add the step for a definition, after the steps it needs."""
        self._done.add(name)
        body = _lean(body)
        if isinstance(body, Reduce):
            self.steps.append(Step(name, head, self.visit(body.body), body.op, body.indices))
            shape, letters = key(body, self.fixed)
            if set(letters) == set(head):
                self._known.setdefault(shape, (name, tuple(letters.index(i) for i in head)))
        else:
            self.steps.append(Step(name, head, self.visit(body)))

    def visit(self, term: Term) -> Term:
        """``term`` without reductions; what it needs is emitted."""
        term = _lean(term)
        match term:
            case Entry(name, _):
                if name in self._defined and name not in self._done:
                    self.emit(name, *self._defined[name])
                return term
            case Reduce(op, indices, body):
                return self._reduction(term, op, indices, body, Fraction(0))
            case Add():
                for r, n in _started(term):
                    return self._reduction(add(r, n), "sum", r.indices, r.body, n.value)
        return map_children(term, self.visit)

    def _reduction(
        self, whole: Term, op: str, indices: tuple[Index, ...], body: Term, start: Fraction
    ) -> Entry:
        shape, letters = key(whole, self.fixed)
        found = self._known.get(shape)
        if found is None and not start and shape in self._started:
            n = self._started[shape]  # the same sum is wanted from another start: take it from there
            name = self.names.usual(op)
            rest = self._reduction(add(whole, n), op, indices, body, n.value)
            self.steps.append(Step(name, letters, add(Num(-n.value), rest)))
            found = self._known[shape] = (name, tuple(range(len(letters))))
        if found is None:
            inner = self.visit(body)
            name = self.names.usual(op if not start else "rest")
            self.steps.append(Step(name, letters, inner, op, indices, start))
            found = self._known[shape] = (name, tuple(range(len(letters))))
        name, places = found
        return Entry(name, tuple(letters[n] for n in places))


def _started(term: Term) -> list[tuple[Reduce, Num]]:
    """A sum and the number it starts from, where ``term`` is their sum."""
    match term:
        case Add((Reduce("sum", _, _) as r, Num() as n)) | Add((Num() as n, Reduce("sum", _, _) as r)):
            return [(r, n)]
    return []


def _lean(term: Term) -> Term:
    """A reduction without the letters that its body does not depend on."""
    if not isinstance(term, Reduce):
        return term
    free = free_indices(term.body)
    idle = [i for i in term.indices if i not in free]
    if not idle:
        return term
    rest = tuple(i for i in term.indices if i in free)
    inner = Reduce(term.op, rest, term.body) if rest else term.body
    count = mul(*(Size(i.dim) for i in idle))
    if term.op == "sum":
        return mul(count, inner)
    return power(inner, count) if term.op == "prod" else inner


def _shared(steps: list[Step], names: Names, fixed: frozenset[Index]) -> list[Step]:
    """Name function values that occur more than once, the smallest first."""
    while True:
        count: Counter[Key] = Counter()
        first: dict[Key, tuple[int, Term]] = {}
        for n, s in enumerate(steps):
            for t in walk(s.body):
                if isinstance(t, Call) and t.function in COSTLY and not constant(t):
                    shape, _ = key(t, fixed)
                    count[shape] += 1
                    first.setdefault(shape, (n, t))
        repeated = [(count_nodes(first[k][1]), first[k][0], k) for k, times in count.items() if times > 1]
        if not repeated:
            return steps
        _, n, shape = min(repeated, key=lambda r: (r[0], r[1]))
        steps = _with_shared(steps, n, first[shape][1], shape, names, fixed)


def constant(term: Term) -> bool:
    """Whether the term is a number that can be worked out now."""
    kinds = (Entry, Size, Delta, Reduce, Neutral)
    return not ordered(term) and not any(isinstance(t, kinds) for t in walk(term))


def _with_shared(
    steps: list[Step], place: int, term: Term, shape: Key, names: Names, fixed: frozenset[Index]
) -> list[Step]:
    assert isinstance(term, Call)
    _, head = key(term, fixed)
    name = names.usual(term.function)

    def visit(t: Term) -> Term:
        if isinstance(t, Call):
            own, letters = key(t, fixed)
            if own == shape:
                return Entry(name, letters)
        return map_children(t, visit)

    changed = [Step(s.name, s.head, visit(s.body), s.op, s.over, s.start) for s in steps]
    changed.insert(place, Step(name, head, term))
    return changed


__all__ = ["COSTLY", "constant", "steps_of"]

"""A plan: a formula, the definitions it rests on, and shifts that may have any value.

Plans are what the search for a stable form ranks; a plan is used only when it is *proved* equal to
what the kernel is to compute, with every shift left opaque.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from symderiv.calculus.normal import Exhausted, Undefined
from symderiv.definitions import Function, Statement
from symderiv.derive.prove import equal
from symderiv.lower.alike import Key, key
from symderiv.lower.names import USUAL, Names
from symderiv.terms import (
    Entry,
    Index,
    Reduce,
    Term,
    all_indices,
    free_indices,
    fresh_name,
    instantiate,
    map_children,
    tensor_names,
    unfold,
    walk,
)


@dataclass(frozen=True, slots=True)
class Shift:
    """``name[head]``: proved to have no influence, so it may be chosen; it is chosen to be ``body``.

    ``guards``: chosen to keep exp from overflowing.  ``moves``: the tensor that it is subtracted from.
    """

    name: str
    head: tuple[Index, ...]
    body: Term
    guards: bool = False
    moves: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """``formula``, with ``statements`` for names that it uses and that are no arguments."""

    formula: Term
    statements: tuple[Statement, ...] = ()
    shifts: tuple[Shift, ...] = ()
    rewrites: tuple[str, ...] = field(default=(), compare=False)

    @property
    def bodies(self) -> dict[str, tuple[tuple[Index, ...], Term]]:
        """Every name that the plan defines, shifts as they are chosen."""
        found = {s.name: (s.head, s.body) for s in self.statements}
        return found | {s.name: (s.head, s.body) for s in self.shifts}

    def renamed(self, names: Names) -> Plan:
        """The plan with the first free names for its shifts."""
        fresh: dict[str, str] = {}
        for s in self.shifts:
            base = s.name.rstrip("0123456789")
            fresh[s.name] = names.usual("max") if base in USUAL["max"] else names.pick(base)

        def visit(t: Term) -> Term:
            if isinstance(t, Entry):
                return Entry(fresh.get(t.name, t.name), t.indices)
            return map_children(t, visit)

        return replace(
            self,
            formula=visit(self.formula),
            statements=tuple(replace(s, body=visit(s.body)) for s in self.statements),
            shifts=tuple(replace(s, name=fresh[s.name], body=visit(s.body)) for s in self.shifts),
        )

    def whole(self, *, shifts: bool) -> Term:
        """The formula with every definition written out; shifts too, or left as names."""
        kept = self.bodies if shifts else {s.name: (s.head, s.body) for s in self.statements}
        return unfold(self.formula, kept)

    @property
    def order(self) -> int:
        """How many loops are nested at most: the power of the size that the time grows with."""
        bodies = [self.formula, *(s.body for s in self.statements), *(s.body for s in self.shifts)]
        inner = [t.body for b in bodies for t in walk(b) if isinstance(t, Reduce)]
        return max(len(free_indices(t)) for t in (*bodies, *inner))


def proved(plan: Plan, goal: Term, function: Function) -> bool:
    """Whether the plan is proved equal to ``goal`` whatever its shifts are."""
    try:
        return equal(plan.whole(shifts=False), goal, function)
    except (Exhausted, Undefined, NotImplementedError, RecursionError):
        return False


def own_letters(function: Function) -> tuple[Statement, ...]:
    """The statements; those below the output with no label as a letter: y[k] may be needed at others."""
    labels = frozenset(i for i in function.output.head if i.name in function.labels)
    return (*(_without(s, labels) for s in function.statements[:-1]), function.output)


def _without(s: Statement, labels: frozenset[Index]) -> Statement:
    if labels.isdisjoint(s.head):
        return s
    taken = letters_of(s.body) | {i.name for i in (*labels, *s.head)}
    head = []
    for i in s.head:
        name = fresh_name("j", taken) if i in labels else i.name
        taken.add(name)
        head.append(Index(name, i.dim))
    return replace(s, head=tuple(head), body=instantiate(s.head, s.body, tuple(head)))


def needed(names: Iterable[str], function: Function, given: frozenset[str]) -> tuple[Statement, ...]:
    """The statements that ``names`` rest on, in order; ``given`` names need none."""
    wanted = set(names) - given
    result = []
    for s in reversed(own_letters(function)):
        if s.name in wanted and s.name not in given:
            result.append(s)
            wanted |= tensor_names(s.body)
    return tuple(reversed(result))


def refold(term: Term, statements: Iterable[Statement], fixed: frozenset[Index]) -> Term:
    """Write a statement's name wherever its right-hand side stands in ``term``."""
    table: dict[Key, tuple[Statement, tuple[Index, ...]]] = {}
    for s in statements:
        if isinstance(s.body, Entry) and not s.head:
            continue
        shape, order = key(s.body, fixed)
        if set(order) == set(s.head):
            table.setdefault(shape, (s, order))
    return _refold(term, table, fixed) if table else term


def _refold(
    term: Term, table: Mapping[Key, tuple[Statement, tuple[Index, ...]]], fixed: frozenset[Index]
) -> Term:
    shape, order = key(term, fixed)
    found = table.get(shape)
    if found is not None:
        statement, own = found
        letters = dict(zip(own, order, strict=True))
        return Entry(statement.name, tuple(letters[i] for i in statement.head))
    return map_children(term, lambda t: _refold(t, table, fixed))


def letters_of(term: Term) -> set[str]:
    """Names of all letters, bound ones too."""
    return {i.name for i in all_indices(term)}


__all__ = ["Plan", "Shift", "letters_of", "needed", "own_letters", "proved", "refold"]

"""Where a derivation is written down: steps, each proved before it is kept, and names introduced.

A :class:`Notebook` holds what is known while a derivation is made; the finished one is a
:class:`Derivation`.  What to write is decided in :mod:`.chain` and :mod:`.steps`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from symderiv.calculus.assumptions import normalizer
from symderiv.calculus.atoms import padd
from symderiv.definitions import Assumption, Function, Statement
from symderiv.derive import moves
from symderiv.derive.cases import Case
from symderiv.derive.facts import Fact
from symderiv.derive.matrix import Matrix
from symderiv.derive.patterns import match
from symderiv.derive.prove import GIVEN_UP, leave_out, stated
from symderiv.derive.rules import evaluate
from symderiv.terms import (
    Bodies,
    Diff,
    Entry,
    Index,
    Reduce,
    Term,
    all_indices,
    free_indices,
    rename,
    tensor_names,
)

#: What a step's ``checker`` says: stated by the user, introduced here, or proved.
GIVEN, NAMED, PROVED = "given", "named", "index calculus"


@dataclass(frozen=True, slots=True)
class Step:
    """``left = right`` by ``rule``; ``about`` holds the terms that a sentence about it mentions."""

    left: Term
    right: Term
    rule: str
    part: Entry
    checker: str = PROVED
    about: tuple[Term, ...] = ()


@dataclass
class Derivation:
    """How the derivative of the output by ``target`` is found, step by step."""

    function: Function
    output: Entry
    target: Entry
    steps: list[Step]
    result: Term
    names: Bodies
    rejected: list[Step] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    matrix: Matrix | None = None
    facts: list[Fact] = field(default_factory=list)

    @property
    def left(self) -> Diff:
        """The derivative that was wanted."""
        return Diff(self.output, (self.target,))


@dataclass
class Prover:
    """Proves equations under a function's definitions, the names introduced since, and assumptions."""

    assumptions: tuple[Assumption, ...]
    bodies: dict[str, tuple[tuple[Index, ...], Term]]

    def equal(self, left: Term, right: Term) -> bool:
        """Whether the index calculus proves ``left = right``."""
        nf = normalizer(self.assumptions)
        try:
            terms = stated((left, right), self.bodies)
            leave_out(nf, terms, self.assumptions)
            one, two = (nf.poly(evaluate(t, {})) for t in terms)
            return nf.is_zero(padd(one, two, -1))
        except GIVEN_UP:
            return False


def letters_apart(term: Term, other: Term) -> Term:
    """``term`` with bound letters that are not free in it or in ``other``: as an equation is written."""
    return rename(term, {}, avoid=frozenset(i.name for i in free_indices(term) | free_indices(other)))


class Notebook:
    """Steps, names and what is known about them, for one function and one target."""

    def __init__(self, function: Function, target: Entry, statements: list[Statement]) -> None:
        self.function = function
        self.target = target
        self.statements = statements
        self.prover = Prover(function.assumptions, dict(function.bodies))
        self.steps: list[Step] = []
        self.rejected: list[Step] = []
        self.names: dict[str, tuple[tuple[Index, ...], Term]] = {}
        self.part = self.statements[-1].entry
        moving = {target.name}
        for s in self.statements:
            if not moving.isdisjoint(tensor_names(s.body)):
                moving.add(s.name)
        self.scope = moves.Scope(target, moving, name=self.name)
        letters = {i.name for s in self.statements for i in (*s.head, *all_indices(s.body))}
        self.taken = {*letters, *function.inputs, *function.bodies, *(i.name for i in target.indices)}
        self.fresh: list[str] = []

    def say(
        self, left: Term, right: Term, rule: str, about: Iterable[Term] = (), checker: str = PROVED
    ) -> bool:
        """Keep the step if its equation is proved."""
        right = letters_apart(right, left)
        left = letters_apart(left, right)
        step = Step(left, right, rule, self.part, checker, tuple(about))
        if not self.prover.equal(left, right):
            self.rejected.append(step)
            return False
        self.steps.append(step)
        return True

    def name(self, term: Term, wanted: tuple[str, ...], always: bool) -> Term:
        """An entry that stands for ``term``; short terms stay as they are unless ``always``."""
        if isinstance(term, Entry) or not (always or moves.is_long(term)):
            return term
        for name, (head, body) in self.names.items():
            for letters in match(body, term, frozenset(head), {}):
                if set(head) <= letters.keys():
                    return Entry(name, tuple(letters[i] for i in head))
        if isinstance(term, Reduce) and term.op == "sum":
            wanted = ("S", "Z", "Q", *wanted)
        more = (f"{wanted[0]}{k}" for k in range(1, 99))
        name = next(n for n in (*wanted, *more) if n not in self.taken)
        self.taken.add(name)
        order = [*self.part.indices, *sorted(free_indices(term) - set(self.part.indices))]
        head = tuple(i for i in order if i in free_indices(term))
        entry = Entry(name, head)
        self.names[name] = (head, term)
        self.prover.bodies[name] = (head, term)
        if self.scope.depends(term):
            self.scope.moving.add(name)
        self.fresh.append(name)
        return entry

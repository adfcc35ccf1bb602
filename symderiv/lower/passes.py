"""The language of passes: a kernel over one axis, as few passes over that axis as the data flow allows.

A :class:`Program` is done once a row.  Its items, in order:

    Scalar      name = value                            one number, over what is known by then
    Pass        over all c: values, totals (sum, mean, max, min, prod), in the last pass the store

Results that are one number a row are scalars or totals, stored after all items.  A function without axes is
one row over its batch.  A result over two letters, a Jacobian, is stored row by row: for every value of
``outer`` the items ``each``.  A delta is no work at every place: the row is written without it, and the one
entry where it is 1 is put right (:attr:`Program.fix`).

Not in the language, so that :func:`symderiv.lower.planner.program` gives None and the kernel stays nested
loops (:mod:`symderiv.lower.nest`): several dimensions, ranges and conditions on positions, moved positions,
totals that depend on a second letter, deltas inside totals, sums that start from a number (but for that of
exp(x - max x)).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symderiv.lower.kernel import Kernel
from symderiv.lower.schedule import COSTLY
from symderiv.terms import ONE, Call, Entry, Index, Term, Where, children, walk

#: The axis that the batch of a function without axes becomes.
BATCH = Index("n", "n")
#: The first place of a row, as a label of :attr:`Program.reads`.
FIRST = Index("first", "first")
#: ``Call(SHIFTED, (x, m))``: exp(x - m) times a number that depends on m alone; ``Call(WEIGHT, (m,))`` undoes
#: it, and so does a third argument that is this weight: then the value is exactly 1 where x = m.
SHIFTED = "exp_shifted"
WEIGHT = "exp_weight"


@dataclass(frozen=True, slots=True)
class Scalar:
    """``name = value``, one number a row."""

    name: str
    value: Term


@dataclass(frozen=True, slots=True)
class Total:
    """``name = factor * op over the pass's letter of body``; ``factor`` is one number a row.

    ``at``: the sum is over the places where the maximum of that name, of the same pass, is reached;
    ``some``: what is at one of them, whichever.
    """

    name: str
    op: str
    body: Term
    formula: str
    factor: Term = ONE
    at: str = ""
    some: bool = False


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass over ``letter``: named values, totals, the store; ``keep`` names the value left there.

    ``rare``: its totals are known already, and it is done for the rows where one of them is not finite.
    """

    letter: Index
    values: tuple[tuple[str, Term], ...] = ()
    totals: tuple[Total, ...] = ()
    keep: str = ""
    store: Term | None = None
    formula: str = ""
    rare: bool = False

    @property
    def terms(self) -> tuple[Term, ...]:
        """Everything that is worked out at each place."""
        own = [v for _, v in self.values] + [t.body for t in self.totals]
        return (*own, *(() if self.store is None else (self.store,)))


Item = Scalar | Pass


@dataclass(frozen=True, slots=True)
class Program:
    """A kernel in passes: see the module's docstring.

    ``reads``: scalars that are entries at a label, read before anything is written there, or of what is
    ``kept``, read once it is.  ``fix``: the letter or label at which an entry of the row is another, and the
    scalar that it is.  ``kept``: the value that is kept in the output's row, or in the last of its rows, and
    read from there.
    """

    kernel: Kernel
    letter: Index
    items: tuple[Item, ...]
    outer: Index | None = None
    each: tuple[Item, ...] = ()
    fix: tuple[Index, str] | None = None
    kept: str = ""
    reads: tuple[tuple[str, Entry], ...] = ()
    batch: bool = False

    @property
    def passes(self) -> list[Pass]:
        """The passes in order, those for each value of ``outer`` last."""
        return [i for i in (*self.items, *self.each) if isinstance(i, Pass)]

    @property
    def stored(self) -> tuple[str, ...]:
        """The scalars that are results."""
        return tuple(s.name for s in self.kernel.outputs if not s.head)


def is_costly(term: Term) -> bool:
    """Whether a term is a call of a function that takes many operations."""
    return isinstance(term, Call) and (term.function in COSTLY or term.function == SHIFTED)


def names_read(item: Item) -> Iterator[Entry]:
    """Every entry that an item reads."""
    terms = (item.value,) if isinstance(item, Scalar) else (*item.terms, *(t.factor for t in item.totals))
    for term in terms:
        yield from (t for t in walk(term) if isinstance(t, Entry))


def in_place(made: Program) -> tuple[str, ...]:
    """Arguments over which the result may be written: not read any more once something is in its row."""
    if len(made.kernel.output.head) != 1 or len(made.kernel.outputs) > 1:
        return ()
    first = next(
        n for n, i in enumerate(made.items) if isinstance(i, Pass) and (i.keep or i.store is not None)
    )
    later = {e.name for i in made.items[first + 1 :] for e in names_read(i)}
    return tuple(a.name for a in made.kernel.arguments if a.letters and a.name not in later)


def careless(made: Program) -> frozenset[str]:
    """Maxima and minima that need not be NaN where a value is NaN, because a sum that is then NaN goes into
    every entry of the result."""
    values = {i.name: i.value for i in (*made.items, *made.each) if isinstance(i, Scalar)}
    totals = {t.name: t for p in made.passes for t in p.totals}
    named = {n: v for p in made.passes for n, v in p.values}

    def strict(term: Term) -> Iterator[Entry]:
        """Entries with which ``term`` is NaN."""
        if isinstance(term, Where):  # the condition is false: only what is then chosen counts
            yield from strict(term.other)
        elif isinstance(term, Entry):
            yield term
            if term.name in named:
                yield from strict(named[term.name])
        else:
            for t in children(term):
                yield from strict(t)

    def reach(term: Term, seen: set[str]) -> set[str]:
        for e in strict(term):
            if e.name in seen:
                continue
            seen.add(e.name)
            if e.name in values:
                reach(values[e.name], seen)
            elif e.name in totals and totals[e.name].op in ("sum", "mean") and not totals[e.name].at:
                reach(totals[e.name].factor, seen)
        return seen

    results = [p.store for p in made.passes if p.store is not None]
    results += [values[made.fix[1]]] if made.fix else []
    results += [Entry(name) for name in made.stored]
    always = set.intersection(*(reach(r, set()) for r in results)) if results else set()
    found = set()
    for t in totals.values():
        if t.op in ("max", "min") and isinstance(t.body, Entry):
            sums = [s for s in totals.values() if s.name in always and s.op in ("sum", "mean") and not s.at]
            if any(t.body in set(strict(s.body)) for s in sums):
                found.add(t.name)
    return frozenset(found)

"""The steps of a kernel -> nested loops over scalars, with no array in between.

A step over letters is computed where it is needed, in the outermost loop in which its letters are
known: scalars once, before all loops; a value over j once a turn of the loop over j.  Where two loops
need it, it is computed twice.  The output's loops are nested in the order that costs least.

Loops that are :class:`Kept` are the other choice, for axes that are not long: what is costly and hangs on one
letter is computed once and kept in a row of scalars.

The range of a reduction, such as c <= j, bounds its loop.  Where its values hang on c alone it needs no loop
of its own: the loop over j takes one more value each turn (downwards for c >= j).  A step that is read at a
moved position is computed there, and is 0 where that lies outside its axis.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import permutations

from symderiv.lower.kernel import Kernel, Step
from symderiv.lower.names import Names
from symderiv.lower.places import split
from symderiv.notation.show import equation
from symderiv.terms import (
    ZERO,
    Call,
    Entry,
    Index,
    Order,
    Position,
    Term,
    Where,
    all_indices,
    count_nodes,
    free_indices,
    fresh_name,
    inside,
    letters_in,
    map_children,
    rename,
    walk,
)


@dataclass(slots=True)
class Let:
    """A scalar: ``name = value``."""

    name: str
    value: Term
    formula: str


@dataclass(slots=True)
class Open:
    """The start of a reduction into the scalar ``name``; a sum has a second scalar ``low``."""

    name: str
    low: str
    op: str
    start: Fraction
    formula: str


@dataclass(slots=True)
class Take:
    """One more value for the reduction into ``name``."""

    name: str
    low: str
    op: str
    value: Term


@dataclass(slots=True)
class Close:
    """The end of a reduction; ``over`` says how many values a mean had."""

    name: str
    low: str
    op: str
    over: tuple[Index, ...]


@dataclass(slots=True)
class Now:
    """A scalar: what the running reduction into ``running`` has come to."""

    name: str
    running: str
    low: str


@dataclass(slots=True)
class Store:
    """``name[letters] = value``, an output."""

    name: str
    letters: tuple[Index, ...]
    value: Term


@dataclass(slots=True)
class Keep:
    """``name[letter] = value``, in a row of scalars."""

    name: str
    letter: Index
    value: Term


@dataclass(slots=True)
class Loop:
    """A loop over the values of a letter that fulfil ``bounds``, each with the letter alone on its left;
    the last value first if ``down``."""

    letter: Index
    body: list[Node] = field(default_factory=list)
    formula: str = ""
    bounds: tuple[Order, ...] = ()
    down: bool = False


Node = Let | Open | Take | Close | Now | Store | Keep | Loop


@dataclass(frozen=True)
class Kept:
    """Loops with rows of scalars, and the axes that these are along."""

    nodes: list[Node]
    dims: tuple[str, ...]


@dataclass(slots=True)
class _Scope:
    """A loop's body in the making; ``ways``: the directions in which it may go through all values of
    ``letter`` up to where it stands."""

    known: frozenset[Index]
    nodes: list[Node]
    letter: Index | None = None
    ways: frozenset[str] = frozenset()
    names: dict[Entry, str] = field(default_factory=dict)


def nest(kernel: Kernel) -> list[Node]:
    """The loops of a kernel, cheapest nesting of the output's letters."""
    orders = list(permutations(kernel.output.head)) or [()]
    made = [_Builder(kernel).build(order) for order in orders[:24]]
    return min(made, key=cost)  # the first of equals: the order of the output's axes


def kept(kernel: Kernel) -> Kept | None:
    """The loops with what is costly kept in rows of scalars; None where that saves little."""
    orders = list(permutations(kernel.output.head)) or [()]
    best: Kept | None = None
    for order in orders[:24]:
        builder = _Builder(kernel, keeps=True)
        made = Kept(builder.build(order), tuple(dict.fromkeys(builder.rows.values())))
        if best is None or cost(made.nodes) < cost(best.nodes):
            best = made
    assert best is not None
    return best if best.dims and 2 * cost(best.nodes) < cost(nest(kernel)) else None


def cost(nodes: Sequence[Node], size: int = 100) -> int:
    """Work for the nodes when every letter has ``size`` values."""
    total = 0
    for n in nodes:
        if isinstance(n, Loop):
            total += size * (1 + cost(n.body, size))
        elif isinstance(n, (Let, Take, Store, Keep)):
            total += count_nodes(n.value)
    return total


def every(nodes: Sequence[Node]) -> Iterator[Node]:
    """All nodes, in order of the text."""
    for n in nodes:
        yield n
        if isinstance(n, Loop):
            yield from every(n.body)


def in_place(kernel: Kernel, nodes: Sequence[Node], short: Kept | None = None) -> tuple[str, ...]:
    """Arguments that the output may share its memory with: each entry is read only before it is written, also
    in the loops of ``short``."""
    if short is not None:
        both = in_place(kernel, short.nodes)
        return tuple(a for a in in_place(kernel, nodes) if a in both)
    if len(kernel.outputs) > 1:
        return ()
    loops: list[Loop] = []
    here: Sequence[Node] = nodes
    for _ in kernel.output.head:
        outer = here[-1]
        if not isinstance(outer, Loop):
            return ()
        loops.append(outer)
        here = outer.body
    if any(isinstance(n, Loop) for n in here):
        return ()
    read = [
        t
        for loop in loops
        for n in loop.body
        if isinstance(n, (Let, Take, Store, Keep))
        for t in walk(n.value)
        if isinstance(t, Entry)
    ]
    if any(len(loop.body) > 1 and any(isinstance(n, Loop) for n in loop.body[:-1]) for loop in loops):
        return ()
    head = kernel.output.head
    return tuple(
        a.name
        for a in kernel.arguments
        if not a.label
        and [i.dim for i in a.letters] == [i.dim for i in head]
        and all(t.indices == head for t in read if t.name == a.name)
    )


class _Builder:
    def __init__(self, kernel: Kernel, *, keeps: bool = False) -> None:
        self.kernel = kernel
        self.keeps = keeps
        self.rows: dict[str, str] = {}  # of scalars: the name of each, and along which axis it is
        self.row_of: dict[str, str] = {}
        self.steps = {s.name: s for s in kernel.steps}
        self.tensors = {a.name for a in kernel.arguments} | set(self.steps)
        letters = {i.name for s in kernel.steps for i in (*s.head, *s.over, *all_indices(s.body))}
        self.names = Names(self.tensors | letters)

    def build(self, order: Sequence[Index]) -> list[Node]:
        """Loops over the output's letters in ``order``."""
        output = self.kernel.output
        scopes = [_Scope(frozenset(self.kernel.labels), [])]
        for other in self.kernel.outputs[:-1]:
            value = self._resolve(other.entry, scopes)
            scopes[0].nodes.append(Store(other.name, (), value))
        for letter in order:
            scopes.append(_Scope(scopes[-1].known | {letter}, [], letter, frozenset(("up", "down"))))
        self._finish(output, output.head, scopes, Store(output.name, output.head, output.body))
        for n in range(len(order) - 1, -1, -1):
            inner, formula = scopes[n + 1], output.formula if n == 0 else ""
            scopes[n].nodes.append(Loop(order[n], inner.nodes, formula, (), "up" not in inner.ways))
        return scopes[0].nodes

    def _finish(self, output: Step, head: tuple[Index, ...], scopes: list[_Scope], store: Store) -> None:
        """The output's own value, reduced or not, and its store."""
        if output.op:
            whole = self._make(output, head, scopes)
            store.value = Entry(whole, ())
        else:
            store.value = self._resolve(output.body, scopes)
        scopes[-1].nodes.append(store)

    def _resolve(self, term: Term, scopes: list[_Scope]) -> Term:
        """``term`` over scalars; what it needs is put into the scopes."""
        if isinstance(term, Entry) and term.name in self.steps:
            for scope in scopes:
                if term in scope.names:
                    return Entry(scope.names[term], ())
            own = letters_in(term.indices)
            if self.keeps and self._is_kept(term):
                return Entry(self._row(self.steps[term.name], scopes[0]), term.indices)
            depth = next(n for n, s in enumerate(scopes) if s.known >= own)
            name = self._make(self.steps[term.name], term.indices, scopes[: depth + 1])
            scopes[depth].names[term] = name
            return Entry(name, ())
        return map_children(term, lambda t: self._resolve(t, scopes))

    def _is_kept(self, term: Entry) -> bool:
        """Whether a step is to be read from a row: it costs a loop or a function, and hangs on one letter."""
        step = self.steps[term.name]
        plain = len(step.head) == 1 and isinstance(term.indices[0], Index)
        return plain and (bool(step.op) or any(isinstance(t, Call) for t in walk(step.body)))

    def _row(self, step: Step, root: _Scope) -> str:
        """The row of a step's values, made before all loops that read it."""
        if step.name not in self.row_of:
            (letter,) = step.head
            inner = _Scope(root.known | {letter}, [], letter)
            value = Entry(self._make(step, (letter,), [root, inner]))
            name = self.row_of[step.name] = self.names.pick(f"{step.name}_kept")
            self.rows[name] = letter.dim
            inner.nodes.append(Keep(name, letter, value))
            root.nodes.append(Loop(letter, inner.nodes))
        return self.row_of[step.name]

    def _make(self, step: Step, letters: tuple[Position, ...], scopes: list[_Scope]) -> str:
        """The scalar that holds a step at ``letters``, computed in the last of the scopes."""
        mapping = dict(zip(step.head, letters, strict=True))
        taken = {i.name for i in scopes[-1].known | letters_in(letters)} | self.tensors
        over = []
        for i in step.over:
            name = fresh_name(i.name, taken)
            taken.add(name)
            over.append(Index(name, i.dim))
        mapping |= dict(zip(step.over, over, strict=True))
        body = rename(step.body, mapping)
        name = self._name(step, letters)
        whole = Step(step.name, (), body, step.op, tuple(over), step.start).term
        shown = equation(Entry(step.name, letters), whole)
        outside = [c for p in letters for c in inside(p)]
        if not step.op:
            value = _where(outside, self._resolve(body, scopes))
            scopes[-1].nodes.append(Let(name, value, shown))
            return name
        bounds, body = split(step.op, over, body)
        if len(over) == 1 and not outside and self._runs(over[0], bounds[over[0]], body, scopes):
            return self._running(step, name, over[0], bounds[over[0]][0], body, shown, scopes)
        inner = list(scopes)
        for i in over:
            ways = frozenset(() if any(b.op in (">", ">=", "==") for b in bounds[i]) else ("up",))
            inner.append(_Scope(inner[-1].known | {i}, [], i, ways))
        value = self._resolve(body, inner)
        low = self.names.pick(f"{name}_low") if step.op in ("sum", "mean") else ""
        inner[-1].nodes.append(Take(name, low, step.op, value))
        nodes = inner[-1].nodes
        for n in range(len(over) - 1, 0, -1):
            inner[len(scopes) + n - 1].nodes.append(Loop(over[n], nodes, "", tuple(bounds[over[n]])))
            nodes = inner[len(scopes) + n - 1].nodes
        scopes[-1].nodes += [
            Open(name, low, step.op, step.start, shown),
            Loop(over[0], nodes, "", tuple(bounds[over[0]])),
            Close(name, low, step.op, tuple(over)),
        ]
        if outside:
            anywhere = Entry(name)
            name = self.names.pick(f"{name}_there")
            scopes[-1].nodes.append(Let(name, _where(outside, anywhere), shown))
        return name

    @staticmethod
    def _runs(c: Index, bounds: Sequence[Order], body: Term, scopes: Sequence[_Scope]) -> bool:
        """Whether the innermost loop meets the values of ``body`` at c one by one."""
        here = scopes[-1]
        if len(bounds) != 1 or here.letter is None or bounds[0].right != here.letter:
            return False
        way = "up" if bounds[0].op in ("<", "<=") else "down" if bounds[0].op in (">", ">=") else ""
        same = c.dim == here.letter.dim and free_indices(body) - {c} <= scopes[-2].known
        return same and way in here.ways

    def _running(
        self, step: Step, name: str, c: Index, bound: Order, body: Term, shown: str, scopes: list[_Scope]
    ) -> str:
        """A reduction over c <= j, where the loop over j is the last of the scopes."""
        here = scopes[-1]
        assert here.letter is not None
        here.ways = frozenset(("up",) if bound.op in ("<", "<=") else ("down",))
        value = self._resolve(rename(body, {c: here.letter}), scopes)
        running = self.names.pick(f"{step.name}_so_far")
        low = self.names.pick(f"{running}_low") if step.op == "sum" else ""
        scopes[-2].nodes.append(Open(running, low, step.op, step.start, f"{shown}, one by one"))
        nodes: list[Node] = [Take(running, low, step.op, value), Now(name, running, low)]
        here.nodes += nodes if bound.op in ("<=", ">=") else reversed(nodes)
        return name

    def _name(self, step: Step, letters: tuple[Position, ...]) -> str:
        if not letters and all(step.name != o.name for o in self.kernel.outputs):
            return step.name  # a scalar is made once
        plain = "_".join((step.name, *(_word(p) for p in letters)))
        return self.names.pick(plain if letters else f"{step.name}_value")


def _word(position: Position) -> str:
    """A position as a part of a name: j, j_plus_1."""
    shown = position.name.replace("size[", "size_").replace("]", "").replace("*", "_")
    return shown.replace("+", "_plus_").replace("-", "_minus_").strip("_")


def _where(conditions: Sequence[Order], value: Term) -> Term:
    for condition in reversed(conditions):
        value = Where(condition, value, ZERO)
    return value

"""Products with a Jacobian passed on from name to name, as backward and forward differentiation pass them.

Where the definition is a chain, input -> s -> p -> output, a gradient that comes to the output comes to p,
then to s, then to the input: each link is a short product with the Jacobian of one statement, whose argument
is taken as if it were an input.  In one formula the same would be a sum inside a sum inside a sum.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from symderiv.definitions import Function, Statement
from symderiv.derive.notebook import Derivation, Prover, Step
from symderiv.derive.steps import derivative_steps, free_letter
from symderiv.errors import InputError
from symderiv.notation.show import text
from symderiv.terms import Entry, Index, Reduce, Term, all_indices, children, mul, tensor_names

#: Derives a product with a Jacobian: the steps and the form they lead to.
Derive = Callable[[Derivation, Term], tuple[tuple[Step, ...], Term] | None]


@dataclass(frozen=True, slots=True)
class Stage:
    """``entry`` names ``meaning``, a product with the Jacobian of one statement of ``view``; ``steps`` lead
    to ``value``.  In ``view`` the statement's argument is an input."""

    entry: Entry
    meaning: Term
    of: Entry
    view: Function
    steps: tuple[Step, ...]
    value: Term


@dataclass(frozen=True, slots=True)
class Staged:
    """All stages, and the steps from the last of them to the product that was wanted."""

    stages: tuple[Stage, ...]
    steps: tuple[Step, ...]
    value: Term


def upstream(name: str) -> str:
    """The name of a gradient that comes to ``name``."""
    return f"g{name}"


def direction(name: str) -> str:
    """The name of a change of ``name``."""
    return f"d{name}"


def depth(term: Term) -> int:
    """How deep sums stand in sums."""
    inner = max(map(depth, children(term)), default=0)
    return inner + 1 if isinstance(term, Reduce) else inner


def staged(d: Derivation, backward: bool, left: Term, derive: Derive) -> Staged | None:
    """``left``, the product with the whole Jacobian, by stages; none where the definition is no chain."""
    path = _path(d)
    name = upstream if backward else direction
    if len(path) < 2 or not {name(s.name) for s in path}.isdisjoint(_taken(d)):
        return None
    values = dict(d.function.bodies)
    stages: list[Stage] = []
    links = list(zip([d.target.name, *(s.name for s in path)], path, strict=False))
    for argument, s in reversed(links) if backward else links:
        last = s is path[0] if backward else s is path[-1]
        made = _link(d, backward, argument, s, last, derive)
        if made is None:
            return None
        stages.append(made)
        if not last:
            values[made.entry.name] = (made.entry.letters, made.value)
    final = stages.pop()
    prover = Prover(d.function.assumptions, values)
    steps = [replace(t, left=left) for t in final.steps]
    if backward:  # the argument is an input here, so its derivative can be stated
        steps.insert(0, Step(left, final.meaning, "through", final.of))
    elif steps:
        steps[0] = replace(steps[0], rule="through")
    if not all(prover.equal(left, t.right) for t in steps):
        return None
    return Staged(tuple(stages), tuple(steps), final.value)


def _path(d: Derivation) -> list[Statement]:
    """The statements from the input to the output, if each is used by the next one only."""
    statements = list(d.function.statements)
    needed = {statements[-1].name}
    for s in reversed(statements):
        if s.name in needed:
            needed |= tensor_names(s.body)
    path: list[Statement] = []
    name = d.target.name
    while name != statements[-1].name:
        users = [s for s in statements if s.name in needed and name in tensor_names(s.body)]
        if len(users) != 1:
            return []
        path.append(users[0])
        name = users[0].name
    return path


def _taken(d: Derivation) -> set[str]:
    f = d.function
    return {*f.inputs, *f.bodies, *f.letters, *d.names, *(i.name for i in d.target.letters)}


def _link(
    d: Derivation, backward: bool, argument: str, s: Statement, last: bool, derive: Derive
) -> Stage | None:
    """The product with the Jacobian of ``s`` by ``argument``."""
    try:
        view = _view(d, argument, s)
    except InputError:
        return None
    target = _target(d, view, backward, argument)
    inner = derivative_steps(view, target, frozenset({*d.function.inputs, *d.function.bodies}))
    if last and not backward and inner.output != d.output:
        return None
    if backward:
        given = Entry(upstream(s.name), inner.output.letters)
        product, letters = mul(given, inner.left), inner.output.letters
        entry = Entry(upstream(argument), target.letters)
    else:
        given = Entry(direction(argument), target.letters)
        product, letters = mul(inner.left, given), target.letters
        entry = Entry(direction(s.name), inner.output.letters)
    meaning = Reduce("sum", letters, product) if letters else product
    made = derive(inner, meaning)
    if made is None:
        return None
    steps, value = made
    of = inner.output if last or not backward else target
    if not last:
        steps = tuple(replace(t, left=entry) for t in steps)
    return Stage(entry, meaning, of, view, steps, value)


def _view(d: Derivation, argument: str, s: Statement) -> Function:
    """``s`` as a function of ``argument``, after what moves with it and helps to name the result."""
    moving = {argument}
    lines = []
    for t in d.function.statements:
        if moving.isdisjoint(tensor_names(t.body)):
            continue
        moving.add(t.name)
        if t.name == s.name:
            break
        if t.name not in tensor_names(s.body):
            lines.append(t)
    lines.append(s)
    dims: dict[str, list[str]] = {}
    letters = dict(d.function.letters) | {i.name: i.dim for i in (*d.target.letters, *d.output.letters)}
    for letter, dim in letters.items():
        dims.setdefault(dim, []).append(letter)
    used = set[str]().union(*(tensor_names(t.body) for t in lines)) - {t.name for t in lines}
    assume = [a.text for a in d.function.assumptions if tensor_names(a.left) | tensor_names(a.right) <= used]
    define = "\n".join(f"{text(t.entry)} = {text(t.body)}" for t in lines)
    return Function(define, assume=assume, dims=dims)


def _target(d: Derivation, view: Function, backward: bool, argument: str) -> Entry:
    """The argument's entry: with its own letters where it gives its name to a stage, else apart from them."""
    if argument == d.target.name:
        return d.target
    own = next(s.entry for s in d.function.statements if s.name == argument)
    if backward:
        return own
    taken = {i.name for s in view.statements for i in (*s.head, *all_indices(s.body))}
    taken |= {*d.function.inputs, *d.function.bodies}
    letters = []
    for i in own.letters:
        name = free_letter(i.dim, taken, view) if i.name in taken else i.name
        taken.add(name)
        letters.append(Index(name, i.dim))
    return Entry(argument, tuple(letters))


__all__ = ["Stage", "Staged", "depth", "direction", "staged", "upstream"]

"""The structure of terms: subterms, letters, renaming without capture, unfolding of definitions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from symderiv.terms.language import (
    ZERO,
    Add,
    Call,
    Compare,
    Delta,
    Diff,
    Entry,
    Index,
    Mul,
    Order,
    Position,
    Pow,
    Reduce,
    Size,
    Term,
    Where,
    add,
    affine,
    linear,
    mul,
    neutral,
    order,
    power,
)


def children(term: Term) -> tuple[Term, ...]:
    """The direct subterms, in order (a condition on values counts as its two sides)."""
    match term:
        case Add(terms):
            return terms
        case Mul(factors):
            return factors
        case Pow(base, exponent):
            return (base, exponent)
        case Call(_, args):
            return args
        case Where(Compare(_, left, right), then, other):
            return (left, right, then, other)
        case Where(Order(), then, other):
            return (then, other)
        case Reduce(_, _, body):
            return (body,)
        case Diff(body, targets):
            return (body, *targets)
        case _:
            return ()


def rebuild(term: Term, parts: tuple[Term, ...]) -> Term:
    """``term`` with its direct subterms replaced, through the light constructors."""
    match term:
        case Add():
            return add(*parts)
        case Mul():
            return mul(*parts)
        case Pow():
            return power(*parts)
        case Call(function, _):
            return Call(function, parts)
        case Where(Compare(op, _, _), _, _):
            return Where(Compare(op, parts[0], parts[1]), parts[2], parts[3])
        case Where(condition, _, _):
            return Where(condition, *parts)
        case Reduce(op, indices, _):
            return Reduce(op, indices, parts[0])
        case Diff():
            return Diff(parts[0], tuple(p for p in parts[1:] if isinstance(p, Entry)))
        case _:
            return term


def map_children(term: Term, function: Callable[[Term], Term]) -> Term:
    """Apply ``function`` to every direct subterm; the term itself when nothing changed."""
    old = children(term)
    if not old:
        return term
    new = tuple(function(t) for t in old)
    return term if all(a is b for a, b in zip(old, new, strict=True)) else rebuild(term, new)


def walk(term: Term) -> Iterator[Term]:
    """Every subterm, outermost first."""
    stack = [term]
    while stack:
        t = stack.pop()
        yield t
        stack.extend(reversed(children(t)))


@lru_cache(maxsize=65536)
def free_indices(term: Term) -> frozenset[Index]:
    """Letters that are not bound by a reduction inside ``term``."""
    match term:
        case Entry(_, indices):
            return letters_in(indices)
        case Delta(left, right):
            return letters_in((left, right))
        case Reduce(_, indices, body):
            return free_indices(body) - frozenset(indices)
        case _:
            parts = children(term)
            found = frozenset().union(*(free_indices(p) for p in parts)) if parts else frozenset()
            return found | _ordered(term)


def _ordered(term: Term) -> frozenset[Index]:
    """Letters in the condition on positions of a :class:`Where`."""
    match term:
        case Where(Order(_, left, right), _, _):
            return letters_in((left, right))
        case _:
            return frozenset()


def letters_in(positions: Iterable[Position]) -> frozenset[Index]:
    """The letters that the positions are made of."""
    found: set[Index] = set()
    for p in positions:
        if isinstance(p, Index):
            found.add(p)
        else:
            found.update(s for s, _ in p.parts if isinstance(s, Index))
    return frozenset(found)


def move(position: Position, mapping: Mapping[Index, Position]) -> Position:
    """A position with its letters replaced by positions."""
    if isinstance(position, Index):
        return mapping.get(position, position)
    if letters_in((position,)).isdisjoint(mapping):
        return position
    parts: dict[Index | Size, int] = {}
    constant = position.constant
    for symbol, k in position.parts:
        more, extra = linear(mapping.get(symbol, symbol)) if isinstance(symbol, Index) else ({symbol: 1}, 0)
        constant += k * extra
        for s, n in more.items():
            parts[s] = parts.get(s, 0) + k * n
    return affine(parts, constant, position.dim)


def all_indices(term: Term) -> frozenset[Index]:
    """Every letter, free or bound."""
    found: set[Index] = set()
    for t in walk(term):
        match t:
            case Entry(_, indices):
                found |= letters_in(indices)
            case Reduce(_, bound, _):
                found.update(bound)
            case Delta(left, right):
                found |= letters_in((left, right))
            case Where():
                found |= _ordered(t)
    return frozenset(found)


def tensor_names(term: Term) -> frozenset[str]:
    """Names of the tensors and scalars whose entries occur."""
    return frozenset(t.name for t in walk(term) if isinstance(t, Entry))


def fresh_name(wanted: str, taken: Iterable[str]) -> str:
    """``wanted`` or the next letter of the alphabet, then numbered, that is not ``taken``."""
    taken = set(taken)
    if wanted not in taken:
        return wanted
    for letter in "cdeabklmnpqrstuvw":
        if letter not in taken:
            return letter
    number = 1
    while f"{wanted}{number}" in taken:
        number += 1
    return f"{wanted}{number}"


def rename(term: Term, mapping: Mapping[Index, Position], avoid: frozenset[str] = frozenset()) -> Term:
    """Replace free letters by letters or positions, renaming bound ones where they would capture.

    ``avoid`` names letters that bound ones must not be called either (used to keep a letter from
    being free and bound in one printed equation).
    """
    mapping = {a: b for a, b in mapping.items() if a != b}
    if not mapping and not avoid:
        return term
    match term:
        case Entry(name, indices):
            return Entry(name, tuple(move(i, mapping) for i in indices))
        case Delta(left, right):
            return Delta(move(left, mapping), move(right, mapping))
        case Reduce(op, indices, body):
            free = free_indices(term)
            inner: dict[Index, Position] = {a: b for a, b in mapping.items() if a in free}
            taken = {i.name for i in letters_in(inner.values())} | avoid
            used = {i.name for i in all_indices(body)} | taken
            bound = []
            for i in indices:
                if i.name in taken:
                    j = Index(fresh_name(i.name, used), i.dim)
                    used.add(j.name)
                    inner[i] = j
                    bound.append(j)
                else:
                    bound.append(i)
            if not inner and not avoid:
                return term
            return Reduce(op, tuple(bound), rename(body, inner, avoid))
        case Where(Order(op, left, right), then, other):
            condition = Order(op, move(left, mapping), move(right, mapping))
            return Where(condition, rename(then, mapping, avoid), rename(other, mapping, avoid))
        case _:
            return map_children(term, lambda t: rename(t, mapping, avoid))


def replace_entries(term: Term, name: str, make: Callable[[Entry], Term]) -> Term:
    """Replace each entry of tensor ``name`` by ``make(entry)``, avoiding capture.

    ``make`` must return a term whose free letters are among the entry's own letters or letters that
    no reduction around the entry binds (callers that insert other letters rename first).
    """
    if isinstance(term, Entry):
        return make(term) if term.name == name else term
    return map_children(term, lambda t: replace_entries(t, name, make))


def instantiate(head: tuple[Index, ...], body: Term, indices: tuple[Position, ...]) -> Term:
    """``body`` of a definition ``name[head]`` read at ``indices``; its bound letters stay apart.

    At a position that may lie outside 1..size the value is 0 there, as for an input.
    """
    taken = frozenset(i.name for i in letters_in(indices))
    result = rename(body, dict(zip(head, indices, strict=True)), avoid=taken)
    for condition in (c for p in indices for c in inside(p)):
        result = Where(condition, result, ZERO)
    return result


def inside(position: Position) -> list[Order]:
    """The conditions under which a position lies in 1..size that do not hold by themselves."""
    if isinstance(position, Index):
        return []
    last = Size(position.dim)
    if len(position.parts) == 1:
        ((symbol, k),) = position.parts
        if isinstance(symbol, Index) and symbol.dim == position.dim and k == 1:
            # j+1 <= size[j] is written j < size[j], and j-1 >= 1 is j > 1
            if position.constant < 0:
                return [order(">", symbol, -position.constant)]
            op, by = ("<", 0) if position.constant == 1 else ("<=", position.constant)
            return [Order(op, symbol, affine({last: 1}, -by, position.dim))]
    low = order(">=", position, 1)
    return [low, Order("<=", position, affine({last: 1}, 0, position.dim))]


def split_range(op: str, indices: tuple[Index, ...], body: Term) -> tuple[list[Order], Term]:
    """The conditions on bound letters that a reduction's body starts with, and what is reduced."""
    conditions: list[Order] = []
    while (
        isinstance(body, Where)
        and isinstance(body.condition, Order)
        and not letters_in((body.condition.left, body.condition.right)).isdisjoint(indices)
        and body.other == neutral(op)
    ):
        conditions.append(body.condition)
        body = body.then
    return conditions, body


#: How a condition reads when its sides change places.
TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def solved(condition: Order, letter: Index) -> Order | None:
    """The condition with ``letter`` alone on the left; None where that takes a division."""
    (one, a), (two, b) = linear(condition.left), linear(condition.right)
    k = one.get(letter, 0) - two.get(letter, 0)
    if abs(k) != 1:
        return None
    rest = {s: -k * (one.get(s, 0) - two.get(s, 0)) for s in {**one, **two} if s != letter}
    op = condition.op if k > 0 else TURNED[condition.op]
    return Order(op, letter, affine(rest, -k * (a - b), letter.dim))


def over(op: str, indices: tuple[Index, ...], conditions: Sequence[Order], body: Term) -> Reduce:
    """A reduction over a range; the inverse of :func:`split_range`."""
    for condition in reversed(conditions):
        body = Where(condition, body, neutral(op))
    return Reduce(op, indices, body)


Bodies = Mapping[str, tuple[tuple[Index, ...], Term]]


def unfold(term: Term, bodies: Bodies) -> Term:
    """Replace every defined name by its body, all the way down to inputs.

    ``bodies`` maps a name to its head letters and body.  Definitions are acyclic by construction.
    The targets of a :class:`Diff` are inputs and stay.
    """
    if isinstance(term, Entry):
        found = bodies.get(term.name)
        if found is None:
            return term
        return unfold(instantiate(found[0], found[1], term.indices), bodies)
    if isinstance(term, Diff):
        return Diff(unfold(term.body, bodies), term.targets)
    return map_children(term, lambda t: unfold(t, bodies))


def count_nodes(term: Term) -> int:
    """Number of subterms: the cost by which folded forms are ranked."""
    return sum(1 for _ in walk(term))

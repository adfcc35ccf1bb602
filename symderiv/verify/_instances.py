"""A claim at concrete sizes: its instances as pairs of nodes, its assumptions as constraints.

Input: a claim and sizes.  Output: :class:`Pattern`; :func:`compare` says of one instance whether both
sides agree, differ, are undefined, or whether the balls are too wide to tell.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from random import Random
from typing import Literal

from flint import arb, ctx

from symderiv.definitions import Claim
from symderiv.terms import (
    Affine,
    Compare,
    Delta,
    Entry,
    Index,
    Order,
    Position,
    Reduce,
    Size,
    Term,
    Where,
    children,
    free_indices,
    walk,
)
from symderiv.verify._cover import letter_values
from symderiv.verify._functions import UNSURE, Poison
from symderiv.verify._ground import Graph
from symderiv.verify._jets import Evaluation
from symderiv.verify._nodes import Node
from symderiv.verify._points import Constraint, Point, Sampler

Answer = Literal["agree", "differ", "undefined", "unsure"]


@dataclass(frozen=True, slots=True)
class Instance:
    """Both sides at one choice of letters; ``sides`` of conditions on positions that they went through."""

    letters: dict[str, int]
    left: Node
    right: Node
    sides: int


@dataclass(slots=True)
class Pattern:
    """A claim at one choice of sizes; ``complete``: at all letters; ``counted`` instances held so far."""

    sizes: dict[str, int]
    graph: Graph
    instances: list[Instance]
    complete: bool
    constraints: list[Constraint]
    sampler: Sampler
    counted: int = 0


@dataclass(frozen=True, slots=True)
class Refutation:
    """Where a claim fails."""

    pattern: Pattern
    letters: dict[str, int]
    point: Point
    left: arb
    right: arb


def dimensions(claim: Claim) -> list[str]:
    """Dimensions that the claim, the definitions it uses or its assumptions range over."""
    found: dict[str, None] = {}
    for t in _subterms(claim):
        found.update(dict.fromkeys(_dims_of(t, claim)))
    order = list(dict.fromkeys(d for dims in claim.inputs.values() for d in dims))
    return sorted(found, key=lambda d: (order.index(d) if d in order else len(order), d))


def _subterms(claim: Claim) -> Iterator[Term]:
    """All subterms of the claim, of its assumptions and of the definitions used, these once each."""
    terms = [claim.left, claim.right]
    for a in claim.assumptions:
        terms += [a.left, a.right]
    seen: set[str] = set()
    while terms:
        for t in walk(terms.pop()):
            yield t
            if isinstance(t, Entry) and t.name in claim.bodies and t.name not in seen:
                seen.add(t.name)
                terms.append(claim.bodies[t.name][1])


def _dims_of(term: Term, claim: Claim) -> list[str]:
    match term:
        case Entry(name, _):
            return _dims_at(_positions(term)) + list(claim.inputs.get(name, ()))
        case Reduce(_, indices, _):
            return [i.dim for i in indices]
        case Size(dim):
            return [dim]
        case _:
            return _dims_at(_positions(term))


def _positions(term: Term) -> tuple[Position, ...]:
    match term:
        case Entry(_, indices):
            return indices
        case Delta(left, right) | Where(Order(_, left, right), _, _):
            return left, right
        case _:
            return ()


def _dims_at(positions: tuple[Position, ...]) -> list[str]:
    inside = [s.dim for p in positions if isinstance(p, Affine) for s, _ in p.parts]
    return [p.dim for p in positions] + inside


@dataclass(frozen=True, slots=True)
class Shifts:
    """How far a claim moves its indices.

    ``span``: the farthest, through definitions too; ``inner``: dimensions whose letters shift an index of
    another one; ``needed``: a size at which all conditions on positions hold and fail in every way they can.
    """

    span: int
    inner: frozenset[str]
    needed: int
    any: bool


def shifts(claim: Claim) -> Shifts:
    """Read from the claim and the definitions it uses."""
    moved: dict[Affine, None] = {}
    orders: dict[Order, None] = {}
    for t in _subterms(claim):
        moved.update(dict.fromkeys(p for p in _positions(t) if isinstance(p, Affine)))
        if isinstance(t, Where) and isinstance(t.condition, Order):
            orders[t.condition] = None
    # y[i] = sum[k](w[k]*x[i-k+1]) has inner k, though the claim D(y[i], x[j]) = w[i-j+1] shifts the other way
    inner = _inner(p for s in claim.statements for t in walk(s.body) for p in _positions(t)) or _inner(moved)
    reach: dict[str, int] = {}
    bound: dict[str, int] = {}
    for s in claim.statements:  # each uses earlier ones only
        reach[s.name], bound[s.name] = _reach(s.body, reach), _bound(s.body, bound)
    sides = [claim.left, claim.right, *(t for a in claim.assumptions for t in (a.left, a.right))]
    span = max(_reach(t, reach) for t in sides)
    letters = len(claim.free) + max(_bound(t, bound) for t in sides)
    # as far apart as a chain of conditions, each strict and shifted, can force letters to be
    needed = 1 + min(len(orders) + sum(abs(p.constant) for p in moved), letters * (1 + span))
    return Shifts(span, inner, needed, bool(moved or orders))


def _inner(positions: Iterable[Position]) -> frozenset[str]:
    moved = [p for p in positions if isinstance(p, Affine)]
    return frozenset(s.dim for p in moved for s, _ in p.parts if isinstance(s, Index) and s.dim != p.dim)


def _bound(term: Term, bound: Mapping[str, int]) -> int:
    """The most letters that reductions inside each other bind."""
    if isinstance(term, Entry):
        return bound.get(term.name, 0)
    inner = max((_bound(t, bound) for t in children(term)), default=0)
    return inner + (len(term.indices) if isinstance(term, Reduce) else 0)


def _reach(term: Term, reach: Mapping[str, int]) -> int:
    farthest = 0
    for t in walk(term):
        own = max((abs(p.constant) for p in _positions(t) if isinstance(p, Affine)), default=0)
        farthest = max(farthest, own + (reach.get(t.name, 0) if isinstance(t, Entry) else 0))
    return farthest


def pattern(
    claim: Claim,
    sizes: Mapping[str, int],
    limit: int,
    deadline: float,
    rng: Random | None,
    near: int | None = None,
) -> Pattern:
    """The claim at ``sizes``, at up to ``limit`` values of its letters (more where patterns need it).

    Without ``rng`` letters take the first values that fit.  With ``near``, letters that close are tried too.

    Raises :class:`~symderiv.verify._points.Contradiction` where the assumptions have no solution.
    """
    graph = Graph(sizes, claim.bodies, deadline=deadline)
    constraints: dict[Constraint, None] = {}
    for a in claim.assumptions:
        free = {i.name: i.dim for i in free_indices(a.left) | free_indices(a.right)}
        for letters in _all_values(free, sizes):
            gap = graph.gap(Compare(a.op, a.left, a.right), letters)
            constraints[Constraint(gap, a.op)] = None
    instances = []
    for letters in letter_values({i.name: i.dim for i in claim.free}, sizes, limit, rng, near):
        graph.sides = 0
        left, right = graph.ground(claim.left, letters), graph.ground(claim.right, letters)
        instances.append(Instance(letters, left, right, graph.sides))
    # an input is shown whole, even where all its entries that are used lie outside their axes
    for name in dict.fromkeys(t.name for t in _subterms(claim) if isinstance(t, Entry)):
        if name in claim.bodies:
            continue
        for where in product(*(range(1, sizes[d] + 1) for d in claim.inputs[name])):
            graph.entry(name, where)
    sampler = Sampler(graph, list(constraints), rng or Random(0))
    different = {tuple(sorted(i.letters.items())) for i in instances}
    complete = len(different) == math.prod(sizes[i.dim] for i in claim.free)
    return Pattern(dict(sizes), graph, instances, complete, list(constraints), sampler)


def _all_values(letters: Mapping[str, str], sizes: Mapping[str, int]) -> list[dict[str, int]]:
    names = sorted(letters)
    return [
        dict(zip(names, values, strict=True))
        for values in product(*(range(1, sizes[letters[n]] + 1) for n in names))
    ]


def compare(run: Evaluation, left: Node, right: Node) -> Answer:
    """Compare two nodes at one point, at the current precision.

    They differ if the ball of the difference excludes 0; they agree if it contains 0 and is tiny beside
    the sides, or tiny outright.
    """
    a, b = run.value(left), run.value(right)
    if isinstance(a, Poison) or isinstance(b, Poison):
        return "unsure" if a is UNSURE or b is UNSURE else "undefined"
    gap = a - b
    if not (a.is_finite() and b.is_finite()):
        return "unsure"
    if not gap.contains(0):
        return "differ"
    scale = arb.max(abs(a).upper(), abs(b).upper())
    radius = gap.rad()
    if radius <= scale * arb(2) ** (-ctx.prec // 4) or radius <= arb(2) ** (-ctx.prec // 2):
        return "agree"
    return "unsure"

"""A claim at concrete sizes: its instances as pairs of nodes, its assumptions as constraints.

Input: a claim and sizes.  Output: :class:`Pattern`; :func:`compare` says of one instance whether both
sides agree, differ, are undefined, or whether the balls are too wide to tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from random import Random
from typing import Literal

from flint import arb, ctx

from symderiv.definitions import Claim
from symderiv.terms import Compare, Delta, Entry, Reduce, Size, Term, free_indices, walk
from symderiv.verify._cover import letter_values
from symderiv.verify._functions import UNSURE, Poison
from symderiv.verify._ground import Graph, Node
from symderiv.verify._jets import Evaluation
from symderiv.verify._points import Constraint, Point, Sampler

Answer = Literal["agree", "differ", "undefined", "unsure"]


@dataclass(slots=True)
class Pattern:
    """A claim at one choice of sizes; ``counted`` instances held so far."""

    sizes: dict[str, int]
    graph: Graph
    pairs: list[tuple[dict[str, int], Node, Node]]
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
    terms = [claim.left, claim.right]
    for a in claim.assumptions:
        terms += [a.left, a.right]
    seen: set[str] = set()
    while terms:
        for t in walk(terms.pop()):
            found.update(dict.fromkeys(_dims_of(t, claim)))
            if isinstance(t, Entry) and t.name in claim.bodies and t.name not in seen:
                seen.add(t.name)
                terms.append(claim.bodies[t.name][1])
    order = list(dict.fromkeys(d for dims in claim.inputs.values() for d in dims))
    return sorted(found, key=lambda d: (order.index(d) if d in order else len(order), d))


def _dims_of(term: Term, claim: Claim) -> list[str]:
    match term:
        case Entry(name, indices):
            return [i.dim for i in indices] + list(claim.inputs.get(name, ()))
        case Reduce(_, indices, _):
            return [i.dim for i in indices]
        case Delta(left, _):
            return [left.dim]
        case Size(dim):
            return [dim]
        case _:
            return []


def pattern(
    claim: Claim, sizes: Mapping[str, int], limit: int, deadline: float, rng: Random | None
) -> Pattern:
    """The claim at ``sizes``, at up to ``limit`` values of its letters (more where patterns need it).

    Without ``rng`` letters take the first values that fit.

    Raises :class:`~symderiv.verify._points.Contradiction` where the assumptions have no solution.
    """
    graph = Graph(sizes, claim.bodies, deadline=deadline)
    constraints: dict[Constraint, None] = {}
    for a in claim.assumptions:
        free = {i.name: i.dim for i in free_indices(a.left) | free_indices(a.right)}
        for letters in _all_values(free, sizes):
            gap = graph.gap(Compare(a.op, a.left, a.right), letters)
            constraints[Constraint(gap, a.op)] = None
    pairs = []
    for letters in letter_values({i.name: i.dim for i in claim.free}, sizes, limit, rng):
        pairs.append((letters, graph.ground(claim.left, letters), graph.ground(claim.right, letters)))
    for name in dict.fromkeys(str(n.data[0]) for n in graph.entries):
        for where in product(*(range(1, sizes[d] + 1) for d in claim.inputs[name])):
            graph.entry(name, where)
    sampler = Sampler(graph, list(constraints), rng or Random(0))
    return Pattern(dict(sizes), graph, pairs, list(constraints), sampler)


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

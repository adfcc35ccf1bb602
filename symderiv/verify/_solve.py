"""Solve equations between entries: floats first, then a ball that provably holds a solution.

``solve`` finds a start by Newton's method with least squares; ``refine`` fixes all entries but as many as
there are independent equations and runs an interval Newton (Krawczyk) test on those.  Equations that
follow from the others are recognised by rank and then only checked to contain 0.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

import numpy as np
from flint import arb, arb_mat, ctx
from numpy.typing import NDArray

from symderiv.verify._functions import Poison, Value, ball
from symderiv.verify._ground import Graph
from symderiv.verify._jets import Evaluation
from symderiv.verify._nodes import Node

_TOLERANCE = 1e-10
Floats: TypeAlias = NDArray[np.float64]


def linear_parts(node: Node) -> tuple[tuple[Fraction, ...], Fraction, tuple[Node, ...]]:
    """Coefficients, constant and terms of a sum of sums (of one term where it is none)."""
    found: dict[Node, Fraction] = {}
    constant = Fraction(0)
    todo = [(node, Fraction(1))]
    while todo:
        part, factor = todo.pop()
        if part.op == "add":
            factors, offset = part.data
            constant += factor * offset
            todo += [(a, factor * f) for a, f in zip(part.args, factors, strict=True)]
        else:
            found[part] = found.get(part, Fraction(0)) + factor
    kept = {t: f for t, f in found.items() if f or t.op != "entry"}
    return tuple(kept.values()), constant, tuple(kept)


def curved_deps(equations: Sequence[Node]) -> int:
    """Entries that equations share, directly or not, with an equation that is not linear."""
    tied = 0
    for node in equations:
        if any(t.op != "entry" for t in linear_parts(node)[2]):
            tied |= node.deps
    while True:
        grown = tied
        for node in equations:
            if node.deps & grown:
                grown |= node.deps
        if grown == tied:
            return tied
        tied = grown


def solve(
    graph: Graph, equations: Sequence[Node], exact: dict[int, Fraction], fixed: Collection[int], count: int
) -> dict[int, float] | None:
    """Move entries until the equations hold to double precision.

    The entries that were not chosen to carry the solution are rounded to dyadic rationals and written
    back into ``exact``; the chosen ones are returned with their approximate values.
    """
    entries = graph.entries[:count]
    touched = 0
    for e in equations:
        touched |= e.deps
    movable = [n for n in entries if n.deps & touched and n.id not in fixed]
    if not movable:
        return None
    system = _System(graph, equations, exact, entries, movable)
    x = np.array([float(exact[n.id]) for n in movable])
    for everything in (False, True):
        near = system.nearest(x) if everything else x
        chosen = system.independent(near) if near is not None else []
        if near is None or not chosen:
            continue
        if everything:
            for k, n in enumerate(movable):
                exact[n.id] = Fraction(round(near[k] * 2**20), 2**20)
        found = system.newton(np.array([float(exact[n.id]) for n in movable]), chosen)
        if found is not None:
            return {movable[k].id: float(found[k]) for k in chosen}
    return None


class _System:
    """Equations in floats, as functions of the movable entries."""

    def __init__(
        self,
        graph: Graph,
        equations: Sequence[Node],
        exact: Mapping[int, Fraction],
        entries: Sequence[Node],
        movable: Sequence[Node],
    ) -> None:
        self.graph, self.equations, self.exact = graph, equations, exact
        self.entries, self.movable = entries, movable

    def at(self, x: Floats) -> tuple[Floats, Floats] | None:
        """Values of the equations and their derivatives by the movable entries."""
        now = dict(zip((n.id for n in self.movable), x, strict=True))
        values = [arb(float(now[n.id])) if n.id in now else ball(self.exact[n.id]) for n in self.entries]
        run = Evaluation(self.graph, [*values, *[arb(1)] * (len(self.graph.entries) - len(values))])
        residual = [run.value(e) for e in self.equations]
        slopes = _slopes(run, self.equations, self.movable)
        if any(isinstance(v, Poison) for v in [*residual, *[s for row in slopes for s in row]]):
            return None
        values_now, jacobian = _floats([residual])[0], _floats(slopes)
        # far from a solution the numbers may overflow
        return (
            (values_now, jacobian) if np.isfinite(values_now).all() and np.isfinite(jacobian).all() else None
        )

    def independent(self, x: Floats) -> list[int]:
        """Movable entries that can carry the solution, the rest being fixed."""
        found = self.at(x)
        return _independent(found[1]) if found else []

    def nearest(self, x: Floats) -> Floats | None:
        """A solution near ``x``, moving all entries (Newton with least squares)."""
        return self.newton(x, list(range(len(x))))

    def newton(self, x: Floats, free: list[int]) -> Floats | None:
        """Newton's method in the entries ``free``; None where it does not get there."""
        x = x.copy()
        for _ in range(15):
            found = self.at(x)
            if found is None:
                return None
            residual, jacobian = found
            if np.abs(residual).max() < _TOLERANCE:
                return x
            x[free] -= np.linalg.lstsq(jacobian[:, free], residual, rcond=None)[0]
            if not np.isfinite(x).all() or np.abs(x).max() > 1e6:
                return None
        return None


def _slopes(run: Evaluation, equations: Sequence[Node], entries: Sequence[Node]) -> list[list[Value]]:
    return [[run.slope(e, n) if e.deps & n.deps else arb(0) for n in entries] for e in equations]


def _floats(rows: Sequence[Sequence[Value]]) -> Floats:
    return np.array([[float(v.mid()) for v in row] for row in rows])


def _independent(jacobian: Floats) -> list[int]:
    """Columns that span the range, chosen greedily by what is left of them."""
    rest = jacobian.astype(float).copy()
    scale = np.abs(rest).max() or 1.0
    chosen: list[int] = []
    for _ in range(min(rest.shape)):
        norms = np.linalg.norm(rest, axis=0)
        k = int(np.argmax(norms))
        if norms[k] < 1e-6 * scale:
            break
        chosen.append(k)
        direction = rest[:, k] / norms[k]
        rest = rest - np.outer(direction, direction @ rest)
    return chosen


def refine(
    graph: Graph,
    equations: Sequence[Node],
    exact: Mapping[int, Fraction],
    start: Mapping[int, float],
    count: int,
) -> dict[int, arb] | None:
    """Balls around ``start`` that hold a solution of the equations, at the current precision."""
    chosen = [n for n in graph.entries[:count] if n.id in start]
    if not chosen:
        return None
    x = {n.id: arb(start[n.id]) for n in chosen}
    rows: list[int] | None = None
    size = len(chosen)
    for _ in range(8 + ctx.prec.bit_length()):
        found = _system(graph, equations, exact, x, chosen, count, rows)
        if found is None:
            return None
        rows, residual, jacobian, _ = found
        try:
            inverse = arb_mat(size, size, [v.mid() for v in jacobian.entries()]).inv()
        except ZeroDivisionError:
            return None
        step = inverse * residual
        x = {n.id: (x[n.id] - step[k, 0]).mid() for k, n in enumerate(chosen)}
        if all(abs(step[k, 0]) < arb(2) ** (12 - ctx.prec) for k in range(size)):
            break
    return _proved(graph, equations, exact, x, chosen, count, rows)


def _proved(
    graph: Graph,
    equations: Sequence[Node],
    exact: Mapping[int, Fraction],
    centre: Mapping[int, arb],
    chosen: Sequence[Node],
    count: int,
    rows: list[int] | None,
) -> dict[int, arb] | None:
    """Krawczyk: a root lies in the box if centre - Y f(centre) + (1 - Y f'(box))(box - centre) does."""
    size = len(chosen)
    radius = arb(2) ** (24 - ctx.prec)
    box = {k: v + arb(0, radius) for k, v in centre.items()}
    at_centre = _system(graph, equations, exact, centre, chosen, count, rows)
    over_box = _system(graph, equations, exact, box, chosen, count, rows)
    if at_centre is None or over_box is None:
        return None
    try:
        inverse = arb_mat(size, size, [v.mid() for v in at_centre[2].entries()]).inv()
    except ZeroDivisionError:
        return None
    inverse = arb_mat(size, size, [v.mid() for v in inverse.entries()])
    one = arb_mat(size, size, [int(a == b) for a in range(size) for b in range(size)])
    shift = arb_mat(size, 1, [box[n.id] - centre[n.id] for n in chosen])
    correction = (one - inverse * over_box[2]) * shift - inverse * at_centre[1]
    result = {}
    for k, n in enumerate(chosen):
        image = centre[n.id] + correction[k, 0]
        if not box[n.id].contains_interior(image):
            return None
        result[n.id] = image
    final = _system(graph, equations, exact, result, chosen, count, rows)
    if final is None or not final[3]:
        return None
    return result


def _system(
    graph: Graph,
    equations: Sequence[Node],
    exact: Mapping[int, Fraction],
    x: Mapping[int, arb],
    chosen: Sequence[Node],
    count: int,
    rows: list[int] | None,
) -> tuple[list[int], arb_mat, arb_mat, bool] | None:
    """Independent equations' values and derivatives by the chosen entries; whether all can be 0."""
    values = [x[n.id] if n.id in x else ball(exact[n.id]) for n in graph.entries[:count]]
    run = Evaluation(graph, [*values, *[arb(1)] * (len(graph.entries) - count)])
    residual = [run.value(e) for e in equations]
    slopes = _slopes(run, equations, chosen)
    if any(isinstance(v, Poison) for v in [*residual, *[s for row in slopes for s in row]]):
        return None
    if rows is None:
        rows = sorted(_independent(_floats(slopes).T))
    if len(rows) != len(chosen):
        return None
    zero = all(v.contains(0) for v in residual)
    return (
        rows,
        arb_mat(len(rows), 1, [residual[r] for r in rows]),
        arb_mat(len(rows), len(rows), [s for r in rows for s in slopes[r]]),
        zero,
    )

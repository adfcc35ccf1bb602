"""Solve equations between entries: floats first, then a ball that provably holds a solution.

``solve`` finds a start by Newton's method with least squares; ``refine`` fixes all entries but as many as
there are independent equations and runs an interval Newton (Krawczyk) test on those.  Equations that
follow from the others are recognised by rank and then only checked to contain 0.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction

import numpy as np
from flint import arb, arb_mat, ctx

from symderiv.verify._ground import Graph, Node
from symderiv.verify._jets import Evaluation, Poison, ball

_TOLERANCE = 1e-9


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
    x = np.array([float(exact[n.id]) for n in movable])
    chosen: list[int] = []
    free = list(range(len(movable)))
    for step in range(60):
        found = _linearised(graph, equations, exact, dict(zip(movable, x, strict=True)), entries, count)
        if found is None:
            return None
        residual, jacobian = found
        if step == 0 or not chosen:
            if np.abs(residual).max() < _TOLERANCE or step > 25:
                # fix all but independent columns at nearby rationals, then solve for those alone
                chosen = _independent(jacobian)
                free = chosen
                for k, n in enumerate(movable):
                    if k not in chosen:
                        exact[n.id] = Fraction(round(x[k] * 2**20), 2**20)
                        x[k] = float(exact[n.id])
                continue
        elif np.abs(residual).max() < 1e-13 or (step > 45 and np.abs(residual).max() < _TOLERANCE):
            return {movable[k].id: float(x[k]) for k in chosen}
        x[free] -= np.linalg.lstsq(jacobian[:, free], residual, rcond=None)[0]
        if not np.isfinite(x).all() or np.abs(x).max() > 1e6:
            return None
    return None


def _linearised(
    graph: Graph,
    equations: Sequence[Node],
    exact: Mapping[int, Fraction],
    moved: Mapping[Node, float],
    entries: Sequence[Node],
    count: int,
) -> tuple[np.ndarray, np.ndarray] | None:
    values = [arb(float(moved[n])) if n in moved else ball(exact[n.id]) for n in entries]
    run = Evaluation(graph, [*values, *[arb(1)] * (len(graph.entries) - count)])
    residual = [run.value(e) for e in equations]
    slopes = [[run.slope(e, n) for n in moved] for e in equations]
    if any(isinstance(v, Poison) for v in [*residual, *[s for row in slopes for s in row]]):
        return None
    return np.array([float(v.mid()) for v in residual]), np.array([[float(s.mid()) for s in r] for r in slopes])  # type: ignore[union-attr]


def _independent(jacobian: np.ndarray) -> list[int]:
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
    graph: Graph, equations: Sequence[Node], exact: Mapping[int, Fraction], start: Mapping[int, float], count: int
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
    """Krawczyk: if centre - Y f(centre) + (1 - Y f'(box))(box - centre) lies inside the box, so does a root."""
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
    slopes = [[run.slope(e, n) for n in chosen] for e in equations]
    if any(isinstance(v, Poison) for v in [*residual, *[s for row in slopes for s in row]]):
        return None
    if rows is None:
        rows = sorted(_independent(np.array([[float(s.mid()) for s in r] for r in slopes]).T))  # type: ignore[union-attr]
    if len(rows) != len(chosen):
        return None
    zero = all(v.contains(0) for v in residual)  # type: ignore[union-attr]
    return (
        rows,
        arb_mat(len(rows), 1, [residual[r] for r in rows]),
        arb_mat(len(rows), len(rows), [s for r in rows for s in slopes[r]]),
        zero,
    )

"""Points to try a kernel at: floats that satisfy the function's assumptions.

Bounds and totals are met exactly: a total is met by multiples of a power of two, which both float32 and
float64 hold.  Other inequalities are met by drawing again; where that does not succeed, and for equalities
other than totals and symmetry, :class:`~symderiv.errors.NotSupported` is raised.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symderiv.definitions import Assumption, Function
from symderiv.errors import NotSupported
from symderiv.run.compare import fraction
from symderiv.run.reference import evaluate
from symderiv.terms import Entry, Num, Reduce, free_indices

_TRIES = 60


@dataclass(slots=True)
class _Facts:
    """What the assumptions say about one input."""

    low: float | None = None
    high: float | None = None
    total: float | None = None
    total_axes: tuple[int, ...] = ()
    symmetric: bool = False


def draw(
    function: Function,
    sizes: Mapping[str, int],
    rng: np.random.Generator,
    *,
    scale: float = 1.0,
    dtype: Any = np.float64,
) -> dict[str, NDArray[Any]]:
    """One array of ``dtype`` for each input, its free entries about ``scale`` large."""
    facts, others = _read(function)
    for attempt in range(_TRIES):
        shrunk = scale * 0.5 ** (attempt // 4)
        arrays = {
            name: _tensor(facts[name], tuple(sizes[d] for d in dims), rng, shrunk).astype(dtype)
            for name, dims in function.inputs.items()
        }
        if all(_holds(a, function, arrays, sizes) for a in others):
            return arrays
    raise NotSupported(f"no point was found at which '{others[0].text}' holds; found for bounds and totals")


def _read(function: Function) -> tuple[dict[str, _Facts], list[Assumption]]:
    facts = {name: _Facts() for name in function.inputs}
    others = []
    for a in function.assumptions:
        match (a.op, a.left, a.right):
            case (">" | ">=", Entry(name, _), Num(value)) | ("<" | "<=", Num(value), Entry(name, _)):
                facts[name].low = max(float(value), facts[name].low or float(value))
            case ("<" | "<=", Entry(name, _), Num(value)) | (">" | ">=", Num(value), Entry(name, _)):
                facts[name].high = min(float(value), facts[name].high or float(value))
            case ("=", Reduce("sum", over, Entry(name, indices)), Num(value)) if set(over) <= set(indices):
                facts[name].total = float(value)
                facts[name].total_axes = tuple(indices.index(i) for i in over)
            case ("=", Entry(name, (i, j)), Entry(same, (k, l))) if name == same and (i, j) == (l, k):
                facts[name].symmetric = True
            case ("=", _, _):
                raise NotSupported(f"no exact points for '{a.text}'; there are for totals and symmetry")
            case _:
                others.append(a)
    return facts, others


def _tensor(facts: _Facts, shape: tuple[int, ...], rng: np.random.Generator, scale: float) -> NDArray[Any]:
    if facts.total is not None:
        return _with_total(facts, shape, rng)
    low, high = facts.low, facts.high
    # both bounds: inside; one: a few orders of magnitude away from it, more where the scale is large
    spread = min(0.5 + 0.5 * np.log10(max(scale, 1.0)), 3.0)
    if low is not None and high is not None:
        free = low + (high - low) * rng.uniform(0.01, 0.99, shape)
    elif low is not None:
        free = low + np.exp(spread * rng.standard_normal(shape))
    elif high is not None:
        free = high - np.exp(spread * rng.standard_normal(shape))
    else:
        free = scale * rng.standard_normal(shape)
    if facts.symmetric:
        free = np.tril(free) + np.tril(free, -1).T
    return np.asarray(free)


def _with_total(facts: _Facts, shape: tuple[int, ...], rng: np.random.Generator) -> NDArray[Any]:
    """Shares of the total that add up to it exactly: multiples of 2^-12 of it."""
    assert facts.total is not None
    axes = facts.total_axes
    count = int(np.prod([shape[a] for a in axes], dtype=int))
    rest = [n for a, n in enumerate(shape) if a not in axes]
    weights = rng.exponential(size=(*rest, count)) + 1e-9
    steps = np.floor(4096 * weights / weights.sum(axis=-1, keepdims=True))
    steps[..., :1] += 4096 - steps.sum(axis=-1, keepdims=True)
    shares = facts.total * steps / 4096
    shares = shares.reshape(*rest, *(shape[a] for a in axes))
    return np.moveaxis(shares, range(len(rest), len(shape)), axes) if axes else shares


def _holds(
    a: Assumption, function: Function, arrays: Mapping[str, NDArray[Any]], sizes: Mapping[str, int]
) -> bool:
    letters = sorted(free_indices(a.left) | free_indices(a.right))
    difference = evaluate(a.left - a.right, function.bodies, arrays, letters, sizes=sizes)
    return all(_relation(a.op, fraction(d.mid())) for d in difference.ravel())


def _relation(op: str, d: Fraction) -> bool:
    return {"<": d < 0, "<=": d <= 0, ">": d > 0, ">=": d >= 0, "!=": d != 0}[op]

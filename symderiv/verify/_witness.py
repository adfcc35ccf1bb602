"""The simplest counterexample that a short search finds: small sizes, small numbers."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flint import arb

from symderiv.definitions import Claim
from symderiv.verify._cover import small_patterns
from symderiv.verify._ground import OutOfTime, TooLarge
from symderiv.verify._instances import Pattern, Refutation, compare, pattern
from symderiv.verify._jets import Evaluation
from symderiv.verify._points import Contradiction
from symderiv.verify.verdict import Witness

_DIGITS = 12
_MORE = 0.5


def simplest(
    claim: Claim, found: Refutation, dims: Sequence[str], deadline: float, near: int | None = None
) -> Witness:
    """Sizes 1, 2, 3 upward, values 0, 1, -1, 1/2, 2 … in that order; ``found`` where nothing simpler is."""
    best = found
    for sizes in small_patterns(dims, found.pattern.sizes):
        try:
            tried = pattern(claim, sizes, 64, deadline, None, near)
            simpler = _first(tried, 80 if max(sizes.values(), default=1) <= 3 else 20)
        except OutOfTime:
            # the sizes between are not tried, but simple numbers at the sizes found are
            found.pattern.graph.deadline = deadline + _MORE
            with contextlib.suppress(OutOfTime):
                best = _first(found.pattern, 12) or found
            break
        except (Contradiction, TooLarge):
            continue
        if simpler is not None:
            best = simpler
            break
    return _shown(claim, best)


def _first(tried: Pattern, limit: int) -> Refutation | None:
    graph = tried.graph
    for point in tried.sampler.simple(limit):
        graph.check_time()
        values = point.at(graph, len(graph.entries))
        if values is None:
            continue
        run = Evaluation(graph, values, point.known)
        for i in tried.instances:
            if compare(run, i.left, i.right) == "differ":
                return Refutation(tried, i.letters, point, run.value(i.left), run.value(i.right))
    return None


def _shown(claim: Claim, found: Refutation) -> Witness:
    graph, point = found.pattern.graph, found.point
    graph.deadline = math.inf  # the point is found; writing it down takes no search
    balls = point.at(graph, len(graph.entries)) if point.start else None
    entries: dict[tuple[str, tuple[int, ...]], Any] = {}
    for k, node in enumerate(graph.entries):
        solved = balls is not None and node.id in point.start
        entries[node.data] = _solved(balls[k]) if solved and balls else _number(point.exact[node.id])
    names = dict.fromkeys(name for name, _ in entries)
    sizes = found.pattern.sizes
    values = {name: _nested(name, [sizes[d] for d in claim.inputs[name]], (), entries) for name in names}
    for digits in range(_DIGITS, 400, 12):
        left, right = decimal(found.left, digits), decimal(found.right, digits)
        if left != right:
            break
    return Witness(sizes, found.letters, values, left, right)


def _nested(
    name: str, shape: Sequence[int], where: tuple[int, ...], entries: dict[tuple[str, tuple[int, ...]], Any]
) -> Any:
    if len(where) == len(shape):
        return entries[name, where]
    return [_nested(name, shape, (*where, k), entries) for k in range(1, shape[len(where)] + 1)]


def _number(value: Fraction) -> int | str:
    return int(value) if value.denominator == 1 else str(value)


def _solved(value: arb) -> int | str:
    whole = value.unique_fmpz()
    return decimal(value) if whole is None else int(whole)


def decimal(value: arb, digits: int = _DIGITS) -> str:
    """About ``digits`` significant digits, without trailing zeros."""
    if value.contains(0) and abs(value) < arb(10) ** -40:
        return "0"
    shown: str = value.str(digits, radius=False)
    mantissa, e, exponent = shown.partition("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return mantissa + e + exponent

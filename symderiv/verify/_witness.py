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
from symderiv.verify._instances import Pattern, Refutation, compare, pattern
from symderiv.verify._jets import Evaluation
from symderiv.verify._nodes import OutOfTime, TooLarge
from symderiv.verify._points import Contradiction, Point
from symderiv.verify.verdict import Witness

_DIGITS = 12
_MORE = 0.5
#: A difference beside the sides below which another point is looked for.
_FAINT = arb("1e-6")
#: Entries of a point found that are made simpler, one after another.
_ROUNDED = 40


def simplest(
    claim: Claim, found: Refutation, dims: Sequence[str], deadline: float, near: int | None = None
) -> Witness:
    """Sizes 1, 2, 3 upward, values 0, 1, -1, 1/2, 2 … in that order; else what is left of ``found`` when
    its sizes are cut and its values rounded."""
    best: Refutation | None = None
    smaller: list[Pattern] = []
    for sizes in small_patterns(dims, found.pattern.sizes):
        try:
            tried = pattern(claim, sizes, 64, deadline, None, near)
            smaller.append(tried)
            best = _first(tried, 80 if max(sizes.values(), default=1) <= 3 else 20)
        except OutOfTime:
            # the sizes between are not tried, but simple numbers at the sizes found are
            found.pattern.graph.deadline = deadline + _MORE
            with contextlib.suppress(OutOfTime):
                best = _first(found.pattern, 12)
            break
        except (Contradiction, TooLarge):
            continue
        if best is not None:
            break
    if best is None:
        best = found
        with contextlib.suppress(OutOfTime):
            best = _rounded(next(filter(None, (_cut(found, p) for p in smaller)), found))
    return _shown(claim, best)


def _cut(found: Refutation, smaller: Pattern) -> Refutation | None:
    """The values found, as far as they are entries at smaller sizes."""
    values = {n.data: found.point.exact[n.id] for n in found.pattern.graph.entries}
    if found.point.start or any(n.data not in values for n in smaller.graph.entries):
        return None
    return _differs(smaller, {n.id: values[n.data] for n in smaller.graph.entries})


def _rounded(found: Refutation) -> Refutation:
    """Each entry in turn made as simple as the sides still differ with."""
    sampler = found.pattern.sampler
    for entry in [n.id for n in sampler.entries if n.id not in sampler.solved][:_ROUNDED]:
        now = found.point.exact[entry]
        near = [Fraction(round(now * k), k) for k in (1, 2, 4)]
        for value in dict.fromkeys([Fraction(0), Fraction(1), Fraction(-1), *near]):
            if found.point.start or value == now:
                break
            simpler = _differs(found.pattern, {**found.point.exact, entry: value})
            if simpler is not None:
                found = simpler
                break
    return found


def _differs(tried: Pattern, exact: dict[int, Fraction]) -> Refutation | None:
    """The point with these values, if it is one and the sides differ there."""
    tried.graph.check_time()
    point = tried.sampler.complete(exact, repair=False)
    return _at(tried, point) if point is not None else None


def _first(tried: Pattern, limit: int) -> Refutation | None:
    """The first point at which the sides differ by what a person can see, else the first at which they do."""
    faint: Refutation | None = None
    for point in tried.sampler.simple(limit):
        tried.graph.check_time()
        seen = _at(tried, point)
        if seen is not None and not _FAINT * arb.max(abs(seen.left), abs(seen.right)) > abs(
            seen.left - seen.right
        ):
            return seen
        faint = faint or seen
    return faint


def _at(tried: Pattern, point: Point) -> Refutation | None:
    """The first instance at which the sides differ at ``point``."""
    values = point.at(tried.graph, len(tried.graph.entries))
    if values is None:
        return None
    run = Evaluation(tried.graph, values, point.known)
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
    return Witness(sizes, found.letters, values, left, right, decimal(found.left - found.right, digits))


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

"""Where float arithmetic is good enough for a kernel, entry by entry: ranges of magnitudes of its arguments.

A float will do where no value on the way leaves the range of float and the running error
(:mod:`symderiv.lower.running`) stays within a few u*(|entry| + w), u = 2^-24.  That is looked up at many
points, all magnitudes of one argument with ends of the others' ranges, and then at random; entries outside
of what is found, and NaN, are left to double.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random

import numpy as np

from symderiv.lower.passes import Pass, Program
from symderiv.lower.running import LEAST, NORMAL, Array, NotKnownError, good
from symderiv.terms import MINUS_ONE, ONE, Call, Mul, Term, add, call, map_children, neg, power, walk

LARGEST = float(np.finfo(np.float32).max)
#: A kernel in float is worth it if it takes magnitudes from one of these to the other, at least.
_SMALL, _LARGE = 2.0**-16, 8.0
#: Magnitudes to which all arguments but one are held, tried in this order.
_HELD = (math.inf, 2.0**64, 2.0**40, 2.0**20)
_RANDOM_POINTS = 4096


@dataclass(frozen=True, slots=True)
class Range:
    """Magnitudes of an argument, 0 always among them."""

    low: float
    high: float

    @property
    def everything(self) -> bool:
        """Whether every finite float is in it."""
        return self.low <= LEAST and self.high >= LARGEST


def in_float(made: Program) -> Program:
    """The program as it is best done in float: x*sigmoid(u), where that is all there is of sigmoid, as
    x/(1 + exp(-u)), which is one rounding less."""

    def lean(p: Pass) -> Pass:
        count = Counter(
            t for u in p.terms for t in walk(u) if isinstance(t, Call) and t.function == "sigmoid"
        )

        def visit(t: Term) -> Term:
            t = map_children(t, visit)
            if isinstance(t, Mul):
                for n, f in enumerate(t.factors):
                    match f:
                        case Call("sigmoid", (u,)) if (
                            n and count[f] == 1 and count[call("sigmoid", neg(u))] == 0
                        ):
                            under = power(add(ONE, call("exp", neg(u))), MINUS_ONE)
                            first = Mul((t.factors[n - 1], under))
                            rest = (*t.factors[: n - 1], first, *t.factors[n + 1 :])
                            return Mul(rest) if len(rest) > 1 else first
            return t

        store = None if p.store is None else visit(p.store)
        return replace(p, values=tuple((n, visit(v)) for n, v in p.values), store=store)

    return replace(made, items=tuple(lean(i) if isinstance(i, Pass) else i for i in made.items))


def ranges(made: Program) -> dict[str, Range] | None:
    """For each argument the magnitudes for which float will do; None where none are found."""
    several = len(made.passes) != 1 or len(made.kernel.outputs) != 1
    if not made.batch or several or made.passes[0].totals:
        return None
    whole = made.passes[0]
    names = [a.name for a in made.kernel.arguments]
    try:
        for held in _HELD if len(names) > 1 else (math.inf,):
            for main in names:
                found = _with_main(whole, names, main, held)
                if found is not None and _confirmed(whole, found):
                    return found
    except NotKnownError:
        pass
    return None


def _with_main(whole: Pass, names: list[str], main: str, held: float) -> dict[str, Range] | None:
    """One argument as far as it goes, the others held to some magnitudes."""
    other = Range(0.0, LARGEST) if held == math.inf else Range(1 / held, held)
    steps = 32 if len(names) < 3 else 4
    sizes = np.exp2(np.arange(-149 * steps, 128 * steps) / steps)
    sizes = np.append(sizes[sizes < LARGEST], LARGEST)
    ends = {0.7, 1.0, other.high, max(other.low, LEAST), max(other.low, NORMAL)}
    rest = [0.0, *ends, *(-e for e in ends)]
    fine = np.ones(sizes.size, dtype=bool)
    ordinary = (sizes >= _SMALL) & (sizes <= _LARGE)
    for values in itertools.product(rest, repeat=len(names) - 1):
        given = dict(zip((n for n in names if n != main), values, strict=True))
        for sign in (1.0, -1.0):
            fine &= good(whole, {main: sign * sizes, **{n: np.full_like(sizes, v) for n, v in given.items()}})
        zero = {main: np.zeros(1), **{n: np.full(1, v) for n, v in given.items()}}
        if not fine[ordinary].all() or not good(whole, zero)[0]:
            return None
    bad = np.flatnonzero(~fine)
    first = max((int(n) + 1 for n in bad if sizes[n] < _SMALL), default=0)
    last = min((int(n) - 1 for n in bad if sizes[n] > _LARGE), default=sizes.size - 1)
    own = Range(float(sizes[first]) if first else 0.0, _plain(float(sizes[last])))
    return {n: own if n == main else other for n in names}


def _plain(size: float) -> float:
    """A bound that is easily read."""
    if size == LARGEST:
        return size
    return float(int(size)) if size < 1000 else 2.0 ** math.floor(math.log2(size))


def _confirmed(whole: Pass, found: Mapping[str, Range]) -> bool:
    """Whether float will do at random points of the ranges."""
    random = Random(1)

    def drawn(r: Range) -> Array:
        low, high = math.log2(max(r.low, 2.0**-30)), math.log2(min(r.high, 2.0**30))
        sizes = [2 ** (low + (high - low) * random.random()) for _ in range(_RANDOM_POINTS)]
        return np.array([s if random.random() < 0.5 else -s for s in sizes])

    return bool(good(whole, {n: drawn(r) for n, r in found.items()}).all())


__all__ = ["LARGEST", "Range", "in_float", "ranges"]

"""What kernels ought to give, in ball arithmetic at the true logits, with the unit an error is measured in.

One function for each kernel, under the kernel's name: it takes one row of logits (and what else there is, by
name) and yields for every entry a pair of balls, the true value and the unit's size; for a unit in the last
place the second is the value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import numpy as np
from flint import arb
from numpy.typing import NDArray

from symderiv.run.compare import precision, rounded

BITS = 400
#: Balls are scaled by a power of two before they are split into two doubles: subnormal results keep all bits.
SCALE = 600
Array = NDArray[Any]
Pairs: TypeAlias = Iterator[tuple[arb, arb]]


def _shares(z: Array) -> list[arb]:
    top = arb(float(np.max(z)))
    e = [(arb(float(x)) - top).exp() for x in z]
    total = sum(e, arb(0))
    return [x / total for x in e]


def softmax(z: Array, **_: Any) -> Pairs:
    for y in _shares(z):
        yield y, y


def softmax_vjp(z: Array, g: Array, **_: Any) -> Pairs:
    y, r = _shares(z), int(np.argmax(z))
    off = [arb(float(x)) - arb(float(g[r])) for x in g]
    s = sum((a * b for a, b in zip(y, off, strict=True)), arb(0))
    size = sum((a * abs(b) for a, b in zip(y, off, strict=True)), arb(0))
    for a, b in zip(y, off, strict=True):
        yield a * (b - s), a * (abs(b) + size)


def cross_entropy_labels_jacobian(z: Array, k: int, **_: Any) -> Pairs:
    y = _shares(z)
    others = sum((x for c, x in enumerate(y) if c != k), arb(0))
    for c, x in enumerate(y):
        value = -others if c == k else x
        yield value, abs(value)


def value(z: Array) -> Array:
    """The softmax of one row, every entry correctly rounded: what a kernel that takes the output is fed."""
    with precision(BITS):
        nothing = arb(2) ** -1200  # exp of -1e30 has an exponent that no fraction can hold
        shares = [arb(0) if y < nothing else y for y in _shares(z)]
        return rounded(np.array(shares, dtype=object), z.dtype)


def worst(got: Array, pairs: Pairs, ulp: bool) -> float:
    """The largest error of one row in its unit."""
    info = np.finfo(got.dtype)
    with precision(BITS):
        high, low, unit = _split(pairs)
    off = np.abs((np.ldexp(got.astype(np.float64), SCALE) - high) - low)
    smallest = np.ldexp(float(info.smallest_subnormal), SCALE)
    if ulp:
        exponent = np.frexp(np.abs(unit))[1] - 1 - int(info.nmant)
        size = np.maximum(np.ldexp(1.0, exponent), smallest)
        errors = off / size
    else:
        counts = unit >= np.ldexp(float(info.smallest_normal), SCALE)
        size = unit * float(info.eps) / 2
        errors = np.where(counts, np.maximum(off - smallest, 0.0) / np.where(counts, size, 1.0), 0.0)
    return float(np.max(np.where(np.isnan(errors), np.inf, errors), initial=0.0))


def _split(pairs: Pairs) -> tuple[Array, Array, Array]:
    """True values as sums of two doubles, and units as doubles, all times 2^SCALE."""
    factor = arb(2) ** SCALE
    highs, lows, units = [], [], []
    for true, unit in pairs:
        scaled = true * factor
        if not scaled.rad() <= abs(scaled.mid()) * arb(2) ** -120:
            raise ArithmeticError(f"the true value {true.str(10)} is not accurate enough to compare with")
        high = float(scaled.mid())
        highs.append(high)
        lows.append(float((scaled - arb(high)).mid()))
        units.append(float((unit * factor).mid()))
    return np.array(highs), np.array(lows), np.array(units)


def of(name: str, z: Array, more: Mapping[str, Any]) -> Pairs:
    """The pairs of the kernel ``name`` at one row."""
    found: Pairs = globals()[name](z, **more)
    return found

"""Compare what a kernel computed with an array of reference balls: in ulps, relatively, or rounded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from flint import arb, ctx, fmpq
from numpy.typing import ArrayLike, NDArray

#: An object array whose entries are ``arb`` balls.
Reference: TypeAlias = NDArray[Any]


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Run FLINT at ``bits`` and put its precision back."""
    before = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = before


def exact(x: Any) -> arb:
    """A number as a ball of radius 0 (of the precision's radius for a fraction)."""
    if isinstance(x, arb):
        return x
    if isinstance(x, Fraction):
        return arb(fmpq(x.numerator, x.denominator))
    if isinstance(x, int | np.integer | np.bool_):
        return arb(int(x))
    return arb(float(x))


def ulp_error(computed: ArrayLike, reference: Reference) -> NDArray[np.float64]:
    """|computed - reference| in units in the last place of the reference, in the dtype of ``computed``.

    Below the smallest normal number the unit is the subnormal spacing.  Infinity where one is nan or
    infinite and the other is not; 0 where both are nan, or both the same infinity, or where the reference
    rounds to the infinity that was computed.
    """
    given = np.asarray(computed)
    info = np.finfo(given.dtype)
    low = int(info.minexp) - int(info.nmant)

    def one(x: Any, ref: arb) -> float:
        found = special(x, ref, info)
        if found is not None:
            return found
        unit = max(_exponent(ref) - info.nmant, low) if not ref.mid().is_zero() else low
        error = abs(exact(x) - ref) / arb(2) ** unit
        if not error.rad() < 2**-10 * max(arb(1), error.mid()):
            raise ArithmeticError(f"the reference {ref.str(10)} is not accurate enough to compare with")
        return float(error.mid())

    return _each(one, given, reference)


def relative_error(computed: ArrayLike, reference: Reference) -> NDArray[np.float64]:
    """|computed - reference| / |reference|; 0 where both are 0, special values as in :func:`ulp_error`."""
    given = np.asarray(computed)
    info = np.finfo(given.dtype)

    def one(x: Any, ref: arb) -> float:
        found = special(x, ref, info)
        if found is not None:
            return found
        if ref.mid().is_zero():
            return 0.0 if x == 0 else float("inf")
        return float((abs(exact(x) - ref) / abs(ref)).mid())

    return _each(one, given, reference)


def rounded(reference: Reference, dtype: Any = np.float64) -> NDArray[Any]:
    """The reference rounded to nearest, ties to even, subnormals included."""
    info = np.finfo(dtype)
    low = int(info.minexp) - int(info.nmant)
    flat = []
    for ref in np.asarray(reference, dtype=object).ravel():
        if not ref.is_finite():
            flat.append(float(ref.mid()) if not ref.is_nan() else float("nan"))
            continue
        mid = fraction(ref.mid())
        unit = Fraction(2) ** (max(_exponent(ref) - int(info.nmant), low) if mid else low)
        near = round(mid / unit) * unit
        over = abs(near) > Fraction(float(info.max))
        flat.append(float("inf" if near > 0 else "-inf") if over else float(near))
    return np.array(flat, dtype=dtype).reshape(np.shape(reference))


def _each(one: Callable[[Any, arb], float], given: NDArray[Any], reference: Reference) -> NDArray[np.float64]:
    wanted = np.asarray(reference, dtype=object)
    if given.shape != wanted.shape:
        raise ValueError(f"computed has shape {given.shape}, the reference {wanted.shape}")
    with precision(max(256, ctx.prec)):
        flat = [one(x, ref) for x, ref in zip(given.ravel(), wanted.ravel(), strict=True)]
    return np.array(flat, dtype=np.float64).reshape(given.shape)


def special(x: Any, ref: arb, info: Any) -> float | None:
    """The error where nan or infinity is involved, else None."""
    if ref.is_nan() or np.isnan(x):
        return 0.0 if ref.is_nan() and np.isnan(x) else float("inf")
    over = _overflow(ref, info)
    if np.isinf(x):
        return 0.0 if over and (over > 0) == (x > 0) else float("inf")
    return float("inf") if over else None


def _overflow(ref: arb, info: Any) -> int:
    """1 or -1 where the reference rounds to infinity, else 0."""
    edge = arb(float(info.max)) + arb(2) ** (int(info.maxexp) - int(info.nmant) - 2)
    if abs(ref) < edge:
        return 0
    return 1 if ref > 0 else -1


def _exponent(ref: arb) -> int:
    """The e with 2^e <= |ref| < 2^(e+1)."""
    mantissa, exponent = ref.mid().man_exp()
    return int(abs(int(mantissa)).bit_length() + int(exponent) - 1)


def fraction(value: arb) -> Fraction:
    """The rational number that a ball of radius 0 is."""
    mantissa, exponent = value.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)

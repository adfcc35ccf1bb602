"""sin and cos of sums: addition theorems bring both sides to sines and cosines of single terms."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, Any

from symderiv.calculus.atoms import Mono, Poly, freeze, leading, make, number, padd, pscale, single

if TYPE_CHECKING:
    from symderiv.calculus.normal import Normalizer

#: An argument of more than so many single terms stays whole.
_TERMS = 8
_PI: Mono = frozenset(((make("pi"), 1),))


def sine(nf: Normalizer, u: Mapping[Mono, Any]) -> Poly:
    """sin(u)."""
    return _pair(nf, dict(u))[0]


def cosine(nf: Normalizer, u: Mapping[Mono, Any]) -> Poly:
    """cos(u)."""
    return _pair(nf, dict(u))[1]


def _pair(nf: Normalizer, u: Poly) -> tuple[Poly, Poly]:
    """sin(u) and cos(u)."""
    quarters = floor(2 * Fraction(u.get(_PI, 0)))
    u = padd(u, {_PI: Fraction(quarters, 2)}, -1)
    if sum(abs(Fraction(c).numerator) for c in u.values()) > _TERMS:
        s, c = _whole(u)
    else:
        s, c = {}, number(1)
        for mono, k in u.items():
            unit = _whole({mono: Fraction(1, Fraction(k).denominator)})
            if k < 0:
                unit = pscale(unit[0], -1), unit[1]
            for _ in range(abs(Fraction(k).numerator)):
                s, c = _sum(nf, (s, c), unit)
    for _ in range(quarters % 4):
        s, c = c, pscale(s, -1)
    return s, c


def _sum(nf: Normalizer, one: tuple[Poly, Poly], two: tuple[Poly, Poly]) -> tuple[Poly, Poly]:
    """sin(a + b) and cos(a + b)."""
    (s, c), (t, d) = one, two
    return (
        padd(nf.mul(s, d), nf.mul(c, t)),
        padd(nf.mul(c, d), nf.mul(s, t), -1),
    )


def _whole(u: Poly) -> tuple[Poly, Poly]:
    """sin and cos as atoms; sin is odd and cos even, one sign of the argument is kept."""
    if not u:
        return {}, number(1)
    sign = -1 if u[leading(u)] < 0 else 1
    inner = freeze(pscale(u, sign))
    return pscale(single(make("sin", inner)), sign), single(make("cos", inner))

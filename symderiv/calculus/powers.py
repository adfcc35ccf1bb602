"""Powers of normal forms, and the common factors of a polynomial."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import isqrt
from typing import TYPE_CHECKING, Any

from symderiv.calculus.atoms import (
    UNIT,
    ZERO_ONE,
    Atom,
    Mono,
    Poly,
    Undefined,
    constant_value,
    freeze,
    leading,
    make,
    number,
    pscale,
    rational_content,
    single,
    tidy,
)
from symderiv.calculus.factoring import square_part

if TYPE_CHECKING:
    from symderiv.calculus.normal import Normalizer


def power(nf: Normalizer, u: Mapping[Mono, Any], exponent: Mapping[Mono, Any]) -> Poly:
    """u ** exponent: whole powers of sums stay sums' powers, symbolic ones are exp(e*log u)."""
    e = constant_value(exponent)
    if e is None:
        return nf.exp(nf.mul(exponent, nf.log(u)))
    if e == 0:
        return number(1)
    if e == 1:
        return dict(u)
    if e > 0 and Fraction(e).denominator == 1 and (len(u) <= 1 or e <= 64):
        return whole_power(nf, dict(u), int(e))
    return nf.split(u, lambda p: _power(nf, p, tidy(Fraction(e))))


def whole_power(nf: Normalizer, u: Poly, times: int) -> Poly:
    """u ** times by repeated squaring."""
    result = number(1)
    while times:
        if times & 1:
            result = nf.mul(result, u)
        times >>= 1
        if times:
            u = nf.mul(u, u)
    return result


def _power(nf: Normalizer, u: Poly, e: Any) -> Poly:
    whole = Fraction(e).denominator == 1
    if not u:
        if e > 0:
            return {}
        raise Undefined("a denominator is identically 0")
    outer, rest = content(nf, u, positive=not whole)
    if not rest:  # 0 once its denominators are cleared
        return _power(nf, {}, e)
    scale = rational_content(rest)
    rest = pscale(rest, 1 / scale)
    if whole and constant_value(rest) is None and rest[leading(rest)] < 0:
        rest, scale = pscale(rest, -1), -scale
    result = _number_power(nf, scale, e)
    if whole and constant_value(rest) == -1:
        rest, result = number(1), pscale(result, -1 if e % 2 else 1)
    for atom, k in outer:
        result = nf.mul(result, nf.settle({atom: tidy(k * e)}))
    if constant_value(rest) == 1:
        return result
    if len(rest) == 1 and not whole:
        return nf.mul(result, _root_of_monomial(nf, rest, e))
    if len(rest) == 1:
        ((m, c),) = rest.items()
        part = nf.settle({a: tidy(k * e) for a, k in m})
        return nf.mul(result, pscale(part, Fraction(c) ** int(e)))
    squared = None if whole or Fraction(e).denominator != 2 else square_part(nf, rest)
    if squared is not None:
        root, left = squared
        size = nf.mul(root, nf.sign(root))  # (p^2)^e = |p|^(2e)
        result = nf.mul(result, power(nf, size, number(2 * e)))
        return nf.mul(result, power(nf, left, number(e)))
    return nf.mul(result, nf.settle({make("poly", freeze(rest)): e}))


def _root_of_monomial(nf: Normalizer, rest: Poly, e: Any) -> Poly:
    """(c * a^k * ...)^e for a fractional e, with factors of unknown sign: even powers give
    |a|^(k*e); a single factor keeps its fractional power; else the product stays together."""
    ((m, c),) = rest.items()
    result = number(1)
    together: dict[Atom, Any] = {}
    for atom, k in m:
        if Fraction(k).denominator == 1 and k % 2 == 0:
            size = nf.mul(single(atom), nf.sign(single(atom)))
            half = tidy(Fraction(k) * Fraction(e))
            if Fraction(half).denominator == 1 and half % 2 == 0:
                size = single(atom)
            if Fraction(half).denominator == 1:
                result = nf.mul(result, power(nf, size, number(half)))
            else:
                result = nf.mul(result, nf.settle({make("poly", freeze(size)): half}))
        else:
            together[atom] = k
    if not together:
        if c != 1:
            raise Undefined("a fractional power of a negative number")
        return result
    if c == 1 and len(together) == 1:
        ((atom, k),) = together.items()
        if k == 1:
            return nf.mul(result, nf.settle({atom: e}))
    base = {frozenset(together.items()): c}
    return nf.mul(result, nf.settle({make("poly", freeze(base)): e}))


def _number_power(nf: Normalizer, value: Fraction, e: Any) -> Poly:
    if Fraction(e).denominator == 1:
        return number(value ** int(e))
    result: dict[Atom, Any] = {}
    for p, k in factors(value):
        result[make("prime", p)] = tidy(Fraction(k) * Fraction(e))
    return nf.settle(result)


def content(nf: Normalizer, u: Mapping[Mono, Any], *, positive: bool) -> tuple[Mono, Poly]:
    """The common monomial of u (least exponent of each atom, negative ones clear denominators)
    and the rest; with ``positive`` only atoms known to be positive are taken out."""
    outer: Mono = UNIT
    rest: Poly = dict(u)
    while True:
        common = _common(rest)
        if positive:
            common = {a: e for a, e in common.items() if nf.signs.atom(a) == "positive"}
        common = {a: e for a, e in common.items() if a.kind not in ZERO_ONE}
        if not common:
            return outer, rest
        merged = dict(outer)
        for a, e in common.items():
            merged[a] = tidy(merged.get(a, 0) + e)
        outer = frozenset((a, e) for a, e in merged.items() if e)
        for a, e in sorted(common.items(), key=lambda x: x[0].key):
            rest = nf.raised(rest, a, -e)


def _common(poly: Mapping[Mono, Any]) -> dict[Atom, Any]:
    """Least exponent of each atom over all monomials, where not 0."""
    rows = [dict(m) for m in poly]
    low = {a: min(row.get(a, 0) for row in rows) for a in {a for row in rows for a in row}}
    return {a: e for a, e in low.items() if e}


def factors(value: Fraction) -> list[tuple[int, int]]:
    """Prime factors with exponents; a large cofactor stays whole."""
    found: list[tuple[int, int]] = []
    for part, sign in ((value.numerator, 1), (value.denominator, -1)):
        n = abs(part)
        p = 2
        while p * p <= n and p < 10_000:
            k = 0
            while n % p == 0:
                n //= p
                k += 1
            if k:
                found.append((p, sign * k))
            p += 1
        if n > 1:
            root = isqrt(n)
            found.append((root, 2 * sign) if root * root == n else (n, sign))
    return found

"""[u > 0] and [u = 0] of a polynomial: what is known of u decides, and what can be taken apart is.

A product is positive where an even number of its factors is negative; exp grows, so that
[exp(a) - exp(b) > 0] is [a - b > 0]; a maximum is at least each of its values.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any, Literal

from symderiv.calculus import positions
from symderiv.calculus.atoms import (
    Atom,
    Poly,
    accumulate,
    constant_value,
    letters_of,
    number,
    padd,
    pscale,
    single,
    tidy,
)

if TYPE_CHECKING:
    from symderiv.calculus.normal import Normalizer

_FACTORS = 3


Known = Literal["> 0", ">= 0", "<= 0"] | None


def known_sign(nf: Normalizer, u: Poly) -> Known:
    """What u always is, where that is known."""
    if not u:
        return "<= 0"
    sign = nf.signs.of(u)
    if sign == "positive":
        return "> 0"
    if nf.signs.of(pscale(u, -1)):
        return "<= 0"
    return ">= 0" if sign else _by_maximum(nf, u)


def _by_maximum(nf: Normalizer, u: Poly) -> Known:
    """max[c](f(c)) >= f(i): with a value in its place, a term with a positive factor gets less."""
    for mono, c in u.items():
        if len(mono) != 1:
            continue
        ((atom, e),) = mono
        if atom.kind != "max" or e != 1:
            continue
        letters, body, ranges = atom.args
        rest = padd(u, {mono: c}, -1)
        free = sorted(letters_of(rest) | atom.free)
        for chosen in product(free, repeat=len(letters)):
            if any(a.dim != b.dim for a, b in zip(letters, chosen, strict=True)):
                continue
            mapping = dict(zip(letters, chosen, strict=True))
            if any(positions.holds(positions.moved_order(r, mapping)) != number(1) for r in ranges):
                continue
            bound = padd(rest, nf.rename(dict(body), mapping), c)
            if c < 0 and nf.signs.of(pscale(bound, -1)):
                return "<= 0"  # u <= bound <= 0
            if c > 0 and nf.signs.of(bound):
                return "> 0" if nf.signs.of(bound) == "positive" else ">= 0"
    return None


def taken_apart(
    nf: Normalizer, u: Poly, ask: Callable[[Poly], Poly], tie: Callable[[Poly], Poly]
) -> Poly | None:
    """[u > 0] by the factors of u, or by what its logarithm says; None where u is in one piece.

    ``ask`` gives [p > 0] and ``tie`` [p = 0].
    """
    grown = _by_growth(nf, u)
    if grown is not None:
        return ask(grown)
    odd, even, rest = _factors(nf, u)
    if not odd and not even:
        return None
    yes, no = ask(rest), ask(pscale(rest, -1))
    for factor in map(_value, odd):
        p, n = ask(factor), ask(pscale(factor, -1))
        yes, no = padd(nf.mul(p, yes), nf.mul(n, no)), padd(nf.mul(p, no), nf.mul(n, yes))
    for atom in even:
        yes = nf.mul(yes, padd(number(1), tie(_value(atom)), -1))
    return yes


def tie_taken_apart(nf: Normalizer, u: Poly, tie: Callable[[Poly], Poly]) -> Poly | None:
    """[u = 0]: where one of the factors is 0; None where u is in one piece."""
    grown = _by_growth(nf, u)
    if grown is not None:
        return tie(grown)
    odd, even, rest = _factors(nf, u)
    if not odd and not even:
        return None
    apart = padd(number(1), tie(rest), -1)
    for atom in (*odd, *even):
        apart = nf.mul(apart, padd(number(1), tie(_value(atom)), -1))
    return padd(number(1), apart, -1)


def _factors(nf: Normalizer, u: Poly) -> tuple[list[Atom], list[Atom], Poly]:
    """Common atoms of unknown sign with odd and with even (or fractional) exponents, and the rest."""
    outer, rest = nf.content(u, positive=False)
    if len(rest) == 1 and constant_value(rest) is None:
        return [], [], u
    factors = [(a, e) for a, e in outer if nf.signs.atom(a) != "positive"]
    if len(u) == 1 and len(factors) == 1 and factors[0][1] == 1:
        return [], [], u
    if len(factors) > _FACTORS:
        return [], [], u
    odd = [a for a, e in factors if Fraction(e).denominator == 1 and e % 2]
    even = [a for a, e in factors if a not in odd]
    return sorted(odd, key=lambda a: a.key), sorted(even, key=lambda a: a.key), rest


def _value(atom: Atom) -> Poly:
    """An atom as a polynomial; what is the base of powers is the base."""
    return dict(atom.args[0]) if atom.kind == "poly" else single(atom)


def _by_growth(nf: Normalizer, u: Poly) -> Poly | None:
    """For c*exp(a) - d*exp(b) (c, d > 0): log(c/d) + a - b, which has the same sign."""
    if len(u) != 2:
        return None
    (m, c), (n, d) = sorted(u.items(), key=lambda x: -x[1])
    if not (c > 0 > d):
        return None
    if any(a.kind != "exp" and nf.signs.atom(a) != "positive" for a, _ in m | n):
        return None  # a common factor may be negative, or 0
    ratio: dict[Atom, Any] = dict(m)
    for atom, e in n:
        ratio[atom] = tidy(ratio.get(atom, 0) - e)
    ratio = {a: e for a, e in ratio.items() if e}
    if not ratio or any(a.kind != "exp" for a in ratio):
        return None
    result = nf.log(number(Fraction(c) / Fraction(-d)))
    for atom, e in ratio.items():
        accumulate(result, {atom.args[0]: e}, 1)
    return result


__all__ = ["known_sign", "taken_apart", "tie_taken_apart"]

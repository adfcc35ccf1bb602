"""Functions of normal forms: exp, log, odd and even ones, signs and indicators."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from symderiv.calculus import gaps, positions, sums, trigonometry
from symderiv.calculus.atoms import (
    LINKS,
    ZERO_ONE,
    Atom,
    Mono,
    Poly,
    Undefined,
    accumulate,
    constant_value,
    freeze,
    leading,
    make,
    number,
    padd,
    pscale,
    rational_content,
    single,
)
from symderiv.calculus.powers import content, factors, power

if TYPE_CHECKING:
    from symderiv.calculus.normal import Normalizer


def split(nf: Normalizer, u: Mapping[Mono, Any], function: Callable[[Poly], Poly]) -> Poly:
    """f(s*a + b) = s*f(a+b) + (1-s)*f(b) for a 0/1-valued atom s (delta or indicator) of u."""
    chosen = min((a for m in u for a, _ in m if a.kind in ZERO_ONE), key=lambda a: a.key, default=None)
    if chosen is None:
        return function(dict(u))
    nf.spend(1)
    on: Poly = {}
    off: Poly = {}
    for m, c in u.items():
        exponents = dict(m)
        if exponents.pop(chosen, None) is None:
            accumulate(off, {m: c}, 1)
        accumulate(on, {frozenset(exponents.items()): c}, 1)
    if chosen.kind in LINKS:
        solved = positions.solve([positions.form_of(chosen)])
        on = nf.rename(on, solved[0] if solved else {})
    s = single(chosen)
    rest = padd(number(1), s, -1)
    return padd(nf.mul(s, split(nf, on, function)), nf.mul(rest, split(nf, off, function)))


def exp(nf: Normalizer, u: Mapping[Mono, Any]) -> Poly:
    """exp of a sum is a product of exp(monomial)^coefficient; exp(c*log p) is p^c."""
    return split(nf, u, lambda p: _exp(nf, p))


def _exp(nf: Normalizer, u: Poly) -> Poly:
    u = sums.reduce_leading(nf, u, lambda b: True)
    result = number(1)
    plain: dict[Atom, Any] = {}
    for m, c in u.items():
        inner = next(iter(m)) if len(m) == 1 else None
        if inner and inner[0].kind == "log" and inner[1] == 1:
            result = nf.mul(result, power(nf, dict(inner[0].args[0]), number(c)))
        elif inner and inner[1] == 1 and _sums_logarithms(inner[0]):
            letters, body = inner[0].args
            ((logarithm, _),) = body
            product = sums.reduce(nf, "prod", letters, dict(logarithm.args[0]))
            result = nf.mul(result, power(nf, product, number(c)))
        else:
            plain[make("exp", m)] = c
    return nf.mul(result, {frozenset(plain.items()): 1})


def _sums_logarithms(atom: Atom) -> bool:
    """Whether an atom is sum[c](log(p)), whose exponential is a product over c."""
    return atom.kind == "sum" and [(a.kind, e) for a, e in atom.args[1]] == [("log", 1)]


def log(nf: Normalizer, u: Mapping[Mono, Any]) -> Poly:
    """log of a product, for the factors that are known to be positive."""
    return split(nf, u, lambda p: _log(nf, p))


def _log(nf: Normalizer, u: Poly) -> Poly:
    if not u:
        raise Undefined("log of 0")
    result: Poly = {}
    outer, rest = content(nf, u, positive=True)
    if not rest:
        raise Undefined("log of 0")
    for atom, e in outer:
        result = padd(result, pscale(_log_atom(nf, atom), e))
    for atom, e in content(nf, rest, positive=False)[0]:
        if atom.kind != "poly" or Fraction(e).denominator != 1:
            continue
        opposite = pscale(dict(atom.args[0]), -1)  # 1 - p, which is positive, is kept as p - 1
        if nf.signs.of(opposite) == "positive":
            result = padd(result, pscale(log(nf, opposite), e))
            rest = pscale(nf.raised(rest, atom, -e), -1 if e % 2 else 1)
    scale = rational_content(rest)
    result = padd(result, _log_number(nf, scale))
    rest = pscale(rest, 1 / scale)
    if constant_value(rest) == 1:
        return result
    return padd(result, single(make("log", freeze(rest))))


def _log_atom(nf: Normalizer, atom: Atom) -> Poly:
    if atom.kind == "exp":
        return {atom.args[0]: 1}
    if atom.kind == "poly":
        return log(nf, dict(atom.args[0]))
    if atom.kind == "prime":
        return _log_number(nf, Fraction(atom.args[0]))
    if atom.kind == "prod":
        return sums.total(nf, atom.args[0], log(nf, dict(atom.args[1])))
    return single(make("log", freeze(single(atom))))


def _log_number(nf: Normalizer, value: Fraction) -> Poly:
    result: Poly = {}
    for p, e in factors(value):
        result = padd(result, single(make("log", freeze(number(p)))), e)
    return result


def odd_even(nf: Normalizer, function: str, u: Poly) -> Poly:
    """sin and cos by the addition theorems; erf is odd: one sign of the argument is kept."""
    u = sums.reduce_leading(nf, u, lambda b: True)
    if function == "sin":
        return trigonometry.sine(nf, u)
    if function == "cos":
        return trigonometry.cosine(nf, u)
    if not u:
        return {}
    sign = -1 if u[leading(u)] < 0 else 1
    return pscale(single(make(function, freeze(pscale(u, sign)))), sign)


def sign(nf: Normalizer, u: Mapping[Mono, Any]) -> Poly:
    """sign(u) = [u > 0] - [-u > 0]."""
    return padd(indicator(nf, u), indicator(nf, pscale(u, -1)), -1)


def indicator(nf: Normalizer, u: Mapping[Mono, Any]) -> Poly:
    """[u > 0]."""
    return split(nf, u, lambda p: _indicator(nf, p))


def _indicator(nf: Normalizer, u: Poly) -> Poly:
    """[u > 0] for a u without 0/1-valued atoms: [-w > 0] = 1 - [w > 0] - [w = 0]."""
    known = gaps.known_sign(nf, u)
    if known == "> 0":
        return number(1)
    if known == "<= 0":
        return {}
    if known == ">= 0":
        return padd(number(1), tie_of(nf, u), -1)
    _, rest = content(nf, u, positive=True)
    if not rest:
        return {}  # 0 once its denominators are cleared
    rest = pscale(rest, 1 / rational_content(rest))
    apart = gaps.taken_apart(nf, rest, lambda p: _indicator(nf, p), lambda p: tie_of(nf, p))
    if apart is not None:
        return apart
    if rest[leading(rest)] > 0:
        return single(make("ind", freeze(rest)))
    flipped = pscale(rest, -1)
    one = padd(number(1), single(make("ind", freeze(flipped))), -1)
    return padd(one, tie_of(nf, flipped), -1)


def tie_of(nf: Normalizer, u: Poly) -> Poly:
    """[u = 0] of a u without 0/1-valued atoms, but for what the claim leaves out (see :mod:`.ties`)."""
    if not u:
        return number(1)
    if "positive" in (nf.signs.of(u), nf.signs.of(pscale(u, -1))):
        return {}
    _, rest = content(nf, u, positive=True)
    if not rest:
        return number(1)
    rest = pscale(rest, 1 / rational_content(rest))
    apart = gaps.tie_taken_apart(nf, rest, lambda p: tie_of(nf, p))
    if apart is not None:
        return apart
    atom = make("tie", freeze(rest if rest[leading(rest)] > 0 else pscale(rest, -1)))
    return single(atom) if nf.ties is None else nf.ties.limited(atom)


def moves(nf: Normalizer, mono: Mono, name: str, others: list[Mono]) -> bool:
    """Whether the free input ``name`` stands once in ``mono``, where it moves its value, and in no other."""
    if name in nf.constrained or any(name in names_of({m: 1}) for m in others):
        return False
    if not all(_never_zero(nf, a, e) for a, e in mono if name not in names_of({frozenset(((a, e),)): 1})):
        return False
    holders = [(a, e) for a, e in mono if name in names_of({frozenset(((a, e),)): 1})]
    if len(holders) != 1:
        return False
    atom, e = holders[0]
    if atom.kind == "sum" and e == 1:
        return moves(nf, atom.args[1], name, [])
    if atom.kind == "entry":
        return positions.plain(atom)  # a moved one is 0 outside its axis
    return atom.kind == "exp" and moves(nf, atom.args[0], name, [])


def _never_zero(nf: Normalizer, atom: Atom, e: Any) -> bool:
    """Whether a factor vanishes on a thin set at most (a denominator: nowhere)."""
    if atom.kind == "entry":
        return atom.args[0] not in nf.constrained and positions.plain(atom)
    return atom.kind not in ZERO_ONE and (e < 0 or nf.signs.atom(atom) == "positive")


def names_of(poly: Mapping[Mono, Any]) -> set[str]:
    """Names of the inputs in a polynomial, those inside other atoms too."""
    found: set[str] = set()
    for m in poly:
        for a, _ in m:
            if a.kind == "entry":
                found.add(a.args[0])
            for inner in a.args:
                if isinstance(inner, frozenset) and inner:
                    polynomial = isinstance(next(iter(inner))[0], frozenset)
                    found |= names_of(dict(inner) if polynomial else {inner: 1})
    return found

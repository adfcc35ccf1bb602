"""Products of atoms to normal form: deltas, conditions, ties, primes and powers of sums."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, Any

from symderiv.calculus import positions, powers
from symderiv.calculus.atoms import (
    LINKS,
    Atom,
    Mono,
    Poly,
    leading,
    make,
    number,
    padd,
    pscale,
    single,
    tidy,
)
from symderiv.terms import Index, Position

if TYPE_CHECKING:
    from symderiv.calculus.normal import Normalizer


def settle(nf: Normalizer, exponents: Mapping[Atom, Any]) -> Poly:
    """A product of atoms to normal form: letters that deltas equate are made one, then 0/1
    values, prime powers, cos^2 and non-negative whole powers of sums are rewritten."""
    links = [a for a in exponents if a.kind in LINKS]
    plain: dict[Atom, Any] = {a: e for a, e in exponents.items() if a.kind not in LINKS}
    mapping: dict[Index, Position] = {}
    base: Mono = frozenset()
    if links:
        solution = positions.solve(positions.form_of(a) for a in links)
        if solution is None:
            return {}
        mapping, left = solution
        equations = positions.equations(mapping, left)
        if not equations:
            return {}
        base = next(iter(equations))
        if any(not a.free.isdisjoint(mapping) for a in plain):
            rest = nf.rename({frozenset(plain.items()): 1}, mapping)
            return nf.mul(equations, rest) if _has_link(rest) else _attach(base, rest)
    if any(a.kind == "le" for a in plain):
        simpler = positions.simplify(nf, plain, mapping)
        if simpler is not None:
            return nf.mul(equations, simpler) if links else simpler
    return _attach(base, _settle_plain(nf, plain)) if links else _settle_plain(nf, plain)


def _attach(base: Mono, rest: Mapping[Mono, Any]) -> Poly:
    return {base | m: c for m, c in rest.items()}


def _settle_plain(nf: Normalizer, exponents: Mapping[Atom, Any]) -> Poly:
    factor: Any = 1
    keep: dict[Atom, Any] = {}
    expand: list[tuple[Atom, int]] = []
    for atom, e in exponents.items():
        match atom.kind:
            case "ind" | "tie" | "le":
                keep[atom] = 1
                if atom.kind == "tie" and make("ind", *atom.args) in exponents:
                    return {}
            case "prime" if not 0 < e < 1:
                whole = floor(e)
                factor = factor * Fraction(atom.args[0]) ** whole
                if e != whole:
                    keep[atom] = e - whole
            case "poly" | "cos" if e >= (2 if atom.kind == "cos" else 1):
                step = 2 if atom.kind == "cos" else 1
                times = floor(e / step)
                expand.append((atom, times))
                if e != times * step:
                    keep[atom] = tidy(e - times * step)
            case _:
                keep[atom] = e
    result = _untie(nf, {frozenset(keep.items()): tidy(factor)})
    for atom, times in expand:
        base = dict(atom.args[0])
        if atom.kind == "cos":
            sine = nf.call("sin", [base])
            base = padd(number(1), nf.mul(sine, sine), -1)
        result = nf.mul(result, powers.whole_power(nf, base, times))
    return result


def _untie(nf: Normalizer, poly: Poly) -> Poly:
    """[w = 0]*LM(w) = -[w = 0]*(w - LM(w)): at the tie, w is 0."""
    ((mono, factor),) = poly.items()
    # in order, not as the set has them: with two ties the result depends on which comes first
    for atom in sorted((a for a, _ in mono if a.kind == "tie"), key=lambda a: a.key):
        gap = dict(atom.args[0])
        top = leading(gap)
        here = dict(mono)
        if any(here.get(a, 0) < e for a, e in top) or any(e < 0 for m in gap for _, e in m):
            continue
        if any(e < 0 and not _apart(nf, a, atom) for a, e in mono):
            continue  # what is divided by may be 0 at the tie
        left = {a: tidy(e - dict(top).get(a, 0)) for a, e in mono}
        rest = pscale(padd(gap, {top: gap[top]}, -1), Fraction(-factor) / gap[top])
        return nf.mul(_untie(nf, {frozenset((a, e) for a, e in left.items() if e): 1}), rest)
    return poly


def _apart(nf: Normalizer, base: Atom, tie: Atom) -> bool:
    """Whether what is divided by is not 0 at a tie: it is positive, or a number there."""
    if nf.signs.atom(base) == "positive":
        return True
    there = nf.mul(single(tie), dict(base.args[0])) if base.kind == "poly" else {}
    return len(there) == 1 and single(tie).keys() == there.keys()


def _has_link(poly: Mapping[Mono, Any]) -> bool:
    return any(a.kind in LINKS for m in poly for a, _ in m)

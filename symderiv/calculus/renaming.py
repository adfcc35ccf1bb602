"""Substituting letters in normal forms.  What a renamed letter occurs in is made again by the same
constructors, so that everything that becomes simpler does, and canonical choices are made anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from symderiv.calculus import functions, positions, sums
from symderiv.calculus.atoms import Atom, Mono, Poly, accumulate, letters_of, number
from symderiv.terms import Index, Order, Position, move

if TYPE_CHECKING:
    from symderiv.calculus.normal import Normalizer


def rename(nf: Normalizer, poly: Mapping[Mono, Any], mapping: Mapping[Index, Position]) -> Poly:
    """Substitute letters and renormalise what they occur in."""
    if letters_of(poly).isdisjoint(mapping):
        return dict(poly)
    out: Poly = {}
    for m, c in poly.items():
        still = frozenset((a, e) for a, e in m if a.free.isdisjoint(mapping))
        product: Poly = {still: 1}
        # denominators last, in whatever order the rest comes: what is 0 at a tie goes before they are met
        for atom, e in sorted(m - still, key=lambda x: x[1] < 0):
            product = nf.mul(product, _rename_power(nf, atom, e, mapping))
        accumulate(out, product, c)
    return out


def relettered(nf: Normalizer, poly: Mapping[Mono, Any], mapping: Mapping[Index, Position]) -> Poly:
    """As :func:`rename`, but what is left out at ties is not left out once more where that was done:
    it is so for any letters, and each time would add terms that are 0 together."""
    out = rename(nf, poly, mapping)
    if len(out) == 1 or nf.ties is None:
        return out
    ties, renamed = nf.ties, nf.renamed
    nf.ties, nf.renamed = None, {}
    try:
        again = rename(nf, poly, mapping)
    finally:
        nf.ties, nf.renamed = ties, renamed
    return again if len(again) == 1 else out


def _rename_power(nf: Normalizer, atom: Atom, exponent: Any, mapping: Mapping[Index, Position]) -> Poly:
    if atom.kind == "poly":
        base = rename(nf, dict(atom.args[0]), mapping)
        return nf.power(base, number(exponent))
    base = rename_atom(nf, atom, mapping)
    return base if exponent == 1 else nf.power(base, number(exponent))


def rename_atom(nf: Normalizer, atom: Atom, mapping: Mapping[Index, Position]) -> Poly:
    """One atom under a substitution of letters."""
    key = (atom, frozenset((a, b) for a, b in mapping.items() if a in atom.free))
    found = nf.renamed.get(key)
    if found is None:
        found = nf.renamed[key] = _rename_atom(nf, atom, mapping)
    return found


def _rename_atom(nf: Normalizer, atom: Atom, mapping: Mapping[Index, Position]) -> Poly:
    match atom.kind:
        case "entry":
            name, indices = atom.args
            return nf.entry(name, tuple(move(i, mapping) for i in indices))
        case "delta" | "eq" | "le":
            return positions.moved(atom, mapping)
        case "exp":
            return nf.exp(rename(nf, {atom.args[0]: 1}, mapping))
        case "ind":
            return functions.indicator(nf, rename(nf, dict(atom.args[0]), mapping))
        case "tie":
            gap = rename(nf, dict(atom.args[0]), mapping)
            return nf.split(gap, lambda p: functions.tie_of(nf, p))
        case "log":
            return nf.log(rename(nf, dict(atom.args[0]), mapping))
        case "erf" | "sin" | "cos":
            return nf.call(atom.kind, [rename(nf, dict(atom.args[0]), mapping)])
        case "sum":
            letters, mono = atom.args
            return sums.total(nf, letters, rename(nf, {mono: 1}, mapping))
        case "prod":
            letters, body = atom.args
            return sums.reduce(nf, "prod", letters, rename(nf, dict(body), mapping))
        case "max":
            letters, body, ranges = atom.args
            ranges = [Order(c.op, move(c.left, mapping), move(c.right, mapping)) for c in ranges]
            return sums.extreme(nf, letters, rename(nf, dict(body), mapping), ranges)
    raise TypeError(f"no letters in {atom.kind}")

"""Sums over positions: one orientation of an order between bound letters, and one letter to sum over."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction
from itertools import combinations, permutations
from typing import TYPE_CHECKING, Any

from symderiv.calculus import functions, positions
from symderiv.calculus.atoms import Atom, Mono, Poly, mono_key, padd, pscale, single
from symderiv.terms import Affine, Index, linear

if TYPE_CHECKING:
    from symderiv.calculus.normal import Normalizer


def all_but_one(nf: Normalizer, letters: Sequence[Index], mono: Mono) -> Poly | None:
    """sum[c]([max[d](f(d)) - f(c) = 0]) is 1 off ties: one value is the maximum (and > 0 for all others).

    Only where the claim differentiates the maximum by all entries of an input that stands in one term of f,
    at letters that include all of c: where two values are the greatest it is not differentiable.
    """
    from symderiv.calculus import sums

    gaps = [a for a, e in mono if a.kind in ("ind", "tie")]
    if nf.ties is None or not nf.ties.single or len(gaps) != 1:
        return None
    range_ = mono - {(gaps[0], 1)}
    gap = dict(gaps[0].args[0])
    if gaps[0].kind == "tie" and any(c < 0 and [a.kind for a, _ in m] == ["max"] for m, c in gap.items()):
        gap = pscale(gap, -1)
    for m, c in gap.items():
        atom = next(iter(m))[0] if len(m) == 1 else None
        if c != 1 or atom is None or m != {(atom, 1)} or atom.kind != "max":
            continue
        inner, body, rules = atom.args
        values = padd(gap, {m: 1}, -1)
        if len(inner) != len(letters) or not _distinct(letters, values, nf.ties.single_by(atom)):
            continue
        for order in permutations(letters):
            mapping = dict(zip(inner, order, strict=True))
            if any(a.dim != b.dim for a, b in mapping.items()):
                continue
            limits: Poly = {frozenset(): 1}
            for rule in rules:
                limits = nf.mul(limits, positions.holds(positions.moved_order(rule, mapping)))
            if limits == {range_: 1} and not padd(values, nf.rename(dict(body), mapping)):
                one: Poly = {frozenset(): 1}
                if gaps[0].kind == "tie":
                    return one
                return padd(sums.total(nf, letters, {range_: 1}), one, -1)
    return None


def _distinct(letters: Sequence[Index], values: Poly, names: Collection[str]) -> bool:
    """Whether one of the named inputs moves each value at its own letters, and no other value."""
    for mono in values:
        for atom, e in mono:
            if atom.kind != "entry" or e != 1 or not positions.plain(atom):
                continue
            name, indices = atom.args
            if name not in names or not set(letters) <= set(indices) or len(mono) != 1:
                continue
            rest = {m: c for m, c in values.items() if m != mono}
            if name not in functions.names_of(rest):
                return True
    return False


def paired(letters: Sequence[Index], mono: Mono) -> list[Atom]:
    """The orders, of positions or of values, between two of the letters: swapping the letters gives the
    complement."""
    return [a for a, _ in mono if a.kind in ("le", "ind") and len(a.free.intersection(letters)) > 1]


def oriented(nf: Normalizer, height: int, letters: Sequence[Index], mono: Mono) -> Poly | None:
    """Where an order links two bound letters, sum[c,d]([d <= c]*f(c,d)) may be written with either first.

    The letters are named by what they are summed over, the orders left aside; if the order then stands the
    other way round, it becomes its complement.  None where nothing changes.
    """
    from symderiv.calculus import sums

    pairs = paired(letters, mono)
    if not pairs or len(letters) > 5:
        return None
    half = _symmetric(nf, pairs, letters, mono)
    if half is not None:
        return half
    rest = frozenset((a, e) for a, e in mono if a not in pairs)
    keyed = []
    for order in permutations(letters):
        names = tuple(Index(f"~{height}.{n}", i.dim) for n, i in enumerate(order))
        body = nf.rename({rest: 1}, dict(zip(order, names, strict=True)))
        keyed.append(("+".join(sorted(mono_key(m) for m in body)), order, names))
    _, order, names = min(keyed)
    whole = nf.rename({mono: 1}, dict(zip(order, names, strict=True)))
    if len(whole) > 1:
        return sums.total(nf, names, whole)
    return None


def _symmetric(nf: Normalizer, pairs: Sequence[Atom], letters: Sequence[Index], mono: Mono) -> Poly | None:
    """Where swapping two letters keeps all but an order a, and turns a into b - a, the sum is half of the
    sum with b in place of a: sum[c,d]([c <= d]*f) = (sum[c,d](f) + sum[c](f at d = c))/2."""
    from symderiv.calculus import sums

    for atom in pairs:
        others = mono - {(atom, 1)}
        for one, two in combinations(sorted(atom.free.intersection(letters)), 2):
            if one.dim != two.dim:
                continue
            swap = {one: two, two: one}
            turned = nf.rename_atom(atom, swap)
            if turned.get(frozenset(((atom, 1),))) != -1 or nf.rename({others: 1}, swap) != {others: 1}:
                continue
            both = nf.mul({others: 1}, padd(turned, single(atom)))
            return pscale(sums.total(nf, letters, both), Fraction(1, 2))
    return None


Ways = list[tuple[Sequence[Index], Mono]]
_WAYS = 24


def anchored(nf: Normalizer, letters: Sequence[Index], mono: Mono) -> Poly | Ways:
    """The same sum over other letters: where a factor x[c+1] vanishes outside its axis, k = c+1 may be
    summed over instead.  A list of other ways to write it, or the sum itself where no factor stands at the
    plain letter, so that the ends of the range have to be taken off."""
    ways: Ways = []
    todo: list[tuple[Sequence[Index], Mono, frozenset[Index]]] = [(letters, mono, frozenset(letters))]
    while todo and len(ways) < _WAYS:
        own, start, old = todo.pop()
        for c in sorted(old):
            found = _anchored(nf, own, start, c)
            if isinstance(found, dict):
                return found
            ways += found
            todo += [(names, m, old - {c}) for names, m in found]
    return ways


def _anchored(nf: Normalizer, letters: Sequence[Index], mono: Mono, c: Index) -> Poly | Ways:
    """The sum with ``c`` replaced by the letters of positions that it stands in."""
    from symderiv.calculus import sums

    holders = [(a, e) for a, e in mono if c in a.free]
    if not all(positions.total(a, e) for a, e in holders):
        return []
    if any(a.kind == "tie" for a, _ in holders):  # either of two equal entries may stand: no end of moving
        return []
    here = [p for a, e in holders if _stands(a, e) for p in a.args[1]]
    moved = {p for p in here if isinstance(p, Affine) and abs(dict(p.parts).get(c, 0)) == 1}
    ways: Ways = []
    for p in sorted(moved, key=lambda p: (abs(p.constant), p.name)):
        new = nf.fresh(p.dim)
        at = positions.solve_for(positions.minus(linear(p), ({new: 1}, 0)), c)
        body = nf.mul(positions.within(nf, at, c.dim), nf.rename({mono: 1}, {c: at}))
        others = [new if i == c else i for i in letters]
        if c not in here:
            return sums.total(nf, others, body)
        if len(body) == 1:
            ((m, k),) = body.items()
            if k == 1:
                ways.append((others, m))
    return ways


def _stands(atom: Atom, exponent: Any) -> bool:
    """Whether a factor vanishes outside its axes."""
    return atom.kind == "entry" and exponent > 0


__all__ = ["anchored", "oriented", "paired"]

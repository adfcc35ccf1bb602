"""Zero by cases: a polynomial with conditions [p > 0] is zero if it is in every case that can occur.

A case says for each p whether it is positive, zero or negative.  That a case cannot occur is shown by a
non-negative combination of its inequalities that no value fulfils, the monomials being taken as independent
unknowns (Farkas; found by Fourier-Motzkin elimination over the rationals).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

from symderiv.calculus import zero
from symderiv.calculus.atoms import (
    UNIT,
    Frozen,
    Mono,
    Poly,
    accumulate,
    make,
    mono_key,
    padd,
    poly_key,
    pscale,
)

if TYPE_CHECKING:
    from symderiv.calculus.normal import Normalizer

#: A linear form in monomials that is > 0 (strict) or >= 0.
Row = tuple[dict[Mono, Any], bool]
_GAPS, _ROWS = 7, 300


def is_zero(nf: Normalizer, u: Poly) -> bool:
    """Whether u is zero in every case of its conditions that is not shown to be impossible."""
    found = {a.args[0] for m in u for a, _ in m if a.kind in ("ind", "tie")}
    # the order decides where elimination gives up, so that it must be the same in every run
    gaps = sorted(found, key=lambda g: poly_key(dict(g)))
    if not 1 < len(gaps) <= _GAPS:
        return False
    known = _known(nf, gaps)
    for signs in product(*(_signs(u, g) for g in gaps)):
        rows = [*known, *_rows(gaps, signs)]
        if not _vanishes(nf, u, gaps, signs, rows) and not impossible(rows):
            return False
    return True


def _signs(u: Poly, gap: Frozen) -> tuple[int, ...]:
    """Cases of a gap: positive or not; zero on its own where the polynomial speaks of the tie."""
    tie = make("tie", gap)
    return (1, 0, -1) if any((tie, 1) in m for m in u) else (1, -1)


def _rows(gaps: Sequence[Frozen], signs: Sequence[int]) -> list[Row]:
    rows: list[Row] = []
    for gap, sign in zip(gaps, signs, strict=True):
        poly = dict(gap)
        if sign > 0:
            rows.append((poly, True))
        else:
            rows.append((pscale(poly, -1), False))
            if sign == 0:
                rows.append((poly, False))
    return rows


def _known(nf: Normalizer, gaps: Sequence[Frozen]) -> list[Row]:
    """What the assumptions and the structure say of the monomials and of the gaps' differences."""
    rows: list[Row] = [({UNIT: 1}, True)]
    monos = {m for g in gaps for m, _ in g if m}
    for m in monos:
        sign = nf.signs.mono(m)
        if sign:
            rows.append(({m: 1}, sign == "positive"))
    rows += [(poly, sign == "positive") for poly, sign in nf.signs.stated if poly.keys() <= monos | {UNIT}]
    for one in gaps:
        for two in gaps:
            for candidate in (padd(dict(one), dict(two), -1), padd(dict(one), dict(two))):
                sign = nf.signs.of(candidate) if one != two and candidate else None
                if sign:
                    rows.append((candidate, sign == "positive"))
    return rows


def _vanishes(
    nf: Normalizer, u: Poly, gaps: Sequence[Frozen], signs: Sequence[int], rows: Sequence[Row]
) -> bool:
    """Whether u is zero with its conditions replaced by what they are in this case.

    Only what is not zero in this case is cleared: the case may hold just where another base is 0.
    """
    values: dict[Any, int] = {}
    for gap, sign in zip(gaps, signs, strict=True):
        values[make("ind", gap)] = 1 if sign > 0 else 0
        values[make("tie", gap)] = 1 if sign == 0 else 0
    left: Poly = {}
    for m, c in u.items():
        if all(values.get(a, 1) for a, _ in m):
            accumulate(left, {frozenset(x for x in m if x[0] not in values): c}, 1)
    if left and all(impossible([*rows, (pscale(left, s), True)]) for s in (1, -1)):
        return True  # what is left is neither positive nor negative here
    for gap, sign in zip(gaps, signs, strict=True):
        if sign == 0:
            left = nf.mul(left, {frozenset(((make("tie", gap), 1),)): 1})

    def never_zero(base: Poly) -> bool:
        return any(impossible([*rows, (pscale(base, s), False)]) for s in (1, -1))

    return zero.is_zero(nf, left, clears=never_zero)


def impossible(rows: Sequence[Row]) -> bool:
    """Whether no values of the monomials fulfil all rows (False also where it is not found out)."""
    current = [(dict(form), strict) for form, strict in rows]
    unknowns = sorted({m for form, _ in current for m in form if m}, key=mono_key)
    for unknown in unknowns:
        plus = [r for r in current if r[0].get(unknown, 0) > 0]
        minus = [r for r in current if r[0].get(unknown, 0) < 0]
        current = [r for r in current if not r[0].get(unknown, 0)]
        for p, strict in plus:
            for m, also in minus:
                form = padd(
                    pscale(p, Fraction(1) / Fraction(p[unknown])),
                    pscale(m, Fraction(-1) / Fraction(m[unknown])),
                )
                current.append((form, strict or also))
        if len(current) > _ROWS:
            return False
        if any(_contradicts(r) for r in current):
            return True
    return any(_contradicts(r) for r in current)


def _contradicts(row: Row) -> bool:
    form, strict = row
    if any(m for m in form):
        return False
    value = form.get(UNIT, 0)
    return value < 0 or (strict and value <= 0)


__all__ = ["impossible", "is_zero"]

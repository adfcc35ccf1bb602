"""Factors of polynomials, found by python-flint; who relies on them multiplies them out again."""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

from symderiv.calculus.atoms import Mono, Poly, mono_key, tidy

if TYPE_CHECKING:
    from symderiv.calculus.normal import Normalizer

_LIMIT = 12  # monomials


def square_part(nf: Normalizer, poly: Poly) -> tuple[Poly, Poly] | None:
    """``(p, q)`` with poly = p**2 * q, checked by multiplication; None where p would be a number."""
    if not 2 < len(poly) <= _LIMIT or any(e < 0 or Fraction(e).denominator != 1 for m in poly for _, e in m):
        return None
    found = factor(poly)
    if found is None:
        return None
    outer, constant, parts = found
    root: Poly = {frozenset(): 1}
    left: Poly = {outer: constant}
    for part, k in parts:
        for _ in range(k // 2):
            root = nf.mul(root, part)
        if k % 2:
            left = nf.mul(left, part)
    if len(root) < 2 or nf.mul(nf.mul(root, root), left) != poly:
        return None
    return root, left


def factor(poly: Poly) -> tuple[Mono, Fraction, list[tuple[Poly, int]]] | None:
    """``poly`` as monomial * number * product of irreducible polynomials, by python-flint."""
    from flint import Ordering, fmpq, fmpq_mpoly_ctx

    atoms = sorted({a for m in poly for a, _ in m}, key=lambda a: a.key)
    if not atoms:
        return None
    low = {a: min(Fraction(dict(m).get(a, 0)) for m in poly) for a in atoms}
    scale = {a: lcm(*(Fraction(dict(m).get(a, 0)).denominator for m in poly)) for a in atoms}
    ctx = fmpq_mpoly_ctx.get([f"a{n}" for n in range(len(atoms))], Ordering.lex)
    table = {}
    for m, c in poly.items():
        exponents = dict(m)
        row = tuple(int((Fraction(exponents.get(a, 0)) - low[a]) * scale[a]) for a in atoms)
        f = Fraction(c)
        table[row] = fmpq(f.numerator, f.denominator)
    if max(sum(row) for row in table) > 40:
        return None
    constant, found = ctx.from_dict(table).factor()
    number = Fraction(int(constant.p), int(constant.q))
    parts: list[tuple[Poly, int]] = []
    for p, k in found:
        piece: Poly = {}
        for row, c in p.to_dict().items():
            exps = {a: tidy(Fraction(int(e), scale[a])) for a, e in zip(atoms, row, strict=True) if e}
            piece[frozenset(exps.items())] = tidy(Fraction(int(c.p), int(c.q)))
        lead = min(piece, key=lambda m: (len(m), mono_key(m)))
        if all(v < 0 for v in piece.values()) or (piece[lead] < 0 and len(piece) < 3):
            piece, number = {m: -v for m, v in piece.items()}, number * (-1) ** int(k)
        content = Fraction(1)
        common = lcm(*(Fraction(v).denominator for v in piece.values()))
        if common != 1:
            piece, content = {m: tidy(v * common) for m, v in piece.items()}, Fraction(1, common)
        number *= content ** int(k)
        parts.append((piece, int(k)))
    if number < 0:  # a difference takes the sign: -(a - b) is b - a
        turned = next(
            (n for n, (p, k) in enumerate(parts) if k % 2 and len(p) > 1 and min(p.values()) < 0), None
        )
        if turned is not None:
            piece, k = parts[turned]
            parts[turned], number = ({m: -v for m, v in piece.items()}, k), -number
    outer = {a: tidy(low[a]) for a in atoms if low[a]}
    rest: list[tuple[Poly, int]] = []
    for piece, k in sorted(parts, key=lambda p: min(mono_key(m) for m in p[0])):
        if len(piece) == 1:
            ((m, v),) = piece.items()
            number *= Fraction(v) ** k
            for a, e in m:
                outer[a] = tidy(outer.get(a, 0) + e * k)
        else:
            rest.append((piece, k))
    return frozenset((a, e) for a, e in outer.items() if e), number, rest

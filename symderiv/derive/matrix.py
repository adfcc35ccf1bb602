"""A derivative as a matrix: diag(y) - y y^T, I - 1 exp(s)^T, V^T diag(p) K, a gradient as a vector.

The entries are written as a sum of products; a factor delta makes a diagonal matrix, a product of a
row factor and a column factor an outer product; sums over a letter that two factors share are products
of matrices (:mod:`.network`).  The matrix that was recognised is written out entry
by entry again and proved equal to the derivative, or there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from symderiv.derive import algebra
from symderiv.derive.deltas import split_delta
from symderiv.derive.network import Link, Part, is_vector, network, written
from symderiv.derive.patterns import Pattern, name_back
from symderiv.terms import (
    ONE,
    Add,
    Delta,
    Entry,
    Index,
    Mul,
    Num,
    Term,
    Where,
    add,
    all_indices,
    free_indices,
    kronecker,
    mul,
    neg,
    rename,
)

Equal = Callable[[Term, Term], bool]


@dataclass(frozen=True, slots=True)
class Matrix:
    """``scalar`` times the sum of ``parts``; entry (row, column), a vector where one is missing."""

    row: Index | None
    column: Index | None
    scalar: Term
    parts: tuple[Part, ...]
    entry: Term
    gradient: bool = False


def matrix_of(
    head: tuple[Index, ...], target: Entry, result: Term, equal: Equal, patterns: Sequence[Pattern] = ()
) -> Matrix | None:
    """The matrix with entries ``result``: J[j,i] for vector functions, a gradient for scalar ones; vectors
    that ``patterns`` name have their names."""
    letters = (*head, *target.letters)
    if not 1 <= len(letters) <= 2 or len(set(letters)) != len(letters):
        return None
    row = letters[0]
    column = letters[1] if len(letters) == 2 else None
    scalar, inside = _common(result, frozenset(letters))
    parts = _parts(inside, row, column)
    if not parts:
        parts = network(inside, row, column)
    if not parts:
        return None
    names = all_indices(result) - set(letters)
    parts = [_named(p, row, column, names, list(patterns)) for p in parts]
    shared = parts[0].scalar
    if len(parts) > 1 and shared != ONE and all(p.scalar in (shared, neg(shared)) for p in parts):
        scalar = mul(scalar, shared)
        parts = [replace(p, scalar=ONE if p.scalar == shared else neg(ONE)) for p in parts]
    entry = mul(scalar, add(*(_entry(p, row, column, names) for p in parts)))
    if not equal(entry, result):
        return None
    return Matrix(row, column, scalar, tuple(parts), entry, gradient=not head)


def _named(
    part: Part, row: Index, column: Index | None, letters: frozenset[Index], patterns: list[Pattern]
) -> Part:
    """An outer product of paths with the name of each that has one."""
    if part.kind != "paths" or column is None:
        return part
    ends = []
    for path, end in ((part.path, row), (part.other, column)):
        known = name_back(written(path, letters), patterns).term
        ends.append((Link(end, known),) if isinstance(known, Entry) and known.letters == (end,) else path)
    return replace(part, path=ends[0], other=ends[1])


def _common(term: Term, letters: frozenset[Index]) -> tuple[Term, Term]:
    """Scalar factors in front of a bracket, and the rest."""
    if not isinstance(term, Mul):
        return ONE, term
    scalars = [f for f in term.factors if not free_indices(f) & letters]
    rest = [f for f in term.factors if free_indices(f) & letters]
    if any(isinstance(f, Add) for f in rest):
        return mul(*scalars), mul(*rest)
    return ONE, term


def _parts(term: Term, row: Index, column: Index | None) -> list[Part] | None:
    if column is None:
        return [Part("vector", ONE, term)] if is_vector(term, row) else None
    out: list[Part] = []
    for t in algebra.terms_of(term):
        more = _product_parts(t, row, column)
        if more is None:
            return None
        out.extend(more)
    return out


def _product_parts(term: Term, row: Index, column: Index) -> list[Part] | None:
    coefficient, factors = algebra.powers(term)
    scalar: Term = Num(coefficient)
    rows: Term = ONE
    columns: Term = ONE
    deltas = False
    mixed: list[tuple[Term, Fraction]] = []
    for base, e in factors:
        f = algebra.product(Fraction(1), [(base, e)])
        here = free_indices(f) & {row, column}
        if not here:
            scalar = mul(scalar, f)
        elif here == {row}:
            rows = mul(rows, f)
        elif here == {column}:
            columns = mul(columns, f)
        elif isinstance(base, Delta):
            deltas = True
        elif isinstance(base, Where) and (split := split_delta(f, frozenset((row, column)))):
            if {row, column} <= free_indices(split[1]):
                return None
            deltas = True
            rows = mul(rows, rename(split[1], {column: row}))
        else:
            mixed.append((base, e))
    if not (is_vector(rows, row) and is_vector(columns, column)):
        return None
    if not mixed:
        if not deltas:
            return [Part("outer", scalar, rows, columns)]
        diagonal = mul(rows, rename(columns, {column: row}))
        return [Part("identity", scalar) if diagonal == ONE else Part("diagonal", scalar, diagonal)]
    if len(mixed) != 1 or mixed[0][1] != 1 or deltas:
        return None
    inner = mixed[0][0]
    if isinstance(inner, Add):
        found = [
            _product_parts(algebra.cancel(mul(scalar, rows, t, columns)), row, column) for t in inner.terms
        ]
        return None if None in found else [p for ps in found for p in ps or ()]
    if isinstance(inner, Entry) and len(inner.indices) == 2:
        return [Part("tensor", scalar, rows, columns, inner.name, inner.indices == (column, row))]
    return None


def _entry(part: Part, row: Index, column: Index | None, letters: frozenset[Index]) -> Term:
    """The entry of a part, written out; ``letters`` to sum over."""
    match part.kind:
        case "vector":
            return mul(part.scalar, part.left)
        case "identity" if column:
            return mul(part.scalar, kronecker(row, column))
        case "diagonal" if column:
            return mul(part.scalar, kronecker(row, column), part.left)
        case "path":
            return mul(part.scalar, written(part.path, letters))
        case "paths":
            return mul(part.scalar, written(part.path, letters), written(part.other, letters))
        case "tensor" if column:
            at = (column, row) if part.turned else (row, column)
            return mul(part.scalar, part.left, Entry(part.tensor, at), part.right)
        case _:
            return mul(part.scalar, part.left, part.right)

"""Sums of products as products of matrices: sum[m](V[m,a]*p[m]*K[m,i]) is V^T diag(p) K.

Each term is a product over letters: an entry with two letters joins them, what has one letter weighs it,
the rest is a number.  A path from the row to the column is a matrix, two paths that end are an outer
product, one path that ends is a vector.  What is no path is no product of matrices.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from itertools import count, pairwise
from typing import Literal

from symderiv.derive import algebra
from symderiv.terms import (
    ONE,
    Add,
    Delta,
    Entry,
    Index,
    Mul,
    Num,
    Pow,
    Reduce,
    Size,
    Term,
    free_indices,
    mul,
    power,
    rename,
    walk,
)

Kind = Literal["identity", "diagonal", "outer", "tensor", "vector", "row", "path", "paths"]


@dataclass(frozen=True, slots=True)
class Link:
    """A stop on a path: the weight at ``letter``, then ``tensor`` (transposed: ``turned``) to the next."""

    letter: Index
    weight: Term = ONE
    tensor: str = ""
    turned: bool = False


#: From the first letter to the last; only the last has no tensor.
Path = tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """``scalar`` times: I; diag(left); left right^T; diag(left) tensor diag(right); the vector left; a
    product of matrices from row to column, or to a vector (path); a vector times one transposed (paths)."""

    kind: Kind
    scalar: Term
    left: Term = ONE
    right: Term = ONE
    tensor: str = ""
    turned: bool = False
    path: Path = ()
    other: Path = ()


def network(term: Term, row: Index, column: Index | None) -> list[Part] | None:
    """``term`` as products of matrices with the given outer letters."""
    ends = frozenset({row} if column is None else {row, column})
    parts = [_part(m, row, column) for m in _monomials(term, ends, count(1))]
    return None if None in parts else [p for p in parts if p is not None]


def written(path: Path, letters: Collection[Index]) -> Term:
    """The entry that a path stands for: summed over every letter but those at the ends of a matrix.

    A summation letter is one of ``letters`` where one of its dimension is left.
    """
    factors: list[Term] = []
    for link, following in pairwise(path):
        at = (link.letter, following.letter)
        factors += [link.weight, Entry(link.tensor, at[::-1] if link.turned else at)]
    factors.append(path[-1].weight)
    inner = tuple(link.letter for link in path[1:] if link.letter.name.startswith("_"))
    names: dict[Index, Index] = {}
    for i in inner:
        names[i] = next((k for k in sorted(letters) if k.dim == i.dim and k not in names.values()), i)
    body = rename(mul(*factors), dict(names))
    return Reduce("sum", tuple(names[i] for i in inner), body) if inner else body


def is_vector(term: Term, letter: Index) -> bool:
    """Whether each entry of ``term`` is a scalar or has just this letter; no delta, no sum over it."""
    for t in walk(term):
        if isinstance(t, Delta):
            return False
        if isinstance(t, Reduce) and letter in free_indices(t):
            return False
    bound = {i for t in walk(term) if isinstance(t, Reduce) for i in t.indices}
    return all(
        (set(t.indices) == {letter} and len(t.indices) == 1) or not t.indices or set(t.indices) <= bound
        for t in walk(term)
        if isinstance(t, Entry)
    )


# --- terms as networks ----------------------------------------------------------------------------


def _monomials(term: Term, ends: frozenset[Index], fresh: count[int]) -> list[list[Term]]:
    """``term`` as a sum of products; summation letters that matter are opened, named apart from others."""
    match term:
        case Add(terms) if len(_seen(term, ends)) > 1:
            return [m for t in terms for m in _monomials(t, ends, fresh)]
        case Mul(factors):
            out: list[list[Term]] = [[]]
            for f in factors:
                out = [[*m, *n] for m in out for n in _monomials(f, ends, fresh)]
            return out
        case Reduce("sum" | "mean" as op, indices, body) if _seen(term, ends):
            opened = {i: Index(f"_{next(fresh)}", i.dim) for i in indices}
            inner = rename(body, opened)
            sizes = [power(Size(i.dim), Num(Fraction(-1))) for i in indices] if op == "mean" else []
            return [[*sizes, *m] for m in _monomials(inner, ends | frozenset(opened.values()), fresh)]
        case Pow(Mul(factors), Num(n)) if n == -1:
            return _monomials(mul(*(power(f, Num(n)) for f in factors)), ends, fresh)
        case _:
            return [[term]]


def _seen(term: Term, letters: frozenset[Index]) -> frozenset[Index]:
    return free_indices(term) & letters


def _part(factors: list[Term], row: Index, column: Index | None) -> Part | None:
    scalar: Term = ONE
    weights: dict[Index, Term] = {row: ONE} if column is None else {row: ONE, column: ONE}
    joins: list[Entry] = []
    for f in factors:
        letters = [i for i in free_indices(f) if i in weights or i.name.startswith("_")]
        match len(letters):
            case 0:
                scalar = mul(scalar, f)
            case 1 if is_vector(f, letters[0]):
                weights[letters[0]] = mul(weights.get(letters[0], ONE), f)
            case 2 if isinstance(f, Entry) and set(f.indices) == set(letters) and len(f.indices) == 2:
                joins.append(f)
                for i in letters:
                    weights.setdefault(i, ONE)
            case _:
                return None
    scalar = algebra.cancel(scalar)
    first = _walk(row, weights, joins)
    if first is None:
        return None
    if column is None:
        return Part("path", scalar, path=first) if not joins and len(weights) == len(first) else None
    if first[-1].letter == column:
        return Part("path", scalar, path=first) if not joins and len(weights) == len(first) else None
    second = _walk(column, weights, joins)
    if second is None or joins or len(weights) != len(first) + len(second):
        return None
    return Part("paths", scalar, path=first, other=second)


def _walk(start: Index, weights: dict[Index, Term], joins: list[Entry]) -> Path | None:
    """The path from ``start`` to where it ends; what it uses is taken out of ``joins``."""
    path: list[Link] = []
    here = start
    while True:
        out = [e for e in joins if here in e.indices]
        if not out:
            return (*path, Link(here, weights[here]))
        if len(out) > 1 or out[0].indices[0] == out[0].indices[1]:
            return None
        joins.remove(out[0])
        turned = out[0].indices[1] == here
        path.append(Link(here, weights[here], out[0].name, turned))
        (here,) = (i for i in out[0].letters if i != here)

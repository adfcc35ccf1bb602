"""Claims that differ in one place from a given one: test data for the checkers.

The operators work on either side: a sign, a factor, an exponent, a delta dropped or re-lettered,
letters swapped, a reduction over another expression, a dropped or doubled addend.  Which of them are
false is for others to say.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from fractions import Fraction

from symderiv.definitions import Claim
from symderiv.notation.show import equation
from symderiv.terms import (
    MINUS_ONE,
    ONE,
    Add,
    Call,
    Delta,
    Diff,
    Entry,
    Index,
    Mul,
    Num,
    Pow,
    Reduce,
    Term,
    add,
    children,
    free_indices,
    mul,
    neg,
    power,
    rebuild,
    rename,
)

TWO = Num(Fraction(2))


def mutants(term: Term) -> list[Term]:
    """Every one-place change of ``term``, each once, in a fixed order."""
    found: dict[Term, None] = {}
    for changed in _everywhere(term):
        if changed != term and free_indices(changed) <= free_indices(term):
            found.setdefault(changed)
    return list(found)


def claim_mutants(claim: Claim) -> list[Claim]:
    """Every one-place change of either side of a claim; of its definition too where these are few."""
    found = [dataclasses.replace(claim, right=t) for t in mutants(claim.right)]
    found += [dataclasses.replace(claim, left=t) for t in mutants(claim.left)]
    found = [dataclasses.replace(c, text=equation(c.left, c.right)) for c in found if _balanced(c)]
    if len(found) < 40:  # a short claim: change the definition under it as well
        for n, s in enumerate(claim.statements):
            for body in mutants(s.body):
                if free_indices(body) == frozenset(s.head):
                    changed = dataclasses.replace(s, body=body)
                    statements = (*claim.statements[:n], changed, *claim.statements[n + 1 :])
                    text = f"{claim.text} with {equation(s.entry, body)}"
                    found.append(dataclasses.replace(claim, statements=statements, text=text))
    return found


def _balanced(claim: Claim) -> bool:
    left, right = free_indices(claim.left), free_indices(claim.right)
    return left == right or not left or not right


def _everywhere(term: Term) -> Iterator[Term]:
    yield from _here(term)
    if isinstance(term, Diff):
        return
    parts = children(term)
    for n, part in enumerate(parts):
        for changed in _everywhere(part):
            yield rebuild(term, (*parts[:n], changed, *parts[n + 1 :]))


def _here(term: Term) -> Iterator[Term]:
    match term:
        case Num(value):
            yield Num(value + 1)
            yield Num(value - 1)
            yield Num(value + 2)
            yield Num(value / 2 + Fraction(1, 3))
            return
        case Add(terms):
            for n, t in enumerate(terms):
                others = (*terms[:n], *terms[n + 1 :])
                yield add(*others)
                yield add(*others, neg(t))
                yield add(*others, mul(TWO, t))
        case Mul(factors):
            for n, f in enumerate(factors):
                others = (*factors[:n], *factors[n + 1 :])
                yield mul(*others)
                if not isinstance(f, Delta):  # 1/delta is defined at i = j only
                    yield mul(*others, power(f, MINUS_ONE))
                yield mul(*others, power(f, TWO))
        case Pow(base, Num(value)):
            yield power(base, Num(value + 1))
            yield power(base, Num(-value))
        case Delta():
            yield ONE
            yield add(ONE, neg(term))
        case Call(function, args) if len(args) == 1:
            yield args[0]
            yield Call(function, (neg(args[0]),))
        case Reduce(op, indices, body):
            yield Reduce(op, indices, power(body, TWO))
            yield Reduce("mean" if op == "sum" else "sum", indices, body)
        case Diff(body, _):
            yield power(term, TWO)
            yield add(term, ONE)
            yield mul(term, body)
            yield add(term, body)
            yield add(term, neg(body))
        case Entry():
            yield power(term, TWO)
            yield add(term, ONE)
    yield neg(term)
    yield mul(TWO, term)
    letters = sorted(free_indices(term))
    for a in letters:
        for b in letters:
            if a != b and a.dim == b.dim:
                yield rename(term, {a: b})
                if a < b:
                    yield _swap(term, a, b)


def _swap(term: Term, a: Index, b: Index) -> Term:
    spare = Index("spare", a.dim)
    return rename(rename(rename(term, {a: spare}), {b: a}), {spare: b})

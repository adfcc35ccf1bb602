"""Facts about a Jacobian that have a short proved value: sums over rows and columns, symmetry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from symderiv.definitions import Function
from symderiv.derive.fold import cost, fold
from symderiv.terms import ZERO, Diff, Entry, Reduce, Term, free_indices


class Prover(Protocol):
    """Whatever proves equations."""

    def equal(self, left: Term, right: Term) -> bool:
        """Whether ``left = right`` is proved."""


@dataclass(frozen=True, slots=True)
class Fact:
    """``left = right``, proved; ``kind`` says what it is about."""

    kind: str
    left: Term
    right: Term


def facts_of(left: Diff, prover: Prover, function: Function) -> list[Fact]:
    """Sums of the Jacobian over each letter that simplify, and whether it is symmetric."""
    found: list[Fact] = []
    assert isinstance(left.body, Entry)
    (target,) = left.targets
    for letter, kind in [*((i, "sum over outputs") for i in left.body.indices),
                         *((i, "sum over inputs") for i in target.indices)]:  # fmt: skip
        total = Reduce("sum", (letter,), left)
        value = fold(function, total)
        short = value == ZERO or (cost(value) <= 3 and letter not in free_indices(value))
        if short and prover.equal(total, value):
            found.append(Fact(kind, total, value))
    if [i.dim for i in left.body.indices] == [i.dim for i in target.indices] and len(target.indices) == 1:
        turned = Diff(Entry(left.body.name, target.indices), (Entry(target.name, left.body.indices),))
        if prover.equal(left, turned):
            found.append(Fact("symmetric", left, turned))
    return found

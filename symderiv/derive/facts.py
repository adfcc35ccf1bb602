"""Facts about a Jacobian that have a short proved value: sums over rows and columns, symmetry, the degree
by which the function grows with its input (Euler)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from symderiv.terms import ONE, ZERO, Diff, Entry, Num, Reduce, Term, mul


class Proves(Protocol):
    """Whatever proves equations."""

    def equal(self, left: Term, right: Term) -> bool:
        """Whether ``left = right`` is proved."""


@dataclass(frozen=True, slots=True)
class Fact:
    """``left = right``, proved; ``kind`` says what it is about."""

    kind: str
    left: Term
    right: Term


def facts_of(left: Diff, prover: Proves) -> list[Fact]:
    """Sums of the Jacobian over each letter that are 0 or 1, and whether it is symmetric."""
    assert isinstance(left.body, Entry)
    (target,) = left.targets
    rows, columns = left.body.letters, target.letters
    found: list[Fact] = []
    letters = [*((i, "sum over outputs") for i in rows), *((i, "sum over inputs") for i in columns)]
    for letter, kind in letters:
        total = Reduce("sum", (letter,), left)
        value = next((v for v in (ZERO, ONE) if prover.equal(total, v)), None)
        if value is not None:
            found.append(Fact(kind, total, value))
    if len(columns) == 1 and [i.dim for i in rows] == [i.dim for i in columns]:
        turned = Diff(Entry(left.body.name, columns), (Entry(target.name, rows),))
        if prover.equal(left, turned):
            found.append(Fact("symmetric", left, turned))
    moved = mul(target, left)
    grown = Reduce("sum", columns, moved) if columns else moved
    for degree in range(3):
        scaled = mul(Num(Fraction(degree)), left.body)
        if prover.equal(grown, scaled):
            if not any(f.left == grown for f in found):
                found.append(Fact(f"degree {degree}", grown, scaled))
            break
    return found

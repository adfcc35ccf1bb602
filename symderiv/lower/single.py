"""A mean and squares about it in one pass instead of two: about the first entry of the row, then put right.

    mean[c]((x[c] - m)**2) = mean[c]((x[c] - z)**2) - (m - z)**2           m = mean[c](x[c])

holds for every z (a test has it proved).  What cancels is bounded where z is an entry of the row: (m - z)**2
is at most size[c] times the variance, so no more than log2(size[c]) bits are lost.  Doubles have them to
spare where the arrays are floats; a row of equal entries still has the variance 0.  Sums of r[c]*(x[c] - m)
would go the same way, but for an infinite r: inf - inf is no number where the sum is infinite.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from symderiv.lower.kernel import Kernel
from symderiv.lower.names import Names
from symderiv.lower.passes import FIRST, Item, Pass, Program, Scalar, Total
from symderiv.notation.show import text
from symderiv.terms import (
    MINUS_ONE,
    ONE,
    Add,
    Entry,
    Index,
    Mul,
    Num,
    Pow,
    Size,
    Term,
    add,
    all_indices,
    mul,
    neg,
    power,
)

_TWO = Num(Fraction(2))


def at_once(made: Program) -> Program:
    """The program with such totals in the pass of the mean, where all of the next pass are such."""
    if made.batch or made.outer is not None:
        return made
    passes = [n for n, i in enumerate(made.items) if isinstance(i, Pass)]
    for first, second in pairwise(passes):
        found = _Joined(made, first, second).items()
        if found is not None:
            return found
    return made


class _Joined:
    def __init__(self, made: Program, first: int, second: int) -> None:
        self.made = made
        self.places = (first, second)
        one, two = made.items[first], made.items[second]
        assert isinstance(one, Pass)
        assert isinstance(two, Pass)
        self.one, self.two = one, two
        self.letter = one.letter
        numbers = {i.name for i in made.items if isinstance(i, Scalar)} | {n for n, _ in made.reads}
        numbers |= {t.name for p in made.passes for t in p.totals} | {
            n for p in made.passes for n, _ in p.values
        }
        self.names = Names(numbers | _taken(made.kernel))
        self.totals: list[Total] = []
        self.scalars: list[Scalar] = []

    def items(self) -> Program | None:
        """The program with the two passes as one; None where that cannot be done."""
        one, two = self.one, self.two
        if (
            one.store
            or one.keep
            or one.values
            or two.store
            or two.keep
            or two.values
            or one.letter != two.letter
        ):
            return None
        centres = {_about(t.body) for t in two.totals}
        found = centres.pop() if len(centres) == 1 else None
        if found is None:
            return None
        x, m = found
        mean = next((t for t in one.totals if t.name == m.name), None)
        if mean is None or mean.op != "mean" or mean.body != x or mean.factor != ONE or mean.at:
            return None
        if any(t.factor != ONE or t.at or t.op not in ("sum", "mean") for t in two.totals):
            return None
        z = self.names.pick(f"{x.name}_first", "z")
        off = add(x, neg(Entry(z)))
        d = self._total("mean", off, "d", "off")
        self.totals += [t for t in one.totals if t is not mean]
        self.scalars.append(Scalar(m.name, add(Entry(z), Entry(d))))
        for t in two.totals:
            self._put_right(t, off, Entry(d))
        again = tuple(t for t in two.totals if not isinstance(t.body, Pow))
        rare = (replace(two, totals=again, rare=True),) if again else ()
        a, b = self.places
        items: tuple[Item, ...] = (
            *self.made.items[:a],
            replace(one, totals=tuple(self.totals)),
            *self.scalars,
            *rare,
            *self.made.items[a + 1 : b],
            *self.made.items[b + 1 :],
        )
        return replace(self.made, items=items, reads=(*self.made.reads, (z, Entry(x.name, (FIRST,)))))

    def _put_right(self, t: Total, off: Term, d: Term) -> None:
        if isinstance(t.body, Pow):
            count: Term = Size(self.letter.dim) if t.op == "sum" else ONE
            whole, rest = self._total(t.op, power(off, _TWO), f"{t.name}_off"), mul(count, power(d, _TWO))
        else:
            r = _factor(t.body)
            whole, plain = self._total(t.op, mul(r, off), f"{t.name}_off"), self._plain(t.op, r)
            rest = mul(d, Entry(plain))
        self.scalars.append(Scalar(t.name, add(Entry(whole), neg(rest))))

    def _plain(self, op: str, body: Term) -> str:
        """The name of such a total, which may be there."""
        for t in self.totals:
            if (t.op, t.body, t.factor, t.at) == (op, body, ONE, ""):
                return t.name
        return self._total(op, body, "R")

    def _total(self, op: str, body: Term, *names: str) -> str:
        name = self.names.pick(*names)
        self.totals.append(Total(name, op, body, f"{name} = {op}[{self.letter.name}]({text(body)})"))
        return name


def _about(body: Term) -> tuple[Entry, Entry] | None:
    """x and m where ``body`` is (x - m)**2 or r*(x - m); x and r are entries, m a number of the row."""
    match body:
        case Pow(base, exponent) if exponent == _TWO:
            return _difference(base)
        case Mul((Entry(_, (Index(),)), Add() as off)) | Mul((Add() as off, Entry(_, (Index(),)))):
            return _difference(off)
    return None


def _factor(body: Term) -> Term:
    """r in r*(x - m)."""
    assert isinstance(body, Mul)
    return next(f for f in body.factors if isinstance(f, Entry))


def _difference(term: Term) -> tuple[Entry, Entry] | None:
    match term:
        case Add((Entry(_, (Index(),)) as x, Mul((n, Entry(_, ()) as m)))) if n == MINUS_ONE:
            return x, m
    return None


def _taken(kernel: Kernel) -> set[str]:
    letters = {i.name for s in kernel.steps for i in (*s.head, *s.over, *all_indices(s.body))}
    return {a.name for a in kernel.arguments} | {s.name for s in kernel.steps} | letters


__all__ = ["at_once"]

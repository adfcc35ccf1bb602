"""Terms to normal form.  Every rewrite here is an equality wherever both of its sides are defined.

:class:`Normalizer` holds what a proof is made under: the assumptions and a budget.  ``poly(term)``
gives the normal form; ``is_zero`` decides by clearing denominators.  Derivatives are not known here:
a :class:`~symderiv.terms.Diff` must have been evaluated before (see :mod:`symderiv.derive.rules`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import count
from typing import Any

from symderiv.calculus import cases, functions, positions, powers, products, renaming, sums, zero
from symderiv.calculus.atoms import (
    Atom,
    Exhausted,
    Mono,
    Poly,
    Undefined,
    accumulate,
    make,
    number,
    padd,
    pscale,
    single,
    tidy,
)
from symderiv.calculus.signs import Signs, term_sign
from symderiv.calculus.ties import Ties
from symderiv.terms import (
    Add,
    Call,
    Condition,
    Delta,
    Diff,
    Entry,
    Index,
    Mul,
    Num,
    Order,
    Pi,
    Position,
    Pow,
    Reduce,
    Size,
    Term,
    Where,
    linear,
    split_range,
)


class Normalizer:
    """Normal forms under a fixed set of assumptions.

    ``signs`` knows the inequalities, ``symmetric`` and ``antisymmetric`` such axes of each tensor (pairs),
    ``rules`` an atom and what an equality says it equals, ``constrained`` the tensors that equalities
    speak of, ``ties`` what a claim with derivatives leaves out.  ``flat`` makes sum[c](x[c]*sum[d](A[c,d]))
    one sum over c and d; folding wants the inner sum kept, as it may have a name.
    """

    def __init__(self, *, budget: int = 400_000, seconds: float = 10.0, flat: bool = True) -> None:
        self.flat = flat
        self._letters = count(1)  # for names of letters that no canonical letter has
        self.budget = budget
        self.deadline = time.thread_time() + seconds
        self.signs = Signs()
        self.symmetric: dict[str, list[tuple[int, int]]] = {}
        self.antisymmetric: dict[str, list[tuple[int, int]]] = {}
        self.rules: dict[Atom, Poly] = {}
        # the same for a sum with free letters: it holds at any letters
        self.patterns: list[tuple[Atom, tuple[Index, ...], Poly]] = []
        self._plain: Normalizer | None = None
        self.constrained: set[str] = set()
        self.ties: Ties | None = None
        self._memo: dict[Term, Poly] = {}
        self.renamed: dict[tuple[Atom, frozenset[tuple[Index, Position]]], Poly] = {}

    def spend(self, amount: int) -> None:
        """Count work; raises :class:`Exhausted` at the limit."""
        self.budget -= amount
        if self.budget < 0:
            raise Exhausted("the term budget is used up")
        if time.thread_time() > self.deadline:
            raise Exhausted("the time limit is reached")

    def fresh(self, dim: str) -> Index:
        """A letter that occurs nowhere yet."""
        return Index(f"~0.{next(self._letters)}", dim)

    def without_patterns(self) -> Normalizer:
        """A normalizer that makes the same atoms but applies no equality (made once)."""
        if self._plain is None:
            left = self.deadline - time.thread_time()
            self._plain = Normalizer(seconds=left, flat=self.flat)
            self._plain._letters = self._letters  # what one of them names may reach the other
            self._plain.symmetric, self._plain.antisymmetric = self.symmetric, self.antisymmetric
        return self._plain

    def forget(self) -> None:
        """Drop normal forms made before the last assumption was added."""
        self._memo.clear()
        self.renamed.clear()

    # --- terms ------------------------------------------------------------------------------------

    def poly(self, term: Term) -> Poly:
        """The normal form of ``term``."""
        found = self._memo.get(term)
        if found is None:
            found = self._memo[term] = self._poly(term)
        return found

    def _poly(self, term: Term) -> Poly:
        match term:
            case Num(value):
                return number(value)
            case Pi():
                return single(make("pi"))
            case Size(dim):
                return single(make("size", dim))
            case Entry(name, indices):
                return self.entry(name, indices)
            case Delta(left, right):
                return self.delta(left, right)
            case Add(terms):
                total: Poly = {}
                for t in terms:
                    total = padd(total, self.poly(t))
                return total
            case Mul(factors):
                product = number(1)
                for f in factors:
                    product = self.mul(product, self.poly(f))
                return product
            case Pow(base, exponent):
                return self.power(self._noted(base), self.poly(exponent))
            case Call("log" | "sqrt" as function, (argument,)):
                return self.call(function, [self._noted(argument)])
            case Call(function, args):
                return self.call(function, [self.poly(a) for a in args])
            case Where(condition, then, other):
                chosen = self.holds(condition)
                rest = padd(number(1), chosen, -1)
                return padd(self.mul(chosen, self.poly(then)), self.mul(rest, self.poly(other)))
            case Reduce("max" | "min" as op, indices, body):
                ranges, body = split_range(op, indices, body)
                return sums.reduce(self, op, indices, self.poly(body), ranges)
            case Reduce(op, indices, body):
                return sums.reduce(self, op, indices, self.poly(body))
            case Diff():
                raise TypeError("a derivative must be evaluated before it is normalised")
            case _:
                raise TypeError(f"not a term: {term!r}")

    def _noted(self, term: Term) -> Poly:
        """The normal form of a base or argument; expanding loses squares, so its sign is noted."""
        poly = self.poly(term)
        if len(poly) > 1 and self.signs.of(poly) != "positive":
            sign = term_sign(term, self.signs.entries, total=True)
            if sign is not None:
                self.signs.assume(poly, sign)
                self.signs.assume(self.content(poly, positive=True)[1], sign)
        return poly

    def entry(self, name: str, indices: tuple[Position, ...]) -> Poly:
        """A tensor entry, 0 outside its axes; declared symmetric axes are put in order."""
        if any(positions.outside(i) for i in indices):
            return {}
        for a, b in self.symmetric.get(name, ()):
            if _place(indices[b]) < _place(indices[a]):
                indices = _swapped(indices, a, b)
        sign = 1
        for a, b in self.antisymmetric.get(name, ()):
            if indices[a] == indices[b]:
                return {}
            if _place(indices[b]) < _place(indices[a]):
                indices, sign = _swapped(indices, a, b), -sign
        atom = make("entry", name, indices)
        return self.rules.get(atom) or single(atom) if sign > 0 else pscale(single(atom), -1)

    def delta(self, left: Position, right: Position) -> Poly:
        return positions.is_zero(positions.minus(linear(left), linear(right)))

    def holds(self, condition: Condition) -> Poly:
        """A condition as a 0/1-valued polynomial in indicators [p > 0] and conditions on positions."""
        if isinstance(condition, Order):
            return positions.holds(condition)
        gap = padd(self.poly(condition.left), self.poly(condition.right), -1)
        back = pscale(gap, -1)
        one = number(1)
        match condition.op:
            case ">":
                return functions.indicator(self, gap)
            case "<":
                return functions.indicator(self, back)
            case ">=":
                return padd(one, functions.indicator(self, back), -1)
            case "<=":
                return padd(one, functions.indicator(self, gap), -1)
        either = padd(functions.indicator(self, gap), functions.indicator(self, back))
        return either if condition.op == "!=" else padd(one, either, -1)

    def call(self, function: str, args: Sequence[Poly]) -> Poly:
        """A function of normal forms."""
        u = args[0]
        one = number(1)
        match function:
            case "exp":
                return self.exp(u)
            case "expm1":
                return padd(self.exp(u), one, -1)
            case "log":
                return self.log(u)
            case "log1p":
                return self.log(padd(one, u))
            case "sqrt":
                return self.power(u, number(Fraction(1, 2)))
            case "sigmoid":
                return self.power(padd(one, self.exp(pscale(u, -1))), number(-1))
            case "tanh":
                e = self.exp(pscale(u, 2))
                return self.mul(padd(e, one, -1), self.power(padd(e, one), number(-1)))
            case "sinh" | "cosh":
                sign = -1 if function == "sinh" else 1
                return pscale(padd(self.exp(u), self.exp(pscale(u, -1)), sign), Fraction(1, 2))
            case "abs":
                return self.mul(u, functions.sign(self, u))
            case "sign":
                return functions.sign(self, u)
            case "erfc":
                return padd(one, self.call("erf", args), -1)
            case "erf" | "sin" | "cos":
                return functions.split(self, u, lambda p: functions.odd_even(self, function, p))
            case "max":
                gap = padd(u, args[1], -1)
                return padd(args[1], self.mul(functions.indicator(self, gap), gap))
            case "min":
                gap = padd(u, args[1], -1)
                return padd(u, self.mul(functions.indicator(self, gap), gap), -1)
        raise TypeError(f"unknown function {function}")

    # --- products ---------------------------------------------------------------------------------

    def mul(self, a: Mapping[Mono, Any], b: Mapping[Mono, Any]) -> Poly:
        """The product, with 0/1-valued atoms, powers of sums and deltas rewritten."""
        self.spend(len(a) * len(b))
        out: Poly = {}
        for m, c in a.items():
            for n, d in b.items():
                accumulate(out, self.product(m, n), c * d)
        return out

    def product(self, m: Mono, n: Mono) -> Poly:
        """The product of two monomials."""
        if not m:
            return {n: 1}
        if not n:
            return {m: 1}
        merged = dict(m)
        special = False
        for atom, e in n:
            old = merged.get(atom)
            if old is None:
                merged[atom] = e
                special = special or atom.special
            else:
                merged[atom] = tidy(old + e)
                if not merged[atom]:
                    del merged[atom]
                special = special or atom.special
        if special or any(a.special for a, _ in m):
            return self.settle(merged)
        return {frozenset(merged.items()): 1}

    def settle(self, exponents: Mapping[Atom, Any]) -> Poly:
        """A product of atoms to normal form (see :mod:`.products`)."""
        return products.settle(self, exponents)

    # --- letters, functions and powers (see :mod:`.renaming`, :mod:`.functions`, :mod:`.powers`) -------

    def rename(self, poly: Mapping[Mono, Any], mapping: Mapping[Index, Position]) -> Poly:
        """Substitute letters and renormalise what they occur in."""
        return renaming.rename(self, poly, mapping)

    def relettered(self, poly: Mapping[Mono, Any], mapping: Mapping[Index, Position]) -> Poly:
        """The same, where only the names of bound letters change."""
        return renaming.relettered(self, poly, mapping)

    def rename_atom(self, atom: Atom, mapping: Mapping[Index, Position]) -> Poly:
        """One atom under a substitution of letters."""
        return renaming.rename_atom(self, atom, mapping)

    def split(self, u: Mapping[Mono, Any], function: Callable[[Poly], Poly]) -> Poly:
        """function(u), split over the deltas and indicators of u."""
        return functions.split(self, u, function)

    def sign(self, u: Mapping[Mono, Any]) -> Poly:
        """sign(u)."""
        return functions.sign(self, u)

    def exp(self, u: Mapping[Mono, Any]) -> Poly:
        """exp(u)."""
        return functions.exp(self, u)

    def log(self, u: Mapping[Mono, Any]) -> Poly:
        """log(u)."""
        return functions.log(self, u)

    def power(self, u: Mapping[Mono, Any], exponent: Mapping[Mono, Any]) -> Poly:
        """u ** exponent."""
        return powers.power(self, u, exponent)

    def content(self, u: Mapping[Mono, Any], *, positive: bool) -> tuple[Mono, Poly]:
        """The common monomial of u, and the rest."""
        return powers.content(self, u, positive=positive)

    # --- deciding (see :mod:`.zero`, :mod:`.cases`) ------------------------------------------------

    def raised(self, u: Mapping[Mono, Any], atom: Atom, by: Any) -> Poly:
        """u * atom**by, exponents added before anything is expanded."""
        self.spend(len(u))
        out: Poly = {}
        for m, c in u.items():
            exponents = dict(m)
            exponents[atom] = tidy(exponents.get(atom, 0) + by)
            accumulate(out, self.settle({a: e for a, e in exponents.items() if e}), c)
        return out

    def is_zero(self, u: Mapping[Mono, Any]) -> bool:
        """Whether u is zero as a polynomial after its denominators are cleared."""
        return zero.is_zero(self, u)

    def decide(self, u: Mapping[Mono, Any]) -> bool:
        """Whether u is zero: as a polynomial, or in every case of its conditions."""
        return zero.is_zero(self, u) or cases.is_zero(self, dict(u))


def _swapped(indices: tuple[Position, ...], a: int, b: int) -> tuple[Position, ...]:
    changed = list(indices)
    changed[a], changed[b] = changed[b], changed[a]
    return tuple(changed)


def _place(position: Position) -> tuple[bool, str]:
    return (not isinstance(position, Index), position.name)


__all__ = ["Exhausted", "Normalizer", "Undefined"]

"""Does a rational function of generators vanish?  Exact polynomials, or values modulo a prime.

A :class:`ModularPoint` gives every input and generator a random residue
that obeys the generators' relations; a function that is not identically 0 vanishes there with
probability at most degree/p, below 2**-45 a point.  The prime p has p = 3 modulo 4 and (p-1)/2 prime:
every odd root exists and is unique, and every residue has one root of order 2**k that is a residue.
It is -1 modulo 8 and modulo each prime up to 37, so that these have square roots.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping
from typing import Any

import sympy as sp

from symderiv.verify.expansion.atoms import Atoms, Fractions, TooLarge
from symderiv.verify.expansion.explicit import Undefined, Unsupported

PRIME = 2303367434092484759
_HALF = (PRIME - 1) // 2


class NotResidue(Exception):
    """A root does not exist modulo the prime at this point."""


class ModularPoint:
    """Residues of all symbols and generators, drawn on demand; ``signs`` values the sign generators."""

    def __init__(
        self,
        atoms: Atoms,
        seed: int,
        signs: Mapping[sp.Symbol, int],
        families: Mapping[Any, tuple[int, int]],
    ) -> None:
        self.atoms = atoms
        self.seed = seed
        self.signs = dict(signs)
        self.families = families
        self._memo: dict[Any, Any] = {}

    def value(self, expr: Any) -> int:
        """The residue of ``expr``; ZeroDivisionError or :class:`NotResidue` where there is none."""
        found = self._memo.get(expr)
        if found is None:
            try:
                found = self._value(expr)
            except NotResidue as error:
                found = error
            self._memo[expr] = found
        if isinstance(found, NotResidue):
            raise found
        return int(found)

    def _value(self, expr: Any) -> int:
        if isinstance(expr, sp.Rational):
            return int(expr.p) * _inverse(int(expr.q)) % PRIME
        if isinstance(expr, sp.Add):
            return sum(self.value(a) for a in expr.args) % PRIME
        if isinstance(expr, sp.Mul):
            product = 1
            for a in expr.args:
                product = product * self.value(a) % PRIME
            return product
        if isinstance(expr, sp.Pow) and isinstance(expr.args[1], sp.Integer):
            base, k = self.value(expr.args[0]), int(expr.args[1])
            return int(pow(base, k, PRIME) if k >= 0 else pow(_inverse(base), -k, PRIME))
        if isinstance(expr, sp.Symbol):
            what = self.atoms.meaning.get(expr)
            return self._generator(expr, what) if what else self._random("input", expr.name)
        return self.value(self.atoms.resolve(expr))

    def _random(self, kind: str, name: str) -> int:
        return random.Random(f"{self.seed}:{kind}:{name}").randrange(1, PRIME)

    def _generator(self, symbol: sp.Symbol, what: Any) -> int:
        if what.kind == "sign":
            return int(self.signs[symbol]) % PRIME
        if what.kind in ("log", "erf", "pi"):
            return self._random(what.kind, symbol.name)
        family = ("angle" if what.kind in ("cos", "sin") else what.kind, what.of)
        order, number = self.families[family]
        steps = order // what.order
        if what.kind == "exp":
            return pow(self._random("exp", str(number)), steps, PRIME)
        if what.kind == "root":
            return pow(self._root(what.of, order, number), steps, PRIME)
        t = self._random("angle", str(number))
        scale = _inverse(1 + t * t)
        dc, ds = (1 - t * t) * scale % PRIME, 2 * t * scale % PRIME
        c, s = 1, 0
        for _ in range(steps):
            c, s = (c * dc - s * ds) % PRIME, (s * dc + c * ds) % PRIME
        return c if what.kind == "cos" else s

    def _root(self, f: Any, order: int, number: int) -> int:
        """A root T of order ``order`` of ``|f|``, where |f| is sign(f)*f; its sign is drawn."""
        value = self.value(f) * self.value(self.atoms.sign_of(f)) % PRIME
        odd = order
        while odd % 2 == 0:
            odd //= 2
        root = pow(value, pow(odd, -1, PRIME - 1), PRIME)
        while odd < order:
            if pow(root, _HALF, PRIME) != 1:
                raise NotResidue
            root, odd = pow(root, (PRIME + 1) // 4, PRIME), odd * 2
            if pow(root, _HALF, PRIME) != 1:
                root = PRIME - root
        if order % 2 == 0 and self._random("branch", str(number)) % 2:
            root = PRIME - root
        return root


def _inverse(value: int) -> int:
    value %= PRIME
    if value == 0:
        raise ZeroDivisionError
    return pow(value, -1, PRIME)


class ZeroTest:
    """Decides whether expressions vanish; all of one size share its generators and points."""

    def __init__(self, atoms: Atoms) -> None:
        self.atoms = atoms
        self._points: dict[Any, ModularPoint] = {}

    def prepare(self, exprs: Iterable[Any]) -> None:
        """Meet every generator (their common orders are needed before a point is drawn)."""
        for expr in exprs:
            self.closure(expr)
        families: dict[Any, tuple[int, int]] = {}
        for what in self.atoms.meaning.values():
            family = ("angle" if what.kind in ("cos", "sin") else what.kind, what.of)
            order, number = families.get(family, (1, len(families)))
            families[family] = math.lcm(order, what.order), number
        if max((order for order, _ in families.values()), default=1) > 10**6:
            raise Unsupported("roots of too many orders")
        self.families = families

    def closure(self, expr: Any) -> set[sp.Symbol]:
        """All generators of ``expr``, and of what they stand for."""
        seen: set[sp.Symbol] = set()
        stack = list(self.atoms.generators(expr))
        while stack:
            g = stack.pop()
            if g in seen or g not in self.atoms.meaning:
                continue
            seen.add(g)
            what = self.atoms.meaning[g]
            stack.extend(self.atoms.generators(what.of))
            if what.kind == "root":
                stack.extend(self.atoms.generators(self.atoms.sign_of(what.of)))
        return seen

    def vanishes(self, difference: Any, signs: Mapping[sp.Symbol, int], points: int = 3) -> bool:
        """Whether ``difference`` is 0 on the variety of its generators, for these signs."""
        done, divisions = 0, 0
        for seed in range(4000):
            key = (seed, tuple(sorted((s.name, v) for s, v in signs.items())))
            point = self._points.get(key)
            if point is None:
                point = self._points[key] = ModularPoint(self.atoms, seed, signs, self.families)
            try:
                if point.value(difference) != 0:
                    return False
                done += 1
            except NotResidue:
                continue
            except ZeroDivisionError:
                divisions += 1
                if divisions > 6:
                    raise Undefined("a denominator is 0") from None
            if done == points:
                return True
        raise Unsupported("too many independent roots for values modulo a prime")

    def vanishes_exactly(self, difference: Any, limit: int = 1500) -> bool:
        """Whether it is 0 as a fraction of polynomials, where that is cheap to say; else False."""
        generators = self.atoms.generators(difference)
        if any(
            self.atoms.meaning[g].kind in ("root", "sign", "cos", "sin")
            for g in generators
            if g in self.atoms.meaning
        ):
            return False
        try:
            top, bottom = Fractions(generators, limit).evaluate(difference, self.atoms.resolve)
        except TooLarge:
            return False
        return bool(top == 0 and bottom != 0)

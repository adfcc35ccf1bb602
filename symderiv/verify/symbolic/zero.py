"""Whether a SymPy expression at symbolic size is 0 (part of :mod:`symderiv.verify.by_sympy`).

The free letters are split into cases by which of them are equal, so that every ``KroneckerDelta`` of
free letters is a number.  Then maximal sums, entries, and exponentials of monomials become symbols, the
fraction is put over one denominator and its numerator expanded.  If something is left, the sums in it
are merged and their bodies must vanish at a general letter.  Every step is an identity wherever the
sides are defined, so an answer True is a proof; False means only that it was not shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sympy as sp

from symderiv.verify.symbolic.sums import Sums, Undecided, expand, height, letter

Rewrite = Callable[[Any], Any]


def cases(letters: Sequence[tuple[sp.Symbol, str]]) -> Iterator[dict[sp.Symbol, sp.Symbol]]:
    """Every way in which letters of the same dimension coincide, as a renaming."""
    if not letters:
        yield {}
        return
    *before, (last, dim) = letters
    for renaming in cases(before):
        yield {**renaming, last: last}
        for other in dict.fromkeys(renaming[s] for s, d in before if d == dim):
            yield {**renaming, last: other}


def at_case(expr: Any, renaming: dict[sp.Symbol, sp.Symbol]) -> Any:
    """``expr`` with letters renamed, and deltas of letters that differ set to 0."""
    expr = expr.xreplace({a: b for a, b in renaming.items() if a != b})
    free = set(renaming)
    return expr.xreplace(
        {d: sp.S.Zero for d in expr.atoms(sp.KroneckerDelta) if d.args[0] in free and d.args[1] in free}
    )


class Zero:
    """The test; ``rewrite`` applies what the assumptions say about sums."""

    def __init__(self, sums: Sums, rewrite: Rewrite) -> None:
        self.sums, self.rewrite = sums, rewrite

    def holds(self, expr: Any, depth: int = 0) -> bool:
        """Whether ``expr``, free of deltas of free letters, is shown to be 0."""
        expr = self.rewrite(self.sums.normal(expr))
        if expr.has(sp.nan, sp.zoo, sp.oo):
            raise Undecided("a side has no value")
        if expr == 0:
            return True
        fraction = _Fraction()
        top = fraction.numerator(expr)
        if top == 0:
            return True
        if depth >= 3:
            return False
        return self._merged(top.xreplace(fraction.back), depth)

    def _merged(self, top: Any, depth: int) -> bool:
        """Sums of the same shape as one sum, whose body must vanish."""
        groups: dict[Any, list[Any]] = {}
        for term in sp.Add.make_args(expand(top)):
            factors = sp.Mul.make_args(term)
            sums = [f for f in factors if isinstance(f, sp.Sum)]
            powers = [f for f in factors if isinstance(f, sp.Pow) and isinstance(f.base, sp.Sum)]
            if len(sums) != 1 or powers:
                groups.setdefault(None, []).append(term)
                continue
            shape = tuple(tuple(limit[1:]) for limit in _outer(sums[0])[0])
            coefficient = sp.Mul(*(f for f in factors if f is not sums[0]))
            groups.setdefault(shape, []).append((coefficient, sums[0]))
        rest = groups.pop(None, [])
        if not groups:
            return False
        for shape, members in groups.items():
            level = 1 + max(height(s) for _, s in members)
            common = [letter(f"#{level}.{n}") for n in range(len(shape))]
            total = sp.S.Zero
            for coefficient, s in members:
                if height(coefficient) >= level:
                    raise Undecided("sums nest too deeply to be merged")
                limits, body = _outer(s)
                total += coefficient * body.xreplace(
                    {limit[0]: c for limit, c in zip(limits, common, strict=True)}
                )
            ranges = [e for c, (low, high) in zip(common, shape, strict=True) for e in (c - low, high - c)]
            with self.sums.regions.inside(common, ranges):
                if not self.holds(total, depth + 1):
                    return False
        return not rest or self.holds(sp.Add(*rest), depth + 1)


def _outer(total: sp.Sum) -> tuple[tuple[Any, ...], Any]:
    """Limits of a sum and its body; the last limit only where it moves the ends of the others."""
    limits = total.limits
    if any(set(total.variables) & (low.free_symbols | high.free_symbols) for _, low, high in limits):
        return limits[-1:], sp.Sum(total.function, *limits[:-1])
    return limits, total.function


class _Fraction:
    """One expression as a fraction of polynomials in symbols; ``back`` undoes the naming."""

    def __init__(self) -> None:
        self.back: dict[sp.Symbol, Any] = {}
        self._names: dict[Any, sp.Symbol] = {}
        self._memo: dict[Any, Any] = {}
        self._roots: dict[sp.Symbol, tuple[Any, int]] = {}
        self._orders: dict[Any, int] = {}

    def numerator(self, expr: Any) -> Any:
        """The numerator over one denominator, expanded, roots reduced."""
        self._meet(expr)
        named = self._named(expr)
        top = sp.expand(sp.fraction(sp.together(named))[0])
        for root, (base, order) in reversed(list(self._roots.items())):
            if top.has(root):
                coefficients = sp.Poly(top, root).all_coeffs()
                reduced = sp.S.Zero
                for k, c in enumerate(reversed(coefficients)):
                    reduced += c * base ** (k // order) * root ** (k % order)
                top = sp.expand(sp.fraction(sp.together(reduced))[0])
        return top

    def _symbol(self, meaning: Any) -> sp.Symbol:
        found = self._names.get(meaning)
        if found is None:
            found = self._names[meaning] = sp.Symbol(f"${len(self._names)}")
            self.back[found] = meaning
        return found

    def _exponents(self, u: Any) -> list[tuple[sp.Rational, Any]]:
        return [t.as_coeff_Mul(rational=True) for t in sp.Add.make_args(expand(u))]

    def _meet(self, expr: Any) -> None:
        """Note the common denominators of exponents, before anything is named."""
        stack = [expr]
        while stack:
            e = _exponential(stack.pop())
            if isinstance(e, (sp.Sum, sp.Indexed)) or not isinstance(e, sp.Basic):
                continue
            if isinstance(e, sp.Pow) and not isinstance(e.exp, sp.Rational) and not isinstance(e, sp.exp):
                stack.append(sp.exp(e.exp * sp.log(e.base), evaluate=False))
                continue
            if isinstance(e, sp.exp):
                for q, m in self._exponents(e.args[0]):
                    self._orders[m] = int(sp.ilcm(self._orders.get(m, 1), q.q))
            if isinstance(e, sp.Pow) and isinstance(e.exp, sp.Rational) and e.exp.q > 1:
                self._orders["root", e.base] = int(sp.ilcm(self._orders.get(("root", e.base), 1), e.exp.q))
            stack.extend(e.args)

    def _named(self, e: Any) -> Any:
        found = self._memo.get(e)
        if found is None:
            found = self._memo[e] = self._name(e)
        return found

    def _name(self, e: Any) -> Any:
        e = _exponential(e)
        if isinstance(e, sp.Rational) or e is sp.I:
            return e
        if isinstance(e, sp.exp):
            product = sp.S.One
            for q, m in self._exponents(e.args[0]):
                order = self._orders.get(m, q.q)
                product *= self._symbol(sp.exp(m / order)) ** (q * order)
            return product
        if isinstance(e, (sp.Add, sp.Mul)):
            return e.func(*(self._named(a) for a in e.args))
        if isinstance(e, sp.Pow):
            if isinstance(e.exp, sp.Integer):
                return self._named(e.base) ** e.exp
            if isinstance(e.exp, sp.Rational):
                order = self._orders.get(("root", e.base), e.exp.q)
                root = self._symbol(sp.Pow(e.base, sp.Rational(1, order)))
                self._roots.setdefault(root, (self._named(e.base), order))
                return root ** (e.exp * order)
            return self._named(sp.exp(e.exp * sp.log(e.base), evaluate=False))
        return self._symbol(e)


def _exponential(e: Any) -> Any:
    """A sine or cosine in exponentials."""
    return e.rewrite(sp.exp) if isinstance(e, (sp.sin, sp.cos)) else e

"""SymPy sums over whole dimensions, in one form (part of :mod:`symderiv.verify.by_sympy`).

A sum is expanded, factors free of its letter are moved out, a ``KroneckerDelta`` with its letter is
contracted, and its letter is named by height: a sum that holds sums of height h gets letters of height
h + 1.  Hence no letter is bound twice on a path, no replacement of a letter can be captured, and sums
that differ by names only are equal objects.  All letters of a size symbol run over exactly 1..size, so
a contraction has no range condition and no Piecewise appears.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

import sympy as sp

_MAX_TERMS = 4000


class Undecided(Exception):
    """This checker stops here; the text says why."""


def letter(name: str) -> sp.Symbol:
    """An index letter."""
    return sp.Symbol(name, integer=True)


class Letters:
    """A source of letters that no user and no other call can name."""

    def __init__(self) -> None:
        self._count = 0

    def fresh(self) -> sp.Symbol:
        """A letter used nowhere else."""
        self._count += 1
        return letter(f"?{self._count}")


def expand(expr: Any) -> Any:
    """Products multiplied out over sums, at the top; denominators and functions stay as they are."""
    if isinstance(expr, sp.Add):
        return sp.Add(*(expand(a) for a in expr.args))
    if isinstance(expr, sp.Pow) and isinstance(expr.base, sp.Add) and _natural(expr.exp):
        expr = sp.Mul(*[expr.base] * int(expr.exp), evaluate=False)
    if not isinstance(expr, sp.Mul):
        return expr
    factors: list[Any] = []
    for a in expr.args:
        power = isinstance(a, sp.Pow) and isinstance(a.base, sp.Add) and _natural(a.exp)
        factors += [a.base] * int(a.exp) if power else [a]
    sums = [sp.Add.make_args(expand(a)) for a in factors if isinstance(a, sp.Add)]
    rest = sp.Mul(*(a for a in factors if not isinstance(a, sp.Add)))
    count = 1
    for s in sums:
        count *= len(s)
    if count > _MAX_TERMS:
        raise Undecided("an expression grew too large")
    if not sums:
        return rest
    parts = [sp.Mul(rest, *choice) for choice in itertools.product(*sums)]
    # a product of powers may combine into a sum again: (a + b)**(1/2) * (a + b)**(1/2)
    return sp.Add(*(expand(p) if _open(p) else p for p in parts))


def _natural(exponent: Any) -> bool:
    return isinstance(exponent, sp.Integer) and 1 < exponent <= 12


def _open(expr: Any) -> bool:
    return any(
        isinstance(a, sp.Add) or (isinstance(a, sp.Pow) and isinstance(a.base, sp.Add) and _natural(a.exp))
        for a in sp.Mul.make_args(expr)
    )


def _split(factor: Any, c: sp.Symbol) -> list[Any]:
    """``exp(a + b)`` as two factors where only one part holds the letter."""
    if isinstance(factor, sp.exp) and c in factor.free_symbols:
        parts = sp.Add.make_args(expand(factor.args[0]))
        inside = sp.Add(*(p for p in parts if c in p.free_symbols))
        outside = sp.Add(*(p for p in parts if c not in p.free_symbols))
        return [sp.exp(inside), sp.exp(outside)]
    return [factor]


class Sums:
    """Makes and remakes sums; ``symmetric`` names tensors whose two indices may be swapped."""

    def __init__(self, letters: Letters, symmetric: Iterable[str] = ()) -> None:
        self.letters = letters
        self.symmetric = frozenset(symmetric)

    def ordered(self, expr: Any) -> Any:
        """Entries of symmetric tensors with their indices in order."""
        if not self.symmetric or not isinstance(expr, sp.Basic):
            return expr
        swap = {}
        for e in expr.atoms(sp.Indexed):
            if e.base.label.name in self.symmetric:
                indices = sorted(e.indices, key=lambda s: s.name)
                if tuple(indices) != e.indices:
                    swap[e] = e.base[tuple(indices)]
        return expr.xreplace(swap) if swap else expr

    def over(self, c: sp.Symbol, size: sp.Symbol, body: Any) -> Any:
        """The sum of ``body`` over ``c`` in 1..size; ``c`` is a fresh letter."""
        total: list[Any] = []
        for term in sp.Add.make_args(expand(body)):
            factors = [p for f in sp.Mul.make_args(term) for p in _split(f, c)]
            delta = next((f for f in factors if isinstance(f, sp.KroneckerDelta) and c in f.args[:2]), None)
            if delta is not None:
                other = delta.args[1] if delta.args[0] == c else delta.args[0]
                rest = sp.Mul(*(f for f in factors if f is not delta))
                total.append(rest.xreplace({c: other}))
                continue
            inside = [f for f in factors if c in f.free_symbols]
            outside = sp.Mul(*(f for f in factors if c not in f.free_symbols))
            total.append(outside * (self._close(c, size, inside) if inside else size))
        return self.ordered(sp.Add(*total))

    def _close(self, c: sp.Symbol, size: sp.Symbol, factors: list[Any]) -> Any:
        """A connected sum: sums among its factors joined with it, letters named canonically."""
        bound = [(c, size)]
        flat: list[Any] = []
        for f in factors:
            if isinstance(f, sp.Sum):
                body, opened = self.opened(f)
                bound += opened
                flat += sp.Mul.make_args(body)
            else:
                flat.append(f)
        body = sp.Mul(*flat)
        level = 1 + height(body)
        best: tuple[str, Any] | None = None
        orders = itertools.permutations(bound) if len(bound) <= 4 else iter([tuple(bound)])
        for order in orders:
            if [s.name for _, s in order] != sorted(s.name for _, s in order):
                continue
            names = {old: letter(f"#{level}.{n}") for n, (old, _) in enumerate(order)}
            limits = [(names[old], 1, s) for old, s in order]
            made = sp.Sum(self.ordered(body.xreplace(names)), *limits)
            key = sp.srepr(made) if len(bound) > 1 else ""
            if best is None or key < best[0]:
                best = key, made
        assert best is not None
        return best[1]

    def opened(self, total: sp.Sum) -> tuple[Any, list[tuple[sp.Symbol, sp.Symbol]]]:
        """The body of a sum with fresh letters, and these letters with their sizes."""
        fresh = {limit[0]: self.letters.fresh() for limit in total.limits}
        pairs = [(fresh[limit[0]], limit[2]) for limit in total.limits]
        return total.function.xreplace(fresh), pairs

    def normal(self, expr: Any) -> Any:
        """Every sum in ``expr`` made again, the inner ones first."""
        if not isinstance(expr, sp.Basic) or not expr.has(sp.Sum):
            return expr
        if isinstance(expr, sp.Sum):
            body, bound = self.opened(expr)
            body = self.normal(body)
            for c, size in bound:
                body = self.over(c, size, body)
            return body
        return expr.func(*(self.normal(a) for a in expr.args))


def height(expr: Any) -> int:
    """The height of the highest sum in ``expr`` (0: none)."""
    levels = [int(limit[0].name[1:].split(".")[0]) for s in expr.atoms(sp.Sum) for limit in s.limits]
    return max(levels, default=0)


_NONE: frozenset[sp.Symbol] = frozenset()


def check_letters(expr: Any, allowed: frozenset[sp.Symbol], bound: frozenset[sp.Symbol] = _NONE) -> None:
    """Raise where a letter has escaped its sum or is bound twice (a guard; it should never happen)."""
    if isinstance(expr, sp.Sum):
        own = frozenset(limit[0] for limit in expr.limits)
        if own & (bound | allowed):
            raise Undecided("a letter is bound twice")
        check_letters(expr.function, allowed, bound | own)
    elif isinstance(expr, sp.Symbol):
        if _is_letter(expr) and expr not in allowed | bound:
            raise Undecided("a letter escaped its sum")
    elif isinstance(expr, sp.Basic):
        for a in expr.args:
            check_letters(a, allowed, bound)


def _is_letter(symbol: sp.Symbol) -> bool:
    name = str(symbol.name)
    return name[0] == "#" or (name[0] == "?" and name[1] != "f")


def match(pattern: Any, expr: Any, holes: list[sp.Symbol]) -> dict[sp.Symbol, sp.Symbol] | None:
    """The letters for ``holes`` that make ``pattern`` equal to ``expr``."""
    if not holes:
        return {} if pattern == expr else None
    hole, *others = holes
    for s in sorted(expr.free_symbols, key=lambda x: x.name):
        if isinstance(s, sp.Symbol) and _is_letter(s):
            found = match(pattern.xreplace({hole: s}), expr, others)
            if found is not None:
                return {**found, hole: s}
    return None

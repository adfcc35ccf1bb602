"""SymPy sums over ranges, in one form (part of :mod:`symderiv.verify.by_sympy`).

A sum is expanded, factors free of its letter are moved out, a ``KroneckerDelta`` with its letter is
contracted, and its letter is named by height: a sum that holds sums of height h gets letters of height
h + 1.  Hence no letter is bound twice on a path, no replacement of a letter can be captured, and sums
that differ by names only are equal objects.  Whether a contracted position is in range is asked of
:mod:`.regions`; no Piecewise appears.

A range is lo..hi with hi >= lo - 1.  Where entries stand at moved positions, the letter becomes one of
these positions; the sum over lo..hi becomes the sum over 1..hi less that over 1..lo-1, and single terms
at the end are taken off, so that hi is a letter or a size: under SymPy's convention for sums (Karr's)
this holds at all whole numbers.  A tensor is here an arbitrary function of all whole numbers; entries
outside its axes are 0 in the claim and have been left out before (:mod:`.build`).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sympy as sp

from symderiv.verify.symbolic.regions import Regions, Undecided, coefficients, solve

__all__ = ["Letters", "Sums", "Undecided", "check_letters", "expand", "height", "letter", "match"]

_MAX_TERMS = 4000
_MAX_STEPS = 8  # so many single terms are taken off a sum
Bound = tuple[sp.Symbol, Any, Any]  # a letter and its range


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


def _partial(body: Any) -> bool:
    """Whether a body may have no value somewhere."""
    return bool(body.has(sp.log)) or any(not p.exp.is_nonnegative for p in body.atoms(sp.Pow))


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

    def __init__(
        self, letters: Letters, symmetric: Iterable[str] = (), regions: Regions | None = None
    ) -> None:
        self.letters = letters
        self.symmetric = frozenset(symmetric)
        self.regions = regions or Regions()

    def ordered(self, expr: Any) -> Any:
        """Entries of symmetric tensors with their indices in order."""
        if not self.symmetric or not isinstance(expr, sp.Basic):
            return expr
        swap = {}
        for e in expr.atoms(sp.Indexed):
            if e.base.label.name in self.symmetric:
                indices = sorted(e.indices, key=str)
                if tuple(indices) != e.indices:
                    swap[e] = e.base[tuple(indices)]
        return expr.xreplace(swap) if swap else expr

    def scoped(self, c: sp.Symbol, low: Any, high: Any, make: Callable[[], Any]) -> Any:
        """The sum of what ``make`` gives over ``c``, a fresh letter, in low..high."""
        total = []
        for conditions, body in self.regions.pieces(c, (c - low, high - c), make):
            lows = [solve(e, c) for e in conditions if coefficients(e)[0][c] > 0]
            highs = [solve(e, c) for e in conditions if coefficients(e)[0][c] < 0]
            least, most = lows[0], highs[0]
            for p in lows[1:]:
                least = p if self.regions.holds(p - least) else least
            for p in highs[1:]:
                most = p if self.regions.holds(most - p) else most
            if self.regions.holds(most - least + 1):
                total.append(self.over(c, least, most, body))
        return sp.Add(*total)

    def over(self, c: sp.Symbol, low: Any, high: Any, body: Any) -> Any:
        """The sum of ``body`` over ``c`` in low..high, where high >= low - 1; ``c`` is a fresh letter."""
        if _partial(body) and not self.regions.holds(high - low):
            return sp.S.Zero  # a denominator is not looked at in an empty range, and must not move out of it
        total: list[Any] = []
        for term in sp.Add.make_args(expand(body)):
            factors = [p for f in sp.Mul.make_args(term) for p in _split(f, c)]
            delta, position = self._contracted(c, factors)
            if delta is not None:
                if self.regions.holds(position - low) and self.regions.holds(high - position):
                    total.append(self._at(c, position, [f for f in factors if f is not delta]))
                continue
            inside = [f for f in factors if c in f.free_symbols]
            outside = sp.Mul(*(f for f in factors if c not in f.free_symbols))
            total.append(outside * (self._ranged(c, low, high, inside) if inside else high - low + 1))
        return self.ordered(sp.Add(*total))

    def _contracted(self, c: sp.Symbol, factors: Sequence[Any]) -> tuple[Any, Any]:
        """A delta that gives the letter a value, and that value."""
        for f in factors:
            if isinstance(f, sp.KroneckerDelta) and c in f.free_symbols:
                gap = f.args[0] - f.args[1]
                if abs(coefficients(gap)[0].get(c, 0)) == 1:
                    return f, solve(gap, c)
        return None, None

    def _at(self, c: sp.Symbol, position: Any, factors: Sequence[Any]) -> Any:
        """A product with the letter at a position."""
        made = sp.Mul(*factors).xreplace({c: position})
        return made if isinstance(position, sp.Symbol) else self.normal(made)

    def _ranged(self, c: sp.Symbol, low: Any, high: Any, factors: Sequence[Any]) -> Any:
        """A sum over low..high by sums from 1 to a letter or a size, and single terms."""
        c, low, high, factors = self._anchored(c, low, high, factors)
        count = sp.expand(high - low + 1)
        if isinstance(count, sp.Integer) and count <= _MAX_STEPS:
            return sp.Add(*(self._at(c, low + n, factors) for n in range(int(count))))
        if low == 1:
            return self._from_one(c, high, factors)
        if self.regions.implied(low - 1):
            return self._from_one(c, high, factors) - self._from_one(c, sp.expand(low - 1), factors)
        return self._close((c, low, high), factors)

    def _from_one(self, c: sp.Symbol, high: Any, factors: Sequence[Any]) -> Any:
        """A sum over 1..high, where high >= 0."""
        parts, steps = coefficients(high)
        base = sp.expand(high - steps)
        if abs(steps) > _MAX_STEPS or not self.regions.implied(base):
            return self._close((c, sp.S.One, high), factors)
        total = self._close((c, sp.S.One, base), factors) if parts else sp.S.Zero
        for n in range(min(steps, 0), max(steps, 0)):
            total += (1 if steps > 0 else -1) * self._at(c, base + n + 1, factors)
        return total

    def _anchored(self, c: sp.Symbol, low: Any, high: Any, factors: Sequence[Any]) -> Any:
        """The same sum with one of the positions that the letter stands in as its letter."""
        body = sp.Mul(*factors)
        own = {b for s in body.atoms(sp.Sum) for b in s.variables}
        found = {p for e in body.atoms(sp.Indexed) for p in e.indices if c in p.free_symbols}
        if found <= {c}:
            return c, low, high, factors
        ways: list[tuple[sp.Symbol, Any, Any]] = []  # new letter, its position, where the old one lies
        for p in sorted(found, key=str):
            if abs(coefficients(p)[0][c]) == 1 and not p.free_symbols & own:
                new = self.letters.fresh()
                ways.append((new, p, solve(p - new, c)))
        if not ways:
            return c, low, high, factors
        shapes = [_shape(body.xreplace({c: at}), new) for new, _, at in ways] if len(ways) > 1 else [""]
        if shapes.count(min(shapes)) > 1:
            shapes = [
                s + sp.srepr(body.xreplace({c: at})) for s, (_, _, at) in zip(shapes, ways, strict=True)
            ]
        new, p, at = ways[shapes.index(min(shapes))]
        moved = [f.xreplace({c: at}) for f in factors]
        ends = [sp.expand(p.xreplace({c: end})) for end in (low, high)]
        low, high = ends if coefficients(p)[0][c] > 0 else reversed(ends)
        # sums whose ends moved with the letter are put in form again
        with self.regions.inside((new,), (new - low, high - new)):
            body = self.normal(sp.Mul(*moved))
        if isinstance(body, sp.Add):
            raise Undecided("a sum within a sum is moved")
        return new, low, high, sp.Mul.make_args(body)

    def _turned(self, ranged: Bound, factors: Sequence[Any]) -> Any:
        """A sum over c <= d <= high with its letters the other way round; None if it stands well.

        The two triangles make up the square, with the diagonal twice.
        """
        d, low, high = ranged
        inner = [f for f in factors if isinstance(f, sp.Sum) and any(d in e.free_symbols for e in f.limits)]
        if low != 1 or len(inner) != 1 or tuple(inner[0].limits[0][1:]) != (1, d) or len(inner[0].limits) > 1:
            return None
        own, [(c, _, _)] = self.opened(inner[0])
        body = sp.Mul(own, *(f for f in factors if f is not inner[0]))
        other = body.xreplace({c: d, d: c})
        outer, least = letter("outer"), letter("inner")
        one, two = (sp.srepr(t.xreplace({d: outer, c: least})) for t in (body, other))
        # where the body has one letter only, the sum over the other can be taken
        if one < two and d in body.free_symbols:
            return None
        with self.regions.inside((d,), (d - 1, high - d)):
            square = self.over(c, sp.S.One, high, body)
            triangle = self.over(c, sp.S.One, d, other) if one != two else sp.S.Zero
        total = square + body.xreplace({c: d})
        return self.over(d, sp.S.One, high, total - triangle) / (1 if one != two else 2)

    def _close(self, ranged: Bound, factors: Sequence[Any]) -> Any:
        """A connected sum: sums among its factors joined with it, letters named canonically."""
        turned = self._turned(ranged, factors)
        if turned is not None:
            return turned
        bound = [ranged]
        flat: list[Any] = []
        for f in factors:
            if isinstance(f, sp.Sum) and not any(ranged[0] in limit.free_symbols for limit in f.limits):
                body, opened = self.opened(f)
                bound += opened
                flat += sp.Mul.make_args(body)
            else:
                flat.append(f)
        body = sp.Mul(*flat)
        level = 1 + height(body)
        own = {c for c, _, _ in bound}
        tied = any(own & (low.free_symbols | high.free_symbols) for _, low, high in bound)
        best: tuple[str, Any] | None = None
        # letters of which none bounds another may stand in any order
        orders = itertools.permutations(bound) if len(bound) <= 4 and not tied else iter([tuple(bound)])
        for order in orders:
            ends = [sp.srepr(sp.Tuple(low, high)) for _, low, high in order]
            if not tied and ends != sorted(ends):
                continue
            names = {old: letter(f"#{level}.{n}") for n, (old, _, _) in enumerate(order)}
            limits = [sp.Tuple(*b).xreplace(names) for b in order]
            # SymPy's innermost limit comes first
            made = sp.Sum(self.ordered(body.xreplace(names)), *(reversed(limits) if tied else limits))
            key = sp.srepr(made) if len(bound) > 1 else ""
            if best is None or key < best[0]:
                best = key, made
        assert best is not None
        return best[1]

    def opened(self, total: sp.Sum) -> tuple[Any, list[Bound]]:
        """The body of a sum with fresh letters, and these letters with their ranges, the outermost first."""
        fresh = {limit[0]: self.letters.fresh() for limit in total.limits}
        bound = [(fresh[c], low.xreplace(fresh), high.xreplace(fresh)) for c, low, high in total.limits]
        return total.function.xreplace(fresh), bound[::-1]

    def normal(self, expr: Any) -> Any:
        """Every sum in ``expr`` made again, the inner ones first."""
        if not isinstance(expr, sp.Basic) or not expr.has(sp.Sum):
            return expr
        if isinstance(expr, sp.Sum):
            body, bound = self.opened(expr)
            return self._remade(body, bound)
        return expr.func(*(self.normal(a) for a in expr.args))

    def _remade(self, body: Any, bound: Sequence[Bound]) -> Any:
        if not bound:
            return self.normal(body)
        (c, low, high), *rest = bound
        if not self.regions.implied(high - low + 1):
            raise Undecided("the ends of a sum may lie the wrong way round")
        return self.scoped(c, low, high, lambda: self._remade(body, rest))


def _shape(body: Any, own: sp.Symbol) -> str:
    """A key that does not depend on the names of letters."""
    names = {s: letter("own" if s == own else "other") for s in body.free_symbols if s.name[:1] == "?"}
    return str(sp.srepr(body.xreplace(names)))


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
        for n, limit in enumerate(expr.limits):
            outer = frozenset(other[0] for other in expr.limits[n + 1 :])
            check_letters(sp.Tuple(*limit[1:]), allowed, bound | outer)
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

"""What is known about positions where a term is read (part of :mod:`symderiv.verify.by_sympy`).

A condition is a sum of letters, sizes and whole numbers with whole coefficients, and means that it is not
negative.  Every letter in scope brings the conditions on its range.  A question that these do not answer
raises :class:`Split`: whoever brought the letter reads the term again for either answer.  So no condition is
left in an expression, and nothing is read at a position where it need not have a value.

That conditions contradict each other is shown by eliminating symbols (Fourier and Motzkin); what is not shown
is taken to be possible, which costs a case and never a proof.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from math import gcd
from typing import Any

import sympy as sp

#: Coefficients by name of the symbol, in order, and the constant.
Row = tuple[tuple[tuple[str, int], ...], int]
_MAX_ROWS = 400
_MAX_SPLITS = 300


class Undecided(Exception):
    """This checker stops here; the text says why."""


@dataclass(eq=False)
class Scope:
    """Letters and the conditions under which they are in scope."""

    letters: tuple[sp.Symbol, ...]
    conditions: tuple[Any, ...] = ()
    rows: frozenset[Row] = field(init=False)

    def __post_init__(self) -> None:
        self.rows = frozenset(row(c) for c in self.conditions)


class Split(Exception):
    """Whether ``condition`` holds is not known in ``scope``."""

    def __init__(self, condition: Any, scope: Scope) -> None:
        super().__init__(str(condition))
        self.condition, self.scope = condition, scope


class Regions:
    """The scopes around the term that is being read, the outermost first."""

    def __init__(self) -> None:
        self.scopes: list[Scope] = []
        self.splits = 0

    def implied(self, condition: Any) -> bool:
        """Whether a condition is known to hold."""
        wanted = row(condition)
        if not wanted[0]:
            return wanted[1] >= 0
        known = self._known()
        return wanted in known or contradictory(known | {row(-condition - 1)})

    def _known(self) -> frozenset[Row]:
        return frozenset[Row]().union(*(s.rows for s in self.scopes))

    def holds(self, condition: Any) -> bool:
        """Whether a condition holds here; :class:`Split` where that is not known."""
        if self.implied(condition):
            return True
        if self.implied(-condition - 1):
            return False
        symbols = condition.free_symbols
        if not symbols <= {c for s in self.scopes for c in s.letters}:
            raise Undecided("a position is compared whose range is not known")
        scope = next(s for s in reversed(self.scopes) if symbols & set(s.letters))
        self.splits += 1
        if self.splits > _MAX_SPLITS:
            raise Undecided("too many cases of positions")
        raise Split(condition, scope)

    def equal(self, a: Any, b: Any) -> bool:
        """Whether two positions are the same."""
        return self.holds(a - b) and self.holds(b - a)

    def pieces(
        self, letter: sp.Symbol, conditions: Sequence[Any], make: Callable[[], Any]
    ) -> Iterator[tuple[tuple[Any, ...], Any]]:
        """What ``make`` gives with ``letter`` in scope, part by part of its range where it has to ask."""
        todo: list[tuple[Any, ...]] = [tuple(conditions)]
        while todo:
            here = todo.pop()
            scope = Scope((letter,), here)
            self.scopes.append(scope)
            try:
                if len(here) > len(conditions) and contradictory(self._known()):
                    continue
                made = make()
            except Split as split:
                if split.scope is not scope:
                    raise
                todo += [(*here, split.condition), (*here, -split.condition - 1)]
                continue
            finally:
                self.scopes.pop()
            yield here, made

    @contextmanager
    def inside(self, letters: Sequence[sp.Symbol], conditions: Sequence[Any]) -> Iterator[None]:
        """With the letters in scope, whose range is not to be split."""
        scope = Scope(tuple(letters), tuple(conditions))
        self.scopes.append(scope)
        try:
            yield
        except Split as split:
            if split.scope is scope:
                raise Undecided("it depends on the position within a sum") from None
            raise
        finally:
            self.scopes.pop()


def coefficients(expr: Any) -> tuple[dict[sp.Symbol, int], int]:
    """Coefficients and constant of a position."""
    found, constant = _coefficients(expr)
    return dict(found), constant


@lru_cache(maxsize=50_000)
def _coefficients(expr: Any) -> tuple[tuple[tuple[sp.Symbol, int], ...], int]:
    found: dict[sp.Symbol, int] = {}
    constant = 0
    for part in sp.Add.make_args(sp.expand(expr) if isinstance(expr, sp.Mul) else expr):
        k, symbol = part.as_coeff_Mul()
        if not isinstance(k, sp.Integer) or not (symbol == 1 or isinstance(symbol, sp.Symbol)):
            raise Undecided(f"a position that is no sum of letters: {expr}")
        if symbol == 1:
            constant += int(k)
        else:
            found[symbol] = found.get(symbol, 0) + int(k)
    return tuple((s, k) for s, k in found.items() if k), constant


def row(condition: Any) -> Row:
    """A condition as a row; whole numbers allow the constant to be rounded down."""
    parts, constant = coefficients(condition)
    common = gcd(*parts.values()) if parts else 1
    return tuple(sorted((s.name, k // common) for s, k in parts.items())), constant // common


def solve(condition: Any, letter: sp.Symbol) -> Any:
    """Where ``condition`` is 0: the position of a letter that stands in it once."""
    k = coefficients(condition)[0].get(letter, 0)
    if abs(k) != 1:
        raise Undecided("a letter stands more than once in a position")
    return sp.expand(letter - k * condition)


@lru_cache(maxsize=50_000)
def contradictory(rows: frozenset[Row]) -> bool:
    """Whether the conditions are shown not to hold together."""
    strongest: dict[tuple[tuple[str, int], ...], int] = {}
    for parts, constant in rows:
        strongest[parts] = min(constant, strongest.get(parts, constant))
    while strongest:
        if strongest.pop((), 0) < 0:
            return True
        if not strongest:
            return False
        uses: dict[str, list[int]] = {}
        for parts in strongest:
            for name, k in parts:
                uses.setdefault(name, [0, 0])[k > 0] += 1
        name = min(uses, key=lambda n: (uses[n][0] * uses[n][1], n))
        kept: dict[tuple[tuple[str, int], ...], int] = {}
        below: list[tuple[tuple[tuple[str, int], ...], int, int]] = []
        above: list[tuple[tuple[tuple[str, int], ...], int, int]] = []
        for parts, constant in strongest.items():
            k = dict(parts).get(name, 0)
            if k:
                (above if k < 0 else below).append((parts, constant, abs(k)))
            else:
                kept[parts] = constant
        for one, c, k in below:
            for two, d, m in above:
                made: dict[str, int] = {}
                for n, q in one:
                    made[n] = made.get(n, 0) + m * q
                for n, q in two:
                    made[n] = made.get(n, 0) + k * q
                parts = tuple(sorted((n, q) for n, q in made.items() if q))
                constant = m * c + k * d
                common = gcd(*(q for _, q in parts)) if parts else 1
                parts, constant = tuple((n, q // common) for n, q in parts), constant // common
                kept[parts] = min(constant, kept.get(parts, constant))
        if len(kept) > _MAX_ROWS:
            return False
        strongest = kept
    return False

"""Checker: exact at small sizes, by explicit scalars and SymPy's Jacobian.

Method: for each tuple of sizes the claim is written out in scalar symbols for every value of its free
letters (:mod:`.expansion.explicit`), the functions become generators (:mod:`.expansion.atoms`), and the
difference of the sides is decided to vanish or not (:mod:`.expansion.modular`).  It is also evaluated
at real points (:mod:`.expansion.real`), which must agree and of which one must lie in the domain.

Soundness: ``confirmed`` speaks of the sizes listed only.  Vanishing in the generators implies equality
wherever both sides are defined.  ``refuted`` rests on real numbers alone: both sides differ at a point
inside the domain, and by nearly as much at its neighbours.  Signs (of ``abs``, ``max``, ``where``) are
run through all their values, or, where that fails, through those met at random real points.
"""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import sympy as sp

from symderiv.definitions import Claim
from symderiv.verify import _worker
from symderiv.verify.expansion.atoms import Atoms
from symderiv.verify.expansion.explicit import (
    Contradiction,
    Expansion,
    Undefined,
    Unsupported,
    relevant_dims,
)
from symderiv.verify.expansion.modular import ZeroTest
from symderiv.verify.expansion.real import OutOfDomain, RealPoint, compare
from symderiv.verify.expansion.sizes import coincidences, diverse, size_tuples
from symderiv.verify.verdict import Verdict, Witness

_DIGITS = 60
_ALL_VALUES = 40  # more instances of one size than this: one for each pattern of coinciding letters
_ALL_SIGNS = 5  # up to so many sign generators all combinations are run through
_MIXED_SECONDS = 2.5  # several dimensions: no new sizes after this, once the sizes are diverse


def check(claim: Claim, *, max_size: int = 6, seconds: float = 10.0) -> Verdict:
    """The verdict on ``claim`` at sizes up to ``max_size``, within ``seconds`` (in a worker process)."""
    return _worker.call("expansion", __name__, claim, {"max_size": max_size, "seconds": seconds}, seconds)


def run(claim: Claim, *, max_size: int = 6, seconds: float = 10.0) -> Verdict:
    """As :func:`check`, in this process; stops between steps when time is up."""
    start = time.perf_counter()
    verdict = Verdict("undecided")
    try:
        _Run(claim, max_size, start + seconds, verdict).all_sizes()
    except Unsupported as error:
        verdict.word, verdict.reason = "undecided", str(error)
    except _worker.TimeUp:
        _settle(verdict, diverse(verdict.sizes), f"time ran out after {seconds:g} s")
    verdict.seconds = time.perf_counter() - start
    return verdict


def _settle(verdict: Verdict, enough: bool, note: str) -> None:
    """Word of a run that found no counterexample and ended early or well."""
    verdict.word = "confirmed" if verdict.instances and enough else "undecided"
    if note:
        verdict.reason = f"{verdict.reason}; {note}" if verdict.reason else note


class _Run:
    def __init__(self, claim: Claim, max_size: int, deadline: float, verdict: Verdict) -> None:
        self.claim, self.max_size, self.deadline, self.verdict = claim, max_size, deadline, verdict
        self.start = time.perf_counter()
        self.dims = relevant_dims(claim)
        self.exact = self.modular = self.signed = self.undefined = 0

    def all_sizes(self) -> None:
        undecided = ""
        for sizes in size_tuples(len(self.dims), self.max_size):
            self.tick()
            late = len(self.dims) > 1 and time.perf_counter() - self.start > _MIXED_SECONDS
            if late and diverse(self.verdict.sizes):
                break
            at = dict(zip(self.dims, sizes, strict=True))
            try:
                problem = _AtSizes(self, at).decide()
            except (Contradiction, Undefined):
                continue
            if self.verdict.word == "refuted":
                return
            if problem:
                undecided = f"{problem} at sizes {_shown(at)}"
                break
        notes = []
        if self.exact:
            notes.append(f"{self.exact} instances by exact fractions of polynomials")
        if self.modular:
            notes.append(f"{self.modular} by values modulo a 61-bit prime at 3 points each")
        if self.signed:
            notes.append(f"{self.signed} only for the signs met at random real points")
        if self.undefined:
            notes.append(f"{self.undefined} more have no value")
        self.verdict.reason = "; ".join(notes)
        if undecided:
            self.verdict.word, self.verdict.reason = "undecided", undecided
        elif not self.verdict.instances:
            self.verdict.word = "undecided"
            self.verdict.reason = "no instance: no point of the domain satisfies the assumptions"
        else:
            _settle(self.verdict, True, "")

    def tick(self) -> None:
        if time.perf_counter() > self.deadline:
            raise _worker.TimeUp


def _shown(sizes: dict[str, int]) -> str:
    return ", ".join(f"{d} = {n}" for d, n in sizes.items()) or "(no dimension)"


class _AtSizes:
    """All instances of the claim at one tuple of sizes."""

    def __init__(self, owner: _Run, sizes: dict[str, int]) -> None:
        self.owner, self.sizes = owner, sizes
        self.expansion = Expansion(owner.claim, sizes)
        self.atoms = Atoms()
        self.test = ZeroTest(self.atoms)
        self.random = random.Random(20_01)
        self._points: list[RealPoint] = []
        self._source = self._real_points()

    def decide(self) -> str:
        """Empty when all instances agree (or a witness is found), else what stays open."""
        instances = list(self._instances())
        self.test.prepare(left - right for _, left, right in instances)
        done = 0
        for env, left, right in instances:
            self.owner.tick()
            defined = self._defined(left, right)
            if defined is None:
                self.owner.undefined += 1
                continue
            if not defined and self._refute(env, left, right):
                return ""
            try:
                agreed = self._vanishes(left, right)
            except Undefined:
                continue
            if not agreed:
                if self._refute(env, left, right):
                    return ""
                return "the sides agree to 30 digits but are not decided to be equal"
            if not defined:
                return "equal as rational functions, unequal as numbers"
            done += 1
        self.owner.verdict.instances += done
        if done:
            self.owner.verdict.sizes.append(dict(self.sizes))
        return ""

    def _instances(self) -> Iterator[tuple[dict[str, int], Any, Any]]:
        claim = self.owner.claim
        letters = sorted(claim.free)
        count = 1
        for i in letters:
            count *= self.sizes[i.dim]
        values = (
            self.expansion.assignments(claim.free)
            if count <= _ALL_VALUES
            else coincidences(letters, self.sizes)
        )
        for env in values:
            self.owner.tick()
            try:
                yield env, self.expansion.side(claim.left, env), self.expansion.side(claim.right, env)
            except Undefined:
                self.owner.undefined += 1

    # --- zero as functions ------------------------------------------------------------------------

    def _vanishes(self, left: Any, right: Any) -> bool:
        difference = left - right
        generators = self.test.closure(difference)
        signs = sorted((g for g in generators if self.atoms.meaning[g].kind == "sign"), key=lambda g: g.name)
        if not signs:
            if not self.test.vanishes(difference, {}):
                return False
            if self.test.vanishes_exactly(difference):
                self.owner.exact += 1
            else:
                self.owner.modular += 1
            return True
        met = self._patterns_met(signs, left, right)
        required = self._domain(difference)
        everything: set[tuple[int, ...]] = set()
        if len(signs) <= _ALL_SIGNS:
            everything.update(itertools.product((1, -1), repeat=len(signs)))
        complete = bool(everything)
        for pattern in sorted(met | everything):
            values = dict(zip(signs, pattern, strict=True))
            if any(s.xreplace(values) < 0 for s in required):
                continue
            if not self.test.vanishes(difference, values):
                if pattern in met:
                    return False
                complete = False
        if not met:
            return False
        if complete:
            self.owner.modular += 1
        else:
            self.owner.signed += 1
        return True

    def _domain(self, expr: Any) -> list[Any]:
        """Signs that must not be negative where ``expr`` is defined (of logarithms and even roots)."""
        found: list[Any] = []
        stack, seen = [expr], set()
        while stack:
            e = stack.pop()
            if e in seen or isinstance(e, sp.Piecewise):
                continue
            seen.add(e)
            if isinstance(e, sp.log) or (isinstance(e, sp.Pow) and not isinstance(e.args[1], sp.Integer)):
                found.append(self.atoms.sign(e.args[0]))
            stack.extend(e.args)
        return [s for s in found if s.free_symbols]

    def _patterns_met(self, signs: list[sp.Symbol], left: Any, right: Any) -> set[tuple[int, ...]]:
        """Values of the sign generators at real points where both sides are defined."""
        met: set[tuple[int, ...]] = set()
        quiet = 0
        for n in itertools.count():
            point = self._point(n)
            if point is None or n >= 200 or (quiet > 40 and met):
                break
            try:
                point.value(left)
                point.value(right)
                pattern = tuple(int(point.value(s)) for s in signs)
            except OutOfDomain:
                continue
            quiet = 0 if pattern not in met else quiet + 1
            met.add(pattern)
        return met

    # --- numbers ----------------------------------------------------------------------------------

    def _point(self, n: int) -> RealPoint | None:
        while len(self._points) <= n:
            point = next(self._source, None)
            if point is None:
                return None
            self._points.append(point)
        return self._points[n]

    def _real_points(self) -> Iterator[RealPoint]:
        """Points that satisfy the assumptions, simple values first."""
        misses = 0
        for n in range(2000):
            unit = Fraction((4, 1, 1, 2, 16)[n % 5], (16, 16, 256, 16, 16)[n % 5])
            values = {}
            for s in self.expansion.unknowns:
                magnitude = unit * self.random.randrange(1, 17 if n < 5 else 1009) / (1 if n < 5 else 63)
                values[s] = magnitude if s.is_positive or self.random.random() < 0.6 else -magnitude
            point = self._complete(values, _DIGITS)
            if point is None:
                misses += 1
                if misses > 400 and not self._points:
                    return
            else:
                yield point

    def _complete(self, values: dict[sp.Symbol, Fraction], digits: int) -> RealPoint | None:
        """The point with the solved entries put in; None where an assumption fails."""
        exact = {s: sp.Rational(v.numerator, v.denominator) for s, v in values.items()}
        everything = dict(values)
        for s, expr in self.expansion.solved.items():
            value = expr.xreplace(exact)
            if not isinstance(value, sp.Rational):
                return None
            everything[s] = Fraction(int(value.p), int(value.q))
        point = RealPoint(everything, digits, self.atoms.meaning)
        try:
            for op, left, right in self.expansion.conditions:
                if not compare(op, point.value(left) - point.value(right)):
                    return None
        except OutOfDomain:
            return None
        return point

    def _gap(self, point: RealPoint, left: Any, right: Any) -> Any:
        """Difference of the sides, 0 where it is within rounding."""
        a, b = point.value(left), point.value(right)
        gap = a - b
        return gap if abs(gap) > point.zero * (1 + abs(a) + abs(b)) else 0

    def _defined(self, left: Any, right: Any) -> bool | None:
        """Whether the sides agree at the first points of the domain; None without such a point."""
        found = 0
        for n in range(60):
            point = self._point(n)
            if point is None:
                break
            try:
                if self._gap(point, left, right) != 0:
                    return False
            except OutOfDomain:
                continue
            found += 1
            if found == 2:
                break
        return True if found else None

    def _refute(self, env: dict[str, int], left: Any, right: Any) -> bool:
        """Look for a point at which, and around which, the sides differ; write the witness."""
        for n in range(120):
            point = self._point(n)
            if point is None:
                return False
            try:
                gap = self._gap(point, left, right)
                if gap == 0 or not self._robust(point, left, right, gap):
                    continue
            except OutOfDomain:
                continue
            verdict = self.owner.verdict
            verdict.word = "refuted"
            mp = point.mp
            verdict.witness = Witness(
                sizes=dict(self.sizes),
                letters=dict(sorted(env.items())),
                values=self._values(point),
                left=mp.nstr(point.value(left), 17),
                right=mp.nstr(point.value(right), 17),
            )
            verdict.reason = f"the sides differ at sizes {_shown(self.sizes)}"
            return True
        return False

    def _robust(self, point: RealPoint, left: Any, right: Any, gap: Any) -> bool:
        """Whether the difference stays at twice the digits and at neighbouring points."""
        for n in range(3):
            moved = {}
            for s in self.expansion.unknowns:
                shift = Fraction(self.random.randrange(-999, 1000), 10**12) if n else Fraction(0)
                moved[s] = point.values[s] * (1 + shift)
            other = self._complete(moved, 2 * _DIGITS)
            if other is None:
                return False
            if abs(self._gap(other, left, right) - gap) > abs(gap) / 10:
                return False
        return True

    def _values(self, point: RealPoint) -> dict[str, Any]:
        """The inputs as nested lists of numbers (exact; a fraction that is no double is a string)."""

        def number(q: Fraction) -> Any:
            if q.denominator == 1:
                return int(q)
            return float(q) if Fraction(float(q)) == q else str(q)

        result: dict[str, Any] = {}
        for name, group in self.expansion.symbols.items():
            if () in group:
                result[name] = number(point.values[group[()]])
                continue
            dims = self.owner.claim.inputs[name]
            nested: Any = {at: number(point.values[s]) for at, s in group.items()}

            def build(prefix: tuple[int, ...], dims: Sequence[str] = dims, nested: Any = nested) -> Any:
                if len(prefix) == len(dims):
                    return nested[prefix]
                count = self.sizes.get(dims[len(prefix)], 1)
                return [build((*prefix, k), dims, nested) for k in range(1, count + 1)]

            result[name] = build(())
        return result

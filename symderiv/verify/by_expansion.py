"""Checker: exact at small sizes, by explicit scalars and SymPy's Jacobian.

Method: for each tuple of sizes the claim is written out in scalar symbols for every value of its free
letters, where these are many for every way in which letters coincide, which is as good where no order
and no shift tells positions apart (:mod:`.expansion.scope`, :mod:`.expansion.sizes`,
:mod:`.expansion.explicit`).  The functions become generators (:mod:`.expansion.atoms`), and the
difference of the sides is decided to vanish or not (:mod:`.expansion.modular`).  It is also evaluated
at real points (:mod:`.expansion.real`), which must agree and of which one must lie in the domain.

Soundness: ``confirmed`` speaks of the sizes listed only.  Vanishing in the generators implies equality
wherever both sides are defined.  ``refuted`` rests on real numbers alone: both sides differ at a point
inside the domain, and by nearly as much at its neighbours.  ``abs``, ``max``, ``where`` ... are decided
around random real points, so the claim is checked in each region of constant branches that was met;
a branch never met leaves it undecided.  On the boundaries, where it is not differentiable, it is checked
at points of few different values, and only where no derivative is taken.
"""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import sympy as sp

from symderiv.definitions import Claim
from symderiv.notation import show
from symderiv.terms import Diff
from symderiv.verify import _worker
from symderiv.verify.expansion.atoms import Atoms
from symderiv.verify.expansion.explicit import (
    Contradiction,
    Expansion,
    Undefined,
    Unsupported,
)
from symderiv.verify.expansion.modular import ZeroTest
from symderiv.verify.expansion.points import Boundary, Branches, Points, Region, Tie, agree_at, witness
from symderiv.verify.expansion.real import OutOfDomain, RealPoint
from symderiv.verify.expansion.scope import branches, ordered_dims, reached, relevant_dims, span
from symderiv.verify.expansion.sizes import coincidences, diverse, size_tuples
from symderiv.verify.verdict import Verdict

_ALL_VALUES = 25  # more instances of one size than this: one for each pattern of coinciding letters
_MOST_VALUES = 800  # more instances of one size than this: no instances at that size
_ALL_SIGNS = 5  # up to so many sign generators all combinations are run through
_REGIONS = 12  # regions of constant branches at one size, and the seconds after which 4 suffice
_REGION_SECONDS = 0.6
_MIXED_SECONDS = 2.5  # several dimensions: no new sizes after this, once the sizes are diverse


class TooMany(Exception):
    """More instances at one size than are looked at."""


Source = Callable[[], Iterator[RealPoint]]


def check(claim: Claim, *, max_size: int = 6, seconds: float = 10.0) -> Verdict:
    """The verdict on ``claim`` at sizes up to ``max_size``, within ``seconds`` (in a worker process)."""
    return _worker.call("expansion", __name__, claim, {"max_size": max_size, "seconds": seconds}, seconds)


def run(claim: Claim, *, max_size: int = 6, seconds: float = 10.0) -> Verdict:
    """As :func:`check`, in this process; stops between steps when time is up."""
    start = time.perf_counter()
    verdict = Verdict("undecided")
    this = _Run(claim, max_size, start + seconds, verdict)
    try:
        this.all_sizes()
    except Unsupported as error:
        verdict.word, verdict.reason = "undecided", str(error)
    except _worker.TimeUp:
        _settle(verdict, this.diverse(), f"time ran out after {seconds:g} s")
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
        self.branching = branches(claim)
        self.tied = self.branching and not any(isinstance(t, Diff) for t in reached(claim))
        self.ordered = ordered_dims(claim)
        self.span = span(claim)
        self.exact = self.modular = self.signed = self.undefined = self.regions = 0
        self.met = Branches()

    def all_sizes(self) -> None:
        undecided = ""
        for sizes in size_tuples(len(self.dims), self.max_size, self.span + 3 if self.ordered else 0):
            self.tick()
            late = len(self.dims) > 1 and time.perf_counter() - self.start > _MIXED_SECONDS
            if late and self.diverse():
                break
            at = dict(zip(self.dims, sizes, strict=True))
            try:
                problem = _AtSizes(self, at).decide()
            except (Contradiction, Undefined, TooMany):
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
        if self.regions:
            notes.append(f"in {self.regions} regions of constant branches")
        if self.undefined:
            notes.append(f"{self.undefined} more have no value")
        self.verdict.reason = "; ".join(notes)
        if undecided:
            self.verdict.word, self.verdict.reason = "undecided", undecided
        elif not self.verdict.instances:
            self.verdict.word = "undecided"
            self.verdict.reason = "no instance: no point of the domain satisfies the assumptions"
        elif one_sided := self.met.one_sided():
            self.verdict.word = "undecided"
            self.verdict.reason = f"only one branch of {show.text(one_sided[0])[:80]} was met"
        elif self.ordered and not self.diverse():
            self.verdict.word = "undecided"
            self.verdict.reason = f"the sizes that were tried are too small for positions {self.span} apart"
        else:
            _settle(self.verdict, True, "")

    def diverse(self) -> bool:
        """Whether the sizes met so far show what can happen."""
        return diverse(self.verdict.sizes, self.ordered, self.span + 2)

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
        self.points = Points(self.expansion, self.atoms, wide=owner.branching)
        self.decided: set[tuple[int, ...]] = set()

    def decide(self) -> str:
        """Empty when all instances agree (or a witness is found), else what stays open."""
        problem = ""
        if not self.owner.branching:
            problem = self._decide(self.expansion, lambda: self.points.first(120))
        else:
            start, regions = time.perf_counter(), 0
            seen: list[Region] = []
            for point in self.points.first(60):
                late = regions >= 4 and time.perf_counter() - start > _REGION_SECONDS
                if problem or late or regions >= _REGIONS or self.owner.verdict.word == "refuted":
                    break
                if any(r.holds(point) for r in seen):
                    continue
                region = Region(point, self.points, self.owner.met)
                seen.append(region)
                before = len(self.decided)
                with contextlib.suppress(Boundary):
                    problem = self._decide(self.expansion.around(region.sign), partial(iter, (point,)))
                regions += bool(self.decided) and (before > 0 or len(self.decided) > before)
            self.owner.regions += regions
            if self.owner.tied and not problem and self.owner.verdict.word != "refuted":
                self._at_ties()
        self.owner.verdict.instances += len(self.decided)
        if self.decided:
            self.owner.verdict.sizes.append(dict(self.sizes))
        return problem

    def _at_ties(self) -> None:
        """Refute the claim where branches meet, if it is wrong there."""
        for point in self.points.tied():
            with contextlib.suppress(Boundary):
                for env, left, right, needs in self._instances(self.expansion.around(Tie(point).sign)):
                    for here in _domain(partial(iter, (point,)), needs):
                        if _differ_at(here, left, right):
                            self._write(env, here, left, right)
                            return

    def _decide(self, expansion: Expansion, source: Source) -> str:
        instances = list(self._instances(expansion))
        test = ZeroTest(self.atoms)
        test.prepare(left - right for _, left, right, _ in instances)
        for env, left, right, needs in instances:
            self.owner.tick()
            points = partial(_domain, source, needs) if needs else source
            agreed = _agree(points, left, right)
            if agreed is None:
                self.owner.undefined += 1
                continue
            if not agreed and self._refute(env, points, left, right):
                return ""
            try:
                vanishes = self._vanishes(test, points, left, right)
            except Undefined:
                continue
            if not vanishes:
                if self._refute(env, points, left, right):
                    return ""
                return "the sides agree to 30 digits but are not decided to be equal"
            if not agreed:
                return "equal as rational functions, unequal as numbers"
            self.decided.add(tuple(env[i] for i in sorted(env)))
        return ""

    def _instances(self, expansion: Expansion) -> Iterator[tuple[dict[str, int], Any, Any, frozenset[Any]]]:
        claim = self.owner.claim
        letters = sorted(claim.free)
        chosen = list(itertools.islice(expansion.assignments(claim.free), _ALL_VALUES + 1))
        if len(chosen) > _ALL_VALUES:
            patterns = coincidences(letters, self.sizes, self.owner.ordered)
            chosen = list(itertools.islice(patterns, _MOST_VALUES + 1))
        if len(chosen) > _MOST_VALUES:
            raise TooMany
        for env in chosen:
            self.owner.tick()
            try:
                left, right = expansion.side(claim.left, env), expansion.side(claim.right, env)
                yield env, left, right, expansion.needs(claim.left, env) | expansion.needs(claim.right, env)
            except (Undefined, OutOfDomain):
                self.owner.undefined += 1

    def _refute(self, env: dict[str, int], points: Source, left: Any, right: Any) -> bool:
        """Look for a point at which, and around which, the sides differ; write the witness."""
        for point in points():
            if self.points.differ(point, left, right):
                self._write(env, point, left, right)
                return True
        return False

    def _write(self, env: dict[str, int], point: RealPoint, left: Any, right: Any) -> None:
        verdict = self.owner.verdict
        verdict.word = "refuted"
        verdict.witness = witness(self.expansion, point, env, left, right)
        verdict.reason = f"the sides differ at sizes {_shown(self.sizes)}"

    def _vanishes(self, test: ZeroTest, points: Source, left: Any, right: Any) -> bool:
        """Whether the sides are equal as functions of the generators, for the signs that can occur."""
        difference = left - right
        generators = test.closure(difference)
        signs = sorted((g for g in generators if self.atoms.meaning[g].kind == "sign"), key=lambda g: g.name)
        if not signs:
            if not test.vanishes(difference, {}):
                return False
            if test.vanishes_exactly(difference):
                self.owner.exact += 1
            else:
                self.owner.modular += 1
            return True
        if len(signs) <= _ALL_SIGNS:
            required = [s for s in self.atoms.domain(difference) if s.free_symbols <= set(signs)]
            patterns = []
            for pattern in itertools.product((1, -1), repeat=len(signs)):
                values = dict(zip(signs, pattern, strict=True))
                if all(s.xreplace(values) > 0 for s in required):
                    patterns.append(values)
            if patterns and all(test.vanishes(difference, values) for values in patterns):
                self.owner.modular += 1
                return True
        met = _patterns_met(points, signs, left, right)
        self.owner.signed += 1
        return bool(met) and all(
            test.vanishes(difference, dict(zip(signs, pattern, strict=True))) for pattern in met
        )


def _domain(source: Source, needs: frozenset[Any]) -> Iterator[RealPoint]:
    """The points at which everything that the sides are made of has a value."""
    for point in source():
        try:
            for need in needs:
                point.value(need)
        except OutOfDomain:
            continue
        yield point


def _differ_at(point: RealPoint, left: Any, right: Any) -> bool:
    """Whether both sides have a value here and these differ, at all digits asked for."""
    try:
        return not agree_at(point, left, right)
    except OutOfDomain:
        return False


def _agree(points: Source, left: Any, right: Any) -> bool | None:
    """Whether the sides agree at the first two points of the domain; None where there is none."""
    found = 0
    for point in points():
        try:
            if not agree_at(point, left, right):
                return False
        except OutOfDomain:
            continue
        found += 1
        if found == 2:
            break
    return True if found else None


def _patterns_met(points: Source, signs: list[sp.Symbol], left: Any, right: Any) -> set[tuple[int, ...]]:
    """Values of the sign generators at real points where both sides are defined."""
    met: set[tuple[int, ...]] = set()
    for point in points():
        try:
            point.value(left)
            point.value(right)
            met.add(tuple(int(point.value(s)) for s in signs))
        except OutOfDomain:
            continue
    return met

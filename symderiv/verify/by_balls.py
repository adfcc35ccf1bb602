"""Ball arithmetic: refutes a claim with a witness, or counts the instances at which it held.

Input: a claim.  Output: ``refuted`` (at an exactly known point the ball of left - right excludes 0, which
proves that the sides differ there), ``unrefuted`` (both sides agreed, to a tiny radius, at every instance
counted, and every side of every where, abs, sign and max or min of two was reached, but for those named that
balls or positions show to be out of reach) or ``undecided`` (no instance counted, or a side never reached).

An instance is: sizes, one point that satisfies the assumptions, one value of each free letter.  Where a side
is undefined or not differentiable the instance is skipped.  Derivatives are taken by jets over balls
(:mod:`symderiv.verify._jets`); nothing is shared with the other checkers but the term language.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from fractions import Fraction
from random import Random

from flint import ctx

from symderiv.definitions import Claim
from symderiv.verify._branches import KINDS as BRANCHES
from symderiv.verify._branches import Coverage, out_of_reach, side_name, side_of
from symderiv.verify._cover import size_patterns
from symderiv.verify._instances import Pattern, Refutation, compare, dimensions, pattern, shifts
from symderiv.verify._jets import Evaluation
from symderiv.verify._nodes import Node, OutOfTime, TooLarge
from symderiv.verify._points import KINDS, Constraint, Contradiction, Point, Sampler
from symderiv.verify._witness import simplest
from symderiv.verify.verdict import Verdict

#: Bits of precision at first, and at most.
BITS, MOST_BITS = 200, 1600
#: Bits of the last round of points, for differences that are tiny.
_FINE = 1000
#: Graphs of fewer nodes get every kind of point.
_CHEAP = 1500
#: Values of the letters tried at each sizes before patterns of coincidence are drawn instead.
_LETTERS = 256
#: Entries in equations that are not linear, beyond which larger sizes are left out (they are slow to solve).
_MOST_CURVED = 200
#: Sizes tried where a branch depends on them.
_EXTRA_SIZES = (12, 20, 40)
#: How close to the edge of a branch points are tried, and at how many edges.
_CLOSE, _EDGES = Fraction(1, 4), 12
#: Values of the letters tried where a condition on positions has not been seen to hold and to fail.
_MANY_LETTERS = 2000


def check(claim: Claim, *, seed: int = 0, seconds: float = 5.0) -> Verdict:
    """Try to refute ``claim`` for about ``seconds`` at most; the module's docstring defines the words."""
    started = time.perf_counter()
    with _precision():
        search = _Search(claim, seed, time.thread_time() + seconds)
        try:
            verdict = search.verdict()
        except RecursionError:
            verdict = Verdict("undecided", "no instance: the definitions are nested too deeply")
    verdict.seconds = time.perf_counter() - started
    return verdict


@contextmanager
def _precision() -> Iterator[None]:
    """Run at BITS and put FLINT's settings back."""
    prec, cap = ctx.prec, ctx.cap
    ctx.prec = BITS
    try:
        yield
    finally:
        ctx.prec, ctx.cap = prec, cap


def _is_large(sizes: Mapping[str, int]) -> bool:
    return max(sizes.values(), default=1) > 5


class _Search:
    """One run: patterns of sizes, points at each, what was counted."""

    def __init__(self, claim: Claim, seed: int, deadline: float) -> None:
        self.claim = claim
        self.deadline = deadline
        self.rng = Random(seed)
        self.dims = dimensions(claim)
        self.shifts = shifts(claim)
        self.near = self.shifts.span + 1 if self.shifts.any else None
        self.coverage = Coverage()
        self.instances = self.unsure = self.points = 0
        self.sizes: list[dict[str, int]] = []
        self.patterns: list[Pattern] = []
        self.cut = self.solvable = self.contradiction = self.too_large = False

    def verdict(self) -> Verdict:
        found: Refutation | None = None
        small: list[Pattern] = []
        large: list[Pattern] = []
        sizes = size_patterns(self.dims, self.shifts.span, self.shifts.inner)
        try:
            found = (
                self.first_points(small, [s for s in sizes if not _is_large(s)])
                or self.branch_points(small)
                or self.more_points(small)
                or self.first_points(large, [s for s in sizes if _is_large(s)])
                or self.more_points(large)
                or self.larger_sizes()
            )
        except OutOfTime:
            self.cut = True
        return self.refuted(found) if found else self.unrefuted()

    # --- trying -----------------------------------------------------------------------------------

    def pattern(self, sizes: Mapping[str, int], limit: int) -> Pattern | None:
        """The claim at ``sizes``; None where the assumptions have no solution."""
        try:
            made = pattern(self.claim, sizes, limit, self.deadline, self.rng, self.near)
        except Contradiction:
            self.contradiction = True
            return None
        except TooLarge:
            self.too_large = True
            return None
        self.solvable = True
        self.patterns.append(made)
        curved = sum(n.deps.bit_count() for n in made.sampler.curved)
        if curved > _MOST_CURVED and max(sizes.values(), default=1) > 3:
            return None
        self.coverage.want(made)
        return made

    def first_points(self, patterns: list[Pattern], choices: Sequence[dict[str, int]]) -> Refutation | None:
        """At every choice of sizes one point in general position; other kinds until an instance counts."""
        for sizes in choices:
            made = self.pattern(sizes, _LETTERS)
            if made is not None:
                patterns.append(made)
                found = self.until_counted(made)
                if found:
                    return found
        return None

    def until_counted(self, made: Pattern) -> Refutation | None:
        """Points of one kind after another until an instance counts."""
        for kind in ("generic", "positive", "unit", "mixed", "negative", "ties", "small", *["mixed"] * 6):
            point = made.sampler.draw(kind)
            found = self.try_point(made, point) if point else None
            if found or made.counted:
                return found
        return None

    def more_points(self, patterns: Sequence[Pattern]) -> Refutation | None:
        """Every kind of point, at every other pattern in turn (the first ones always)."""
        for k, kind in enumerate((*KINDS, "mixed", "generic")):
            bits = _FINE if k == len(KINDS) + 1 else BITS
            for n, made in enumerate(patterns):
                if len(made.graph.nodes) < _CHEAP or (n + k) % 3 == 0:
                    point = made.sampler.draw(kind, tries=4)
                    found = self.try_point(made, point, bits) if point else None
                    if found:
                        return found
        return None

    def branch_points(self, patterns: Sequence[Pattern]) -> Refutation | None:
        """Points on the edge and on missing sides of every branch."""
        edges: set[object] = set()
        for made in patterns[:3]:
            for node in [n for n in made.graph.nodes if n.op in BRANCHES]:
                for op in ("=", ">", "<"):
                    side = side_of(made.graph, node, op)
                    if op == "=":
                        wanted = node.op == "where" and (made.graph, side[0]) not in edges
                        edges.add((made.graph, side[0]))
                    else:
                        wanted = side in self.coverage.missing()
                    found = self.aim(made, node, op) if wanted else None
                    if found:
                        return found
        return self.near_edges(patterns)

    def near_edges(self, patterns: Sequence[Pattern]) -> Refutation | None:
        """Points close to each edge, on both sides: what is wrong between two edges shows there."""
        for made in patterns[:2]:
            edges = [n for n in made.graph.nodes if n.op in BRANCHES and n.args[0].const is None]
            for node in edges[:_EDGES]:
                for away in (_CLOSE, -_CLOSE):
                    beside = made.graph.add([(node.args[0], Fraction(1))], away)
                    found = self.at(made, Constraint(beside, "="), ("generic",))
                    if found:
                        return found
        return None

    def larger_sizes(self) -> Refutation | None:
        """Sizes at which a branch that sizes or positions decide may be reached."""
        needed = self.shifts.needed
        first = [(needed, _MANY_LETTERS)] if self.near is not None and needed <= max(_EXTRA_SIZES) else []
        for size, limit in [*first, *((s, 32) for s in _EXTRA_SIZES)]:
            if not self.dims or not self.coverage.missing():
                break
            larger = self.pattern(dict.fromkeys(self.dims, size), limit)
            found = self.until_counted(larger) if larger else None
            if found:
                return found
        return None

    def aim(self, made: Pattern, node: Node, op: str) -> Refutation | None:
        """Points at which the argument of a branch node is 0 (=), positive (>) or negative (<)."""
        side = side_of(made.graph, node, op)
        return self.at(made, Constraint(node.args[0], op), ("generic", "positive", "mixed"), side)

    def at(
        self, made: Pattern, wanted: Constraint, kinds: Sequence[str], side: object = None
    ) -> Refutation | None:
        """Points that also satisfy ``wanted``, of each kind until ``side`` is reached."""
        try:
            sampler = Sampler(made.graph, [*made.constraints, wanted], self.rng)
        except Contradiction:
            return None
        for kind in kinds:
            point = sampler.draw(kind, tries=4)
            found = self.try_point(made, point) if point else None
            if found or side in self.coverage.hit:
                return found
        return None

    def try_point(self, made: Pattern, point: Point, bits: int = BITS) -> Refutation | None:
        """Compare both sides at every instance of one point; raise the precision where balls are wide."""
        self.points += 1
        left_over, graph = made.instances, made.graph
        ctx.prec = bits
        try:
            while left_over:
                values = point.at(graph, len(graph.entries))
                if values is None:
                    break
                run = Evaluation(graph, values, point.known)
                if made.complete and min(made.sizes.values(), default=1) >= self.shifts.needed:
                    self.coverage.spanned = True
                wide = []
                for i in left_over:
                    answer = compare(run, i.left, i.right)
                    if answer == "differ":
                        return Refutation(made, i.letters, point, run.value(i.left), run.value(i.right))
                    if answer == "unsure":
                        wide.append(i)
                    if answer == "agree":
                        self.count(made)
                    sides = i.sides | run.hits.get(i.left.id, 0) | run.hits.get(i.right.id, 0)
                    self.coverage.note(graph, sides, counted=answer == "agree")
                left_over = wide
                if ctx.prec >= MOST_BITS:
                    break
                ctx.prec *= 2
        finally:
            ctx.prec = BITS
        self.unsure += len(left_over)
        return None

    def count(self, made: Pattern) -> None:
        """One more instance at which the claim held."""
        self.instances += 1
        made.counted += 1
        if made.counted == 1:
            self.sizes.append(made.sizes)

    # --- answers ----------------------------------------------------------------------------------

    def refuted(self, found: Refutation) -> Verdict:
        now = time.thread_time()
        witness = simplest(
            self.claim, found, self.dims, now + min(1.5, max(0.3, self.deadline - now)), self.near
        )
        reason = f"left is {witness.left}, right is {witness.right}"
        return Verdict("refuted", reason, self.instances, self.sizes, witness=witness)

    def unrefuted(self) -> Verdict:
        notes = ["the time allowed ran out"] if self.cut else []
        if self.too_large:
            notes.append("larger sizes left out, they have too many terms")
        if self.unsure:
            notes.append(f"{self.unsure} instances not decided at {MOST_BITS} bits")
        if not self.instances:
            return Verdict("undecided", "; ".join([f"no instance: {self.why_none()}", *notes]))
        missing = self.coverage.missing()
        idle = self.coverage.idle()
        with suppress(OutOfTime):
            idle += [side for side in missing if out_of_reach(side, self.patterns)]
        if idle:
            notes.append(f"cannot be reached: {', '.join(side_name(side) for side in idle)}")
        missing = [side for side in missing if side not in idle]
        if missing:
            names = ", ".join(side_name(side) for side in missing)
            return Verdict(
                "undecided", "; ".join([f"branch never reached: {names}", *notes]), self.instances, self.sizes
            )
        if self.dims and all(set(sizes.values()) == {1} for sizes in self.sizes):
            notes.append("only at size 1")
        return Verdict("unrefuted", "; ".join(notes), self.instances, self.sizes)

    def why_none(self) -> str:
        if self.points:
            return "the sides were nowhere defined and differentiable together"
        if self.contradiction and not self.solvable:
            return "the assumptions contradict each other"
        if self.cut or self.too_large:
            return "nothing was evaluated"
        return "no point was found that satisfies the assumptions"

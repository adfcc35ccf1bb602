"""Points at which a claim is tried: exact rational inputs that satisfy its assumptions.

Input: a graph whose entries are the inputs, and constraints ``node op 0``.  Output: :class:`Point`.
Bounds of single entries are kept by construction; linear equalities (sums, symmetry, antisymmetry) are
solved exactly, some entries in terms of the others; other equalities by Newton's method with a proof that
a solution lies in the ball (:mod:`symderiv.verify._solve`); other inequalities by moving one entry.  What
is left is checked and rejected.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from flint import arb

from symderiv.verify._functions import Poison, Value, ball
from symderiv.verify._ground import Graph
from symderiv.verify._jets import Evaluation
from symderiv.verify._nodes import Node, holds_for
from symderiv.verify._signs import NEGATIVE, POSITIVE, ZERO, Signs
from symderiv.verify._solve import curved_deps, linear_parts, refine, solve

#: Ways of drawing entries, by name.
KINDS = ("generic", "positive", "unit", "large", "small", "negative", "ties")
_TIES = [Fraction(v) for v in (0, 0, 1, 1, -1, 2, -2, 3)] + [Fraction(1, 2), Fraction(-1, 2)]
_BITS = {
    "<": NEGATIVE,
    "<=": NEGATIVE | ZERO,
    ">": POSITIVE,
    ">=": POSITIVE | ZERO,
    "!=": NEGATIVE | POSITIVE,
    "=": ZERO,
}
#: So many failures in a row and no more points are drawn.
_HOPELESS = 60
#: Values of witnesses, the simplest first.
SIMPLE = [Fraction(v) for v in (0, 1, -1)] + [Fraction(1, 2), *map(Fraction, (2, -2, 3))] + [
    Fraction(-1, 2), Fraction(1, 4), Fraction(1, 3), *map(Fraction, (4, 5, 6, 8, 10, 20, 50, 100))
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Constraint:
    """``node op 0``."""

    node: Node
    op: str


@dataclass(slots=True)
class Point:
    """Values of the entries of a graph: exact ones, and ones that solve equations."""

    exact: dict[int, Fraction]
    start: dict[int, float]
    equations: tuple[Node, ...] = ()

    @property
    def known(self) -> dict[int, Fraction]:
        """Entries known exactly."""
        return {k: v for k, v in self.exact.items() if k not in self.start}

    def at(self, graph: Graph, count: int) -> list[arb] | None:
        """Balls at the current precision for the first ``count`` entries; None where not proved."""
        solved: dict[int, arb] = {}
        if self.equations:
            found = refine(graph, self.equations, self.exact, self.start, count)
            if found is None:
                return None
            solved = found
        return [
            solved[n.id] if n.id in solved else ball(self.exact.get(n.id, Fraction(1)))
            for n in graph.entries[:count]
        ]


class Contradiction(Exception):
    """The constraints exclude each other."""


class Sampler:
    """Draws points of ``graph`` that satisfy ``constraints``."""

    def __init__(self, graph: Graph, constraints: Sequence[Constraint], rng: Random) -> None:
        self.graph = graph
        self.rng = rng
        self.low: dict[int, tuple[Fraction, bool]] = {}
        self.high: dict[int, tuple[Fraction, bool]] = {}
        #: Solved entry -> (constant, {free entry: coefficient}).
        self.solved: dict[int, tuple[Fraction, dict[int, Fraction]]] = {}
        #: Entry -> a value that all entries of its equation can have.
        self.centre: dict[int, Fraction] = {}
        self.curved: list[Node] = []
        self._held: dict[int, int] = {}
        self.open: list[Constraint] = []
        rows: list[tuple[Fraction, dict[int, Fraction]]] = []
        tied = curved_deps([c.node for c in constraints if c.op == "="])
        for c in dict.fromkeys(constraints):
            self._sort(c, rows, tied)
        signs = Signs(self._bounded)
        if any(not signs.of(c.node) & _BITS[c.op] for c in constraints):
            raise Contradiction
        self._eliminate(rows)
        self.entries = list(graph.entries)
        self._failures = 0

    def bits(self, node: Node) -> int:
        """The signs of a node that the constraints allow, as far as they speak of it alone."""
        return self._held.get(node.id, NEGATIVE | ZERO | POSITIVE) & self._bounded(node)

    def _bounded(self, node: Node) -> int:
        """The signs of an entry that its bounds allow."""
        low, high = self.low.get(node.id), self.high.get(node.id)
        result = NEGATIVE | ZERO | POSITIVE
        if low is not None and low[0] >= 0:
            result &= ~NEGATIVE & ~(ZERO if low[0] > 0 or low[1] else 0)
        if high is not None and high[0] <= 0:
            result &= ~POSITIVE & ~(ZERO if high[0] < 0 or high[1] else 0)
        return result

    def range(self, node: Node) -> arb:
        """A ball that holds an entry at all points: its bounds, or the whole line."""
        low, high = self.low.get(node.id), self.high.get(node.id)
        return ball(low[0]).union(ball(high[0])) if low and high else arb(0, arb("inf"))

    # --- reading constraints ----------------------------------------------------------------------

    def _sort(self, c: Constraint, rows: list[tuple[Fraction, dict[int, Fraction]]], tied: int) -> None:
        node = c.node
        if node.const is not None:
            if not holds_for(_python(c.op), (node.const > 0) - (node.const < 0)):
                raise Contradiction
            return
        factors, offset, terms = linear_parts(node)
        linear = all(t.op == "entry" for t in terms)
        if c.op == "=":
            if linear and not node.deps & tied:
                rows.append((offset, {t.id: f for t, f in zip(terms, factors, strict=True)}))
            else:
                self.curved.append(node)
            return
        self.open.append(c)
        self._hold(node, _BITS[c.op])
        self._hold(self.graph.add([(node, Fraction(-1))]), _opposite(_BITS[c.op]))
        if linear and len(terms) == 1 and c.op != "!=":
            bound = -offset / factors[0]
            below = (c.op in (">", ">=")) == (factors[0] > 0)
            self._bound(terms[0].id, bound, below, strict=len(c.op) == 1)

    def _hold(self, node: Node, bits: int) -> None:
        self._held[node.id] = self._held.get(node.id, NEGATIVE | ZERO | POSITIVE) & bits

    def _bound(self, entry: int, bound: Fraction, below: bool, *, strict: bool) -> None:
        table = self.low if below else self.high
        old = table.get(entry)
        if old is None or (bound == old[0] and strict) or (bound != old[0] and (bound > old[0]) == below):
            table[entry] = (bound, strict)
        low, high = self.low.get(entry), self.high.get(entry)
        if low and high and (low[0] > high[0] or (low[0] == high[0] and (low[1] or high[1]))):
            raise Contradiction

    def _eliminate(self, rows: list[tuple[Fraction, dict[int, Fraction]]]) -> None:
        """Gauss elimination: each row gives one entry in terms of free ones."""
        for offset, full in rows:
            total = sum(full.values(), Fraction(0))
            if total:
                for e in full:
                    self.centre.setdefault(e, -offset / total)
            constant, row = self._substituted(offset, full)
            if not row:
                if constant:
                    raise Contradiction
                continue
            pivot = max(row)
            scale = -1 / row.pop(pivot)
            solution = constant * scale, {e: f * scale for e, f in row.items()}
            for entry, (c, r) in list(self.solved.items()):
                if pivot in r:
                    f = r.pop(pivot)
                    merged = dict(r)
                    for e, v in solution[1].items():
                        merged[e] = merged.get(e, Fraction(0)) + f * v
                    self.solved[entry] = c + f * solution[0], {e: v for e, v in merged.items() if v}
            self.solved[pivot] = solution

    def _substituted(
        self, constant: Fraction, row: Mapping[int, Fraction]
    ) -> tuple[Fraction, dict[int, Fraction]]:
        result: dict[int, Fraction] = {}
        for e, f in row.items():
            if e in self.solved:
                c, r = self.solved[e]
                constant += f * c
                for e2, f2 in r.items():
                    result[e2] = result.get(e2, Fraction(0)) + f * f2
            else:
                result[e] = result.get(e, Fraction(0)) + f
        return constant, {e: f for e, f in result.items() if f}

    # --- drawing ----------------------------------------------------------------------------------

    def draw(self, kind: str, tries: int = 12) -> Point | None:
        """A point whose entries are drawn in one way ('mixed': each tensor in its own); None: none found."""
        for attempt in range(tries):
            if (
                self._failures >= (_HOPELESS // 6 if self.curved else _HOPELESS)
                or self.graph.clock() > self.graph.deadline
            ):
                return None
            ways: dict[str, str] = {}
            exact: dict[int, Fraction] = {}
            for node in self.entries:
                name = node.data[0]
                way = ways.setdefault(name, self.rng.choice(KINDS) if kind == "mixed" else kind)
                exact[node.id] = self._one(node, way, attempt)
            point = self.complete(exact, repair=True)
            if point is not None:
                self._failures = 0
                return point
            self._failures += 1
        return None

    def _one(self, node: Node, way: str, attempt: int) -> Fraction:
        low, high = self.low.get(node.id), self.high.get(node.id)
        centre = self.centre.get(node.id)
        if centre is not None and (low or high) and _inside(centre, low, high):
            width = (Fraction(1, 2), Fraction(9, 10), Fraction(1, 8), Fraction(1, 64))[attempt % 4]
            return centre + (abs(centre) or 1) * width * Fraction(self.rng.randint(-31, 31), 32)
        if low and high:
            part = Fraction(self.rng.randint(1, 63), 64)
            return low[0] + (high[0] - low[0]) * part
        if low:
            return low[0] + self._magnitude(way)
        if high:
            return high[0] - self._magnitude(way)
        if way == "ties":
            return self.rng.choice(_TIES)
        sign = {"positive": 1, "unit": 1, "negative": -1}.get(way) or self.rng.choice((1, -1))
        return sign * self._magnitude(way)

    def _magnitude(self, way: str) -> Fraction:
        match way:
            case "unit":
                return Fraction(self.rng.randint(1, 63), 64)
            case "large":
                return Fraction(self.rng.randint(1, 1500), 128)
            case "small":
                return Fraction(self.rng.randint(1, 64), 1024)
            case "ties":
                return self.rng.choice([abs(v) for v in _TIES if v])
            case _:
                return Fraction(self.rng.randint(1, 96), 32)

    def simple(self, limit: int) -> Iterator[Point]:
        """Points with simple values, the simplest first."""
        free = [n for n in self.entries if n.id not in self.solved]
        choices = [self._choices(n) for n in free]
        for picks in _orders([len(c) for c in choices], limit, self.rng):
            exact = {n.id: c[k] for n, c, k in zip(free, choices, picks, strict=True)}
            point = self.complete(exact, repair=False)
            if point is not None:
                yield point

    def _choices(self, node: Node) -> list[Fraction]:
        low, high = self.low.get(node.id), self.high.get(node.id)
        found = [v for v in SIMPLE if _inside(v, low, high)]
        if low and high:
            found += [low[0] + (high[0] - low[0]) * Fraction(p, 4) for p in (2, 1, 3)]
        elif low:
            found += [low[0] + v for v in (1, Fraction(1, 2), 2)]
        elif high:
            found += [high[0] - v for v in (1, Fraction(1, 2), 2)]
        return list(dict.fromkeys(found))[:8]

    def complete(self, exact: dict[int, Fraction], *, repair: bool) -> Point | None:
        """Solve the equalities, move entries to repair inequalities, check all; None if that fails."""
        for _ in range(10 if repair else 1):
            for entry, (constant, row) in self.solved.items():
                exact[entry] = constant + sum((f * exact[e] for e, f in row.items()), Fraction(0))
            point = Point(exact, {})
            if self.curved:
                start = solve(self.graph, self.curved, exact, set(self.solved), len(self.entries))
                if start is None:
                    return None
                point = Point(exact, start, tuple(self.curved))
            values = point.at(self.graph, len(self.entries))
            if values is None:
                return None
            broken = self._broken(values)
            if broken is None:
                return point
            if not repair or not self._repair(broken, values, exact, point):
                return None
        return None

    def _broken(self, values: list[arb]) -> Constraint | None:
        """An inequality that is not clearly satisfied."""
        run = self._evaluation(values)
        for c in self.open:
            if not _clearly(c.op, run.value(c.node)):
                return c
        return None

    def _evaluation(self, values: list[arb]) -> Evaluation:
        missing = len(self.graph.entries) - len(values)
        return Evaluation(self.graph, [*values, *[arb(1)] * missing])

    def _repair(self, c: Constraint, values: list[arb], exact: dict[int, Fraction], point: Point) -> bool:
        """Move one free entry by a Newton step so that the constraint holds with room."""
        run = self._evaluation(values)
        now = run.value(c.node)
        movable = [
            n
            for n in self.entries
            if c.node.deps & n.deps and n.id not in self.solved and n.id not in point.start
        ]
        self.rng.shuffle(movable)
        room = self._magnitude(self.rng.choice(("generic", "unit")))
        wanted = -room if c.op in ("<", "<=") else room
        if isinstance(now, Poison):
            return False
        for node in movable:
            slope = run.slope(c.node, node)
            if isinstance(slope, Poison) or slope.contains(0):
                continue
            step = (ball(wanted) - now) / slope
            if not abs(step) < 10**9:
                continue
            moved = exact[node.id] + Fraction(round(float(step.mid()) * 64), 64)
            if _inside(moved, self.low.get(node.id), self.high.get(node.id)):
                exact[node.id] = moved
                return True
        return False


def _opposite(bits: int) -> int:
    return bits & ZERO | (NEGATIVE if bits & POSITIVE else 0) | (POSITIVE if bits & NEGATIVE else 0)


def _inside(value: Fraction, low: tuple[Fraction, bool] | None, high: tuple[Fraction, bool] | None) -> bool:
    above = low is None or value > low[0] or (value == low[0] and not low[1])
    return above and (high is None or value < high[0] or (value == high[0] and not high[1]))


def _python(op: str) -> str:
    return "==" if op == "=" else op


def _clearly(op: str, value: Value) -> bool:
    """Whether every number of the ball satisfies ``value op 0``."""
    if isinstance(value, Poison):
        return False
    if op == "!=":
        return not value.contains(0)
    return bool({"<": value < 0, "<=": value <= 0, ">": value > 0, ">=": value >= 0}[op])


def _orders(counts: list[int], limit: int, rng: Random) -> Iterator[tuple[int, ...]]:
    """Choices for each entry: all the first, … the small ones first, at most ``limit`` of them."""
    if not all(counts):
        return
    size = len(counts)
    seen: set[tuple[int, ...]] = set()

    def fresh(picks: Sequence[int]) -> Iterator[tuple[int, ...]]:
        t = tuple(min(p, c - 1) for p, c in zip(picks, counts, strict=True))
        if t not in seen:
            seen.add(t)
            yield t

    for bound in range(max(counts, default=1)):
        yield from fresh([bound] * size)
        if (bound + 1) ** size <= 300:
            grid: list[tuple[int, ...]] = [()]
            for _ in range(size):
                grid = [(*g, k) for g in grid for k in range(bound + 1)]
            for g in sorted(grid, key=lambda g: (sum(g), g)):
                yield from fresh(g)
        else:
            for shift in range(bound + 1):
                yield from fresh([(k + shift) % (bound + 1) for k in range(size)])
            for _ in range(12):
                yield from fresh([rng.randint(0, bound) for _ in range(size)])
        if len(seen) >= limit:
            return

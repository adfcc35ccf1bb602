"""All that one run found, the goals summed up, and the whole as plain data."""

from __future__ import annotations

import platform
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from symderiv.bench.errors import Errors
from symderiv.bench.limits import Limit
from symderiv.bench.rows import Goal, Median
from symderiv.bench.speed import Measured


@dataclass(frozen=True, slots=True)
class Summary:
    """One goal over all shapes it speaks of: the least ratio and where, the median, how many meet it."""

    what: str
    peer: str
    goal: float
    least: float
    where: str
    median: float
    met: int
    shapes: int


@dataclass(slots=True)
class Results:
    """All that one run of ``symderiv bench`` found."""

    versions: dict[str, str]
    absent: dict[str, str]
    speed: list[Measured] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    errors: list[Errors] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)
    medians: list[Median] = field(default_factory=list)

    @property
    def goals(self) -> tuple[int, int]:
        """Met, all: one for each shape and each row of errors, one for each median."""
        summed = self.summaries()
        met, every = sum(s.met for s in summed), sum(s.shapes for s in summed)
        with_goal = [e for e in self.errors if e.goal]
        return met + sum(e.met for e in with_goal), every + len(with_goal)

    def summaries(self) -> list[Summary]:
        """Each goal of the rows, then those for medians."""
        found: dict[tuple[str, str, float], list[tuple[float, str, bool]]] = {}
        for m in self.speed:
            for g in m.goals:
                key = (f"{m.title}, {m.dtype}", g.peer, g.goal)
                found.setdefault(key, []).append((g.ratio, m.place, g.met))
        return [_summary(*key, cells) for key, cells in found.items()] + list(self._medians())

    def _medians(self) -> Iterator[Summary]:
        for median in self.medians:
            for goal in median.goals:
                cells = [
                    (m.times[goal.peer].ratio, f"{m.title} {m.place}")
                    for m in self.speed
                    if m.title in median.titles and goal.peer in m.times and speaks(goal, m)
                ]
                if cells:
                    middle = statistics.median(r for r, _ in cells)
                    what = f"median of {len(cells)}: {median.titles[0]} to {median.titles[-1]}"
                    met = int(round(middle, 2) >= goal.ratio)
                    yield Summary(what, goal.peer, goal.ratio, *min(cells), middle, met, 1)

    def json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "machine": machine(),
            "versions": self.versions,
            "absent": self.absent,
            "limits": [asdict(x) for x in self.limits],
            "speed": [m.json() for m in self.speed],
            "skipped": self.skipped,
            "errors": [e.json() for e in self.errors],
            "summary": [asdict(s) for s in self.summaries()],
            "goals": dict(zip(("met", "all"), self.goals, strict=True)),
        }


def _summary(what: str, peer: str, goal: float, cells: Sequence[tuple[float, str, bool]]) -> Summary:
    least, where, _ = min(cells)
    middle = statistics.median(r for r, _, _ in cells)
    return Summary(what, peer, goal, least, where, middle, sum(m for _, _, m in cells), len(cells))


def speaks(goal: Goal, m: Measured) -> bool:
    """Whether a goal speaks of the shape of ``m``."""
    return goal.holds_for(m.shape, m.axis, m.mebibytes)


def machine() -> str:
    """The machine in general words."""
    return f"one core, {platform.system()} on {platform.machine()}, Python {platform.python_version()}"

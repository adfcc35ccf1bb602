"""Rows and peers -> times and ratios, with copying as many bytes among the contenders."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from symderiv.bench import clock, given
from symderiv.bench.peers import Peer
from symderiv.bench.rows import Row

OURS, COPY = "symderiv", "copy"
#: Two ways of a library give the same numbers as our kernel to this relative accuracy, or the row is wrong.
AGREE = {"float32": 2e-4, "float64": 1e-9}


@dataclass(frozen=True, slots=True)
class Met:
    """A goal at one shape: the ratio that was measured, and whether it is enough."""

    peer: str
    goal: float
    ratio: float

    @property
    def met(self) -> bool:
        """As it will be printed: to two decimals."""
        return round(self.ratio, 2) >= self.goal


@dataclass(slots=True)
class Measured:
    """One row at one shape."""

    title: str
    dtype: str
    shape: tuple[int, ...]
    axis: int
    served: str
    mebibytes: float
    times: dict[str, clock.Timing] = field(default_factory=dict)
    goals: list[Met] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def place(self) -> str:
        """The shape and the axis, for a table."""
        return "x".join(map(str, self.shape)) + (f" axis {self.axis}" if self.axis != -1 else "")

    def json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "title": self.title, "dtype": self.dtype, "shape": list(self.shape), "axis": self.axis,
            "served": self.served, "mebibytes": self.mebibytes, "share_of_copy": self.share_of_copy,
            "times": {n: asdict(t) for n, t in self.times.items()}, "notes": self.notes,
            "goals": [{**asdict(g), "met": g.met} for g in self.goals],
        }  # fmt: skip

    @property
    def share_of_copy(self) -> float | None:
        """How fast our kernel is, where copying the same bytes is 1."""
        return self.times[COPY].ratio if COPY in self.times else None


def measure(
    rows: Sequence[Row],
    shapes: Mapping[str, Sequence[Sequence[int]]],
    peers: Sequence[Peer],
    *,
    budget: float,
    progress: Callable[[str], None] = lambda line: None,
) -> tuple[list[Measured], list[str]]:
    """All rows at all their shapes; and a line for each row that there is no kernel for."""
    found, skipped = [], list[str]()
    for row, dtype, shape in _cases(rows, shapes):
        try:
            measured = _one(row, dtype, tuple(shape), peers, budget)
        except given.Missing as error:
            line = f"{row.title}: {error}"
            if line not in skipped:
                skipped.append(line)
            continue
        found.append(measured)
        ratios = ", ".join(f"{n} {t.ratio:.2f}" for n, t in measured.times.items() if n != OURS)
        progress(
            f"{row.title} {dtype} {measured.shape}: {measured.times[OURS].seconds * 1e6:.4g} us; {ratios}"
        )
    return found, skipped


def _cases(
    rows: Sequence[Row], shapes: Mapping[str, Sequence[Sequence[int]]]
) -> Iterator[tuple[Row, str, Sequence[int]]]:
    for row in rows:
        for dtype, shape in itertools.product(row.dtypes, shapes[row.shapes]):
            yield row, dtype, shape


def _one(row: Row, dtype: str, shape: tuple[int, ...], peers: Sequence[Peer], budget: float) -> Measured:
    case = given.given(row, shape, dtype)
    mebibytes = case.bytes / 2**20
    measured = Measured(row.title, dtype, shape, row.axis, case.served, mebibytes)
    calls: dict[str, clock.Call] = {OURS: case.ours}
    if not row.call:
        calls[COPY] = _copy(case.bytes)
    for peer in peers:
        ways = peer.ways(row.peer, case.arrays, row.axis)
        right = [w for w in ways if _agrees(peer, w, case.ours, dtype)]
        if len(right) < len(ways):
            measured.notes.append(
                f"{peer.name}: {len(ways) - len(right)} of {len(ways)} ways give other numbers"
            )
        if right:
            calls[peer.name] = min(right, key=_quickly) if len(right) > 1 else right[0]
    measured.times = clock.in_turn(calls, budget=budget)
    measured.goals = [
        Met(g.peer, g.ratio, measured.times[g.peer].ratio)
        for g in row.goals
        if g.peer in measured.times and g.holds_for(shape, row.axis, mebibytes)
    ]
    return measured


def _copy(count: int) -> clock.Call:
    """Copying that touches ``count`` bytes, half of them read and half written."""
    source = np.ones(max(count // 2, 1), np.uint8)
    target = np.empty_like(source)
    return lambda: np.copyto(target, source)


def _quickly(way: clock.Call) -> float:
    return min(t.seconds for t in clock.in_turn({"way": way}, budget=0.05, least=3, most=5).values())


def _agrees(peer: Peer, way: clock.Call, ours: clock.Call, dtype: str) -> bool:
    """Whether a peer computes what we compute: a comparison of different things is worth nothing."""
    mine, other = ours(), way()
    pairs = zip(mine, other, strict=True) if isinstance(mine, tuple) else [(mine, other)]
    return all(_close(np.asarray(a), peer.numbers(b), AGREE[dtype]) for a, b in pairs)


def _close(a: Any, b: Any, relative: float) -> bool:
    if a.shape != b.shape or a.dtype != b.dtype:
        return False
    return bool(np.max(np.abs(a - b), initial=0.0) <= relative * np.max(np.abs(a), initial=0.0))

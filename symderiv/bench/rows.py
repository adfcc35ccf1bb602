"""``rows.toml`` read: what is timed, at which shapes, and the goals."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from symderiv.errors import InputError

TABLE = Path(__file__).with_name("rows.toml")


@dataclass(frozen=True, slots=True)
class Goal:
    """Peer's time / ours is to be at least ``ratio``, where the shape is in the bounds."""

    peer: str
    ratio: float
    smallest: int = 0
    largest: int = 1 << 62
    rows: int = 0
    large: float = 0.0

    def holds_for(self, shape: Sequence[int], axis: int, mebibytes: float) -> bool:
        """Whether the goal speaks of this shape."""
        size = shape[axis]
        rows = math.prod(shape) // max(size, 1)
        return self.smallest <= size <= self.largest and rows >= self.rows and mebibytes >= self.large


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is timed, at several shapes; ``call``: without ``out=``, to see what a call costs."""

    title: str
    module: str
    kernels: tuple[str, ...]
    peer: str
    draw: Mapping[str, Any]
    shapes: str
    dtypes: tuple[str, ...]
    goals: tuple[Goal, ...] = ()
    fused: tuple[str, ...] = ()
    shared: frozenset[str] = field(default_factory=frozenset)
    axis: int = -1
    call: bool = False


Shapes: TypeAlias = Mapping[str, Sequence[Sequence[int]]]


@dataclass(frozen=True, slots=True)
class Median:
    """Goals for the median over all shapes of several rows."""

    titles: tuple[str, ...]
    goals: tuple[Goal, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """``rows.toml``: the rows, the shapes of a full and of a quick run, goals for medians."""

    rows: tuple[Row, ...]
    shapes: Shapes
    quick: Shapes
    medians: tuple[Median, ...]


def read() -> Table:
    """The table."""
    found = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    medians = tuple(Median(tuple(m["titles"]), tuple(map(_goal, m["goals"]))) for m in found["median"])
    return Table(tuple(_row(r) for r in found["row"]), found["shapes"], found["quick"], medians)


def choose(rows: Sequence[Row], names: Sequence[str]) -> list[Row]:
    """The rows about the functions ``names``; all, if none is named."""
    known = list(dict.fromkeys(r.module for r in rows))
    for name in names:
        if name not in known:
            raise InputError(
                "unknown-name", f"nothing is timed for '{name[:60]}'; there are {', '.join(known)}"
            )
    return [r for r in rows if not names or r.module in names]


def _row(entry: Mapping[str, Any]) -> Row:
    facts = dict(entry)
    goals = tuple(_goal(g) for g in facts.pop("goals", ()))
    for name in ("kernels", "dtypes", "fused"):
        facts[name] = tuple(facts.get(name, ()))
    facts["shared"] = frozenset(facts.get("shared", ()))
    facts.setdefault("peer", facts["kernels"][0])
    return Row(goals=goals, **facts)


def _goal(entry: Mapping[str, Any]) -> Goal:
    words = {"from": "smallest", "upto": "largest"}
    return Goal(**{words.get(k, k): v for k, v in entry.items()})

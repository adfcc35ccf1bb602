"""Results -> text for a terminal, Markdown, JSON."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from symderiv.bench.errors import Errors
from symderiv.bench.limits import Limit
from symderiv.bench.speed import COPY, OURS, Measured

Table = Callable[[Sequence[str], Sequence[Sequence[str]]], str]


@dataclass(slots=True)
class Results:
    """All that one run of ``symderiv bench`` found."""

    versions: dict[str, str]
    absent: dict[str, str]
    speed: list[Measured] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    errors: list[Errors] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)

    @property
    def goals(self) -> tuple[int, int]:
        """Met, all."""
        marks = [g.met for m in self.speed for g in m.goals] + [e.met for e in self.errors if e.goal]
        return sum(marks), len(marks)

    def json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "machine": machine(),
            "versions": self.versions,
            "absent": self.absent,
            "limits": [
                {"mebibytes": x.mebibytes, "copy_gb_s": x.copy, "write_gb_s": x.write} for x in self.limits
            ],
            "speed": [_speed_json(m) for m in self.speed],
            "skipped": self.skipped,
            "errors": [e.json() for e in self.errors],
            "goals": dict(zip(("met", "all"), self.goals, strict=True)),
        }


def machine() -> str:
    """The machine in general words."""
    return f"one core, {platform.system()} on {platform.machine()}, Python {platform.python_version()}"


def document(results: Results, table: Table, heading: Callable[[str], str]) -> str:
    """The tables one below the other; ``table`` and ``heading`` say how one looks."""
    parts = [f"{machine()}; {', '.join(f'{n} {v}' for n, v in results.versions.items())}."]
    parts += [f"{name}: {why}." for name, why in results.absent.items()]
    for title in dict.fromkeys((m.title, m.dtype) for m in results.speed):
        found = [m for m in results.speed if (m.title, m.dtype) == title]
        parts += [heading(f"{title[0]}, {title[1]}"), table(*_speed_table(found))]
        parts += sorted({n for m in found for n in m.notes})
    if results.skipped:
        parts += [heading("Not timed"), "\n".join(results.skipped)]
    for kind in dict.fromkeys(e.unit for e in results.errors):
        found_errors = [e for e in results.errors if e.unit == kind]
        parts += [heading(f"Worst errors, {kind}"), table(*_errors_table(found_errors))]
    if results.limits:
        rows = [[f"{x.mebibytes:g}", f"{x.copy:.1f}", f"{x.write:.1f}"] for x in results.limits]
        parts += [heading("Bandwidth of this core"), table(["MiB", "copy GB/s", "write GB/s"], rows)]
    met, every = results.goals
    parts.append(f"{met} of {every} goals met.")
    return "\n\n".join(parts)


def seconds(value: float) -> str:
    """A time in the unit that suits it."""
    for unit, size in (("ns", 1e-9), ("us", 1e-6), ("ms", 1e-3)):
        if value < 1000 * size:
            return f"{value / size:.3g} {unit}"
    return f"{value:.3g} s"


def _peers(found: Sequence[Measured]) -> list[str]:
    return list(dict.fromkeys(n for m in found for n in m.times if n not in (OURS, COPY)))


def _speed_table(found: Sequence[Measured]) -> tuple[list[str], list[list[str]]]:
    peers = _peers(found)
    rows = []
    for m in found:
        ratios = [f"{m.times[p].ratio:.2f}" if p in m.times else "-" for p in peers]
        share = f"{m.share_of_copy:.2f}" if m.share_of_copy is not None else "-"
        where = "x".join(map(str, m.shape)) + (f" axis {m.axis}" if m.axis != -1 else "")
        ours = seconds(m.times[OURS].seconds) + ("" if m.served == "compiled" else f" ({m.served})")
        rows.append([where, ours, *ratios, share, _goals(m)])
    return ["shape", "ours", *(f"{p}/ours" for p in peers), "of copy", "goals"], rows


def _goals(m: Measured) -> str:
    return ", ".join(f"{g.peer} >= {g.goal:g} {'met' if g.met else 'MISSED'}" for g in m.goals) or "-"


def _errors_table(found: Sequence[Errors]) -> tuple[list[str], list[list[str]]]:
    names = list(dict.fromkeys(n for e in found for n in e.worst))
    rows = []
    for e in found:
        cells = [_figure(e.worst[n]) if n in e.worst else "-" for n in names]
        goal = f"<= {e.goal:g} {'met' if e.met else 'MISSED'}" if e.goal else "-"
        rows.append([e.title, e.dtype, str(e.entries), *cells, goal])
    return ["inputs", "dtype", "entries", *names, "goal"], rows


def _figure(value: float) -> str:
    return f"{value:.2g}" if value < 10 or value >= 1000 else f"{value:.0f}"


def _speed_json(m: Measured) -> dict[str, Any]:
    return {
        "title": m.title, "dtype": m.dtype, "shape": list(m.shape), "axis": m.axis, "served": m.served,
        "mebibytes": m.mebibytes, "share_of_copy": m.share_of_copy, "notes": m.notes,
        "times": {n: asdict(t) for n, t in m.times.items()},
        "goals": [{"peer": g.peer, "goal": g.goal, "ratio": g.ratio, "met": g.met} for g in m.goals],
    }  # fmt: skip

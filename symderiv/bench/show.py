"""Results -> tables of text, for a terminal or a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symderiv.bench.errors import Errors
from symderiv.bench.results import Results, machine
from symderiv.bench.speed import COPY, OURS, Measured

Table = Callable[[Sequence[str], Sequence[Sequence[str]]], str]
Tables = tuple[list[str], list[list[str]]]


def document(results: Results, table: Table, heading: Callable[[str], str]) -> str:
    """The tables one below the other; ``table`` and ``heading`` say how one looks."""
    parts = [f"{machine()}; {', '.join(f'{n} {v}' for n, v in results.versions.items())}."]
    parts += [f"{name}: {why}." for name, why in results.absent.items()]
    for title in dict.fromkeys((m.title, m.dtype) for m in results.speed):
        found = [m for m in results.speed if (m.title, m.dtype) == title]
        parts += [heading(f"{title[0]}, {title[1]}"), table(*_speed(found))]
        parts += sorted({n for m in found for n in m.notes})
    if results.skipped:
        parts += [heading("Not timed"), "\n".join(f"* {line}" for line in results.skipped)]
    for kind in dict.fromkeys(e.unit for e in results.errors):
        parts += [
            heading(f"Worst errors, in units of {kind}"),
            table(*_errors([e for e in results.errors if e.unit == kind])),
        ]
    if results.limits:
        rows = [[f"{x.mebibytes:g}", f"{x.copy:.1f}", f"{x.write:.1f}"] for x in results.limits]
        parts += [heading("Bandwidth of this core"), table(["MiB", "copy GB/s", "write GB/s"], rows)]
    if summaries := results.summaries():
        rows = [
            [
                s.what,
                s.peer,
                f"{s.goal:g}",
                f"{s.least:.2f}",
                s.where,
                f"{s.median:.2f}",
                f"{s.met} of {s.shapes}",
            ]
            for s in summaries
        ]
        head = ["goals for ratios", "peer", "goal", "least", "at", "median", "met"]
        parts += [heading("Goals for ratios"), table(head, rows)]
    met, every = results.goals
    parts.append(f"{met} of {every} goals met.")
    return "\n\n".join(parts)


def seconds(value: float) -> str:
    """A time in the unit that suits it."""
    for unit, size in (("ns", 1e-9), ("us", 1e-6), ("ms", 1e-3)):
        if value < 999.5 * size:
            return f"{value / size:.3g} {unit}"
    return f"{value:.3g} s"


def _speed(found: Sequence[Measured]) -> Tables:
    names = [n for n in dict.fromkeys(n for m in found for n in m.times) if n != OURS]
    names.sort(key=lambda n: n == COPY)
    rows = []
    for m in found:
        ours = seconds(m.times[OURS].seconds) + ("" if m.served == "compiled" else f" ({m.served})")
        rows.append([m.place, ours, *(_ratio(m, n) for n in names)])
    return ["shape", "ours", *(f"{n}/ours" for n in names)], rows


def _ratio(m: Measured, peer: str) -> str:
    """The ratio, and the goal beside it."""
    if peer not in m.times:
        return "-"
    shown = f"{m.times[peer].ratio:.2f}"
    goal = next((g for g in m.goals if g.peer == peer), None)
    if goal is None:
        return shown
    return f"{shown} >= {goal.goal:g}" if goal.met else f"{shown} < {goal.goal:g} MISSED"


def _errors(found: Sequence[Errors]) -> Tables:
    names = list(dict.fromkeys(n for e in found for n in e.worst))
    rows = []
    for e in found:
        goal = (f"<= {e.goal:g}" + ("" if e.met else " MISSED")) if e.goal else "-"
        cells = [figure(e.worst[n]) if n in e.worst else "-" for n in names]
        rows.append([e.title, e.dtype, str(e.entries), cells[0], goal, *cells[1:]])
    return ["logits", "dtype", "entries", names[0], "goal", *names[1:]], rows


def figure(value: float) -> str:
    """An error, with two digits."""
    return f"{value:.2g}" if value < 10 or value >= 1000 else f"{value:.0f}"

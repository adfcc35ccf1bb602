"""A small SVG writer: points on a logarithmic axis, one line for each thing, in groups."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

COLOURS = ("#d1495b", "#2e86ab", "#e8a33d", "#6a4c93", "#5b8c5a", "#8d99ae")
SPACE = "http://www.w3.org/2000/svg"
LEFT, RIGHT, STEP, TOP = 190, 20, 15, 52
TEXT = (
    'font-family="sans-serif" font-size="{size}" fill="{fill}" text-anchor="{anchor}" font-weight="{weight}"'
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a plot: values by series, and marks where a series ought to be at least."""

    label: str
    values: Mapping[str, float]
    goals: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under one heading."""

    title: str
    lines: Sequence[Line]


def dots(groups: Sequence[Group], title: str, *, low: float, high: float, width: int = 760) -> str:
    """The plot. Values outside of ``low`` to ``high`` are drawn at the edge, as triangles."""
    series = list(dict.fromkeys(n for g in groups for line in g.lines for n in line.values))
    colours = {n: COLOURS[k % len(COLOURS)] for k, n in enumerate(series)}
    height = TOP + sum((len(g.lines) + 2) * STEP for g in groups) + 24
    across = _Axis(low, high, LEFT, width - RIGHT)
    parts = [
        f'<svg xmlns="{SPACE}" width="{width}" height="{height}" viewBox="0 0 {width} {height}">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        _text(12, 20, title, size=13),
        *_legend(colours),
        *_grid(across, height - 24),
    ]
    y = float(TOP)
    for group in groups:
        y += 1.5 * STEP
        parts.append(_text(12, y, group.title, size=11, weight="bold"))
        for line in group.lines:
            y += STEP
            parts += [
                _text(LEFT - 10, y + 3, line.label, size=10, anchor="end"),
                *_line(line, across, y, colours),
            ]
        y += STEP / 2
    return "\n".join([*parts, "</svg>", ""])


@dataclass(frozen=True, slots=True)
class _Axis:
    low: float
    high: float
    left: float
    right: float

    def at(self, value: float) -> float:
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)

    def ticks(self) -> Iterator[float]:
        for power in range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1):
            for digit in (1, 2, 5) if self.high / self.low < 1e4 else (1,):
                if self.low <= digit * 10.0**power <= self.high:
                    yield digit * 10.0**power


def _line(line: Line, across: _Axis, y: float, colours: Mapping[str, str]) -> Iterator[str]:
    for name, goal in line.goals.items():
        x = across.at(goal)
        yield f'<path d="M{x:.1f} {y - 5:g}v10" stroke="{colours[name]}" stroke-width="1.5" opacity="0.6"/>'
    for name, value in line.values.items():
        x, fill = across.at(value), colours[name]
        if value < across.low:
            yield f'<path d="M{x - 4:.1f} {y:g}l6 -4v8z" fill="{fill}"/>'
        elif value > across.high:
            yield f'<path d="M{x + 4:.1f} {y:g}l-6 -4v8z" fill="{fill}"/>'
        else:
            yield f'<circle cx="{x:.1f}" cy="{y:g}" r="3.2" fill="{fill}"/>'


def _legend(colours: Mapping[str, str]) -> Iterator[str]:
    x = float(LEFT)
    for name, fill in colours.items():
        yield f'<circle cx="{x:g}" cy="36" r="4" fill="{fill}"/>'
        yield _text(x + 8, 40, name, size=11)
        x += 24 + 7 * len(name)


def _grid(across: _Axis, bottom: float) -> Iterator[str]:
    for tick in across.ticks():
        x = across.at(tick)
        stroke = "#444" if tick == 1 else "#e4e4e4"
        yield f'<path d="M{x:.1f} {TOP}V{bottom:g}" stroke="{stroke}"/>'
        yield _text(x, bottom + 14, f"{tick:g}", size=9, anchor="middle")


def _text(x: float, y: float, text: str, *, size: int, anchor: str = "start", weight: str = "normal") -> str:
    style = TEXT.format(size=size, fill="#222", anchor=anchor, weight=weight)
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{escape(text)}</text>'

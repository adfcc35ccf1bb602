"""Pictures: the Jacobian at an example as a map of colours, a function and its slope, errors against sizes.

What is drawn of a derivative is computed from the definition in ball arithmetic, never from the closed form,
so a picture shows what the derivative is and not what a line above says; being exact, it is the same on every
machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, ctx

from symderiv.definitions import Assumption, Function
from symderiv.derive.steps import Derivation
from symderiv.errors import InputError
from symderiv.explain.blocks import Picture, Word
from symderiv.lower.arithmetic import COMPARE
from symderiv.lower.products import elementwise
from symderiv.notation.show import text
from symderiv.run import reference
from symderiv.terms import ZERO, Delta, Entry, Mul, Num, Reduce, free_indices

#: Rows and columns of a map at most; points of a curve, and how far it goes.
_SIZE, _POINTS, _REACH = 6, 97, 4
#: An example's entries: spread, no two alike, of both signs.
_ENTRIES = [Fraction(n, 10) for n in (12, -5, 3, 20, -14, 8)]
#: Numbers of indices of output and input whose derivative is drawn: it is a matrix, or one row.
_DRAWN = {(1, 1), (0, 1), (0, 2)}
_FONT = 'font-family="system-ui, sans-serif"'


def pictures_of(d: Derivation) -> list[Picture]:
    """The pictures of one derivative; none where there is nothing to look at."""
    function = d.function
    try:
        with ctx.workprec(256):
            scalar = elementwise(function)
            if scalar is not None and len(function.inputs) == 1:
                return [_curve(scalar, d)] if not function.assumptions else []
            if (len(d.output.indices), len(d.target.indices)) in _DRAWN and not _trivial(d):
                arrays = _example(function)
                if all(_holds(a, arrays) for a in function.assumptions):
                    return [_map(d, arrays)]
    except (InputError, ArithmeticError, ValueError):
        return []
    return []


def _trivial(d: Derivation) -> bool:
    """Whether every entry off the diagonal is 0, or nothing but the input itself stands there."""
    factors = d.result.factors if isinstance(d.result, Mul) else (d.result,)
    return any(isinstance(f, Delta) for f in factors) or isinstance(d.result, Entry)


# --- a map of colours -----------------------------------------------------------------------------


def _map(d: Derivation, arrays: dict[str, Any]) -> Picture:
    function = d.function
    found = np.atleast_2d(reference.jacobian(function, d.target.name, arrays))
    rows = [[float(v.mid()) for v in row] for row in found]
    names = [d.target.name, *(n for n in arrays if n != d.target.name)]
    scalar = not d.output.indices
    words: list[Word] = [f"The {'gradient' if scalar else 'Jacobian'} at "]
    for name in names:
        value = arrays[name]
        if not (isinstance(value, list) and isinstance(value[0], list)):
            shown = f"({', '.join(f'{v:g}' for v in value)})" if isinstance(value, list) else f"{value:g}"
            words += [", " if name != d.target.name else "", Entry(name), f" = {shown}"]
    larger = [n for n in names if isinstance(arrays[n], list) and isinstance(arrays[n][0], list)]
    for n, name in enumerate(larger):
        words += [" and " if n else ", with numbers like these in ", Entry(name)]
    told = ": a cell is an entry of the input." if scalar else ": rows are outputs, columns inputs."
    return Picture(_grid(rows), (*words, told))


def _example(function: Function) -> dict[str, Any]:
    """Values of every input: a row of numbers, and the same turned on for what has more axes; positive, or
    with a sum, where simple assumptions say so."""
    arrays: dict[str, Any] = {}
    for n, (name, axes) in enumerate(function.inputs.items()):
        arrays[name] = _filled(len(axes), n)
    for a in function.assumptions:
        match (a.op, a.left, a.right):
            case (">" | ">=", Entry(name, (_, *_)), right) if right == ZERO:
                arrays[name] = _positive(arrays[name])
            case ("=", Reduce("sum", (_,), Entry(name, (_,))), Num(value)):
                arrays[name] = _shares(_positive(arrays[name]), float(value))
    return arrays


def _positive(values: Any) -> Any:
    return [_positive(v) for v in values] if isinstance(values, list) else abs(values)


def _shares(values: list[float], total: float) -> list[float]:
    """Positive numbers of this sum, exactly: 64ths of it."""
    parts = [int(64 * v / sum(values)) for v in values]
    return [total * n / 64 for n in (*parts[:-1], 64 - sum(parts[:-1]))]


def _holds(a: Assumption, arrays: dict[str, Any]) -> bool:
    """Whether the example meets an assumption at all its letters."""
    letters = sorted(free_indices(a.left) | free_indices(a.right))
    sizes = {i.dim: _SIZE for i in letters}
    left, right = (reference.evaluate(t, {}, arrays, letters, sizes=sizes).flat for t in (a.left, a.right))
    met = COMPARE["==" if a.op == "=" else a.op]
    return all(met(one, two) for one, two in zip(left, right, strict=True))


def _filled(axes: int, turn: int) -> Any:
    if axes == 0:
        return 1.0
    if axes == 1:
        return [float(_ENTRIES[(k + 2 * turn) % _SIZE]) for k in range(_SIZE)]
    return [_filled(axes - 1, turn + k) for k in range(_SIZE)]


def _grid(rows: Sequence[Sequence[float]]) -> str:
    """Cells with their numbers, blue below 0 and orange above; the colour's strength is the size."""
    cell = 58
    most = max((abs(v) for row in rows for v in row), default=0.0) or 1.0
    out = []
    for j, row in enumerate(rows):
        for i, v in enumerate(row):
            hue = "#c05621" if v > 0 else "#2b6cb0"
            strength = round(0.06 + 0.8 * (abs(v) / most) ** 0.6, 2) if v else 0
            x, y = i * cell, j * cell
            ink = "#fff" if strength > 0.65 else "currentColor"
            out.append(
                f'<rect x="{x}" y="{y}" width="{cell - 2}" height="{cell - 2}" rx="3" fill="{hue}" '
                f'fill-opacity="{strength}" stroke="currentColor" stroke-opacity="0.15"/>'
                f'<text x="{x + cell // 2 - 1}" y="{y + cell // 2 + 4}" text-anchor="middle" fill="{ink}">'
                f"{_number(v)}</text>"
            )
    wide, high = len(rows[0]) * cell, len(rows) * cell
    return _svg(wide, high, "".join(out), size=13)


def _number(v: float) -> str:
    return f"{v:.3f}".replace("-", "−") if v else "0"


# --- a curve --------------------------------------------------------------------------------------


def _curve(scalar: Function, d: Derivation) -> Picture:
    (name,) = scalar.inputs
    xs = [-_REACH + 2 * _REACH * n / (_POINTS - 1) for n in range(_POINTS)]
    values = [_at(reference.value(scalar, {name: x})) for x in xs]
    slopes = [_at(reference.jacobian(scalar, name, {name: x})) for x in xs]
    out = text(Entry(d.output.name))
    svg = _plot(xs, [(out, "#2b6cb0", values), (f"{out}′", "#c05621", slopes)])
    return Picture(
        svg,
        (Entry(d.output.name), " (blue) and its derivative by ", Entry(name), " (orange), at each entry."),
    )


def _at(found: Any) -> float | None:
    value: arb = found.item()
    return None if value.is_nan() else float(value.mid())


def _plot(xs: Sequence[float], curves: Sequence[tuple[str, str, Sequence[float | None]]]) -> str:
    wide, high, edge = 560, 260, 28
    known = [v for _, _, ys in curves for v in ys if v is not None]
    low, top = min(0.0, *known), max(0.0, *known)
    pad = 0.06 * (top - low or 1.0)
    low, top = low - pad, top + pad

    def px(x: float) -> float:
        return round(edge + (x - xs[0]) / (xs[-1] - xs[0]) * (wide - 2 * edge), 1)

    def py(y: float) -> float:
        return round(high - edge - (y - low) / (top - low) * (high - 2 * edge), 1)

    axis = 'stroke="currentColor" stroke-opacity="0.35"'
    out = [f'<line x1="{px(xs[0])}" y1="{py(0)}" x2="{px(xs[-1])}" y2="{py(0)}" {axis}/>',
           f'<line x1="{px(0)}" y1="{py(low)}" x2="{px(0)}" y2="{py(top)}" {axis}/>']  # fmt: skip
    for tick in range(-_REACH, _REACH + 1, 2):
        if tick:
            out.append(f'<text x="{px(tick)}" y="{py(0) + 14}" text-anchor="middle" fill="currentColor" '
                       f'fill-opacity="0.65">{str(tick).replace("-", "−")}</text>')  # fmt: skip
    for mark in (v for v in (-2, -1, -0.5, 0.5, 1, 2, 4) if low <= v <= top and abs(v) >= (top - low) / 9):
        out.append(f'<text x="{px(0) - 6}" y="{py(mark) + 4}" text-anchor="end" fill="currentColor" '
                   f'fill-opacity="0.65">{str(mark).replace("-", "−")}</text>')  # fmt: skip
    for label, hue, ys in curves:
        points = [f"{px(x)},{py(y)}" for x, y in zip(xs, ys, strict=True) if y is not None]
        out.append(f'<polyline points="{" ".join(points)}" fill="none" stroke="{hue}" stroke-width="2">'
                   f"<title>{label}</title></polyline>")  # fmt: skip
    return _svg(wide, high, "".join(out), size=11)


# --- errors ---------------------------------------------------------------------------------------

#: All bits of a double are lost from here on.
_BITS = 53
_LOST = {0: "exact", 10: "10³ ulp", 20: "10⁶ ulp", 40: "10¹² ulp", _BITS: "no digit"}


def errors_picture(
    scales: Sequence[float], curves: Sequence[tuple[str, str, Sequence[float]]], says: Sequence[Word]
) -> Picture:
    """Bits lost against the size of the inputs, a line for each way to compute: label, colour, bits."""
    wide, high, left, edge = 560, 230, 96, 28

    def px(n: int) -> float:
        return round(left + n / max(len(scales) - 1, 1) * (wide - left - edge), 1)

    def py(bits: float) -> float:
        return round(high - edge - min(bits, _BITS) / _BITS * (high - 2 * edge), 1)

    ink = 'fill="currentColor" fill-opacity="0.65"'
    out = []
    for bits, label in _LOST.items():
        y = py(bits)
        out.append(f'<line x1="{left}" y1="{y}" x2="{wide - edge}" y2="{y}" stroke="currentColor" '
                   f'stroke-opacity="0.2"/><text x="{left - 10}" y="{y + 4}" text-anchor="end" {ink}>'
                   f"{label}</text>")  # fmt: skip
    for n, scale in enumerate(scales):
        out.append(f'<text x="{px(n)}" y="{high - 8}" text-anchor="middle" {ink}>{scale:g}</text>')
    for label, hue, lost in curves:
        points = " ".join(f"{px(n)},{py(bits)}" for n, bits in enumerate(lost))
        dots = "".join(f'<circle cx="{px(n)}" cy="{py(b)}" r="3" fill="{hue}"/>' for n, b in enumerate(lost))
        out.append(f'<polyline points="{points}" fill="none" stroke="{hue}" stroke-width="2">'
                   f"<title>{label}</title></polyline>{dots}")  # fmt: skip
    return Picture(_svg(wide, high, "".join(out), size=11), tuple(says))


def _svg(wide: int, high: int, inside: str, size: int) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}" '
        f'role="img" {_FONT} font-size="{size}">{inside}</svg>'
    )

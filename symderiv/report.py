"""Results as text for a terminal: verdicts and tables.  Plain ASCII; colour only on a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symderiv.verify.claims import Result
    from symderiv.verify.verdict import Verdict

_COLOURS = {
    "proved": 32, "confirmed": 32, "unrefuted": 32, "refuted": 31, "undecided": 33,
}  # fmt: skip


def paint(word: str) -> str:
    """``word`` in its colour where the output is a terminal that wants colour."""
    code = _COLOURS.get(word.split()[0])
    if code is None or os.environ.get("NO_COLOR") or not sys.stdout.isatty():
        return word
    return f"\x1b[{code}m{word}\x1b[0m"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell."""
    widths = [max(len(str(r[n])) for r in (header, *rows)) for n in range(len(header))]
    lines = [header, ["-" * w for w in widths], *rows]
    return "\n".join(
        "  ".join(str(cell).ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def verdict_text(result: Result) -> str:
    """One claim's verdict with what each checker said."""
    from symderiv.verify.claims import SHOWN

    lines = [f"{result.function}: {result.claim}"]
    scope = " for every size" if result.word == "proved" else ""
    dims = f"   dimensions: {result.dimensions}" if result.dimensions else ""
    lines.append(f"  {paint(result.word)}{scope}{dims}")
    for name in SHOWN:
        if name in result.checkers:
            lines.append(f"    {name:<10} {_checker_text(result.checkers[name])}")
    if result.reason:
        lines.append(f"    note: {result.reason}")
    if result.word == "proved":
        lines.append(f"    side conditions: {'; '.join(result.conditions) or 'none'}")
    if result.witness:
        lines.extend(f"    {line}" for line in witness_lines(result.witness))
    return "\n".join(lines)


def _checker_text(verdict: Verdict) -> str:
    word = paint(f"{verdict.word:<10}")
    seconds = f"{verdict.seconds * 1e3:8.1f} ms"
    notes = []
    if verdict.instances and verdict.word == "unrefuted":
        notes.append(f"{verdict.instances} instances")
    if any(verdict.sizes):
        notes.append(sizes_text(verdict.sizes))
    if verdict.reason and verdict.word != "refuted":
        notes.append(verdict.reason)
    return f"{word} {seconds}  {'; '.join(notes)}".rstrip()


def sizes_text(sizes: Sequence[dict[str, int]]) -> str:
    """The sizes looked at: all values of one dimension, or a count of tuples."""
    dims = sorted({d for s in sizes for d in s})
    if not dims:
        return ""
    if len(dims) == 1:
        values = sorted({s[dims[0]] for s in sizes})
        return f"size[{dims[0]}] = {', '.join(map(str, values))}"
    distinct = {tuple(sorted(s.items())) for s in sizes}
    top = {d: max(s.get(d, 1) for s in sizes) for d in dims}
    return f"{len(distinct)} tuples of sizes up to {', '.join(f'{d}={n}' for d, n in top.items())}"


def witness_lines(witness: Any) -> list[str]:
    """A counterexample, readable."""
    lines = []
    if witness.sizes:
        lines.append("at " + ", ".join(f"size[{d}] = {n}" for d, n in witness.sizes.items()))
    if witness.letters:
        lines.append("for " + ", ".join(f"{k} = {n}" for k, n in witness.letters.items()))
    for name, value in witness.values.items():
        lines.append(f"    {name} = {_plain(value)}")
    lines.append(f"left  = {witness.left}")
    lines.append(f"right = {witness.right}")
    lines.append(f"left - right = {witness.difference}")
    return lines


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_plain(v) for v in value) + "]"
    return str(value)


__all__ = ["paint", "sizes_text", "table", "verdict_text", "witness_lines"]

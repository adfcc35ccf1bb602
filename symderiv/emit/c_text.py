"""C functions as lines: bodies in the making, long heads and calls broken, values in the notation."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field

from symderiv.lower.passes import SHIFTED
from symderiv.notation.show import text
from symderiv.terms import Call, Term, add, map_children, neg


@dataclass(frozen=True)
class CFunction:
    """One C function: comment lines, head, body."""

    comment: tuple[str, ...]
    head: str
    lines: tuple[tuple[int, str], ...]


@dataclass
class Body:
    """Lines in the making."""

    lines: list[tuple[int, str]] = field(default_factory=list)
    depth: int = 0

    def add(self, *lines: str) -> None:
        self.lines += [(self.depth, line) for line in lines]

    def open(self, line: str) -> None:
        self.add(line)
        self.depth += 1

    def close(self, end: str = "") -> None:
        self.depth -= 1
        self.add("}" + end)


def shown_as(term: Term) -> str:
    """A value in the notation: a shifted exp as what it stands for."""

    def visit(t: Term) -> Term:
        if isinstance(t, Call) and t.function == SHIFTED:
            return Call("exp", (add(t.args[0], neg(t.args[1])),))
        return map_children(t, visit)

    shown = text(visit(term))
    scaled = isinstance(term, Call) and term.function == SHIFTED and len(term.args) == 2
    return f"{shown}/w" if scaled else shown


def head_of(start: str, parameters: Sequence[str]) -> str:
    whole = f"{start}{', '.join(parameters)}) {{"
    if len(whole) <= 118:
        return whole
    lines = textwrap.wrap(", ".join(p.replace(" ", "~") for p in parameters), 112, break_long_words=False)
    return start + "\n    " + "\n    ".join(lines).replace("~", " ") + ") {"


def wrapped_call(line: str) -> list[str]:
    """A long call over several lines."""
    if len(line) <= 108:
        return [line]
    indent = len(line) - len(line.lstrip())
    lines = textwrap.wrap(
        line.strip(), 104 - indent, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
    )
    return [" " * indent + x for x in lines]

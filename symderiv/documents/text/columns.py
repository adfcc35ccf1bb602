"""Columns of a row that hold equations of their own: ``u &= x^2 & v &= x^3``, or a remark.

Input: the tokens of one row.  Output: these with a space before each such column, and where these begin.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from symderiv.documents.text.asides import is_remark
from symderiv.documents.text.latex import Token
from symderiv.documents.text.marks import split_top


@dataclass(frozen=True, slots=True)
class Column:
    """Where it begins, its number, and whether it is a remark: it is not aligned, as what it is beside is."""

    at: int
    number: int
    aside: bool


def in_columns(
    tokens: list[Token], relations: Callable[[Sequence[Token]], list[int]]
) -> tuple[list[Token], list[Column]]:
    """The tokens without the signs that part columns, and where columns of their own begin; ``relations``:
    where the relations of tokens stand."""
    cells = split_top(tokens, lambda t: t.kind == "newline" or (t.kind == "sym" and t.text == "&"))
    shown: list[Token] = []
    starts: list[Column] = []
    own: list[Token] = []  # of the column so far
    empty = False
    aligned = any(relations(c[:1]) for c in cells[1:2])
    for n, cell in enumerate(cells):
        rest = [c for c in cells[n + 1 :] if any(t.kind != "quad" for t in c)]
        beside = bool(own) and _begins_anew(own, cell, rest[0] if rest else [], relations)
        if shown and (not cell or (n and is_remark(cell)) or beside):
            shown.append(Token("quad", "quad", shown[-1].at))
        if cell and (beside or (empty and n > 1)):  # "&&" leaves a column out
            aside = aligned and beside and bool(relations([t for t in cell if t.kind != "quad"]))
            starts.append(Column(cell[0].at, len(starts) + 1, aside))
            own = []
        empty = n > 0 and not cell
        own += [t for t in cell if t.kind != "quad"]
        shown += cell
    return shown, starts


def with_factors(tokens: list[Token], relations: Callable[[Sequence[Token]], list[int]]) -> list[Token]:
    """The tokens without a space before a bracket that is a factor: ``y \\quad (1 - y)``."""
    made: list[Token] = []
    for n, t in enumerate(tokens):
        behind = tokens[n + 1 :]
        before = made[-1] if made else None
        if t.kind == "quad" and behind and behind[0].text == "(" and before is not None:
            inner = _inside(behind)
            signs = any(x.text in ("+", "-") for x in inner)
            words = any(x.kind == "word" and " " in x.text for x in inner)
            ends = before.text in (")", "]", "}") or before.kind == "letter"
            if ends and signs and not words and not relations(inner):
                continue
        made.append(t)
    return made


def _inside(tokens: Sequence[Token]) -> list[Token]:
    """What the bracket holds that opens first; nothing where it does not close."""
    depth = 0
    for n, t in enumerate(tokens):
        depth += {"(": 1, ")": -1}.get(t.text, 0)
        if not depth:
            return list(tokens[1:n])
    return []


def _begins_anew(
    before: Sequence[Token], cell: Sequence[Token], behind: Sequence[Token],
    relations: Callable[[Sequence[Token]], list[int]],
) -> bool:  # fmt: skip
    """Whether a column begins another equation: the one before it has a relation and both sides, and the
    sign of its own stands in it, or first in the next one."""
    cuts = relations(before)
    inner = [t for t in cell if t.kind != "quad"]
    if not cuts or not inner or cuts[-1] == len(before) - 1 or inner[0].text in ("+", "-", "cdot", "times"):
        return False
    own = relations(inner)
    if own:
        return own[0] > 0
    return relations([t for t in behind if t.kind != "quad"])[:1] == [0]

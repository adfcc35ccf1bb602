"""Rows of cases with a condition of two signs: ``-1 \\leq x < 1``.

Input: the values with their conditions.  Output: cases with one sign each, decided in order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from symderiv.documents.text.latex import Token
from symderiv.documents.text.marks import split_top
from symderiv.documents.text.syntax import Cases, Condition, Node

#: What stands between two conditions, which are no such one.
JOINED = re.compile(r"\b(?:and|or|und|oder|et|ou|y|o|e)\b|且|或|和")
#: A value and what is said of it: nothing, a condition, or two that hold both.
Case = tuple[Node, tuple[Condition, ...]]


def between(
    tokens: Sequence[Token], comparison: Callable[[list[Token]], Condition | None]
) -> tuple[Condition, ...] | None:
    """The two conditions of ``a < x < b``."""
    parts = split_top(tokens, lambda t: t.text in ("<", ">", "leq", "geq"))
    if len(parts) != 3 or not all(parts):
        return None
    first = comparison(list(tokens[: -len(parts[2]) - 1]))
    second = comparison(list(tokens[len(parts[0]) + 1 :]))
    if first is None or second is None or first.op[0] != second.op[0]:
        return None
    return first, second


def in_order(rows: Sequence[Case]) -> Cases:
    """Cases in which each row has one condition at most: of two, that which no row before it decides."""
    made: tuple[tuple[Node, Condition | None], ...] = ()
    for n, (value, said) in reversed(list(enumerate(rows))):
        before = [_ends(c[0]) for _, c in rows[:n] if len(c) == 1]
        left = [c for c in said if _ends(c)[::-1] not in before] or list(said[:1])
        inner = Cases(((value, left[1]), *made), at=value.at, end=value.end) if left[1:] and made else value
        made = ((inner, left[0] if left else None), *made)
    return Cases(made)


def _ends(c: Condition) -> tuple[object, object]:
    """The smaller and the greater side."""
    return (c.left, c.right) if c.op[0] == "<" else (c.right, c.left)

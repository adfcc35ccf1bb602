"""Choices between values, with what holds where both are equal given to the other branch.

A derivative of ``max(a, b)`` that is worked out has the form ``where(a > b, x, y)``; where a is b it has no
value, so that ``where(b > a, y, x)`` says as much.
"""

from __future__ import annotations

import re

from symderiv.documents.text.syntax import Apply, Fn, Node
from symderiv.documents.text.vocabulary import BUILTIN

_CHOICE = re.compile(r"\bwhere\(")
_ORDER = re.compile(r"(.*\S)\s*([<>])\s*(\S.*)", re.DOTALL)


def has_kink(node: Node) -> bool:
    """Whether a function here has no derivative where two values are equal."""
    if isinstance(node, Apply):
        return BUILTIN.get(node.head.base, "").startswith("max(")
    return isinstance(node, Fn) and node.name in ("max", "min")


def turned(text: str) -> str:
    """``text`` with all its choices by a strict order turned around."""
    made, at = "", 0
    while (m := _CHOICE.search(text, at)) is not None:
        parts, end = _parts(text, m.end())
        inner = [turned(p) for p in parts]
        order = _ORDER.fullmatch(inner[0]) if len(inner) == 3 else None
        if order is not None and not re.search(r"[<>]", order[1] + order[3]):
            inner = [f"{order[3]} {order[2]} {order[1]}", inner[2], inner[1]]
        made += f"{text[at : m.start()]}where({', '.join(x.strip() for x in inner)})"
        at = end
    return made + text[at:]


def _parts(text: str, start: int) -> tuple[list[str], int]:
    """The arguments of a bracket that is open at ``start``, and where the text goes on behind it."""
    parts, depth, last = [], 0, start
    for n in range(start, len(text)):
        depth += (text[n] in "([") - (text[n] in ")]")
        if depth < 0 or (not depth and text[n] == ","):
            parts.append(text[last:n])
            last = n + 1
        if depth < 0:
            return parts, n + 1
    return [text[start:]], len(text)

"""The signs that relate the sides of a row, and the arrows between statements.

Input: the tokens of a row, or of a part of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from symderiv.documents.text.latex import Token

#: Relations that chain.
RELATIONS = {
    "=": "=", "equiv": "=", "coloneq": "=", "approx": "~", "sim": "~", "propto": "~", "leq": "<", "geq": "<",
    "<": "<", ">": "<", "ll": "<", "gg": "<", "neq": "!", "in": "in", "rightarrow": "->", "mapsto": "->",
    "mustequal": "->", "subset": "in", "leftarrow": "->", "notin": "in", "perp": "in", "cong": "~",
}  # fmt: skip
#: Signs that begin another statement.
NEW = frozenset(("Rightarrow", "Leftrightarrow", "because"))


def relations_in(piece: Sequence[Token]) -> list[int]:
    """Where relations stand outside brackets."""
    found: list[int] = []
    depth = 0
    for n, t in enumerate(piece):
        if t.kind in ("sym", "cmd"):
            if t.text in ("{", "(", "[", "\\{", "begin"):
                depth += 1
            elif t.text in ("}", ")", "]", "\\}", "end"):
                depth = max(depth - 1, 0)
            elif not depth and t.text in RELATIONS:
                found.append(n)
    return found


def implied(tokens: list[Token], separates: Callable[[Token], bool]) -> list[Token]:
    """``h < 0.5 \\to y = 0`` and ``i = j \\to a = b``, as behind a double arrow: in that case."""
    made = list(tokens)
    start = 0
    for n, t in enumerate(tokens):
        if t.kind == "cmd" and t.text in ("rightarrow", "mapsto"):
            before, behind = tokens[start:n], tokens[n + 1 :]
            signs = [RELATIONS[before[k].text] for k in relations_in(before)]
            case = "<" in signs or "!" in signs or (signs == ["="] and len(before) == 3)
            if case and relations_in(behind):
                made[n] = replace(t, text="Rightarrow")
        if separates(t):
            start = n + 1
    return made

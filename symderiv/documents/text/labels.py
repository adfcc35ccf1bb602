"""Signs that mean others where they stand: ``P_\\perp``, ``x_\\infty`` as labels; dollars inside a formula,
which say nothing; ``a = 0 \\to x = b``, an arrow from one equation to the next.

Input: the tokens of a formula.  Output: the tokens with words in their places.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symderiv.documents.text.latex import Token

_LABELS = frozenset(("perp", "infty", "parallel", "pm", "flat", "sharp", "natural"))


def signs_as_words(tokens: list[Token]) -> list[Token]:
    """Write such signs as words."""
    made: list[Token] = []
    for n, t in enumerate(tokens):
        if t.kind == "sym" and t.text == "$":
            continue
        before = [x.text for x in made[-2:]]
        braced = before in (["_", "{"], ["^", "{"]) and [x.text for x in tokens[n + 1 : n + 2]] == ["}"]
        alone = braced or before[-1:] in (["_"], ["^"])
        sign = t.kind == "cmd" and t.text in _LABELS and alone
        limit = t.text == "infty" and "^" in before
        norm = [x.text for x in made if x.text != "{"][-2:-1] in (["|"], ["\\|"], ["Vert"], ["rVert"])
        made.append(replace(t, kind="word") if sign and not (limit or norm) else t)
    return _led(_averaged(made))


def _averaged(tokens: list[Token]) -> list[Token]:
    """``<f(x)> = \\mu``, a mean, with the brackets that are meant."""
    made = list(tokens)
    for n, t in enumerate(tokens):
        before = tokens[n - 1] if n else None
        first = before is None or before.kind in ("newline", "quad") or before.text in tuple("&=,-+")
        if t.text != "<" or not first:
            continue
        ends = (k for k, x in enumerate(tokens[n:], n) if x.text in (">", "=", "<", "leq", "geq") and k > n)
        close = next(ends, -1)
        if close > n + 1 and tokens[close].text == ">":
            made[n] = replace(t, kind="cmd", text="langle")
            made[close] = replace(tokens[close], kind="cmd", text="rangle")
    return made


def _led(tokens: list[Token]) -> list[Token]:
    """Arrows between two equations of a row as those that say what follows."""
    made = list(tokens)
    depth = 0
    for n, t in enumerate(tokens):
        depth += {"{": 1, "(": 1, "}": -1, ")": -1}.get(t.text, 0) if t.kind == "sym" else 0
        arrow = t.kind == "cmd" and t.text == "rightarrow" and not depth
        if arrow and _equated(reversed(tokens[:n])) and _equated(tokens[n + 1 :]):
            made[n] = replace(t, text="Rightarrow")
    return made


def _equated(tokens: Iterable[Token]) -> bool:
    """Whether a sign of equality comes before the end of the row, or another arrow."""
    depth = 0
    for t in tokens:
        depth += {"{": 1, "(": 1, "}": -1, ")": -1}.get(t.text, 0) if t.kind == "sym" else 0
        if t.kind == "newline" or t.text in ("rightarrow", "Rightarrow", "Leftrightarrow", ",", ";", "quad"):
            return False
        if t.text == "=" and not depth:
            return True
    return False


def is_mark(tokens: Sequence[Token], n: int) -> bool:
    """Whether a minus above a name with an index is a mark of it: ``P_k^-C``, before a capital."""
    before, behind = [t.text for t in tokens[max(n - 4, 0) : n]], tokens[n + 1]
    below = "_" in before[-4:-2] and (before[-3] == "_" or before[-2] == "}")
    return below and behind.kind == "letter" and behind.text.isupper()

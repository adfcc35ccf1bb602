"""Signs that stand as labels: ``P_\\perp``, ``x_\\infty``; dollars inside a formula, which say nothing.

Input: the tokens of a formula.  Output: the tokens with words in their places.
"""

from __future__ import annotations

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
    return made

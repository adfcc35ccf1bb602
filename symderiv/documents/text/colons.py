"""Frobenius products of matrices, ``A : B = \\mathrm{tr}(A^T B)``, where the text speaks of these.

Input: the tokens of a formula.  Output: the tokens with a sign of their own for such colons.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symderiv.documents.text.latex import Token

#: The sign that stands for such a colon.
FROBENIUS = "frobenius"
_GAPS = frozenset(("quad", "newline"))


def speaks_of_frobenius(text: str) -> bool:
    """Whether the words of a document say that there are such products."""
    return "frobenius" in text.lower()


def frobenius_products(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with such signs: for colons between a capital, or what closes a bracket, and an operand."""
    made = list(tokens)
    for n, t in enumerate(tokens[:-1]):
        if n and t.text == ":" and t.kind == "sym":
            before = next((x for x in reversed(tokens[:n]) if x.kind not in _GAPS), t)
            behind = tokens[n + 1]
            ends = before.text in (")", "]", "}") or (before.kind == "letter" and before.text.isupper())
            begins = behind.text in ("(", "[", "{") or behind.kind in ("letter", "cmd", "num")
            if ends and begins:
                made[n] = replace(t, kind="cmd", text=FROBENIUS)
    return made

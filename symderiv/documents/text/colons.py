"""Frobenius products of matrices, ``A : B = \\mathrm{tr}(A^T B)``, where the text speaks of these, or has a
differential behind a colon.

Input: the tokens of a formula.  Output: the tokens with a sign of their own for such colons.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from symderiv.documents.text.latex import Token

#: The sign that stands for such a colon.
FROBENIUS = "frobenius"
_GAPS = frozenset(("quad", "newline"))


#: ``w : dw``, ``A^T w : A\\,dx``.
_DIFFERENTIAL = re.compile(r":(?:\\[,;!]|\\big|\\left|[\s({A-Z])*d(?:\s*[A-Za-z]|\\[a-z]+)(?![A-Za-z])")


def frobenius_in(formulas: Sequence[str], text: str) -> str:
    """Between what colons are such products: all operands, "capitals", or "" where there are none."""
    if any("=" in f and _DIFFERENTIAL.search(f) for f in formulas):
        return "all"
    return "capitals" if "frobenius" in text.lower() else ""


def frobenius_products(tokens: Sequence[Token], operands: str) -> list[Token]:
    """The tokens with such signs: for colons behind an operand, or what closes a bracket, and before one."""
    made = list(tokens)
    for n, t in enumerate(tokens[:-1]):
        if n and t.text == ":" and t.kind == "sym":
            before = next((x for x in reversed(tokens[:n]) if x.kind not in _GAPS), t)
            behind = next((x for x in tokens[n + 1 :] if x.kind not in _GAPS), t)
            letter = before.kind in ("letter", "cmd") if operands == "all" else before.text.isupper()
            ends = before.text in (")", "]", "}") or (before.kind != "word" and letter)
            begins = behind.text in ("(", "[", "{") or behind.kind in ("letter", "cmd", "num")
            if ends and begins:
                made[n] = replace(t, kind="cmd", text=FROBENIUS)
    return made

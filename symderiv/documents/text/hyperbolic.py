"""Hyperbolic functions in two parts: ``\\tan h(x)``.

Input: the tokens of a formula.  Output: the tokens with ``\\tanh`` for such, where the document has an h
nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from symderiv.documents.text.latex import Token

_IN_PARTS = re.compile(r"\\(?:sin|cos|tan)\s*h(?![A-Za-z])")
_ALONE = re.compile(r"(?<![\\A-Za-z])h(?![A-Za-z])")
_CIRCULAR = frozenset(("sin", "cos", "tan"))


def in_parts(formulas: Iterable[str]) -> bool:
    """Whether each h of a document stands behind sin, cos or tan."""
    text = "\n".join(formulas)
    found, left = _IN_PARTS.subn("", text)
    return bool(left) and _ALONE.search(found) is None


def put_together(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with one function for both parts."""
    made: list[Token] = []
    for t in tokens:
        if t.text == "h" and made and made[-1].kind == "cmd" and made[-1].text in _CIRCULAR:
            made[-1] = replace(made[-1], text=f"{made[-1].text}h")
        else:
            made.append(t)
    return made

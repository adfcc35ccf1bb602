"""Whether words before a formula give a name: "let", "denote", in several languages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symderiv.documents.content.book import Formula

_LET = re.compile(
    r"(?:\b(?:let|denot\w+|defin\w+|write|call|introduc\w+|abbreviat\w+|sei|bezeichne\w*|"
    r"sea|sean|definimos|soit|soient|notons|seja)\b|令|记|設|设|定义|とおく|とする|라 하)[^.;。]*$"
)
_OVER = re.compile(r"\b(?:then|so|thus|hence|we (?:get|have|obtain)|gives)\b|则|那么|有$|得$")


def is_let(f: Formula) -> bool:
    """Whether what a formula says is said to give a name."""
    found = _LET.search(f.before.lower())
    return found is not None and _OVER.search(found.group(0)) is None

"""Indices that the text says it leaves out: "we can drop the $l$ superscript".

Input: the text of a document, and the tokens of a formula.  Output: the letters of such indices, and the
tokens without them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from symderiv.documents.text.latex import Token

_VERB = (
    r"(?:drop|omit|suppress|neglect|ignor|skip|leav|remov)\w*\s+(?:out\s+|writing\s+(?:out\s+)?)?"
    r"(?:the\s+)?(?:\w+\s+)?"
)
_LETTER = r"(?:\$+|\\\()\s*\(?([a-z]|\\ell)\)?\s*(?:\$+|\\\))"
_DROPPED = re.compile(
    rf"{_VERB}(?:{_LETTER}\s+(?:super|sub)?(?:script|index)|(?:(?:super|sub)script|index)\s+{_LETTER})"
)
#: A name that is told in a word: ``x_i = input``.
_ROLE = re.compile(
    r"^[^=]*=\s*(?:\\text\s*\{)?\s*(?:input|output|intermediate|hidden|target|weight|label|bias)(?:e?s)?\}?\s*$"
)


def is_role(text: str) -> bool:
    """Whether a formula says in a word what a name is."""
    return _ROLE.search(text) is not None


def dropped(text: str) -> set[str]:
    """The letters that are said to be left out, and that no sum runs over."""
    found = {(a or b).lstrip("\\") for a, b in _DROPPED.findall(text)}
    return {x for x in found if not re.search(rf"\\sum\s*(?:\\limits\s*)?_\s*\{{?\s*\\?{x}\b", text)}


def without_index(tokens: Sequence[Token], letters: Collection[str]) -> list[Token]:
    """The tokens without such letters above or below names, where they stand alone."""
    made: list[Token] = []
    n = 0
    while n < len(tokens):
        size = _size(tokens[n : n + 6], letters)
        made += tokens[n : n + 1] if not size else []
        n += size or 1
    return made


def _size(tokens: Sequence[Token], letters: Collection[str]) -> int:
    """How many tokens such an index takes."""
    texts = [t.text for t in tokens]
    if not letters or texts[:1] not in (["^"], ["_"]):
        return 0
    for before, behind in (((), ()), (("{",), ("}",)), (("{", "("), (")", "}"))):
        size = len(before)
        inner = texts[1 : 2 + 2 * size]
        around = (tuple(inner[:size]), tuple(inner[size + 1 :]))
        if len(inner) == 1 + 2 * size and inner[size] in letters and around == (before, behind):
            return len(inner) + 1
    return 0

"""A text as statements: how it splits at newlines and at ``=``, and which words are refused.

Input: the user's text.  Output: :class:`Line` records, one a statement, each split at its ``=``.
Everything here works on characters, because ``ast`` turns decimals into doubles and would evaluate
nothing but still spend time on huge or deep input.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from symderiv.errors import InputError, Place
from symderiv.notation.characters import KEYWORDS, check_characters, split_lines

__all__ = ["KEYWORDS", "MAX_DEPTH", "MAX_EXPONENT", "Line", "Side", "check_words", "split"]

MAX_DEPTH = 60
MAX_DIGITS = 40
MAX_EXPONENT = 1_000
_MAX_POWER_OF_TEN = 400

_WORD = re.compile(r"[0-9.][0-9A-Za-z_.]*(?:(?<=[eE])[+-][0-9]+)?|[A-Za-z_][A-Za-z0-9_]*")
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\Z")
_CLOSE = {")": "(", "]": "["}

#: What people want to say with a keyword.
_KEYWORD_HINTS = {
    "and": "conditions are not joined by 'and'; put one where inside the other: "
    "where(i <= j, where(j <= k, a, b), b); two bounds are sum[i < c <= j](...)",
    "or": "conditions are not joined by 'or'; put one where inside the other: "
    "where(i <= j, a, where(j <= k, a, b))",
    "not": "'not' has no meaning; turn the comparison round, as in where(z[j] <= 0, a, b)",
    "if": "'if' has no meaning; a choice is written where(z[j] > 0, a, b)",
    "else": "'else' has no meaning; a choice is written where(z[j] > 0, a, b)",
    "for": "'for' has no meaning; a sum is written sum[c](x[c])",
    "in": "'in' has no meaning; a range is written in the brackets, as in sum[c <= j](x[c])",
    "is": "'is' has no meaning; a comparison is written == or !=",
    "True": "'True' has no meaning; the numbers are 1 and 0",
    "False": "'False' has no meaning; the numbers are 1 and 0",
    "None": "'None' has no meaning; the notation has names, numbers and brackets",
}


@dataclass(frozen=True, slots=True)
class Side:
    """One side of an ``=`` (or a whole expression): its text and where it starts."""

    text: str
    line: int
    column: int

    def place(self, offset: int = 0, width: int = 1) -> Place:
        """The place of the ``width`` characters at ``offset`` in this side."""
        return Place("", self.line, self.column + offset, max(1, width))

    @property
    def whole(self) -> Place:
        """The place of the whole side."""
        return self.place(0, len(self.text))


@dataclass(frozen=True, slots=True)
class Line:
    """One statement: its sides, the columns of the ``=`` at depth 0 between them, and the whole text."""

    text: str
    sides: tuple[Side, ...]
    line: int
    cuts: tuple[int, ...] = ()

    def check_sides(self, what: str) -> None:
        """Refuse all but two sides; ``what`` says how the statement is written."""
        if len(self.sides) < 2:
            raise InputError("syntax", f"an '=' is missing; {what}", self.sides[0].whole)
        if len(self.sides) > 2:
            place = Place("", self.line, self.cuts[1])
            raise InputError("syntax", f"more than one '='; {what}", place)


def check_words(side: Side) -> None:
    """Refuse bad names, keywords and number forms; ``side`` has passed :func:`check_characters`."""
    for match in _WORD.finditer(side.text):
        word, place = match.group(), side.place(match.start(), len(match.group()))
        if word[0].isdigit() or (word[0] == "." and len(word) > 1 and word[1].isdigit()):
            _check_number(word, place)
            continue
        if word[0] == ".":
            raise InputError("attribute", "a dot after a name has no meaning; write indices as z[j]", place)
        if word == "lambda":
            raise InputError(
                "lambda",
                "lambda has no meaning; a function is a statement y[j] = ..., the letter is written lam",
                place,
            )
        if word in KEYWORDS:
            hint = f"'{word}' is a keyword of Python or C; choose another name, such as {word}1"
            raise InputError("keyword", _KEYWORD_HINTS.get(word, hint), place)
        if not word[0].isalpha() or "__" in word or word.endswith("_"):
            raise InputError(
                "bad-name",
                f"'{word[:30]}' is no name: it starts with a letter, holds no '__' and ends with no '_'",
                place,
            )
        if len(word) > MAX_DIGITS:
            raise InputError(
                "too-long", f"the name '{word[:12]}...' has more than {MAX_DIGITS} characters", place
            )
        end = side.text[match.end() : match.end() + 1]
        if end == ".":
            raise InputError(
                "attribute",
                "a dot after a name has no meaning; write indices as z[j]",
                side.place(match.end()),
            )
    for match in re.finditer(r"[\])]\s*\.", side.text):
        raise InputError(
            "attribute",
            "a dot after a bracket has no meaning; products are written *",
            side.place(match.end() - 1),
        )


def _check_number(word: str, place: Place) -> None:
    if not _NUMBER.match(word):
        product = re.fullmatch(r"([0-9]+\.?[0-9]*)([A-Za-z][A-Za-z0-9_]*)", word)
        hint = "is not a decimal number such as 2, 0.5 or 1e-5"
        if product and not re.match(r"0[xXbBoO]", word) and len(word) <= 30:
            hint = (
                f"is neither a number nor a name; a product is written {product.group(1)}*{product.group(2)}"
            )
        elif re.fullmatch(r"[0-9]+(_[0-9]+)+", word) and len(word) <= 30:
            hint = f"is not a decimal number; write {word.replace('_', '')}"
        raise InputError("bad-literal", f"'{word[:30]}' {hint}", place)
    digits, _, exponent = word.lower().partition("e")
    if sum(c.isdigit() for c in digits) > MAX_DIGITS:
        raise InputError("too-large", f"a number has at most {MAX_DIGITS} digits", place)
    if exponent and abs(int(exponent[:6])) > _MAX_POWER_OF_TEN:
        raise InputError("too-large", f"a number's exponent goes to {_MAX_POWER_OF_TEN}", place)


def split(text: str, *, relations: bool = False) -> list[Line]:
    """The non-empty lines of a checked text, each split at ``=`` outside brackets; with
    ``relations`` a ``<=``, ``>=`` or ``!=`` may stand there too and does not split."""
    check_characters(text)
    lines = []
    for number, raw in enumerate(split_lines(text), 1):
        if not raw.strip():
            continue
        cuts = _cuts(raw, number, relations)
        starts = [0, *(c + 1 for c in cuts)]
        sides = []
        for a, b in zip(starts, [*cuts, len(raw)], strict=True):
            piece = raw[a:b]
            lead = len(piece) - len(piece.lstrip())
            sides.append(Side(piece.strip(), number, a + (lead if piece.strip() else 0) + 1))
        for side in sides:
            check_words(side)
        lines.append(Line(raw.strip(), tuple(sides), number, tuple(c + 1 for c in cuts)))
    return lines


def _cuts(raw: str, number: int, relations: bool) -> list[int]:
    """Positions of ``=`` at depth 0; checks that brackets pair and nest at most MAX_DEPTH deep."""
    stack: list[tuple[str, int]] = []
    cuts: list[int] = []
    for n, ch in enumerate(raw):
        if ch in "([":
            stack.append((ch, n))
            if len(stack) > MAX_DEPTH:
                raise InputError(
                    "too-deep", f"brackets nested more than {MAX_DEPTH} deep", Place("", number, n + 1)
                )
        elif ch in ")]":
            if not stack or stack[-1][0] != _CLOSE[ch]:
                raise InputError("syntax", _unpaired(raw, ch, stack), Place("", number, n + 1))
            stack.pop()
        elif ch == "=" and not stack:
            _check_equals(raw, n, number, relations)
            if not (relations and raw[n - 1 : n] in ("<", ">", "!")):
                cuts.append(n)
    if stack:
        ch, n = stack[-1]
        raise InputError(
            "syntax",
            f"'{ch}' is never closed; brackets close on the line that opens them",
            Place("", number, n + 1),
        )
    return cuts


def _unpaired(raw: str, ch: str, stack: list[tuple[str, int]]) -> str:
    if not stack:
        return f"'{ch}' closes no bracket; every bracket needs its pair"
    opened, at = stack[-1]
    wanted = ")" if opened == "(" else "]"
    return f"'{ch}' closes no bracket; the '{opened}' at column {at + 1} is closed by '{wanted}'"


def _check_equals(raw: str, n: int, number: int, relations: bool) -> None:
    """Refuse an ``=`` at depth 0 that is a part of another sign."""
    before, after = raw[n - 1 : n] if n else "", raw[n + 1 : n + 2]
    if after == "=" or before == "=":
        raise InputError(
            "syntax", "'==' stands only in where(...); a claim uses one '='", Place("", number, n + 1, 2)
        )
    if after in ("<", ">"):
        place = Place("", number, n + 1, 2)
        raise InputError("syntax", f"'={after}' has no meaning; the comparison is written {after}=", place)
    if before and before in ("<>!" if not relations else "") + "+-*/":
        kind = "bad-comparison" if before in "<>!" else "syntax"
        hint = "a comparison stands in where(a > b, ...) or as an assumption"
        raise InputError(
            kind,
            f"'{before}=' cannot stand here; a statement or claim uses one '='"
            + (f", {hint}" if before in "<>!" else ""),
            Place("", number, n, 2),
        )

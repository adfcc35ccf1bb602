"""The characters of a text: what is refused before Python's parser sees it, and how it splits.

Input: the user's text.  Output: :class:`Line` records, one a statement, each split at its ``=``.
Everything here works on characters, because ``ast`` folds look-alike letters, turns decimals into
doubles and would evaluate nothing but still spend time on huge or deep input.
"""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass

from symderiv.errors import InputError, Place

MAX_CHARACTERS = 4_000
MAX_DEPTH = 60
MAX_DIGITS = 40
MAX_EXPONENT = 1_000

_ALLOWED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_ \t\r\n+-*/()[],.=<>!")
_WORD = re.compile(r"[0-9.][0-9A-Za-z_.]*(?:(?<=[eE])[+-][0-9]+)?|[A-Za-z_][A-Za-z0-9_]*")
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\Z")
_CLOSE = {")": "(", "]": "["}

_C_KEYWORDS = frozenset(
    """auto break case char const continue default do double else enum extern float for goto if inline
    int long register restrict return short signed sizeof static struct switch typedef union unsigned
    void volatile while asm bool catch class constexpr delete explicit export false friend mutable
    namespace new noexcept nullptr operator private protected public static_assert template this
    thread_local throw true try typeid typename using virtual wchar_t alignas alignof decltype
    """.split()
)
KEYWORDS = _C_KEYWORDS | frozenset(keyword.kwlist)

_CHARACTER_HINTS = {
    "^": "'^' is not an operator; a power is written **",
    "%": "'%' is not an operator of the notation",
    "&": "'&' is not an operator of the notation",
    "|": "'|' is not an operator of the notation",
    "~": "'~' is not an operator of the notation",
    "@": "'@' is not an operator; write the contraction as sum[c](a[i,c]*b[c,j])",
    ";": "';' does not separate statements; write one statement a line",
    ":": "':' has no meaning; indices are letters such as z[j], and there are no slices",
    "{": "braces have no meaning; use ( ) for grouping and [ ] for indices",
    "}": "braces have no meaning; use ( ) for grouping and [ ] for indices",
    "#": "'#' has no meaning; put comments in the TOML file, outside the text",
    "\\": "'\\' has no meaning; a newline ends a statement",
}


@dataclass(frozen=True, slots=True)
class Side:
    """One side of an ``=`` (or a whole expression): its text and where it starts."""

    text: str
    line: int
    column: int

    def place(self, offset: int = 0) -> Place:
        """The place of the character at ``offset`` in this side."""
        return Place("", self.line, self.column + offset)


@dataclass(frozen=True, slots=True)
class Line:
    """One statement: its sides, separated by ``=`` at depth 0, and the whole text."""

    text: str
    sides: tuple[Side, ...]
    line: int


def check_characters(text: str) -> None:
    """Refuse what is too long, not ASCII, or holds a character the notation does not have."""
    if not isinstance(text, str):
        raise InputError("not-text", f"a text was expected, not {type(text).__name__}")
    line, start = 1, 0
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            "too-long", f"{len(text):,} characters; at most {MAX_CHARACTERS:,} are read", Place("", 1, 1)
        )
    for n, ch in enumerate(text):
        place = Place("", line, n - start + 1)
        if ch == "\n":
            line, start = line + 1, n + 1
        if ord(ch) > 126 or (ord(ch) < 32 and ch not in "\t\r\n"):
            shown = ch if ch.isprintable() else ""
            raise InputError(
                "non-ascii",
                f"character U+{ord(ch):04X} {shown!a} is not printable ASCII; use the letters a-z, A-Z",
                place,
            )
        if ch in "'\"`":
            raise InputError(
                "string-literal",
                "quotes have no meaning; the notation has names, numbers and brackets",
                place,
            )
        if ch in _CHARACTER_HINTS and not (ch == ":" and _looks_like_code(text, start)):
            code = "slice" if ch == ":" else "forbidden-character"
            raise InputError(code, _CHARACTER_HINTS[ch], place)
        if ch not in _ALLOWED and ch != ":":
            raise InputError("forbidden-character", f"'{ch}' has no meaning in the notation", place)


def _looks_like_code(text: str, start: int) -> bool:
    """Whether a Python keyword stands on the line that starts at ``start`` (it is the better report)."""
    line = text[start:].split("\n", 1)[0]
    return any(w in KEYWORDS for w in re.findall(r"[A-Za-z_]\w*", line))


def check_words(side: Side) -> None:
    """Refuse bad names, keywords and number forms; ``side`` has passed :func:`check_characters`."""
    for match in _WORD.finditer(side.text):
        word, place = match.group(), side.place(match.start())
        if word[0].isdigit() or (word[0] == "." and len(word) > 1 and word[1].isdigit()):
            if not _NUMBER.match(word):
                raise InputError(
                    "bad-literal", f"'{word[:30]}' is not a decimal number such as 2, 0.5 or 1e-5", place
                )
            digits, _, exponent = word.lower().partition("e")
            if sum(c.isdigit() for c in digits) > MAX_DIGITS or (exponent and abs(int(exponent[:6])) > 400):
                raise InputError(
                    "too-large", f"number with more than {MAX_DIGITS} digits or exponent 400", place
                )
            continue
        if word[0] == ".":
            raise InputError("attribute", "a dot after a name has no meaning; write indices as z[j]", place)
        if word == "lambda":
            raise InputError("lambda", "lambda has no meaning; a function is a statement y[j] = ...", place)
        if word in KEYWORDS:
            raise InputError("keyword", f"'{word}' is a keyword of Python or C; choose another name", place)
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


def split(text: str, *, relations: bool = False) -> list[Line]:
    """The non-empty lines of a checked text, each split at ``=`` outside brackets; with
    ``relations`` a ``<=``, ``>=`` or ``!=`` may stand there too and does not split."""
    check_characters(text)
    lines = []
    for number, raw in enumerate(text.split("\n"), 1):
        if not raw.strip():
            continue
        cuts = _cuts(raw, number, relations)
        starts = [0, *(c + 1 for c in cuts)]
        sides = []
        for a, b in zip(starts, [*cuts, len(raw)], strict=True):
            piece = raw[a:b]
            lead = len(piece) - len(piece.lstrip())
            sides.append(Side(piece.strip(), number, a + lead + 1))
        for side in sides:
            check_words(side)
        lines.append(Line(raw.strip(), tuple(sides), number))
    return lines


def _cuts(raw: str, number: int, relations: bool) -> list[int]:
    """Positions of ``=`` at depth 0; checks that brackets pair and nest at most MAX_DEPTH deep."""
    stack: list[tuple[str, int]] = []
    cuts: list[int] = []
    for n, ch in enumerate(raw):
        place = Place("", number, n + 1)
        if ch in "([":
            stack.append((ch, n))
            if len(stack) > MAX_DEPTH:
                raise InputError("too-deep", f"brackets nested more than {MAX_DEPTH} deep", place)
        elif ch in ")]":
            if not stack or stack[-1][0] != _CLOSE[ch]:
                raise InputError("syntax", f"'{ch}' closes no bracket; every bracket needs its pair", place)
            stack.pop()
        elif ch == "=" and not stack:
            before, after = raw[n - 1 : n], raw[n + 1 : n + 2]
            if after == "=" or before == "=":
                raise InputError("syntax", "'==' stands only in where(...); a claim uses one '='", place)
            if relations and before and before in "<>!":
                continue
            if before and before in "<>!+-*/":
                kind = "bad-comparison" if before in "<>!" else "syntax"
                raise InputError(
                    kind,
                    f"'{before}=' cannot stand here; a statement or claim uses one '='",
                    Place("", number, n),
                )
            cuts.append(n)
    if stack:
        ch, n = stack[-1]
        raise InputError(
            "syntax",
            f"'{ch}' is never closed; brackets close on the line that opens them",
            Place("", number, n + 1),
        )
    return cuts

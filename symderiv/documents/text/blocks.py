"""A source to its items in order: headings, bullets, prose and mathematics, each with its offset.

Every delimiter that people use is read: ``$..$``, ``$$..$$`` alone or in a sentence, ``\\(..\\)``,
``\\[..\\]`` with one
backslash or two, a bare ``\\begin{align}``, GitHub's ``$`..`$`` and a math fence (which :mod:`.source`
made ``$$``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from symderiv.documents.text.source import Source
from symderiv.errors import InputError

#: Formulas in a document, characters in one.
MAX_FORMULAS, MAX_FORMULA = 5000, 20000


@dataclass(frozen=True, slots=True)
class Item:
    """``kind``: heading, bullet, break (end of a paragraph), prose, math; ``level``: of a heading, or the
    indent of a bullet; ``display``: whether mathematics stands on its own; ``long``: of so many characters
    that it is not read, and its text left out; ``fresh``: whether prose begins a line; ``numbered``: a
    bullet of a list with numbers."""

    kind: str
    text: str
    at: int
    level: int = 0
    display: bool = False
    long: bool = False
    fresh: bool = False
    numbered: bool = False


_ENVIRONMENTS = "equation|align|alignat|gather|multline|eqnarray|split|aligned|displaymath|flalign|math"
_OPEN = re.compile(
    r"(?P<skip>\\\$|\\\\(?![\[(])|\\[^\\$\[(b]|\\b(?!egin\{))"
    r"|(?P<dollars>\$\$)|(?P<tick>\$`)|(?P<dollar>\$)"
    r"|(?P<square>\\{1,2}\[)|(?P<round>\\{1,2}\()"
    rf"|\\begin\{{(?P<env>(?:{_ENVIRONMENTS})\*?)\}}"
)
_LETTER = re.compile(r"[^\W\d_]")
#: A word that is set as a formula.
_WORD_ALONE = re.compile(r"\s*(?:\\(?:text|textrm|mathrm)\s*\{)?\s*(?:otherwise|else|elsewhere)\s*\}?\s*")
_BLANK_LINE = re.compile(r"\n[ \t>]*\n")


def items_of(source: Source) -> list[Item]:
    """The document's items."""
    text = source.text
    found: list[Item] = []
    at = done = formulas = 0
    missing: set[str] = set()
    while (m := _OPEN.search(text, at)) is not None:
        at = m.end()
        region = None if m.lastgroup == "skip" else _region(text, m, missing)
        if region is None:
            continue
        start, end, after, display = region
        formulas += 1
        if formulas > MAX_FORMULAS:
            raise InputError("too-large", f"{source.name}: more than {MAX_FORMULAS:,} formulas")
        found += _prose(text, done, m.start(), source.kind)
        long = end - start > MAX_FORMULA
        if not display and _WORD_ALONE.fullmatch(text, start, end):
            found.append(Item("prose", "otherwise", start))
        else:
            found.append(Item("math", "" if long else text[start:end], start, display=display, long=long))
        at = done = after
    found += _prose(text, done, len(text), source.kind)
    return found


def _region(text: str, m: re.Match[str], missing: set[str]) -> tuple[int, int, int, bool] | None:
    """Start, end, offset behind and whether displayed, of the formula that opens at ``m``."""
    opening = m.group(0)
    start = m.end()
    if m.lastgroup == "env":
        closing = f"\\end{{{m.group('env')}}}"
        start = m.start()
    elif m.lastgroup == "square":
        closing = opening[:-1] + "]"
    elif m.lastgroup == "round":
        closing = opening[:-1] + ")"
    elif m.lastgroup == "tick":
        closing = "`$"
    else:
        closing = opening
    if closing in missing:
        return None
    if closing == "$":
        return _single(text, m.end())
    end = text.find(closing, m.end())
    if end < 0:
        missing.add(closing)  # no other one closes either: the search stays linear
        return None
    if end - start > MAX_FORMULA and _BLANK_LINE.search(text, start, end):
        return None  # prose between signs that do not belong together
    after = end + len(closing)
    if m.lastgroup == "env":
        return start, after, after, True
    display = m.lastgroup == "square" or (m.lastgroup == "dollars" and _alone(text, m.start(), after))
    return start, end, after, display


def _single(text: str, start: int) -> tuple[int, int, int, bool] | None:
    """A ``$..$`` that opens before ``start``; None where the sign is money or a stray one."""
    end = start
    while True:
        end = text.find("$", end, start + 4000)
        if end < 0:
            return None
        if text[end - 1] != "\\" or text[end - 2 : end] == "\\\\":
            break
        end += 1
    inner = text[start:end]
    if not inner.strip() or _BLANK_LINE.search(inner):
        return None
    if inner[0].isdigit() and re.search(r"[A-Za-z]{3,} [A-Za-z]{2,}", re.sub(r"\\text\{[^}]*\}", "", inner)):
        return None
    return start, end, end + 1, _alone(text, start - 1, end + 1) and "=" in inner


def _alone(text: str, start: int, end: int) -> bool:
    """Whether nothing but punctuation and bullets stands on the lines of text[start:end]."""
    before = text[text.rfind("\n", 0, start) + 1 : start]
    stop = text.find("\n", end)
    after = text[end : stop if stop >= 0 else len(text)]
    return not (_LETTER.search(before) or _LETTER.search(after)) or "\n" in text[start:end]


_HEADING_MD = re.compile(r"^[ \t>]{0,3}(#{1,6})[ \t]+(.*)$")
_HEADING_TEX = re.compile(r"\\(?:(sub)*)(section|paragraph|chapter|part)\*?\{(.*)")
_BULLET = re.compile(
    r"^([ \t>]*)(?:[-*+•]|\d{1,3}[.)]|\([a-z0-9]\)|\\item(?:\[[^\]]*\])?)(?=[ \t]|$)[ \t]*(.*)$"
)
_BOLD_LINE = re.compile(r"^[ \t]*\*\*[^*]+\*\*:?[ \t]*$")
#: One with a number, which may hold a formula: "**3. Poisson, $P(\lambda)$**".
_BOLD_NUMBER = re.compile(r"[ \t]*\*\*\d{1,2}[.、．:：)][^*\n]+\*\*[:：]?[ \t]*(?:\n|\Z)")


def _prose(text: str, start: int, end: int, kind: str) -> list[Item]:
    """Prose between formulas, line by line."""
    found: list[Item] = []
    at = start
    for line in text[start:end].split("\n"):
        fresh = at == 0 or text[at - 1] == "\n"
        bare = line.strip()
        if not bare.strip("> \t"):  # also in a quotation
            if (fresh and at < end and found and found[-1].kind != "break") or (
                fresh and at < end and not found
            ):
                found.append(Item("break", "", at))
        elif fresh and (m := _HEADING_MD.match(line)) and kind != "latex":
            found.append(Item("heading", m.group(2), at, level=len(m.group(1))))
        elif kind == "latex" and (m2 := _HEADING_TEX.search(line)):
            level = 1 + line.count("sub", 0, 14)
            found.append(Item("heading", m2.group(3), at, level=level))
        elif fresh and (m := _BULLET.match(line)):
            level, numbered = len(m.group(1).expandtabs(4)), line.lstrip(" \t>")[:1].isdigit()
            found.append(Item("bullet", m.group(2), at, level=level, numbered=numbered))
        elif fresh and (_BOLD_LINE.match(line) or (kind != "latex" and _BOLD_NUMBER.match(text, at))):
            found.append(Item("heading", bare.strip("*: "), at, level=6))
        else:
            found.append(Item("prose", line, at, fresh=fresh))
        at += len(line) + 1
    return found

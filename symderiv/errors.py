"""The one exception a user's mistake raises: what, where, what would be right."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from typing import Any

#: How much of a source line an excerpt shows.
_SHOWN = 96


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the user's text: the source's name, and 1-based line and column (0: unknown).

    ``width`` is how many characters the mistake is wide.
    """

    source: str = ""
    line: int = 0
    column: int = 0
    width: int = 1

    def __str__(self) -> str:
        parts = [self.source] if self.source else []
        if self.line:
            parts.append(f"line {self.line}, column {self.column}")
        return ", ".join(parts)


class InputError(ValueError):
    """Bad input: ``code`` names the broken rule, ``message`` says what is wrong and what is right.

    ``str()`` is one line: ``place: message [code]``.  ``text`` is what the place's line and column speak
    of; :meth:`excerpt` shows the line and marks the place, as an uncaught error does, too.
    """

    def __init__(self, code: str, message: str, place: Place | None = None, *, text: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.place = place or Place()
        self.text = text
        shown = self.excerpt()
        if shown:
            self.add_note(shown)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.code, self.message, self.place, self.text)

    def within(self, source: str, text: str = "") -> InputError:
        """The same error with ``source`` put in front of its place, which lies in ``text``."""
        inner = self.place.source
        joined = f"{source}, {inner}" if inner else source
        place = replace(self.place, source=joined)
        return _restore(type(self), self.code, self.message, place, self.text or text)

    def excerpt(self) -> str:
        """The source line and below it carets under the place; empty where the place is unknown."""
        lines = _lines(self.text)
        if not 0 < self.place.line <= len(lines) or self.place.column < 1:
            return ""
        line, at = lines[self.place.line - 1], self.place.column - 1
        if at > len(line):
            return ""
        width = max(1, min(self.place.width, len(line) - at))
        start = max(0, min(at - _SHOWN // 3, len(line) - _SHOWN))
        end = min(len(line), start + _SHOWN)
        before, marked, after = line[start:at], line[at : min(at + width, end)], line[at + width : end]
        head, tail = "..." if start else "", "..." if end < len(line) else ""
        shown = head + "".join(map(_visible, before + marked + after)) + tail
        carets = " " * (len(head) + _columns(before)) + "^" * max(1, _columns(marked))
        margin = f"  {self.place.line} | "
        return f"{margin}{shown}\n{' ' * (len(margin) - 2)}| {carets}"

    def __str__(self) -> str:
        where = str(self.place)
        text = f"{where}: {self.message}" if where else self.message
        line = " ".join(f"{text} [{self.code}]".split())
        return "".join(c if c.isprintable() else "?" for c in line)


class NotSupported(InputError):
    """Right notation that a later stage cannot handle yet; says which stage and what it can do."""

    def __init__(self, message: str, place: Place | None = None) -> None:
        super().__init__("not-supported", message, place)


def _restore(kind: type[InputError], code: str, message: str, place: Place, text: str) -> InputError:
    """An error of class ``kind`` from its parts (errors travel between processes, too)."""
    made = kind.__new__(kind)
    InputError.__init__(made, code, message, place, text=text)
    return made


def _lines(text: str) -> list[str]:
    """The lines of a text as the notation counts them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _visible(ch: str) -> str:
    """``ch`` as it may go to a terminal."""
    return " " if ch.isspace() else ch if ch.isprintable() and not unicodedata.combining(ch) else "?"


def _columns(text: str) -> int:
    """How many columns of a terminal the visible form of ``text`` takes."""
    return sum(2 if unicodedata.east_asian_width(_visible(ch)) in "WF" else 1 for ch in text)

"""Where the keys and texts of a TOML file stand in it: ``tomllib`` gives values, but no places.

Input: a text that ``tomllib`` has read.  Output: :class:`Places`, which turns a place in a value's text into
the place in the file.  It is asked only when there is a mistake to report.
"""

from __future__ import annotations

import re
from contextlib import suppress

from symderiv.errors import Place

#: A way to a value: names of tables and keys, and numbers of list items.
Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\n]+|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_PLAIN = re.compile(r"[^,\]}\n#]*")
_BREAK = re.compile(r"\r\n|\r|\n")
_HEX = {"u": 4, "U": 8}


class Places:
    """The places of a file's tables, keys and texts."""

    def __init__(self, raw: str) -> None:
        self.raw = raw.replace("\r\n", "\n")  # as tomllib does
        self.keys: dict[Path, tuple[int, int]] = {}
        #: For each character of a text's value where it is written, and where the text ends.
        self.texts: dict[Path, list[int]] = {}
        self._at = 0
        with suppress(IndexError, RecursionError):  # what was found until then is right
            self._file()

    def key(self, path: Path) -> Place:
        """The place of a key or table, or of the nearest one around it that is known."""
        for n in range(len(path), 0, -1):
            if path[:n] in self.keys:
                start, end = self.keys[path[:n]]
                return self._place(start, end - start)
        return Place()

    def inside(self, path: Path, value: str, inner: Place) -> Place:
        """The place in the file of a place in the text ``value`` at ``path``."""
        offsets = self.texts.get(path)
        starts = [0, *(m.end() for m in _BREAK.finditer(value))]
        if offsets is None or not 0 < inner.line <= len(starts):
            return self.key(path)
        at = starts[inner.line - 1] + max(0, inner.column - 1)
        if at >= len(offsets):
            return self.key(path)
        end = offsets[min(at + inner.width, len(offsets) - 1)]
        return self._place(offsets[at], end - offsets[at])

    def _place(self, start: int, width: int) -> Place:
        line = self.raw.count("\n", 0, start) + 1
        return Place("", line, start - self.raw.rfind("\n", 0, start), max(1, width))

    # --- a walk through the file ------------------------------------------------------------------

    def _file(self) -> None:
        table: Path = ()
        while True:
            self._skip()
            if self._at >= len(self.raw):
                return
            if self.raw[self._at] == "[":
                start, marks = self._at, 2 if self.raw.startswith("[[", self._at) else 1
                self._at += marks
                table = self._key()
                self._at = self.raw.index("]", self._at) + marks
                for n in range(1, len(table) + 1):
                    self.keys.setdefault(table[:n], (start, self._at))
            else:
                self._pair(table)

    def _skip(self) -> None:
        found = _BLANK.match(self.raw, self._at)
        self._at = found.end() if found else self._at

    def _pair(self, table: Path) -> None:
        start = self._at
        path = (*table, *self._key())
        for n in range(len(table) + 1, len(path) + 1):
            self.keys.setdefault(path[:n], (start, self._at))
        self._skip()
        self._at += 1  # the '='
        self._value(path)

    def _key(self) -> Path:
        """The parts of a key; ends behind the last one."""
        parts: list[str] = []
        while True:
            self._skip()
            if self.raw[self._at] in "\"'":
                parts.append(self._string()[0])
            else:
                found = _BARE.match(self.raw, self._at)
                if not found:
                    raise IndexError
                parts.append(found.group())
                self._at = found.end()
            end = self._at
            self._skip()
            if not self.raw.startswith(".", self._at):
                self._at = end
                return tuple(parts)
            self._at += 1

    def _value(self, path: Path) -> None:
        self._skip()
        ch = self.raw[self._at]
        if ch in "\"'":
            start = self._at
            _, self.texts[path] = self._string()
            self.keys.setdefault(path, (start, self._at))
        elif ch in "[{":
            self._at += 1
            number = 0
            while True:
                self._skip()
                if self.raw[self._at] in "]}":
                    self._at += 1
                    return
                if self.raw[self._at] == ",":
                    self._at += 1
                elif ch == "[":
                    self._value((*path, number))
                    number += 1
                else:
                    self._pair(path)
        else:
            found = _PLAIN.match(self.raw, self._at)
            self._at = found.end() if found else self._at

    def _string(self) -> tuple[str, list[int]]:
        """The text that starts here, and where each of its characters is written."""
        raw, at = self.raw, self._at
        quote = raw[at]
        mark = quote * 3 if raw.startswith(quote * 3, at) else quote
        at += len(mark)
        if len(mark) == 3 and raw.startswith("\n", at):
            at += 1
        found: list[str] = []
        offsets: list[int] = []
        while not raw.startswith(mark, at) or (len(mark) == 3 and raw.startswith(quote, at + 3)):
            ch, width = raw[at], 1
            if ch == "\\" and quote == '"':
                rest = re.match(r"\\[ \t]*\n[ \t\n]*", raw[at : at + 10_000])
                if rest and len(mark) == 3:
                    at += rest.end()
                    continue
                kind = raw[at + 1]
                width = 2 + _HEX.get(kind, 0)
                ch = chr(int(raw[at + 2 : at + width], 16)) if kind in _HEX else kind
            found.append(ch)
            offsets.append(at)
            at += width
        self._at = at + len(mark)
        return "".join(found), [*offsets, at]

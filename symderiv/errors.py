"""The one exception a user's mistake raises: what, where, what would be right."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the user's text: the source's name, and 1-based line and column (0: unknown)."""

    source: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        parts = [self.source] if self.source else []
        if self.line:
            parts.append(f"line {self.line}, column {self.column}")
        return ", ".join(parts)


class InputError(ValueError):
    """Bad input: ``code`` names the broken rule, ``message`` says what is wrong and what is right.

    ``str()`` is one line: ``place: message [code]``.
    """

    def __init__(self, code: str, message: str, place: Place | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.place = place or Place()

    def within(self, source: str) -> InputError:
        """The same error with ``source`` put in front of its place."""
        inner = self.place.source
        joined = f"{source}, {inner}" if inner else source
        return InputError(self.code, self.message, replace(self.place, source=joined))

    def __str__(self) -> str:
        where = str(self.place)
        text = f"{where}: {self.message}" if where else self.message
        return " ".join(f"{text} [{self.code}]".split())


class NotSupported(InputError):
    """Right notation that a later stage cannot handle yet; says which stage and what it can do."""

    def __init__(self, message: str, place: Place | None = None) -> None:
        super().__init__("not-supported", message, place)

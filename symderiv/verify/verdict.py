"""What a checker answers: the words of the contract, and the witness against a false claim."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

#: ``proved``: for every size and point where both sides are defined.  ``confirmed``: exactly, at the
#: sizes listed.  ``unrefuted``: no counterexample among the instances counted.  ``refuted``: a witness
#: is shown.  ``undecided``: none of these; never counted as success.
Word = Literal["proved", "confirmed", "unrefuted", "refuted", "undecided"]


@dataclass(frozen=True, slots=True)
class Witness:
    """A counterexample: sizes of the dimensions, the free letters' values (from 1), inputs, both sides and
    left - right."""

    sizes: dict[str, int]
    letters: dict[str, int]
    values: dict[str, Any]
    left: str
    right: str
    difference: str

    def json(self) -> dict[str, Any]:
        """As printed by ``verify --format json``."""
        return {
            "sizes": self.sizes,
            "letters": self.letters,
            "values": self.values,
            "left": self.left,
            "right": self.right,
            "difference": self.difference,
        }


@dataclass(slots=True)
class Verdict:
    """One checker's answer about one claim."""

    word: Word
    reason: str = ""
    instances: int = 0
    sizes: list[dict[str, int]] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    witness: Witness | None = None
    seconds: float = 0.0

    def json(self) -> dict[str, Any]:
        """As printed by ``verify --format json``."""
        shown: dict[str, Any] = {"verdict": self.word, "seconds": round(self.seconds, 6)}
        if self.reason:
            shown["reason"] = self.reason
        if self.instances:
            shown["instances"] = self.instances
        if self.sizes:
            shown["sizes"] = self.sizes
        return shown

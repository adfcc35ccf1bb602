"""Names for what a kernel computes on its way: the user's where there is one, else the usual letters."""

from __future__ import annotations

from collections.abc import Iterable

#: What mathematicians call the result of an operation, first choice first.
USUAL: dict[str, tuple[str, ...]] = {
    "sum": ("S", "Q", "R", "U", "W"),
    "rest": ("q", "Q"),
    "mean": ("mu", "nu"),
    "max": ("m", "M"),
    "min": ("l", "low"),
    "prod": ("P",),
    "exp": ("e",),
    "expm1": ("e",),
    "log": ("l",),
    "log1p": ("l",),
    "sqrt": ("r",),
    "sigmoid": ("p",),
    "tanh": ("t",),
    "erf": ("h",),
}


class Names:
    """Hands out names that are not taken."""

    def __init__(self, taken: Iterable[str]) -> None:
        self.taken = set(taken)

    def pick(self, *wanted: str) -> str:
        """The first of ``wanted`` that is free, else the first of them with a number."""
        for name in wanted:
            if name not in self.taken:
                self.taken.add(name)
                return name
        number = 2
        while f"{wanted[0]}{number}" in self.taken:
            number += 1
        return self.pick(f"{wanted[0]}{number}")

    def usual(self, operation: str) -> str:
        """A name for the result of an operation."""
        return self.pick(*USUAL.get(operation, ("q", "u", "v", "w")))

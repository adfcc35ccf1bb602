"""Names for what a kernel computes on its way: the user's where there is one, else the usual letters."""

from __future__ import annotations

import keyword
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
    "erfc": ("h",),
}


#: Words that a name made here must not be (users' names are checked when they are read).
KEYWORDS = frozenset(
    """auto break case char const continue default do double else enum extern float for goto if inline int
    long register restrict return short signed sizeof static struct switch typedef union unsigned void
    volatile while and_eq asm bitand bitor bool catch class compl const_cast constexpr decltype delete
    dynamic_cast explicit export false friend mutable namespace new noexcept not_eq nullptr operator or_eq
    private protected public reinterpret_cast static_assert static_cast template this throw true try typeid
    typename using virtual wchar_t xor xor_eq""".split()
) | frozenset(keyword.kwlist)


class Names:
    """Hands out names that are not taken."""

    def __init__(self, taken: Iterable[str]) -> None:
        self.taken = set(taken) | KEYWORDS

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

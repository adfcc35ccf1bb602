"""What a kernel makes of NaN and infinities, found by running its steps on them.

One entry of one argument is made special, the others are ordinary numbers; what the steps give is said
in a few words.  The emitted code does the same operations, and tests compare the two.
"""

from __future__ import annotations

import math
from typing import Any

from symderiv.lower.kernel import Argument, Kernel, bodies
from symderiv.lower.machine import Machine, Point

_SIZE = 3
_PLACE = 2
#: Ordinary values, all different and positive.
_ORDINARY = (0.5, 0.75, 1.25, 0.625, 1.5, 0.875, 1.125, 1.75)


def special_values(kernel: Kernel) -> list[str]:
    """Sentences such as ``z with a NaN: every y is NaN``; of a derivative, for the first argument only."""
    if kernel.parts:
        return [sentence for p in kernel.parts for sentence in special_values(p)]
    said = []
    reals = [a for a in kernel.arguments if not a.label]
    for a in reals if kernel.kind == "value" else reals[:1]:
        found = [(shown, _outcome(kernel, a, value)) for shown, value in _SPECIAL]
        words: dict[str, list[str]] = {}
        for shown, what in found:
            words.setdefault(what, []).append(shown)
        parts = [f"{' or '.join(shown)}: {what}" for what, shown in words.items() if what]
        if parts:
            said.append(f"{a.name} with {'; with '.join(parts)}")
    return said


_SPECIAL = (("a NaN", math.nan), ("+inf", math.inf), ("-inf", -math.inf))


def _outcome(kernel: Kernel, argument: Argument, special: Any) -> str:
    usual, changed = _run(kernel, argument, None), _run(kernel, argument, special)
    kinds = {p: "finite" if v == usual[p] else v for p, v in changed.items()}
    return _words(kernel.output.name, kinds, (_PLACE,) * len(kernel.output.head))


def _run(kernel: Kernel, argument: Argument, special: Any) -> dict[tuple[int, ...], str]:
    """The kind of every entry of the result, with one entry of ``argument`` made special."""
    values: dict[str, dict[tuple[int, ...], Any]] = {}
    for n, a in enumerate(kernel.arguments):
        places = _places(len(a.letters))
        values[a.name] = {p: _ORDINARY[(n + sum(p)) % len(_ORDINARY)] for p in places}
    if special is not None:
        values[argument.name][(_PLACE,) * len(argument.letters)] = special
    point = Point(dict.fromkeys(kernel.dims, _SIZE), values, dict.fromkeys(kernel.labels, 1))
    machine = Machine(point, bodies(kernel.steps), rounded=True)
    head = kernel.output.head
    places = _places(len(head))
    return {p: _kind(machine.run(kernel.output.entry, dict(zip(head, p, strict=True)))) for p in places}


def _words(name: str, shown: dict[tuple[int, ...], str], there: tuple[int, ...]) -> str:
    kinds = set(shown.values())
    if len(kinds) == 1:
        (kind,) = kinds
        subject = f"every {name}" if there else name
        return "" if kind == "finite" else f"{subject} is {kind}"
    elsewhere = {v for p, v in shown.items() if p != there}
    if elsewhere == {"finite"}:
        return f"{name} is {shown[there]} there"
    if len(elsewhere) == 1:
        return f"{name} is {shown[there]} there, {min(elsewhere)} elsewhere"
    return f"some {name} are " + " or ".join(sorted(kinds - {"finite"}))


def _kind(value: Any) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return "0" if value == 0 else "finite"


def _places(axes: int) -> list[tuple[int, ...]]:
    places: list[tuple[int, ...]] = [()]
    for _ in range(axes):
        places = [(*p, k) for p in places for k in range(1, _SIZE + 1)]
    return places

"""What the machine can do, in the same run: bandwidth of copying and of writing, by size.

Writing is of a number other than zero: memory that is set to zero may be remembered, not written.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from symderiv.bench import clock

MEBIBYTES = (0.03125, 0.5, 8, 64, 256)


@dataclass(frozen=True, slots=True)
class Limit:
    """Gigabytes in a second, of arrays that take so many MiB together."""

    mebibytes: float
    copy: float
    write: float


def limits(sizes: tuple[float, ...] = MEBIBYTES, budget: float = 0.3) -> list[Limit]:
    """Copying (half of the bytes are read, half written) and writing, one core."""
    found = []
    for size in sizes:
        count = int(size * 2**20) // 8
        whole = np.ones(count)
        source, target = whole[: count // 2], whole[count // 2 :]
        calls = {"copy": partial(np.copyto, target, source), "write": partial(whole.fill, 1.5)}
        times = clock.in_turn(calls, budget=budget)
        found.append(Limit(size, *(8e-9 * count / times[n].seconds for n in ("copy", "write"))))
    return found

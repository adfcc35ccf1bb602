"""Calls timed in turn, on one core: medians, and the median of the ratios of neighbours in time.

Processor time of the process is taken, not the clock of the wall: what else the machine does counts for
nobody, and threads that a library runs count for it.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Call = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Timing:
    """Median seconds of a call, and the median over the rounds of its time / the first contender's."""

    seconds: float
    ratio: float
    rounds: int


def in_turn(calls: Mapping[str, Call], *, budget: float, least: int = 5, most: int = 41) -> dict[str, Timing]:
    """Time all ``calls``, one after the other, round after round, for about ``budget`` seconds each."""
    counts = {}
    for name, call in calls.items():
        call()  # compiles, allocates, touches pages
        counts[name] = _repetitions(call)
    samples: dict[str, list[float]] = {name: [] for name in calls}
    until = time.perf_counter() + budget * len(calls)
    names = list(calls)
    for n in range(most):
        if n >= least and time.perf_counter() > until:
            break
        for name in names[n % len(names) :] + names[: n % len(names)]:  # nobody always follows the same one
            samples[name].append(_sample(calls[name], counts[name]))
    first = samples[names[0]]
    return {
        name: Timing(
            statistics.median(taken),
            statistics.median(a / b for a, b in zip(taken, first, strict=True)),
            len(taken),
        )
        for name, taken in samples.items()
    }


def _repetitions(call: Call, enough: float = 1e-3) -> int:
    """So many calls that one sample takes a millisecond or so."""
    count = 1
    while True:
        taken = _sample(call, count) * count
        if taken >= enough or count >= 1 << 16:
            return count
        count = max(count * 2, min(int(count * enough / max(taken, 1e-9)), count * 16))


def _sample(call: Call, count: int) -> float:
    clock = time.process_time
    repeats = range(count)
    start = clock()
    for _ in repeats:
        call()
    return max(clock() - start, 1e-9) / count


@contextlib.contextmanager
def one_core() -> Iterator[None]:
    """Keep this process, and the thread pools it will start, on one core, where the system can."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)

"""Independent pieces of work on several cores, results in order."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

#: Pieces that are worth a process.
_LEAST = 8
#: Only the parent is interrupted; it stops the others.
_INTERRUPTS = (signal.SIGINT, signal.SIG_IGN)

Piece = TypeVar("Piece")
Done = TypeVar("Done")


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_order(work: Callable[[Piece], Done], pieces: Sequence[Piece], jobs: int | None) -> Iterator[Done]:
    """``work`` on each piece by at most ``jobs`` processes (one a core); errors come in order too.

    ``work``, pieces and results are pickled where there is more than one process, which few pieces are not
    worth: a process takes a second to load what it needs.
    """
    jobs = min(jobs or cores(), len(pieces) // _LEAST)
    if jobs <= 1:
        yield from map(work, pieces)
        return
    # not forked: a fork copies threads' locks, and other platforms have none
    pool = ProcessPoolExecutor(
        jobs, mp_context=get_context("spawn"), initializer=signal.signal, initargs=_INTERRUPTS
    )
    try:
        yield from pool.map(work, pieces)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)

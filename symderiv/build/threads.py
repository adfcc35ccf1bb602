"""A gufunc on several threads: the rows are dealt out, so the bits are those of one thread.

Opt-in: ``threaded(kernel, 4)`` gives such a function, and with the environment variable
``SYMDERIV_THREADS=4`` the kernels of ``symderiv.kernels`` are served so.  NumPy calls a gufunc's loop
without the GIL, so threads of Python suffice; the C has no state.  A call with less than ``SMALL`` entries
an extra thread stays on the caller's own thread.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from itertools import pairwise
from math import prod
from typing import Any

import numpy as np

from symderiv.build.compiler import BuildError
from symderiv.build.signature import Signature

#: Entries (of all operands) that another thread must have to do.
SMALL = 20_000
#: Rows are dealt out in multiples of this, so that groups of rows that are computed together stay together.
GROUP = 64
VARIABLE = "SYMDERIV_THREADS"

_pools: dict[int, ThreadPoolExecutor] = {}
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pools.clear)  # the threads of a pool do not survive a fork


def wanted() -> int:
    """The number of threads that the environment asks for, 1 if it says nothing."""
    said = os.environ.get(VARIABLE, "").strip()
    if not said:
        return 1
    if not said.isdecimal() or int(said) < 1:
        raise BuildError(f"{VARIABLE}={said!r}: a whole number of threads is expected, 1 or more")
    return int(said)


def threaded(kernel: Callable[..., Any], workers: int) -> Callable[..., Any]:
    """``kernel`` (a gufunc, or a function of ``symderiv.kernels``) on up to ``workers`` threads.

    It takes arrays, ``axis`` where the kernel does, and ``out``.  Shapes, types and results are the kernel's.
    """
    gufunc = getattr(kernel, "gufunc", kernel)
    if not isinstance(gufunc, np.ufunc):
        raise TypeError(f"{kernel!r} is no gufunc: only compiled kernels run on several threads")
    if workers < 1:
        raise ValueError(f"{workers} threads: a whole number is expected, 1 or more")
    shape = _signature(gufunc)

    @wraps(kernel)
    def dealt(*arrays: Any, axis: int = -1, out: Any = None, **options: Any) -> Any:
        plan = None if options or workers == 1 else _plan(gufunc, shape, arrays, axis, out, workers)
        if plan is None:
            given = {"axis": axis} if axis != -1 else {}
            given |= {"out": out} if out is not None else {}  # of several outputs NumPy takes no out=None
            return kernel(*arrays, **given, **options)
        return _run(gufunc, shape, axis, *plan)

    dealt.gufunc = gufunc  # type: ignore[attr-defined]
    return dealt


def _signature(gufunc: np.ufunc) -> Signature:
    types = "".join("i" if t == "l" or t == "q" else "r" for t in gufunc.types[0].replace("->", ""))
    plain = ",".join(["()"] * gufunc.nin) + "->" + ",".join(["()"] * gufunc.nout)
    return Signature.parse(gufunc.signature or plain, f"{types[: gufunc.nin]}->{types[gufunc.nin :]}")


def _plan(
    gufunc: np.ufunc, shape: Signature, arrays: Sequence[Any], axis: int, out: Any, workers: int
) -> tuple[list[Any], list[Any], int, list[slice]] | None:
    """Inputs and outputs with their core axes last, the batch axis to deal out, and its parts; None where one
    thread is enough, or where the kernel itself has to say what is wrong."""
    operands = [np.asarray(a) for a in arrays]
    if len(operands) != len(shape.inputs) or (axis != -1 and not shape.one_axis):
        return None
    try:
        inputs = [_last(a, core, axis, shape) for a, core in zip(operands, shape.inputs, strict=True)]
        batches = [a.shape[: a.ndim - len(core)] for a, core in zip(inputs, shape.inputs, strict=True)]
        batch = np.broadcast_shapes(*batches)
        sizes = _sizes(inputs, shape)
        dtypes = gufunc.resolve_dtypes((*(a.dtype for a in inputs), *[None] * gufunc.nout))
    except (ValueError, TypeError, IndexError, np.exceptions.AxisError):
        return None
    made = [batch + tuple(sizes[d] for d in core) for core in shape.outputs]
    rows = max(batch, default=1)
    work = sum(prod(s) for s in made) + sum(a.size for a in inputs)
    parts = min(workers, work // SMALL, -(-rows // GROUP) if rows >= GROUP else rows)
    if parts < 2:
        return None
    place = batch.index(rows)
    step = GROUP if rows >= GROUP * parts else 1
    ends = [rows * n // parts // step * step for n in range(parts)] + [rows]
    if out is None:
        results = [np.empty(s, d) for s, d in zip(made, dtypes[gufunc.nin :], strict=True)]
    else:
        given = out if isinstance(out, tuple) else (out,)
        if len(given) != gufunc.nout or not all(isinstance(o, np.ndarray) for o in given):
            return None
        results = [_last(o, core, axis, shape) for o, core in zip(given, shape.outputs, strict=True)]
        overlap = any(np.may_share_memory(o, a) for o in results for a in inputs)
        if overlap or [r.shape for r in results] != made:
            return None  # NumPy sees to overlaps and errors
    return inputs, results, place - len(batch), [slice(a, b) for a, b in pairwise(ends)]


def _last(a: np.ndarray, core: tuple[str, ...], axis: int, shape: Signature) -> np.ndarray:
    """An operand with its core axis last, where ``axis`` says that it is elsewhere."""
    if axis == -1 or len(core) != 1 or not any(core == each for each in shape.inputs):
        return a
    return np.moveaxis(a, axis, -1)


def _sizes(inputs: Sequence[np.ndarray], shape: Signature) -> dict[str, int]:
    found: dict[str, int] = {}
    for a, core in zip(inputs, shape.inputs, strict=True):
        for letter, n in zip(reversed(core), reversed(a.shape), strict=False):
            if found.setdefault(letter, n) != n:
                raise ValueError("core dimensions differ")
    return found


def _run(
    gufunc: np.ufunc,
    shape: Signature,
    axis: int,
    inputs: list[Any],
    results: list[Any],
    place: int,
    parts: list[slice],
) -> Any:
    def one(part: slice) -> None:
        given = [_part(a, len(core), place, part) for a, core in zip(inputs, shape.inputs, strict=True)]
        there = [_part(r, len(core), place, part) for r, core in zip(results, shape.outputs, strict=True)]
        gufunc(*given, out=tuple(there))

    list(_pool(len(parts)).map(one, parts))
    whole = tuple(_back(r, core, axis, shape) for r, core in zip(results, shape.outputs, strict=True))
    return whole[0] if len(whole) == 1 else whole


def _part(a: np.ndarray, core: int, place: int, part: slice) -> np.ndarray:
    """The rows of an operand; ``place`` counts batch axes from the end, and one of size 1 is broadcast."""
    axis = a.ndim - core + place
    if axis < 0 or a.shape[axis] == 1:
        return a
    return a[(slice(None),) * axis + (part,)]


def _back(a: np.ndarray, core: tuple[str, ...], axis: int, shape: Signature) -> np.ndarray:
    if axis == -1 or len(core) != 1 or core not in shape.inputs:
        return a
    return np.moveaxis(a, -1, axis)


def _pool(workers: int) -> ThreadPoolExecutor:
    pool = _pools.get(workers)
    if pool is None:
        pool = _pools[workers] = ThreadPoolExecutor(workers, thread_name_prefix="symderiv")
    return pool

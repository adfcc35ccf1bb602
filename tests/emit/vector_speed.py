"""Nanoseconds per element of the vector functions in cache, beside NumPy's, in one process by turns.

Run `python -m tests.emit.vector_speed [exp_f32 ...]` from the root of the repository; x86-64, gcc or clang.
"""

from __future__ import annotations

import argparse
import ctypes
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.emit.vectors import COMPILERS, REALS, STANDARD, Scanner, build, full_names, source

ARCHITECTURES = ("x86-64-v4", "x86-64-v3")
SIZE = 1024  # three arrays of doubles in the smallest first-level cache there is
ROUNDS = 21


def arguments(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Ordinary values, none with a subnormal result; whole numbers as the second argument."""
    real = REALS[name.rsplit("_", 1)[1]]
    x = np.random.default_rng(7).uniform(0.1, 5, SIZE).astype(real)
    if not name.startswith(("log", "sqrt", "rsqrt")):
        x[::2] *= -1
    return x, np.rint(x)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=full_names())
    names = parser.parse_args().names
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        again = Scanner(folder).library.again
        ways = {}
        for compiler in COMPILERS:
            for arch in ARCHITECTURES:
                flags = (*STANDARD, "-ffp-contract=fast", f"-march={arch}")
                library = build(folder, f"{compiler}_{arch}", compiler, source(names), *flags)
                ways[f"{compiler} {arch[-2:]}"] = ctypes.CDLL(str(library))
        print(f"{'function':20}", *(f"{label:>9}" for label in (*ways, "numpy")))
        for name in names:
            x, y = arguments(name)
            out = np.empty_like(x)
            arrays = [ctypes.c_void_p(a.ctypes.data) for a in (x, y, out)]

            def run(way: ctypes.CDLL, name: str = name, arrays: list[ctypes.c_void_p] = arrays) -> None:
                loop = ctypes.cast(getattr(way, f"run_{name}"), ctypes.c_void_p)
                again(loop, *arrays, ctypes.c_long(SIZE), ctypes.c_long(200))

            calls: dict[str, Callable[[], None]] = {
                label: lambda way=way, run=run: run(way) for label, way in ways.items()
            }
            peer = getattr(np, name.rsplit("_", 1)[0], None)
            if peer:
                calls["numpy"] = lambda peer=peer, x=x, out=out: [peer(x, out) for _ in range(200)]
            taken: dict[str, list[float]] = {label: [] for label in calls}
            for _ in range(ROUNDS):
                for label, call in calls.items():
                    start = time.perf_counter()
                    call()
                    taken[label].append((time.perf_counter() - start) / 200 / SIZE * 1e9)
            print(f"{name:20}", *(f"{np.median(times):9.3f}" for times in taken.values()), flush=True)


if __name__ == "__main__":
    main()

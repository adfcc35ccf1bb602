"""Greatest errors of the vector functions: every float, and as many doubles and pairs as asked for.

Run `python -m tests.emit.exhaustive` from the root of the repository (half an hour on two cores; needs gcc or
clang): each function, fused and unfused, under each compiler there is. References are the C library's double
for f32 and long double for f64, so the figures for f64 are right to 0.001 ulp where that has 64 bits.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from tests.emit import vector_points as points
from tests.emit.vectors import BINARY, UNARY, Scanner, Version, Worst, full_names, versions


def jobs(
    name: str, step: int, doubles: float, pairs: float
) -> Iterator[tuple[np.ndarray, np.ndarray | None]]:
    """Blocks of arguments for one function."""
    stem, real = name.rsplit("_", 1)
    yield from points.sampled(name, 1 << 31)
    if stem in BINARY:
        for seed in range(round(pairs / points.CHUNK)):
            yield points.pairs(stem, real, seed)
    elif real == "f32":
        for start in range(0, 1 << 32, step * points.CHUNK):
            yield points.floats(start, step), None
    else:
        for seed in range(round(doubles / points.CHUNK)):
            yield points.doubles(stem, seed), None


def measure(scanner: Scanner, ways: list[Version], name: str, blocks, workers: int) -> tuple[Worst, int]:
    """The greatest error over all blocks, and the number of points."""
    worst, count = Worst(), 0
    with ThreadPoolExecutor(workers) as pool:
        pending = []

        def collect() -> None:
            nonlocal worst
            worst = max(worst, pending.pop(0).result(), key=lambda w: w.ulp)

        for x, y in blocks:
            count += x.size
            pending.append(pool.submit(scanner.worst, name, ways, x, y))
            if len(pending) > 2 * workers:  # blocks are made as they are used up
                collect()
        while pending:
            collect()
    return worst, count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=full_names(), help="e.g. exp_f32 log_f64; all by default")
    parser.add_argument("--step", type=int, default=1, help="every STEP-th float (default: all)")
    parser.add_argument(
        "--doubles", type=float, default=1e8, help="points of each f64 function (default 1e8)"
    )
    parser.add_argument("--pairs", type=float, default=1e8, help="points of each function of two variables")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    unknown = set(options.names) - set(full_names())
    if unknown:
        parser.error(
            f"no such function: {', '.join(sorted(unknown))}; there are {', '.join((*UNARY, *BINARY))}"
        )
    print(f"{'function':20} {'points':>14} {'ulp':>8}  where")
    with tempfile.TemporaryDirectory() as folder:
        ways, scanner = versions(Path(folder), options.names), Scanner(Path(folder))
        for name in options.names:
            start = time.perf_counter()
            blocks = jobs(name, options.step, options.doubles, options.pairs)
            worst, count = measure(scanner, ways, name, blocks, options.workers)
            second = f", {worst.y.hex()}" if name.rsplit("_", 1)[0] in BINARY else ""
            how = f"({worst.label}; {time.perf_counter() - start:.0f} s)"
            print(f"{name:20} {count:14,} {worst.ulp:8.4f}  {worst.x.hex()}{second} {how}", flush=True)


if __name__ == "__main__":
    main()

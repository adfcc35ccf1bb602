"""``python -m tests.safety``: sanitizers, guard pages, valgrind and a fuzzer on the generated C.

    python -m tests.safety --minutes 10                  every generated file, every way that is installed
    python -m tests.safety --minutes 2 softmax           one file
    python -m tests.safety --files my/kernels --way guards

Exit status 1 if anything was found. Each line says how many calls were made; ``least``: of the kernel that
was called least often.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from symderiv.report import table as as_table
from tests.safety.build import WAYS, CannotBuild, Outcome, Way, run
from tests.safety.table import Files

GENERATED = Path(__file__).parents[2] / "generated"


def main(argv: Sequence[str] | None = None) -> int:
    """The command; its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.safety", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("names", nargs="*", help="generated modules (default: all)")
    parser.add_argument("--files", type=Path, default=GENERATED, help="the folder of the generated files")
    parser.add_argument(
        "--minutes", type=float, default=2.0, help="for all runs together, builds not counted"
    )
    parser.add_argument(
        "--way",
        action="append",
        choices=WAYS,
        help="a way to run; may be repeated (default: all but large: over 2^31 entries, for minutes)",
    )
    parser.add_argument("--seed", type=int, default=1, help="of the calls (default 1)")
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count(), help="runs at a time (default: one a core)"
    )
    args = parser.parse_args(argv)
    files = [Files(p) for p in sorted(args.files.glob("*.py")) if p.with_suffix(".c").is_file()]
    if unknown := set(args.names) - {f.py.stem for f in files}:
        parser.error(f"no generated file {', '.join(sorted(unknown))}")
    files = [f for f in files if not args.names or f.py.stem in args.names]
    ways = [WAYS[n] for n in args.way or [n for n, w in WAYS.items() if not w.large]]
    for way in ways:
        if way.missing:
            print(f"{way.name}: {way.missing} is not installed", file=sys.stderr)
    ways = [w for w in ways if not w.missing]
    whole = sum(w.share for w in ways) * len(files)
    if not files or not ways:
        parser.error("nothing to run")
    tasks = [(way, file, args.seed + n) for n, (way, file) in enumerate((w, f) for w in ways for f in files)]

    def one(task: tuple[Way, Files, int]) -> Outcome:
        outcome = _run(*task, seconds=args.minutes * 60 * task[0].share / max(whole, 1.0))
        said = f"{outcome.way} {outcome.file}: {outcome.executions} calls, {outcome.problem or 'clean'}"
        print(said, file=sys.stderr, flush=True)
        return outcome

    with ThreadPoolExecutor(args.jobs) as pool:
        found = list(pool.map(one, tasks))
    print(show(found))
    return 1 if any(o.problem for o in found) else 0


def _run(way: Way, file: Files, seed: int, *, seconds: float) -> Outcome:
    with tempfile.TemporaryDirectory() as room:
        try:
            return run(file, way, Path(room), seconds=seconds, seed=seed, big=not way.before)
        except CannotBuild as error:
            return Outcome(file.py.stem, way.name, 0.0, 0, 0, 0, f"cannot be built: {str(error)[:2000]}")


def show(found: Sequence[Outcome]) -> str:
    """A table, and the sums."""
    rows = [
        [
            o.way,
            o.file,
            f"{o.seconds:.0f}",
            str(o.executions),
            str(o.least or "-"),
            str(o.big),
            o.problem or "clean",
            o.detail,
        ]
        for o in found
    ]
    minutes, calls = sum(o.seconds for o in found) / 60, sum(o.executions for o in found)
    problems = sum(bool(o.problem) for o in found)
    return (
        as_table(["way", "file", "seconds", "calls", "least", "large", "found", "covered"], rows)
        + f"\n\n{calls} calls in {minutes:.1f} minutes; {problems} of {len(found)} runs found something."
    )


if __name__ == "__main__":
    sys.exit(main())

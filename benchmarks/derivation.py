"""``python -m benchmarks.derivation``: what deriving softmax's whole Jacobian costs, for C classes.

symderiv derives once for symbolic C; SymPy, symengine and CasADi (:mod:`benchmarks.peers`) derive at
C = 10, 100, 1000.  They derive; ours also proves.  Each cell runs in a process of its own, round after
round through all cells, so that a busy machine hits all alike; the median over the rounds is shown.  A
process that takes longer than the limit is ended, and its cell is not tried again.  A peer that is not
installed is a row that says so.

    python -m benchmarks.derivation --write     # writes benchmarks/derivation.md and derivation.svg
    pip install symengine casadi matplotlib     # the peers and the plot
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.peers import CLAIM, SOFTMAX, WAYS, Way, is_right
from benchmarks.tables import HERE, code, machine, markdown, publish

SIZES = (10, 100, 1000)
ROUNDS = 5
#: Seconds for the process of one cell, its imports included.
LIMIT = 120.0
#: Within a process: so many repetitions, while they take less than this altogether.
REPEATS, ENOUGH = 5, 1.0

HOW = f"""\
Processor time from the statement {code(SOFTMAX)} to its whole Jacobian: medians of {{rounds}}
rounds that go through all cells in turn, each cell in a process of its own, warm, imports excluded, caches
empty. A process is ended after {LIMIT:g} s of the clock, imports included. Before a way is timed, its
result at C = 3 is compared with numbers, in the same process."""
MEMORY = """\
Memory: growth of the process's peak while it derives, in MiB, repetitions included; 0.0 is less than what the
imports had already taken."""
NOTE = f"""\
The ways for *symbolic C* never see C: it is the same computation in each column. *derive and prove* includes
a proof of {code(CLAIM)} for every C. **The peers derive and prove nothing**; what
is derived from explicit entries holds for one C."""


@dataclass(slots=True)
class Cell:
    """What was measured of one way at one size."""

    seconds: list[float] = field(default_factory=list)
    mebibytes: list[float] = field(default_factory=list)
    problem: str = ""

    @property
    def time(self) -> str:
        """The median time, or why there is none."""
        return self.problem or _seconds(statistics.median(self.seconds))

    @property
    def memory(self) -> str:
        """The median growth of the process."""
        return self.problem or f"{statistics.median(self.mebibytes):.1f}"


def _seconds(value: float) -> str:
    if value < 1e-3:
        return f"{value * 1e6:.0f} µs"
    return f"{value * 1e3:.3g} ms" if value < 1 else f"{value:.3g} s"


Cells = Mapping[tuple[str, int], Cell]


# --- measuring ------------------------------------------------------------------------------------


def measure_here(way: Way, size: int) -> dict[str, Any]:
    """In the process of a cell: one derivation to warm up, checked, then timed ones with empty caches."""
    try:
        import_module(way.package)
    except ImportError:
        return {"problem": "not installed"}
    way.clear()
    if not is_right(way):  # a derivation, which warms up as well
        return {"problem": "WRONG"}
    before, times = _peak(), list[float]()
    while len(times) < REPEATS and sum(times) < ENOUGH:
        way.clear()
        gc.collect()
        start = time.process_time()  # what else the machine does counts for nobody
        made = way.derive(size)
        times.append(time.process_time() - start)
        del made
    return {"seconds": statistics.median(times), "mebibytes": _peak() - before}


def _peak() -> float:
    """The most memory this process has had, in MiB."""
    try:
        resource = import_module("resource")
    except ImportError:  # Windows
        return 0.0
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / (
        2**20 if sys.platform == "darwin" else 2**10
    )


def measure(name: str, size: int, limit: float = LIMIT) -> dict[str, Any]:
    """One cell in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.derivation", "--cell", name, str(size)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=limit, cwd=HERE.parent, check=False
        )
    except subprocess.TimeoutExpired:
        return {"problem": f"> {limit:g} s"}
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
        return {"problem": f"failed: {last[:80]}"}
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def measure_all(rounds: int, sizes: Sequence[int], limit: float) -> dict[tuple[str, int], Cell]:
    """Round after round through all cells."""
    cells = {(name, size): Cell() for name in WAYS for size in sizes}
    for n in range(rounds):
        for (name, size), cell in cells.items():
            if cell.problem:
                continue
            answer = measure(name, size, limit)
            print(f"round {n + 1}: {name}, C = {size}: {answer}", file=sys.stderr, flush=True)
            cell.problem = answer.get("problem", "")
            if not cell.problem:
                cell.seconds.append(answer["seconds"])
                cell.mebibytes.append(answer["mebibytes"])
    return cells


# --- showing --------------------------------------------------------------------------------------


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        if package != "symderiv":
            return "not installed"
        return str(import_module(package).__version__)


def _table(cells: Cells, sizes: Sequence[int], what: str) -> str:
    rows = [(way.title, *(getattr(cells[name, s], what) for s in sizes)) for name, way in WAYS.items()]
    return markdown(["", *(f"C = {s}" for s in sizes)], rows, right=range(1, len(sizes) + 1))


def document(cells: Cells, sizes: Sequence[int], rounds: int) -> str:
    """The whole page."""
    versions = {w.package: _version(w.package) for w in WAYS.values()}
    where = f"{machine()}; {', '.join(f'{p} {v}' for p, v in versions.items())}."
    parts = [
        "# Deriving softmax's Jacobian",
        f"Written by `python -m benchmarks.derivation --write`. {where}",
        HOW.format(rounds=rounds),
        _table(cells, sizes, "time"),
        NOTE,
        "![time over C](derivation.svg)",
        MEMORY,
        _table(cells, sizes, "memory"),
        "What each does:",
        "\n".join(f"* **{w.title}**: {w.what}." for w in WAYS.values()),
    ]
    return "\n\n".join(parts)


def plot(cells: Cells, sizes: Sequence[int], path: Path, limit: float = LIMIT) -> None:
    """Time over C, both logarithmic; a triangle is a cell that was ended at the limit."""
    matplotlib = import_module("matplotlib")
    matplotlib.use("svg")
    plt = import_module("matplotlib.pyplot")
    style = {"svg.hashsalt": "symderiv", "font.size": 9, "axes.spines.top": False}
    with plt.rc_context({**style, "axes.spines.right": False}):
        figure, axes = plt.subplots(figsize=(7.2, 4.2), layout="constrained")
        for n, (name, way) in enumerate(WAYS.items()):
            measured = [
                (s, statistics.median(cells[name, s].seconds)) for s in sizes if cells[name, s].seconds
            ]
            ended = [s for s in sizes if cells[name, s].problem.startswith(">")]
            if not measured:
                continue
            shown = {"color": f"C{n}", "linewidth": 2 if way.package == "symderiv" else 1.2}
            axes.plot(*zip(*measured, strict=True), "o-", label=way.title, markersize=4, **shown)
            points = measured[-1:] + [(s, limit) for s in ended]
            axes.plot(*zip(*points, strict=True), ":", **shown)
            axes.plot(ended, [limit] * len(ended), "^", markerfacecolor="white", color=f"C{n}")
        axes.axhline(limit, color="0.8", linewidth=0.8, zorder=0)
        axes.text(sizes[0], limit, f"ended after {limit:g} s", va="bottom", color="0.4", fontsize=8)
        axes.set(
            xscale="log", yscale="log", xlabel="classes C", ylabel="processor seconds to the whole Jacobian"
        )
        axes.set_xticks(sizes, [str(s) for s in sizes])
        axes.minorticks_off()
        axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
        figure.savefig(path, metadata={"Date": None, "Creator": None})
        plt.close(figure)
    # the lines of an SVG of matplotlib end with spaces
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(x.rstrip() for x in lines) + "\n", encoding="utf-8", newline="\n")


def main(argv: Sequence[str] | None = None) -> int:
    """The command; its exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.derivation")
    parser.add_argument("--write", action="store_true", help="write derivation.md and .svg (default: print)")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"rounds (default {ROUNDS})")
    parser.add_argument("--cell", nargs=2, metavar=("WAY", "C"), help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.cell:
        print(json.dumps(measure_here(WAYS[args.cell[0]], int(args.cell[1]))))
        return 0
    cells = measure_all(args.rounds, SIZES, LIMIT)
    publish(document(cells, SIZES, args.rounds), "derivation.md", args.write)
    if args.write:
        try:
            plot(cells, SIZES, HERE / "derivation.svg")
        except ImportError:
            print("matplotlib is not installed: derivation.svg was not written", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())

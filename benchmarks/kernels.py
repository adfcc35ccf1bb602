"""``python -m benchmarks.kernels``: the generated kernels beside other libraries', speed and errors.

It is ``symderiv bench``, written as a page with a plot.

    pip install -e '.[peers]'
    python -m benchmarks.kernels --write        # writes benchmarks/kernels.md, kernels.svg and errors.svg
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from benchmarks.svg import Group, Line, dots
from benchmarks.tables import HERE, markdown, publish
from symderiv.bench.command import run
from symderiv.bench.errors import OURS as OUR_ERRORS
from symderiv.bench.peers import NAMES
from symderiv.bench.results import Results
from symderiv.bench.show import document
from symderiv.bench.speed import COPY, OURS

HOW = """\
One process, one core, one thread for each library. All contenders of a line are timed in turn, round
after round; times are medians of processor time, and a ratio is the median over the rounds of *other time
/ our time*: above 1 ours is faster. Where a library has several ways to do the same, or an `out=`, its
fastest counts; its numbers are compared with ours first. `copy/ours` is the time of copying as many bytes
as the kernel must touch (half read, half written) / our time: 1 would be as fast as memory. A goal stands
beside the figure that it speaks of."""
ERRORS = """\
Errors are the worst of all entries, against ball arithmetic at the exact logits. A VJP is fed the correctly
rounded softmax; `r` is the place of the largest y, `S = sum y*|g - g_r|`, `u` half an ulp of 1, and entries
below the smallest normal number do not count."""


def page(results: Results, quick: bool = False) -> str:
    """The whole page."""

    def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
        return markdown(header, rows, right=range(1, len(header)))

    parts = [
        "# Kernels beside other libraries",
        f"Written by `python -m benchmarks.kernels --write{' --quick' if quick else ''}`.",
        *(["A quick run: few shapes, few entries, short timings."] if quick else []),
        HOW,
        "![ratios of times](kernels.svg)",
        ERRORS,
        "![worst errors against the spread of the logits](errors.svg)",
        document(results, table, lambda text: f"## {text}"),
    ]
    return "\n\n".join(parts)


def plot(results: Results) -> str:
    """Ratios of times, a dot for each library; short lines are goals."""
    groups = []
    for title in dict.fromkeys((m.title, m.dtype) for m in results.speed):
        lines = [
            Line(
                m.place,
                {n: t.ratio for n, t in m.times.items() if n not in (OURS, COPY)},
                {g.peer: g.goal for g in m.goals if g.peer != COPY},
            )
            for m in results.speed
            if (m.title, m.dtype) == title
        ]
        groups.append(Group(f"{title[0]}, {title[1]}", lines))
    what = "time of the other library / ours, one core (right of 1: ours is faster; short lines: goals)"
    return dots(groups, what, low=0.1, high=50)


def plot_errors(results: Results) -> str:
    """Worst errors against the spread of the inputs, a dot for each library; short lines are our goals."""
    groups = []
    compared = [e for e in results.errors if len(e.worst) > 1]
    for unit, dtype in dict.fromkeys((e.unit, e.dtype) for e in compared):
        lines = [
            Line(
                e.title, {n: max(w, 0.1) for n, w in e.worst.items()}, {OUR_ERRORS: e.goal} if e.goal else {}
            )
            for e in compared
            if (e.unit, e.dtype) == (unit, dtype)
        ]
        groups.append(Group(f"{dtype}, in units of {unit}", lines))
    return dots(groups, "worst error (left is better; short lines: our goals)", low=0.1, high=1e8)


def main(argv: Sequence[str] | None = None) -> int:
    """The command; its exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kernels")
    parser.add_argument("names", nargs="*", help="functions (default: all that are timed)")
    parser.add_argument("--write", action="store_true", help="write the page and its plots (default: print)")
    parser.add_argument("--quick", action="store_true", help="few shapes and short runs")
    args = parser.parse_args(argv)
    results = run(
        args.names, NAMES, quick=args.quick, progress=lambda line: print(line, file=sys.stderr, flush=True)
    )
    publish(page(results, args.quick), "kernels.md", args.write)
    if args.write:
        for name, drawn in (("kernels.svg", plot(results)), ("errors.svg", plot_errors(results))):
            (HERE / name).write_text(drawn, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""``symderiv bench``: the steps, and what is printed."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version

from symderiv.bench import clock, errors, limits, rows, show, speed
from symderiv.bench.peers import NAMES, one_thread, open_peers
from symderiv.bench.results import Results


def run(
    names: Sequence[str] = (),
    peers: Sequence[str] = NAMES,
    *,
    quick: bool = False,
    parts: Sequence[str] = ("speed", "errors"),
    progress: Callable[[str], None] = lambda line: None,
) -> Results:
    """Measure: rows of the functions ``names`` (all, if there are none) against ``peers``."""
    table = rows.read()
    chosen = rows.choose(table.rows, names)
    with clock.one_core():
        one_thread()
        found, absent = open_peers(peers)
        results = Results({"symderiv": _version(), **{p.name: p.version for p in found}}, absent)
        if "speed" in parts:
            results.limits = limits.limits((0.5, 8), 0.05) if quick else limits.limits()
            results.medians = list(table.medians)
            results.speed, results.skipped = speed.measure(
                chosen,
                table.quick if quick else table.shapes,
                found,
                budget=0.05 if quick else 0.5,
                progress=progress,
            )
        if "errors" in parts:
            results.errors = errors.measure(found, names, quick=quick, progress=progress)
    return results


def main(args: argparse.Namespace) -> int:
    """The command; status 1 is not for missed goals: they are figures of this machine, not findings."""
    wanted = [p.strip() for p in args.peers.split(",") if p.strip()] if args.peers is not None else NAMES
    parts = ("speed", "errors") if args.part is None else (args.part,)
    telling = sys.stderr.isatty() or args.verbose
    results = run(args.names, wanted, quick=args.quick, parts=parts, progress=_tell if telling else _silent)
    if args.format == "json":
        print(json.dumps(results.json(), indent=2))
    else:
        from symderiv.report import table

        print(show.document(results, table, lambda text: text + ":"))
    return 0


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _silent(line: str) -> None:
    pass


def _version() -> str:
    try:
        return version("symderiv")
    except PackageNotFoundError:
        from symderiv import __version__

        return __version__

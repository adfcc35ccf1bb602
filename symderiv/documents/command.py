"""``symderiv check``: arguments, formats, exit status, and looking again when a file changes."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

from symderiv.errors import InputError


def arguments(
    p: argparse.ArgumentParser, seconds: Callable[[str], float], path: Callable[[str], str]
) -> None:
    """The command's arguments."""
    p.add_argument("documents", nargs="+", type=path, metavar="DOC", help="a .md, .tex or .ipynb file")
    p.add_argument(
        "--format", choices=("text", "json", "github", "sarif"), default="text", help="output format"
    )
    p.add_argument("--verbose", "-v", action="store_true", help="show every row, not only the findings")
    p.add_argument("--seconds", type=seconds, default=5.0, help="time limit for one checker on one row")
    p.add_argument("--total", type=seconds, default=300.0, help="time limit for one document")
    p.add_argument("--strict", action="store_true", help="status 1 also where a row is undecided or unread")
    p.add_argument("--watch", action="store_true", help="check again whenever a document changes")


def main(args: argparse.Namespace) -> int:
    """Run the command: 0 nothing wrong, 1 findings."""
    if args.watch:
        if args.format != "text":
            raise InputError("usage", "--watch is for a terminal, with --format text")
        return _watch(args)
    return _once(args)


def _once(args: argparse.Namespace) -> int:
    from symderiv.documents import report
    from symderiv.documents.check import check
    from symderiv.documents.text.source import read

    sources = [read(p) for p in args.documents]  # bad input is told before any row is judged
    checked = []
    for source in sources:
        checked.append(check(source, seconds=args.seconds, total=args.total))
        if args.format == "text":
            print(report.terminal(checked[-1], args.verbose), flush=True)
    if args.format != "text":
        shown = {"json": report.as_json, "github": report.github, "sarif": report.sarif}[args.format](checked)
        if shown:
            print(shown)
    left = args.strict and any(r.word in ("undecided", "unread") for c in checked for r in c.rows)
    return 1 if left or not all(c.clean for c in checked) else 0


def _watch(args: argparse.Namespace, rounds: int = 0) -> int:
    """Check at every change of a file; ``rounds`` ends after so many (0: never)."""
    seen: dict[str, tuple[int, int]] = {}
    done = status = 0
    while True:
        now = {p: _stamp(p) for p in args.documents}
        if now != seen:
            seen = now
            try:
                status = _once(args)
            except InputError as error:
                print(f"symderiv: {error}", flush=True)
                status = 2
            done += 1
            if rounds and done >= rounds:
                return status
        time.sleep(0.3)


def _stamp(path: str) -> tuple[int, int]:
    try:
        found = Path(path).stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size

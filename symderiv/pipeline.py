"""The main job: derive, verify, generate, build and compare every function.

:func:`run` reads from top to bottom like the package's map; the rest shows what came of it.
"""

from __future__ import annotations

import argparse
import json
import shlex
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symderiv import build
from symderiv.definitions import Function
from symderiv.derive.fold import derivative
from symderiv.emit.generate import Report, generate, slug_of
from symderiv.errors import InputError
from symderiv.library import catalog
from symderiv.lower.products import differentiable, kernels
from symderiv.notation.show import equation
from symderiv.report import paint, table, verdict_text
from symderiv.verify.claims import SHOWN, Result, verify_all
from symderiv.workers import in_order

if TYPE_CHECKING:
    from symderiv.run.agreement import KernelError

#: Errors above this many units of an entry's own conditioning (see :mod:`symderiv.run.agreement`) are
#: a finding.  The shipped kernels stay below 3.
MOST_UNITS = 16.0


@dataclass(slots=True)
class Outcome:
    """What the main job found about one function."""

    function: Function
    derivatives: list[str] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    errors: list[KernelError] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    compiled: str = ""
    seconds: float = 0.0

    @property
    def clean(self) -> bool:
        """Every claim proved and every kernel right."""
        proved = all(r.word == "proved" for r in self.results)
        return proved and all(e.worst_units <= MOST_UNITS for e in self.errors)


def run(functions: Sequence[Function], out: Path, *, jobs: int | None = 1) -> Iterator[Outcome]:
    """Derive, verify, generate, build and compare, function by function, in ``jobs`` processes."""
    try:
        out.mkdir(parents=True, exist_ok=True)  # a bad folder is told at once, not after the work
        generate(functions, out)
    except OSError as error:
        raise _unwritable(out, error) from None
    yield from in_order(partial(_outcome, out), functions, jobs)


def _outcome(out: Path, function: Function) -> Outcome:
    start = time.perf_counter()
    outcome = Outcome(function)
    outcome.derivatives = derive(function)
    outcome.results = verify_all(function)
    slug = slug_of(function.name)
    outcome.files = [f"{slug}{ending}" for ending in (".py", ".c", ".h")]
    outcome.compiled, outcome.errors = measure(function, out)
    outcome.seconds = time.perf_counter() - start
    return outcome


def derive(function: Function) -> list[str]:
    """The folded derivative by each differentiable input, as text."""
    found = (derivative(function, wrt) for wrt in differentiable(function))
    return [equation(d.left, d.folded) for d in found]


def measure(function: Function, folder: Path) -> tuple[str, list[KernelError]]:
    """Load the generated files of ``function`` and compare them with the high-precision reference.

    Returns ``compiled``, or why only NumPy could be compared, and the errors."""
    from symderiv.run.agreement import compare

    slug = slug_of(function.name)
    path = folder / slug
    by_numpy = build.load(path.with_suffix(".py"), None)
    try:
        by_c = build.load(path.with_suffix(".py"), path.with_suffix(".c"))
        word = "compiled"
    except build.CompilerMissing as error:
        by_c, word = None, f"NumPy only: {error}"
    return word, compare(function, by_numpy, by_c, kernels=kernels(function, slug))


# --- commands -------------------------------------------------------------------------------------


def main_job(args: argparse.Namespace) -> int:
    """``symderiv all``."""
    functions = list(catalog.values())
    outcomes = []
    for outcome in run(functions, Path(args.out), jobs=args.jobs):
        outcomes.append(outcome)
        if args.format == "text":
            proved = sum(r.word == "proved" for r in outcome.results)
            print(
                f"{outcome.function.name}: {proved} of {len(outcome.results)} claims proved, "
                f"{outcome.compiled}, {outcome.seconds:.1f} s",
                flush=True,
            )
            for result in outcome.results:
                if result.word != "proved":
                    print(verdict_text(result), flush=True)
    if args.format == "json":
        print(json.dumps({"functions": [as_json(o) for o in outcomes]}, indent=2))
    else:
        print()
        print(summary(outcomes))
    return 0 if all(o.clean for o in outcomes) else 1


def summary(outcomes: Sequence[Outcome]) -> str:
    """The closing tables: functions with their proofs, kernels with their worst errors."""
    rows = []
    for o in outcomes:
        words = []
        for checker in SHOWN:
            good = sum(r.checkers[checker].word in ("proved", "confirmed", "unrefuted") for r in o.results)
            words.append(f"{checker} {good}/{len(o.results)}")
        made = f"{', '.join(Path(f).suffix[1:] for f in o.files)}; {o.compiled}"
        proved = "proved" if all(r.word == "proved" for r in o.results) else "NOT PROVED"
        rows.append([o.function.name, "; ".join(o.derivatives), paint(proved), ", ".join(words), made])
    one = table(("function", "derived", "verdict", "claims by checker", "generated"), rows)
    worst: dict[tuple[str, str], dict[str, KernelError]] = {}
    for o in outcomes:
        for e in o.errors:
            worst.setdefault((o.function.name, e.kernel), {})[f"{e.target} {e.dtype}"] = e
    columns = ("numpy float32", "numpy float64", "c float32", "c float64")
    body = [[kernel, *(_error_text(found.get(c)) for c in columns)] for (_, kernel), found in worst.items()]
    two = table(("kernel", *columns), body)
    note = (
        "Worst error over random inputs against a 256-bit reference: ulp of the result / units of the\n"
        "entry's own conditioning, u * (|entry| + the sizes of its terms) with u half an ulp of 1."
    )
    return f"{one}\n\n{two}\n{note}"


def _error_text(error: KernelError | None) -> str:
    return "-" if error is None else f"{error.worst_ulp:.3g} ulp / {error.worst_units:.2g}"


def as_json(outcome: Outcome) -> dict[str, Any]:
    """One function's row as JSON."""
    return {
        "function": outcome.function.name,
        "derivatives": outcome.derivatives,
        "results": [r.json() for r in outcome.results],
        "files": outcome.files,
        "kernels_by": outcome.compiled,
        "errors": [
            {
                "kernel": e.kernel,
                "target": e.target,
                "dtype": e.dtype,
                "worst_ulp": e.worst_ulp,
                "worst_units": e.worst_units,
                "entries": e.entries,
            }
            for e in outcome.errors
        ],
        "seconds": round(outcome.seconds, 3),
    }


def generate_command(functions: list[Function], args: argparse.Namespace) -> int:
    """``symderiv generate``: write, or with ``--check`` compare; a stated function is measured too."""
    targets = tuple(args.target) if args.target else ("numpy", "c")
    if args.define is not None and not args.name:
        raise InputError("usage", "--define needs a --name for the generated files")
    complete = not args.names and args.define is None
    try:
        report = generate(
            functions, args.out, targets, check=args.check, complete=complete, source=args.file or ""
        )
    except OSError as error:
        raise _unwritable(args.out, error) from None
    report.repair = _repair(args, report)
    errors = []
    if args.define is not None and not args.check and "numpy" in targets:
        errors = _measured(functions[0], Path(args.out), targets)
    if args.format == "json":
        print(json.dumps(_report_json(report, errors), indent=2))
    else:
        for line in _report_lines(report, args.check):
            print(line)
        if errors:
            print(_errors_table(errors))
    wrong = any(e.worst_units > MOST_UNITS for e in errors)
    return 1 if (args.check and not report.clean) or wrong else 0


def _unwritable(folder: Path | str, error: OSError) -> InputError:
    return InputError("no-file", f"{folder} cannot be written: {error.strerror or error}")


def _repair(args: argparse.Namespace, report: Report) -> str:
    """The command that makes the folder what this one asked for, in the user's own words."""
    words = ["symderiv", "generate", *args.names]
    for option, values in (
        ("--define", [args.define]),
        ("--assume", args.assume),
        ("--name", [args.name]),
        ("--file", [args.file]),
        ("--target", args.target or []),
        ("--out", [args.out]),
    ):
        words += [word for value in values if value is not None for word in (option, value)]
    commands = [words] if report.changed or report.missing else []
    if report.orphans:
        commands.append(["rm", *(str(p) for p in report.orphans)])
    return " && ".join(shlex.join(c) for c in commands)


def _measured(function: Function, folder: Path, targets: Sequence[str]) -> list[KernelError]:
    """Compare a user's new function with the reference at once; C is taken from a folder of its own
    when only one target was written."""
    if set(targets) == {"numpy", "c"}:
        return measure(function, folder)[1]
    with tempfile.TemporaryDirectory() as spare:
        generate([function], spare)
        return measure(function, Path(spare))[1]


def _errors_table(errors: Sequence[KernelError]) -> str:
    rows = [[e.kernel, e.target, e.dtype, f"{e.worst_ulp:.3g}", f"{e.worst_units:.3g}"] for e in errors]
    return table(("kernel", "target", "dtype", "worst ulp", "worst units"), rows)


def _report_lines(report: Report, check: bool) -> list[str]:
    if check:
        done = [f"{len(report.unchanged)} files are as they should be"] if report.clean else []
        return report.lines() + done
    lines = [f"wrote {p}" for p in report.written]
    lines += [f"unchanged {p}" for p in report.unchanged]
    lines += [f"orphan (no shipped definition makes it): {p}" for p in report.orphans]
    return lines


def _report_json(report: Report, errors: Sequence[KernelError]) -> dict[str, Any]:
    return {
        "folder": str(report.folder),
        "written": [str(p) for p in report.written],
        "unchanged": [str(p) for p in report.unchanged],
        "changed": {str(p): diff for p, diff in report.changed.items()},
        "missing": [str(p) for p in report.missing],
        "orphans": [str(p) for p in report.orphans],
        "repair": report.repair if not report.clean else "",
        "errors": [
            {"kernel": e.kernel, "target": e.target, "dtype": e.dtype, "worst_ulp": e.worst_ulp,
             "worst_units": e.worst_units} for e in errors
        ],
    }  # fmt: skip

"""``python -m benchmarks.theorems``: all four checkers about each claim of the theorem files, and how long
the index calculus takes for it.

The answers are kept as they come, in the folder of temporary files and under a hash of the package's
sources, so that a run that was interrupted goes on where it stopped.  The times of the calculus are
measured afterwards, in one process that does nothing else.

    python -m benchmarks.theorems --write                 # writes benchmarks/theorems.md
    python -m benchmarks.theorems --file my.toml          # prints the table of another file
"""

from __future__ import annotations

import argparse
import hashlib
import json
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path

from benchmarks.tables import HERE, code, fresh_caches, machine, markdown, publish
from symderiv.definitions import Function
from symderiv.errors import InputError
from symderiv.library import load
from symderiv.verify import by_calculus
from symderiv.verify.claims import SHOWN, Disagreement, verify
from symderiv.verify.verdict import Verdict

ROOT = HERE.parent
FILES = tuple(ROOT / "tests" / "data" / name for name in ("theorems.toml", "textbook.toml", "positions.toml"))
#: Seconds for each checker about each claim (balls take half of it at most).
SECONDS = 10.0
REPEATS = 7
#: What the median and the worst time of the calculus should be, in milliseconds.
GOAL_MEDIAN, GOAL_WORST = 5.0, 50.0
DISAGREEMENT = "DISAGREEMENT"
HOW = f"""\
*verdict* is the joint one. *ms* is processor time of the index calculus alone: imports excluded, the claim
read before, caches empty, median of {REPEATS}. The numbers behind *confirmed* and *unrefuted* count
instances. Each checker has {SECONDS:g} s for a claim, balls {SECONDS / 2:g} s."""


@dataclass(frozen=True, slots=True)
class Case:
    """One claim of a file: the number of the claim in its table."""

    file: str
    name: str
    number: int

    @property
    def function(self) -> Function:
        """The function the claim is stated with."""
        return _loaded(self.file)[self.name]


@dataclass(slots=True)
class Answer:
    """What one checker said."""

    word: str
    reason: str = ""
    instances: int = 0
    seconds: float = 0.0

    @property
    def shown(self) -> str:
        """The word, and at how many instances, where these were counted."""
        return f"{self.word}, {self.instances}" if self.instances else self.word


@dataclass(slots=True)
class Row:
    """One line of the table."""

    name: str
    claim: str
    word: str
    reason: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    milliseconds: float = 0.0

    def said(self, checker: str) -> Answer:
        """What ``checker`` said; it may not have been asked."""
        return self.answers.get(checker, Answer("not asked"))

    @property
    def independent(self) -> list[str]:
        """Checkers other than the calculus that establish the claim exactly."""
        return [n for n in ("sympy", "expansion") if self.said(n).word in ("proved", "confirmed")]

    @property
    def alarming(self) -> bool:
        """Refuted by someone; no claim of a theorem file may be."""
        return self.word == DISAGREEMENT or "refuted" in (self.word, *(a.word for a in self.answers.values()))


@lru_cache(maxsize=16)
def _loaded(file: str) -> dict[str, Function]:
    return dict(load(file))


def cases(file: Path) -> list[Case]:
    """Every claim of a file, in order."""
    found = _loaded(str(file))
    return [Case(str(file), name, n) for name, f in found.items() for n in range(len(f.claims))]


# --- asking ---------------------------------------------------------------------------------------


def ask(case: Case, seconds: float = SECONDS) -> Row:
    """The joint verdict about one claim and what each checker said."""
    function = case.function
    claim = function.claims[case.number]
    row = Row(function.name, claim.text, "undecided")
    try:
        result = verify(function, claim, seconds=seconds)
    except Disagreement as error:
        row.word, row.reason = DISAGREEMENT, str(error)
    except InputError as error:  # no point satisfies the assumptions
        row.reason = str(error)
        return row
    else:
        row.word, row.reason = result.word, result.reason
        row.answers = {name: _answer(v) for name, v in result.checkers.items()}
    for name in SHOWN:  # after a refutation the joint verdict asks nobody else
        if name not in row.answers:
            row.answers[name] = _answer(
                verify(function, claim, checkers=(name,), seconds=seconds).checkers[name]
            )
    return row


def _answer(verdict: Verdict) -> Answer:
    return Answer(verdict.word, verdict.reason, verdict.instances, verdict.seconds)


def milliseconds(case: Case, repeats: int = REPEATS) -> float:
    """The median processor time of the index calculus: warm, with fresh caches and a freshly read claim."""
    times = []
    for _ in range(repeats):
        f = case.function
        again = Function(f.define, assume=f.assume, dims=f.declared, labels=f.labels, name=f.name)
        claim = again.claim(f.claim_texts[case.number])  # terms remember their hash; these are new
        fresh_caches()
        start = time.process_time()  # what else the machine does is not the calculus's
        by_calculus.check(claim, seconds=SECONDS)
        times.append(time.process_time() - start)
    return 1e3 * statistics.median(times)


class Kept:
    """Answers on disk, one line each, under a hash of the package and of the claim."""

    def __init__(self) -> None:
        sources = hashlib.sha256()
        for path in sorted((ROOT / "symderiv").rglob("*.py")):
            sources.update(path.read_bytes())
        folder = Path(tempfile.gettempdir()) / "symderiv-benchmarks"
        folder.mkdir(exist_ok=True)
        self.path = folder / f"theorems-{sources.hexdigest()[:16]}.jsonl"
        self.rows: dict[str, Row] = {}
        if self.path.exists():
            for line in self.path.read_text(encoding="utf-8").splitlines():
                self._read(line)

    def _read(self, line: str) -> None:
        try:
            raw = json.loads(line)
        except ValueError:  # the line that was being written when the run stopped
            return
        answers = {name: Answer(**a) for name, a in raw["row"].pop("answers").items()}
        self.rows[raw["key"]] = Row(**raw["row"], answers=answers)

    @staticmethod
    def key(case: Case) -> str:
        """Of everything the answers depend on but the package."""
        f = case.function
        said = (f.name, f.define, f.assume, sorted(f.declared.items()), f.labels, f.claim_texts[case.number])
        return hashlib.sha256(repr(said).encode()).hexdigest()

    def add(self, case: Case, row: Row) -> None:
        """Keep one answer."""
        self.rows[self.key(case)] = row
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps({"key": self.key(case), "row": asdict(row)}) + "\n")


def answers(todo: Sequence[Case], jobs: int) -> list[Row]:
    """Every row, from what is kept and from asking."""
    kept = Kept()
    missing = [c for c in todo if Kept.key(c) not in kept.rows]
    with ProcessPoolExecutor(jobs) as pool:
        running = {pool.submit(ask, c): c for c in missing}
        for n, done in enumerate(as_completed(running), 1):
            case, row = running[done], done.result()
            kept.add(case, row)
            print(f"{n}/{len(missing)} {row.word}: {row.name}: {row.claim}", file=sys.stderr, flush=True)
    return [kept.rows[Kept.key(c)] for c in todo]


# --- showing --------------------------------------------------------------------------------------


def summary(titled: Iterable[tuple[str, Sequence[Row]]]) -> str:
    """One column for each file."""
    files = list(titled)
    lines: list[tuple[str, list[object]]] = [
        ("claims", [len(rows) for _, rows in files]),
        ("proved", [sum(r.word == "proved" for r in rows) for _, rows in files]),
        ("refuted by any checker", [sum(r.alarming for r in rows) for _, rows in files]),
        ("unrefuted by balls", [sum(r.said("balls").word == "unrefuted" for r in rows) for _, rows in files]),
    ]
    for what, names in (
        ("independently confirmed", None),
        ("... by SymPy and by expansion", ["sympy", "expansion"]),
        ("... by SymPy only", ["sympy"]),
        ("... by expansion only", ["expansion"]),
        ("... by neither", []),
    ):
        counts: list[object] = [
            sum(bool(r.independent) if names is None else r.independent == names for r in rows)
            for _, rows in files
        ]
        lines.append((what, counts))
    times = [sorted(r.milliseconds for r in rows) for _, rows in files]
    lines += [
        (
            f"index calculus, median ms (goal: {GOAL_MEDIAN:g})",
            [f"{statistics.median(t):.2f}" for t in times],
        ),
        (f"index calculus, worst ms (goal: {GOAL_WORST:g})", [f"{t[-1]:.1f}" for t in times]),
        (f"index calculus, above {GOAL_WORST:g} ms", [sum(x > GOAL_WORST for x in t) for t in times]),
    ]
    for name in SHOWN:
        worst: list[object] = [f"{max(r.said(name).seconds for r in rows):.1f}" for _, rows in files]
        lines.append((f"{name}, slowest answer in s", worst))
    right = range(1, len(files) + 1)
    return markdown(["", *(title for title, _ in files)], [(w, *counts) for w, counts in lines], list(right))


def unconfirmed(rows: Iterable[Row]) -> Iterator[str]:
    """Claims that neither SymPy nor the expansion establishes, with what each said."""
    for r in rows:
        if not r.independent:
            said = "; ".join(f"{n}: {r.said(n).reason or r.said(n).word}" for n in ("sympy", "expansion"))
            yield f"* {r.name}: {code(r.claim, 120)}: {said}"


def table(rows: Iterable[Row]) -> str:
    """One line for each claim."""
    return markdown(
        ["function", "claim", "verdict", "calculus", "ms", "SymPy", "expansion", "balls"],
        [
            (
                r.name,
                code(r.claim, 90),
                r.word,
                r.said("calculus").word,
                f"{r.milliseconds:.2f}",
                *(r.said(n).shown for n in ("sympy", "expansion", "balls")),
            )
            for r in rows
        ],
        right=[4],
    )


def document(files: Sequence[tuple[str, Sequence[Row]]]) -> str:
    """The whole page."""
    every = [r for _, rows in files for r in rows]
    slow = sorted((r for r in every if r.milliseconds > GOAL_WORST), key=lambda r: -r.milliseconds)
    parts = [
        "# Theorems: what each checker says",
        f"Written by `python -m benchmarks.theorems --write`. {machine()}.",
        HOW,
        summary(files),
        f"## Without independent confirmation ({sum(not r.independent for r in every)})",
        "\n".join(unconfirmed(every)) or "none",
        f"## Index calculus above {GOAL_WORST:g} ms ({len(slow)})",
        "\n".join(f"* {r.milliseconds:.1f} ms: {r.name}: {code(r.claim)}" for r in slow) or "none",
    ]
    strange = [r for r in every if r.alarming]
    if strange:
        parts += [
            "## Refuted, or checkers disagree",
            "\n".join(
                f"* {r.name}: {code(r.claim)}: {r.word}; {', '.join(_each(r))}; {r.reason}" for r in strange
            ),
        ]
    for title, rows in files:
        parts += [f"## {title}", table(rows)]
    return "\n\n".join(parts)


def _each(row: Row) -> Iterator[str]:
    return (f"{name} {row.said(name).word}" for name in SHOWN)


def main(argv: Sequence[str] | None = None) -> int:
    """The command; its exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.theorems")
    parser.add_argument(
        "--file", type=Path, action="append", help="a definition file (default: three of tests/data)"
    )
    parser.add_argument("--jobs", type=int, default=2, help="processes that ask the checkers (default 2)")
    parser.add_argument("--write", action="store_true", help="write benchmarks/theorems.md (default: print)")
    args = parser.parse_args(argv)
    files: list[Path] = args.file or list(FILES)
    todo = {file: cases(file) for file in files}
    rows = answers([c for listed in todo.values() for c in listed], args.jobs)
    timed = iter(rows)
    titled = [(file.name, [_timed(c, next(timed)) for c in listed]) for file, listed in todo.items()]
    publish(document(titled), "theorems.md", args.write)
    words = Counter(r.word for r in rows)
    print(", ".join(f"{n} {word}" for word, n in words.most_common()), file=sys.stderr)
    return 1 if any(r.alarming for r in rows) else 0


def _timed(case: Case, row: Row) -> Row:
    row.milliseconds = milliseconds(case)
    return row


if __name__ == "__main__":
    sys.exit(main())

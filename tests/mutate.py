"""``python -m tests.mutate``: does a checker accept a false claim?

Mutants of every claim of the data files (:mod:`tests.mutations`) are asked of the ball checker, which
shares no code with the others: those that it refutes, with a witness, are false.  No other checker may
accept one of these, and none may raise: exit status 1 if one does.  What balls do not refute is
equivalent or not known; a checker may accept it or leave it undecided.

    python -m tests.mutate                                       # every mutant, every checker: hours
    python -m tests.mutate --sample 5000 --without sympy --without expansion
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from symderiv.definitions import Claim
from symderiv.library import load
from symderiv.verify import by_balls, by_calculus, by_expansion, by_sympy
from symderiv.verify.verdict import Verdict
from tests.mutations import claim_mutants, slips

DATA = Path(__file__).parent / "data"
FILES = tuple(DATA / f"{n}.toml" for n in ("theorems", "textbook", "open", "positions"))
CHECKERS = {"calculus": by_calculus, "sympy": by_sympy, "expansion": by_expansion}
#: Seconds for the oracle and for each checker, on one mutant.
ORACLE, LIMIT = 1.0, 3.0
FAILED = "raised"


@dataclass(slots=True)
class Outcome:
    """One mutant: its kind and text, whether it is false, and each checker's verdict."""

    kind: str
    text: str
    oracle: Verdict
    verdicts: dict[str, Verdict] = field(default_factory=dict)

    @property
    def false(self) -> bool:
        """Refuted at a point, by balls or by exact expansion."""
        return "refuted" in {self.oracle.word, *(v.word for v in self.verdicts.values())}

    def accepted(self, checker: str) -> bool:
        """Proved; or confirmed, at sizes among which is that of the counterexample."""
        verdict, witness = self.verdicts[checker], self.oracle.witness
        if verdict.word == "confirmed" and witness is not None:
            return witness.sizes in verdict.sizes
        return verdict.word in ("proved", "confirmed")

    def timed_out(self, checker: str) -> bool:
        """Left undecided because a limit was reached."""
        verdict = self.verdicts[checker]
        return verdict.word == "undecided" and ("time" in verdict.reason or "budget" in verdict.reason)


def mutants(files: Iterable[Path]) -> Iterator[tuple[str, Claim]]:
    """Every mutant of every claim of ``files`` with its kind, in a fixed order."""
    for path in files:
        for function in load(path).values():
            for claim in function.claims:
                for changed in claim_mutants(claim):
                    yield "one place", changed
                yield from slips(claim)


def ask(task: tuple[str, Claim, tuple[str, ...]]) -> Outcome:
    """The oracle and the checkers about one mutant."""
    kind, claim, names = task
    outcome = Outcome(kind, claim.text, _asked(by_balls.check, claim, ORACLE))
    for name in names:
        outcome.verdicts[name] = _asked(CHECKERS[name].check, claim, LIMIT)
    return outcome


def _asked(check: Callable[..., Verdict], claim: Claim, seconds: float) -> Verdict:
    try:
        return check(claim, seconds=seconds)
    except Exception as error:  # a finding about the checker; the other mutants are still asked
        return Verdict("undecided", f"{FAILED} {type(error).__name__}: {error}")


def run(
    chosen: Sequence[tuple[str, Claim]], names: tuple[str, ...], jobs: int | None = None
) -> list[Outcome]:
    """Ask about every chosen mutant, in order; ``jobs`` processes (1: in this one)."""
    tasks = [(kind, claim, names) for kind, claim in chosen]
    if jobs == 1:
        return [ask(task) for task in tasks]
    with ProcessPoolExecutor(jobs) as pool:
        return list(pool.map(ask, tasks, chunksize=8))


def accepted_false(outcomes: Iterable[Outcome]) -> list[str]:
    """What must not be: a false mutant that a checker accepted."""
    return [
        f"{name} accepts the false claim: {o.text}"
        for o in outcomes
        if o.false
        for name in o.verdicts
        if o.accepted(name)
    ]


def failures(outcomes: Iterable[Outcome]) -> list[str]:
    """Checkers that raised instead of answering."""
    return [
        f"{name} {v.reason} on {o.text}"
        for o in outcomes
        for name, v in (("balls", o.oracle), *o.verdicts.items())
        if v.reason.startswith(FAILED)
    ]


def table(outcomes: Sequence[Outcome]) -> str:
    """A line for each checker, then a line for each kind of mutant."""
    false = [o for o in outcomes if o.false]
    rest = [o for o in outcomes if not o.false]
    head = ("checker", "mutants", "false", "accepted false", "equivalent accepted", "undecided", "timed out")
    rows: list[tuple[object, ...]] = [head]
    for name in outcomes[0].verdicts if outcomes else ():
        late = sum(o.timed_out(name) for o in outcomes)
        accepted = sum(o.accepted(name) for o in rest)
        undecided = sum(not o.accepted(name) and not o.timed_out(name) for o in rest)
        wrong = sum(o.accepted(name) for o in false)
        rows.append((name, len(outcomes), len(false), wrong, accepted, undecided, late))
    kinds = Counter(o.kind for o in outcomes)
    wrong_kinds = Counter(o.kind for o in false)
    by_kind = [("kind", "mutants", "false"), *((k, n, wrong_kinds[k]) for k, n in kinds.most_common())]
    return f"{_aligned(rows)}\n\n{_aligned(by_kind)}"


def _aligned(rows: Sequence[tuple[object, ...]]) -> str:
    widths = [max(len(str(row[n])) for row in rows) for n in range(len(rows[0]))]
    return "\n".join(
        f"{row[0]!s:<{widths[0]}}"
        + "".join(f"  {cell!s:>{w}}" for cell, w in zip(row[1:], widths[1:], strict=True))
        for row in rows
    )


def main(argv: Sequence[str] | None = None) -> int:
    """The command; its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.mutate", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument(
        "--file", type=Path, action="append", help="a definition file (default: those of tests/data)"
    )
    parser.add_argument("--sample", type=int, help="so many mutants, drawn at random (default: all)")
    parser.add_argument("--seed", type=int, default=0, help="of the draw (default 0)")
    parser.add_argument(
        "--without", action="append", choices=CHECKERS, default=[], help="a checker not to ask"
    )
    parser.add_argument("--jobs", type=int, help="processes (default: one for each core)")
    parser.add_argument("--list", action="store_true", help="print what was neither refuted nor accepted")
    args = parser.parse_args(argv)
    chosen = list(mutants(args.file or FILES))
    if args.sample is not None and args.sample < len(chosen):
        chosen = random.Random(args.seed).sample(chosen, args.sample)
    names = tuple(name for name in CHECKERS if name not in args.without)
    if not chosen or not names:
        parser.error("nothing to ask: no mutants or no checkers")
    outcomes = run(chosen, names, args.jobs)
    if args.list:
        for o in outcomes:
            if not o.false and not any(o.accepted(name) for name in names):
                print(f"open: {o.text}   [balls: {o.oracle.word} {o.oracle.reason}]")
    print(table(outcomes))
    wrong = accepted_false(outcomes) + failures(outcomes)
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

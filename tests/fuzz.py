"""``python -m tests.fuzz --count 200000``: does any input break what reads, prints, derives or decides?

Inputs of several kinds (:mod:`tests.fuzz_inputs`) are stated as functions and files.  What is accepted is
printed and read again, set in LaTeX, differentiated, and its claims are asked of the calculus; a sample goes
through the real command line.  A finding is any exception but ``InputError``, a call that takes longer than
the limit or more memory than allowed, a text that does not read back as the same term, and an error without
its place.  Exit status 1 if there is one; each is printed with the number that makes its input again.

    python -m tests.fuzz --count 200000 --seed 1 --jobs 2
    python -m tests.fuzz --count 200000 --read-only    # nothing is differentiated or decided
    python -m tests.fuzz --seed 1 --only 4711          # one input again, with what it is
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from symderiv import api, library
from symderiv.definitions import Claim
from symderiv.definitions import Function as Stated
from symderiv.errors import InputError
from symderiv.notation.latex import to_latex_equation
from symderiv.notation.show import equation, text
from symderiv.terms import (
    MINUS_ONE,
    Affine,
    Index,
    Mul,
    Num,
    Order,
    Pow,
    Size,
    Term,
    all_indices,
    free_indices,
    power,
)
from symderiv.verify import by_calculus
from tests.fuzz_inputs import Input, make

#: Seconds of processor time that one call may take; how much memory a worker may add; what the calculus gets.
LIMIT, MEMORY, BUDGET = 5.0, 1 << 30, 1.0
#: One input in so many goes through the command line.
COMMAND_LINE = 2_000
#: How many inputs a worker process sees, and how long one may take before it is killed.
CHUNK, HANG = 2_000, 240.0


class Late(BaseException):
    """A call took longer than the limit; no ``except Exception`` hides it."""


@dataclass(slots=True)
class Seen:
    """What became of one input."""

    number: int
    kind: str
    outcomes: list[str] = field(default_factory=list)
    findings: list[tuple[str, str]] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    peak: int = 0  # kilobytes

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """One call: what it raises beyond ``InputError`` becomes a finding, what takes long is stopped."""
        start = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, LIMIT, 1.0)
        try:
            yield
        except InputError as error:
            self.outcomes.append(f"{name}: {error.code}")
        except Late:
            self.findings.append((f"{name}: slow", f"more than {LIMIT} s"))
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{Path(last.filename).name}:{last.lineno}"
            self.findings.append((f"{name}: {type(error).__name__} at {place}", str(error)[:200]))
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0.0)
            self.seconds[name] = max(self.seconds.get(name, 0.0), time.process_time() - start)

    def wrong(self, what: str, detail: str) -> None:
        self.findings.append((what, detail[:400]))


def examine(seed: int, number: int, *, derive: bool = True) -> Seen:
    """Feed one input, and all that follows where it is accepted; without ``derive`` it is only printed."""
    given = make(seed, number)
    seen = Seen(number, given.kind)
    rng = random.Random(number)
    for function in _read(given, seen):
        claims = function.claims
        _print_and_read(function, claims, seen)
        if derive and given.derive:
            _derive(function, seen, rng)
        for claim in claims if derive else ():
            with seen.step("verdict"):
                seen.outcomes.append(f"verdict: {by_calculus.check(claim, seconds=BUDGET).word}")
    if derive and number % COMMAND_LINE == 0:
        _command_line(given, seen, rng)
    seen.peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return seen


def _read(given: Input, seen: Seen) -> list[Stated]:
    found: list[Stated] = []
    with seen.step("read"):
        try:
            if given.toml is not None:
                found = list(library.loads(given.toml, "f.toml").values())
            else:
                made = api.define(
                    given.define,
                    assume=given.assume,
                    claims=given.claims,
                    dims=given.dims,
                    labels=given.labels,
                )
                _ = made.claims
                found = [made]
        except InputError as error:
            _check_error(error, seen, whole=given.toml is not None)
            raise
        seen.outcomes.append("accepted")
    return found


def _check_error(error: InputError, seen: Seen, *, whole: bool) -> None:
    """One readable line with a place, and an excerpt that marks it."""
    line = str(error)
    if "\n" in line or not line.isprintable() or len(line) > 500:
        seen.wrong("error: no readable line", repr(line))
    known = whole or error.place.source not in ("dims", "labels")
    if known and not error.place.line:
        seen.wrong("error: no place", line)
    elif known:
        shown = error.excerpt().split("\n")
        if len(shown) != 2 or "^" not in shown[1] or max(map(len, shown)) > 120:
            seen.wrong("error: no excerpt", f"{line} {shown}")


def _print_and_read(function: Stated, claims: Sequence[Claim], seen: Seen) -> None:
    printed = "\n".join(equation(s.entry, s.body) for s in function.statements)
    again = None
    with seen.step("print"):
        try:
            again = Stated(printed, assume=function.assume, dims=function.declared, labels=function.labels)
        except InputError as error:
            _not_read(printed, error, seen)
            return
        for one, two in zip(function.statements, again.statements, strict=True):
            if text(two.body) != text(one.body):
                seen.wrong(
                    "print: another text when read back", f"{text(one.body)} and then {text(two.body)}"
                )
            elif shape(one.body, function) != shape(two.body, again):
                seen.wrong("print: another term when read back", text(one.body))
        for claim in claims:
            _claim_again(claim.left, claim.right, function, seen)
    with seen.step("latex"):
        for left, right in [(s.entry, s.body) for s in function.statements] + [
            (c.left, c.right) for c in claims
        ]:
            shown = to_latex_equation(left, right)
            if shown.count("{") != shown.count("}") or shown.count(r"\left") != shown.count(r"\right"):
                seen.wrong("latex: unbalanced", shown)


def _claim_again(left: Term, right: Term, function: Stated, seen: Seen) -> Claim | None:
    printed = equation(left, right)
    try:
        claim = function.claim(printed)
    except InputError as error:
        _not_read(printed, error, seen)
        return None
    if [shape(claim.left, function), shape(claim.right, function)] != [
        shape(left, function),
        shape(right, function),
    ]:
        seen.wrong("print: another claim when read back", printed)
    return claim


_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def _not_read(printed: str, error: InputError, seen: Seen) -> None:
    """What is printed may be longer or deeper than what may be stated; else it reads back."""
    if error.code in ("too-long", "too-deep", "too-large"):
        seen.outcomes.append(f"print: {error.code} to be stated")
    else:
        seen.wrong(f"print: reads back as {error.code}", f"{printed!r}: {error}")


def shape(term: Term, function: Stated) -> Any:
    """A term without the order of factors (a/b*c prints as a*c/b) and without the names of dimensions."""
    # what 0*x[c] is folded to has no c: only letters that are left name a dimension
    left = {i.name for s in function.statements for i in (*s.head, *all_indices(s.body))}
    letters: dict[str, str] = {}
    for letter, dim in function.letters.items():
        if letter in left:
            letters[dim] = min(letter, letters.get(dim, letter))

    def _product(factors: Sequence[Term]) -> Any:
        value = prod((f.value for f in factors if isinstance(f, Num)), start=Fraction(1))
        others = sorted((of(f) for f in factors if not isinstance(f, Num)), key=repr)
        return others[0] if value == 1 and len(others) == 1 else ("Mul", value, others)

    def of(part: Any) -> Any:
        match part:
            case Index():
                return part.name
            case Size():
                return ("size", letters.get(part.dim, part.dim))
            case Affine():
                return (sorted(((of(s), k) for s, k in part.parts), key=repr), part.constant)
            case Mul():
                return _product([g for f in part.factors for g in _inverses(f)])
            case Pow() if len(inner := _inverses(part)) > 1:
                return _product(inner)
            case Order(op, left, right):
                return min([(op, of(left), of(right)), (_TURNED[op], of(right), of(left))], key=repr)
            case tuple():
                return tuple(map(of, part))
            case _ if hasattr(part, "__match_args__"):
                return (type(part).__name__, *(of(getattr(part, name)) for name in part.__match_args__))
        return part

    return of(term)


def _inverses(factor: Term) -> list[Term]:
    """1/(a*b) reads as 1/a*(1/b)."""
    match factor:
        case Pow(Mul(factors), Num(value)) if value == -1:
            return [Num(1 / f.value) if isinstance(f, Num) else power(f, MINUS_ONE) for f in factors]
    return [factor]


def _derive(function: Stated, seen: Seen, rng: random.Random) -> None:
    public = api._public(function)
    free = sorted(set(function.inputs) - function.constrained)
    if not free:
        return
    found = None
    with seen.step("derivative"):
        found = public.derivative(rng.choice(free))
    if found is None:
        return
    seen.outcomes.append("derived")
    with seen.step("latex"):
        found.latex()
    claim = None
    with seen.step("print"):
        if free_indices(found.right) in (free_indices(found.left), frozenset()):
            claim = _claim_again(found.left, found.right, function, seen)
        else:
            seen.outcomes.append("derivative: has fewer letters than its left side, so it is no claim")
    with seen.step("verdict of the derivative"):
        if claim is not None:
            word = by_calculus.check(claim, seconds=BUDGET).word
            seen.outcomes.append(f"derivative: {word}")


def _command_line(given: Input, seen: Seen, rng: random.Random) -> None:
    """The same input through the real command."""
    with tempfile.TemporaryDirectory() as folder:
        if given.toml is not None:
            path = Path(folder) / "f.toml"
            path.write_text(given.toml, encoding="utf-8", errors="replace", newline="")
            words = ["list", "--file", str(path), "--format", "json"]
        else:
            words = ["verify", "--define", given.define, "--checkers", "calculus", "--seconds", "2"]
            words += [w for a in given.assume for w in ("--assume", a)]
            words += [w for c in given.claims or ["y = y"] for w in ("--claim", c)]
        words = [w.replace("\x00", "") for w in words]
        done = subprocess.run(
            [sys.executable, "-m", "symderiv", *words],
            capture_output=True, text=True, errors="replace", check=False, timeout=HANG / 2,
            env={**os.environ, "SYMDERIV_EXCERPT": "0"},
        )  # fmt: skip
    lines = done.stderr.splitlines()
    right = {0: 0, 1: 0, 2: 1}
    seen.outcomes.append(f"command line: {done.returncode}")
    if done.returncode not in right or len(lines) != right[done.returncode]:
        seen.wrong(f"command line: status {done.returncode}, {len(lines)} lines", done.stderr[-400:])
    elif done.returncode == 0 and given.toml is not None:
        json.loads(done.stdout)


# --- the run --------------------------------------------------------------------------------------


def _work(seed: int, numbers: Sequence[int], derive: bool, now: Any, pipe: Connection) -> None:
    """One worker process."""
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, size + MEMORY))
    prepare()
    for number in numbers:
        now[0], now[1] = number, time.monotonic()
        pipe.send(examine(seed, number, derive=derive))
    pipe.send(None)


def prepare() -> None:
    """What :func:`examine` needs in its process: the alarm, and warnings as errors."""
    warnings.simplefilter("error")

    def late(*_: object) -> None:
        raise Late

    signal.signal(signal.SIGPROF, late)


class Job:
    """A worker process and what it still has to do; a killed one goes on behind its input."""

    def __init__(self, seed: int, numbers: Sequence[int], derive: bool) -> None:
        self.seed, self.numbers, self.derive = seed, list(numbers), derive
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("fork")
        self.now = context.RawArray("d", [float(self.numbers[0]), time.monotonic()])
        self.pipe, theirs = context.Pipe(duplex=False)
        todo = (self.seed, self.numbers, self.derive, self.now, theirs)
        self.process = context.Process(target=_work, args=todo)
        self.process.start()
        theirs.close()

    def poll(self) -> tuple[list[Seen], bool]:
        """What has come in, and whether there is more to do."""
        found: list[Seen] = []
        try:
            while self.pipe.poll(0.05):
                seen = self.pipe.recv()
                if seen is None:
                    self.process.join()
                    return found, False
                found.append(seen)
        except EOFError:
            return [*found, self._lost("died")], self._again()
        if time.monotonic() - self.now[1] > HANG:
            self.process.kill()
            return [*found, self._lost("hung")], self._again()
        return found, True

    def _lost(self, how: str) -> Seen:
        self.process.join()
        number = int(self.now[0])
        seen = Seen(number, make(self.seed, number).kind)
        seen.wrong(f"the process {how}", f"exit {self.process.exitcode}")
        return seen

    def _again(self) -> bool:
        self.numbers = self.numbers[self.numbers.index(int(self.now[0])) + 1 :]
        if self.numbers:
            self._start()
        return bool(self.numbers)


class Tally:
    """Counts, the slowest calls, and findings."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.kinds: dict[str, Counter[str]] = defaultdict(Counter)
        self.totals: Counter[str] = Counter()
        self.slow: list[tuple[float, str, int]] = []
        self.findings: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self.peak = 0
        self.count = 0

    def take(self, seen: Seen, say: Callable[[str], None] = print) -> None:
        self.count += 1
        self.peak = max(self.peak, seen.peak)
        for outcome in seen.outcomes:
            (self.kinds[seen.kind] if outcome.startswith(("accepted", "read")) else self.totals)[outcome] += 1
        self.slow = sorted([*self.slow, *((s, step, seen.number) for step, s in seen.seconds.items())])[-15:]
        for what, detail in seen.findings:
            if len(self.findings[what]) < 3:
                say(f"finding: {what}\n    --seed {self.seed} --only {seen.number}")
                say(f"    {make(self.seed, seen.number)}\n    {detail}")
            self.findings[what].append((seen.number, detail))

    def report(self) -> str:
        lines = [f"{self.count} inputs, peak memory {self.peak // 1024} MB"]
        for kind, counts in sorted(self.kinds.items()):
            total = sum(counts.values())
            lines.append(f"{kind}: {total}, accepted {counts['accepted']}")
            refused = [f"{c.removeprefix('read: ')} {n}" for c, n in counts.most_common() if c != "accepted"]
            lines.append(f"    refused: {', '.join(refused)}")
        lines.append("then: " + ", ".join(f"{c} {n}" for c, n in sorted(self.totals.items())))
        lines.append("slowest:")
        for seconds, step, number in reversed(self.slow):
            shown = str(make(self.seed, number))
            lines.append(f"    {seconds:6.2f} s  {step:<10}  --only {number}: {shown[:160]}")
        lines.append(f"findings: {sum(map(len, self.findings.values()))}")
        for what, where in sorted(self.findings.items(), key=lambda f: -len(f[1])):
            lines.append(f"    {len(where):6} x {what}, as --only {where[0][0]}")
        return "\n".join(lines)


def run(
    count: int, seed: int, jobs: int, first: int = 0, *, derive: bool = True, every: float = 60.0
) -> Tally:
    """Examine ``count`` inputs in ``jobs`` processes."""
    tally = Tally(seed)
    chunks = [range(n, min(n + CHUNK, first + count)) for n in range(first, first + count, CHUNK)][::-1]
    at_work: list[Job] = []
    told = time.monotonic()
    while chunks or at_work:
        while chunks and len(at_work) < jobs:
            at_work.append(Job(seed, chunks.pop(), derive))
        for job in list(at_work):
            found, more = job.poll()
            for seen in found:
                tally.take(seen, lambda line: print(line, flush=True))
            if not more:
                at_work.remove(job)
        if time.monotonic() - told > every:
            told = time.monotonic()
            print(f"... {tally.count} inputs, {sum(map(len, tally.findings.values()))} findings", flush=True)
    return tally


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=re.split(r"\n\n", __doc__ or "")[0])
    parser.add_argument("--count", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first input")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--read-only", action="store_true", help="read and print, do not derive and decide")
    parser.add_argument("--only", type=int, help="examine this input alone")
    args = parser.parse_args(argv)
    if args.only is not None:
        print(make(args.seed, args.only))
        prepare()
        seen = examine(args.seed, args.only)
        print(*seen.outcomes, sep="\n")
        print({step: round(s, 3) for step, s in seen.seconds.items()})
        for what, detail in seen.findings:
            print(f"finding: {what}: {detail}")
        return 1 if seen.findings else 0
    tally = run(args.count, args.seed, args.jobs, args.first, derive=not args.read_only)
    print(tally.report())
    return 1 if tally.findings else 0


if __name__ == "__main__":
    sys.exit(main())

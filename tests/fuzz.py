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
import multiprocessing
import re
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.fuzz_checks import Seen, examine, prepare
from tests.fuzz_inputs import make

#: How much memory a worker may add, how many inputs it sees, how long one may take before it is killed.
MEMORY, CHUNK, HANG = 1 << 30, 2_000, 240.0


def _work(seed: int, numbers: Sequence[int], derive: bool, now: Any, pipe: Connection) -> None:
    """One worker process."""
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, size + MEMORY))
    prepare()
    for number in numbers:
        now[0], now[1] = number, time.monotonic()
        pipe.send(examine(seed, number, derive=derive))
    pipe.send(None)


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
        self.process = context.Process(target=_work, args=todo, daemon=True)
        self.process.start()
        theirs.close()

    def poll(self) -> tuple[list[Seen], bool]:
        """What has come in, and whether there is more to do."""
        found: list[Seen] = []
        try:
            while len(found) < 500 and self.pipe.poll(0.05):
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
    try:
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
                print(
                    f"... {tally.count} inputs, {sum(map(len, tally.findings.values()))} findings", flush=True
                )
    except KeyboardInterrupt:  # what was seen until then is reported
        for job in at_work:
            job.process.kill()
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

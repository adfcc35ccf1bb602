"""The ways ``driver.c`` is built with a kernel and run: sanitizers, guard pages alone, valgrind, coverage."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.safety.table import Files, table

DRIVER = Path(__file__).with_name("driver.c")
COMMON = (
    "-std=gnu99",
    "-g",
    "-fno-omit-frame-pointer",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-Wno-unused-function",
)
UNDEFINED = "-fsanitize=undefined"
STRICT = ("-fno-sanitize-recover=all",)


@dataclass(frozen=True)
class Way:
    """One way to build and run; ``kernel`` are flags for the kernel only."""

    name: str
    compiler: str
    flags: tuple[str, ...]
    kernel: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    share: float = 1.0
    large: bool = False

    @property
    def missing(self) -> str:
        """Which program is not installed."""
        return next((p for p in (self.compiler, *self.before[:1]) if shutil.which(p) is None), "")


VALGRIND = ("valgrind", "-q", "--error-exitcode=9", "--track-origins=no", "--leak-check=full")
#: Only ``guards`` compiles for several processors at once (SD_CLONES), which takes gcc the longest.
WAYS = {
    "address": Way("address", "gcc", ("-O1", "-fsanitize=address", UNDEFINED, *STRICT), share=2.0),
    "optimised": Way("optimised", "gcc", ("-O3", "-fsanitize=address", UNDEFINED, *STRICT), share=2.0),
    "guards": Way("guards", "gcc", ("-O3",), share=2.0),
    "memory": Way("memory", "clang", ("-O1", "-fsanitize=memory", *STRICT)),
    "clang": Way("clang", "clang", ("-O3", "-fsanitize=address", UNDEFINED, *STRICT)),
    "valgrind": Way("valgrind", "gcc", ("-O2", "-DSD_ONE_TARGET"), before=VALGRIND),
    "large": Way("large", "gcc", ("-O3",), share=0.0, large=True),
    "coverage": Way("coverage", "gcc", ("-O0",), kernel=("--coverage",)),
    "libfuzzer": Way(
        "libfuzzer",
        "clang",
        ("-O1", "-DLIBFUZZER", "-fsanitize=fuzzer,address,undefined", *STRICT),
        share=2.0,
    ),
}


@dataclass(frozen=True)
class Outcome:
    """One run: executions, and what was found, if anything was."""

    file: str
    way: str
    seconds: float
    executions: int
    least: int
    big: int
    problem: str
    detail: str = ""


class CannotBuild(RuntimeError):
    """The compiler refused; its words."""


def build(files: Files, way: Way, room: Path) -> Path:
    """The program for one kernel file, in the folder ``room``."""
    room.mkdir(parents=True, exist_ok=True)
    (room / "kernels_table.h").write_text(table(files), encoding="utf-8")
    shutil.copy(files.h, room)
    shutil.copy(files.c, room / "kernel.c")
    shutil.copy(DRIVER, room / "driver.c")
    fuzz = tuple(f.replace("fuzzer,", "fuzzer-no-link,") for f in way.flags)
    for name, flags in (("kernel", (*fuzz, *way.kernel)), ("driver", fuzz)):
        _call([way.compiler, *COMMON, *flags, "-I.", "-c", f"{name}.c", "-o", f"{name}.o"], room)
    _call(
        [way.compiler, *COMMON, *way.flags, *way.kernel, "kernel.o", "driver.o", "-o", "program", "-lm"], room
    )
    return room / "program"


def run(
    files: Files, way: Way, room: Path, *, seconds: float, seed: int = 1, most: int = 0, big: bool = False
) -> Outcome:
    """Build and run for so many seconds, or so many executions."""
    program = build(files, way, room)
    if "-DLIBFUZZER" in way.flags:
        (room / "corpus").mkdir(exist_ok=True)
        limits = (f"-max_total_time={max(int(seconds), 1)}", f"-runs={most or -1}", "-timeout=60")
        words = [str(program), *limits, "-max_len=160", f"-seed={seed}", "-rss_limit_mb=4096", "corpus"]
    elif way.large:
        words = [str(program), "large"]
    else:
        limit = str(most or 2**62)
        words = [*way.before, str(program), str(seconds), str(seed), limit, str(int(big))]
    done = subprocess.run(words, cwd=room, capture_output=True, text=True, errors="replace", check=False)
    said = re.search(r"executions (\d+) kernels \d+ least (\d+) big (\d+)", done.stdout)
    counts = [int(x) for x in said.groups()] if said else [_fuzzed(done.stderr), 0, 0]
    problem = "" if done.returncode == 0 and counts[0] else _problem(done.stderr, done.returncode)
    detail = _covered(room) if "--coverage" in way.kernel and not problem else ""
    if "-DLIBFUZZER" in way.flags and not problem:
        detail = _edges(done.stderr)
    return Outcome(files.py.stem, way.name, seconds, *counts, problem, detail)


def _call(words: list[str], room: Path) -> str:
    done = subprocess.run(words, cwd=room, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        raise CannotBuild(f"{' '.join(words)}\n{done.stderr}")
    return done.stdout


def _problem(text: str, status: int) -> str:
    lines = text.splitlines()
    telling = re.compile(
        r"FAILED|ERROR: |SUMMARY|runtime error|Invalid (read|write)|uninitialised|Conditional jump"
    )
    first = [x.strip() for x in lines if telling.search(x)]
    return (first[0] if first else f"ended with status {status}; {(lines or ['it said nothing'])[-1]}")[:300]


def _fuzzed(text: str) -> int:
    found = re.findall(r"^#(\d+)", text, re.MULTILINE)
    return int(found[-1]) if found else 0


def _edges(text: str) -> str:
    found = re.findall(r"cov: (\d+) ft: (\d+) corp: (\d+)", text)
    return f"{found[-1][0]} edges, {found[-1][2]} inputs kept" if found else ""


def _covered(room: Path) -> str:
    """Lines and branches of the kernel file that were executed."""
    if shutil.which("gcov") is None:
        return ""
    said = _call(["gcov", "-b", "-n", "kernel.o" if (room / "kernel.gcda").is_file() else "kernel.c"], room)
    block = next((b for b in said.split("\n\n") if "kernel.c'" in b), "")
    words = {"Lines executed": "lines", "Taken at least once": "outcomes of branches"}
    figures = re.findall(r"^(Lines executed|Taken at least once):([\d.]+%) of (\d+)", block, re.MULTILINE)
    return ", ".join({f"{share} of {count} {words[what]}": None for what, share, count in figures})

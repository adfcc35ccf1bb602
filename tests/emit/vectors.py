"""Compiles the vector functions of templates/c/vector as loops over arrays, and compares them with the C library."""

from __future__ import annotations

import ctypes
import platform
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

_HERE = Path(__file__).resolve().parent
TEMPLATES = _HERE.parents[1] / "templates" / "c"
VECTOR = TEMPLATES / "vector"
REALS = {"f32": "float", "f64": "double"}
WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror")
QUICK = ("-std=c99", "-O3", "-fno-math-errno", "-fno-trapping-math")
#: Functions of one variable, and of two.
UNARY = ("exp", "log", "log1p", "expm1", "tanh", "erf", "sigmoid", "sqrt", "rsqrt")
BINARY = ("exp_scaled", "exp_difference", "log_scaled")


def _text(name: str) -> str:
    return (VECTOR / f"{name}.c").read_text(encoding="utf-8")


def needs(name: str) -> list[str]:
    """What the first line of a file names."""
    first = _text(name).splitlines()[0]
    match = re.fullmatch(r"/\* needs:([ a-z0-9_]*)\*/", first)
    assert match, f"{name}.c does not begin with its needs: {first!r}"
    return match[1].split()


def closure(names: Iterable[str]) -> list[str]:
    """The names and all they need, each after what it needs itself."""
    order: list[str] = []

    def visit(name: str) -> None:
        for needed in needs(name):
            visit(needed)
        if name not in order:
            order.append(name)

    for name in names:
        visit(name)
    return order


def source(names: Iterable[str], change: Callable[[str], str] = str) -> str:
    """A C file with the functions and, for each, run_<name>(x, y, out, n), a loop that a compiler can vectorise."""
    names = list(names)
    lines = [change(_text(name)) for name in closure(names)]
    for name in names:
        stem, real = name.rsplit("_", 1)
        kind = REALS[real]
        head = f"void run_{name}(const {kind} *restrict x, const {kind} *restrict y, {kind} *restrict out, long n)"
        call = "x[i], y[i]" if stem in BINARY else "x[i]"
        body = f"(void)y; for (long i = 0; i < n; ++i) out[i] = sdv_{name}({call});"
        lines += [f"{head};", f"{head} {{ {body} }}"]
    return "\n".join(lines) + "\n"


def shared(folder: Path, stem: str, compiler: str, text: str, *flags: str) -> Path:
    code, library = folder / f"{stem}.c", folder / f"{stem}.so"
    code.write_text(text, encoding="utf-8")
    command = [compiler, "-shared", "-fPIC", *flags, str(code), "-o", str(library), "-lm"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return library


@dataclass(frozen=True)
class Version:
    """The functions under one compiler with one set of flags."""

    label: str
    library: ctypes.CDLL

    def call(self, name: str, x: object, y: object = 0.0) -> np.ndarray:
        real = np.float32 if name.endswith("f32") else np.float64
        x, y = (np.ascontiguousarray(a) for a in np.broadcast_arrays(real(x), real(y)))
        out = np.empty_like(x)
        getattr(self.library, f"run_{name}")(
            *(ctypes.c_void_p(a.ctypes.data) for a in (x, y, out)), ctypes.c_long(x.size)
        )
        return out


def flag_sets() -> dict[str, tuple[str, ...]]:
    """Products fused into sums or not; for this processor where that widens the vectors, else for any."""
    native = ("-march=native",) if platform.machine().lower() in ("x86_64", "amd64") else ()
    return {
        "fused": (*QUICK, *native, "-ffp-contract=fast"),
        "unfused": (*QUICK, *native, "-ffp-contract=off"),
    }


def versions(folder: Path, names: Iterable[str], change: Callable[[str], str] = str) -> list[Version]:
    found = []
    for compiler in ("gcc", "clang"):
        if shutil.which(compiler):
            for label, flags in flag_sets().items():
                stem = f"{compiler}_{label}"
                library = shared(folder, stem, compiler, source(names, change), *WARNINGS, *flags)
                found.append(Version(f"{compiler} {label}", ctypes.CDLL(str(library))))
    return found


class Scanner:
    """Greatest errors of versions against the C library's long double (for f64) or double (for f32)."""

    def __init__(self, folder: Path, compiler: str = "gcc") -> None:
        text = (_HERE / "exhaustive.c").read_text(encoding="utf-8")
        self._library = ctypes.CDLL(str(shared(folder, "exhaustive", compiler, text, "-std=c99", "-O2")))

    def worst(
        self, name: str, ways: list[Version], x: np.ndarray, y: np.ndarray | None = None
    ) -> list[tuple[float, float, float]]:
        """For each version: ulp, and the point where."""
        stem, real = name.rsplit("_", 1)
        y = x if y is None else y
        assert x.flags.c_contiguous
        assert y.flags.c_contiguous
        count = len(ways)
        runs = [ctypes.cast(getattr(way.library, f"run_{name}"), ctypes.c_void_p).value for way in ways]
        error, at = (ctypes.c_double * count)(), (ctypes.c_long * count)()
        known = getattr(self._library, f"scan_{real}")(
            stem.encode(), (ctypes.c_void_p * count)(*runs), ctypes.c_int(count), ctypes.c_void_p(x.ctypes.data),
            ctypes.c_void_p(y.ctypes.data), ctypes.c_long(x.size), error, at,
        )  # fmt: skip
        assert known, f"no reference for {stem}"
        return [(error[v], float(x[at[v]]), float(y[at[v]])) for v in range(count)]

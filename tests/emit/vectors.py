"""Compiles the vector functions of templates/c/vector as loops over arrays; compares with the C library."""

from __future__ import annotations

import ctypes
import platform
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

_HERE = Path(__file__).resolve().parent
VECTOR = _HERE.parents[1] / "templates" / "c" / "vector"
KINDS = {"f32": "float", "f64": "double"}
REALS = {"f32": np.float32, "f64": np.float64}
WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror")
STANDARD = ("-std=c99", "-O3", "-fno-math-errno", "-fno-trapping-math")
#: Functions of one variable, and of two.
UNARY = ("exp", "log", "sigmoid", "tanh", "expm1", "log1p", "erf", "sqrt", "rsqrt")
BINARY = ("exp_scaled", "exp_difference", "log_scaled")
COMPILERS = tuple(name for name in ("gcc", "clang") if shutil.which(name))


def full_names(stems: Iterable[str] = (*UNARY, *BINARY)) -> list[str]:
    return [f"{stem}_{real}" for stem in stems for real in REALS]


@cache
def text_of(name: str) -> str:
    return (VECTOR / f"{name}.c").read_text(encoding="utf-8")


def needs(name: str) -> list[str]:
    """What the first line of a file names."""
    first = text_of(name).splitlines()[0]
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
    """A C file with the functions and, for each, run_<name>(x, y, out, n), a loop to vectorise."""
    names = list(names)
    lines = [change(text_of(name)) for name in closure(names)]
    for name in names:
        stem, real = name.rsplit("_", 1)
        kind = KINDS[real]
        arrays = f"const {kind} *restrict x, const {kind} *restrict y, {kind} *restrict out"
        head = f"void run_{name}({arrays}, long n)"
        call = "x[i], y[i]" if stem in BINARY else "x[i]"
        body = f"(void)y; for (long i = 0; i < n; ++i) out[i] = sdv_{name}({call});"
        lines += [f"{head};", f"{head} {{ {body} }}"]
    return "\n".join(lines) + "\n"


def build(folder: Path, stem: str, compiler: str, text: str, *flags: str) -> Path:
    """A shared library; what the compiler said lies beside it, in <stem>.txt."""
    code, library = folder / f"{stem}.c", folder / f"{stem}.so"
    code.write_text(text, encoding="utf-8")
    command = [compiler, "-shared", "-fPIC", *flags, str(code), "-o", str(library), "-lm"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (folder / f"{stem}.txt").write_text(done.stderr, encoding="utf-8")
    return library


@dataclass(frozen=True)
class Version:
    """The functions under one compiler with one set of flags."""

    label: str
    library: ctypes.CDLL

    def address(self, name: str) -> int | None:
        return ctypes.cast(getattr(self.library, f"run_{name}"), ctypes.c_void_p).value

    def call(self, name: str, x: object, y: object = 0.0) -> np.ndarray:
        real = REALS[name.rsplit("_", 1)[1]]
        x, y = (np.ascontiguousarray(a) for a in np.broadcast_arrays(real(x), real(y)))
        out = np.empty_like(x)
        arrays = (ctypes.c_void_p(a.ctypes.data) for a in (x, y, out))
        getattr(self.library, f"run_{name}")(*arrays, ctypes.c_long(x.size))
        return out


def flag_sets() -> dict[str, tuple[str, ...]]:
    """Products fused into sums, for this processor where it is one that can; and not fused."""
    native = ("-march=native",) if platform.machine().lower() in ("x86_64", "amd64") else ()
    return {
        "fused": (*STANDARD, *native, "-ffp-contract=fast"),
        "unfused": (*STANDARD, *native, "-ffp-contract=off"),
    }


def versions(folder: Path, names: Iterable[str], *flags: str) -> list[Version]:
    """Every compiler there is, fused and unfused."""
    code, found = source(names), []
    for compiler in COMPILERS:
        for label, chosen in flag_sets().items():
            library = build(folder, f"{compiler}_{label}", compiler, code, *WARNINGS, *chosen, *flags)
            found.append(Version(f"{compiler} {label}", ctypes.CDLL(str(library))))
    return found


@dataclass(frozen=True)
class Worst:
    """The greatest error of any version: ulp, where, and which version."""

    ulp: float = -1.0
    x: float = 0.0
    y: float = 0.0
    label: str = ""


class Scanner:
    """Greatest errors of versions against the C library: its double for f32, its long double for f64."""

    def __init__(self, folder: Path) -> None:
        text = (_HERE / "exhaustive.c").read_text(encoding="utf-8")
        self.library = ctypes.CDLL(str(build(folder, "exhaustive", COMPILERS[0], text, "-std=c99", "-O3")))

    def worst(self, name: str, ways: Sequence[Version], x: np.ndarray, y: np.ndarray | None = None) -> Worst:
        stem, real = name.rsplit("_", 1)
        y = x if y is None else y
        for array in (x, y):
            assert array.flags.c_contiguous
            assert array.dtype == REALS[real]
        at, which = ctypes.c_long(), ctypes.c_int()
        scan = getattr(self.library, f"scan_{real}")
        scan.restype = ctypes.c_double
        ulp = scan(
            stem.encode(), (ctypes.c_void_p * len(ways))(*(way.address(name) for way in ways)), len(ways),
            ctypes.c_void_p(x.ctypes.data), ctypes.c_void_p(y.ctypes.data), ctypes.c_long(x.size),
            ctypes.byref(at), ctypes.byref(which),
        )  # fmt: skip
        assert ulp >= 0, f"no reference for {stem}"
        return Worst(ulp, float(x[at.value]), float(y[at.value]), ways[which.value].label)

"""The C functions that generated files carry: close to mpmath, right at the edges, in need of no library."""

from __future__ import annotations

import ctypes
import importlib.util
import itertools
import math
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

_HERE = Path(__file__).parent
MATH = _HERE.parents[1] / "templates" / "c" / "math"


def _module(path: Path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


accuracy = _module(_HERE / "accuracy.py")

COMPILER = next((found for name in ("cc", "gcc", "clang") if (found := shutil.which(name))), None)
NM = shutil.which("nm")
needs_compiler = pytest.mark.skipif(COMPILER is None, reason="no C compiler (cc, gcc or clang) on the path")
needs_nm = pytest.mark.skipif(
    NM is None or not sys.platform.startswith("linux"), reason="needs nm and -nostdlib as on Linux"
)

WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror")
STRICT = ("-std=c99", "-O2")
# Most ulp allowed: 1.1 to 1.4 times the most ever measured. Required: 1 for exp and log, 2 for the rest.
LIMITS = {
    "exp": 1.0,
    "expm1": 1.3,
    "log": 1.0,
    "log1p": 1.2,
    "sqrt": 0.5,
    "sin": 1.0,
    "cos": 1.0,
    "tanh": 1.8,
    "sinh": 1.9,
    "cosh": 1.8,
    "erf": 1.5,
    "erfc": 3.5,
    "sigmoid": 1.8,
}
NAMES = (*LIMITS, "pow", "powi", "abs", "sign")
INF, NAN = math.inf, math.nan
TINY, HUGE = accuracy.SMALLEST, accuracy.LARGEST


def _text(name: str) -> str:
    folders = (MATH, MATH.parent / "vector")
    return next(f for d in folders if (f := d / f"{name}.c").is_file()).read_text(encoding="utf-8")


def needs(name: str) -> list[str]:
    """What the first line of a file names."""
    first = _text(name).splitlines()[0]
    match = re.fullmatch(r"/\* needs:([ a-z0-9_]*)\*/", first)
    assert match, f"{name}.c does not begin with its needs: {first!r}"
    return match[1].split()


def closure(names: list[str]) -> list[str]:
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


def source(*names: str) -> str:
    """A C file with the functions and, for each, run_<name> over arrays."""
    call = {"pow": "x[i], p[i]", "powi": "x[i], (int)p[i]"}
    lines = [_text(name) for name in closure(list(names))]
    for name in names:
        head = f"void run_{name}(const double *x, const double *p, double *y, long n)"
        body = f"(void)p; for (long i = 0; i < n; ++i) y[i] = sd_{name}({call.get(name, 'x[i]')});"
        lines += [f"{head};", f"{head} {{ {body} }}"]
    return "\n".join(lines) + "\n"


def compile_shared(folder: Path, names: tuple[str, ...], *flags: str) -> Path:
    text, library = folder / "functions.c", folder / "functions.so"
    text.write_text(source(*names), encoding="utf-8")
    command = [COMPILER, "-shared", "-fPIC", *WARNINGS, *flags, str(text), "-o", str(library)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return library


def load(library: Path) -> Callable[..., np.ndarray]:
    """call(name, x) or call(name, x, p): the function over arrays."""
    opened = ctypes.CDLL(str(library))
    pointer = ctypes.POINTER(ctypes.c_double)

    def call(name: str, x: object, p: object = 0.0) -> np.ndarray:
        x, p = (np.ascontiguousarray(a) for a in np.broadcast_arrays(np.float64(x), np.float64(p)))
        y = np.empty_like(x)
        arguments = (a.ctypes.data_as(pointer) for a in (x, p, y))
        getattr(opened, f"run_{name}")(*arguments, ctypes.c_long(x.size))
        return y

    return call


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    if COMPILER is None:
        pytest.skip("no C compiler (cc, gcc or clang) on the path")
    return load(compile_shared(tmp_path_factory.mktemp("math"), NAMES, *STRICT))


@pytest.fixture(scope="module")
def fused(tmp_path_factory):
    """The same with every product that can be fused into a sum fused, where the processor can."""
    if COMPILER is None:
        pytest.skip("no C compiler (cc, gcc or clang) on the path")
    native = ("-march=native",) if platform.machine().lower() in ("x86_64", "amd64") else ()
    flags = ("-std=c99", "-O3", *native, "-ffp-contract=fast")
    return load(compile_shared(tmp_path_factory.mktemp("fused"), NAMES, *flags))


def same(got: np.ndarray, want: object) -> np.ndarray:
    """Equal, and of equal sign where zero; NaN equals NaN."""
    want = np.float64(want)
    return ((got == want) & (np.signbit(got) == np.signbit(want))) | (np.isnan(got) & np.isnan(want))


@pytest.mark.parametrize("name", sorted(LIMITS))
def test_error_of_one_variable(name, compiled, fused):
    x = accuracy.points(name)
    y, y_fused = compiled(name, x), fused(name, x)
    errors = accuracy.ulps(name, y, x)
    worst = int(np.argmax(errors))
    assert errors[worst] <= LIMITS[name], f"sd_{name}({float(x[worst]).hex()}): {errors[worst]:.3f} ulp"
    differs = ~same(y_fused, y)
    errors = accuracy.ulps(name, y_fused[differs], x[differs])
    assert errors.max(initial=0.0) <= LIMITS[name]


def test_error_of_pow(compiled, fused):
    x, p = accuracy.power_points()
    whole = p == np.trunc(p)
    x = np.where(whole, x, np.abs(x))
    for call in (compiled, fused):
        errors = accuracy.ulps("pow", call("pow", x, p), x, p)
        worst = int(np.argmax(errors))
        assert errors[worst] <= 1.3, f"sd_pow({float(x[worst]).hex()}, {float(p[worst]).hex()})"


def test_error_of_powi(compiled, fused):
    x, n = accuracy.integer_power_points()
    limit = np.select([n == 3, n == 4], [1.5, 2.0], default=1.0)
    for call in (compiled, fused):
        errors = accuracy.ulps("powi", call("powi", x, n), x, n)
        worst = int(np.argmax(errors - limit))
        assert errors[worst] <= limit[worst], f"sd_powi({float(x[worst]).hex()}, {int(n[worst])})"


SPECIAL = {
    "exp": [(0, 1), (-0.0, 1), (INF, INF), (-INF, 0), (HUGE, INF), (-HUGE, 0), (TINY, 1), (-746, 0)],
    "expm1": [(0, 0), (-0.0, -0.0), (INF, INF), (-INF, -1), (HUGE, INF), (-HUGE, -1), (TINY, TINY)],
    "log": [(1, 0), (0, -INF), (-0.0, -INF), (INF, INF), (-1, NAN), (-INF, NAN), (-TINY, NAN)],
    "log1p": [(0, 0), (-0.0, -0.0), (-1, -INF), (INF, INF), (-2, NAN), (-INF, NAN), (-TINY, -TINY)],
    "sqrt": [
        (0, 0),
        (-0.0, -0.0),
        (4, 2),
        (INF, INF),
        (-1, NAN),
        (-INF, NAN),
        (-TINY, NAN),
        (TINY, 2.0**-537),
    ],
    "sin": [(0, 0), (-0.0, -0.0), (INF, NAN), (-INF, NAN), (TINY, TINY), (-TINY, -TINY)],
    "cos": [(0, 1), (-0.0, 1), (INF, NAN), (-INF, NAN), (TINY, 1)],
    "tanh": [(0, 0), (-0.0, -0.0), (INF, 1), (-INF, -1), (HUGE, 1), (-HUGE, -1), (-TINY, -TINY)],
    "sinh": [(0, 0), (-0.0, -0.0), (INF, INF), (-INF, -INF), (HUGE, INF), (-HUGE, -INF), (-TINY, -TINY)],
    "cosh": [(0, 1), (-0.0, 1), (INF, INF), (-INF, INF), (HUGE, INF), (-HUGE, INF)],
    "erf": [(0, 0), (-0.0, -0.0), (INF, 1), (-INF, -1), (HUGE, 1), (-HUGE, -1), (-TINY, -TINY)],
    "erfc": [(0, 1), (-0.0, 1), (INF, 0), (-INF, 2), (HUGE, 0), (-HUGE, 2), (-TINY, 1), (28, 0), (-7, 2)],
    "sigmoid": [(0, 0.5), (-0.0, 0.5), (INF, 1), (-INF, 0), (HUGE, 1), (-HUGE, 0), (-TINY, 0.5)],
    "abs": [(0, 0), (-0.0, 0), (INF, INF), (-INF, INF), (-TINY, TINY), (-2.5, 2.5), (HUGE, HUGE)],
    "sign": [(0, 0), (-0.0, 0), (INF, 1), (-INF, -1), (-TINY, -1), (TINY, 1), (-2.5, -1)],
}


@pytest.mark.parametrize("name", sorted(SPECIAL))
def test_special_values(name, compiled, fused):
    x, want = np.array([*SPECIAL[name], (NAN, NAN)], dtype=np.float64).T
    for call in (compiled, fused):
        got = call(name, x)
        wrong = ~same(got, want)
        assert not wrong.any(), [*zip(x[wrong], got[wrong], want[wrong], strict=True)]


def annex_f_pow(x: float, p: float) -> float | None:
    """What C99 Annex F 9.4.4 says; None where it names no value."""
    if p == 0 or x == 1 or (x == -1 and math.isinf(p)):
        return 1.0
    if math.isnan(x) or math.isnan(p):
        return NAN
    odd = not math.isinf(p) and math.fmod(p, 2) in (1, -1)
    if x == 0 or math.isinf(x):
        limit = 0.0 if (p > 0) == (x == 0) else INF
        return math.copysign(limit, x if odd else 1.0)
    if math.isinf(p):
        return INF if (abs(x) > 1) == (p > 0) else 0.0
    return NAN if x < 0 and p != math.floor(p) else None


EDGES = [0.0, -0.0, INF, -INF, NAN, 1.0, -1.0, 2.0, -2.0, 3.0, -3.0, 0.5, -0.5, TINY, -TINY, HUGE, -HUGE]
EDGES += [1 + 2.0**-52, -1 - 2.0**-52, 1 - 2.0**-53, 2.0**52 + 1, 2.0**53 - 1, 1 - 2.0**53, 2.0**53]


def test_special_values_of_pow(compiled):
    table = [
        (x, p, want) for x, p in itertools.product(EDGES, EDGES) if (want := annex_f_pow(x, p)) is not None
    ]
    x, p, want = np.array(table).T
    wrong = ~same(compiled("pow", x, p), want)
    assert not wrong.any(), [table[i] for i in np.flatnonzero(wrong)]


def test_pow_beyond_the_range(compiled):
    x = [HUGE, -HUGE, TINY, -TINY, -TINY, 1 + 2.0**-52, 1 - 2.0**-53, -2.0, 2.0, 2.0]
    p = [2.0, 3.0, 2.0, 3.0, -3.0, 1e300, HUGE, 1025.0, -1075.0, -1074.0]
    want = [INF, -INF, 0.0, -0.0, -INF, INF, 0.0, -INF, 0.0, TINY]
    assert same(compiled("pow", x, p), want).all()


def test_special_values_of_powi(compiled):
    powers = [0, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6, 2**31 - 1, -(2**31)]
    for x, n in itertools.product(EDGES, powers):
        want = annex_f_pow(x, float(n))
        if want is None and abs(x) == 1:
            want = x**n
        if want is not None:
            assert same(compiled("powi", [x], n), want).all(), (x, n)
    assert same(compiled("powi", [TINY, HUGE, -HUGE, -TINY], [-2, 3, -3, 5]), [INF, INF, -0.0, -0.0]).all()


def test_small_arguments_are_not_lost(compiled):
    x = accuracy.around([TINY, 1e-310, 2.0**-1022, 1e-200, 2.0**-60])
    x = np.concatenate([x[x > 0], -x[x > 0]])
    for name in ("expm1", "log1p", "sin", "tanh", "sinh"):
        assert (np.abs(compiled(name, x) - x) <= np.spacing(np.abs(x))).all(), name


def test_odd_and_even(compiled):
    x = np.random.default_rng(5).normal(size=2000) * 3
    for name in ("sin", "tanh", "sinh", "erf"):
        assert (compiled(name, -x) == -compiled(name, x)).all(), name
    for name in ("cos", "cosh", "abs"):
        assert (compiled(name, -x) == compiled(name, x)).all(), name


def test_portable_square_root_is_the_correctly_rounded_one(tmp_path):
    if COMPILER is None:
        pytest.skip("no C compiler (cc, gcc or clang) on the path")
    call = load(compile_shared(tmp_path, ("sqrt",), *STRICT, "-DSD_PORTABLE_SQRT"))
    rng = np.random.default_rng(6)
    whole = rng.integers(2**52, 2**53, 100_000, dtype=np.int64).astype(np.float64)
    squares = whole * whole  # the hardest cases lie beside them
    x = np.concatenate(
        [
            rng.integers(0, 0x7FF0000000000000, 200_000, dtype=np.int64).view(np.float64),
            rng.integers(0, 0x0030000000000000, 200_000, dtype=np.int64).view(np.float64),
            *(squares, np.nextafter(squares, 0), np.nextafter(squares, INF)),
        ]
    )
    assert (call("sqrt", x) == np.sqrt(x)).all()
    assert same(call("sqrt", [0.0, -0.0, INF, -1.0, NAN]), [0.0, -0.0, INF, NAN, NAN]).all()


@needs_compiler
@needs_nm
@pytest.mark.parametrize(
    "flags",
    [
        ("-O0",),
        ("-O2",),
        ("-O3", "-ffp-contract=fast"),
        ("-O0", "-DSD_PORTABLE_SQRT"),
        ("-O3", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=off"),
    ],
    ids=" ".join,
)
def test_links_against_nothing(tmp_path, flags):
    library = compile_shared(tmp_path, NAMES, "-std=c99", "-nostdlib", *flags)
    listed = subprocess.run([NM, "-u", str(library)], capture_output=True, text=True, check=True).stdout
    undefined = [line for line in listed.splitlines() if line.split()[:1] == ["U"]]
    assert not undefined


@needs_compiler
@pytest.mark.parametrize("name", sorted(path.stem for path in MATH.glob("*.c")))
def test_each_file_stands_with_what_it_names(tmp_path, name):
    text = source(name) if name in NAMES else "\n".join(_text(part) for part in closure([name]))
    (tmp_path / "one.c").write_text(text, encoding="utf-8")
    unused = () if name in NAMES else ("-Wno-unused-function",)
    command = [COMPILER, "-std=c99", "-c", *WARNINGS, *unused, "one.c", "-o", "one.o"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(shutil.which("g++") is None, reason="no C++ compiler (g++) on the path")
def test_compiles_as_cpp(tmp_path):
    (tmp_path / "all.cpp").write_text(source(*NAMES), encoding="utf-8")
    command = ["g++", "-fsyntax-only", *WARNINGS, "all.cpp"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_nothing_from_outside():
    for path in MATH.glob("*.c"):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert "#include" not in text, path.name
        assert text.isascii(), path.name
        for name in set(re.findall(r"\bsd_([a-z0-9_]+)\(", text)) - {path.stem, "bits", "from_bits"}:
            assert name in needs(path.stem), f"{path.name} uses sd_{name} without naming it"


def numbers(text: str) -> set[float]:
    """The hexadecimal constants of a C file, without their signs."""
    return {float.fromhex(found) for found in re.findall(r"0x[0-9a-f.]+p[+-]?[0-9]+", text)}


def test_constants_are_the_derived_ones():
    """All but the long fits, which take half a minute: run coefficients.py for those."""
    derive = _module(MATH / "coefficients.py")
    texts = {path.stem: path.read_text(encoding="utf-8") for path in MATH.glob("*.c")}
    present = set().union(*map(numbers, texts.values()))
    for name, values in derive.constants().items():
        if name != "sqrt(1/2)":
            assert set(values) <= present, name
    assert "0x3FE6A09E667F3BCD" in texts["log"]
    assert np.uint64(0x3FE6A09E667F3BCD).view(np.float64) == derive.constants()["sqrt(1/2)"][0]
    words = [int(word, 16) for word in re.findall(r"0x([0-9A-F]{8})u[,\s]", texts["reduce_half_pi"])]
    assert words[:2] == [0, 0]
    assert words[2:39] == derive.two_over_pi()
    for name, polynomial in derive.POLYNOMIALS.items():
        if name.startswith(("sin:", "cos:")):
            coefficients, bound = derive.fit(*polynomial)
            assert bound < -57
            assert {abs(c) for c in coefficients} <= numbers(texts[f"{name[:3]}_near"])

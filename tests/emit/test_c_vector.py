"""The vector functions that generated files carry: close to the C library's wider types, right at the edges,
vectorised by every compiler there is."""

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

import mpmath
import numpy as np
import pytest

from tests.emit import vector_points as points
from tests.emit import vectors
from tests.emit.vectors import BINARY, COMPILERS, REALS, UNARY, VECTOR, WARNINGS, Scanner

if not COMPILERS:
    pytest.skip("no C compiler (gcc or clang) on the path", allow_module_level=True)

NAMES = vectors.full_names()
FILES = sorted(path.stem for path in VECTOR.glob("*.c"))
WIDE = np.finfo(np.longdouble).nmant >= 63
INF, NAN = math.inf, math.nan
# Most ulp allowed: little more than the most ever measured (python -m tests.emit.exhaustive). Required: 1 for
# exp and log, 2 for the rest.
LIMITS = {
    "exp": 1.0,
    "exp_scaled": 1.0,
    "exp_difference": 1.0,
    "log": 0.96,
    "log_scaled": 0.96,
    "sigmoid": 1.55,
    "tanh": 1.6,
    "expm1": 1.65,
    "log1p": 1.35,
    "erf": 1.6,
    "sqrt": 0.5,
    "rsqrt": 1.5,
}


@pytest.fixture(scope="module")
def ways(tmp_path_factory):
    return vectors.versions(tmp_path_factory.mktemp("vectors"), NAMES)


@pytest.fixture(scope="module")
def scanner(tmp_path_factory):
    return Scanner(tmp_path_factory.mktemp("scanner"))


def needs_wide(name: str) -> None:
    if name.endswith("f64") and not WIDE:
        pytest.skip("long double is no wider than double here")


@pytest.mark.parametrize("name", NAMES)
def test_error(name, ways, scanner):
    needs_wide(name)
    for x, y in points.sampled(name):
        worst = scanner.worst(name, ways, x, y)
        assert worst.ulp <= LIMITS[name.rsplit("_", 1)[0]], f"{name}: {worst}"


def hexadecimals(name: str) -> list[str]:
    return re.findall(r"0x1\.[0-9a-f]+p[+-][0-9]+", vectors.text_of(name))


POLYNOMIALS = {
    "exp_tail": ["exp", "exp_scaled"],
    "log_tail": ["log", "log1p"],
    "tanh": ["tanh"],
    "erf": ["erf"],
    "exp_pieces": ["exp_scaled"],
    "exp_plain": ["tanh"],
}


@pytest.mark.parametrize(("file", "real"), [*itertools.product(POLYNOMIALS, REALS)])
def test_a_wrong_constant_is_noticed(file, real, tmp_path, scanner):
    """Each constant in turn, wrong by one part in 30: some function leaves its limit. By one in 8 for the
    reduction, as rounding x*log2(e) may err a little without harm."""
    share = 8 if file.startswith("exp_p") else 30
    needs_wide(real)
    names = [f"{stem}_{real}" for stem in POLYNOMIALS[file]]
    kept = []
    for i, constant in enumerate(dict.fromkeys(hexadecimals(f"{file}_{real}"))):
        wrong = (float.fromhex(constant) * (1 + 1 / share)).hex()

        def change(text: str, constant: str = constant, wrong: str = wrong) -> str:
            return text.replace(constant, wrong)

        folder = tmp_path / str(i)
        folder.mkdir()
        code = vectors.source(names, change)
        library = vectors.build(folder, "wrong", COMPILERS[0], code, "-std=c99", "-O1")
        way = vectors.Version("wrong", ctypes.CDLL(str(library)))
        found = max(
            scanner.worst(name, [way], x, y).ulp / LIMITS[name.rsplit("_", 1)[0]]
            for name in names
            for x, y in points.sampled(name, 100_003)
        )
        if found <= 1:
            kept.append(constant)
    assert kept == []


SPECIAL = {
    "exp": [(0, 1), (-0.0, 1), (INF, INF), (-INF, 0), ("max", INF), ("-max", 0), ("tiny", 1), (1000, INF)],
    "log": [(1, 0), (0, -INF), (-0.0, -INF), (INF, INF), (-1, NAN), (-INF, NAN), ("-tiny", NAN)],
    "log1p": [(0, 0), (-0.0, -0.0), (-1, -INF), (INF, INF), (-2, NAN), (-INF, NAN), ("-tiny", "-tiny")],
    "expm1": [(0, 0), (-0.0, -0.0), (INF, INF), (-INF, -1), ("max", INF), ("-max", -1), ("tiny", "tiny")],
    "tanh": [(0, 0), (-0.0, -0.0), (INF, 1), (-INF, -1), ("max", 1), ("-max", -1), ("-tiny", "-tiny")],
    "erf": [(0, 0), (-0.0, -0.0), (INF, 1), (-INF, -1), ("max", 1), ("-max", -1)],
    "sigmoid": [(0, 0.5), (-0.0, 0.5), (INF, 1), (-INF, 0), ("max", 1), ("-max", 0), ("-tiny", 0.5)],
    "sqrt": [(0, 0), (-0.0, -0.0), (4, 2), (INF, INF), (-1, NAN), (-INF, NAN), ("-tiny", NAN)],
    "rsqrt": [(0, INF), (-0.0, -INF), (4, 0.5), (INF, 0), (-1, NAN), (-INF, NAN), ("-tiny", NAN)],
}
SPECIAL_PAIRS = {
    "exp_scaled": [
        *((x, n, 0.0) for x in (-INF, "-max", -1e6) for n in (-800, 0, 800)),
        *((x, n, INF) for x in (INF, "max", 1e6) for n in (-800, 0, 800)),
        *((NAN, 0, NAN), (0, NAN, NAN), (0, 0, 1), (0, 5, 2.0**-5), (0, -100, 2.0**100)),
    ],
    "exp_difference": [
        *((INF, 0, INF), (-INF, 0, 0), (0, INF, 0), (0, -INF, INF), (INF, -INF, INF), (-INF, INF, 0)),
        *((INF, INF, NAN), (-INF, -INF, NAN), (NAN, 0, NAN), (0, NAN, NAN), (NAN, INF, NAN), (7, 7, 1)),
        *(("max", "max", 1), ("-max", "-max", 1), ("max", "-max", INF), ("-max", "max", 0), (1e30, 1, INF)),
    ],
    "log_scaled": [
        *(
            (1, 0, 0),
            (0, 5, -INF),
            (-0.0, 5, -INF),
            (INF, -5, INF),
            (-1, 5, NAN),
            (NAN, 0, NAN),
            (1, NAN, NAN),
        ),
        *((2.0**-100, 100, 0), (2.0**100, -100, 0), ("tiny", "least", 0)),
    ],
}


def value(what: float | str, real: str) -> float:
    """A number, by name where it depends on the type."""
    info = np.finfo(REALS[real])
    names = {
        "max": info.max,
        "-max": -info.max,
        "tiny": info.smallest_subnormal,
        "-tiny": -info.smallest_subnormal,
    }
    names["least"] = 149 if real == "f32" else 1074
    return float(names[what]) if isinstance(what, str) else what


def same(got: np.ndarray, want: np.ndarray) -> np.ndarray:
    """Equal, and of equal sign where zero; NaN equals NaN."""
    return ((got == want) & (np.signbit(got) == np.signbit(want))) | (np.isnan(got) & np.isnan(want))


@pytest.mark.parametrize("name", NAMES)
def test_special_values(name, ways):
    stem, real = name.rsplit("_", 1)
    rows = (
        SPECIAL_PAIRS[stem] if stem in BINARY else [(x, 0, want) for x, want in [*SPECIAL[stem], (NAN, NAN)]]
    )
    x, y, want = np.array([[value(what, real) for what in row] for row in rows]).T
    for way in ways:
        for places in (np.arange(x.size), np.repeat(np.arange(x.size), 40)):  # the short and the vector loop
            got = way.call(name, x[places], y[places])
            wrong = ~same(got, want[places])
            assert not wrong.any(), (
                way.label,
                [*zip(x[places][wrong], y[places][wrong], got[wrong], strict=True)],
            )


@pytest.mark.parametrize("real", REALS)
def test_odd_functions_are_odd(real, ways):
    x = np.random.default_rng(5).normal(size=2000) * 3
    for way, stem in itertools.product(ways, ("tanh", "erf")):
        assert (way.call(f"{stem}_{real}", -x) == -way.call(f"{stem}_{real}", x)).all(), stem


@pytest.mark.parametrize("real", REALS)
def test_a_softmax_by_exponent_shift_is_right_at_every_size(real, tmp_path):
    """x - exp_shift(m), N of what is left: each entry and the log of the sum, against 60 digits."""
    kind = vectors.KINDS[real]
    code = "\n".join(vectors.text_of(n) for n in vectors.closure(
        [f"{stem}_{real}" for stem in ("exp_scaled", "exp_shift", "log2e_round", "log_scaled")]
    )) + f"""
void run(const {kind} *x, {kind} *y, {kind} *sum, long n);
void run(const {kind} *x, {kind} *y, {kind} *sum, long n) {{
    {kind} m = x[0], s = 0;
    for (long i = 1; i < n; ++i) m = x[i] > m ? x[i] : m;
    const {kind} c = sdv_exp_shift_{real}(m), N = sdv_log2e_round_{real}(m - c);
    for (long i = 0; i < n; ++i) s += y[i] = sdv_exp_scaled_{real}(x[i] - c, N);
    *sum = c + sdv_log_scaled_{real}(s, N);
}}
"""  # fmt: skip
    way = ctypes.CDLL(
        str(vectors.build(tmp_path, "softmax", COMPILERS[0], code, *vectors.STANDARD, *WARNINGS))
    )
    rng = np.random.default_rng(11)
    number = REALS[real]
    for centre in (0, -87, 100, 250, -257, 1000, -3000, 1e6, 1.5e9, -1e30, 1e30):
        x = (centre + rng.normal(size=30) * rng.choice([1, 30])).astype(number)
        x[::5] = -INF
        y, total = np.empty_like(x), np.empty(1, dtype=number)
        arrays = (ctypes.c_void_p(a.ctypes.data) for a in (x, y, total))
        way.run(*arrays, ctypes.c_long(x.size))
        with mpmath.workdps(60):
            m = max(mpmath.mpf(float(v)) for v in x)
            e = [mpmath.exp(mpmath.mpf(float(v)) - m) for v in x]
            want, logarithm = [v / mpmath.fsum(e) for v in e], m + mpmath.log(mpmath.fsum(e))
            got = [mpmath.mpf(float(v)) / mpmath.fsum(map(float, y)) for v in y]
            unit, least = float(np.finfo(number).eps), float(np.finfo(number).tiny)
            for g, w in zip(got, want, strict=True):
                assert abs(g - w) <= 2 * unit * w + least
            assert abs(float(total[0]) - logarithm) <= unit * (abs(logarithm) + 8)


@pytest.mark.parametrize("real", REALS)
def test_square_root_without_the_instruction(real, tmp_path, scanner):
    needs_wide(real)
    ways = vectors.versions(tmp_path, [f"sqrt_{real}"], "-DSDV_PORTABLE_SQRT")
    for x, y in points.sampled(f"sqrt_{real}"):
        worst = scanner.worst(f"sqrt_{real}", ways, x, y)
        assert worst.ulp <= 0.5001, worst


@pytest.mark.skipif(
    platform.machine().lower() not in ("x86_64", "amd64"), reason="the flags are those of x86-64"
)
@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("arch", ["x86-64-v3", "x86-64-v4"])
def test_every_loop_is_vectorised(compiler, arch, tmp_path):
    say = {"gcc": "-fopt-info-vec", "clang": "-Rpass=loop-vectorize"}[compiler]
    flags = (*vectors.STANDARD, "-ffp-contract=fast", f"-march={arch}", say)
    vectors.build(tmp_path, "loops", compiler, vectors.source(NAMES), *flags)
    lines = (tmp_path / "loops.c").read_text(encoding="utf-8").splitlines()
    told = (tmp_path / "loops.txt").read_text(encoding="utf-8")
    done = {
        int(n)
        for n in re.findall(
            r"loops\.c:(\d+):\d+: (?:optimized: loop vectorized|remark: vectorized loop)", told
        )
    }
    left = [line for n, line in enumerate(lines, 1) if "for (long i" in line and n not in done]
    assert left == []


@pytest.mark.skipif(
    shutil.which("nm") is None or not sys.platform.startswith("linux"),
    reason="needs nm and -nostdlib as on Linux",
)
@pytest.mark.parametrize(
    "flags", [("-O0",), ("-O2",), ("-O3", "-ffp-contract=fast"), vectors.STANDARD], ids=" ".join
)
@pytest.mark.parametrize("compiler", COMPILERS)
def test_links_against_nothing(compiler, flags, tmp_path):
    library = vectors.build(
        tmp_path, "all", compiler, vectors.source(NAMES), *WARNINGS, *flags, "-nostdlib", "-nodefaultlibs"
    )
    listed = subprocess.run(["nm", "-u", str(library)], capture_output=True, text=True, check=True).stdout
    assert [line for line in listed.splitlines() if line.split()[:1] == ["U"]] == []


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("name", FILES)
def test_each_file_stands_with_what_it_names(name, compiler, tmp_path):
    code = "\n".join(map(vectors.text_of, vectors.closure([name]))) + "\ntypedef int not_empty;\n"
    vectors.build(tmp_path, "one", compiler, code, "-std=c99", *WARNINGS)


@pytest.mark.skipif(shutil.which("g++") is None, reason="no C++ compiler (g++) on the path")
def test_compiles_as_cpp(tmp_path):
    (tmp_path / "all.cpp").write_text(
        vectors.source(NAMES).replace("restrict", "__restrict__"), encoding="utf-8"
    )
    command = ["g++", "-fsyntax-only", "-std=c++17", *WARNINGS, "all.cpp"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", FILES)
def test_nothing_from_outside(name):
    text = re.sub(r"/\*.*?\*/", "", vectors.text_of(name), flags=re.DOTALL)
    assert text.isascii()
    assert "#include" not in text
    assert max(map(len, vectors.text_of(name).splitlines())) <= 120
    known = {"bits_f32", "from_bits_f32", "bits_f64", "from_bits_f64"}
    called = set(re.findall(r"\bsdv_([a-z0-9_]+)\(", text)) - {name}
    assert called - known <= set(vectors.needs(name))
    assert not called & known or any(n.startswith("bits") for n in vectors.closure([name]))


def test_every_function_is_there():
    assert {f"{stem}_{real}" for stem in (*UNARY, *BINARY) for real in REALS} <= set(FILES)


def derived():
    spec = importlib.util.spec_from_file_location("coefficients", VECTOR / "coefficients.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_constants_are_the_derived_ones():
    """All but the long fits, which take a minute: run coefficients.py for those."""
    module = derived()
    quick = {name: [c for fit, _ in module.fits(name) for c in fit] for name in ("exp_tail_f32", "tanh_f32")}
    for name, values in [*module.constants().items(), *quick.items()]:
        assert module.lacking(name, values) == []

"""Short runs of ``python -m tests.safety``; and that it finds what it is there to find."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.safety.__main__ import GENERATED
from tests.safety.build import WAYS, CannotBuild, Way, run
from tests.safety.table import Files, table

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="guard pages are set up for Linux"
)

PY = '''
SIGNATURES = {"twice": ("(c)->(c)", "r->r")}

def twice(x, /, *, axis=-1, out=None):
    """y[c] = 2*x[c]

    In place: the result may be written over x.
    """
'''
H = """#include <stddef.h>
void twice_f32(ptrdiff_t rows, ptrdiff_t C, const float *x, float *y);
void twice_f64(ptrdiff_t rows, ptrdiff_t C, const double *x, double *y);
"""
BODY = "for (ptrdiff_t c = 0; c < C; ++c) y[c * ys] = 2 * x[c * xs];"
C = """#include "twice.h"
#define BOTH(T, S) \\
static void twice_##S##_core(ptrdiff_t C, const T *x, ptrdiff_t xs, T *y, ptrdiff_t ys) { BODY } \\
void twice_##S(ptrdiff_t rows, ptrdiff_t C, const T *x, T *y) { \\
    for (ptrdiff_t n = 0; n < rows; ++n) twice_##S##_core(C, x + n * C, 1, y + n * C, 1); } \\
void twice_##S##_loop(char **a, const ptrdiff_t *d, const ptrdiff_t *s, void *data); \\
void twice_##S##_loop(char **a, const ptrdiff_t *d, const ptrdiff_t *s, void *data) { (void)data; \\
    for (ptrdiff_t n = 0; n < d[0]; ++n) \\
        twice_##S##_core(d[1], (const T *)(const void *)(a[0] + n * s[0]), s[2] / (ptrdiff_t)sizeof(T), \\
            (T *)(void *)(a[1] + n * s[1]), s[3] / (ptrdiff_t)sizeof(T)); }
BOTH(float, f32)
BOTH(double, f64)
"""
TILE = """T tile[8]; for (ptrdiff_t c = 0; c < C; ++c) tile[c % 9] = x[c * xs];
for (ptrdiff_t c = 0; c < C; ++c) y[c * ys] = tile[c % 8];"""
NOBODY = "volatile T s[1]; if (C % 2) s[0] = 0; " + BODY + " if (s[0] > 0 && C > 0) y[0] = 1;"
#: What a kernel must not do -> its body, and ways that notice.
WRONG = {
    "writes behind": ("for (ptrdiff_t c = 0; c <= C; ++c) y[c * ys] = 2;", ("guards", "address")),
    "writes before": ("y[-ys] = 2; " + BODY, ("guards", "address")),
    "reads behind": (BODY + " volatile T z = x[C * xs]; (void)z;", ("guards", "address")),
    "leaves one out": ("for (ptrdiff_t c = 1; c < C; ++c) y[c * ys] = 2 * x[c * xs];", ("guards",)),
    "forgets the stride": ("for (ptrdiff_t c = 0; c < C; ++c) y[c] = 2 * x[c * xs];", ("guards",)),
    "writes between": (BODY + " if (ys > 1 && C > 1) y[1] = 7;", ("guards",)),
    "changes an input": (BODY + " if (C > 0) ((T *)x)[0] = 1;", ("guards",)),
    "outgrows a buffer": (TILE, ("address",)),
    "overflows": ("int n = 2147483000; n += (int)C; y[0] = (T)n; " + BODY, ("address",)),
    "reads what nobody wrote": (NOBODY, ("memory", "valgrind")),
}


def way(name: str) -> Way:
    """A way to run; a test that needs one is skipped where it is not installed."""
    if WAYS[name].missing:
        pytest.skip(f"{WAYS[name].missing} is not installed")
    return WAYS[name]


def kernel(folder: Path, body: str) -> Files:
    folder.mkdir(exist_ok=True)
    (folder / "twice.py").write_text(PY)
    (folder / "twice.h").write_text(H)
    (folder / "twice.c").write_text(C.replace("BODY", body.replace("\n", " ")))
    return Files(folder / "twice.py")


def test_the_table_says_what_the_signature_and_the_documentation_say(tmp_path: Path) -> None:
    text = table(kernel(tmp_path, BODY))
    assert '{"twice_f32", twice_f32_loop, twice_f32_on_rows, 1, 1, 1, "ff", {{0, -1}, {0, -1}}, 1u}' in text
    assert "twice_f64(rows, dims[0], operands[0], operands[1]);" in text
    jacobian = table(Files(GENERATED / "softmax.py"))
    assert '1, 1, 1, "dd", {{0, -1}, {0, 0, -1}}, 0u}' in jacobian


@pytest.mark.parametrize("name", ["guards", "address", "memory", "valgrind", "libfuzzer"])
def test_a_right_kernel_is_clean(tmp_path: Path, name: str) -> None:
    most = 150 if name == "valgrind" else 2000
    outcome = run(kernel(tmp_path, BODY), way(name), tmp_path / "room", seconds=20, most=most)
    assert not outcome.problem
    assert outcome.executions >= most


@pytest.mark.parametrize(
    ("what", "name"), [(what, name) for what, (_, names) in WRONG.items() for name in names]
)
def test_a_wrong_kernel_is_found(tmp_path: Path, what: str, name: str) -> None:
    body, _ = WRONG[what]
    most = 300 if name == "valgrind" else 5000
    outcome = run(kernel(tmp_path, body), way(name), tmp_path / "room", seconds=20, most=most)
    assert outcome.problem, f"{what} was not noticed in {outcome.executions} calls"


def test_the_fuzzer_finds_it_too(tmp_path: Path) -> None:
    body, _ = WRONG["writes behind"]
    assert run(kernel(tmp_path, body), way("libfuzzer"), tmp_path / "room", seconds=20, most=5000).problem


@pytest.mark.parametrize(("file", "name"), [("softmax", "guards"), ("bce_with_logits", "address")])
def test_generated_kernels_are_clean(tmp_path: Path, file: str, name: str) -> None:
    one_target = replace(way(name), flags=(*way(name).flags, "-DSD_ONE_TARGET", "-O2"))  # compiles sooner
    outcome = run(Files(GENERATED / f"{file}.py"), one_target, tmp_path, seconds=20, most=1000)
    assert not outcome.problem
    assert outcome.least > 10, "every kernel is called"


def test_what_does_not_compile_is_said(tmp_path: Path) -> None:
    if shutil.which("gcc") is None:
        pytest.skip("gcc is not installed")
    with pytest.raises(CannotBuild, match="nonsense"):
        run(kernel(tmp_path, "nonsense;"), way("guards"), tmp_path / "room", seconds=1)

"""The C code reads and writes inside its arrays only, and does nothing undefined, at all small sizes.

A program made for each function calls every kernel on arrays of exactly the right length, under the address
and undefined-behaviour sanitizers.
"""

from __future__ import annotations

import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

import pytest

from symderiv.definitions import Function
from symderiv.emit.generate import render_files
from symderiv.lower.kernel import Kernel
from symderiv.lower.products import kernels
from tests.kernels.positions import CASES

FLAGS = ("-std=c99", "-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
SIZES = (0, 1, 2, 5)
ROWS = "3"

DEFINITIONS: dict[str, tuple[str, tuple[str, ...]]] = {n: (c.define, ()) for n, c in CASES.items()} | {
    "upto": ("y[k] = sum[c <= k](x[c]) + x[k+1]*sum[c](where(c > k, x[c]*x[c-k], 0))", ("k",)),
    "distant": ("y[i,j] = x[i+64]*w[j-64] + x[i-j]", ()),
    "sizes": ("y[j] = sum[k < size[j]](w[k+1]*x[j+size[k]-3]) + where(size[k] > 2, x[j-size[k]], 1)", ()),
    "chain": (
        "u[j] = sum[c <= j](x[c]**2)\nv[j] = exp(u[j+1])\ny[j] = u[j-1]*v[j+2] + max[c > j](x[c-1])",
        (),
    ),
    "odd": ("y[j] = sum[c < j, d != c](x[c+d-j]*x[d])", ()),
}


@lru_cache(maxsize=1)
def sanitizer() -> str:
    """A compiler with sanitizers that work, or nothing."""
    for name in ("gcc", "clang", "cc"):
        path = shutil.which(name)
        if path is None:
            continue
        code = "int main(void) { return 0; }"
        built = subprocess.run(
            [path, *FLAGS, "-x", "c", "-", "-o", "/dev/null"],
            input=code,
            text=True,
            capture_output=True,
            check=False,
        )
        if built.returncode == 0:
            return path
    return ""


HEAD = """#include <stdlib.h>
#include "{slug}.h"
static const ptrdiff_t sizes[] = {{{sizes}}};
static inline double *reals(ptrdiff_t count) {{
    double *made = malloc((size_t)count * sizeof(double));
    for (ptrdiff_t i = 0; i < count; ++i) made[i] = 0.5 + (double)(i * 7 % 5);
    return made;
}}
static inline long long *labels(ptrdiff_t count) {{
    long long *made = malloc((size_t)count * sizeof(long long));
    for (ptrdiff_t i = 0; i < count; ++i) made[i] = i % 3 - 1;
    return made;
}}
"""


def program(slug: str, made: tuple[Kernel, ...]) -> str:
    """C that calls every kernel at all choices of sizes, with labels inside and outside their range."""
    text = HEAD.format(slug=slug, sizes=", ".join(map(str, SIZES)))
    return text + "int main(void) {\n" + "".join(map(_calls, made)) + "    return 0;\n}\n"


def _calls(kernel: Kernel) -> str:
    """A call for each choice of sizes."""
    size = {d: f"n{n}" for n, d in enumerate(kernel.dims)}
    loops = "".join(
        f"    for (int i{n} = 0; i{n} < {len(SIZES)}; ++i{n}) {{ const ptrdiff_t n{n} = sizes[i{n}];\n"
        for n in range(len(size))
    )
    names = [f"a{n}" for n, _ in enumerate(kernel.arguments)]
    lines = []
    for name, a in zip(names, kernel.arguments, strict=True):
        kind, make = ("long long", "labels") if a.label else ("double", "reals")
        lines.append(f"    {kind} *{name} = {make}({' * '.join([ROWS, *(size[i.dim] for i in a.letters)])});")
    outs = [f"out{n}" for n, _ in enumerate(kernel.outputs)]
    for name, step in zip(outs, kernel.outputs, strict=True):
        lines.append(f"    double *{name} = reals({' * '.join([ROWS, *(size[i.dim] for i in step.head)])});")
    lines.append(f"    {kernel.name}_f64({', '.join([ROWS, *size.values(), *names, *outs])});")
    lines += [f"    free({name});" for name in (*names, *outs)]
    return loops + "    {\n" + "\n".join(lines) + "\n    }\n" + "    " + "}" * len(size) + "\n"


@pytest.mark.parametrize("name", DEFINITIONS)
def test_nothing_outside_the_arrays_is_touched(name, tmp_path: Path):
    compiler = sanitizer()
    if not compiler:
        pytest.skip("no compiler with sanitizers")
    define, labels = DEFINITIONS[name]
    function = Function(define, labels=labels, name=name)
    for file, text in render_files(function, ("c",)).items():
        (tmp_path / file).write_text(text)
    (tmp_path / "call.c").write_text(program(name, kernels(function, name)))
    out = tmp_path / "call"
    sources = [str(tmp_path / "call.c"), str(tmp_path / f"{name}.c")]
    built = subprocess.run(
        [compiler, *FLAGS, "-Wall", "-Wextra", "-Werror", *sources, "-o", str(out)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    ran = subprocess.run([str(out)], capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stderr[:4000]


def test_a_read_outside_is_found(tmp_path: Path):
    """The sanitizer would say so: without its test, x[j+1] lies behind the array."""
    compiler = sanitizer()
    if not compiler:
        pytest.skip("no compiler with sanitizers")
    function = Function(CASES["difference"].define, name="difference")
    for file, text in render_files(function, ("c",)).items():
        changed = text.replace("j + 1 < J ?", "j + 1 <= J ?")
        assert file.endswith(".h") or changed != text
        (tmp_path / file).write_text(changed)
    (tmp_path / "call.c").write_text(program("difference", kernels(function, "difference")))
    sources = [str(tmp_path / "call.c"), str(tmp_path / "difference.c")]
    subprocess.run([compiler, *FLAGS, *sources, "-o", str(tmp_path / "call")], check=True)
    ran = subprocess.run([str(tmp_path / "call")], capture_output=True, text=True, check=False)
    assert ran.returncode != 0
    assert "heap-buffer-overflow" in ran.stderr

"""Rows of scalars kept for axes that are not long: the same bits as where they are worked out again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from symderiv.build import DEFAULT_FLAGS, load
from symderiv.definitions import Function
from symderiv.emit.generate import render_files
from symderiv.lower.kernel import Kernel
from symderiv.lower.nest import cost, kept, nest
from symderiv.lower.products import kernels
from tests.kernels.served import no_compiler

#: Weights that hang on a sum, and a sum over them: each of its entries needs all weights.
MIXED = Function(
    "s[n] = sum[c](x[c]*W[n,c])\ne[n] = exp(-s[n]**2)\nQ = sum[n](e[n])\no[a] = sum[n](e[n]*V[n,a])/Q",
    name="mixed",
)
SIZES = ((1, 1, 1), (2, 3, 4), (5, 2, 3), (9, 7, 8))


def _call(file: object, kernel: Kernel, sizes: tuple[int, ...], real: type) -> np.ndarray:
    size = dict(zip(kernel.dims, sizes, strict=False))
    rng = np.random.default_rng(len(kernel.arguments))
    given = [
        rng.standard_normal([3, *(size[i.dim] for i in a.letters)]).astype(real) for a in kernel.arguments
    ]
    return np.asarray(getattr(file, kernel.name)(*given))


def test_what_is_kept_saves_loops() -> None:
    by_x = next(k for k in kernels(MIXED, "mixed") if k.name.startswith("mixed_jacobian"))
    short = kept(by_x)
    assert short is not None
    assert set(short.dims) <= set(by_x.dims)
    assert 10 * cost(short.nodes) < cost(nest(by_x))


def test_nothing_is_kept_where_that_saves_little() -> None:
    made = kernels(Function("y[n] = sum[c](W[n,c]*x[c])", name="f"), "f")
    assert all(kept(k) is None for k in made)


@pytest.mark.skipif(bool(no_compiler()), reason="no C compiler")
def test_the_bits_do_not_depend_on_what_is_kept(tmp_path: Path) -> None:
    made = [k for k in kernels(MIXED, "mixed") if kept(k) is not None]
    assert made
    for name, text in render_files(MIXED, ("c", "numpy")).items():
        (tmp_path / name).write_text(text)
    ways = [(*DEFAULT_FLAGS, f"-DSD_KEPT={most}") for most in (3, 1024)]
    files = [load(tmp_path / "mixed.py", tmp_path / "mixed.c", flags=flags) for flags in ways]
    for kernel in made:
        for sizes in SIZES:
            for real in (np.float32, np.float64):
                one, two = (_call(file, kernel, sizes, real) for file in files)
                assert one.tobytes() == two.tobytes(), (kernel.name, sizes, real)

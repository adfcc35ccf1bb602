"""Totals about a mean in one pass: the identities are proved, what is no such total stays."""

from __future__ import annotations

import numpy as np
import pytest

from symderiv.api import verify
from symderiv.build import CompilerMissing, find_compiler, load
from symderiv.definitions import Function
from symderiv.emit.generate import render_files
from symderiv.lower.passes import Scalar
from symderiv.lower.planner import program
from symderiv.lower.products import kernels
from symderiv.lower.single import at_once
from symderiv.notation.show import text

SPREAD = "m = mean[c](x[c])\nv = mean[c]((x[c] - m)**2)"


def planned(define: str, kind: str = "value", **more):
    function = Function(define, name="f", **more)
    return at_once(program(next(k for k in kernels(function, "f") if k.kind == kind), keep=False))


@pytest.mark.parametrize(
    "claim",
    [
        "mean[c]((x[c] - m)**2) = mean[c]((x[c] - z)**2) - (m - z)**2",
        "sum[c]((x[c] - m)**2) = sum[c]((x[c] - z)**2) - size[c]*(m - z)**2",
        "sum[c](r[c]*(x[c] - m)) = sum[c](r[c]*(x[c] - z)) - (m - z)*sum[c](r[c])",
    ],
)
def test_the_identities_are_proved(claim):
    function = Function("m = mean[c](x[c])\ny[c] = m*z*r[c]", name="f")
    assert verify(function, claim).verdict == "proved"


def test_mean_and_variance_take_one_pass():
    made = planned(SPREAD)
    assert [[t.name for t in p.totals] for p in made.passes] == [["d", "v_off"]]
    assert [(n, text(e)) for n, e in made.reads] == [("x_first", "x[first]")]


def test_products_with_another_entry_share_it_and_are_summed_again_where_not_finite():
    made = planned("m = mean[c](x[c])\nv = mean[c]((x[c] - m)**2)\ny = sum[c](g[c]*(x[c] - m))*v")
    assert [p.rare for p in made.passes] == [False, True]
    assert {t.name for t in made.passes[1].totals} < {i.name for i in made.items if isinstance(i, Scalar)}


@pytest.mark.parametrize(
    "define",
    [
        "m = mean[c](x[c])\ny = sum[c](exp(x[c] - m))",
        "m = mean[c](x[c])\nv = mean[c]((x[c] - m)**2)\nu = mean[c]((x[c] - m)**4)",
        "m = mean[c](x[c])\ny = sum[c](g[c]*h[c]*(x[c] - m))",
        "m = max[c](x[c])\ny = sum[c]((x[c] - m)**2)",
        "m = mean[c](x[c]**2)\ny = sum[c]((x[c] - m)**2)",
    ],
)
def test_other_totals_keep_their_pass(define):
    assert len(planned(define).passes) == 2


def test_the_variance_is_right_whatever_the_first_entry_is(tmp_path):
    try:
        find_compiler()
    except CompilerMissing:
        pytest.skip("no C compiler")
    for name, written in render_files(Function(SPREAD, name="f")).items():
        (tmp_path / name).write_text(written, encoding="utf-8")
    f = load(tmp_path / "f.py", tmp_path / "f.c").f
    rng = np.random.default_rng(3)
    for size in (1, 2, 5, 33, 1000, 100_003):
        rows = rng.standard_normal((4, size)).astype(np.float32)
        rows[1] += 1e4
        rows[2, 0] = 1e6
        rows[3] = 3.0
        wide = rows.astype(np.longdouble)
        want = ((wide - wide.mean(1, keepdims=True)) ** 2).mean(1)
        assert np.allclose(f(rows), want.astype(np.float64), rtol=1e-7, atol=0)

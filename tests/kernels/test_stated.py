"""Functions that a user states and nobody shipped: generated, compiled, and compared in both targets."""

from __future__ import annotations

import re

import numpy as np
import pytest

from symderiv.build import load
from symderiv.definitions import Function
from symderiv.emit.generate import generate
from symderiv.run.agreement import compare
from tests.kernels import served as s

#: name, definition, assumptions, units allowed (see symderiv.run.agreement; measured: up to 2)
STATED = [
    # 46 units are met at a subnormal entry: exp(z[j] - m) is subnormal before z[j] multiplies it
    ("sample", "y[j] = z[j]*exp(z[j])/sum[c](exp(2*z[c]))", [], 64.0),
    (
        "layernorm",
        "mu = mean[c](x[c])\nv = mean[c]((x[c] - mu)**2)\ny[j] = (x[j] - mu)/sqrt(v + eps)",
        ["eps > 0"],
        4.0,
    ),
    ("rmsnorm", "r = sqrt(mean[c](x[c]**2) + eps)\ny[j] = w[j]*x[j]/r", ["eps > 0"], 4.0),
    ("silu", "y[j] = x[j]*sigmoid(x[j])", [], 4.0),
    ("gelu_tanh", "y[j] = x[j]*(1 + tanh(sqrt(2/pi)*(x[j] + 0.044715*x[j]**3)))/2", [], 4.0),
    ("softplus", "y[j] = log(1 + exp(x[j]))", [], 4.0),
    ("l2_normalise", "y[j] = x[j]/sqrt(sum[c](x[c]**2))", [], 4.0),
    ("linear", "y[m] = sum[n](W[m,n]*x[n]) + b[m]", [], 4.0),
    (
        "attention",
        "s[n] = sum[d](q[d]*K[n,d])\na[n] = exp(s[n])/sum[m](exp(s[m]))\no[d] = sum[n](a[n]*V[n,d])",
        [],
        4.0,
    ),
]


def check(function, folder, units, **options):
    """Generate, compile, compare; raise where an entry needs more than ``units``."""
    report = generate([function], folder)
    assert {p.suffix for p in report.written} == {".py", ".c", ".h"}
    name = function.name
    plain = load(folder / f"{name}.py", None)
    compiled = None if s.no_compiler() else load(folder / f"{name}.py", folder / f"{name}.c")
    kernels = tuple(s.describe(function, plain, name))
    found = compare(function, plain, compiled, kernels=kernels, **options)
    assert len(found) == len(kernels) * (4 if compiled else 2)
    wrong = [e for e in found if not e.worst_units <= units]
    assert not wrong, "\n".join(
        f"{e.kernel} [{e.target}, {e.dtype}]: {e.worst_units:.3g} units, {units} are allowed; {e.where}"
        for e in wrong
    )
    return found


@pytest.mark.parametrize(("name", "define", "assume", "units"), STATED, ids=[row[0] for row in STATED])
def test_stated_function(name, define, assume, units, tmp_path):
    function = Function(define, assume=assume, name=name)
    dims = sorted({d for axes in function.inputs.values() for d in axes})
    sizes = [
        dict.fromkeys(dims, 1),
        {d: 3 + n for n, d in enumerate(dims)},
        {d: 7 - n for n, d in enumerate(dims)},
    ]
    scalar = s.scalar_or_self(function) is not function
    found = check(function, tmp_path, units, sizes=None if scalar else sizes, rows=3 if len(dims) < 2 else 2)
    assert sum(e.entries for e in found) > 50


def test_erf_gelu_everywhere(tmp_path):
    """1 + erf(u) cancels for negative u; the kernels take erfc(-u)."""
    function = Function("y[j] = x[j]*(1 + erf(x[j]/sqrt(2)))/2", name="gelu")
    check(function, tmp_path, 16.0, rows=3)


# --- the comparison finds what is wrong -----------------------------------------------------------

#: A change of the C text, and what it does: each must be found.
BREAKS = {
    "a sign": (r" - (\w+ \* \w+\) / )", r" + \1"),
    "one class too few": (r"c < C;", "c + 1 < C;"),
    "a lost step": (r"sd_add\((\w+), ", r"sd_add(0.0 * \1, "),
}
#: Where the loops begin of a kernel that is not in passes.
LOOPS = re.compile(r"static inline void \w+_core")


@pytest.mark.parametrize("change", BREAKS)
def test_a_broken_file_is_found(change, tmp_path):
    if s.no_compiler():
        pytest.skip(s.no_compiler())
    if not s.names():
        pytest.skip("nothing is generated")
    texts = {name: (s.GENERATED / f"{name}.c").read_text() for name in s.names()}
    name = next(n for n, text in texts.items() if LOOPS.search(text))
    function = s.catalog[name]
    broken = _break(texts[name], *BREAKS[change])
    (tmp_path / f"{name}.c").write_text(broken)
    wrong = load(s.GENERATED / f"{name}.py", tmp_path / f"{name}.c")
    plain = s.module(name, "numpy")
    sizes = [{d: 5 for axes in function.inputs.values() for d in axes}]
    found = compare(function, plain, wrong, kernels=s.described(name), sizes=sizes, rows=2)
    by_target = {t: max(e.worst_units for e in found if e.target == t) for t in s.TARGETS}
    assert by_target["numpy"] <= 4
    assert by_target["c"] > 1e3, f"the comparison did not see {change}"
    worst = max((e for e in found if e.target == "c"), key=lambda e: e.worst_units)
    assert "got" in worst.where
    assert "want" in worst.where


def _break(text, pattern, replacement):
    """The text with a change in the functions that compute (not in the helpers before them)."""
    start = LOOPS.search(text).start()
    changed, count = re.subn(pattern, replacement, text[start:])
    if not count:
        pytest.skip("no such place in this file")
    return text[:start] + changed


def test_agree_raises():
    """The comparer of these tests raises, and says where."""
    want = np.array([1.0, 2.0, np.nan])
    s.agree(want.copy(), want, "k")
    for got in (np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.5, np.nan]), want[:2], want.astype(np.float32)):
        with pytest.raises(AssertionError, match="k, "):
            s.agree(got, want, "k", ulps=4)
    with pytest.raises(AssertionError, match=r"index \(1,\): got .*2.5.* want .*2.0.* ulp"):
        s.agree(np.array([1.0, 2.5, np.nan]), want, "k", ulps=4)

"""Kernels with ranges that depend on an index and with moved indices, against sums written out by hand."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest

from symderiv.build import load
from symderiv.definitions import Function
from symderiv.emit.generate import render_files
from symderiv.run import agreement
from tests.kernels.positions import CASES, DIGITS, Truth, causal, drawn, exact, made, module, sizes_of
from tests.kernels.served import no_compiler

SIZES = (1, 2, 5)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("positions")


def targets() -> tuple[str, ...]:
    """The targets that can be tested here."""
    return ("numpy",) if no_compiler() else ("numpy", "c")


@pytest.fixture(params=("numpy", "c"))
def target(request: pytest.FixtureRequest) -> str:
    if request.param == "c" and no_compiler():
        pytest.skip(no_compiler())
    return str(request.param)


def errors(
    name: str, folder: Path, target: str, n: int, scale: float, dtype: Any, seed: int = 0
) -> dict[str, float]:
    """The worst error of each kernel in units."""
    inputs = drawn(name, n, seed, scale, dtype)
    truth = Truth(name, inputs)
    function, found, _ = made(name)
    rng = np.random.default_rng(seed + 1)
    worst = {}
    u = float(np.finfo(dtype).eps) / 2
    for kernel in found:
        given, arguments = None, []
        for a in kernel.arguments:
            if a.name in inputs:
                arguments.append(inputs[a.name])
            elif a.name == function.output.name:
                arguments.append(truth.value.astype(np.float64).astype(dtype))
            else:
                shape = [sizes_of(name, n)[i.dim] for i in a.letters]
                given = np.asarray(rng.standard_normal(shape)).astype(dtype)
                arguments.append(given)
        with mpmath.workdps(DIGITS):
            want, size = truth.of(kernel, given)
            got = getattr(module(name, target, folder), kernel.name)(*arguments)
            got = np.concatenate([np.ravel(r) for r in got]) if kernel.parts else np.asarray(got)
            assert got.dtype == dtype
            assert got.shape == want.shape, kernel.name
            assert np.isfinite(got).all(), f"{kernel.name}: {got}"
            slack = max(CASES[name].floor, mpmath.mpf(10) ** -20)  # the difference quotient's own error
            bad = [
                abs(mpmath.mpf(float(g)) - w) / (u * (abs(w) + s + slack))
                for g, w, s in zip(
                    got.ravel(), want.ravel(), np.broadcast_to(size, want.shape).ravel(), strict=True
                )
            ]
        worst[kernel.name] = float(max(bad, default=0))
    return worst


@pytest.mark.parametrize("name", CASES)
def test_by_hand(name, folder):
    for target, n in product(targets(), SIZES):
        for scale, dtype in product(CASES[name].scales, (np.float64, np.float32)):
            for kernel, worst in errors(name, folder, target, n, scale, dtype).items():
                place = f"{kernel} [{target}], size {n}, scale {scale}, {dtype.__name__}"
                assert worst <= CASES[name].units, f"{place}: {worst} units"


#: Formulas that stand at a number, such as x[1], which the notation does not read.
UNREADABLE = ("shifted_exp", "last")


@pytest.mark.parametrize("name", [n for n in CASES if n not in UNREADABLE])
def test_by_the_reference(name, folder):
    """As `symderiv all` measures: automatic differentiation in ball arithmetic, units of the formula."""
    function, found, _ = made(name)
    compiled = module(name, "c", folder) if "c" in targets() else None
    dims = sorted({d for axes in function.inputs.values() for d in axes})
    sizes = [
        dict.fromkeys(dims, 1),
        {d: 2 + n for n, d in enumerate(dims)},
        {d: 5 - n % 2 for n, d in enumerate(dims)},
    ]
    plain = module(name, "numpy", folder)
    for e in agreement.compare(function, plain, compiled, kernels=found, rows=3, sizes=sizes):
        assert e.worst_units <= 8, f"{e.kernel} [{e.target} {e.dtype}]: {e.worst_units} units, {e.where}"


# --- what is easily got wrong ---------------------------------------------------------------------


def call(name: str, kernel: str, folder: Path, target: str, *arguments: Any) -> np.ndarray:
    """One kernel's result."""
    return np.asarray(getattr(module(name, target, folder), kernel)(*arguments))


def close(got: np.ndarray, want: Any, units: float = 4.0) -> None:
    """Within so many units in the last place."""
    want = np.asarray(want, dtype=object)
    rounded = want.astype(np.float64)
    assert got.shape == want.shape
    assert (abs(got - rounded) <= units * np.spacing(abs(rounded))).all(), (got, rounded)


@pytest.mark.parametrize("name", ["causal_softmax", "masked_numerator"])
@pytest.mark.parametrize("above", [1e4, 1e300, np.inf, np.nan])
def test_what_lies_outside_the_range_has_no_influence(name, above, folder, target):
    """A shift by the largest of all entries would leave nothing of those in the range."""
    rng = np.random.default_rng(1)
    s = rng.standard_normal((5, 5))
    want = causal(exact(s))
    s[np.triu_indices(5, 1)] = above
    close(call(name, name, folder, target, s), want)
    gy = rng.standard_normal((5, 5))
    gy[np.triu_indices(5, 1)] = 0
    kernel = next(k for k in made(name)[1] if k.kind == "vjp")
    given = {"s": s, "y": want.astype(np.float64), "gy": gy}
    got = call(name, kernel.name, folder, target, *(given[a.name] for a in kernel.arguments))
    assert np.isfinite(got).all()
    y = want.astype(np.float64)
    assert np.allclose(got, y * (gy - (gy * y).sum(-1, keepdims=True)), rtol=0, atol=1e-15)


@pytest.mark.parametrize("far", [1e4, -1e4])
def test_exponents_are_guarded_within_the_range(far, folder, target):
    rng = np.random.default_rng(2)
    s = rng.standard_normal((5, 5)) + far
    with mpmath.workdps(DIGITS):
        close(call("causal_softmax", "causal_softmax", folder, target, s), causal(exact(s)), units=8)
        x = np.array([far, 0.5, -far, 1.5, 2 * far])
        want = CASES["running_logsumexp"].by_hand(exact(x))
        close(call("running_logsumexp", "running_logsumexp", folder, target, x), want)
        strict = CASES["strictly_causal"].by_hand(exact(s))
        close(call("strictly_causal", "strictly_causal", folder, target, s), strict, units=8)


def test_empty_ranges(folder, target):
    assert call("sum_before", "sum_before", folder, target, [np.inf, 1.0, 2.0]).tolist() == [
        0,
        np.inf,
        np.inf,
    ]
    assert call("sum_before", "sum_before", folder, target, [2.0]).tolist() == [0]
    for name in ("running_sum", "difference", "running_max", "running_product", "window"):
        assert call(name, name, folder, target, np.zeros((3, 0))).shape == (3, 0)
    assert call("convolution", "convolution", folder, target, np.zeros(0), np.ones(3)).tolist() == [0, 0, 0]
    assert call("convolution", "convolution", folder, target, np.ones(3), np.zeros(0)).shape == (0,)
    assert (
        call(
            "convolution", "convolution_vjp_w", folder, target, np.ones(3), np.zeros(0), np.zeros(0)
        ).tolist()
        == [0] * 3
    )


def test_batches_and_strides(folder, target):
    rng = np.random.default_rng(3)
    w, x = rng.standard_normal((4, 1, 3)), rng.standard_normal((1, 2, 7))
    got = call("convolution", "convolution", folder, target, w, x)
    wide = np.full((2, 4, 14), np.nan)
    wide[:1, :2, ::2] = x
    assert np.array_equal(call("convolution", "convolution", folder, target, w, wide[:1, :2, ::2]), got)
    assert np.array_equal(
        call("convolution", "convolution", folder, target, w, x[..., ::-1].copy()[..., ::-1]), got
    )
    for a, b in product(range(4), range(2)):
        assert np.allclose(got[a, b], np.convolve(w[a, 0], x[0, b])[:7], rtol=0, atol=1e-15)


def test_labels(folder, target, tmp_path):
    """A label may stand in a range, in a condition and in a moved index."""
    define = "y[k] = sum[c <= k](x[c]) + x[k+1]*sum[c](where(c > k, x[c]*x[c-k], 0))"
    function = Function(define, labels=["k"], name="upto")
    for file, text in render_files(function).items():
        (tmp_path / file).write_text(text)
    got = load(tmp_path / "upto.py", tmp_path / "upto.c" if target == "c" else None)
    rng = np.random.default_rng(4)
    x, k = rng.standard_normal((3, 6)), np.array([0, 5, 2])

    def wanted(x, k):
        rest = sum(x[c] * x[c - k - 1] for c in range(k + 1, 6))
        return sum(x[: k + 1]) + (x[k + 1] if k < 5 else 0) * rest

    assert np.allclose(got.upto(x, k), [wanted(a, b) for a, b in zip(x, k, strict=True)], rtol=1e-14)
    assert np.isnan(got.upto(x, [-1, 6, 7])).all()
    g = np.ones(3)
    for d in range(6):
        step = np.zeros(6)
        step[d] = 1e-6
        slope = (got.upto(x + step, k) - got.upto(x - step, k)) / 2e-6
        assert np.allclose(got.upto_vjp(x, k, g)[:, d], slope, rtol=0, atol=1e-7)

"""Kernels on several threads: the same bits, the same shapes, the same errors."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from symderiv.build import BuildError, load, threads

FIXTURES = Path(__file__).parent / "fixtures"
RNG = np.random.default_rng(11)
Z = RNG.uniform(1, 2, (3, 1000, 37))


@pytest.fixture
def seen(monkeypatch):
    """The sizes of the parts that were run."""
    parts: list[int] = []
    run = threads._run

    def noted(*args):
        parts.append(len(args[-1]))
        return run(*args)

    monkeypatch.setattr(threads, "_run", noted)
    return parts


@pytest.mark.parametrize("workers", [2, 3])
@pytest.mark.parametrize("axis", [-1, 2, 1, 0])
def test_the_same_bits(shares, seen, workers, axis):
    share = threads.threaded(shares.share, workers)
    assert np.array_equal(share(Z, axis=axis), shares.share(Z, axis=axis))
    if axis:
        assert seen == [workers]


def test_several_outputs_and_matrices(shares, seen):
    for name in ("total", "share_jacobian"):
        kernel = getattr(shares, name)
        got, want = threads.threaded(kernel, 2)(Z[0]), kernel(Z[0])
        assert type(got) is type(want)
        for a, b in zip(got, want, strict=True):
            assert np.array_equal(a, b)
    assert seen == [2, 2]


def test_out_strides_and_single_precision(shares, seen):
    share = threads.threaded(shares.share, 2)
    single = Z.astype(np.float32)[:, ::2]
    out = np.empty((3, 500, 74), np.float32)[..., ::2]
    assert share(single, out=out) is not None
    assert np.array_equal(out, shares.share(single))
    assert share(single).dtype == np.float32
    assert seen == [2, 2]


def test_elementwise_and_broadcast(shares, seen):
    assert np.array_equal(threads.threaded(shares.square, 2)(Z), Z * Z)
    outer = threads.threaded(shares.outer, 2)
    assert np.array_equal(outer(Z[0], Z[0, 0]), shares.outer(Z[0], Z[0, 0]))
    labels = RNG.integers(0, 37, (3, 1))
    pick = threads.threaded(shares.pick, 2)
    assert np.array_equal(pick(Z, labels), shares.pick(Z, labels))
    assert seen == [2, 2, 2]


def test_small_calls_overlaps_and_errors_stay_with_the_kernel(shares, seen):
    share = threads.threaded(shares.share, 2)
    assert np.array_equal(share(Z[0, 0]), shares.share(Z[0, 0]))
    inplace = Z.copy()
    share(inplace, out=inplace)
    assert np.array_equal(inplace, shares.share(Z))
    with pytest.raises(np.exceptions.AxisError):
        share(Z, axis=5)
    with pytest.raises(ValueError, match="mismatch"):
        share(Z, out=np.empty((2, 2)))
    assert seen == []


def test_it_runs_on_other_threads(shares, monkeypatch):
    names: set[str] = set()
    part = threads._part

    def noted(*args):
        names.add(threading.current_thread().name)
        return part(*args)

    monkeypatch.setattr(threads, "_part", noted)
    threads.threaded(shares.share, 2)(Z)
    assert all(n.startswith("symderiv") for n in names)


def test_what_the_environment_says(monkeypatch):
    monkeypatch.delenv(threads.VARIABLE, raising=False)
    assert threads.wanted() == 1
    monkeypatch.setenv(threads.VARIABLE, "3")
    assert threads.wanted() == 3
    for wrong in ("0", "-1", "two", "1.5"):
        monkeypatch.setenv(threads.VARIABLE, wrong)
        with pytest.raises(BuildError, match="a whole number"):
            threads.wanted()


def test_modules_are_served_so(compiler, cache, monkeypatch, seen):
    monkeypatch.setenv(threads.VARIABLE, "2")
    shares = load(FIXTURES / "shares.py", FIXTURES / "shares.c")
    got = shares.share(Z)
    monkeypatch.delenv(threads.VARIABLE)
    assert np.array_equal(got, load(FIXTURES / "shares.py", FIXTURES / "shares.c").share(Z))
    assert seen == [2]


def test_only_compiled_kernels(plain):
    with pytest.raises(TypeError, match="only compiled"):
        threads.threaded(plain.share, 2)

"""Kernels of several results: they are those of the kernels of one, and ``out`` is a place for each."""

from __future__ import annotations

import numpy as np
import pytest

from tests.kernels import served as s

SEVERAL = [(n, k) for n, k in s.kernel_ids() if s.find(n, k).parts]


@pytest.fixture(params=SEVERAL, ids=[k for _, k in SEVERAL])
def several(request):
    """A function's name and one of its kernels of several results."""
    name, kernel = request.param
    return name, s.find(name, kernel)


def arguments(name, kernel, batch, size, dtype):
    whole = s.Served(kernel, s.catalog[name], "numpy", None)
    return s.arguments(whole, batch, sizes=s.usual_sizes(s.catalog[name], size), dtype=dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_results_are_those_of_the_kernels_of_one(several, targets, dtype):
    name, kernel = several
    single = {(k.kind, k.wrt): k for k in s.described(name) if not k.parts}
    for target in targets:
        for size in (1, 2, 5, 17, 32, 33, 40, 100, 300):
            given = arguments(name, kernel, (40,), size, dtype)
            results = getattr(s.module(name, target), kernel.name)(*given)
            assert len(results) == len(kernel.parts)
            for part, got in zip(kernel.parts, results, strict=True):
                alone = single[part.kind, part.wrt]
                assert [a.name for a in alone.arguments] == [a.name for a in kernel.arguments]
                want = getattr(s.module(name, target), alone.name)(*given)
                # both were measured at a few ulp of the entry where nothing cancels
                s.agree(got, want, f"{kernel.name} [{target}]", ulps=8, of_row=2, what=f"{part.kind}, {size}")


def test_out_is_a_place_for_each_result(several, targets):
    name, kernel = several
    given = arguments(name, kernel, (3,), 5, np.float64)
    for target in targets:
        call = getattr(s.module(name, target), kernel.name)
        want = call(*given)
        places = tuple(np.full_like(w, 7) for w in want)
        assert all(a is b for a, b in zip(call(*given, out=places), places, strict=True))
        for a, w in zip(places, want, strict=True):
            np.testing.assert_array_equal(a, w)
        first = np.full_like(want[0], 7)
        got = call(*given, out=(first, *[None] * (len(want) - 1)))
        assert got[0] is first
        np.testing.assert_array_equal(got[-1], want[-1])
        with pytest.raises(TypeError, match="tuple"):
            call(*given, out=places[0])
        with pytest.raises(ValueError, match=r"'out'|out"):
            call(*given, out=(places[0],))

"""The shorter way into gufuncs for small arrays: the same results; NumPy's way for what is not simple."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from symderiv.build import direct, gufunc

RNG = np.random.default_rng(11)
AT = gufunc._Ufunc.vectorcall.offset


def entry(function):
    """What Python calls in the place of a ufunc."""
    return ctypes.c_void_p.from_address(id(function) + AT).value


@pytest.fixture
def short(shares):
    """The fixture kernel, if it is called the short way here."""
    if entry(shares.share) == entry(np.matmul):
        assert not direct._as_known(), "objects lie as they should, and calls go NumPy's way"
        pytest.skip("objects lie otherwise in this Python or NumPy")
    return shares


def numpys(function):
    """The same call in NumPy's way: an ``axis`` is never simple."""
    return lambda *arrays, **options: function(*arrays, axis=-1, **options)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(10,), (1,), (1, 10), (256, 10), (3, 4, 5), (1, 1, 1, 7), (2, 5000)])
def test_the_same_bits(short, shape, dtype):
    z = RNG.uniform(1, 2, shape).astype(dtype)
    expected = numpys(short.share)(z)
    found = short.share(z)
    assert type(found) is np.ndarray
    assert (found.shape, found.dtype, found.flags.c_contiguous) == (expected.shape, dtype, True)
    assert_array_equal(found, expected)
    out = np.full(shape, 7, dtype)
    assert short.share(z, out=out) is out
    assert_array_equal(out, expected)
    out[...] = 7
    assert short.share(z, out=(out,)) is out
    assert_array_equal(out, expected)


def test_several_results(short):
    z = RNG.uniform(1, 2, (3, 6))
    function = getattr(short.total, "gufunc", short.total)
    found, expected = function(z), numpys(function)(z)
    assert type(found) is tuple
    assert len(found) == len(expected) == 2
    for a, b in zip(found, expected, strict=True):
        assert_array_equal(a, b)
    out = tuple(np.empty_like(b) for b in expected)
    again = function(z, out=out)
    assert all(a is o for a, o in zip(again, out, strict=True))
    for a, b in zip(out, expected, strict=True):
        assert_array_equal(a, b)
    single = [type(x) for x in function(z[0])]
    assert single == [type(x) for x in numpys(function)(z[0])]  # of a single row NumPy gives scalars


def outcome(function, *arrays):
    """What a call gives, or the error that it raises."""
    try:
        return function(*arrays)
    except ValueError as error:
        return type(error)


@pytest.mark.parametrize("name", ["share", "share_jacobian", "pick", "outer"])
def test_batches_that_agree_or_do_not(short, name):
    """Shapes drawn at random, often such as NumPy broadcasts or refuses, in two layouts."""
    function = getattr(getattr(short, name), "gufunc", getattr(short, name))
    raised = plain = 0
    for _ in range(400):
        shapes = [RNG.integers(1, 4, RNG.integers(0, 4)) for _ in range(function.nin)]
        shapes = [shapes[0]] * len(shapes) if RNG.random() < 0.5 else shapes
        arrays = [RNG.uniform(1, 2, tuple(s)) for s in shapes]
        if name == "pick":
            most = arrays[0].shape[-1] if arrays[0].ndim else 1
            arrays[1] = RNG.integers(0, most, arrays[1].shape[: RNG.integers(0, arrays[1].ndim + 1)])
            arrays[1] = arrays[1].astype(RNG.choice([np.int64, np.int32]))
        apart = [np.repeat(a, 2, axis=-1)[..., ::2] if a.ndim else a for a in arrays]
        found, expected = outcome(function, *arrays), outcome(function, *apart)
        if isinstance(expected, type):
            raised += 1
            assert found is expected
            continue
        plain += 1
        assert (type(found), np.shape(found)) == (type(expected), np.shape(expected))
        assert_array_equal(found, expected)
    assert raised > 10
    assert plain > 10


class Own(np.ndarray):
    pass


def test_what_is_not_simple_goes_the_way_of_numpy(short):
    z = RNG.uniform(1, 2, (6, 8))
    expected = short.share(z.copy())
    assert_array_equal(short.share(z.tolist()), expected)
    assert_array_equal(short.share(np.asfortranarray(z)), expected)
    assert_array_equal(short.share(np.repeat(z, 2, axis=1)[:, ::2]), expected)
    assert_array_equal(short.share(z.astype(z.dtype.newbyteorder())), expected)
    assert type(short.share(z.view(Own))) is Own
    assert short.share(z.astype(np.float16)).dtype == np.float32
    assert short.share(np.arange(1, 5)).dtype == np.float64
    assert short.share(np.empty((0, 4))).shape == (0, 4)
    assert short.share(np.empty((4, 0))).shape == (4, 0)
    assert_array_equal(short.share(z, dtype=np.float64), expected)
    inplace = z.copy()
    assert_array_equal(short.share(inplace, out=inplace), expected)
    wide = np.empty((2, 6, 8))
    assert_array_equal(short.share(z, out=wide)[1], expected)
    single = np.empty((6, 8), np.float32)
    assert_array_equal(short.share(z, out=single), expected.astype(np.float32))
    unaligned = np.frombuffer(b"\0" + z.tobytes(), np.uint8)[1:].view(np.float64).reshape(z.shape)
    assert_array_equal(short.share(unaligned), expected)
    masked = np.ma.masked_array(z, z > 1.5)
    assert isinstance(short.share(masked), np.ma.MaskedArray)


def test_errors_are_those_of_numpy(short):
    z = RNG.uniform(1, 2, (6, 8))
    fixed = np.empty_like(z)
    fixed.flags.writeable = False
    for arrays, options in [
        ((), {}), ((z, z, z), {}), ((z,), {"out": fixed}), ((z,), {"out": np.empty((6, 7))}),
        ((z,), {"out": 3}),
        ((z,), {"out": (z, z)}), ((z,), {"other": 1}), ((np.array(1.0),), {}), (("text",), {}), ((None,), {}),
    ]:  # fmt: skip
        with pytest.raises((TypeError, ValueError)) as ours:
            short.share(*arrays, **options)
        with pytest.raises(type(ours.value)):
            numpys(short.share)(*arrays, **options)


def test_nothing_is_kept_or_lost(short):
    z, out = RNG.uniform(1, 2, (2, 10)), np.empty((2, 10))
    function = getattr(short.total, "gufunc", short.total)
    pair = function(z)
    things = [z, out, pair, *pair, np.ndarray, z.dtype]
    before = [sys.getrefcount(t) for t in things]
    for _ in range(1000):
        short.share(z)
        short.share(z, out=out)
        function(z)
        function(z, out=pair)
    assert [sys.getrefcount(t) for t in things] == before


def test_no_warning(short):
    with np.errstate(all="raise"):
        assert np.isnan(short.share(np.array([np.inf, 1.0])))[0]


def test_it_can_be_turned_off():
    code = (
        "import ctypes, numpy as np\n"
        "from symderiv.kernels import softmax as s\n"
        f"at = lambda f: ctypes.c_void_p.from_address(id(f) + {AT}).value\n"
        "print(isinstance(s.softmax, np.ufunc) and at(s.softmax) != at(np.matmul))"
    )
    env = {**os.environ, direct.VARIABLE: "0"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"

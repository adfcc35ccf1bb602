"""Shapes, strides, types, outputs: how arrays are given changes nothing; what does not fit is refused."""

from __future__ import annotations

import inspect
from importlib import import_module

import numpy as np
import pytest

from symderiv.build import threads
from tests.kernels import served as s

#: NumPy's exp takes other paths for other strides: so many ulps of the entry and of the largest entry.
LOOSE = {"numpy": {"ulps": 8.0, "of_row": 8.0}, "c": {"ulps": 0.0, "of_row": 0.0}}
DTYPES = (np.float32, np.float64)


def close(got, want, served, what):
    """The same result up to what the target allows."""
    s.agree(got, want, served, what=what, **LOOSE[served.target])


def strided(x):
    """A view of every second entry of something larger, along every axis."""
    wide = np.full([2 * n for n in x.shape], 777, dtype=x.dtype)
    view = wide[tuple(slice(None, None, 2) for _ in x.shape)]
    view[...] = x
    return view


def backwards(x):
    """The same entries, all strides negative."""
    flip = tuple(slice(None, None, -1) for _ in x.shape)
    return x[flip].copy()[flip]


def fortran(x):
    """First axis fastest."""
    return np.asfortranarray(x)


def read_only(x):
    """A copy that cannot be written to."""
    copy = x.copy()
    copy.flags.writeable = False
    return copy


def swapped(x):
    """The other byte order."""
    return x.astype(x.dtype.newbyteorder())


def test_layout_of_the_arguments_does_not_matter(served):
    for dtype in DTYPES:
        given = s.arguments(served, (3, 2), dtype=dtype)
        want = served.call(*given)
        for layout in (strided, backwards, fortran, read_only, swapped):
            close(served.call(*(layout(x) for x in given)), want, served, layout.__name__)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_batch_is_its_rows(served, dtype):
    for size in (1, 2, 3, 5, 7, 17, 100):
        _batch_is_its_rows(served, dtype, size)


def _batch_is_its_rows(served, dtype, size):
    sizes = s.usual_sizes(served.function, size)
    given = s.arguments(served, (2, 3), sizes=sizes, dtype=dtype)
    got = np.asarray(served.call(*given))
    assert got.dtype == dtype
    assert got.shape == (2, 3, *(sizes[i.dim] for i in served.kernel.output.head if i.dim in sizes))
    for where in np.ndindex(2, 3):
        one = np.asarray(served.call(*(x[where] for x in given)))
        close(got[where], one, served, f"row {where} of size {size}")


def test_batches_broadcast(served):
    given = s.arguments(served, (2, 3))
    if len(given) == 1:
        pytest.skip("one argument has nothing to broadcast against")
    want = served.call(*given)
    for k in range(len(given)):
        fewer = [x[:1] if n == k else x for n, x in enumerate(given)]
        whole = [np.broadcast_to(x[:1], x.shape).copy() if n == k else x for n, x in enumerate(given)]
        close(served.call(*fewer), served.call(*whole), served, f"argument {k} broadcast")
        alone = [x[0, 0] if n == k else x for n, x in enumerate(given)]
        whole = [np.broadcast_to(x[:1, :1], x.shape).copy() if n == k else x for n, x in enumerate(given)]
        close(served.call(*alone), served.call(*whole), served, f"argument {k} without a batch")
    assert np.shape(want)[:2] == (2, 3)


def test_empty_batches(served):
    one = np.asarray(served.call(*s.arguments(served)))
    for batch in ((0,), (0, 3), (2, 0)):
        got = np.asarray(served.call(*s.arguments(served, batch)))
        assert got.shape == batch + one.shape, f"{served}: {got.shape}"


def test_no_classes(served):
    """Size 0: no entry, and no crash; a sum of nothing is 0, its logarithm minus infinity."""
    base = s.scalar_or_self(served.function)
    dims = sorted({d for axes in base.inputs.values() for d in axes})
    if not dims or served.kernel.labels:
        pytest.skip("an elementwise kernel has no size; a label needs one to point at")
    arguments = [
        np.zeros((2, *(0 for _ in a.letters))) if a.letters else np.ones(2) for a in served.kernel.arguments
    ]
    with np.errstate(all="raise"):
        got = np.asarray(served.call(*arguments))
        want = np.asarray(served.at("numpy").call(*arguments))
    assert got.shape == (2, *(0 for _ in served.kernel.output.head))
    s.agree(got, want, served, what="size 0")


def _takes_axis(served):
    numpy_function = getattr(s.module(served.function.name, "numpy"), served.kernel.name)
    return "axis" in inspect.signature(numpy_function).parameters


def test_any_axis(served):
    if not _takes_axis(served):
        pytest.skip("no axis: the arguments have none, or several")
    given = s.arguments(served, (2, 3))
    letters = [len(a.letters) for a in served.kernel.arguments]
    want = np.asarray(served.call(*given))
    follows = len(served.kernel.output.head) == 1
    for axis in (-3, -2, -1, 0, 1, 2):
        moved = [np.moveaxis(x, -1, axis) if n else x for n, x in zip(letters, given, strict=True)]
        got = served.call(*moved, axis=axis)
        close(np.moveaxis(got, axis, -1) if follows else got, want, served, f"axis {axis}")
    with pytest.raises((ValueError, IndexError)):
        served.call(*given, axis=3)


def test_out(served):
    given = s.arguments(served, (3,))
    want = np.asarray(served.call(*given))
    for make in (np.empty_like, lambda x: strided(np.zeros_like(x)), lambda x: np.asfortranarray(x + 1)):
        out = make(want)
        assert served.call(*given, out=out) is out
        close(out, want, served, "out=")
    with pytest.raises(ValueError, match=r".+"):
        served.call(*given, out=np.empty((want.shape[0] + 1, *want.shape[1:])))
    with pytest.raises(TypeError):
        served.call(*given, out=np.empty(want.shape, dtype=np.int64))
    with pytest.raises(ValueError, match="read-only"):
        served.call(*given, out=read_only(want))


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_result_may_be_written_over_an_argument(served, dtype):
    given = s.arguments(served, (3,), dtype=dtype)
    want = np.asarray(served.call(*given))
    fitting = [k for k, x in enumerate(given) if x.shape == want.shape and x.dtype == want.dtype]
    if not fitting:
        pytest.skip("no argument has the result's shape")
    for k in fitting:
        fresh = [x.copy() for x in given]
        assert served.call(*fresh, out=fresh[k]) is fresh[k]
        close(fresh[k], want, served, f"over argument {k}")


def test_overlapping_out(served):
    """An output that overlaps an argument partly is right too."""
    given = s.arguments(served, (3,))
    want = np.asarray(served.call(*given))
    if given[0].shape != want.shape:
        pytest.skip("the first argument has another shape than the result")
    room = np.zeros((4, *want.shape[1:]))
    room[1:] = given[0]
    served.call(room[1:], *given[1:], out=room[:3])
    close(room[:3], want, served, "out one row before the first argument")


CASTS = {
    np.float16: np.float32,
    np.int8: np.float32,
    np.uint8: np.float32,
    np.int16: np.float32,
    np.int32: np.float64,
    np.int64: np.float64,
    np.uint64: np.float64,
    np.bool_: np.float32,
}


def test_other_types_are_cast(served):
    arguments = s.arguments(served, (3,))
    labels = [a.label for a in served.kernel.arguments]
    for kind, result in CASTS.items():
        cast = [
            x if label else np.abs(np.round(x) + 1).astype(kind)
            for label, x in zip(labels, arguments, strict=True)
        ]
        same = [x if label else x.astype(result) for label, x in zip(labels, cast, strict=True)]
        got = np.asarray(served.call(*cast))
        assert got.dtype == result, f"{served} from {np.dtype(kind)}: {got.dtype}"
        close(got, served.call(*same), served, f"from {np.dtype(kind)}")


def test_types_mix_upwards(served):
    arguments = s.arguments(served, (3,))
    real = [k for k, a in enumerate(served.kernel.arguments) if not a.label]
    if len(real) < 2:
        pytest.skip("one real argument")
    rounded = [x.astype(np.float32) if k == real[0] else x for k, x in enumerate(arguments)]
    assert np.asarray(served.call(*rounded)).dtype == np.float64


def test_unfit_types_are_refused(served):
    real = next(k for k, a in enumerate(served.kernel.arguments) if not a.label)
    wider = [] if np.finfo(np.longdouble).bits == 64 else [np.longdouble]
    for bad in (np.complex128, object, "U3", *wider):
        arguments = s.arguments(served, (3,))
        arguments[real] = np.ones(arguments[real].shape).astype(bad)
        with pytest.raises((TypeError, ValueError)):
            served.call(*arguments)


def test_lists_and_numbers_are_arrays(served):
    arguments = s.arguments(served)
    close(served.call(*(x.tolist() for x in arguments)), served.call(*arguments), served, "lists")


def test_sizes_that_differ_are_refused(served):
    arguments = s.arguments(served, (2,))
    letters = [a.letters for a in served.kernel.arguments]
    shared = [k for k, own in enumerate(letters) if own and own[0] in {i for o in letters for i in o}]
    owners = [k for k in shared if sum(letters[k][0] in own for own in letters) > 1]
    if not owners:
        pytest.skip("no two arguments share a dimension")
    arguments[owners[0]] = np.concatenate([arguments[owners[0]]] * 2, axis=1)
    with pytest.raises(ValueError, match=r".+"):
        served.call(*arguments)


def test_missing_axes_and_arguments_are_refused(served):
    arguments = s.arguments(served)
    with pytest.raises(TypeError):
        served.call(*arguments[:-1])
    with pytest.raises(TypeError):
        served.call(*arguments, *arguments, *arguments, *arguments)
    with pytest.raises(TypeError):
        served.call(*arguments, nothing_of_this_name=1)
    if served.kernel.arguments[0].letters:
        with pytest.raises(ValueError, match=r".+"):
            served.call(np.float64(1), *arguments[1:])


def test_threads_give_the_same_bits(served, monkeypatch):
    """The rows dealt out to two and three threads, at a small and a larger size."""
    if served.target != "c":
        pytest.skip("only compiled kernels run on several threads")
    monkeypatch.setattr(threads, "SMALL", 1)
    for dtype in DTYPES:
        for size, rows in ((5, 200), (37, 130)):
            given = s.arguments(served, (rows,), sizes=s.usual_sizes(served.function, size), dtype=dtype)
            want = served.call(*given)
            for workers in (2, 3):
                got = s.dealt(served.call, workers)(*given)
                np.testing.assert_array_equal(got, want, err_msg=f"{workers} threads, size {size}")


@pytest.mark.parametrize("dtype", DTYPES)
def test_rows_beside_each_other_have_the_same_bits_wherever_they_lie(served, dtype):
    """Arguments and results of which some lie side by side and others do not; panels and single rows."""
    if served.target != "c":
        pytest.skip("NumPy's exp takes other paths for other strides")
    # panels are for one axis; several are nested loops, which have no parts that a size could reach
    for size in (37, 70) if len(s.usual_sizes(served.function, 37)) == 1 else (5,):
        sizes = s.usual_sizes(served.function, size)
        given = [fortran(x) for x in s.arguments(served, (45,), sizes=sizes, dtype=dtype)]
        want = np.asarray(served.call(*given))
        for k in range(len(given)):
            mixed = [strided(x) if n == k else x for n, x in enumerate(given)]
            np.testing.assert_array_equal(served.call(*mixed), want, err_msg=f"argument {k}, size {size}")
        for out in (fortran(np.zeros_like(want)), np.zeros_like(want), strided(np.zeros_like(want))):
            got = served.call(*given, out=out)
            np.testing.assert_array_equal(got, want, err_msg=f"out={out.strides}, size {size}")
        for rows in (slice(0, 32), slice(32, 45), slice(7, 8)):
            part = served.call(*(x[rows] for x in given))
            np.testing.assert_array_equal(part, want[rows], err_msg=f"{rows}, size {size}")


@pytest.mark.parametrize("shape", [(42000, 10), (41990, 10), (17000, 16), (300, 128), (5, 1000)])
@pytest.mark.parametrize("aside", [0, 1, 4])
def test_large_jacobian_has_the_bits_of_its_parts(shape, aside):
    # 16 MiB and more are written past the caches, where they are aligned; the parts are not
    softmax = import_module("symderiv.kernels.softmax")
    rows, size = shape
    z = np.random.default_rng(1).standard_normal(shape).astype(np.float32)
    room = np.empty(rows * size * size + aside, np.float32)
    out = room[aside:].reshape(rows, size, size)
    assert out.nbytes >= 1 << 24
    softmax.softmax_jacobian(z, out=out)
    half = rows // 2
    for part in (slice(0, half), slice(half, rows)):
        assert softmax.softmax_jacobian(z[part]).tobytes() == out[part].tobytes()

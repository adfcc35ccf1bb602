"""Shared library -> gufunc: everything a NumPy user may do with one."""

from __future__ import annotations

import ctypes

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from symderiv.build import LiftFailed, Signature, SignatureError, lift

RNG = np.random.default_rng(7)
Z = RNG.uniform(1, 2, (4, 5, 6))


def test_the_result_is_a_gufunc_with_the_reference_documentation(shares):
    assert isinstance(shares.share, np.ufunc)
    assert shares.share.signature == "(c)->(c)"
    assert shares.share.types == ["f->f", "d->d"]
    assert shares.share.__name__ == "share"
    assert "Share of each entry in the sum." in shares.share.__doc__


@pytest.mark.parametrize("axis", [-3, -2, -1, 0, 1, 2])
def test_axis(shares, plain, axis):
    assert_allclose(shares.share(Z, axis=axis), plain.share(Z, axis=axis), rtol=1e-14)
    assert_allclose(shares.share_jacobian(Z, axis=axis), plain.share_jacobian(Z, axis=axis), rtol=1e-14)
    for compiled, reference in zip(shares.total(Z, axis=axis), plain.total(Z, axis=axis), strict=True):
        assert_allclose(compiled, reference, rtol=1e-14)


def test_an_axis_that_is_not_there(shares):
    for function in (shares.share, shares.share_jacobian):
        with pytest.raises(np.exceptions.AxisError):
            function(Z, axis=3)


def test_out(shares):
    out = np.empty_like(Z)
    assert shares.share(Z, out=out) is out
    assert_allclose(out, shares.share(Z))
    jacobian = np.empty((4, 6, 5, 5))
    assert shares.share_jacobian(Z, axis=1, out=jacobian) is jacobian
    assert shares.share_jacobian(Z, 1, jacobian) is jacobian
    assert_allclose(jacobian, shares.share_jacobian(np.swapaxes(Z, 1, 2)))
    single = np.empty_like(Z, dtype=np.float32)
    assert_allclose(shares.share(Z, out=single), shares.share(Z), rtol=1e-6)


def test_out_may_be_the_input_or_overlap_it(shares):
    expected = shares.share(Z)
    inplace = Z.copy()
    assert_allclose(shares.share(inplace, out=inplace), expected)
    flipped = Z.copy()
    assert_allclose(shares.share(flipped, out=flipped[..., ::-1]), expected)
    line = RNG.uniform(1, 2, 100)
    expected = line[:-1] ** 2
    assert_allclose(shares.square(line[:-1], out=line[1:]), expected)


def test_strides(shares):
    for view in (Z[:, ::2], Z[::-1, :, ::-2], Z.T, np.broadcast_to(Z[0, 0], (3, 6)), Z[..., :1]):
        assert_allclose(shares.share(view), view / view.sum(-1, keepdims=True), rtol=1e-14)
        assert_allclose(shares.square(view), view**2, rtol=1e-14)
    out = np.zeros((4, 5, 12))
    shares.share(Z, out=out[..., ::-2])
    assert_allclose(out[..., ::-2], shares.share(Z))
    assert not out[..., ::2].any()


def test_alignment_and_byte_order(shares):
    raw = np.zeros(Z.nbytes + 1, np.uint8)
    unaligned = raw[1:].view(np.float64).reshape(Z.shape)
    unaligned[...] = Z
    assert not unaligned.flags.aligned
    swapped = Z.astype(Z.dtype.newbyteorder())
    for array in (unaligned, swapped):
        assert_allclose(shares.share(array), shares.share(Z))
        assert_allclose(shares.share_jacobian(array, axis=1), shares.share_jacobian(Z, axis=1))
    assert_allclose(shares.share(Z, out=unaligned), shares.share(Z))


def test_broadcasting(shares):
    labels = np.arange(4)[:, None]
    assert_array_equal(shares.pick(Z, labels), [Z[n, :, n] for n in range(4)])
    assert shares.outer(np.ones((3, 1, 2)), np.ones((4, 5))).shape == (3, 4, 2, 5)


@pytest.mark.parametrize("kind", [np.int64, np.int32, np.int8, np.uint8, int])
def test_class_labels(shares, kind):
    labels = np.array([5, 0, 3, 2, 4]).astype(kind)
    expected = np.stack([Z[:, n, label] for n, label in enumerate(labels)], axis=-1)
    for real in (np.float32, np.float64):
        picked = shares.pick(Z.astype(real), labels)
        assert picked.dtype == real
        assert_array_equal(picked, expected.astype(real))
    assert_array_equal(shares.pick(Z, kind(2)), Z[..., 2])
    assert_array_equal(shares.pick(Z, 2, axis=0), Z[2])


def test_labels_are_integers(shares):
    with pytest.raises(TypeError):
        shares.pick(Z, 1.0)
    with pytest.raises(TypeError):
        shares.pick(Z, np.ones(5, np.uint64))


@pytest.mark.parametrize(
    ("given", "result"),
    [
        ("f4", "f4"),
        ("f8", "f8"),
        ("f2", "f4"),
        ("i8", "f8"),
        ("i4", "f8"),
        ("i2", "f4"),
        ("u1", "f4"),
        ("?", "f4"),
    ],
)
def test_casting(shares, given, result):
    array = np.ones(3, given)
    for function in (shares.share, shares.share_jacobian, shares.square):
        assert function(array).dtype == result


def test_refused_types(shares):
    for array in (np.ones(3, complex), np.array(["a"])):
        with pytest.raises(TypeError):
            shares.share(array)
    assert shares.share([1, 2, 5]).dtype == np.float64
    assert shares.outer(np.ones(2, np.float32), [2.0]).dtype == np.float64, "a list is an array of doubles"
    assert shares.share(np.ones(3), dtype=np.float32).dtype == np.float32


def test_empty_arrays(shares):
    assert shares.share(np.empty((0, 3))).shape == (0, 3)
    assert shares.share(np.empty((3, 0))).shape == (3, 0)
    assert shares.share_jacobian(np.empty((3, 0))).shape == (3, 0, 0)
    sums, twice = shares.total(np.empty((2, 0)))
    assert_array_equal(sums, [0, 0])
    assert twice.shape == (2, 0)


def test_scalars(shares):
    assert shares.square(3.0) == 9.0
    assert isinstance(shares.square(3.0), np.float64)
    with pytest.raises(ValueError, match="does not have enough dimensions"):
        shares.share(3.0)


def test_no_floating_point_flag_is_seen(shares):
    hostile = np.array([1e308, 1e308, -np.inf, np.inf, np.nan, 0.0, 5e-324])
    with np.errstate(all="raise"):
        assert np.isnan(shares.share(hostile)).any()
        assert np.isinf(shares.square(hostile)).any()
        assert np.isnan(shares.share_jacobian(np.zeros(3))).all()
        assert np.isinf(shares.square(np.float32(3e38)))
        with pytest.raises(FloatingPointError):  # and flags of others are seen as before
            np.square(np.float64(1e308))


def test_the_flags_would_be_seen_without_that(shares, shares_library):
    loud = lift(shares_library, "loud", "(c)->(c)", "r->r")
    with np.errstate(all="raise"), pytest.raises(FloatingPointError, match="overflow"):
        loud(np.array([1e300]), axis=-1)  # NumPy's own way: the short one trusts a loop to be quiet


def test_lift_by_path_and_by_handle(shares_library):
    for library in (shares_library, ctypes.CDLL(str(shares_library))):
        square = lift(library, "square", "()->()", "r->r", "Square.")
        assert_array_equal(square(np.arange(4.0)), [0, 1, 4, 9])
        assert_array_equal(
            square(np.arange(4.0), where=[True, True, False, True], out=np.zeros(4)), [0, 1, 0, 9]
        )


def test_many_outlive_their_makers(shares_library):
    made = [lift(shares_library, "square", "()->()", "r->r", f"Square {n}.") for n in range(50)]
    junk = [bytes(n) for n in range(1000)]
    del junk
    assert all(f"Square {n}." in square.__doc__ and square(3.0) == 9.0 for n, square in enumerate(made))


def test_what_cannot_be_lifted(shares_library, tmp_path):
    with pytest.raises(LiftFailed, match="exports no absent_f32_loop"):
        lift(shares_library, "absent", "(c)->(c)", "r->r")
    with pytest.raises(LiftFailed, match="cannot be loaded"):
        lift(tmp_path / "none.so", "share", "(c)->(c)", "r->r")


@pytest.mark.parametrize(
    ("signature", "types"),
    [
        ("(c)", "r->r"),
        ("c->c", "r->r"),
        ("(c)->(c,)", "r->r"),
        ("(c)->(c)", "rr->r"),
        ("(c)->(c)", "r->"),
        ("(c)->(c)", "d->d"),
        ("(c)->(c)", "rr"),
    ],
)
def test_signatures_that_cannot_be_read(signature, types):
    with pytest.raises(SignatureError):
        Signature.parse(signature, types)


@pytest.mark.parametrize(
    ("signature", "types", "one_axis", "native"),
    [
        ("(c)->(c)", "r->r", True, True),
        ("(c)->()", "r->r", True, True),
        ("(c),()->(c)", "rr->r", True, True),
        ("(c),()->(),(c)", "ri->rr", True, True),
        ("(c)->(c,c)", "r->r", True, False),
        ("(c),()->(c,c)", "ri->r", True, False),
        ("(c)->(d)", "r->r", True, False),
        ("()->()", "r->r", False, False),
        ("(c),(d)->(c,d)", "rr->r", False, False),
        ("(c,c)->()", "r->r", False, False),
        ("(n),(n,c),()->(c)", "rri->r", False, False),
    ],
)
def test_numpy_agrees_on_what_axis_can_mean(shares_library, signature, types, one_axis, native):
    """``native_axis`` is a claim about NumPy: ask it, where that is safe (one core dimension an operand)."""
    shape = Signature.parse(signature, types)
    assert (shape.one_axis, shape.native_axis) == (one_axis, native)
    operands = shape.inputs + shape.outputs
    if max(map(len, operands)) > 1:
        return
    ufunc = lift(shares_library, "idle", signature, types)
    arrays = [np.zeros((3, 2) if operand else 2, "d" if kind == "r" else "q")
              for operand, kind in zip(operands, shape.types, strict=True)]  # fmt: skip
    options = {"axis": 0, "out": tuple(arrays[ufunc.nin :])}
    if native:
        ufunc(*arrays[: ufunc.nin], **options)
    else:
        with pytest.raises(TypeError, match="axis"):
            ufunc(*arrays[: ufunc.nin], **options)


def test_axis_and_axes_say_the_same(shares):
    shape = Signature.parse("(c)->(c,c)", "r->r")
    assert shape.axes(1) == [(1,), (-2, -1)]
    raw = shares.share_jacobian.gufunc
    assert isinstance(raw, np.ufunc)
    assert_array_equal(raw(Z, axes=shape.axes(1)), shares.share_jacobian(Z, axis=1))
    assert shares.share_jacobian.__wrapped__.__doc__ == shares.share_jacobian.__doc__
    with pytest.raises(TypeError):
        shares.share_jacobian(Z, Z, Z, Z)
    with pytest.raises(TypeError):
        shares.share_jacobian(Z, keepdims=True)
    assert_array_equal(shares.share_jacobian(z=Z, axis=0), shares.share_jacobian(Z, 0))


def test_subclasses_and_dispatch(shares):
    class Listening(np.ndarray):
        heard: list[str]

        def __array_ufunc__(self, ufunc, method, *inputs, **options):
            self.heard = [ufunc.__name__, method]
            return ufunc(*(np.asarray(each) for each in inputs), **options)

    array = Z.view(Listening)
    for function in (shares.share, shares.share_jacobian):
        function(array, axis=0)
        assert array.heard == [function.__name__, "__call__"]

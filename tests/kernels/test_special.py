"""NaN, infinities, labels: special values stay in their row, and nothing warns."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from tests.kernels import served as s
from tests.kernels.properties import certainly_read, possibly_read, undefined
from tests.kernels.test_layouts import DTYPES, close

SPECIAL = [np.nan, np.inf, -np.inf, 3e38, -3e38, 1e308, -1e308, 5e-324, -0.0]


@pytest.mark.parametrize("dtype", DTYPES)
def test_special_values_are_quiet_and_stay_in_their_row(served, dtype):
    for value in SPECIAL:
        _quiet_and_in_its_row(served, value, dtype)


def _quiet_and_in_its_row(served, value, dtype):
    plain = s.arguments(served, (4,), dtype=dtype)
    want = np.asarray(served.call(*plain))
    for k, a in enumerate(served.kernel.arguments):
        if a.label:
            continue
        given = [x.copy() for x in plain]
        with np.errstate(all="ignore"):
            row = given[k][2:3]
            row.reshape(-1)[0] = value
        with np.errstate(all="raise"), warnings.catch_warnings():
            warnings.simplefilter("error")
            got = np.asarray(served.call(*given))
        others = [0, 1, 3]
        close(got[others], want[others], served, f"rows beside one with {value} in argument {k}")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_targets_agree_on_special_values(kernel_id, targets, value, dtype):
    name, kernel = kernel_id
    if len(targets) < 2:
        pytest.skip(s.no_compiler())
    for both in zip(*(s.each(name, kernel, t) for t in targets), strict=True):
        _agree_on(value, dtype, both)


def _agree_on(value, dtype, both):
    for place in ("first", "last", "all"):
        for k, a in enumerate(both[0].kernel.arguments):
            if a.label:
                continue
            given = s.arguments(both[0], (2,), dtype=dtype)
            flat = given[k][1:2].reshape(-1)
            flat[{"first": slice(0, 1), "last": slice(-1, None), "all": slice(None)}[place]] = value
            numpy_, c = (np.asarray(b.call(*given)) for b in both)
            s.agree(
                c, numpy_, both[1], ulps=8, of_row=8, what=f"{place} of argument {k} is {value}, by NumPy"
            )


@pytest.mark.parametrize("dtype", DTYPES)
def test_nan_is_not_lost(served, dtype):
    """A row whose input holds a NaN, where the result depends on it, is NaN somewhere."""
    if served.kernel.kind != "value" or served.kernel.labels:
        pytest.skip("derivatives need not depend on every argument")
    base = s.scalar_or_self(served.function)
    plain = s.arguments(served, (6,), dtype=dtype)
    for k, a in enumerate(served.kernel.arguments):
        if not possibly_read(base, a.name):
            continue  # it only decides what is read
        lost = []
        for place in range(plain[k][1:].size):
            given = [x.copy() for x in plain]
            given[k][1:].reshape(-1)[place] = np.nan
            got = np.asarray(served.call(*given))
            row = 1 + place * 5 // plain[k][1:].size
            assert not np.isnan(np.delete(got, row, axis=0)).any(), f"{served}: {got}"
            lost.append(not np.isnan(got[row]).any())
        # an entry on the side of a where that is not taken has no influence
        allowed = 0 if certainly_read(base, a.name) else len(lost) - 1
        assert sum(lost) <= allowed, f"{served}: NaN in {a.name} is lost at places {np.flatnonzero(lost)}"


def test_equal_large_entries_are_finite(served):
    """Ties of large entries overflow nowhere."""
    constrained = {a.text for a in served.function.assumptions}
    first = served.kernel.arguments[0]
    if first.name not in served.function.inputs or any(first.name in text for text in constrained):
        pytest.skip("the first argument is not a free input")
    if served.kernel.argument(s.scalar_or_self(served.function).output.name) is not None:
        pytest.skip("the output that the kernel takes belongs to other inputs")
    base, tried = s.scalar_or_self(served.function), 0
    for size in (1, 2, 5, 100):
        sizes = s.usual_sizes(served.function, size)
        given = s.arguments(served, (1,), sizes=sizes)
        for value in (1e4, -1e4, 0.0, 700.0):
            given[0][...] = value
            named = dict(zip((a.name for a in served.kernel.arguments), given, strict=True))
            others = s.draw(base, sizes, np.random.default_rng(0))
            if undefined(base, {n: named[n][0] if n in named else x for n, x in others.items()}):
                continue
            tried += 1
            with np.errstate(all="raise"):
                got = np.asarray(served.call(*given))
            assert np.isfinite(got).all(), f"{served}, {size} entries {value}: {got}"
    assert tried >= 12, f"{served}: only {tried} rows were tried"


# --- labels ---------------------------------------------------------------------------------------


def labelled(served):
    """Arguments, and which of them is a label."""
    places = [k for k, a in enumerate(served.kernel.arguments) if a.label]
    return s.arguments(served, (4,)), places[0]


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int16, np.int32, np.uint32, np.int64])
def test_labels_of_any_integer_type(served_with_label, kind):
    served = served_with_label
    given, k = labelled(served)
    want = served.call(*given)
    given[k] = given[k].astype(kind)
    close(served.call(*given), want, served, f"labels of type {np.dtype(kind)}")


@pytest.mark.parametrize("kind", [np.float64, np.float32, np.complex128])
def test_labels_that_are_no_integers_are_refused(served_with_label, kind):
    served = served_with_label
    given, k = labelled(served)
    given[k] = given[k].astype(kind)
    with pytest.raises(TypeError):
        served.call(*given)


@pytest.mark.parametrize("bad", [-1, 5, 6, 2**62, -(2**63), 2**63 - 1])
def test_labels_out_of_range_give_nan(served_with_label, bad):
    """Nothing is read out of bounds, and the other rows are untouched."""
    served = served_with_label
    given, k = labelled(served)
    want = np.asarray(served.call(*given))
    given[k] = given[k].astype(np.int64)
    given[k][1] = bad
    with np.errstate(all="raise"):
        got = np.asarray(served.call(*given))
    assert np.isnan(got[1]).all(), f"{served}: {got[1]}"
    close(got[[0, 2, 3]], want[[0, 2, 3]], served, f"rows beside one with label {bad}")


def test_every_label(served_with_label):
    """All labels at once are each label alone."""
    served = served_with_label
    given, k = labelled(served)
    size = given[0].shape[-1]
    given = [x[0] for x in given]
    given[k] = np.arange(size)
    whole = np.asarray(served.call(*given))
    for label in range(size):
        given[k] = np.int64(label)
        close(whole[label], served.call(*given), served, f"label {label}")


# --- masks ----------------------------------------------------------------------------------------

#: Kernels of logits in which an entry of minus infinity counts as absent, and what they give in its place.
MASKED = {
    ("softmax", "softmax"): 0.0,
    ("softmax", "softmax_jacobian"): 0.0,
    ("log_softmax", "log_softmax"): -np.inf,
    ("logsumexp", "logsumexp"): None,
    ("logsumexp", "logsumexp_jacobian"): 0.0,
    ("cross_entropy_labels", "cross_entropy_labels"): None,
    ("cross_entropy_labels", "cross_entropy_labels_jacobian"): 0.0,
    ("cross_entropy_labels", "cross_entropy_labels_vjp"): 0.0,
}


@pytest.mark.parametrize(("place", "absent"), MASKED.items(), ids=[k for _, k in MASKED])
def test_minus_infinity_masks(place, absent, targets):
    """The result is that of the row without the entry, with ``absent`` put in for it."""
    name, kernel = place
    for target in targets:
        (served,) = s.each(name, kernel, target)
        given = s.arguments(served, (6,))
        masked = [x.copy() for x in given]
        masked[0] = np.insert(given[0], 5, -np.inf, axis=-1)
        want = np.asarray(served.call(*given))
        if absent is not None:
            for axis in range(1, want.ndim):
                want = np.insert(want, 5, absent, axis=axis)
        with np.errstate(all="raise"):
            got = served.call(*masked)
        s.agree(got, want, served, ulps=4, of_row=4, what="a masked entry")

"""Every kernel against the exact result: errors at most FACTOR times what the right kernel was measured at.

Figures in measured.json: worst ulp, and worst error in units of the closed form's own condition (both
defined in `symderiv.run.agreement`).  The unit bound is always asked for; the ulp bound where the measured
figure says that entries of this kernel do not cancel.
"""

from __future__ import annotations

import pytest

from symderiv.lower.products import kernels
from symderiv.run.agreement import DTYPES
from tests.kernels import measure
from tests.kernels import served as s

#: The tolerance over the measured error: other CPUs and NumPy versions have another exp and log.
FACTOR = 8.0
#: Measured ulp errors above this come from cancellation: they say nothing about the next compiler's.
_CANCELS = 100.0
#: No kernel of ours may need more than this many units, whatever was measured.
MOST_UNITS = 4.0


def test_every_shipped_function_is_generated():
    missing = [n for n in s.catalog if n not in s.names()]
    assert not missing, f"no generated file for {', '.join(missing)}; run: symderiv generate"


def test_every_kernel_is_measured():
    measured = set(measure.read())
    kernels_now = {k for _, k in s.kernel_ids()}
    assert kernels_now == measured, (
        f"measured.json lacks {sorted(kernels_now - measured)} and has {sorted(measured - kernels_now)} too "
        "many; run: python -m tests.kernels.measure"
    )


def test_kernel_is_as_accurate_as_measured(kernel_id, targets):
    name, kernel = kernel_id
    modules = {t: s.module(name, t) for t in targets}
    measured = measure.read()[kernel]
    wrong = []
    # rows of 1000 take two thirds of the time: of one dtype, since the loops of both are the same text
    for e in measure.errors(s.catalog[name], (s.find(name, kernel),), modules, long=DTYPES[:1]):
        ulp, units = measured[f"{e.target} {e.dtype}"]
        assert e.entries > 0
        if e.worst_units > FACTOR * units or (ulp <= _CANCELS and e.worst_ulp > FACTOR * ulp):
            wrong.append(
                f"{e.kernel} [{e.target}, {e.dtype}]: {e.worst_ulp:.3g} ulp (measured {ulp}), "
                f"{e.worst_units:.3g} units (measured {units}); {e.where}"
            )
    assert not wrong, "\n".join(wrong)


def test_no_kernel_needs_many_units():
    bad = {
        f"{kernel} [{what}]": units
        for kernel, figures in measure.read().items()
        for what, (_, units) in figures.items()
        if not units <= MOST_UNITS
    }
    assert not bad, f"less accurate than their closed forms allow: {bad}"


@pytest.mark.parametrize("name", ["softmax_temperature", "cross_entropy_labels"])
def test_files_describe_the_kernels_that_were_lowered(name):
    """What tests read off the files is what the stage before the files meant."""
    if name not in s.names():
        pytest.skip("not generated")
    for ours, theirs in zip(s.described(name), kernels(s.catalog[name], name), strict=True):
        assert (ours.name, ours.kind, ours.wrt) == (theirs.name, theirs.kind, theirs.wrt)
        assert (ours.signature, ours.types) == (theirs.signature, theirs.types)
        assert [a.name for a in ours.arguments] == [a.name for a in theirs.arguments]
        assert [i.name for i in ours.output.head] == [i.name for i in theirs.output.head]
        assert ours.labels == theirs.labels

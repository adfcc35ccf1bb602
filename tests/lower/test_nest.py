"""Nested loops: over which arguments the result may be written."""

from __future__ import annotations

import pytest

from symderiv.definitions import Function
from symderiv.lower.nest import in_place, nest
from symderiv.lower.products import kernels


def claimed(define: str, kind: str = "value", **more):
    """What is said of a function's first kernel of that kind."""
    kernel = next(k for k in kernels(Function(define, name="f", **more), "f") if k.kind == kind)
    return in_place(kernel, nest(kernel))


@pytest.mark.parametrize(
    ("define", "names"),
    [
        ("y[i,j] = x[i,j]*exp(x[i,j])", ("x",)),
        ("y[j] = x[j]/sum[c](x[c]**2)", ("x",)),  # read elsewhere, but before the first store
        ("y[i,j] = x[i,j]*w[j]", ("x",)),  # w is read again for every i
        ("y[i,j] = x[j,i]", ()),
        ("y[i,j] = x[i,j] + x[i,j+1]", ()),
        ("y[i,j] = x[i,j]/sum[c](x[i,c]**2)", ()),  # read in a loop within that over the stores
        ("y[i,j] = x[i,j] + sum[c](x[c,j])", ()),
        ("y[j] = x[j]*sum[c](where(c <= j, x[c]*x[j], 0))", ()),
    ],
)
def test_an_argument_may_be_written_over_if_its_entries_are_read_before(define, names):
    assert claimed(define) == names

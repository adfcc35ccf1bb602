"""Ties are left out where the claim differentiates them, and nowhere else."""

from __future__ import annotations

import pytest

import symderiv as sd
from symderiv.verify import by_calculus

#: definition, claim, whether it is true
CLAIMS = [
    # the tie of what is differentiated: there the claim says nothing
    ("y = max(x, 0)", "D(y, x) = where(x >= 0, 1, 0)", True),
    ("y = max(x, 0)", "D(y, x) + where(x >= 0, 1, 0) = D(y, x) + where(x > 0, 1, 0)", True),
    ("y = max(-1, min(1, x))", "D(y, x) = where(abs(x) <= 1, 1, 0)", True),
    ("y = sum[c](abs(x[c]))", "D(y, x[i]) + where(x[i] >= 0, 2, 0) = 4*where(x[i] > 0, 1, 0) - 1", True),
    (
        "y[i] = abs(x[i])",
        "sum[i](D(y[i], x[i])) = sum[i](where(x[i] >= 0, 1, -1))",
        True,
    ),
    (
        "y = sum[c](abs(x[c+1] - x[c]))",
        "D(y, x[i]) = where(i > 1, sign(x[i] - x[i-1]), 0) - sign(x[i+1] - x[i])",
        True,
    ),
    ("a[j] = sum[d](W[j,d]*x[d])\ny = sum[j](v[j]*max(0, a[j]))", "sum[d](x[d]*D(y, x[d])) = y", True),
    # other values
    ("y = max(x, 0)", "D(y, x) + where(x - 1 >= 0, 1, 0) = D(y, x) + where(x - 1 > 0, 1, 0)", False),
    ("y = max(x, 0)", "D(y, x) + where(a >= 0, 1, 0) = D(y, x) + where(a > 0, 1, 0)", False),
    # other letters, entries that the target does not move
    (
        "y[i] = abs(x[i])",
        "D(y[i], x[i]) + where(x[k] >= 0, 1, 0) = D(y[i], x[i]) + where(x[k] > 0, 1, 0)",
        False,
    ),
    (
        "y[i] = abs(x[i])",
        "D(y[i], x[k]) + where(x[i] >= 0, 1, 0) = D(y[i], x[k]) + where(x[i] > 0, 1, 0)",
        False,
    ),
    (
        "y[i] = abs(x[i])",
        "D(y[i], x[i]) + sum[k](where(x[k] >= 0, 1, 0)) = D(y[i], x[i]) + sum[k](where(x[k] > 0, 1, 0))",
        False,
    ),
    (
        "y[i] = abs(x[i])\nq = sum[i](where(x[i] >= 0, 1, 0)) - sum[i](where(x[i] > 0, 1, 0))",
        "D(y[i], x[i]) + q = D(y[i], x[i])",
        False,
    ),
    (
        "y = sum[c](max(x[c], 0))",
        "D(y, x[i]) + sum[c](where(x[c] >= 0, 1, 0)) = D(y, x[i]) + sum[c](where(x[c] > 0, 1, 0))",
        False,
    ),
    # branches in which nothing is differentiated
    (
        "y = abs(x)",
        "where(a > 0, D(y, x), 0) + where(x >= 0, 1, 0) = where(a > 0, D(y, x), 0) + where(x > 0, 1, 0)",
        False,
    ),
    ("y = where(a > 0, abs(x), 0)", "D(y, x) + where(x >= 0, 1, 0) = D(y, x) + where(x > 0, 1, 0)", False),
    ("y = max(abs(x), a)", "D(y, x) + where(x >= 0, 1, 0) = D(y, x) + where(x > 0, 1, 0)", False),
    # the slope may be 0 at the tie
    ("y = abs(a*x)", "D(y, x) + where(a*x >= 0, 1, 0) = D(y, x) + where(a*x > 0, 1, 0)", False),
    ("y = abs(a*x)", "D(y, x) = abs(a)*where(x > 0, 1, -1)", True),
    # a sum over conditions between entries: its ties at equal letters do not move
    ("y[j] = sum[i](where(x[i] < x[j], s, 1))", "D(y[j], x[l]) = 0", True),
    ("y[j] = sum[i](where(x[i] < x[j], s, x[i]))", "D(y[j], x[l]) = where(x[l] < x[j], 0, 1)", True),
    ("y[j] = sum[i](where(x[i] < x[j], s, x[i]))", "D(y[j], x[l]) = where(x[l] <= x[j], 0, 1)", False),
    ("L[k] = sum[j](max(0, s[j] - s[k]))", "sum[i](D(L[k], s[i])) = 0", True),
    # the greatest of values: other entries may be equal where the derivative exists
    ("m = max[c](x[c])", "D(m, x[i]) = where(x[i] == m, 1, 0)", True),
    ("m = max[c](x[c])", "D(m, x[i]) + sum[c](where(x[c] == m, 1, 0)) = D(m, x[i]) + 1", False),
    ("m = max[c](x[c])", "sum[i](D(m, x[i])) + sum[c](where(x[c] == m, 1, 0)) = 2", True),
    ("m = max[c](x[c] + w)", "D(m, w) + sum[c](where(x[c] + w == m, 1, 0)) = 2", False),
    ("m = max[c](x[c] + w)", "D(m, w) + D(m, x[i]) = sum[c](where(x[c] + w == m, 1, 0)) + D(m, x[i])", False),
    ("m = max[c,d](A[c,d] + A[d,c])", "D(m, A[i,j]) = 2*where(A[i,j] + A[j,i] == m, 1, 0)", False),
]


@pytest.mark.parametrize(("define", "claim", "true"), CLAIMS, ids=[f"{d}: {c}" for d, c, _ in CLAIMS])
def test_ties(define: str, claim: str, true: bool) -> None:
    verdict = by_calculus.check(sd.define(define).claim(claim))
    assert verdict.word == ("proved" if true else "undecided"), verdict.reason

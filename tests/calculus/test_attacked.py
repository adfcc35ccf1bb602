"""False claims that an earlier version proved, by the side condition that was missing."""

from __future__ import annotations

import pytest

import symderiv as sd
from symderiv.verify import by_calculus

#: definition, assumptions, claim
FALSE = [
    # a sign that is assumed for one letter is not that of two: a fresh letter had the name of the second
    (
        "y[i,k] = sum[c](x[c]*sum[d](C[c,d]*where(x[k] + w[d] > a[i], 1, 0))) + a[i]*x[k]",
        ["x[j] + w[j] > a[i]"],
        "y[i,k] = sum[c](x[c]*sum[d](C[c,d])) + a[i]*x[k]",
    ),
    (
        "y[i,k] = sum[c](x[c]*sum[d](C[c,d]*where(x[d] + w[k] > a[i], 1, 0))) + a[i]*x[k]",
        ["x[j] + w[j] > a[i]"],
        "y[i,k] = sum[c](x[c]*sum[d](C[c,d])) + a[i]*x[k]",
    ),
    # the derivative of a product is prod*sum(D(f)/f) only where no factor is 0
    ("p = prod[c](x[c])", [], "where(D(p, x[i]) > 0, 1, 0) = where(p*x[i] > 0, 1, 0)"),
    ("p = prod[c](x[c])", [], "where(D(p, x[i]) >= 0, 1, 0) = where(p*x[i] >= 0, 1, 0)"),
    ("p = prod[c](x[c])", [], "sign(D(p, x[i])) = sign(p)*sign(x[i])"),
    ("p = prod[c](x[c])", [], "D(max(D(p, x[i]), 0)*a, a) = max(0, p/x[i]) + where(D(p, x[i]) > 0, 0, 0)"),
    # at a tie where the slope of the condition is 0 too, the derivative is that of the branches around it
    ("f = max(w**2, 0)", [], "D(f, w, w) = where(w == 0, 0, 2)"),
    ("f = abs(w**2)", [], "D(f, w, w) = 2*sign(w**2)"),
    ("f = where(w**2 > 0, w, 0)", [], "D(f, w) = where(w == 0, 0, 1)"),
    ("f = where((x - y)**2 > 0, x, y)", [], "D(f, x) = where(x == y, 0, 1)"),
    ("f = w*sign(w**2)", [], "D(f, w) = sign(w**2)"),
    (
        "f = where(sum[c](x[c]**2) > 0, w*sum[c](x[c]), 0)",
        [],
        "D(f, x[i]) = where(sum[c](x[c]**2) > 0, w, 0)",
    ),
    ("f = max[c](where(a[c] + w**2 > 0, w, 0))", [], "D(f, w) = mean[c](where(a[c] + w**2 > 0, 1, 0))"),
    ("f = max[c](-x[c]**2 + a[c])", [], "D(f, x[i], x[i]) = where(a[i] - x[i]**2 >= f, -2, 0)"),
    (
        "f = max[c](b[c]*w**2)",
        [],
        "D(f, w, w) = sum[c](where(b[c]*w**2 >= f, 2*b[c], 0))/sum[c](where(b[c]*w**2 >= f, 1, 0))",
    ),
]
#: the same with its condition
TRUE = [
    (
        "y[i,k] = sum[c](x[c]*sum[d](C[c,d]*where(x[k] + w[k] > a[i], 1, 0))) + a[i]*x[k]",
        ["x[j] + w[j] > a[i]"],
        "y[i,k] = sum[c](x[c]*sum[d](C[c,d])) + a[i]*x[k]",
    ),
    ("p = prod[c](x[c])", [], "D(p, x[i]) = p/x[i]"),
    ("p = prod[c](x[c])", [], "D(p, x[i], x[i]) = 0"),
    ("f = max(w**2, 0)", [], "D(f, w) = 2*w"),
    ("f = abs(w**3)", [], "D(f, w, w) = 6*w*sign(w**3)"),
    ("f = max(0, w)**2", [], "D(f, w, w) = 2*where(w > 0, 1, 0)"),
    ("f = where(w*x > 0, w*x, 0)", [], "D(f, w) = where(w*x > 0, x, 0)"),
    ("f = where(x**2 > 1, x, 0)", [], "D(f, x) = where(x**2 > 1, 1, 0)"),
]


@pytest.mark.parametrize(("define", "assume", "claim"), FALSE, ids=[c for *_, c in FALSE])
def test_false_claims_are_not_proved(define: str, assume: list[str], claim: str) -> None:
    assert by_calculus.check(sd.define(define, assume=assume).claim(claim)).word == "undecided"


@pytest.mark.parametrize(("define", "assume", "claim"), TRUE, ids=[c for *_, c in TRUE])
def test_true_claims_are(define: str, assume: list[str], claim: str) -> None:
    verdict = by_calculus.check(sd.define(define, assume=assume).claim(claim))
    assert verdict.word == "proved", verdict.reason

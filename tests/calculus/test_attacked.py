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
]


@pytest.mark.parametrize(("define", "assume", "claim"), FALSE, ids=[c for *_, c in FALSE])
def test_false_claims_are_not_proved(define: str, assume: list[str], claim: str) -> None:
    assert by_calculus.check(sd.define(define, assume=assume).claim(claim)).word == "undecided"


@pytest.mark.parametrize(("define", "assume", "claim"), TRUE, ids=[c for *_, c in TRUE])
def test_true_claims_are(define: str, assume: list[str], claim: str) -> None:
    verdict = by_calculus.check(sd.define(define, assume=assume).claim(claim))
    assert verdict.word == "proved", verdict.reason

"""Normal forms back to terms: factored, merged, and equal to what they came from."""

from __future__ import annotations

import pytest

from symderiv.calculus.atoms import padd
from symderiv.calculus.normal import Normalizer
from symderiv.calculus.reify import Reifier, factor
from symderiv.definitions import Function
from symderiv.notation.show import text

TERMS = [
    "y = x*w + x*v",
    "y = x**2 - w**2",
    "y = sum[c](x[c]*w[c]) - sum[c](x[c]*v[c])",
    "y[j] = exp(x[j])/(1 + exp(x[j]))",
    "y[i,j] = delta[i,j]*x[j] - x[j]*x[i]",
    "y = sqrt(2*x)/3 - max[c](w[c])",
    "y[j] = where(x[j] >= 1, x[j], erf(x[j]))",
    "y = prod[c](1 + x[c])*log(3)",
]


@pytest.mark.parametrize("define", TERMS)
def test_every_way_of_writing_is_equal(define: str) -> None:
    function = Function(define)
    nf = Normalizer()
    poly = nf.poly(function.output.body)
    ways = Reifier(nf, {"c": ["c", "d"]}).ways(poly)
    assert ways
    for way in ways:
        assert nf.is_zero(padd(poly, nf.poly(way), -1)), text(way)


def test_factors_and_merged_sums_are_found() -> None:
    nf = Normalizer()
    shown = {
        text(w)
        for define in TERMS[:4]
        for w in Reifier(nf, {"c": ["c"]}).ways(nf.poly(Function(define).output.body))
    }
    assert "x*(v + w)" in shown
    assert "sum[c](x[c]*(w[c] - v[c]))" in shown
    assert "sigmoid(x[j])" in shown


def test_factor_multiplies_back() -> None:
    nf = Normalizer()
    poly = nf.poly(Function("y = (x + w)**2*(x - 2*v)/6").output.body)
    found = factor(poly)
    assert found is not None
    outer, number, parts = found
    product = {outer: number}
    for piece, k in parts:
        for _ in range(k):
            product = nf.mul(product, piece)
    assert product == poly

"""The index calculus: what it proves, what it must not prove, and its budgets."""

from __future__ import annotations

import pytest

from symderiv.definitions import Function
from symderiv.verify.by_calculus import check

TRUE = [
    ("y[j] = x[j]", [], "sum[j](delta[i,j]*y[j]) = x[i]"),
    ("y[j] = x[j]", [], "sum[j](y[j]*sum[c](x[c])) = sum[j](y[j])**2"),
    ("y[j] = x[j]", [], "sum[i,j](x[i]*x[j]) = sum[c](x[c])**2"),
    ("y[j] = x[j]", [], "sum[i,j]((x[i] - x[j])**2) = 2*size[c]*sum[c](x[c]**2) - 2*sum[c](x[c])**2"),
    ("y[j] = x[j]", [], "1/(x[j]*y[j]) = x[j]**(-2)"),
    ("y = sqrt(x)", [], "y*y = x"),
    ("y = sqrt(x**2)", [], "y = abs(x)"),
    ("y = sqrt(8)", [], "y = 2*sqrt(2)"),
    ("y[j] = tanh(x[j])", [], "y[j] = 2*sigmoid(2*x[j]) - 1"),
    ("y[j] = log(x[j]*w)", ["x[c] > 0", "w > 0"], "y[j] = log(x[j]) + log(w)"),
    ("y[j] = max(x[j], w[j])", [], "y[j] = (x[j] + w[j] + abs(x[j] - w[j]))/2"),
    ("y[j] = where(x[j] >= w, x[j], w)", [], "y[j] = max(w, x[j])"),
    ("y = sum[c,d](sign(x[c] - x[d])**2)", [], "y = sum[c,d](where(x[c] != x[d], 1, 0))"),
    ("y = max[c](x[c])", [], "max[c](x[c] + m) = y + m"),
    ("y = prod[c](exp(x[c]))", [], "y = exp(sum[c](x[c]))"),
    ("y = prod[c](x[c])", [], "D(y, x[i]) = y/x[i]"),
    ("y = sum[c](x[c]**2)/2", [], "D(y, x[i], x[j], x[k]) = 0"),
    ("q = sum[c,d](x[c]*A[c,d]*x[d])", ["A[i,j] = A[j,i]"], "D(q, x[i], x[j]) = 2*A[i,j]"),
    ("y[j] = x[j]**p", ["x[c] > 0"], "D(y[j], x[i]) = delta[i,j]*p*x[j]**(p - 1)"),
    ("y[i] = sum[j](P[i,j]*x[j])", ["sum[j](P[i,j]) = 1"], "sum[i,j](P[i,j]*w[i]) = sum[i](w[i])"),
    (
        "y[i] = sum[j](Q[i,j]*x[j])",
        ["sum[k](Q[k,i]*Q[k,j]) = delta[i,j]"],
        "sum[i](y[i]**2) = sum[j](x[j]**2)",
    ),
    ("y[j] = sin(x[j])", [], "D(y[j], x[i])**2 = delta[i,j]*(1 - y[j]**2)"),
    ("y = mean[c](x[c])", [], "D(y, x[i]) = 1/size[c]"),
    ("y = max[c](x[c])", [], "D(y, x[i]) = where(x[i] >= y, 1, 0)"),
    ("y[n] = max(0, 1 - t[n]*sum[c](w[c]*X[n,c]))", [], "D(y[n], w[i]) = where(y[n] > 0, -t[n]*X[n,i], 0)"),
    ("y = sum[c](t[c]*x[c])", ["-3*sum[c](t[c]) = 1"], "sum[c](t[c]) = -1/3"),
    ("y = where(x > 0, sqrt(x)**2, w)", [], "y = where(x > 0, x, w)"),
    ("G[i,j] = sum[n](X[n,i]*X[n,j])", [], "G[i,j] - G[j,i] = 0"),
]

FALSE = [
    ("y[j] = x[j]", [], "sum[i,j](x[i]*x[j]) = sum[c](x[c]**2)"),
    ("y = sqrt(x**2)", [], "y = x"),
    ("y[j] = log(x[j]*w)", [], "y[j] = log(x[j]) + log(w) + 1"),
    ("y[j] = abs(x[j] - w[j])", [], "y[j] = x[j] - w[j]"),
    ("y = sum[c,d](sign(x[c] - x[d])**2)", [], "y = size[c]**2"),
    ("q = sum[c,d](x[c]*A[c,d]*x[d])", [], "D(q, x[i], x[j]) = 2*A[i,j]"),
    ("L = sum[d](t[d]*x[d])", ["sum[c](t[c]) = 1"], "L = 1"),
    ("y[j] = max(x[j], w[j])", [], "y[j] = x[j]"),
    ("y = max[c](x[c])", [], "y = sum[c](x[c])/size[c]"),
    ("exp1[j] = log(x[j])", [], "exp1[j] = x[j]"),
    ("y = prod[c](x[c])", [], "y = sum[c](x[c])"),
    ("y[i] = sum[j](P[i,j]*x[j])", ["sum[j](P[i,j]) = 1"], "sum[i](P[i,j]) = 1"),
    ("y[i] = sum[j](P[i,j]*x[j])", ["sum[j](P[i,j]) = 1"], "sum[i,j](P[i,j]*P[j,i]) = size[i]"),
    ("y[i] = sum[j](Q[i,j]*x[j])", ["sum[k](Q[k,i]*Q[k,j]) = delta[i,j]"], "sum[i](y[i]) = sum[j](x[j])"),
    ("y[i] = sum[j](Q[i,j]*x[j])", ["sum[k](Q[k,i]*Q[k,j]) = delta[i,j]"], "sum[k](Q[k,i]*R[k,j]) = R[i,j]"),
    ("y[j] = where(x[j] >= 0, 1, 0)", [], "y[j] = where(x[j] > 0, 1, 0)"),
    ("y[j] = sign(x[j])", [], "y[j]**2 = 1"),
    ("y[j] = sum[n](X[n,j])", [], "y[j] = size[n]*sum[n](X[n,j])"),
    ("y[i,j] = x[i]*w[j]", [], "y[i,j] = x[j]*w[i]"),
    # ties on open sets: an entry reaches the maximum, both sides are cut off, an identity in disguise
    ("y = max[c](x[c])", [], "D(y, x[i]) = where(x[i] > max[c](x[c]), 1, 0)"),
    ("y = max[c](x[c])", [], "D(y, x[i])*where(x[i] > y, 1, 0) = D(y, x[i])"),
    ("y = abs(v)", [], "D(y*sign(sum[c](max(x[c], 0)) - sum[c](max(w[c], 0)))**2, v) = sign(v)"),
    ("y = abs(x)", [], "D(y, x) = sign(x)*sign(sin(x + w) - sin(x)*cos(w) - cos(x)*sin(w))**2"),
    ("y = abs(x)", [], "D(y, x) = sign(x)*sign(log(x*w) - log(x) - log(w))**2"),
    # ties at some sizes: one value only, two sizes that are equal
    (
        "y = sum[c](abs(x[c]))",
        [],
        "D(y, x[i]) = sign(x[i])*sign(size[c]*sum[c](x[c]**2) - sum[c](x[c])**2)**2",
    ),
    ("y = sum[c](abs(x[c]))", [], "D(y, x[i]) = sign(x[i])*sign(x[i] - sum[c](x[c]))**2"),
    ("y = sum[c,n](abs(x[c]*w[n]))", [], "D(y, x[i])*sign(size[c] - size[n])**2 = D(y, x[i])"),
    ("y = sum[c](abs(x[c]))", [], "D(y, x[i]) = sign(x[i])*sign(size[c] - 2)**2"),
    # an equality ties what looks independent
    ("y = abs(v)*u", ["u = max(w, 0)"], "D(y, v)*sign(u - max(w, 0))**2 = D(y, v)"),
    ("y = abs(v)", ["w**2 <= 0"], "D(y, v) = sign(v)*sign(w)**2"),
    ("y = abs(v)*u", ["u >= w", "w >= u + 0*v"], "D(y, v) = sign(v)*u*(1 - where(u + w > 2*w, 1, 0) + 1)"),
    ("y = abs(v)", ["where(w == 0, 1, 0) > 0"], "D(y, v) = sign(v)*sign(w)**2"),
    # a tie of what the derivative is not taken by
    ("y = where(w >= 1, v, exp(v))", [], "D(y, v) = where(w > 1, 1, exp(v))"),
    # ties count where nothing that has ties is differentiated
    ("y = x*w", [], "D(y, x)*where(w >= 1, 1, 0) = w*where(w > 1, 1, 0)"),
    # a denominator that vanishes at the tie, or where letters coincide, is not cleared
    ("y = where(x + w == 0, 5, x/(x + w) + w/(x + w))", [], "y = where(x + w == 0, 6, 1)"),
    (
        "y[i,j] = 5*delta[i,j] + where(x[i] != x[j], x[i]/(x[i] - x[j]) - x[j]/(x[i] - x[j]), 0)",
        [],
        "y[i,j] = 6*delta[i,j] + where(x[i] != x[j], 1, 0)",
    ),
    # what a branch needs in order to be defined is not known elsewhere
    ("y = where(x > 2, log(sqrt(x - 2)**2), 0)", [], "y + abs(x) = y + x"),
    ("y = where(x > 2, log(exp(log(x - 2))), 0)", [], "y + abs(x) = y + x"),
    ("y = where(x > 2, sqrt(1/(1/(x - 2))**(1/2)), 0)", [], "y + abs(x) = y + x"),
    # coefficients of equalities stay exact
    ("y = sum[c](t[c]*x[c])", ["3*sum[c](t[c]) = 1"], "sum[c](t[c]) = 6004799503160661/18014398509481984"),
]


@pytest.mark.parametrize(("define", "assume", "claim"), TRUE, ids=[t[2] for t in TRUE])
def test_proves(define: str, assume: list[str], claim: str) -> None:
    verdict = check(Function(define, assume=assume).claim(claim))
    assert verdict.word == "proved", verdict.reason


@pytest.mark.parametrize(("define", "assume", "claim"), FALSE, ids=[t[2] for t in FALSE])
def test_does_not_prove(define: str, assume: list[str], claim: str) -> None:
    assert check(Function(define, assume=assume).claim(claim)).word == "undecided"


def test_a_claim_that_runs_away_ends_undecided() -> None:
    big = "*".join(f"(x[j]**{n} + w[j] + v[j])**40" for n in range(1, 6))
    verdict = check(Function(f"y[j] = {big}").claim("y[j] = x[j]"), seconds=1.0)
    assert verdict.word == "undecided"
    assert "budget" in verdict.reason or "time" in verdict.reason
    assert verdict.seconds < 5


def test_a_function_named_like_an_internal_one_is_only_a_name() -> None:
    f = Function("ind[j] = poly[j]*sum1[j]")
    assert check(f.claim("D(ind[j], poly[i]) = delta[i,j]*sum1[j]")).word == "proved"
    assert check(f.claim("ind[j] = poly[j]")).word == "undecided"

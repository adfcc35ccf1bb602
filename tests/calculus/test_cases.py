"""Conditions taken apart, and zero by cases: what is true is proved, what is nearly true is not."""

from __future__ import annotations

from fractions import Fraction

import pytest

import symderiv as sd
from symderiv.calculus.atoms import UNIT, make
from symderiv.calculus.cases import impossible
from symderiv.verify import by_calculus

X, Y = (frozenset(((make("entry", n, ()), 1),)) for n in "xy")

#: define, assumptions, claim, whether it is true
CLAIMS = [
    ("y = abs(a*b)", [], "y = abs(a)*abs(b)", True),
    ("y = abs(a*b)", [], "y = a*b", False),
    ("y = abs(a*b)", [], "y = abs(a)*b", False),
    ("y = abs(a*b)", ["a > 0"], "y = a*abs(b)", True),
    ("y = abs(a*b)", ["a >= 0"], "y = a*abs(b)", True),
    ("y = max(a,b)*c", [], "y = max(a*c, b*c)", False),
    ("y = max(a,b)*c", ["c > 0"], "y = max(a*c, b*c)", True),
    ("y = where(a*b > 0, 1, 0)", [], "y = where(a > 0, 1, 0)*where(b > 0, 1, 0)", False),
    ("y = where(a*b >= 0, 1, 0)", [], "y = where(a*b > 0, 1, 0)", False),
    ("y = where(a*b == 0, 1, 0)", [], "y = where(a == 0, 1, where(b == 0, 1, 0))", True),
    ("y = where(a*b == 0, 1, 0)", [], "y = where(a == 0, 1, 0)", False),
    ("y = max(a**2*b, 0)", [], "y = a**2*max(b, 0)", True),
    ("y = max(a**3, 0)", [], "y = a**3*where(a > 0, 1, 0)", True),
    ("y = where(a**2 > 0, 1, 0)", [], "y = 1", False),
    ("y = where(exp(a) > exp(b), 1, 0)", [], "y = where(a > b, 1, 0)", True),
    ("y = where(exp(a) > 2*exp(b), 1, 0)", [], "y = where(a > b, 1, 0)", False),
    ("y = where(exp(a) > 2*exp(b), 1, 0)", [], "y = where(a - b > log(2), 1, 0)", True),
    ("y = max(-1, min(1, x))", [], "D(y, x) = where(abs(x) < 1, 1, 0)", True),
    ("y = max(-1, min(1, x))", [], "D(y, x) = where(abs(x) < 2, 1, 0)", False),
    ("y = max(-1, min(1, x))", [], "D(y, x) = where(x < 1, 1, 0)", False),
    ("y = max(0, min(1, (a - b + 1)/2))", [], "y + max(0, min(1, (b - a + 1)/2)) = 1", True),
    ("y = max(0, min(1, (a - b + 1)/2))", [], "y + max(0, min(1, (b - a + 2)/2)) = 1", False),
    ("y = max(a, max(b, c))", [], "y = max(max(a, b), c)", True),
    ("y = max(a, min(b, c))", [], "y = min(max(a, b), max(a, c))", True),
    ("y = max(a, min(b, c))", [], "y = min(max(a, b), c)", False),
    ("y = max(a, min(b, c))", ["a <= c"], "y = min(max(a, b), c)", True),
    ("y = sign(x)*max(0, abs(x) - l)", ["l > 0"], "y = x - max(-l, min(l, x))", True),
    ("y = sign(x)*max(0, abs(x) - l)", [], "y = x - max(-l, min(l, x))", False),
    ("y = x/(1 + abs(x))", [], "D(y, x) = (1 - abs(y))**2", True),
    ("y = x/(1 + abs(x))", [], "D(y, x) = 1 - abs(y)**2", False),
    ("m = max[c](x[c])", [], "D(m, x[i]) = where(x[i] == m, 1, 0)", True),
    ("m = max[c](x[c])", [], "max(m, x[i]) = m", True),
    ("m = max[c](x[c])", [], "min(m, x[i]) = m", False),
    ("m = max[c](x[c])", [], "max[c](exp(x[c])) = exp(m)", True),
    ("m = max[c](x[c])", [], "max[c](exp(-x[c])) = exp(-m)", False),
    ("m = max[c](x[c])", [], "max[c,d](x[c] - x[d]) = m - min[c](x[c])", True),
    ("m = max[c](x[c])", [], "max[c](x[c] + w[c]) = m + max[c](w[c])", False),
    ("m = max[c](x[c])", [], "max[c](-x[c]) = -m", False),
    ("s = sin(x)", [], "sin(x + y) = s*cos(y) + cos(x)*sin(y)", True),
    ("s = sin(x)", [], "sin(x + y) = s*cos(y) - cos(x)*sin(y)", False),
    ("s = sin(x)", [], "cos(2*x) = 1 - 2*s**2", True),
    ("s = sin(x)", [], "cos(3*x) = 4*cos(x)**3 - 3*cos(x)", True),
    ("s = sin(x)", [], "sin(x + pi/2) = cos(x)", True),
    ("s = sin(x)", [], "sin(x + pi) = s", False),
    ("s = sin(x)", [], "sin(x - 3*pi/2) = cos(x)", True),
    ("s = sin(x)", [], "D(sin(2*x), x) = 2*cos(2*x)", True),
    ("s = sqrt(x**2 + 2*x + 1)", [], "s = x + 1", False),
    ("s = sqrt(x**2 + 2*x + 1)", [], "s = abs(x + 1)", True),
    ("s = sqrt(x**2 + 2*x + 1)", ["x > 0"], "s = x + 1", True),
    ("s = sqrt((x + y)**2*(x - y))", ["x > 0", "y > 0"], "s = (x + y)*sqrt(x - y)", True),
    ("p = prod[c](x[c])", ["x[c] > 0"], "log(p) = sum[c](log(x[c]))", True),
    ("p = exp(sum[c](log(x[c])))", [], "p = prod[c](x[c])", True),
    ("p = log(prod[c](x[c]))", [], "p = sum[c](log(-x[c]))", False),
    ("q = sum[c,d](x[c]*A[c,d]*x[d])", ["A[i,j] = -A[j,i]"], "q = 0", True),
    ("q = sum[c,d](x[c]*A[c,d]*x[d])", ["A[i,j] = A[j,i]"], "q = 0", False),
    ("q = sum[c,d](x[c]*A[c,d]*w[d])", ["A[i,j] = -A[j,i]"], "q = -sum[c,d](w[c]*A[c,d]*x[d])", True),
    ("q = sum[c,d](x[c]*A[c,d]*w[d])", ["A[i,j] = -A[j,i]"], "q = 0", False),
    ("q = sum[c,d](sin(x[c] - x[d]))", [], "q = 0", True),
    ("q = sum[c,d](cos(x[c] - x[d]))", [], "q = 0", False),
    ("y = a/(b - 4*b)", [], "y = -0.3333333333333333*a/b", False),
    ("y = a/(b - 4*b)", [], "y = -a/(3*b)", True),
    ("y = x*exp(a) - x*exp(b)", [], "where(y > 0, 1, 0) = where(a > b, 1, 0)", False),
    ("y = x*exp(a) - x*exp(b)", [], "where(y == 0, 1, 0) = where(a == b, 1, 0)", False),
    ("y = x*exp(a) - x*exp(b)", ["x > 0"], "where(y > 0, 1, 0) = where(a > b, 1, 0)", True),
    (
        "y = max[c](max(x[c],a))",
        [],
        "D(y, a) = sum[c](where(max(x[c],a) >= max[d](max(x[d],a)), where(x[c] > a, 0, 1), 0))",
        False,
    ),
    ("y = max[c](a + 0*x[c])", [], "D(y, a) = size[c]", False),
    ("y = max[c](a + 0*x[c])", [], "D(y, a) = 1", True),
    ("y = max[c](a + x[c])", [], "D(y, a) = 1", True),
    ("y = max[c](x[c])", [], "sum[i](D(y, x[i])) = 1", True),
    ("y = max[c](x[c])", [], "sum[i](D(y, x[i])) = size[c]", False),
    ("y = max[c,d](x[c] + 0*w[d])", [], "D(y, x[i]) = size[d]*where(x[i] >= y, 1, 0)", False),
    ("q = sum[c,d](abs(x[c] - x[d]))", [], "q = 2*sum[c,d](max(x[c] - x[d], 0))", True),
    ("q = sum[c,d](abs(x[c] - x[d]))", [], "q = sum[c,d](max(x[c] - x[d], 0))", False),
    # what is 0 once denominators are cleared
    ("y = max(a*(1 + b**2)/(1 + b**2), a)", [], "y = a", True),
    ("y = where(a*(1 + b**2)/(1 + b**2) == a, 1, 0)", [], "y = 1", True),
    ("y = 1/(a*(1 + b)/(1 + b) - a)", [], "y = 0", False),
    ("y = log(a*(1 + b**2)/(1 + b**2) - a)", [], "y = 0", False),
    ("y = max[c](x[c]*(1 + b**2)/(1 + b**2) - x[c])", [], "y = 0", True),
    # a denominator in a branch that is not taken
    (
        "y[i,j,k,l] = where(i != j, 1/(x[i] - x[j] + w[k] - w[l]), 0)*(x[i] - x[j])",
        [],
        "y[i,j,k,l] + where(k != l, 1/(x[i] - x[j] + w[k] - w[l]), 0)*(w[k] - w[l]) = 1",
        False,
    ),
    ("y[j] = sum[c < j](exp(x[c])/sum[d < j](exp(x[d])))", [], "y[j] = 1", False),
    ("y[j] = sum[c <= j](exp(x[c])/sum[d <= j](exp(x[d])))", [], "y[j] = 1", True),
    ("y[i] = sum[c != i](x[c]/sum[d != i](x[d]))", [], "y[i] = 1", False),
    ("y[i] = sum[c](where(i != c, K[i,c]/sum[d](K[i,d]), 0))", ["K[i,j] = -K[j,i]"], "y[i] = 1", False),
    ("y[c] = where(x[c] > 0, x[c]/sum[d](max(x[d],0)), 0)", [], "sum[c](y[c]) = 1", False),
    ("y = sum[c](where(x[c] != 0, x[c]/sum[d](x[d]), 0))", [], "y = 1", False),
    ("y = sum[c](where(w[c] != 0, x[c]*w[c]/sum[d](x[d]*w[d]), 0))", [], "y = 1", False),
    ("y = sum[c](where(x[c]**2 > 0, h[c]*x[c]/sum[d](h[d]*x[d]), 0))", [], "y = 1", False),
    ("s[j,c] = x[c] - log(sum[d < j](exp(x[d])))", [], "sum[c < j](exp(s[j,c])) = 1", False),
    ("y[j] = sum[c < j](x[c]*sum[d < j](x[d])**(b-b-1))", [], "y[j] = 1", False),
    ("y = sum[c](where(t[c] != 0, t[c]/sum[d](t[d]), 0))", ["sum[c](t[c]) = a"], "y = 1", False),
    (
        "Q[i,j] = x[i] + w[j] + x[j] + w[i]",
        [],
        (
            "sum[c](delta[c,j+1]*sum[d](delta[d,i+1]*x[c]/(x[c]+w[d])))"
            " = sum[d](delta[d,i+1]*sum[c](delta[c,j+1]*x[c]/(x[c]+w[d])))"
            " + where(i == size[i], where(j == size[j], 1, 0), 0)"
        ),
        False,
    ),
    ("y = where(x > 0, 1/(1 + x), 0)", [], "D(y, x) = where(x > 0, -1/(1 + x)**2, 0)", True),
    ("y = where(x > 0, log(x), 0)", [], "D(y, x) = where(x > 0, 1/x, 0)", True),
]


@pytest.mark.parametrize(
    ("define", "assume", "claim", "true"), CLAIMS, ids=[f"{d}; {a}: {c}" for d, a, c, _ in CLAIMS]
)
def test_claims_with_cases(define: str, assume: list[str], claim: str, true: bool) -> None:
    verdict = by_calculus.check(sd.define(define, assume=assume).claim(claim))
    assert verdict.word == ("proved" if true else "undecided"), verdict.reason


def test_inequalities_without_a_solution() -> None:
    above = ({X: 1, UNIT: -1}, True)  # x > 1
    below = ({X: -1, UNIT: 1}, False)  # x <= 1
    assert impossible([above, below])
    assert not impossible([above, ({X: -1, UNIT: 2}, False)])
    assert not impossible([({X: 1, UNIT: -1}, False), below])  # x = 1
    half = ({X: Fraction(-1, 2), Y: Fraction(-1, 3), UNIT: 1}, True)  # x/2 + y/3 < 1
    assert impossible([above, ({Y: 1, UNIT: -2}, True), half])

"""A derivative reads back: its letters stand apart, and what stands in its brackets can be written."""

from __future__ import annotations

import pytest

from symderiv import api
from symderiv.derive.read_back import read_back
from symderiv.errors import InputError
from symderiv.notation.show import equation, text
from symderiv.verify import by_balls
from symderiv.verify.claims import verify

READ_BACK = [
    # an inner sum over a letter that is free outside
    ("v = max[j](B[j,j]/x[j])\ny[j] = sinh(v) + x[j]", "x", {}),
    ("u[m] = mean[j,i](delta[j,i]) - w[m]\ny[j,m] = u[m]*z[j] + x[j]", "w", {}),
    # an inner maximum in a range with the same letter
    ("y[j] = sum[c](max[d](x[c]*z[d])*z[c])*x[j] + z[j]", "x", {}),
    # entries at a number
    ("y[j,i] = sum[1 - 1 < m <= 1](z[i]*w[m])*x[j] + z[i]", "z", {}),
    ("y[j] = mean[m <= 2](z[j]*w[m])*z[j]", "z", {}),
    # a letter twice in an index
    ("v[j,i] = x[i+j] + z[i]\ny[j] = v[j,j]**2", "x", {}),
    # a condition that starts with what is taken away
    ("v[j] = min[m](w[m-1]**2) + z[j]\ny[j,i] = v[i+j]*x[j]*z[i]", "z", {}),
    ("y[j] = mean[i <= j](B[i,i+j])*z[j]", "z", {}),
    ("y[j] = sum[i <= j](x[i+j])*z[j]", "z", {}),
    # a size twice in an index, and a condition that compares two numbers
    ("v[j] = z[j+size[j]]*x[j]\ny[j] = v[j+size[j]] + x[j]", "x", {}),
    ("y[j] = min[m](delta[j,j-m+1]*K[m]) + x[j]", "K", {}),
    # a range up to a letter of another dimension, and an entry at one
    ("y[j,m] = log(w[m])*sum[i <= j,n](delta[j-n+1,i]) + z[j]", "w", {}),
    ("v[j,m] = z[j]*w[m]\nu[j,m] = v[j,m+j]\ny[m] = sum[j](u[j-m+1,m]*x[j])", "x", {}),
    # letters that are declared for another dimension
    ("y[j,m] = x[j]*w[m]", "x", {"C": ["j"], "E": ["i"]}),
    ("y[m] = (size[m] + 1/2)*w[m]", "w", {"C": ["j"], "E": ["i", "l"]}),
    # a declared dimension's name is no letter
    ("y[m] = w[m]*x[m]", "w", {"i": ["m"]}),
]


@pytest.mark.parametrize(("define", "wrt", "dims"), READ_BACK)
def test_a_derivative_reads_back_and_holds(define: str, wrt: str, dims: dict[str, list[str]]) -> None:
    function = api.define(define, dims=dims)
    found = function.derivative(wrt)
    claim = function.claim(equation(found.left, found.right))
    assert text(claim.right) == text(found.right)
    assert verify(function, claim, checkers=("calculus",)).word == "proved"
    assert by_balls.check(claim, seconds=2).word == "unrefuted"


def test_a_number_and_a_doubled_letter() -> None:
    function = api.define("y[j,i] = sum[1 - 1 < m <= 1](z[i]*w[m])*x[j] + z[i]")
    assert text(function.derivative("z").right) == "delta[i,l] + delta[i,l]*sum[c == 1](w[c])*x[j]"
    function = api.define("v[j,i] = x[i+j]\ny[j] = v[j,j]")
    right = text(function.derivative("x").right)
    assert right == "sum[c == j](delta[c+j,l])"


def test_what_can_be_stated_stays() -> None:
    body = api.define("y[j] = sum[c](x[c]*sum[d](A[c,d]*x[j]))").output.body
    assert read_back(body) == body


@pytest.mark.parametrize(
    ("define", "wrt", "code"),
    [("y = s**((-2)**t) - 1", "t", "domain"), ("y[j] = x[j]/delta[j,j-1]", "x", "zero-division")],
)
def test_a_derivative_without_a_value_is_refused(define: str, wrt: str, code: str) -> None:
    with pytest.raises(InputError) as refused:
        api.define(define).derivative(wrt)
    assert refused.value.code == code

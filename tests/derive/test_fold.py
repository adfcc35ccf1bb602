"""Derivatives in the user's own names: the shapes people write, each proved equal to the rules'."""

from __future__ import annotations

import time

import pytest

from symderiv.definitions import Function
from symderiv.derive.fold import derivative, fold
from symderiv.errors import InputError
from symderiv.notation.show import text
from symderiv.terms import Diff, Entry, Reduce, mul
from symderiv.verify import by_balls

SOFTMAX = "y[j] = exp(z[j])/sum[c](exp(z[c]))"
LAYERNORM = "mu = mean[c](x[c])\ns = sqrt(mean[c]((x[c] - mu)**2) + eps)\nh[j] = (x[j] - mu)/s"

FOLDED = [
    ("L = sum[c](log(cosh(x[c] - y[c])))", [], "x", "tanh(x[i] - y[i])"),
    (SOFTMAX, [], "z", "y[j]*(delta[i,j] - y[i])"),
    ("y[j] = exp(z[j]/T)/sum[c](exp(z[c]/T))", ["T > 0"], "z", "y[j]*(delta[i,j] - y[i])/T"),
    ("y[j] = exp(z[j]/T)/sum[c](exp(z[c]/T))", ["T > 0"], "T", "y[j]*(sum[c](y[c]*z[c]) - z[j])/T**2"),
    ("s[j] = z[j] - log(sum[c](exp(z[c])))", [], "z", "delta[i,j] - exp(s[i])"),
    ("L = log(sum[c](exp(z[c])))", [], "z", "exp(z[i] - L)"),
    (SOFTMAX + "\nL = -sum[d](t[d]*log(y[d]))", ["sum[c](t[c]) = 1"], "z", "y[i] - t[i]"),
    (SOFTMAX + "\nL[k] = -log(y[k])", [], "z", "y[i] - delta[i,k]"),
    ("s[j] = 1/(1 + exp(-z[j]))", [], "z", "delta[i,j]*s[j]*(1 - s[j])"),
    ("r = sqrt(sum[c](x[c]**2))\ny[j] = x[j]/r", [], "x", "(delta[i,j] - y[i]*y[j])/r"),
    (LAYERNORM, ["eps > 0"], "x", "(size[c]*delta[i,j] - h[i]*h[j] - 1)/(size[c]*s)"),
    ("f[k] = sum[c](W[k,c]*x[c]) + b[k]\nL = sum[k]((f[k] - y[k])**2)/2", [], "W", "x[l]*(f[i] - y[i])"),
]


@pytest.mark.parametrize(("define", "assume", "wrt", "expected"), FOLDED, ids=[f"{f[3]}" for f in FOLDED])
def test_folds_as_people_write(define: str, assume: list[str], wrt: str, expected: str) -> None:
    function = Function(define, assume=assume)
    found = derivative(function, wrt)
    assert text(found.folded) == expected
    claim = function.claim(f"{text(found.left)} = {text(found.folded)}")
    assert by_balls.check(claim).word == "unrefuted"


def test_products_fold_too() -> None:
    f = Function(SOFTMAX)
    d = derivative(f)
    g = Entry("g", f.output.head)
    assert text(fold(f, Reduce("sum", f.output.head, mul(g, d.left)))) == "y[i]*(g[i] - sum[c](g[c]*y[c]))"
    v = Entry("v", d.target.indices)
    product = Reduce("sum", d.target.indices, mul(Diff(f.output.entry, (d.target,)), v))
    assert text(fold(f, product)) == "y[j]*(v[j] - sum[c](v[c]*y[c]))"


def test_no_new_denominator() -> None:
    """SiLU's derivative is shorter as y*(...)/x, but that is undefined at 0 where the original is not."""
    assert "/x" not in text(derivative(Function("y[j] = x[j]*sigmoid(x[j])")).folded)


def test_by_what_cannot_vary() -> None:
    f = Function(SOFTMAX + "\nL = -sum[d](t[d]*log(y[d]))", assume=["sum[c](t[c]) = 1"])
    with pytest.raises(InputError, match="diff-constrained"):
        derivative(f, "t")
    with pytest.raises(InputError, match="diff-intermediate"):
        derivative(f, "y")
    with pytest.raises(InputError, match="diff-unknown"):
        derivative(f, "q")


def test_a_condition_between_entries_under_a_sum_moves_nothing() -> None:
    function = Function("y[j] = sum[i](where(B[i,i] < B[j,j], s, 1))*t[j]", name="count")
    assert text(derivative(function, "B").folded) == "0"


def test_folding_ends_soon_where_there_is_much_to_fold() -> None:
    define = "y[j] = " + "1/(1 + " * 10 + "x[j]" + ")" * 10
    start = time.process_time()
    derivative(Function(define, name="chain"), "x")
    assert time.process_time() - start < 5

"""Where float is good enough for a kernel: what is found for functions of one and of several arguments."""

from __future__ import annotations

import pytest

from symderiv.definitions import Function
from symderiv.lower.near import LARGEST, in_float, ranges
from symderiv.lower.planner import program
from symderiv.lower.products import kernels
from symderiv.lower.running import multiple, square
from symderiv.notation.show import text


def found(define: str, kind: str = "value", **more):
    function = Function(define, name="f", **more)
    made = program(next(k for k in kernels(function, "f") if k.kind == kind))
    return ranges(in_float(made))


@pytest.mark.parametrize(
    ("define", "least", "most"),
    [
        ("y[j] = x[j]*sigmoid(x[j])", 80, 87.4),  # beyond, exp(-x) is subnormal
        ("y[j] = x[j]*(1 + erf(x[j]/sqrt(2)))/2", 12, 13.2),
        ("y[j] = exp(-x[j]**2)", 9, 9.35),
        ("y[j] = x[j]**2", 2.0**62, 2.0**64),  # beyond, the square overflows
        ("y[j] = tanh(x[j])", LARGEST, LARGEST),
    ],
)
def test_the_range_ends_where_float_does(define, least, most):
    assert least <= found(define)["x"].high <= most


def test_the_last_factor_may_have_any_size():
    assert found("y[j] = x[j]*sigmoid(x[j])", "vjp")["gy"].everything


def test_factors_whose_products_leave_the_range_are_held_to_part_of_it():
    here = found("y[j] = a[j]*sigmoid(a[j])*b[j]", "vjp")
    assert 0 < here["b"].low < 1e-6
    assert 1e6 < here["b"].high < LARGEST


@pytest.mark.parametrize(
    "define",
    [
        "y[j] = sqrt(1 + x[j]**2) - 1",  # cancels what was rounded
        "y[j] = 1 - exp(-x[j]**2) + (exp(x[j]) - 1 - x[j])",
        "y[j] = sin(x[j])",  # none in float
        "y[j] = log(x[j])",  # not for both signs, nor for 0
    ],
)
def test_float_is_not_taken_where_it_would_lose_digits(define):
    here = found(define)
    assert here is None


def body(expression: str):
    return Function(f"y[j] = {expression}", name="f").statements[0].body


def test_squares_of_multiples_are_seen_where_they_are_exact():
    assert square(body("-(x[j]/sqrt(2))**2"))[0] == 0.5
    assert square(body("-x[j]**2/3")) is None
    assert multiple(body("-x[j]/sqrt(2)"))[0] == 0.5
    assert multiple(body("x[j]*pi")) is None


def test_x_times_sigmoid_is_one_division():
    made = program(kernels(Function("y[j] = x[j]*sigmoid(x[j])", name="f"), "f")[0])
    assert text(made.passes[0].store) == "x[n]*sigmoid(x[n])"
    store = in_float(made).passes[0].store
    assert "sigmoid" not in text(store)
    assert text(store) == "x[n]/(1 + exp(-x[n]))"

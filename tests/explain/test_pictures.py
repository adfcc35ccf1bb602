"""Pictures of Jacobians: at an example that the assumptions allow, with labels, and said as it is."""

from __future__ import annotations

import re

import numpy as np
import pytest

from symderiv.definitions import Function
from symderiv.derive.steps import derive_steps
from symderiv.explain.pictures import pictures_of
from symderiv.explain.plain import Plain

SOFTMAX = "y[j] = exp(z[j])/sum[c](exp(z[c]))"


def numbers(function: Function, wrt: str) -> tuple[np.ndarray, str]:
    """The numbers in the picture of the Jacobian, and what is said of it."""
    (picture,) = pictures_of(derive_steps(function, wrt))
    cells = [float(c.replace("−", "-")) for c in re.findall(">([−0-9.]+)</text>", picture.svg)]
    return np.array(cells).reshape(6, 6), Plain().words(picture.says)


def example(says: str, name: str) -> np.ndarray:
    (shown,) = re.findall(rf"\b{name} = \(([^)]*)\)", says)
    return np.array([float(v) for v in shown.split(",")])


def test_a_label_is_a_row() -> None:
    found, says = numbers(Function(SOFTMAX + "\nL[k] = -log(y[k])", labels=["k"]), "z")
    z = example(says, "z")
    y = np.exp(z) / np.exp(z).sum()
    assert np.abs(found - (y[None, :] - np.eye(6))).max() < 6e-4


def test_assumptions_about_tensors_are_met() -> None:
    function = Function("y[j] = log(p[j]*sum[c](p[c]*t[c]))", assume=["p[c] > 0", "sum[c](t[c]) = 1"])
    found, says = numbers(function, "p")
    p, t = example(says, "p"), example(says, "t")
    assert (p > 0).all()
    assert t.sum() == 1
    assert np.abs(found - (np.diag(1 / p) + t[None, :] / (p @ t))).max() < 6e-4


def test_every_input_that_is_not_the_first_is_said_as_it_is() -> None:
    found, says = numbers(Function("y[j] = a[j]*sum[c](b[c]**2)"), "b")
    a, b = example(says, "a"), example(says, "b")
    assert np.abs(found - 2 * a[:, None] * b[None, :]).max() < 6e-4


@pytest.mark.parametrize(
    "function",
    [
        Function("y[i] = x[i]*sum[j](A[i,j]*x[j])", assume=["A[i,j] = A[j,i]"]),
        Function("y[j] = x[j]/sum[c](x[c])", assume=["max[c](x[c]) < 0"]),
    ],
)
def test_none_where_the_example_breaks_an_assumption(function: Function) -> None:
    assert pictures_of(derive_steps(function, "x")) == []


def test_a_diagonal_is_not_drawn() -> None:
    assert pictures_of(derive_steps(Function("y[j] = -a[j]*t[j]"), "t")) == []


@pytest.mark.parametrize(
    ("stated", "wrt"), [("f = log(sum[c](exp(z[c])))", "z"), ("f = sum[i,j](W[i,j]**2*x[j])", "W")]
)
def test_a_gradient_is_drawn_in_the_shape_of_its_input(stated: str, wrt: str) -> None:
    function = Function(stated)
    (picture,) = pictures_of(derive_steps(function, wrt))
    cells = [float(c.replace("−", "-")) for c in re.findall(">([−0-9.]+)</text>", picture.svg)]
    says = Plain().words(picture.says)
    assert "gradient" in says
    if wrt == "z":
        z = example(says, "z")
        assert np.abs(np.array(cells) - np.exp(z) / np.exp(z).sum()).max() < 6e-4
    else:
        assert len(cells) == 36

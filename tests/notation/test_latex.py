r"""Terms as LaTeX: pairs of notation and what it prints as."""

from __future__ import annotations

import re

import pytest

from symderiv.definitions import Function
from symderiv.notation.latex import LatexPrinter, latex, repr_latex, symbol, to_latex_equation

PAIRS = [
    ("y[j] = exp(z[j])/sum[c](exp(z[c]))", r"y_j = \frac{e^{z_j}}{\sum_{c=1}^{C} e^{z_c}}"),
    ("y[j] = exp(-z[j]**2/2)", r"y_j = e^{-\frac{z_j^{2}}{2}}"),
    ("y[j] = exp(z[j]/T)", r"y_j = e^{z_j / T}"),
    ("y[j] = exp(z[j] - log(sum[c](z[c])))",
     r"y_j = \exp\left(z_j - \log\left(\sum_{c=1}^{C} z_c\right)\right)"),
    ("y = mean[c](x[c])", r"y = \frac{1}{C} \sum_{c=1}^{C} x_c"),
    ("y = sum[c](x[c]) + b", r"y = \left(\sum_{c=1}^{C} x_c\right) + b"),
    ("y = b + sum[c](x[c])", r"y = b + \sum_{c=1}^{C} x_c"),
    ("y = sum[c](x[c] - b)", r"y = \sum_{c=1}^{C} (x_c - b)"),
    ("y = sum[c](x[c])*b", r"y = \left(\sum_{c=1}^{C} x_c\right) b"),
    ("y = sum[c,d](A[c,d])", r"y = \sum_{c=1}^{C} \sum_{d=1}^{D} A_{cd}"),
    ("y = prod[c](x[c])", r"y = \prod_{c=1}^{C} x_c"),
    ("y = max[c](x[c])", r"y = \max_{c} x_c"),
    ("y[j] = max(0, x[j])", r"y_j = \max(0, x_j)"),
    ("y[j] = where(x[j] >= 0, x[j], 0)",
     r"y_j = \begin{cases} x_j & \text{if } x_j \ge 0 \\ 0 & \text{otherwise} \end{cases}"),
    ("mu = gamma*eps", r"\mu = \gamma \varepsilon"),
    ("y_pred[j] = x1[j]", r"y_{\mathrm{pred},j} = x_{1,j}"),
    ("loss = rate*2", r"\mathrm{loss} = 2 \mathrm{rate}"),
    ("y[j] = sqrt(x[j] + 1)", r"y_j = \sqrt{x_j + 1}"),
    ("y[j] = tanh(x[j])**2", r"y_j = \tanh^{2}(x_j)"),
    ("y[j] = log(x[j])**2", r"y_j = (\log(x_j))^{2}"),
    ("y[j] = log1p(-x[j])", r"y_j = \log(1 - x_j)"),
    ("y[j] = expm1(x[j])*2", r"y_j = 2 (e^{x_j} - 1)"),
    ("y[j] = abs(x[j])", r"y_j = \left|x_j\right|"),
    ("y[j] = sigmoid(x[j])", r"y_j = \sigma(x_j)"),
    ("y[j] = (x[j] + 1)**2/2", r"y_j = \frac{(x_j + 1)^{2}}{2}"),
    ("y[j] = (x[j] + 1)/(x[j] - 1)", r"y_j = \frac{x_j + 1}{x_j - 1}"),
    ("y[j] = x[j]/size[j]", r"y_j = \frac{x_j}{J}"),
    ("y[j] = 3*2**x[j]", r"y_j = 3 \cdot 2^{x_j}"),
    ("y[j] = x[j] - (x[j] - a)", r"y_j = x_j - (x_j - a)"),
    ("y[j] = pi*x[j]", r"y_j = \pi x_j"),
    ("y[j] = x[j]**(-2)", r"y_j = \frac{1}{x_j^{2}}"),
    ("y[j] = (-x[j])**2", r"y_j = (-x_j)^{2}"),
]  # fmt: skip


@pytest.mark.parametrize(("define", "shown"), PAIRS, ids=[p[0] for p in PAIRS])
def test_definition(define: str, shown: str) -> None:
    s = Function(define).output
    assert to_latex_equation(s.entry, s.body) == shown
    assert shown.count("{") == shown.count("}")
    assert len(re.findall(r"\\left(?![a-z])", shown)) == len(re.findall(r"\\right(?![a-z])", shown))


@pytest.mark.parametrize(
    ("claim", "shown"),
    [
        ("D(y[j], z[i]) = delta[i,j]", r"\frac{\partial y_j}{\partial z_i} = \delta_{ij}"),
        ("D(y[j], z[i], z[k]) = delta[i,j]*y[k]",
         r"\frac{\partial^{2} y_j}{\partial z_i \partial z_k} = \delta_{ij} y_k"),
        ("D(exp(z[j]), z[i]) = delta[i,j]", r"\frac{\partial e^{z_j}}{\partial z_i} = \delta_{ij}"),
        ("D(sum[c](z[c]), z[i]) = y[i]",
         r"\frac{\partial}{\partial z_i} \left(\sum_{c=1}^{C} z_c\right) = y_i"),
        ("y[i]*(z[i] - sum[c](z[c])) = y[i]",
         r"y_i \left(z_i - \sum_{c=1}^{C} z_c\right) = y_i"),
    ],
)  # fmt: skip
def test_claim(claim: str, shown: str) -> None:
    c = Function("y[j] = exp(z[j])/sum[c](exp(z[c]))").claim(claim)
    assert to_latex_equation(c.left, c.right) == shown


def test_size_avoids_a_tensor_of_its_name() -> None:
    s = Function("y = sum[c](C[c])").output
    assert to_latex_equation(s.entry, s.body) == r"y = \sum_{c=1}^{N_{c}} C_c"


def test_sigmoid_avoids_a_tensor_called_sigma() -> None:
    s = Function("y = sigmoid(x)*sigma").output
    assert to_latex_equation(s.entry, s.body) == r"y = \operatorname{sigmoid}(x) \sigma"


def test_symbols_and_notebook() -> None:
    s = Function("y[j] = gy[j]").output
    assert LatexPrinter(symbols={"gy": r"\bar{y}"}).latex(s.body) == r"\bar{y}_j"
    assert latex(s.entry) == "y_j"
    assert symbol("sigma") == r"\sigma"
    assert repr_latex(s.entry) == r"$\displaystyle y_j$"

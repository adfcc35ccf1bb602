"""Bars with a place behind them: values at an argument, derivatives where two indices are the same."""

from __future__ import annotations

import pytest

from tests.documents.rows import words

_SOFTMAX = r"Let $y_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$. "
_CUBE = r"Let $f(w) = w^3 + w$. "


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (r"\frac{\partial y_i}{\partial z_j}\Big|_{i=j} = y_i (1 - y_j)", "proved"),
        (r"\frac{\partial y_i}{\partial z_j}\Big|_{i=j} = -y_i y_j", "wrong"),
        (r"\left.\frac{\partial y_i}{\partial z_j}\right|_{i \neq j} = -y_i y_j", "proved"),
        (r"\left.\frac{\partial y_i}{\partial z_j}\right|_{i \neq j} = y_i y_j", "wrong"),
        (r"\frac{\partial y_i}{\partial z_j}\Bigr|_{j=i} = y_i - y_i^2", "proved"),
    ],
)
def test_where_two_indices_are_the_same(row: str, word: str) -> None:
    assert words(_SOFTMAX + f"$${row}$$") == ["definition", word]


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (r"\frac{df}{dw}\bigg|_{w=2} = 13", "proved"),
        (r"\frac{df}{dw}\bigg|_{w=2} = 12", "wrong"),
        (r"\left.\frac{d}{dw} f(w)\right|_{w=a} = 3a^2 + 1", "proved"),
        (r"\left.\frac{d}{dw} f(w)\right|_{w=a} = 3a^2 + a", "wrong"),
        (r"f'(w) \vert_{w=0} = 1", "proved"),
        (r"1 + f'(w)|_{w=0} = 2", "proved"),
        (r"\left. w + f'(w) \right|_{w=0} = 1", "proved"),
        (r"\left. w + f'(w) \right|_{w=1} = 4", "wrong"),
        (r"\frac{\partial L}{\partial w}\Big|_{w=0} = \frac{\partial L}{\partial w}", "undecided"),
    ],
)
def test_a_value_at_an_argument(row: str, word: str) -> None:
    assert words(_CUBE + f"$${row}$$") == ["definition", word]


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (r"\partial_j s_i = s_i (\delta_{ij} - s_j)", "proved"),
        (r"\partial_j s_i = s_i (\delta_{ij} + s_j)", "wrong"),
        (r"\partial_k \log s_i = \delta_{ik} - s_k", "proved"),
        (r"\partial_j \partial_i \log S = s_i \delta_{ij} - s_i s_j", "proved"),
    ],
)
def test_an_operator_with_an_index(row: str, word: str) -> None:
    given = r"Let $s_i = \frac{e^{x_i}}{S}$ with $S = \sum_j e^{x_j}$. "
    assert words(given + f"$${row}$$") == ["definition", "definition", word]


@pytest.mark.parametrize("turned", ["e'e", r"e^\top e", "e^T e"])
@pytest.mark.parametrize(("sign", "word"), [("-", "proved"), ("+", "wrong")])
def test_residuals_that_are_called_e(turned: str, sign: str, word: str) -> None:
    given = r"The model is $y = Xb + e$. The residuals are $e = y - X b$. "
    row = rf"$${turned} = y^T y {sign} 2 b^T X^T y + b^T X^T X b$$"
    slope = rf"$$\frac{{\partial {turned}}}{{\partial b}} = {sign}2 X^T y + 2 X^T X b$$"
    if turned == "e'e":
        row, slope = row.replace("^T", "'"), slope.replace("^T", "'")
    assert words(given + row + slope) == ["definition", "proved", word, word]


@pytest.mark.parametrize("end", [r"\cancel", r"\cancel{", r"\left.", r"x|_", r"\partial_", r"e^"])
def test_a_formula_that_ends_too_early_is_no_crash(end: str) -> None:
    assert "proved" not in words(f"$$a = b + {end}$$")


def test_an_operator_with_an_index_beside_a_power_with_a_sign() -> None:
    text = r"$$\partial_j \left(\sum_k x_k^2\right)^{-1/2} = -x_j \left(\sum_k x_k^2\right)^{-3/2}$$"
    assert words(text) == ["proved"]


_TWO = r"Let $f(x) = x^2 + 4 x$ and $g(u, v) = u^2 v + 4 v$. "


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (r"\frac{df}{dx}(x) = 2 x + 4", "proved"),
        (r"\frac{df}{dx}(x) = 2 x^2 + 4 x", "wrong"),
        (r"\frac{df}{dx}(3) = 10", "proved"),
        (r"\frac{df}{dx}(3) = 11", "wrong"),
        (r"\frac{df}{dx}(3) = 3 (2 x + 4)", "undecided"),  # it may be a factor
        (r"\frac{\partial g}{\partial u}(u, v) = 2 u v", "proved"),
        (r"\frac{\partial g}{\partial u}(1, 2) = 4", "proved"),
        (r"\frac{\partial g}{\partial u}(1, 2) = 5", "wrong"),
        (r"\frac{\partial g}{\partial u}(a, b) = 2 a b", "proved"),
        (r"\left.\frac{\partial g}{\partial v}\right|_{(1, 2)} = 5", "proved"),
        (r"\left.\frac{\partial g}{\partial v}\right|_{(1, 2)} = 6", "wrong"),
        (r"\frac{\partial^2 g}{\partial u \partial v}(3, 2) = 6", "proved"),
        (r"\frac{\partial g}{\partial v}(v, u) = v^2 + 4", "unread"),  # the names change places
        (r"\frac{\partial h}{\partial v}(1, 2) = 3", "unread"),  # of what h is is not said
    ],
)
def test_derivatives_at_arguments(row: str, word: str) -> None:
    assert words(_TWO + f"$${row}$$") == ["definition", "definition", word]


@pytest.mark.parametrize(("last", "word"), [("v", "proved"), ("u", "wrong")])
def test_derivatives_at_arguments_in_a_column(last: str, word: str) -> None:
    row = r"\nabla g(u, v) = \begin{pmatrix} \frac{\partial g}{\partial u}(u, v) \\ "
    row += r"\frac{\partial g}{\partial LAST}(u, v) \end{pmatrix}"
    assert words(_TWO + f"$${row}$$".replace("LAST", last))[-1] == word


@pytest.mark.parametrize(("slope", "word"), [("2", "proved"), ("4", "undecided")])
def test_a_place_in_the_text(slope: str, word: str) -> None:
    text = r"$z = x^2 + y$. At $(x, y) = (1, 2)$ $$\frac{\partial z}{\partial x} = SLOPE$$"
    assert words(text.replace("SLOPE", slope)) == ["definition", word]

"""Sums that a name or a letter only hints at: over inputs by their name, over indices that are left out."""

from __future__ import annotations

import pytest

from tests.documents.rows import words

_COST = r"""The cost is $$C = %s$$ where the sum is over all training inputs $x$, $z = \sum_j w_j x_j + b$ and
$a = \sigma(z)$ with $\sigma(z) = 1/(1+e^{-z})$. """
_ENTROPY = r"-\frac{1}{n} \sum_x [y \ln a + (1-y)\ln(1-a)]"
_STEP = (
    r"\frac{\partial C}{\partial w_j} = -\frac{1}{n} \sum_x \left( \frac{y}{\sigma(z)} %s "
    r"\frac{(1-y)}{1-\sigma(z)} \right) \frac{\partial \sigma}{\partial w_j}"
)
_GIVEN = ["definition"] * 4


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (r"\frac{\partial C}{\partial w_j} = \frac{1}{n} \sum_x x_j (\sigma(z) - y)", "proved"),
        (r"\frac{\partial C}{\partial w_j} = \frac{1}{n} \sum_x x_j (y - \sigma(z))", "wrong"),
        (r"\frac{\partial C}{\partial w_j} = \frac{1}{n} \sum_x (\sigma(z) - y)", "wrong"),
        (r"\frac{\partial C}{\partial b} = \frac{1}{n} \sum_x (a - y)", "proved"),
        (_STEP % "-", "proved"),
        (_STEP % "+", "wrong"),
    ],
)
def test_a_sum_over_inputs_by_their_name(row: str, word: str) -> None:
    assert words(_COST % _ENTROPY + f"$${row}$$") == [*_GIVEN, word]


def test_a_sum_of_squares_over_inputs() -> None:
    cost = _COST % r"\frac{1}{2n} \sum_x (y - a)^2"
    row = r"$$\frac{\partial C}{\partial w_j} = \frac{1}{n} \sum_x (%s) \sigma'(z) x_j$$"
    assert words(cost + row % "a - y") == [*_GIVEN, "proved"]
    assert words(cost + row % "y - a") == [*_GIVEN, "wrong"]


def test_a_sum_over_arguments_stays_one() -> None:
    text = r"""Let $x$ be a random variable and
    $$D = \sum_x p(x) \log \frac{p(x)}{q(x)} = \sum_x p(x) \log p(x) %s \sum_x p(x) \log q(x).$$"""
    assert words(text % "-") == ["definition", "proved"]
    assert words(text % "+") == ["definition", "wrong"]


@pytest.mark.parametrize(
    ("definition", "row", "slip"),
    [
        (
            r"C_{ij} = q_{ij} \ln\left(\frac{q_{ij}}{p_{ij}}\right)",
            r"\frac{\partial C}{\partial q_{ij}} = \ln\left(\frac{q_{ij}}{p_{ij}}\right) + 1",
            ("{q_{ij}}{p_{ij}}", "{p_{ij}}{q_{ij}}"),
        ),
        (
            r"L_i = (y_i - w x_i)^2",
            r"\frac{\partial L}{\partial w} = -2 \sum_i x_i (y_i - w x_i)",
            ("= -2", "= 2"),
        ),
        (r"L_i = -\log p_i", r"\frac{\partial L}{\partial p_i} = -\frac{1}{p_i}", ("= -", "= ")),
    ],
)
def test_a_name_without_its_indices_is_an_entry_or_their_sum(
    definition: str, row: str, slip: tuple[str, str]
) -> None:
    assert words(f"$${definition}$$ $${row}$$") == ["definition", "proved"]
    assert slip[0] in row
    assert words(f"$${definition}$$ $${row.replace(*slip)}$$") == ["definition", "wrong"]


def test_a_name_that_no_derivative_is_of_may_be_another_thing() -> None:
    text = r"""$$D = \sum_k p(y_k) \log p(y_k) - \sum_k p(y_k) \log q(y_k)$$
    $$L = -\sum_k p(y_k) \log q(y_k) = -\log(p_t)$$
    For softmax $p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}$: $$\frac{\partial L}{\partial z_k} = p_k - y_k$$"""
    assert "wrong" not in words(text)


def test_what_a_chain_derives_by_is_no_abbreviation() -> None:
    text = r"""Let $A = y \log h$.
    $\frac{d \tanh(x)}{dx} = -(\tanh(x)-1)(\tanh(x)+1) = 1 - \tanh^2(x)$"""
    assert words(text) == ["definition", "proved", "proved"]
    assert words(text.replace("1 - \\tanh^2", "1 + \\tanh^2")) == ["definition", "proved", "wrong"]


def test_a_rule_in_one_name_is_put_to_use_in_another() -> None:
    text = r"""Let $o = \tanh(n)$. $$\frac{\partial \tanh(x)}{\partial x} = 1 - \tanh^2(x) = 1 - o^2$$"""
    assert words(text) == ["definition", "proved", "undecided"]


def test_an_entry_with_number_0_may_be_1() -> None:
    text = r"$$z = \sum_{i=0}^{n} w_i x_i = w_0 + w_1 x_1 + w_2 x_2 + \ldots + w_n x_n$$"
    assert words(text) == ["definition", "undecided"]
    assert words(text.replace("w_0", "w_0 x_0")) == ["definition", "proved"]
    assert words(text.replace("w_0 +", "w_0 x_1 +"))[-1] == "wrong"


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (r"\sum_{i=0}^{n-1} a_i = \sum_{i=1}^n a_i", "proved"),
        (r"\sum_{i=0}^{n} a_i = \sum_{i=1}^n a_i", "undecided"),
        (r"\sum_{i=1}^{n-1} a_i = \sum_{i=1}^n a_i", "undecided"),
        (r"\sum_{i=0}^{n-1} a_i = a_0 + a_1 + \cdots + a_{n-1}", "proved"),
        (r"\sum_{i=0}^{n-1} a_i = a_0 + a_1 + \cdots + a_n", "undecided"),
    ],
)
def test_sums_run_over_the_same_numbers(row: str, word: str) -> None:
    assert words(f"$$s = {row}$$") == ["definition", word]


def test_a_product_with_a_vector_whose_first_entry_is_1() -> None:
    text = r"$$h = \theta_0 + \theta_1 x_1 + \dots + \theta_n x_n = \theta^T x$$"
    assert words(text) == ["definition", "undecided"]
    assert words(text.replace("_0 +", "_0 x_0 +")) == ["definition", "proved"]


def test_a_name_with_a_prime_is_given_by_a_derivative() -> None:
    text = r"""- Numerator: $f' = \frac{\partial}{\partial z_j} e^{z_i} = \delta_{ij} e^{z_i}$
    - Denominator: $g' = \frac{\partial}{\partial z_j} \sum_k e^{z_k} = e^{z_j}$,
    and $\frac{f'g - fg'}{g^2}$"""
    assert words(text) == ["definition", "proved", "definition", "proved"]
    assert words(text.replace("= e^{z_j}", "= e^{-z_j}"))[-1] == "wrong"


def test_a_name_may_lack_its_index_in_a_sum_without_a_letter() -> None:
    text = r"""$$J = \frac{1}{2m} \sum_{i=1}^m (\hat{y}_i - y_i)^2$$
    $$\hat{y}_i = \theta_0 + \theta_1 x_{i1} + \cdots
    + \theta_p x_{ip}$$ $$\frac{\partial J}{\partial \theta_0} = \frac{1}{m} \sum (\hat{y}_i - y%s)$$"""
    assert words(text % "") == ["definition", "definition", "undecided"]
    assert words(text % "_i") == ["definition", "definition", "proved"]
    assert words((text % "_i").replace("\\sum (", "\\sum 2(")) == ["definition", "definition", "wrong"]

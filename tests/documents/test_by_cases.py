"""A value by cases that is written as rows, with the conditions in a column of their own."""

from __future__ import annotations

import pytest

from tests.documents.rows import words

_ELU = r"$$\begin{aligned} f(x) &= e^x - 1, & x \le 0 \\ HEAD &= x, & OTHER \end{aligned}$$ "
_SLOPE = (
    r"$$\begin{aligned} f'(x) &= e^x, && \text{if } x \le 0 \\ &= VALUE, && \text{otherwise} \end{aligned}$$"
)


@pytest.mark.parametrize("head", ["", "f(x)"])
@pytest.mark.parametrize("other", ["x > 0", r"\text{if } x > 0", r"\text{otherwise}"])
def test_a_function_by_cases(head: str, other: str) -> None:
    text = _ELU.replace("HEAD", head).replace("OTHER", other) + _SLOPE
    assert words(text.replace("VALUE", "1")) == ["definition", "proved"]
    assert words(text.replace("VALUE", "2")) == ["definition", "wrong"]


@pytest.mark.parametrize(
    ("value", "due"), [("- a_i a_j", ["proved", "proved"]), ("a_i a_j", ["proved", "wrong"])]
)
@pytest.mark.parametrize("beside", [", & {}", r" & \text{{if }} {}", r"\quad ({})", r", \quad {}"])
def test_cases_of_indices(value: str, due: list[str], beside: str) -> None:
    one, two = beside.format("i = j"), beside.format(r"i \neq j")
    text = (
        r"$$a_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$$ $$\begin{aligned} \frac{\partial a_i}{\partial z_j} "
        rf"&= a_i(1 - a_i){one} \\ &= {value}{two} \end{{aligned}}$$"
    )
    assert words(text) == ["definition", *due]


def test_labels_that_are_given_numbers() -> None:
    text = (
        r"$$L = -y\log p - (1-y)\log(1-p)$$ $$\begin{aligned} \frac{\partial L}{\partial p} "
        r"&= -1/p & y = 1 \\ \frac{\partial L}{\partial p} &= VALUE & y = 0 \end{aligned}$$"
    )
    assert words(text.replace("VALUE", "1/(1-p)")) == ["definition", "proved"]
    assert words(text.replace("VALUE", "-1/(1-p)")) == ["definition", "wrong"]


def test_rows_that_go_on_under_one_condition() -> None:
    text = r"$$\begin{aligned} f(x) &= (x + 1)^2, & x > 0 \\ &= x^2 + VALUE, & x > 0 \end{aligned}$$"
    assert words(text.replace("VALUE", "2x + 1"))[-2:] != ["wrong"]
    assert "wrong" in words(text.replace("VALUE", "x + 1"))


def test_a_prime_of_a_maximum_at_the_point_between() -> None:
    text = (
        r"$$z^{(1)} = W^{(1)} x + b^{(1)}$$ $$a^{(1)} = \text{ReLU}(z^{(1)}) = \max(0, z^{(1)})$$ "
        r"$$\text{ReLU}'(z^{(1)}) = \begin{cases} VALUE & \text{if } z^{(1)} > 0 \\ "
        r"0 & \text{otherwise} \end{cases}$$"
    )
    assert words(text.replace("VALUE", "1"))[-1] == "proved"
    assert words(text.replace("VALUE", "2"))[-1] == "wrong"


@pytest.mark.parametrize(("one", "word"), [("1", "proved"), ("2", "wrong")])
def test_a_row_of_letters_and_a_colon_is_a_case(one: str, word: str) -> None:
    text = r"""$$\hat y_w = \frac{e^{x_w}}{\sum_k e^{x_k}}, \qquad J = -\log \hat y_o$$
\begin{align}
w=o:&\\
\frac{\partial J}{\partial x_w} &= -\frac{\hat y_o (1 - \hat y_o)}{\hat y_o}\\
&= \hat y_o - ONE\\
w \neq o:&\\
\frac{\partial J}{\partial x_w} &= \hat y_w
\end{align}"""
    assert words(text.replace("ONE", one))[-3:] == ["proved", word, "proved"]


CORNER = """$$r(x) = \\begin{cases} 0, & x < 0 \\\\ x, & x \\ge 0 \\end{cases}$$ $$h = r(w u - 9)$$
$$\\frac{\\partial h}{\\partial w} = \\begin{cases} 0, & w u < %s \\\\ u, & w u \\ge %s \\end{cases}$$"""
STEP = """$$s(x) = \\begin{cases} -1, & x < 0 \\\\ 1, & x \\ge 0 \\end{cases}$$
$$s(3 x - 9) = \\begin{cases} -1, & x < %s \\\\ 1, & x \\ge %s \\end{cases}$$"""


def test_cases_of_a_function_at_a_term() -> None:
    """The condition is that of the term, too."""
    assert words(CORNER % ("9", "9")) == ["definition", "definition", "proved"]
    assert words(CORNER % ("8", "8")) == ["definition", "definition", "wrong"]
    assert words(STEP % ("3", "3")) == ["definition", "proved"]
    assert words(STEP % ("2", "2")) == ["definition", "wrong"]

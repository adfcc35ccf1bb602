"""Two of a kind, told apart by what stands beside them: normalizations, cases, names of terms."""

from __future__ import annotations

import pytest

from symderiv.documents.check import check
from symderiv.documents.text.source import from_text
from tests.documents.rows import FAST, words

SHARES = (
    "The row-wise share is\n\n$$q_{ij} = \\frac{w_{ij}}{\\sum_k w_{ik}} = \\frac{w_{ij}}{S_i}$$\n\n"
    "The joint share is\n\n$$q_{ij} = \\frac{w_{ij}}{\\sum_k \\sum_l w_{kl}} = \\frac{w_{ij}}{S}$$\n\n"
)


def test_a_name_in_the_place_of_a_sum_is_that_sum() -> None:
    text = "$$p_i = \\frac{e^{z_i}}{\\sum_k e^{z_k}} = \\frac{e^{z_i}}{S}$$\n\n$$\\frac{dS}{dz_i} = %s$$\n"
    assert words(text % "e^{z_i}") == ["definition", "definition", "proved"]
    assert words(text % "-e^{z_i}") == ["definition", "definition", "wrong"]


def test_two_kinds_of_one_name() -> None:
    slope = "$$\\frac{\\partial q_{ij}}{\\partial w_{ij}} = \\frac{1}{S} %s \\frac{q_{ij}}{S}$$\n"
    assert words(SHARES + slope % "-") == ["definition"] * 4 + ["proved"]
    assert words(SHARES + slope % "+")[-1] == "wrong"
    restated = SHARES.replace("The joint share", "The share, once more,")
    assert "wrong" in words(restated)


def test_a_second_definition_with_a_parameter_that_its_rows_have() -> None:
    text = (
        "$$f(x) = x \\sigma(x)$$ where $\\sigma(x) = 1/(1 + e^{-x})$.\n\n"
        "$$f'(x) = \\sigma(x) + x \\sigma(x) (1 - \\sigma(x))$$\n\n# More\n\n"
        "$$f(x) = x \\sigma(bx)$$\n\n$$f'(x) = \\sigma(bx) %s b x \\sigma(bx) (1 - \\sigma(bx))$$\n"
    )
    assert words(text % "+") == ["definition", "definition", "proved", "definition", "proved"]
    checked = check(from_text(text % "+", "text", "markdown"), checkers=FAST)  # with what repairs it
    assert checked.clean
    assert "wrong" in words(text % "-")


def test_the_other_case_than_that_of_one_letter() -> None:
    text = (
        "$$p_i = \\frac{e^{z_i}}{\\sum_k e^{z_k}}$$\n\n"
        "$$\\frac{\\partial p_i}{\\partial z_i} = p_i (1 - p_i)$$\n\nand\n\n"
        "$$\\frac{\\partial p_j}{\\partial z_i} = %s$$\n"
    )
    assert words(text % "-p_i p_j") == ["definition", "proved", "proved"]
    assert words(text % "p_i p_j")[-1] == "wrong"
    alone = text.replace("z_i} = p_i (1 - p_i)", "z_k} = p_i (\\delta_{ik} - p_k)")
    assert words(alone % "-p_i p_j")[-1] == "wrong"


@pytest.mark.parametrize("said", ["대칭", "対称", "对称", "symétrique", "симметричная"])
def test_symmetric_in_other_languages(said: str) -> None:
    text = "$f(\\mathbf{x}) = \\frac12 \\mathbf{x}^\\top \\mathbf{A} \\mathbf{x}$ (%s $\\mathbf{A}$):\n\n"
    slope = "$$\\nabla f(\\mathbf{x}) = \\mathbf{A}\\mathbf{x}$$\n"
    assert words(text % said + slope)[-1] == "proved"
    assert words(text % "real" + slope)[-1] == "wrong"


def test_bars_between_two_distributions() -> None:
    text = "$$C_{ij} = D(p_{ij} || q_{ij}) = p_{ij} \\log\\frac{p_{ij}}{q_{ij}}$$\n\n"
    slope = "$$\\frac{\\partial C_{ij}}{\\partial q_{ij}} = %s\\frac{p_{ij}}{q_{ij}}$$\n"
    assert words(text + slope % "-")[-1] == "proved"
    assert words(text + slope % "")[-1] == "wrong"


def test_a_sum_over_some_entries() -> None:
    text = "$$J = \\sum_{j: x_j > 0} a_j x_j$$\n\n$$\\frac{dJ}{da_j} = x_j \\mathbf{1}_{\\{x_j %s 0\\}}$$\n"
    assert words(text % ">") == ["definition", "proved"]
    assert words(text % "<") == ["definition", "wrong"]
    assert words("$$c = 2 x_{\\max} + a_{\\min}$$\n\n$$\\frac{dc}{dx_{\\max}} = 2$$") == [
        "definition",
        "proved",
    ]


def test_a_name_before_a_bracket_that_is_put_in() -> None:
    text = "$$f = e^a, \\quad g = e^b$$ $$h = \\frac{f}{g}$$ $p = \\sigma(a)$, $f(p) = p(1-p)$ and "
    assert words(text + "$$f\\left(\\frac12\\right) = \\frac14$$")  # what it is of a number is told


def test_what_a_later_section_defines_may_be_another_thing() -> None:
    """An excerpt speaks of the output of a sigmoid, and then of that of a softmax by the same name."""
    text = r"""
# Binary
$$\frac{\partial \hat{y}}{\partial z} = \sigma'(z) = \sigma(z)(1-\sigma(z))$$
%s
For logits $\mathbf{z} = [z_1, z_2, \ldots, z_K]^T$: $$\hat{y}_k = \frac{e^{z_k}}{\sum_{j=1}^{K} e^{z_j}}$$
$$\frac{\partial \hat{y}_k}{\partial z_j} = \hat{y}_k (\delta_{jk} %s \hat{y}_j)$$
"""
    assert "wrong" not in words(text % ("# Softmax", "-"))
    assert words(text % ("# Softmax", "+"))[-1] == "wrong"


TWO = r"""
$$p_i(\mathbf{z}) = \frac{e^{z_i}}{\sum_k e^{z_k}}$$
$$z_k = \sum_i w_{ik} a_i + b_k$$
For example,
$$L = -y_1 \log p_1 - (1 - y_1) \log p_2$$
$$p_1 = \frac{e^{z_1}}{e^{z_1} + e^{z_2}}$$
$$z_1 = w_{11} a_1 + w_{21} a_2 + %s a_3 + b_1$$
$$\frac{\partial L}{\partial b_1} = \frac{\partial L}{\partial p_1} \frac{\partial p_1}{\partial z_1}
  \frac{\partial z_1}{\partial b_1} %s \frac{\partial L}{\partial p_2} \frac{\partial p_2}{\partial z_1}
  \frac{\partial z_1}{\partial b_1}$$
"""


def test_an_example_with_so_many_entries() -> None:
    """Two classes and three inputs of a net with any number; z is that of its layer."""
    found = words(TWO % ("w_{31}", "+"))
    assert "wrong" not in found
    assert found[-1] == "proved"
    assert words(TWO % ("w_{21}", "+"))[-2:] == ["wrong", "proved"]
    assert words(TWO % ("w_{31}", "-"))[-1] == "wrong"


def test_a_rule_of_one_section_says_nothing_of_entries_in_another() -> None:
    text = (
        r"- $y = f(u)$ and $u = g(x)$, so $\frac{dy}{dx} = \frac{dy}{du} \frac{du}{dx}$" + "\n\n## Loss\n\n"
    )
    text += r"$$L = -y_1 \log p_1 - y_2 \log p_2, \quad p_1 = \frac{e^{z_1}}{e^{z_1} + e^{z_2}}$$ "
    text += (
        r"$$p_2 = \frac{e^{z_2}}{e^{z_1} + e^{z_2}}$$ Since $\sum_k y_k = y_i + \sum_{k \neq i} y_k = 1$, "
    )
    text += r"$$\frac{\partial L}{\partial z_1} = p_1 (y_1 + y_2) - y_1 = p_1 - %s$$"
    assert words(text % "y_1")[-2:] == ["proved", "proved"]
    assert words(text % "y_2")[-2:] == ["proved", "wrong"]


@pytest.mark.parametrize(
    ("row", "word"), [("3 x^2", "proved"), ("2 x^2", "wrong"), (r"\sin x + e^x", "undecided")]
)
def test_a_row_on_a_name_of_two_senses(row: str, word: str) -> None:
    """It is wrong where a small repair makes it true."""
    text = rf"Let $f = x^2$. Now let $f = x^3$ instead. $$\frac{{df}}{{dx}} = {row}$$"
    found = check(from_text(text, "x.md", "markdown")).rows
    assert [r.word for r in found] == ["definition", "definition", word]


@pytest.mark.parametrize(("value", "word"), [("1", "proved"), ("-1", "wrong")])
def test_letters_of_two_things_that_a_row_relates(value: str, word: str) -> None:
    text = r"""The distance is $$\rho_m = x \cos(\alpha_m) + y \sin(\alpha_m)$$ and from the car
$$\rho_r = \rho_m - x_r \cos(\alpha_m) - y_r \sin(\alpha_m)$$"""
    row = rf"$$\frac{{\partial \rho_r}}{{\partial \rho_m}} = {value}$$"
    assert words(f"{text}\n{row}") == ["definition", "definition", word]


def test_letters_that_a_sum_goes_over_are_no_things() -> None:
    text = r"Let $p_a = e^{z_a} / \sum_c e^{z_c}$. $$p_a = p_b e^{z_a - z_b}$$"
    row = r"$$\frac{\partial p_a}{\partial z_b} = p_a (\delta_{ab} - p_b)$$"
    assert words(text + row)[-1] == "proved"
    assert words(text + row.replace("-", "+"))[-1] == "wrong"


@pytest.mark.parametrize(
    ("given", "row"),
    [
        ("d = x_m - x_r", r"\frac{\partial d}{\partial x_r} = -1"),
        ("d = x_i - x_j", r"\frac{\partial d}{\partial x_j} = -1"),
        ("C = (u_{ai} - u_{aj})^2", r"\frac{\partial C}{\partial u_{aj}} = -2(u_{ai} - u_{aj})"),
    ],
)  # fmt: skip
def test_a_number_of_two_entries_is_of_different_ones(given: str, row: str) -> None:
    def clean(text: str) -> bool:
        return check(from_text(text, "text", "markdown"), repairs=False).clean

    assert clean(f"$${given}$$\n\n$${row}$$")
    assert not clean(f"$${given}$$\n\n$${row.replace('= -', '= ')}$$")


def test_the_inverse_of_a_function_is_no_quotient() -> None:
    text = r"""$$s(x) = \frac{1}{1 + e^{-x}}$$ The inverse function of it is
$$s^{-1}(p) = \log\left(\frac{p}{1 - p}\right)$$"""
    assert "wrong" not in words(text)
    assert words(text.replace("The inverse function of it", "Its reciprocal"))[-1] == "wrong"


def test_a_function_with_a_parameter_that_is_left_out() -> None:
    text = r"""The sigmoid is $\sigma(x; a) = \frac{1}{1 + e^{-a x}}$.
$$\tanh(x) = 2 \sigma(2 x) - 1$$"""
    assert "wrong" not in words(text)
    assert words(text.replace("(2 x)", "(x; 2)"))[-1] == "proved"
    assert words(text.replace("(2 x)", "(x; 3)"))[-1] == "wrong"


def test_another_notation_of_a_function() -> None:
    text = r"""$$k(x) = s^2 \exp\left(\frac{-x^2}{2 l^2}\right)$$ However, libraries WORD:
$$k(x) = s \exp\left(\frac{-x^2}{l}\right)$$"""
    assert words(text.replace("WORD", "use the notation")) == ["definition", "definition"]
    assert words(text.replace("libraries WORD", "here"))[-1] == "wrong"


@pytest.mark.parametrize("arrow", [r"\rightarrow", r"\to", r"\mapsto", r"\Rightarrow"])
def test_what_follows_in_a_case(arrow: str) -> None:
    text = rf"""$$h < 0.5 {arrow} y = 0$$ $$h \geq 0.5 \Rightarrow y = 1$$ $$L = y + 2$$
$$\frac{{dL}}{{dy}} = 1$$"""
    assert words(text) == ["definition", "proved"]
    cases = rf"""$p_i = \frac{{e^{{z_i}}}}{{\sum_k e^{{z_k}}}}$
$$i \neq j {arrow} \frac{{\partial p_i}}{{\partial z_j}} = -p_i p_j$$"""
    assert words(cases) == ["definition", "proved"]
    assert words(cases.replace("-p_i", "p_i"))[-1] == "wrong"


def test_a_label_that_is_predicted_in_a_case_is_no_definition() -> None:
    text = r"""$h = \frac{1}{1+e^{-t}}$. $$y = 1\ if\ P(y=1|x) > 0.5$$
$$\frac{d}{dt}(y\log h + (1-y) \log(1-h)) = \frac{1}{h} \frac{d}{dt}h$$"""
    rows = [r for r in check(from_text(text, "text", "markdown")).rows if r.word != "not a claim"]
    assert [(r.word, r.under) for r in rows] == [("definition", []), ("proved", ["y = 1 (line 1)"])]


def test_limits_of_a_function_are_no_values_of_it() -> None:
    text = r"""$g(z)=\frac{1}{1+e^{-z}}$

# Limits

$$
z \to +\infty \Rightarrow g(z)=1 \\
z \to -\infty \Rightarrow g(z)=0
$$"""
    assert words(text) == ["definition"]

"""Likelihoods and what comes of them: expectations, squares as names, values put in, boxes, cases apart."""

from __future__ import annotations

import pytest

from tests.documents.rows import words

LIKELIHOOD = (
    "$$\\ell(\\mu, \\sigma^2) = -\\frac{n}{2}\\log\\sigma^2 - \\frac{1}{2\\sigma^2}"
    "\\sum_{i=1}^n (x_i - \\mu)^2$$\n\n"
)
ERROR = "$$e_{ij}^2 = (r_{ij} - h_{ij})^2$$\n\n$$= (r_{ij} - \\sum_k p_{ik} q_{kj})^2$$\n\n"


@pytest.mark.parametrize(
    "row",
    [
        r"\mathbb{E}[S^2] = \sigma^2",
        r"\operatorname{E}[X + Y] = \operatorname{E}[X] + \operatorname{E}[Y]",
        r"\operatorname{Var}(a X) = a^2 \operatorname{Var}(X)",
        r"\text{Var}[X + c] = \text{Var}[X]",
        r"\mathbb{E}_{x \sim p}[x^2] = \mathbb{E}_{x \sim p}[x]^2 + v",
    ],
)
def test_an_expectation_is_no_factor(row: str) -> None:
    text = "$$S^2 = \\frac{1}{n-1} \\sum_{i=1}^n (x_i - m)^2$$ $$\\text{Var}[X] = \\mathbb{E}[X^2] - m^2$$ "
    assert words(f"{text}$${row}$$")[-1] not in ("wrong", "unread")


def test_a_square_of_a_difference_names_the_difference() -> None:
    rows = "$$\\frac{\\partial e_{ij}^2}{\\partial p_{ik}} = -2(r_{ij} - h_{ij}) q_{kj} = -2 e_{ij} %s$$\n"
    assert words(ERROR + rows % "q_{kj}") == ["definition"] * 2 + ["proved"] * 2
    assert words(ERROR + rows % "q_{jk}")[-1] == "wrong"


def test_a_variance_by_another_name() -> None:
    rows = "$s = \\sigma^2$ and $$\\frac{\\partial\\ell}{\\partial s} = -\\frac{n}{2s} %s \\frac{1}{2s^2}"
    rows += "\\sum_{i=1}^n (x_i - \\mu)^2$$"
    assert words(LIKELIHOOD + rows % "+")[-1] == "proved"
    assert words(LIKELIHOOD + rows % "-")[-1] == "wrong"


def test_a_value_that_is_put_in() -> None:
    slope = "$$\\frac{\\partial\\ell}{\\partial\\sigma^2} = -\\frac{n}{2\\sigma^2} "
    slope += "+ \\frac{1}{2(\\sigma^2)^2}\\sum_{i=1}^n (x_i - m)^2$$"
    for said in ("Substituting $\\mu = m$:\n\n", "`$\\mu = m$` を代入:\n\n"):
        assert words(LIKELIHOOD + said + slope)[-1] != "wrong"
    mean = "$$m = \\frac{1}{n}\\sum_{i=1}^n x_i$$\n\n"
    assert words(LIKELIHOOD + mean + "Therefore:\n\n" + slope)[-1] == "wrong"


def test_the_likelihood_that_was_defined_last() -> None:
    text = "$$\\ell(a | D) = -a^2$$\n\n$$\\frac{d\\ell}{da} = -2a$$\n\n$$\\ell(b | D) = b^3$$\n\n"
    text += "$$\\frac{d\\ell}{db} = %s b^2$$"
    assert words(text % "3") == ["definition", "proved", "definition", "proved"]
    assert words(text % "2")[-1] == "wrong"


def test_an_equation_in_a_box() -> None:
    text = "$$f = x^2$$ $$\\boxed{\\frac{df}{dx} = %s}$$ "
    text += "$$\\boxed{\\begin{aligned} g &= 3f \\\\ h &= g \\end{aligned}}$$"
    assert words(text % "2x") == ["definition", "proved", "definition", "definition"]
    assert words(text % "x")[1] == "wrong"


def test_values_of_one_name_in_turn() -> None:
    text = "$$4(1-t) = t$$ $$\\boxed{m = \\frac45 = r}$$ "
    text += "and $$5(1-t) = 2t$$ $$\\boxed{m = \\frac57 \\approx 0.714}$$"
    assert "wrong" not in words(text)


def test_the_other_case_goes_on_from_before_the_first() -> None:
    text = (
        "$$p_j = \\frac{e^{a_j}}{\\sum_k e^{a_k}}$$\n\n$$\\frac{\\partial p_j}{\\partial a_i} = "
        "\\frac{\\partial}{\\partial a_i} \\frac{e^{a_j}}{\\sum_k e^{a_k}}$$\n\nIf $i = j$,\n\n"
        "$$= p_j - p_j^2 = p_j (1 - p_j).$$\n\nAnd if $i \\neq j$,\n\n$$= \\frac{\\partial}{\\partial a_i} "
        "\\frac{e^{a_j}}{\\sum_k e^{a_k}} = %s p_j p_i.$$\n"
    )
    assert words(text % "-") == ["definition"] + ["proved"] * 5
    assert words(text % "")[-1] == "wrong"


def test_a_case_in_bold_holds_for_its_bullets() -> None:
    text = (
        "**Case 1: $i = j$ (the same)**\n\n- $f_i = e^{z_i}$, "
        "$\\frac{\\partial f_i}{\\partial z_j} = e^{z_i}$\n\n"
        "**Case 2: $i \\neq j$ (another)**\n\nNow:\n- $\\frac{\\partial f_i}{\\partial z_j} = %s$\n"
    )
    assert words(text % "0") == ["definition", "proved", "proved"]
    assert words(text % "e^{z_i}")[-1] == "wrong"


def test_a_row_that_goes_on_from_what_is_proportional() -> None:
    text = "$$\\log P(t | D) \\propto 4\\log t + \\log t$$\n\n$$= %s\\log t$$"
    assert words(text % "5") == ["proved"]
    assert words(text % "4") == ["wrong"]


def test_sums_of_a_name_that_is_given_so() -> None:
    text = "$$L = -\\sum_j y_j \\log p_j = %s\\sum_j r_j$$\n\n"
    text += "$$\\frac{\\partial r_j}{\\partial p_j} = \\frac{\\partial}{\\partial p_j} (-y_j \\log p_j)$$\n\n"
    assert words(text % "-") == ["definition", "definition", "wrong"]  # r_j is y_j log p_j

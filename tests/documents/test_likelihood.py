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


def test_what_rests_on_an_expectation() -> None:
    text = (
        "$I_1(a) = -E\\left[-\\frac{1}{a^2}\\right] = \\frac{1}{a^2}$. $I_n(a) = n I_1(a) = \\frac{n}{a^2}$."
    )
    assert "wrong" not in words(text)


def test_a_sum_whose_letter_is_told_later() -> None:
    text = "$$\\ell(a) = \\log(a^n e^{-a \\sum x_i}) = n \\log a - a \\sum_{i=1}^n x_i$$\n\n"
    text += "$$\\frac{\\partial\\ell}{\\partial a} = \\frac{n}{a} %s \\sum_{i=1}^n x_i$$"
    assert words(text % "-")[-1] == "proved"
    assert words(text % "+")[-1] == "wrong"


def test_a_vector_that_is_given_by_its_entries() -> None:
    text = "$p = \\text{softmax}(z) = \\frac{e^{z_i}}{\\sum_k e^{z_k}}$.\n\n"
    text += "$$\\frac{\\partial p_i}{\\partial z_i} = p_i (1 %s p_i)$$"
    assert words(text % "-")[-1] == "proved"
    assert words(text % "+")[-1] == "wrong"


def test_a_label_that_is_one_hot_at_the_class_of_the_loss() -> None:
    text = (
        "For class $c$ (one-hot $\\mathbf{y}$ with $y_c = 1$): "
        "$$L = -\\log p_c = -z_c + \\log\\sum_j e^{z_j}$$ "
        "$$p_k = \\frac{e^{z_k}}{\\sum_j e^{z_j}}$$ $$\\nabla_{\\mathbf{z}} L = \\mathbf{p} %s \\mathbf{y}$$"
    )
    assert words(text % "-")[-1] == "proved"
    assert words(text % "+")[-1] == "wrong"


def test_steps_with_numbers_go_on_under_what_the_first_says() -> None:
    text = (
        "1. Let $i \\neq j$. With $S = \\sum_k e^{z_k}$ and $p_j = \\frac{e^{z_j}}{S}$:\n"
        "2. $\\frac{\\partial S}{\\partial z_i} = e^{z_i}$.\n"
        "3. So $\\frac{\\partial p_j}{\\partial z_i} = %s$.\n"
    )
    assert words(text % "-p_j p_i")[-1] == "proved"
    assert words(text % "p_j p_i")[-1] == "wrong"


def test_the_last_digit_of_a_result() -> None:
    text = "$$p_1 = \\frac{20.0855}{26.1565} = %s$$"
    assert words(text % "0.7680")[-1] == "undecided"
    assert words(text % "0.7580")[-1] == "wrong"


def test_an_equation_in_bold() -> None:
    text = "$$f = x^2$$ $$\\mathbf{\\frac{df}{dx} = %s}$$"
    assert words(text % "2x") == ["definition", "proved"]
    assert words(text % "x") == ["definition", "wrong"]


def test_what_is_in_a_set_of_numbers_is_a_number() -> None:
    text = (
        "$$\\frac{\\partial C}{\\partial z_{ij}} = h_{ij} - y_{ij}$$ $L = \\max(0, 1 - y \\cdot h)$ where "
        "$y \\in \\{-1, 1\\}$. When $y \\cdot h < 1$: $\\frac{\\partial L}{\\partial h} = -y$\n"
    )
    assert words(text)[-1] != "wrong"  # h is no matrix here, as h_{ij} is the entry of one elsewhere


def test_ticks_of_two_kinds() -> None:
    text = "- $`p = a`$ if $`y = 1`$, else $`p = 1 - a`$\n\n- `$q = p$`, `$\\frac{dq}{dp} = %s$`"
    assert words(text % "1") == ["definition", "definition", "proved"]
    assert words(text % "2")[-1] == "wrong"
    assert words("Run `echo $` or `$ ls`; $q = p^2$, $\\frac{dq}{dp} = 2p$") == ["definition", "proved"]


def test_a_triplet_loss_where_it_is_positive() -> None:
    text = (
        "$$L = \\max(0, \\|a - p\\|^2 - \\|a - n\\|^2 + m)$$\n\n"
        "$$\\frac{\\partial L}{\\partial a} = 2(a - p) - 2(a - n)$$\n\n"
        "$$\\frac{\\partial L}{\\partial n} = %s$$\n"
    )
    assert words(text % "2(a - n)") == ["definition", "undecided", "undecided"]
    assert words(text % "2(n - a)") == ["definition", "undecided", "wrong"]
    relu = "$$f(x) = \\max(0, x)$$\n\n$$f'(x) = 1$$\n"
    assert words(relu) == ["definition", "wrong"]


def test_the_rules_of_determinants_are_no_slips() -> None:
    text = (
        "$$|\\Sigma|^{\\frac12} = |L L^\\top|^{\\frac12} = (|L||L^\\top|)^{\\frac12} = |L|$$\n\n"
        "$$|L| = |L^\\top|$$\n\n$$L L^\\top = \\Sigma$$\n\n"
        "$$d = (\\mathbf{x} - \\mathbf{m})^\\top \\Sigma^{-1} (\\mathbf{x} - \\mathbf{m})$$\n"
    )
    assert "wrong" not in words(text)


def test_the_logit() -> None:
    text = "$$h = y\\log p + (1-y)\\log(1-p) = y\\log\\frac{p}{1-p} %s \\log(1-p)$$\n"
    assert words(text % "+") == ["definition", "proved"]
    assert words(text % "-") == ["definition", "wrong"]


def test_upright_functions() -> None:
    text = "$$f = \\rm{exp}({-\\frac{x^2}{2}})$$\n\n$$\\frac{df}{dx} = %sx\\,\\rm{exp}(-\\frac{x^2}{2})$$\n"
    assert words(text % "-") == ["definition", "proved"]
    assert words(text % "") == ["definition", "wrong"]


def test_a_bold_line_with_a_formula_is_a_heading() -> None:
    text = (
        "**2. Poisson, $P(\\lambda)$**\n\n$$\\ln L = \\sum_{i=1}^n x_i \\ln\\lambda - n\\lambda$$\n\n"
        "**3. Exponential, $E(\\lambda)$**\n\n$$\\ln L = n\\ln\\lambda - \\lambda\\sum_{i=1}^n x_i$$\n\n"
    )
    assert words(text) == ["definition"] * 2
    assert "wrong" in words(text.replace("**", ""))


def test_logarithms_to_a_base() -> None:
    text = (
        "$$H = -p\\log_2 p - (1-p)\\log_{2}(1-p)$$\n\n"
        "$$\\frac{dH}{dp} = \\log_2\\frac{1-p}{p}$$\n\n"
        "$$\\frac{d^2H}{dp^2} = -\\frac{1}{p(1-p)%s}. \\;\\blacksquare$$\n"
    )
    assert words(text % "\\ln 2") == ["definition", "proved", "proved"]
    assert words(text % "") == ["definition", "proved", "wrong"]
    assert words("$$y = \\log_e x$$\n\n$$y' = \\frac1x$$\n") == ["definition", "proved"]


def test_sets_with_bounds_say_nothing() -> None:
    text = "$D = \\{(x_i, y_i)\\}_{i=1}^N$, $\\theta = \\{a_k, b_k\\}_{k=1}^K$ and $\\{x_i\\}_{i=1}^n = X$.\n"
    assert words(text) == []


def test_a_name_in_words_in_a_condition() -> None:
    text = (
        "$$L = \\max(0, u - v + \\text{margin})$$\n\n$$\\frac{\\partial L}{\\partial u} = \\begin{cases} "
        "%s, & \\text{if } u - v + \\text{margin} > 0 \\\\ 0, & \\text{otherwise} \\end{cases}$$\n"
    )
    assert words(text % "1") == ["definition", "proved"]
    assert words(text % "2") == ["definition", "wrong"]


@pytest.mark.parametrize(("lost", "word"), [("", "proved"), ("^2", "undecided")])
@pytest.mark.parametrize("name", [r"p(x|\theta)", r"\pi_\theta(a|s)"])
def test_a_distribution_that_nothing_defines(name: str, lost: str, word: str) -> None:
    row = rf"$$\nabla_\theta \log {name} = \frac{{\nabla_\theta {name}}}{{{name}{lost}}}$$"
    assert words(row) == [word]


def test_an_old_parameter_is_another() -> None:
    new, old = r"\pi_\theta(a|s)", r"\pi_{\theta_{\text{old}}}(a|s)"
    row = (
        rf"$$\nabla_\theta \left[\frac{{{new}}}{{{old}}} A\right] = \frac{{\nabla_\theta {new}}}{{{old}}} A$$"
    )
    assert "wrong" not in words(row)

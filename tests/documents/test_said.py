"""What the text says of values, cases, labels and arguments: true rows are proved, one slip is found."""

from __future__ import annotations

import pytest

from symderiv.documents.check import check
from symderiv.documents.text.source import from_text
from tests.documents.rows import words


def test_sums_over_all_but_one_speak_of_the_others() -> None:
    text = (
        r"$$\ell_{i,j} = -s_{i,j} + \log(1 + \sum_{k \neq i}e^{s_{i,k}})$$ with "
        r"$p_{i,k} = \frac{e^{s_{i,k}}}{1+\sum_{m \neq i}e^{s_{i,m}}}$. "
        r"$$\frac{\partial\ell_{i,j}}{\partial s_{i,j}} = p_{i,j} %s 1$$"
    )
    assert words(text % "-")[-1] == "proved"
    assert words(text % "+")[-1] == "wrong"


def test_functions_in_cases_that_the_text_says() -> None:
    text = (
        r"Para $r>0$: $\rho(r) = \tau r$; para $r<0$: $\rho(r) = (\tau-1)r$. "
        r"$$\rho'(r) = %s$$"
    )
    assert "wrong" not in words(text % r"\tau - 1")
    assert words(text % r"\tau + 1")[-1] == "wrong"


def test_numbers_that_are_given_in_passing() -> None:
    text = (
        r"$T(\alpha,\beta) = \alpha x + \beta y$. For $\alpha=\beta=1/2$ a mean, for $\alpha=\beta=1$ a sum."
    )
    assert words(text) == ["definition"]


def test_a_constraint_that_is_put_in_again() -> None:
    text = (
        r"The constraint is $\sum_j a_{ij} = 1$. $$L = \sum_i\sum_j n_{ij}\log a_{ij} "
        r"+ \sum_i\lambda_i(1 - \sum_j a_{ij})$$ Setting the derivative to zero gives "
        r"$a_{ij} = \frac{1}{\lambda_i}n_{ij}$. Then $$1 = \sum_j a_{ij} = \frac{1}{\lambda_i}\sum_j n_{%s}$$"
    )
    assert "wrong" not in words(text % "ij")
    assert words(text % "ji")[-1] == "wrong"


@pytest.mark.parametrize(
    "text",
    [
        r"We have $\frac{d}{dx}\max(0, x) = 1$ for $x %s 0$.",
        r"For $x %s 0$ we have $\frac{d}{dx}|x| = 1$.",
        "$g(x) = |x|$\n\n$$g'(x) = 1, \\quad x %s 0$$",
        "$g(x) = |x|$\n\n$$g'(x) = 1 \\quad \\text{for } x %s 0$$",
    ],
)
def test_ranges_of_values_beside_a_claim(text: str) -> None:
    assert words(text % ">")[-1] == "proved"
    assert words(text % "<")[-1] == "wrong"


@pytest.mark.parametrize(
    "text",
    [
        r"$L = \max(0, s - t + 1)$. When the loss is positive, $$\frac{\partial L}{\partial s} = %s1$$",
        r"$L = (1-Y)s + Ys^2$. For $Y=0$: $\frac{\partial L}{\partial s} = %s1 + 0s$.",
    ],
)
def test_cases_that_are_said_in_words_or_by_a_value(text: str) -> None:
    assert words(text % "")[-1] in ("proved", "undecided")
    assert words(text % "-")[-1] == "wrong"


def test_how_many_there_are_matters_to_sums_only() -> None:
    text = (
        r"Two classes with means $\mu_k$. $$a = \frac{(x-\mu_2)^2}{2} - \frac{(x-\mu_1)^2}{2} = "
        r"(\mu_1-\mu_2)x %s \frac{\mu_1^2-\mu_2^2}{2}$$"
    )
    assert words(text % "-")[-1] == "proved"
    assert words(text % "+")[-1] == "wrong"


def test_the_same_loss_of_several() -> None:
    text = (
        r"$$K = -\log\sigma - \frac12 + \frac{\sigma^2+\mu^2}{2}$$ In several dimensions "
        r"$$K = -\frac12\sum_j(1 + \log\sigma_j^2 - \mu_j^2 - \sigma_j^2)$$ "
        r"$$\frac{\partial K}{\partial\mu_j} = %s\mu_j$$"
    )
    assert words(text % "")[-1] == "proved"
    assert words(text % "2")[-1] == "wrong"


def test_one_term_of_a_sum_over_pairs() -> None:
    text = (
        r"$$J = \sum_{(u,i)\in K}(r_{ui} - m - b_u - b_i)^2 + \lambda(b_u^2 + b_i^2)$$ With the error "
        r"$e_{ui} = r_{ui} - m - b_u - b_i$ the gradient for one rating is "
        r"$$\frac{\partial J}{\partial b_u} = -2e_{ui} %s 2\lambda b_u$$"
    )
    assert words(text % "+")[-1] == "proved"
    assert words(text % "-")[-1] == "wrong"


@pytest.mark.parametrize(
    ("example", "entry"), [("x^{(i)}", "x_j^{(i)}"), ("x^i", "x_j^i"), ("x_i", "x_{ij}")]
)
def test_a_function_of_a_vector_at_one_of_several(example: str, entry: str) -> None:
    text = (
        r"$h(x) = g(\theta^Tx)$ with $g(z) = \frac{1}{1+e^{-z}}$ and one label $y_i$ for each example. "
        rf"$$J(\theta) = -\frac1m\sum_{{i=1}}^m [y_i\log h({example}) + (1-y_i)\log(1-h({example}))]$$ "
        rf"$$\frac{{\partial J(\theta)}}{{\partial\theta_j}} = \frac1m\sum_{{i=1}}^m "
        rf"(h({example}) %s y_i){entry}$$"
    ).replace("y_i", "y^i" if "^i" in example else "y_i")
    checked = check(from_text(text % "-", "text", "markdown"), repairs=False)
    assert checked.clean
    assert words(text % "-")[-1] == "proved"
    assert words(text % "+")[-1] == "wrong"


def test_a_sum_behind_a_factor_goes_on() -> None:
    text = (
        r"$$J = -\frac1m\sum_{i=1}^m y_i\log p_i + (1-y_i)\log(1-p_i)$$ "
        r"$$\frac{\partial J}{\partial p_k} = -\frac1m\left(\frac{y_k}{p_k} %s \frac{1-y_k}{1-p_k}\right)$$"
    )
    assert words(text % "-")[-1] == "proved"
    assert words(text % "+")[-1] == "wrong"


def test_a_name_with_a_prime_beside_an_input() -> None:
    text = (
        r"$m = \max_k z_k$, let $z'_j = z_j - m$. "
        r"$$\frac{e^{z'_j}}{\sum_k e^{z'_k}} = \frac{e^{%s}}{\sum_k e^{z_k}}$$"
    )
    assert words(text % "z_j")[-1] == "proved"
    assert words(text % "z_j - m")[-1] == "wrong"


def test_a_square_says_what_its_name_is() -> None:
    text = (
        r"$r = \sum_i x_iw_i$ with $w_i = \frac{y_i-m}{t}$, $t^2 = \sum_i(y_i-m)^2$ and "
        r"$m = \frac1n\sum_i y_i$. $$\frac{\partial r}{\partial x_j} = %sw_j$$"
    )
    assert words(text % "")[-1] == "proved"
    assert "wrong" not in words(text % "")
    assert words(text % "2")[-1] == "wrong"


def test_a_condition_of_the_next_sentence_is_not_said_of_a_row() -> None:
    text = "$$\\frac{d}{dx}(gx^2) = %s 2gx$$\n\nFor $g=0$ this is zero."
    assert words(text % "")[-1] == "proved"
    assert words(text % "-")[-1] == "wrong"


def test_a_name_that_comes_late_makes_no_definition_of_a_function() -> None:
    text = (
        "$$\\frac{e^a}{e^a+e^b} = \\frac{1}{1+e^{b-a}} = \\sigma(a-b)$$\n\n"
        "The loss is $L = -\\log\\sigma(a-b)$, of the sigmoid of a difference. Let $d = a-b$.\n\n"
        "$$\\frac{\\partial L}{\\partial d} = %s\\sigma(-d)$$"
    )
    assert words(text % "-")[-1] == "proved"
    assert words(text % "")[-1] == "wrong"


@pytest.mark.parametrize("words_of_it", ["for $j=o$ and else 0", "if $j = o$, otherwise $0$"])
def test_a_label_that_is_said_in_words(words_of_it: str) -> None:
    text = (
        r"$E = -u_o + \log\sum_j e^{u_j}$, $p_j = \frac{e^{u_j}}{\sum_k e^{u_k}}$. "
        rf"$$\frac{{\partial E}}{{\partial u_j}} = p_j %s t_j$$ where $t_j = 1$ {words_of_it}."
    )
    assert words(text % "-")[-2] == "proved"
    assert words(text % "+")[-2] == "wrong"


def test_values_of_labels_raise_no_alarm() -> None:
    text = (
        r"$E = -u_o + \log\sum_j e^{u_j}$, $p_j = \frac{e^{u_j}}{\sum_k e^{u_k}}$. "
        r"$$\frac{\partial E}{\partial u_j} = p_j - t_j$$ and $t_o = 1$ for the word that was seen."
    )
    assert "wrong" not in words(text)


def test_primed_letters_in_brackets() -> None:
    text = (
        r"$$p(y|x) = \frac{1}{Z(x)}\exp\Big(\sum_k w_kf_k(x,y)\Big), \quad "
        r"Z(x) = \sum_y\exp\Big(\sum_k w_kf_k(x,y)\Big)$$ "
        r"$$\frac{\partial\log p(y|x)}{\partial w_k} = f_k(x,y) %s \sum_{y'}p(y'|x)f_k(x,y')$$"
    )
    assert words(text % "-")[-1] == "proved"
    assert words(text % "+")[-1] == "wrong"


def test_a_factor_before_a_bracket_in_an_exponent() -> None:
    text = (
        "For a pair, $P_{ij} = \\frac{1}{1+e^{-\\sigma(s_i-s_j)}}$ where $\\sigma$ is a constant.\n\n"
        "$$C_{ij} = -\\log P_{ij}$$\n\n"
        "$$\\frac{\\partial C_{ij}}{\\partial s_i} = -\\frac{\\sigma}{1 %s e^{\\sigma(s_i-s_j)}}$$"
    )
    checked = check(from_text(text % "+", "text", "markdown"), repairs=False)
    assert checked.clean
    assert words(text % "+")[-1] == "proved"
    assert words(text % "-")[-1] == "wrong"


def test_all_others_are_none_of_the_one() -> None:
    text = (
        r"Let $p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$ and $L = -\log p_t$ ($t$ = correct class). For the true "
        r"token ($i=t$): $\frac{\partial L}{\partial z_t} = p_t - 1$. For all other tokens: "
        r"$\frac{\partial L}{\partial z_i} = -\frac{1}{p_t}\cdot(-p_t p_i) = %s p_i$."
    )
    assert check(from_text(text % "")).clean
    assert words(text % "2")[-1] == "wrong"


@pytest.mark.parametrize(
    ("text", "due"),
    [
        (r"$$\text{sign}(0) = 1$$", []),
        (r"$$\text{sign}(2) = -1$$", ["wrong"]),
        (r"$$\text{relu}'(0) = \frac12$$", []),
        (r"$$\text{relu}'(3) = \frac12$$", ["wrong"]),
        (r"Let $g(x) = |x|$. $$g'(0) = 1$$", ["definition"]),
        (r"$$\text{sigmoid}'(0) = 1$$", ["wrong"]),
    ],
)
def test_what_is_said_of_a_step_or_a_corner(text: str, due: list[str]) -> None:
    assert words(text) == due

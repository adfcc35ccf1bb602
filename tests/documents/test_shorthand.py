"""Forms that people write in short, right as they stand and with one slip in them."""

from __future__ import annotations

import pytest

from tests.documents.rows import words

QUOTIENT = r"""Let $f = e^{x_i}$, $g = \sum_k e^{x_k}$, $r_i = f/g$. Differentiating by $x_j$ (prime):

$$r_i' = \frac{f'g - fg'}{g^2}$$

If $i = j$: $f' = f$, $g' = %s$. If $i \ne j$: $f' = 0$, $g' = e^{x_j}$.
"""


def test_primes_by_what_the_text_says() -> None:
    assert words(QUOTIENT % "f") == ["definition"] * 3 + ["proved"] * 4
    assert "wrong" in words(QUOTIENT % "-f")
    silent = QUOTIENT.replace(
        " Differentiating by $x_j$ (prime):", ""
    )  # an entry of the sum is none to go by
    assert words(silent % "f")[5:] == ["undecided", "undecided"]


def test_a_function_at_a_decimal_is_an_instance() -> None:
    text = "With $u = -1$, $z = 0.7$ and $L = \\ln(1 + e^{-uz})$:\n\n"
    text += "$$\\frac{dL}{dz} = -u\\,\\sigma(-uz) = \\sigma(0.7)$$\n"
    assert words(text)[-2:] == ["proved", "undecided"]


def test_a_partial_by_position_through_a_function_of_a_vector() -> None:
    text = "$S_i = \\sigma(z)_i = \\frac{e^{z_i}}{\\Sigma}$ with $\\Sigma = \\sum_m e^{z_m}$.\n\n"
    row = "$$\\partial_j S_i = S_i (\\delta_{ij} %s S_j)$$\n"
    assert words(text + row % "-")[-1] == "proved"
    assert words(text + row % "+")[-1] == "wrong"


def test_a_size_beside_a_name_is_no_differential() -> None:
    text = "$r = \\sqrt{\\frac1d \\sum_{i=1}^d x_i^2}$, $y_i = x_i / r$.\n\n"
    row = "$$\\frac{\\partial y_i}{\\partial x_j} = \\frac1r"
    row += "\\left(\\delta_{ij} - \\frac{x_i x_j}{dr%s}\\right)$$\n"
    assert words(text + row % "^2") == ["definition", "definition", "proved"]
    assert words(text + row % "")[-1] == "wrong"


def test_a_frobenius_norm_is_of_matrices() -> None:
    text = "$H = \\tanh(XW_1)$, $\\hat Y = HW_2$, $E = \\frac12\\|\\hat Y - Y\\|_F^2$:\n\n"
    row = "$$\\frac{\\partial E}{\\partial H} = (\\hat Y %s Y)W_2^\\top$$\n"
    assert words(text + row % "-")[-1] == "proved"
    assert words(text + row % "+")[-1] == "wrong"


@pytest.mark.parametrize("sign", ["\\delta", "g", "G"])
def test_errors_named_by_what_they_are_of(sign: str) -> None:
    text = (
        "$u = W_1 x$, $h = \\tanh(u)$, $o = W_2 h$ and $S_o = \\partial L/\\partial o$.\n\n"
        "$$S_h = W_2^T S_o$$\n\n"
        "$$S_u = S_h \\odot (1 %s h^2)$$\n\n$$S_x = W_1^T S_u$$\n"
    ).replace("S_", f"{sign}_")
    assert words(text % "-") == ["definition"] * 4 + ["proved"] * 3
    assert words(text % "+")[-2:] == ["wrong", "proved"]


def test_a_mean_by_ones_is_a_number() -> None:
    text = (
        "$\\hat x = (x - \\mu)/\\sigma$, with $\\mu = \\frac1D\\mathbf 1^Tx$ "
        "and $\\sigma^2 = \\frac1D\\|x - \\mu\\mathbf 1\\|^2$."
    )
    assert words(text + "\n\n$$\\mathbf 1^T\\hat x = 0$$\n")[-1] == "proved"
    assert words(text + "\n\n$$\\mathbf 1^T\\hat x = 1$$\n")[-1] == "wrong"


def test_bars_that_are_said_to_be_derivatives() -> None:
    text = "$z = \\sigma(a)$, $h = (1 - z)p + zq$. With $\\bar h = \\partial L/\\partial h$:\n\n"
    rows = "$$\\bar z = \\bar h(q %s p)$$\n\n$$\\bar q = \\bar h z$$\n\n$$\\bar p = \\bar h(1 - z)$$\n"
    assert words(text + rows % "-") == ["definition"] * 3 + ["proved"] * 3
    assert words(text + rows % "+")[3:] == ["wrong", "proved", "proved"]


def test_derivatives_with_a_slash() -> None:
    text = "$J = -\\log a$, $a = \\frac{1}{1 + e^{-z_1}}$ and $dJ/dz_1 = dJ/da \\cdot da/dz_1 = a %s 1$.\n"
    assert words(text % "-") == ["definition", "definition", "proved", "proved"]
    assert words(text % "+")[-2:] == ["proved", "wrong"]
    text = "$f(x) = x^2$, $df(x)/dx = %sx$, $d\\sigma(x)/dx = \\sigma(x)(1 - \\sigma(x))$"
    assert words(text % "2") == ["definition", "proved", "proved"]
    assert words(text % "3")[1] == "wrong"


def test_a_name_written_for_a_function() -> None:
    text = "The sigmoid: writing $\\hat y$ for $\\sigma(z)$,\n\n$$\\hat y' = \\hat y(1 %s \\hat y)$$\n"
    assert words(text % "-") == ["definition", "proved"]
    assert words(text % "+") == ["definition", "wrong"]
    unsaid = "With $\\hat y' = \\hat y(1 - \\hat y)$ we are done."  # of what, is said elsewhere
    assert words(unsaid) == ["undecided"]


def test_the_softmax_of_a_name_in_words() -> None:
    text = "$H = -\\sum_k p_k \\log p_k$ with $p$ the softmax of $z$.\n\n"
    row = "$$\\frac{\\partial H}{\\partial z_j} = %sp_j(\\log p_j + H)$$\n"
    assert words(text + row % "-") == ["definition", "definition", "proved"]
    assert words(text + row % "")[-1] == "wrong"


@pytest.mark.parametrize("limits", ["_{i=1}^k", "_i"])
def test_an_entry_zero_beside_the_sum_over_the_others(limits: str) -> None:
    text = f"$L = -s_0 + \\log Z$, $Z = e^{{s_0}} + \\sum{limits} e^{{s_i}}$, $p_i = e^{{s_i}}/Z$.\n\n"
    row = (
        "$$\\frac{\\partial L}{\\partial s_0} = p_0 %s 1, \\quad \\frac{\\partial L}{\\partial s_i} = p_i$$\n"
    )
    assert words(text + row % "-")[-2:] == ["proved", "proved"]
    assert words(text + row % "+")[-2:] == ["wrong", "proved"]


def test_two_losses_each_behind_its_label() -> None:
    text = (
        "Let $a = \\sigma(z)$, the sigmoid.\n\nMSE: $C = \\frac12(y - a)^2$, so\n\n"
        "$$\\frac{\\partial C}{\\partial z} = (a - y)a(1 - a)$$\n\n"
        "CE: $C = -[y \\ln a + (1 - y) \\ln(1 - a)]$, so\n\n$$\\frac{\\partial C}{\\partial z} = a %s y$$\n"
    )
    assert words(text % "-") == ["definition", "definition", "proved", "definition", "proved"]
    assert words(text % "+")[-1] == "wrong"
    unnamed = (text % "-").replace("MSE: ", "").replace("CE: ", "and ")
    assert words(unnamed) == words(text % "-")  # the one has a logarithm, the other none
    assert "wrong" in words(unnamed.replace("y \\ln a + (1 - y) \\ln(1 - a)", "(y + a)^2"))


def test_the_prime_of_an_expression_with_a_function_in_it() -> None:
    text = "$\\sigma(x) = \\frac{1}{1 + e^{-x}}$.\n\n"
    text += "$$(\\log\\sigma)' = \\frac{\\sigma'}{\\sigma} = 1 %s \\sigma$$\n"
    assert words(text % "-") == ["definition", "proved", "proved"]
    assert words(text % "+") == ["definition", "proved", "wrong"]
    assert words("$J = \\log\\sigma(z)$ and $(\\log\\sigma)' = 1 - \\sigma$") == ["definition", "undecided"]


def test_numbers_above_that_count_layers() -> None:
    text = (
        "$z^1 = W^1 x + b^1$, $a^1 = g(z^1)$, $z^2 = W^2 a^1 + b^2$, $J = \\frac12\\|z^2 - y\\|^2$.\n\n"
        "$$\\delta^2 = \\frac{\\partial J}{\\partial z^2} = z^2 - y$$\n\n"
        "$$\\delta^1 = \\frac{\\partial J}{\\partial z^1} = (W^2)^T\\delta^2 \\odot g'(z^%s)$$\n\n"
        "$$\\frac{\\partial J}{\\partial W^1} = \\delta^1 x^T$$\n"
    )
    assert words(text % "1") == ["definition"] * 5 + ["proved", "definition", "proved", "proved"]
    assert "wrong" in words(text % "2")


def test_primes_of_factors_by_the_next_derivative() -> None:
    text = (
        "Let $F = -(1 - p)^c \\log p$, $u = (1 - p)^c$, $v = \\log p$, "
        "$u' = %sc(1 - p)^{c - 1}$, $v' = 1/p$,\n\n"
        "$$\\frac{dF}{dp} = -(u'v + uv')$$\n\nIf $p = \\sigma(x)$, the sigmoid, then $dp/dx = p(1 - p)$.\n"
    )
    assert words(text % "-") == ["definition"] * 3 + ["proved"] * 3 + ["definition", "proved"]
    assert words(text % "")[3] == "wrong"


def test_a_label_that_is_plus_or_minus_one() -> None:
    text = (
        "Put $m = y \\sum_i w_i x_i$ (with $y = \\pm1$) and $\\sigma(u) = 1/(1 + e^{-u})$.\n\n"
        "$$\\frac{\\partial^2}{\\partial w_j \\partial w_k} \\log\\sigma(m) = "
        "%s\\sigma(m)\\sigma(-m) x_j x_k$$\n"
    )
    assert words(text % "-")[-1] == "proved"
    assert words(text % "")[-1] == "wrong"
    assert words(text.replace("\\pm1", "\\pm2") % "-")[-1] == "wrong"
    assert words(text.replace(" (with $y = \\pm1$)", "") % "-" + "\nbecause $y^2 = 1$.")[2] == "proved"


@pytest.mark.parametrize(
    ("given", "slope"),
    [
        ("$p = \\sigma(Xw)$ and $L = -y^T \\log p - (1 - y)^T \\log(1 - p)$", ("L", "w", "X^T(p %s y)")),
        ("$L = -y^T \\log(p) - (1 - y)^T \\log(1 - p)$, $p = \\sigma(Xw)$", ("L", "w", "X^T(p %s y)")),
        ("$f = x^T A y + b^T x + c$, $L = \\frac12 f^2$", ("L", "x", "f(Ay %s (-b))")),
        ("$L = v^T \\tanh(W s + U h)$ and $u = \\tanh(Ws + Uh)$", ("L", "s", "W^T(v \\odot (1 %s u^2))")),
    ],
)
def test_what_stands_behind_a_row_is_a_column(given: str, slope: tuple[str, str, str]) -> None:
    of, by, is_ = slope
    text = f"The sigmoid: {given}.\n\n$$\\frac{{\\partial {of}}}{{\\partial {by}}} = {is_}$$\n"
    assert words(text % "-")[-1] == "proved"
    assert words(text % "+")[-1] == "wrong"


def test_a_case_in_brackets_without_a_gap() -> None:
    text = (
        "$E = \\log(1 + \\sum_{j \\ne y} e^{z_j - z_y})$, "
        "$q_j = \\frac{e^{z_j - z_y}}{1 + \\sum_{k \\ne y} e^{z_k - z_y}}$.\n\n"
        "$$\\frac{\\partial E}{\\partial z_j} = %sq_j\\ (j \\ne y)$$\n"
    )
    assert words(text % "") == ["definition", "definition", "proved"]
    assert words(text % "-")[-1] == "wrong"


def test_a_bar_over_a_product_names_its_mean() -> None:
    text = "$\\bar g = \\frac1n \\sum_i g_i$, $\\overline{gy} = \\frac1n \\sum_i g_i y_i$.\n\n"
    row = "$$\\frac1n \\sum_i g_i(y_i - c) = \\overline{gy} %s c\\bar g.\\ \\square$$\n"
    assert words(text + row % "-") == ["definition", "definition", "proved"]
    assert words(text + row % "+")[-1] == "wrong"


def test_unit_vectors() -> None:
    text = (
        "$p_i = \\frac{e^{a_i}}{\\sum_j e^{a_j}}$, and $e_k$ is the $k$-th unit vector.\n\n"
        "$$\\nabla_a \\log p_k = e_k %s p$$\n\nIf $a = Wx$ then\n\n$$\\nabla_x \\log p_k = W^T(e_k - p)$$\n"
    )
    assert words(text % "-")[-3:] == ["proved", "definition", "proved"]
    assert words(text % "+")[-3] == "wrong"
    assert "proved" not in words((text % "-").replace("unit vector", "error"))


def test_a_sigma_that_only_the_rows_tell() -> None:
    """Nobody says which function it is: rows that hold for the logistic function alone do."""
    text = (
        "$f = wx + b$, $p = \\sigma(f)$, $J = -t \\log p - (1 - t) \\log(1 - p)$.\n\n"
        "$$\\frac{\\partial J}{\\partial w} = (p - t)x$$\n\n$$\\frac{\\partial J}{\\partial b} = %s$$\n\n"
        "$$\\frac{\\partial J}{\\partial x} = (p - t)w$$\n"
    )
    assert words(text % "p - t")[3:] == ["proved"] * 3
    assert words(text % "t - p")[3:] == ["proved", "wrong", "proved"]
    alone = "$p = \\sigma(f)$.\n\n$$\\frac{dp}{df} = %sp(1 %s p)$$\n"
    assert words(alone % ("", "+")) == ["definition", "undecided"]


def test_an_unknown_function_on_both_sides() -> None:
    text = "$y = tH$ with $t = \\sigma(w_t x)$ and $H = \\tanh(w_h x)$.\n\n"
    row = "$$\\frac{\\partial y}{\\partial w_h} = t(1 - H%s)x$$\n"
    assert words(text + row % "^2")[-1] == "proved"
    assert words(text + row % "")[-1] == "wrong"  # whatever sigma is


def test_primes_of_what_is_made_of_a_defined_name() -> None:
    """Of a function of p, where p is made of x: which of the two they are by is not said."""
    text = "Let $p = \\frac{1}{1 + e^{-x}}$ and $q = 1 - p$. $q' = -pq$, $(\\ln p)' = q$"
    assert "wrong" not in words(text)

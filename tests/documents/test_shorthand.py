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

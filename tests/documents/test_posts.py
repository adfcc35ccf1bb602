"""Signs and habits of posts: inner products in angles, upright d's, heads in rows of their own, remarks."""

from __future__ import annotations

import pytest

from symderiv.documents.check import check
from symderiv.documents.text.source import from_text
from tests.documents.rows import FAST, words


def test_inner_products_between_signs_of_order() -> None:
    text = (
        "$$q = \\sum_{i=1}^n \\sum_{j=1}^n <u_i, u_j> c_i c_j \\\\\n"
        "= \\sum_{i=1}^n \\sum_{j=1}^n \\sum_{f=1}^k u_{i,f} u_{%s,f} c_i c_j \\\\\n"
        "= \\sum_{f=1}^k \\lgroup \\sum_{i=1}^n u_{i,f} c_i \\rgroup^2$$\n"
    )
    assert words(text % "j") == ["definition", "proved", "proved"]
    assert words(text % "i")[1] == "wrong"
    tagged = "Some <b>bold</b> <br/> <font color=red>words</font>.\n\n$$(a+b)^2 = a^2 + 2ab + b^2$$\n"
    assert words(tagged) == ["proved"]


def test_an_order_is_no_inner_product() -> None:
    assert words("For $0 < a, b > 0$ we have $$\\log(ab) = \\log a + \\log b$$\n") == ["proved"]


def test_a_head_in_a_row_of_its_own() -> None:
    text = "$$a = b c$$\n\n$$(u + v)^2 %s\n= u^2 + %s u v + v^2$$\n"
    for end in ("\\\\", "\\\\\\"):
        assert words(text % (end, 2)) == ["definition", "proved"]
        assert words(text % (end, 3)) == ["definition", "wrong"]


def test_words_alone_are_no_head() -> None:
    text = "$$s = (u + v)^2$$\n\n$$\\text{Expand} \\\\\n= u^2 + 2 u v + v^2$$\n"
    assert words(text) == ["definition", "proved"]


def test_upright_differentials() -> None:
    text = (
        "Let $f = x^T A x$ with a vector $x$ and a matrix $A$.\n\n"
        "$$\\mathrm{d}f = \\mathrm{d}x^T A x + x^T A\\, \\mathrm{d}x$$\n\n"
        "$$\\mathrm{d}f = x^T A^T \\mathrm{d}x + x^T %s \\mathrm{d}x$$\n"
    )
    assert "wrong" not in words(text % "A")
    assert words(text % "A")[-1] == "proved"
    assert words(text % "A^T")[-1] == "wrong"


def test_a_name_that_a_remark_gives() -> None:
    text = (
        "$$y = \\gamma x + \\beta$$\n\n"
        "$$\\frac{a}{\\sqrt{v + \\epsilon}} = a t "
        "\\qquad (\\text{Let } \\frac{1}{\\sqrt{v + \\epsilon}} = t)$$\n\n"
        "$$\\frac{a b}{(v + \\epsilon)^{3/2}} = a b t^%s$$\n"
    )
    assert words(text % 3)[-1] == "proved"
    assert words(text % 2)[-1] == "wrong"


def test_a_sum_ends_with_its_bracket_where_its_letter_stands_outside() -> None:
    text = (
        "$$h_i = \\sum_j g_j x_j \\, x_i - g_i$$\n\n"
        "$$h_i = \\sum_{i=1}^m (g_i x_i) \\cdot x_i - g_i = \\sum_{j=1}^m (g_j x_j) \\cdot x_i %s g_i$$\n"
    )
    assert words(text % "-")[1:] == ["proved", "proved"]
    assert words(text % "+")[-1] == "wrong"


def test_sums_that_end_at_different_places() -> None:
    text = "$$d = \\sum_{i=1}^m (x_i - c)$$\n\n$$\\sum_{i=1}^m (x_i - c)^2 = \\sum_{i=1}^{%s} (c - x_i)^2$$\n"
    assert words(text % "m")[-1] == "proved"
    assert words(text % "2")[-1] == "undecided"


def test_sums_over_the_members_of_a_set() -> None:
    text = "$$L(w) = -\\sum_{x_i \\in D} y_i w^T x_i$$\n\n$$\\nabla_w L = %s\\sum_{x_i \\in D} y_i x_i$$\n"
    checked = check(from_text(text % "-", "text", "markdown"), checkers=FAST)
    assert checked.clean
    assert words(text % "-")[-1] == "proved"
    assert words(text % "")[-1] == "wrong"


def test_a_logarithm_of_a_product_without_brackets() -> None:
    text = (
        "$$L = \\sum_{i=1}^N \\log p^{y_i} (1 - p)^{1 - y_i}$$\n\n"
        "$$\\frac{\\partial L}{\\partial p} = "
        "\\sum_{i=1}^N \\left(\\frac{y_i}{p} %s \\frac{1 - y_i}{1 - p}\\right)$$\n"
    )
    assert words(text % "-")[-1] == "proved"
    assert words(text % "+")[-1] == "wrong"


@pytest.mark.parametrize("said", ["Set ", "令 ", "Setting "])
def test_a_derivative_in_the_text_that_is_set_to_zero(said: str) -> None:
    text = (
        "$$J = a w^2 + b w$$\n\n" + said + "$\\frac{\\partial J}{\\partial w} = 0$:\n\n"
        "$$2 a w + b = 0$$\n\n$$2 a w c = -b c$$\n"
    )
    assert "wrong" not in words(text)


def test_what_is_left_to_chance_elsewhere_is_no_doubt_here() -> None:
    text = (
        "# One\n\n$$h_i = \\frac{x_i - m}{s}$$\n\n$$s h_i = %s x_i - m$$\n\n"
        "# Two\n\n$$h^{(k)} = \\frac{x^{(k)} - E[x^{(k)}]}{\\sqrt{\\text{Var}[x^{(k)}]}}$$\n"
    )
    assert "proved" in words(text % "")
    assert "wrong" in words(text % "2")


def test_a_name_for_a_term_that_is_not_said() -> None:
    text = (
        "$$L = -\\log \\frac{e^{s_y}}{\\sum_j e^{s_j}} = -s_y + \\log \\sum_j e^{s_j}"
        " = -x w_y + \\log \\sum_j e^{x w_j}$$\n\n$$M = x w_k$$\n"
    )
    assert "wrong" not in words(text)


def test_a_bar_is_a_mean_of_something() -> None:
    text = (
        "$$S = (\\bar{x} - c)^2$$\n\n"
        "$$m = \\frac{1}{n} \\sum_i x_i$$\n\n$$\\sum_i x_i - n c = n (\\bar{x} - c)$$\n"
    )
    assert "wrong" not in words(text)


def test_sets_are_no_claims() -> None:
    assert words("For $i = \\{1...m\\}$ and $B = \\{x_1...x_m\\}$:\n\n$$(a b)^2 = a^2 b^2$$\n") == ["proved"]


def test_indices_that_are_said_to_be_summed_over() -> None:
    text = (
        "Note that $k$ and $l$ are summed-over vector indices.\n\n$$q_l = V_{lm} h_m + b_l$$\n\n"
        "$$\\frac{\\partial q_l}{\\partial V_{ij}} = "
        "\\frac{\\partial}{\\partial V_{ij}} (V_{lm} h_m + b_l) = \\delta_{il} h_%s$$\n"
    )
    assert words(text % "j")[-2:] == ["proved", "proved"]
    assert words(text % "i")[-1] == "wrong"


def test_names_of_probabilities_behind_heads() -> None:
    text = (
        "$$p(x) = \\sum_k p(z = k) N(x | m_k)$$\n\n$$p(x; t) = \\prod_i p(x_i) p(z_i | x_i)$$\n\n"
        "$$(a + b)^2 = a^2 + 2 a b + b^2$$\n"
    )
    assert words(text)[-1] == "proved"

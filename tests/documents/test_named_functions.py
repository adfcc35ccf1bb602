"""Definitions that say something else than the function that their name, or the text, says."""

from __future__ import annotations

import pytest

from symderiv.documents.check import check
from symderiv.documents.text.source import from_text
from tests.documents.rows import FAST, words


def told(text: str) -> list[tuple[str, str]]:
    """The words of the rows with what they may have been meant to be."""
    checked = check(from_text(text, "text", "markdown"), checkers=FAST)
    return [(r.word, r.suggestion) for r in checked.rows]


SLIPS = (
    (r"$$\text{softmax}(z)_i = \frac{e^{z_j}}{\sum_j e^{z_j}}$$", r"\frac{e^{z_{i}}}{\sum_j e^{z_j}}"),
    (
        r"$$\text{softmax}(x)_i = \frac{e^{x_i}}{\sum_{j=1}^n x_j}$$",
        r"\frac{e^{x_i}}{\sum_{j=1}^n e^{x_{j}}}",
    ),
    (r"The softmax function is $$S_i = \frac{e^{z_i}}{\sum_{k=1}^K e^{z_i}}$$", r"e^{z_{k}}"),
    (r"The softmax is $$\sigma(z)_i = \frac{e^{z_i}}{\sum_{k=1}^K z_k}$$", r"e^{z_{k}}"),
    (r"$$\tanh(x) = \frac{e^x + e^{-x}}{e^x - e^{-x}}$$", r"\frac{e^{x}-e^{-x}}{e^{x} + e^{-x}}"),
    (r"$$\text{sigmoid}(x) = \frac{1}{1 + e^{x}}$$", r"\frac{1}{1 + e^{-x}}"),
)


@pytest.mark.parametrize(("text", "meant"), SLIPS)
def test_a_slip_in_a_function_that_has_a_name(text: str, meant: str) -> None:
    ((word, suggestion),) = told(text)
    assert word == "wrong"
    assert meant in suggestion


def test_links_of_a_chain_that_end_in_such_a_function() -> None:
    text = r"$$p_i = \text{softmax}(z)_i = \frac{e^{z_%s}}{\sum_k e^{z_k}}$$"
    assert "wrong" not in words(text % "i")
    assert words(text % "j") == ["definition", "wrong"]


RIGHT = (
    r"$$\tanh(x) = \frac{e^{2x} - 1}{e^{2x} + 1}$$",
    r"$$\text{softmax}(z)_i = \frac{e^{z_i / T}}{\sum_j e^{z_j / T}}$$",
    r"$$\text{softmax}(z_i) = \frac{e^{z_i - c}}{\sum_j e^{z_j - c}}$$",
    r"A softmax with one more class is $$s_i = \frac{e^{x_i}}{1 + \sum_j e^{x_j}}$$",
    r"The softmax is $$p_k = \frac{\exp(\beta x_k)}{\sum_k \exp(\beta x_k)}$$",
    r"Unlike softmax, this is linear: $$m_i = \frac{x_i}{\sum_j x_j}$$",
    r"The softmax of what is negative is $$g_i = \frac{e^{-x_i}}{\sum_j e^{-x_j}}$$",
    r"The softmax over columns is $$b_{ij} = \frac{e^{s_{ij}}}{\sum_k e^{s_{kj}}}$$",
    r"A softmax with odds is $$o_i = \frac{e^{x_i}}{\sum_{j \neq i} e^{x_j}}$$",
)


@pytest.mark.parametrize("text", RIGHT)
def test_other_functions_that_the_text_calls_so(text: str) -> None:
    assert "wrong" not in words(text)


def test_a_definition_that_is_not_what_its_name_says_is_told_where_it_stands() -> None:
    text = r"The sigmoid function: $$\sigma(x) = 1 + e^{-x} 1$$ $$\sigma'(x) = \sigma(x)(1 - \sigma(x))$$"
    rows = check(from_text(text, "text", "markdown"), checkers=FAST).rows
    assert [(r.word, r.suggestion) for r in rows] == [("wrong", ""), ("undecided", "")]


def test_an_operator_of_tex_around_a_function() -> None:
    text = r"$$E = - \sum_{i=1}^N p_i \mathop{log}(q_i)$$ $$\frac{dE}{dq_i} = -\frac{p_i}{q_i}$$"
    assert words(text) == ["definition", "proved"]


def test_a_hyperbolic_function_in_two_parts() -> None:
    text = r"$$\frac{d}{du} \tan h\, u = 1 - \tan h^2 u$$"
    assert words(text) == ["proved"]
    assert words(text.replace("^2", "")) == ["wrong"]
    other = "$$\\frac{d}{dh} %s h = %s h$$"
    assert words(other % (r"\sin", r"\cos") + "\n\nfor all $h$, $$2 h = h + h$$")[0] == "proved"


def test_square_brackets_behind_a_function() -> None:
    text = "$$v = r[u], \\quad u = b + w x$$ where $$\\frac{\\partial r[m]}{\\partial m} = I[m > 0]$$"
    row = "$$\\frac{\\partial v}{\\partial b} = I[u > 0]$$"
    assert "wrong" not in words(f"{text} {row}")
    assert words("$$(c [a - b])^2 = c^2 (a - b)^2$$") == ["proved"]  # a product

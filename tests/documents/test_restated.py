"""A definition that is stated again: a claim about the first, or one of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from symderiv.documents.check import check
from symderiv.documents.text.source import from_text

DATA = Path(__file__).parent / "data"


def rows(text: str) -> list[tuple[int, str]]:
    checked = check(from_text(text, "text", "markdown"), repairs=False, checkers=("balls", "calculus"))
    return [(checked.source.line_of(r.at), r.word) for r in checked.rows if r.word != "not a claim"]


def words(text: str) -> list[str]:
    return [word for _, word in rows(text)]


BACKPROP = (DATA / "backprop.md").read_text(encoding="utf-8")
NORM = (
    "$$\\mu = \\frac{1}{H}\\sum_{i=1}^H x_i, \\quad v = \\frac1H \\sum_{i=1}^H (x_i - \\mu)^2$$\n\n"
    "$$\\hat x_i = \\frac{x_i - \\mu}{\\sqrt{v + \\epsilon}}$$\n\n$$y_i = \\gamma \\hat x_i + \\beta$$\n\n"
)
LOSS = "# Softmax\n\n$$L = -\\sum_i y_i \\log p_i$$\n\n## Gradient\n\nThe loss was\n\n"
SLOPE = "\n\n$$\\frac{\\partial L}{\\partial p_i} = -\\frac{y_i}{p_i}$$\n"


@pytest.mark.parametrize(
    "again",
    [
        "$$\\delta^l = (W^{l+1} \\delta^{l+1}) \\odot \\sigma'(z^l)$$",  # the transpose is lost
        "$$\\delta^L = (a^L + y) \\odot \\sigma'(z^L)$$",
    ],
)
def test_a_slip_in_the_error_of_a_layer(again: str) -> None:
    assert words(BACKPROP + "\nTo sum up:\n\n" + again + "\n")[-1] == "wrong"
    assert "wrong" not in words(BACKPROP)


@pytest.mark.parametrize(
    ("again", "due"),
    [
        ("$\\hat x_i = \\frac{x_i + \\mu}{\\sqrt{v + \\epsilon}}$", "wrong"),
        ("$\\hat x_i = \\frac{x_i - \\mu}{\\sqrt{v + \\beta}}$", "wrong"),  # one letter for another
        ("$\\hat x_i = \\frac{x_i - \\mu}{\\sqrt{v + \\epsilon}}$", "proved"),
    ],
)
def test_a_definition_that_is_recalled(again: str, due: str) -> None:
    assert words(NORM + "Recall that " + again + ".\n")[-1] == due


def test_what_the_rows_behind_it_rest_on_decides() -> None:
    assert words(LOSS + "$$L = \\sum_i y_i \\log p_i$$" + SLOPE) == ["definition", "wrong", "proved"]
    square = "$$L = \\frac12 \\sum_i (y_i - p_i)^2$$" + SLOPE.replace("\\frac{y_i}{p_i}", "(y_i - p_i)")
    assert words(LOSS.replace("The loss was", "For the squares,") + square)[1:] == ["definition", "proved"]


def test_one_function_after_the_other() -> None:
    text = (
        "Let $f(x) = \\frac{1}{1+e^{-x}}$.\n\n$$f'(x) = f(x)(1-f(x))$$\n\n"
        "### Tanh\n\nFor $f(x) = \\tanh(x)$\n\n"
        "$$f'(x) = 1 - f(x)^2$$\n\n### A unit\n\n$$f(x) = \\max(0, x)$$\n"
    )
    assert words(text) == ["definition", "proved", "definition", "proved", "definition"]


def test_two_ways_to_write_one_name() -> None:
    text = (
        "$$K = \\frac12(\\mu^2 + \\sigma^2 - 1 - \\log\\sigma^2)$$\n\nWith $s = \\log\\sigma^2$\n\n"
        "$$K = \\frac12(\\mu^2 + e^s - 1 - s)$$\n\n$$\\frac{\\partial K}{\\partial s} = \\frac12(e^s - 1)$$\n"
    )
    assert words(text) == ["definition", "definition", "proved", "proved"]
    assert words(text.replace("(e^s - 1)$$", "(e^s + 1)$$"))[-1] == "wrong"


def test_names_for_gradients_are_claims_once_one_is_explained() -> None:
    text = (DATA / "attention_backward.md").read_text(encoding="utf-8")
    assert words(text).count("proved") == 6
    slip = text.replace("dK = \\frac{1}{\\sqrt{d}} dS^\\top Q", "dK = \\frac{1}{\\sqrt{d}} dS\\, Q")
    assert slip != text
    assert rows(slip)[-1][1] == "wrong"


ITEMS = r"""
1. **Sum:** $y = \sum_i x_i$
   $$\bar{x}_i = \bar{y}$$

2. **Mean:** $y = %s \sum_{i=1}^N x_i$
   $$\bar{x}_i = \frac{1}{N} \bar{y}$$
"""


def test_items_of_a_list_that_say_the_same_of_another() -> None:
    assert words(ITEMS % r"\frac{1}{N}") == ["definition"] * 4
    assert words(ITEMS % "")[-1] == "wrong"  # of the same y


def test_formulas_that_imply_their_entries() -> None:
    text = r"For two tensors $$Z = X + Y \implies z_{ij} = x_{ij} + y_{ij}$$ and $$Z = X %s Y \implies"
    text += r" z_{ij} = x_{ij} y_{ij}$$"
    assert "wrong" not in words(text % r"\odot")
    assert words(text % "+")[-1] == "wrong"


def test_a_name_for_the_value_of_a_function_is_not_put_into_it() -> None:
    text = r"$$l(a) = \ln(a) = z$$ $$f(b) = 1 + e^b = v$$ $$\frac{\partial z}{\partial v} = \frac{1}{v}$$ "
    text += r"$$l(f(w x)) = \ln(1 %s e^{w x})$$"
    assert "wrong" not in words(text % "+")
    assert words(text % "-")[-1] == "wrong"

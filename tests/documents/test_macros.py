"""Macros: those that a document defines, and usual ones that it takes for granted."""

from __future__ import annotations

import pytest

from symderiv.documents.check import check
from symderiv.documents.text.source import from_text
from tests.documents.rows import FAST, words

_SOFTMAX = r"$$y_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$$ "


@pytest.mark.parametrize(
    "slope",
    [r"\pdv{y_i}{z_j}", r"\pd{y_i}{z_j}", r"\pderiv{y_i}{z_j}", r"\partialderiv{y_i}{z_j}", r"\pdv{z_j} y_i"],
)
def test_a_derivative_by_a_usual_macro(slope: str) -> None:
    row = rf"$${slope} = y_i(\delta_{{ij}} - y_j)$$"
    assert words(_SOFTMAX + row) == ["definition", "proved"]
    assert words(_SOFTMAX + row.replace("- y_j", "+ y_j")) == ["definition", "wrong"]


@pytest.mark.parametrize("row", [r"\dv{x} x^2 = 2x", r"\dv{x^2}{x} = 2x", r"\frac{\dd}{\dd x} x^2 = 2x"])
def test_a_total_derivative_by_a_usual_macro(row: str) -> None:
    assert words(f"$${row}$$") == ["proved"]
    assert words(f"$${row.replace('2x', '3x')}$$") == ["wrong"]


@pytest.mark.parametrize("style", [r"\vect{%s}", r"\mat{%s}", r"\bs{%s}", r"\v%s", r"\b%s"])
def test_names_in_a_usual_style(style: str) -> None:
    w, x = style % "w", style % "x"
    row = rf"$$s = {w}^\T {x}, \quad \frac{{\partial s}}{{\partial {w}}} = {x}$$"
    assert words(row) == ["definition", "proved"]
    assert words(row.replace(f"= {x}$$", f"= {w}$$")) == ["definition", "wrong"]


def test_other_usual_macros() -> None:
    assert words(r"$$L = \norm{x}^2, \quad \pdv{L}{x_i} = 2 x_i$$") == ["definition", "proved"]
    assert words(r"$$\indic{i = j} = \delta_{ij}, \quad \mathbbm{1}_{i=j} = \delta_{ij}$$") == ["proved"] * 2


def test_a_macro_of_the_document_goes_before_a_usual_one() -> None:
    text = r"\newcommand{\pd}[2]{\frac{\partial #2}{\partial #1}} " + _SOFTMAX
    assert words(text + r"$$\pd{z_j}{y_i} = y_i(\delta_{ij} - y_j)$$") == ["definition", "proved"]


def test_a_side_that_macros_make_is_shown_as_it_is_written() -> None:
    text = r"""\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}} \newcommand{\bx}{\mathbf{x}}
    $$s = \bx^T\bx$$ $$\pd{s}{\bx} = 2\bx$$"""
    rows = check(from_text(text, "text", "markdown"), repairs=False, checkers=FAST).rows
    shown = [(r.left, r.right) for r in rows if r.word != "not a claim"]
    assert shown == [("s", r"\bx^T\bx"), (r"\pd{s}{\bx}", r"2\bx")]


def test_a_usual_macro_without_braces() -> None:
    text = r"$p_i = \frac{1}{1 + \exp(-\vect\theta^T \vect x_i)} = "
    text += r"\frac{\exp(%s\vect\theta^T \vect x_i)}{1 + \exp(\vect\theta^T \vect x_i)}$, "
    text += r"$\vect\theta \in \mathbb{R}^{d \times 1}$."
    assert words(text % "")[:2] == ["definition", "proved"]
    assert words(text % "-")[:2] == ["definition", "wrong"]

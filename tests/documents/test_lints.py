"""What is doubtful or idle in a derivation: each lint, and that it does not speak where it should not."""

from __future__ import annotations

import pytest

from symderiv.documents.check import Checked, check
from symderiv.documents.text.source import from_text

SOFTMAX = "$$p_j = \\frac{e^{o_j}}{\\sum_k e^{o_k}}$$\n\n"
SLOPE = "$$\\frac{\\partial p_j}{\\partial o_i} = p_j(\\delta_{ij} - p_i)$$\n"


def checked(text: str) -> Checked:
    return check(from_text(text, "text", "markdown"), repairs=False, checkers=("balls", "calculus"))


def found(text: str, *kinds: str) -> list[tuple[int, str]]:
    return [(f.line, f.message) for f in checked(text).findings if f.kind in kinds]


def test_a_definition_that_nothing_uses_is_a_note() -> None:
    result = checked(SOFTMAX + "$$M = \\max_k o_k$$\n\n" + SLOPE)
    notes = [(f.line, f.message) for f in result.findings]
    assert notes == [(3, "M is defined, and nothing uses it")]
    assert result.clean  # no fault: the exit status stays 0


@pytest.mark.parametrize(
    "text",
    [
        SOFTMAX + "$$M = \\max_k o_k$$\n\n$$p_j = \\frac{e^{o_j - M}}{\\sum_k e^{o_k - M}}$$\n",  # used
        SOFTMAX + SLOPE + "\n$$L = -\\sum_j y_j \\log p_j$$\n",  # nothing is claimed after it
        SOFTMAX + "$$J_{ij} = \\frac{\\partial p_i}{\\partial o_j}$$\n\n" + SLOPE,  # a result
    ],
)
def test_what_is_used_or_a_result_is_no_note(text: str) -> None:
    assert found(text, "note", "lint", "wrong") == []


def test_a_name_with_two_arities() -> None:
    text = "$$f(x) = x^2$$\n\n$$f'(x) = 2x$$\n\n$$f(x, y) = x^2 + y^2$$\n\n"
    rows = text + "$$\\frac{\\partial f(x, y)}{\\partial y} = 2y$$\n"
    assert found(rows, "note", "lint", "wrong") == [(5, "f is defined with 1 and with 2 arguments")]
    assert [r.word for r in checked(rows).rows] == ["definition", "proved", "definition", "proved"]
    assert [r.word for r in checked(rows.replace("= 2y", "= 2x")).rows][-1] == "wrong"
    text = SOFTMAX + "$$p = \\sum_j p_j^2$$\n\n$$\\sum_j p_j^2 = p$$\n"
    assert found(text, "note") == [(3, "p is defined with 0 and with 1 indices")]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        # conflicting definitions
        ("So\n\n$$p_j = \\frac{e^{o_j}}{\\sum_k e^{o_j}}$$", "wrong"),
        # a free index on one side only
        ("$$\\sum_j p_j = p_k$$", "wrong"),
        ("$$\\frac{\\partial p_j}{\\partial o_i} = p_j(\\delta_{ij} - p_k)$$", "wrong"),
        # a bound index used outside its sum
        ("$$\\sum_j p_j \\log p_j = \\sum_j p_j o_j - \\log e^{o_k}$$", "wrong"),
        ("$$S = \\sum_k e^{o_j}$$", "lint"),
        # no instance
        ("$$\\frac{\\partial p_j}{\\partial o_j} = p_j p_j, \\quad j \\neq j$$", "lint"),
        ("$$\\frac{\\partial p_j}{\\partial o_i} = 7, \\quad i = j, i \\neq j$$", "lint"),
    ],
)
def test_each_kind(row: str, kind: str) -> None:
    findings = [f.kind for f in checked(SOFTMAX + row + "\n").findings]
    assert kind in findings
    assert "proved" not in [r.word for r in checked(SOFTMAX + row + "\n").rows]


def test_the_letter_of_the_true_class_is_no_slip() -> None:
    focal = "$$L = -\\frac{1}{n} \\sum_{i=1}^{n} \\alpha_t (1 - p_t)^2 \\log p_t$$\n"
    assert found(focal, "lint") == []
    assert found(focal + "\n$$\\sum_i p_i = 1$$\n", "lint") != []  # p has another index elsewhere


def test_a_free_index_beside_a_one_hot_label() -> None:
    text = (
        SOFTMAX + "With a one-hot $y$, $\\sum_k y_k = 1$, the loss is\n\n$$L = -\\sum_j y_j \\log p_j$$\n\n"
    )
    row = "$$L = \\log \\sum_k e^{o_k} - \\sum_j y_j o_j$$\n"
    assert found(text + row, "wrong", "undecided") == []
    assert [line for line, _ in found(text + row.replace("y_j o_j", "y_j o_i"), "wrong")] == [7]
    assert found(text + "$$L = -\\log p_c$$\n", "wrong") == []  # c is the class


def test_a_one_for_the_sign_of_a_differential() -> None:
    row = "$$\\frac{\\partial E}{\\partial w} = \\frac{%s}{\\partial w} (w x) = x$$\n"
    assert [line for line, _ in found(row % "1", "lint")] == [1]
    assert found(row % "\\partial", "lint") == []
    assert found("$$\\frac{dx}{dy} = \\frac{1}{\\partial y / \\partial x}$$\n", "lint") == []


def test_the_gradient_of_what_may_be_a_vector_may_be_a_matrix() -> None:
    text = r"""Let $f(x) = \frac{x}{\|x\|}$, where $x \in \mathbb{R}^n$, and $g(x) = 3 f(x)$. Then

$$\nabla g(x) = 3 \left(\frac{I}{\|x\|} - \frac{x x^T}{\|x\|^3}\right)$$"""
    assert found(text, "lint", "wrong") == []
    loss = text.replace("g(x) = 3 f(x)", "L(x) = 3 x^T x").replace("g(x)", "L(x)")
    assert len(found(loss, "lint", "wrong")) == 1


def test_a_letter_in_brackets_is_that_of_its_sum() -> None:
    text = r"""$$L = -\sum_{k=1}^3 p_t(ARG) \ln p_c(ARG)$$ where $\delta_{kj} = 1$ if $k = j$, else $0$."""
    assert check(from_text(text.replace("ARG", "k"), "text", "markdown")).clean
    assert not check(from_text(text.replace("ARG", "x"), "text", "markdown")).clean

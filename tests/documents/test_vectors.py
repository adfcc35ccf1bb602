"""Vectors and matrices in derivations: read entry by entry, slips found, unclear shapes left unread."""

from __future__ import annotations

from pathlib import Path

import pytest

from symderiv.documents.check import Checked, check
from symderiv.documents.text.source import SUFFIXES, from_text

DATA = Path(__file__).parent / "data"
FAST = ("balls", "calculus")


def fast(text: str, kind: str = "markdown") -> Checked:
    return check(from_text(text, "text", kind), repairs=False, checkers=FAST)


def words(text: str) -> list[str]:
    return [r.word for r in fast(text).rows if r.word != "not a claim"]


SOFTMAX = "Let $z \\in \\mathbb{R}^C$ and $$y_i = \\frac{e^{z_i}}{\\sum_k e^{z_k}}$$\n\n"
SPACES = "With $x, b \\in \\mathbb{R}^n$ and $A \\in \\mathbb{R}^{n \\times n}$ we have\n\n"
JACOBIAN = "$$\\frac{\\partial y}{\\partial z^\\top} = "

ROWS = [
    (SOFTMAX, JACOBIAN + "\\operatorname{diag}(y) - y y^\\top$$", "proved"),
    (SOFTMAX, JACOBIAN + "\\operatorname{diag}(y) + y y^\\top$$", "wrong"),
    (SOFTMAX, JACOBIAN + "\\mathrm{diag}(y) - y y^\\intercal$$", "proved"),
    (SOFTMAX, "$$\\mathbf{1}^T y = 1$$", "proved"),
    (SOFTMAX, "$$\\mathbf{1}^T y = 2$$", "wrong"),
    (SOFTMAX, "$$y \\odot (1 - y) = y - y \\circ y$$", "proved"),
    (SOFTMAX, JACOBIAN + "\\operatorname{diag}(y) - y^\\top y \\, y$$", "unread"),
    (SOFTMAX, "$$\\frac{\\partial y_1}{\\partial z_1} = y_1 (1 - y_1)$$", "proved"),
    (SOFTMAX, "$$\\frac{\\partial y_1}{\\partial z_2} = -y_1 y_2$$", "proved"),
    (SOFTMAX, "$$\\frac{\\partial y_1}{\\partial z_2} = y_1 (1 - y_2)$$", "wrong"),
    (SOFTMAX, "$$D_j y_i = y_i (\\delta_{ij} - y_j)$$", "proved"),
    (SOFTMAX, "$$D_j y_i = y_i (\\delta_{ij} - y_i)$$", "wrong"),
    (SPACES, "$$\\nabla_x (x^T A x) = (A + A^T) x$$", "proved"),
    (SPACES, "$$\\nabla_x (x^T A x) = 2 A x$$", "wrong"),
    (SPACES + "For a symmetric $A$:\n\n", "$$\\nabla_x (x^T A x) = 2 A x$$", "proved"),
    (SPACES, "$$\\nabla_x \\|x - b\\|^2 = 2 (x - b)$$", "proved"),
    (SPACES, "$$\\nabla_x \\|x - b\\|^2 = 2 (x + b)$$", "wrong"),
    (SPACES, "$$\\nabla_x \\langle b, x \\rangle = b$$", "proved"),
    (SPACES, "$$\\frac{\\partial A x}{\\partial x} = A$$", "proved"),
    (SPACES, "$$A x = x A$$", "unread"),
    (SPACES, "$$(A^T A)^{-1} A^T A x = x$$", "proved"),
    (SPACES, "$$(A^T A)^{-1} A^T A x = 2x$$", "undecided"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "row", "word"), ROWS)
def test_a_row_with_vectors(before: str, row: str, word: str) -> None:
    assert words(before + row)[-1] == word


def test_a_matrix_that_is_written_out_is_its_entries() -> None:
    text = (DATA / "softmax_matrix.md").read_text(encoding="utf-8")
    assert [f.line for f in fast(text).findings if f.kind == "wrong"] == []
    slip = text.replace("y_2 (1 - y_2)", "y_2 (1 - y_1)")
    assert [f.line for f in fast(slip).findings if f.kind == "wrong"] == [22]
    slip = text.replace("\\cdots & -y_2 y_C", "\\cdots & y_2 y_C")
    assert [f.line for f in fast(slip).findings if f.kind == "wrong"] == [22]


def test_a_term_that_vanishes_once_a_name_is_written_out_must_be_right_before() -> None:
    text = "$\\mu = \\frac{1}{m} \\sum_i x_i$, $v = \\frac{1}{m} \\sum_i (x_i - \\mu)^2$.\n\n"
    row = "$$\\frac{\\partial v}{\\partial \\mu} = -\\frac{2}{m} \\sum_i (x_i - \\mu) = 0$$"
    assert words(text + row) == ["definition", "definition", "proved", "proved"]
    assert words(text + row.replace("-\\frac", "\\frac"))[2:] == ["wrong", "proved"]
    assert words(text + "$$\\frac{\\partial v}{\\partial \\mu} = 0$$")[-1] == "proved"


def test_a_second_derivative_by_an_intermediate() -> None:
    text = "$p_i = z_i^2$ and $L = -\\sum_i t_i \\log p_i$.\n\n"
    row = "$$\\frac{\\partial^2 L}{\\partial p_i^2} = \\frac{t_i}{p_i^2}$$"
    assert words(text + row)[-1] == "proved"
    assert words(text + row.replace("= \\frac", "= -\\frac"))[-1] == "wrong"


def test_what_is_to_be_solved_is_no_claim() -> None:
    text = "$J(w) = \\frac{1}{2} \\sum_n (a_n w - b_n)^2$. Setting the derivative to zero,\n\n"
    row = "$$\\frac{\\partial J}{\\partial w} = 0$$"
    assert words(text + row) == ["definition"]
    assert words(text.replace("Setting the derivative to zero,", "Then") + row)[-1] == "undecided"


#: A slip in each document: the first finding is at its line.
SLIPS = [
    ("softmax_matrix.md", "\\operatorname{diag}(y) - y y^T", "\\operatorname{diag}(y) + y y^T"),
    ("softmax_matrix.md", "\\nabla_z L = y - t", "\\nabla_z L = t - y"),
    ("gru.md", "(\\tilde{h}_t - h_{t-1})$$", "(\\tilde{h}_t + h_{t-1})$$"),
    ("lstm.md", "\\odot \\tanh(c_t)$$", "\\odot \\tanh(h_t)$$"),
    ("rmsnorm.tex", "x_i x_j}{n r^2}", "x_i x_j}{r^2}"),
    ("logsumexp.md", "\\operatorname{diag}(z) - \\frac", "\\operatorname{diag}(z) + \\frac"),
    ("linear_regression.md", "(h_\\theta(x_i) - y_i) x_i", "(h_\\theta(x_i) + y_i) x_i"),
    ("two_layers.md", "= \\mathbf{W}_2^T \\frac", "= \\mathbf{W}_2 \\frac"),
    ("two_layers.md", "\\odot (1 - \\mathbf{h})", "\\odot (1 + \\mathbf{h})"),
    ("least_squares.ipynb", "&= \\\\sum_n u_n r_n X_{ni}", "&= \\\\sum_n u_n X_{ni}"),
    ("least_squares.ipynb", "X_{ni} X_{nj} + \\\\lambda", "X_{ni} X_{nj} - \\\\lambda"),
    ("logistic.md", "&= \\sum_n (p_n - t_n)", "&= \\sum_n (t_n - p_n)"),
    ("batchnorm.md", "(\\sigma_B^2 + \\epsilon)^{-3/2}", "(\\sigma_B^2 + \\epsilon)^{-1/2}"),
    ("batchnorm.md", "-2 (x_i - \\mu_B)", "2 (x_i - \\mu_B)"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new"), SLIPS)
def test_a_slip_is_the_first_finding(name: str, old: str, new: str) -> None:
    text = (DATA / name).read_text(encoding="utf-8")
    assert old in text
    line = text.count("\n", 0, text.index(old)) + 1
    found = fast(text.replace(old, new, 1), SUFFIXES[name[name.rfind(".") :]]).findings
    flagged = [f.line for f in found if f.kind in ("wrong", "lint")]
    assert flagged
    assert abs(flagged[0] - line) <= 1

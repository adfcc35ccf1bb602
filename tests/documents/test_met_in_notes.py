"""Forms that notes have: how many entries there are, entries of a transpose, labels of the rows behind."""

from __future__ import annotations

import pytest

from tests.documents.rows import words


@pytest.mark.parametrize(("given", "word"), [(r"$y_1, \dots, y_n$", "undecided"), ("any $n$", "wrong")])
def test_a_list_goes_up_to_how_many_there_are(given: str, word: str) -> None:
    text = r"We see %s. $$J(p) = -\sum_i (y_i \ln p + (1-y_i) \ln(1-p))$$ Let $m = \sum_i y_i$, $k = n - m$: "
    text += r"$$\frac{dJ}{dp} = -\frac{m}{p} + \frac{k}{1-p}$$"
    assert words(text % given)[-1] == word


@pytest.mark.parametrize(("index", "word"), [("jk", "proved"), ("kj", "wrong")])
def test_the_entry_of_a_transpose(index: str, word: str) -> None:
    text = r"Let $A \in \mathbb{R}^{m \times n}$, $B \in \mathbb{R}^{n \times p}$. Then "
    text += r"$$(B^T A^T)_{ij} = \sum_{k = 1}^{n} B^T_{ik} A^T_{kj} = \sum_{k = 1}^{n} B_{ki} A_{%s}$$"
    assert words(text % index) == ["proved", word]


@pytest.mark.parametrize("at", [r"\mathbb{1}_{i = c}", r"\delta_{ic}"])
def test_a_label_put_back_into_a_row(at: str) -> None:
    text = r"Here $y$ is one-hot and $p_i = \frac{e^{x_i}}{\sum_j e^{x_j}}$. $$L = -\log p_c$$ "
    text += r"$$\frac{\partial L}{\partial x_i} = p_i - %s = p_i - y_i$$"
    assert words(text % at) == ["definition", "definition", "proved", "proved"]
    assert words((text % at).replace("= p_i - y_i", "= p_i + y_i"))[-1] != "proved"


@pytest.mark.parametrize(("factor", "word"), [("x^t", "proved"), ("x^{t-1}", "wrong")])
def test_steps_above_names(factor: str, word: str) -> None:
    text = r"$$a^t = w x^t + v h^{t-1} + b$$ $$h^t = \tanh(a^t)$$ $$L^t = \frac{1}{2} (y^t - h^t)^2$$ "
    text += r"$$\frac{\partial L^t}{\partial a^t} = -(y^t - h^t) (1 - (h^t)^2)$$ With $h^{t-1}$ held, "
    text += r"$$\frac{\partial L^t}{\partial w} = \frac{\partial L^t}{\partial a^t} %s$$"
    assert words(text % factor) == ["definition"] * 3 + ["proved", word]


@pytest.mark.parametrize(("sign", "word"), [("-", "proved"), ("+", "wrong")])
def test_a_mark_above_what_a_derivative_is_by(sign: str, word: str) -> None:
    text = r"$$J = -\sum_i \sum_c y_{ic} z_{ic}^o + \sum_i \log \sum_k e^{z_{ik}^o}$$ "
    text += r"$$\frac{\partial J}{\partial z_{ic}^o} = \frac{e^{z_{ic}^o}}{\sum_k e^{z_{ik}^o}} %s y_{ic}$$"
    assert words(text % sign) == ["definition", word]

"""Habits of public posts: words between formulas, gradients without their loss, labels that are dropped,
names with a sense of one section only: true rows are not alarmed at, one slip is found."""

from __future__ import annotations

import pytest

from tests.documents.rows import words


@pytest.mark.parametrize("said", ["$A$ 对称。", "$A$ は対称。", "$A$ est symétrique.", "$A$ es simétrica."])
def test_symmetric_in_other_languages(said: str) -> None:
    text = said + r" $$f = x^TAx$$ $$\frac{\partial f}{\partial x} = %sAx$$"
    assert words(text % "2")[-1] == "proved"
    assert words(text % "3")[-1] == "wrong"


def test_words_without_a_command_in_a_formula() -> None:
    text = r"$$\begin{aligned} f &= 3x^2 \\ 所以\frac{\part f}{\part x} &= %sx \end{aligned}$$"
    assert words(text % "6") == ["definition", "proved"]
    assert words(text % "5") == ["definition", "wrong"]


def test_the_real_numbers_by_a_macro() -> None:
    text = r"$x \in \R^n$, $A \in \R^{n \times n}$. $$f = x^TAx$$ "
    text += r"$$\frac{\partial f}{\partial x} = (A + A^T)%s$$"
    assert words(text % "x")[-1] == "proved"
    assert words(text % "2x")[-1] == "wrong"


MEAN = r"$$\mu_B = \frac1m\sum_{i=1}^m x_i$$ $$\sigma_B^2 = \frac1m\sum_{i=1}^m (x_i - \mu_B)^2$$ "


def test_a_batch_that_is_left_out_later() -> None:
    text = MEAN + (
        r"$$\hat x_i = \frac{x_i - \mu_B}{\sqrt{\sigma_B^2 + \epsilon}}$$ "
        r"$$\frac{\partial\mu}{\partial x_i} = \frac1m$$ "
        r"$$\frac{\partial\sigma^2}{\partial x_i} = \frac{%s(x_i - \mu)}{m}$$"
    )
    assert words(text % "2")[-2:] == ["proved", "proved"]
    assert words(text % "")[-2:] == ["proved", "wrong"]


def test_means_that_are_numbers_beside_those_of_several() -> None:
    text = (
        r"$\mu = \frac1M\sum_{i=1}^M x_i$ and $\sigma^2 = \frac1M\sum_{i=1}^M (x_i-\mu)^2$. "
        r"For all of them $\sum_{n=1}^N(x_{nj} - \mu_n)\sigma_n^2$. "
        r"$$\frac{\partial\sigma^2}{\partial x_i} = \frac{2(x_i%s\mu)}{M}$$"
    )
    assert words(text % "-")[-1] == "proved"
    assert words(text % "+")[-1] == "wrong"


def test_an_equation_that_is_solved_in_chinese() -> None:
    text = (
        r"$$L = \frac1n(Xw - y)^T(Xw - y)$$ 令 $\frac{\partial L}{\partial w} = 0$ 得 "
        r"$$\begin{aligned}\frac2n X^T(Xw - y) &= 0 \\ X^TXw &= X^Ty\end{aligned}$$"
    )
    assert "wrong" not in words(text)


def test_gradients_named_by_what_they_are_by() -> None:
    text = (
        r"$$y = w \odot \tanh(x)$$ We want $\nabla_x$, given $\nabla_y$. "
        r"$$\nabla_w = \frac{\partial L}{\partial w} = \nabla_y \odot \tanh(x)$$ "
        r"$$\nabla_x = \nabla_y \odot w \odot (1 %s \tanh(x)^2)$$"
    )
    assert words(text % "-")[-1] == "proved"
    assert words(text % "+")[-1] == "wrong"


def test_nablas_of_matrices_are_gradients_of_the_loss() -> None:
    text = (
        r"$Q \in \mathbb{R}^{n \times d}$, $K \in \mathbb{R}^{m \times d}$, $S \in \mathbb{R}^{n \times m}$. "
        r"$$S = QK^T$$ The gradient from above is $\nabla S = \frac{\partial L}{\partial S}$. "
        r"$$\nabla Q = \nabla S\, K, \quad \nabla K = \nabla S%s Q$$"
    )
    assert words(text % "^T")[-2:] == ["proved", "proved"]
    assert words(text % "")[-2:] != ["proved", "proved"]


def test_differentials_of_matrices() -> None:
    text = (
        r"$X, Y \in \mathbb{R}^{n \times n}$. $$d(XY) = (dX)Y %s X(dY)$$ $$d(X^{-1}) = %sX^{-1}(dX)X^{-1}$$ "
        r"$$d\det(X) = \det(X)\text{tr}(X^{-1}dX)$$"
    )
    assert words(text % ("+", "-"))[-3:] == ["proved"] * 3
    assert words(text % ("-", "-"))[-3] == "wrong"
    assert words(text % ("+", ""))[-2] == "wrong"


STEPS = "# One\n\nHere $f = x^{-1}$.\n\n# Two\n\nHere $f = x^2$.\n\n# Three\n\nHere $f = x$.\n\n# All\n\n"


def test_names_with_a_sense_of_one_section() -> None:
    text = STEPS + (
        r"$$y_i = g x_i + b$$ $$\frac{\partial f}{\partial g} = \sum_i\frac{\partial f}{\partial y_i}%s$$"
    )
    assert words(text % "x_i")[-1] == "proved"
    assert words(text % "g")[-1] == "wrong"


def test_what_a_name_depends_on_may_not_be_said() -> None:
    text = (
        r"$$h_i = \frac{x_i - E(x)}{s}$$ $$y_i = gh_i$$ "
        r"$$\frac{\partial L}{\partial m} = \sum_i\frac{\partial L}{\partial h_i}"
        r"\frac{\partial h_i}{\partial m}$$"
    )
    assert words(text)[-1] != "wrong"
    told = (
        r"$$h_i = x_i - m$$ $$\frac{\partial m}{\partial x_i} = \frac1n$$ "
        r"$$\frac{\partial L}{\partial x_i} = \frac{\partial L}{\partial h_i} - "
        r"\frac1n\sum_j\frac{\partial L}{\partial h_j}$$"
    )
    assert "wrong" not in words(told)


def test_a_chain_along_entries_without_its_sum() -> None:
    text = (
        r"$$h_i = (x_i - m)c$$ "
        r"$$\frac{\partial L}{\partial m} = \frac{\partial L}{\partial h_i}\cdot"
        r"\frac{\partial h_i}{\partial m} = %s\sum_i\frac{\partial L}{\partial h_i}c$$"
    )
    assert words(text % "-")[1:] == ["proved", "proved"]
    assert "wrong" in words(text % "2")


def test_a_power_of_a_name_in_another_sense() -> None:
    text = (
        r"$$\sigma^2 = \frac1m\sum_i x_i^2$$ $$h_i = \frac{x_i}{\sqrt{\sigma^2 + \epsilon}}$$ "
        r"Let $\sigma^{-1} = (\sigma^2 + \epsilon)^{-1/2}$, then $$h_i = \sigma^{-1} x_i$$"
    )
    assert "wrong" not in words(text)
    assert words(text.replace("Let", "So"))[2] == "wrong"


def test_a_chain_rule_by_two_ways_at_the_mean() -> None:
    text = MEAN.replace("_B", "") + (
        r"$$h_i = \frac{x_i - \mu}{\sqrt{\sigma^2 + \epsilon}}$$ $$\frac{\partial L}{\partial\mu} = "
        r"\sum_i\frac{\partial L}{\partial h_i}\frac{\partial h_i}{\partial\mu} + "
        r"\frac{\partial L}{\partial\sigma^2}\frac{\partial\sigma^2}{\partial\mu}$$"
    )
    assert words(text)[-1] == "proved"


def test_a_vector_that_is_counted_from_nought() -> None:
    text = (
        r"$$w = \begin{bmatrix} w_0 \\ w_1 \\ \vdots \\ w_m \end{bmatrix}$$ $$L = w^TAw + b^Tw$$ "
        r"$$\frac{\partial L}{\partial w} = (A + A^T)w %s b$$"
    )
    assert words(text % "+")[-1] == "proved"
    assert words(text % "-")[-1] == "wrong"

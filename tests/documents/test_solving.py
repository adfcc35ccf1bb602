"""A derivative that is set to zero is an equation to be solved; what solves it defines nothing before it."""

from __future__ import annotations

import pytest

from tests.documents.rows import words

BINOMIAL = r"$\ell(p) = k\log p+(n-k)\log(1-p)$." + "\n\n"
SLOPE = r"$$\ell'(p) = \frac kp-\frac{n-k}{1-p} = 0$$" + "\n\n"
SOFTMAX = r"$$p_j = \frac{e^{o_j}}{\sum_k e^{o_k}}$$"
LAGRANGE = (
    r"$\sum_k\pi_k = 1$. $$J = \sum_k n_k\log\pi_k + \lambda(1-\sum_k\pi_k)$$ "
    r"$$\frac{\partial J}{\partial\pi_k} = \frac{n_k}{\pi_k} - \lambda = 0$$ "
    r"$$\pi_k = \frac{n_k}{\lambda}$$"
)
SQUARES = r"$$J(w) = \frac12\|Xw-y\|^2$$" + "\n\n"


@pytest.mark.parametrize(
    ("text", "due"),
    [
        (
            BINOMIAL + SLOPE + "$$k(1-p) = (n-k)p$$\n\n$$k = np$$",
            ["definition", "proved", "undecided", "definition"],
        ),
        (BINOMIAL + SLOPE.replace("-\\frac{n", "+\\frac{n") + "$$k = np$$", ["wrong"]),
        (
            SQUARES + r"$$\nabla J(w) = X^TXw-X^Ty = 0$$" + "\n\n" + r"$$X^TXw = X^Ty$$",
            ["definition", "proved", "undecided"],
        ),
        (SQUARES + r"$$\nabla J(w) = X^TXw+X^Ty = 0$$", ["wrong"]),
        (
            SQUARES + r"$$\frac{\partial J}{\partial w} = X^T(Xw-y) \overset{!}{=} 0$$",
            ["definition", "proved"],
        ),
        (
            r"Maximise $f(x) = x^2-4x+1$: set to zero $$\frac{df}{dx} = 2x-4 = 0$$ and go on.",
            ["definition", "proved"],
        ),
        # a side condition that the solution must meet
        (
            LAGRANGE,
            ["definition", "proved", "undecided", "proved"],
        ),
        # a sum of derivatives that is 0 is a claim
        (
            SOFTMAX + r"$$\sum_j\frac{\partial p_j}{\partial o_i} = \sum_j p_j(\delta_{ij} + p_i) = 0$$",
            ["definition", "wrong", "proved"],
        ),
    ],
)
def test_a_derivative_set_to_zero(text: str, due: list[str]) -> None:
    found = words(text)
    assert found[: len(due)] == due if len(due) > 1 else due[0] in found
    assert ("wrong" in found) == ("wrong" in due)


SHARES = r"$$\frac{n_k}{\pi_k} + \lambda = 0 \implies \pi_k = -\frac{n_k}{\lambda}$$ "
MULTIPLIER = (
    r"$$\frac{\partial}{\partial\pi_k}\Big[\sum_i\gamma_{ik}\log\pi_k + \lambda(\sum_k\pi_k - 1)\Big] = "
    r"\frac{N_k}{\pi_k} SIGN \lambda = 0$$ "
    r"$$\pi_k = -\frac{N_k}{\lambda}, \qquad N_k := \sum_{i=1}^n \gamma_{ik}$$"
)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        # a condition
        (r"$$J(w) = (w - a)^2$$ The condition $\partial J/\partial w = 0$ gives $w = a$.", "undecided"),
        (r"$$J(w) = (w - a)^2$$ $$\frac{\partial J}{\partial w} = 2(w + a)$$", "wrong"),
        (r"$$y_i = \tanh(z_i)$$ $$\frac{\partial y_i}{\partial z_i} = 0$$", "wrong"),
        # what the entries are asked to add up to
        (SHARES + r"Since $\sum_k \pi_k = 1$, $\lambda = -n$.", "undecided"),
        (SHARES + r"$$\sum_k \pi_k = 2$$", "wrong"),
        # N is the sum of all N_k
        (r"$$\pi_k = \frac{N_k}{N}$$ $$\sum_k \pi_k = \sum_k N_k/N = N/N = 1$$", "undecided"),
        # what is not solved for, but named
        (MULTIPLIER.replace("SIGN", "+"), "proved"),
        (MULTIPLIER.replace("SIGN", "-"), "wrong"),
    ],
)
def test_what_is_asked_of_names(text: str, due: str) -> None:
    found = words(text)
    assert due in found
    assert due == "wrong" or "wrong" not in found


def test_a_short_name_for_a_sum_that_no_line_writes_out() -> None:
    text = r"$\mathbf{s} = \operatorname{softmax}(\mathbf{z})$. For $s_i = \frac{e^{z_i}}{\Sigma}$, ROW."
    row = r"$\frac{\partial s_i}{\partial z_j} = s_i(\delta_{ij} - s_j)$"
    assert words(text.replace("ROW", row)) == ["definition", "definition", "proved"]
    assert words(text.replace("ROW", row.replace("s_i(", "s_j("))) == ["definition", "definition", "wrong"]


FIT = r"$$J(w, b) = \frac12 \sum_i (w x_i + b - y_i)^2$$" + "\n\n"


@pytest.mark.parametrize("before", ["At the minimum:", "当", "on pose", "We have", "From", ""])
@pytest.mark.parametrize(
    "row",
    [
        r"$$\frac{dJ}{dw} = 0$$",
        r"$$0 = \frac{\partial J}{\partial b}$$",
        r"$$\frac{\partial J}{\partial w} = \frac{\partial J}{\partial b} = 0$$",
        r"\begin{align}\frac{dJ}{dw} &= 0 \\ \sum_i (w x_i + b - y_i) x_i &= 0\end{align}",
    ],
)
def test_a_derivative_alone_that_is_zero_asks_where(before: str, row: str) -> None:
    assert "wrong" not in words(f"{FIT}{before}\n\n{row}")


def test_a_derivative_that_is_one_is_never_zero() -> None:
    text = r"$$z = w x + b$$ $$\frac{\partial z}{\partial b} = 0$$"
    assert words(text) == ["definition", "wrong"]


DUAL = r"""$$L = \frac12 w^2 - \sum_i \alpha_i (y_i (w x_i + b) - 1)$$
$$\frac{\partial L}{\partial w} = w - \sum_i \alpha_i y_i x_i = 0$$
$$\frac{\partial L}{\partial b} = -\sum_i \alpha_i y_i = 0$$
$$\begin{aligned}L &= \frac12 w^2 - \sum_i \alpha_i (y_i (w x_i + b) - 1) \\
&= \frac12 w \sum_i \alpha_i y_i x_i - w \sum_i \alpha_i y_i x_i - b \sum_i \alpha_i y_i + \sum_i \alpha_i \\
&= SIGN\frac12 w^2 + \sum_i \alpha_i\end{aligned}$$"""


@pytest.mark.parametrize(("sign", "word"), [("-", "proved"), ("", "wrong")])
def test_what_is_set_to_zero_holds_behind_it(sign: str, word: str) -> None:
    found = words(DUAL.replace("SIGN", sign))
    assert found[-2:] == ["proved", word]


@pytest.mark.parametrize("row", [r"0 = \sum_n \lambda_n y_n", r"\sum_n \lambda_n y_n = 0"])
@pytest.mark.parametrize(("end", "word"), [("", "proved"), ("+ b", "wrong")])
def test_a_condition_with_its_zero_in_front(row: str, end: str, word: str) -> None:
    text = rf"$$w = \sum_n \lambda_n y_n x_n$$ $${row}$$ $$w^2 - \sum_n \lambda_n y_n b = w^2 {end}$$"
    assert words(text) == ["definition", word]


def test_an_equation_whose_solution_stands_behind_it() -> None:
    text = r"$a = b + c$. $$- q + x + l = 0$$ $$x = q - 2 l$$"
    assert "wrong" not in words(text)
    assert "wrong" in words(r"$x = q - 2 l$. $$- q + x + l = 0$$")

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

"""Rows in the scalar and index style of many authors: what is true is proved, one slip is found."""

from __future__ import annotations

import pytest

from symderiv.documents.check import check
from symderiv.documents.source import from_text


def words(text: str) -> list[str]:
    """The words of a text's rows, in order, but for what is no claim."""
    checked = check(from_text(text, "text", "markdown"), repairs=False, checkers=("balls", "calculus"))
    return [r.word for r in checked.rows if r.word != "not a claim"]


NORMAL = r"$$\ell = -\frac{n}{2}\log(\sigma^2) - \frac{1}{2\sigma^2}\sum_{i=1}^n(x_i-\mu)^2$$ "
NORMAL += r"$$\frac{\partial\ell}{\partial\sigma^2} = -\frac{n}{2\sigma^2} "
NORMAL += r"+ \frac{1}{2\sigma^4}\sum_{i=1}^n(x_i-\mu)^2$$ "
SCORE = r"$$L = -\frac{s_c}{\tau} + \log\sum_{k=1}^N\exp(s_k/\tau)$$ "
FAMOUS = r"Let $y_j = \frac{e^{u_j}}{\sum_{k} e^{u_k}}$ and $t_j = \mathbb{1}(j = j^*)$. "
FAMOUS += r"$$E = -u_{j^*} + \log\sum_{k} e^{u_k}$$ "


@pytest.mark.parametrize(
    ("text", "right", "slip"),
    [
        # a value that is given to a variable does not define it
        (
            (
                r"$p_j = \frac{e^{a_j}}{\sum_k e^{a_k}}$. Take $a = (1, 2, 3)$. "
                r"$$\frac{\partial p_j}{\partial a_i} = %s$$"
            ),
            r"p_j(\delta_{ij} - p_i)",
            r"p_j(\delta_{ij} + p_i)",
        ),
        # names of capital letters
        (
            r"The FL: $$ FL = −(1−p)^γ \log p $$ $$\frac{∂FL}{∂p} = %s$$",
            r"γ(1−p)^{γ−1}\log p − \frac{(1−p)^γ}{p}",
            r"γ(1−p)^{γ}\log p − \frac{(1−p)^γ}{p}",
        ),
        # what is read as a whole has its letters as indices
        (
            (
                r"$$\gamma_{nk} = \frac{\pi_k N(x_n|\mu_k)}{\sum_{j=1}^K\pi_j N(x_n|\mu_j)}$$ "
                r"$$\sum_{k=1}^K \gamma_{nk} = %s$$"
            ),
            "1",
            None,
        ),
        # primes behind brackets
        (
            r"$$\left(\frac{1}{1+e^{-x}}\right)' = %s$$",
            r"\frac{e^{-x}}{(1+e^{-x})^2}",
            r"\frac{e^{-x}}{1+e^{-x}}",
        ),
        (r"$$f(x) = ax$$ $$[\ln(1+e^{ax})]' = %s$$", r"\frac{ae^{ax}}{1+e^{ax}}", r"\frac{e^{ax}}{1+e^{ax}}"),
        # by sigma, where sigma^2 is a name as well
        (
            NORMAL + r"$$\frac{\partial\ell}{\partial\sigma} = %s\frac{1}{\sigma^3}\sum_{i=1}^n(x_i-\mu)^2$$",
            r"-\frac{n}{\sigma} +",
            r"-\frac{n}{\sigma} -",
        ),
        (
            NORMAL
            + r"$$\frac{\partial^2\ell}{\partial\mu\partial\sigma} = %s\frac{2}{\sigma^3}\sum_i(x_i-\mu)$$",
            "-",
            "+",
        ),
        # the sought index is a letter of its own
        (FAMOUS + r"$$\frac{\partial E}{\partial u_j} = %s$$", "y_j - t_j", "y_j + t_j"),
        # a function called pi, beside the number
        (
            (
                r"$$\log\pi(a) = -\frac{(a-\mu)^2}{2\sigma^2} - \log\sigma - \frac12\log 2\pi$$ "
                r"$$\frac{\partial}{\partial\mu}\log\pi(a) = %s$$"
            ),
            r"\frac{a-\mu}{\sigma^2}",
            r"\frac{\mu-a}{\sigma^2}",
        ),
        # a name that is defined by what nothing defines is any number
        (
            r"Let $s_i = \mathrm{sim}(z, z_i)$. " + SCORE + r"$$\frac{\partial L}{\partial s_c} = "
            r"-\frac1\tau + \frac{\exp(s_c/\tau)}{%s\sum_k\exp(s_k/\tau)}$$",
            r"\tau",
            "",
        ),
        (
            (
                r"$z_i = \sum_j w_{ij} x_j$, $a_i = \tanh(z_i)$ and $L = \ell(a, y)$. "
                r"$$\frac{\partial L}{\partial x_j} = \sum_i \frac{\partial L}{\partial a_i} "
                r"(1%sa_i^2) w_{ij}$$"
            ),
            "-",
            "+",
        ),
        # the solution of an equation is no definition; a density at other parameters
        (
            (
                r"$$N(x|\mu,\sigma^2) = "
                r"\frac{1}{\sqrt{2\pi\sigma^2}}\exp\left(-\frac{(x-\mu)^2}{2\sigma^2}\right)$$ "
                r"$$\ell = \sum_n\log\sum_k\pi_k N(x_n|\mu_k,\sigma_k^2)$$ "
                r"$$\gamma_{nk} = \frac{\pi_k N(x_n|\mu_k,\sigma_k^2)}{\sum_j\pi_j "
                r"N(x_n|\mu_j,\sigma_j^2)}$$ "
                r"Setting $\frac{\partial\ell}{\partial\mu_k}$ to zero, "
                r"$\mu_k = \frac{\sum_n\gamma_{nk}x_n}{\sum_n\gamma_{nk}}$. Above, "
                r"$$\frac{\partial\ell}{\partial\mu_k} = \sum_n\gamma_{nk}\frac{x_n-\mu_k}{%s}$$"
            ),
            r"\sigma_k^2",
            None,
        ),
        # a name with a prime that is no derivative
        (
            r"$u_j = \sum_i w'_{ij} h_i$. $$\frac{\partial u_j}{\partial w'_{kj}} = %s$$",
            "h_k",
            "h_j",
        ),
    ],
)
def test_rows(text: str, right: str, slip: str | None) -> None:
    due = words(text % right)
    assert due[-1] == "proved"
    assert set(due) <= {"definition", "proved"}
    if slip is not None:
        assert words(text % slip) == [*due[:-1], "wrong"]


@pytest.mark.parametrize(
    ("text", "right", "slip"),
    [
        # an intercept is none of the entries that a sum from 1 on goes over
        (
            (
                r"$\eta_i = \beta_0 + \sum_{j=1}^d \beta_j x_{ij}$ and $p_i = \frac{1}{1+e^{-\eta_i}}$. "
                r"$$\frac{\partial p_i}{\partial\beta_k} = %s$$"
            ),
            "p_i(1-p_i)x_{ik}",
            "p_i(1+p_i)x_{ik}",
        ),
        (
            (
                r"$\eta_i = \beta_0 + \sum_{j=1}^d \beta_j x_{ij}$. $$\frac{\partial "
                r"\eta_i}{\partial\beta_0} = %s$$"
            ),
            "1",
            "x_{i0}",
        ),
        # bars behind a name
        (
            (
                r"$$H(r) = \begin{cases}\frac12r^2 & |r|\le k\\ k\left(|r| - \frac12 k\right) & "
                r"|r|>k\end{cases}$$ "
                r"$$H'(r) = \begin{cases} r & |r|\le k\\ %s\,\text{sign}(r) & |r|>k\end{cases}$$"
            ),
            "k",
            "2k",
        ),
        # a function called P
        (r"$$P(r) = \sqrt{1+r^2}$$ $$P'(r) = %s$$", r"\frac{r}{\sqrt{1+r^2}}", r"\frac{2r}{\sqrt{1+r^2}}"),
        # factorials
        (
            (
                r"$$\ell = \sum_i\left(y_i\eta_i - e^{\eta_i} - \log y_i!\right)$$ "
                r"$$\frac{\partial\ell}{\partial\eta_j} = %s$$"
            ),
            r"y_j - e^{\eta_j}",
            r"y_j + e^{\eta_j}",
        ),
        # what says a definition backward
        (
            (
                r"$$\sigma(z) = \frac{1}{1+e^{-z}}$$ $$z = \ln\frac{\sigma}{1-\sigma}$$ "
                r"$$\frac{d}{dz}\ln(1+e^z) = %s$$"
            ),
            r"\sigma(z)",
            r"\sigma(-z)",
        ),
        (
            (
                r"The output is $s_j = \log\sigma_j^2$. Then $\sigma_j^2 = e^{s_j}$. $$z_j = \mu_j "
                r"+ \sigma_j\epsilon_j$$ "
                r"$$\frac{\partial z_j}{\partial s_j} = %s$$"
            ),
            r"\frac12\epsilon_je^{s_j/2}",
            r"\epsilon_je^{s_j/2}",
        ),
    ],
)
def test_names_and_marks(text: str, right: str, slip: str) -> None:
    due = words(text % right)
    assert due[-1] == "proved"
    assert set(due) <= {"definition", "proved"}
    assert words(text % slip)[-1] in ("wrong", "undecided")
    assert words(text % slip)[-1] == "wrong" or "x_{i0}" in slip


def test_a_sum_that_is_stated_before_its_solution() -> None:
    text = (
        r"We maximise $\ell = \sum_k n_k\log\theta_k$ subject to $\sum_k\theta_k = 1$. "
        r"$$\frac{\partial}{\partial\theta_k}[\ell + \lambda(1-\sum_j\theta_j)] = "
        r"\frac{n_k}{\theta_k} - \lambda = 0 "
        r"\implies \theta_k = \frac{n_k}{\lambda}$$"
        "\n\n# Softmax\n\n"
        r"With $\theta_k = \frac{e^{\eta_k}}{\sum_j e^{\eta_j}}$ there is $\ell = \sum_k n_k\log\theta_k$."
    )
    assert "wrong" not in words(text)


def test_other_sections_do_not_consume() -> None:
    text = (
        "### RMS\n\n"
        r"$$y_i = x_i^3, \qquad d_i = \frac{\partial L}{\partial y_i}$$ "
        r"$$\frac{\partial L}{\partial x_j} = \sum_i d_i\frac{\partial y_i}{\partial x_j}$$"
        "\n\n### Norm\n\n"
        r"$$u_i = x_i^2$$"
    )
    assert "wrong" not in words(text)


def test_equations_that_are_to_be_solved() -> None:
    text = (
        r"$$S = \sum_i(y_i-bx_i)^2$$ Set to zero: $$\frac{\partial S}{\partial b} = -2\sum_i "
        r"x_i(y_i-bx_i) = 0$$ "
        r"Here $\bar x = \frac1n\sum_{i=1}^n x_i$. $$\sum_i x_iy_i + n\bar x - b\sum_i x_i^2 = 0$$"
    )
    assert "wrong" not in words(text)


@pytest.mark.parametrize(
    ("text", "right", "slip"),
    [
        # how far an operator goes where no bracket says it
        (
            (
                r"$p_j = \frac{\exp(a_j)}{\sum_k \exp(a_k)}$. If $i = j$, "
                r"$$\frac{\partial p_j}{\partial a_i} = "
                r"\frac{\partial}{\partial a_j} \exp(a_j)\left(\sum_k \exp(a_k)\right)^{-1} = %s$$"
            ),
            "p_j(1-p_j)",
            "p_j(1+p_j)",
        ),
        (r"$$\frac{d}{dx} (1-x)\log x = %s$$", r"\frac{1-x}{x} - \log x", r"\frac{1-x}{x} + \log x"),
        (r"$$\frac{d}{dx} (1-x)\log x = %s$$", r"-\log x", r"\log x"),
        (
            r"$$\frac{d}{dx} \sin x (1+x) = %s$$",
            r"\cos x (1+x) + \sin x",
            r"\cos x (1-x) + \sin x",
        ),
        # a chain whose head stands alone
        (
            "$$f = x^2 + 3x$$\n\n$$\\frac{df}{dx}$$\n\n$$= 2x %s 3$$\n",
            "+",
            "-",
        ),
    ],
)
def test_operators_and_heads(text: str, right: str, slip: str) -> None:
    due = words(text % right)
    assert due[-1] == "proved"
    assert set(due) <= {"definition", "proved"}
    assert words(text % slip)[-1] == "wrong"

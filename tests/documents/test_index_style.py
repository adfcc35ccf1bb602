"""Rows in the scalar and index style of many authors: what is true is proved, one slip is found."""

from __future__ import annotations

import pytest

from tests.documents.rows import words

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


def test_two_letters_below_a_name_are_indices() -> None:
    text = r"$J = \sum_{i,f} q_{if}^2 p_i$. $$\frac{\partial J}{\partial q_{if}} = %sq_{if}p_i$$"
    assert words(text % "2") == ["definition", "proved"]
    assert words(text % "3") == ["definition", "wrong"]


def test_a_row_may_rest_on_a_name_as_it_was_first_defined() -> None:
    text = (
        r"$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}$ and $H(y, p) = -\sum_i y_i\log p_i$. "
        r"Only the $k$-th entry of $y$ is one, so $$H(y, p) = -\log p_k$$ "
        r"$$\frac{\partial H}{\partial z_i} = -\frac{1}{p_k}\frac{\partial p_k}{\partial z_i}$$ "
        r"$$\frac{\partial H}{\partial z_i} = p_i %s y_i$$"
    )
    assert words(text % "-")[-1] == "proved"
    assert "wrong" not in words(text % "-")
    assert words(text % "+")[-1] == "wrong"


def test_the_last_layer_alone() -> None:
    text = (
        r"$C = \frac12\sum_j(y_j-a_j^L)^2$ where $a_j^L = \tanh(z_j^L)$ and "
        r"$z_j^L = \sum_k w_{jk}^L a_k^{L-1}$. "
        r"$$\delta_j^L = \frac{\partial C}{\partial z_j^L} = (a_j^L-y_j)(1 %s (a_j^L)^2)$$"
    )
    assert words(text % "-")[-1] == "proved"
    assert words(text % "+")[-1] == "wrong"


def test_words_of_other_languages_define() -> None:
    text = (
        r"$S_i = \frac{e^{a_i}}{\sum_k e^{a_k}}$. $$\frac{\partial S_i}{\partial a_i} = "
        r"\frac{e^{a_i}\Sigma %s e^{a_i}e^{a_i}}{\Sigma^2}$$ donde $\Sigma$ denota $\sum_k e^{a_k}$."
    )
    assert words(text % "-")[-2:] == ["proved", "definition"]
    assert words(text % "+")[-2:] == ["wrong", "definition"]


@pytest.mark.parametrize("one", [r"1\{k=l\}", "1(k = l)", "1[k=l]", r"\mathbb{1}(k=l)"])
def test_indicators_of_a_plain_one(one: str) -> None:
    text = r"$p_k = \frac{e^{s_k}}{\sum_j e^{s_j}}$. $$\frac{\partial\log p_k}{\partial s_l} = %s %s p_l$$"
    assert words(text % (one, "-")) == ["definition", "proved"]
    assert words(text % (one, "+")) == ["definition", "wrong"]


def test_a_temperature_is_no_size() -> None:
    text = (
        r"$s_i = \frac{e^{z_i/T}}{\sum_j e^{z_j/T}}$ and $\sum_i t_i = 1$. "
        r"$$\frac{\partial}{\partial z_k}\left(-\sum_i t_i\log s_i\right) = "
        r"-\frac1T\sum_i t_i(\delta_{ik} - s_k) = \frac1T(s_k %s t_k)$$"
    )
    assert words(text % "-")[-2:] == ["proved", "proved"]
    assert words(text % "+")[-2:] == ["proved", "wrong"]


def test_a_function_of_a_number_whose_name_has_indices_elsewhere() -> None:
    text = (
        r"$$z_j=\sum_i w_{ij}x_i,\quad h_j=\sigma(z_j)$$ where $\sigma(z)=\frac{1}{1+e^{-z}}$. "
        r"$$\sigma'(z)=\sigma(z)(1%s\sigma(z))$$"
    )
    assert words(text % "-")[-1] == "proved"
    assert words(text % "+")[-1] == "wrong"


def test_a_range_of_a_letter_does_not_hide_what_a_mean_says_of_a_size() -> None:
    text = (
        r"For $k \in \{1, \dots, N\}$ let $$\mu_l = \frac{1}{N}\sum_p h_{pl}$$ "
        r"and $$g_{kl} = h_{kl} - \mu_l$$ "
        r"so that $$\frac{dg_{kl}}{dh_{ij}} = \delta_{ik}\delta_{jl} %s \frac{1}{N}\delta_{jl}$$"
    )
    assert words(text % "-")[-1] == "proved"
    assert words(text % "+")[-1] == "wrong"

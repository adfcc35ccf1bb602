"""What names, marks and sums of one document mean to it: true rows are proved, one slip is found."""

from __future__ import annotations

import pytest

from symderiv.documents.check import check
from symderiv.documents.source import from_text


def words(text: str) -> list[str]:
    """The words of a text's rows, in order, but for what is no claim."""
    checked = check(from_text(text, "text", "markdown"), repairs=False, checkers=("balls", "calculus"))
    return [r.word for r in checked.rows if r.word != "not a claim"]


@pytest.mark.parametrize(
    ("text", "right", "slip"),
    [
        # a name with a prime, where nothing of one number is in the name without
        (
            (
                r"$I = \sum_i p_i g_i$ and $J = I/U'$ where $U = \sum_i p_i^2$ and "
                r"$U' = \sum_i(p_i + g_i - p_i g_i)$. $$\frac{\partial J}{\partial p_k} = %s$$"
            ),
            r"\frac{g_k U' - I(1-g_k)}{U'^2}",
            r"\frac{g_k U' - I(1-g_k)}{U'}",
        ),
        # the length of a vector between bars, and a cosine by its name
        (
            (
                r"$$\cos(a, b) = \frac{\sum_i a_ib_i}{|a||b|}$$ with $u_i = a_i/|a|$, $v_i = b_i/|b|$. "
                r"$$\frac{\partial\cos}{\partial a_k} = %s$$"
            ),
            r"\frac{1}{|a|}(v_k - u_k\cos)",
            r"\frac{1}{|a|}(v_k - u_k)",
        ),
        # labels of several letters above a name; a sum of terms that are all the same
        (
            (
                r"The labels: $y_k^{LS} = (1-\epsilon)y_k + \epsilon/K$, with $\sum_{k=1}^K y_k = 1$. "
                r"$$\sum_k y_k^{LS} = (1-\epsilon)\sum_k y_k + \sum_k \epsilon/K = %s$$"
            ),
            r"1 - \epsilon + \epsilon",
            r"1 - \epsilon - \epsilon",
        ),
        # letters in brackets behind a name are indices
        (
            (
                r"$$Q = \sum_{t}\sum_i\sum_j\xi_t(i,j)\log a_{ij}$$ "
                r"$$\frac{\partial Q}{\partial a_{ij}} = %s$$"
            ),
            r"\frac{\sum_t\xi_t(i,j)}{a_{ij}}",
            r"\frac{\sum_t\xi_t(j,i)}{a_{ij}}",
        ),
        # a name that is given to part of an earlier definition; r_w and r_l, of two things
        (
            (
                r"$$p(a \succ b) = \frac{e^{r_w}}{e^{r_w} + e^{r_l}}$$ $L = -\log\sigma(r_w - r_l)$ with the "
                r"logistic $\sigma$. Put $d = r_w - r_l$. $$\frac{\partial L}{\partial d} = %s$$"
            ),
            r"-(1-\sigma(d))",
            r"1-\sigma(d)",
        ),
        # g is a number, since a derivative is by it
        (
            (
                r"$$w_i = \frac{g}{\|v\|}v_i, \quad \|v\| = \sqrt{\sum_j v_j^2}$$ "
                r"$$\frac{\partial L}{\partial g} = \sum_i\frac{\partial L}{\partial w_i}\frac{v_i}{\|v\|}$$ "
                r"$$\frac{\partial w_i}{\partial v_k} = %s$$"
            ),
            r"g\left(\frac{\delta_{ik}}{\|v\|} - \frac{v_iv_k}{\|v\|^3}\right)",
            r"g\left(\frac{\delta_{ik}}{\|v\|} - \frac{v_iv_k}{\|v\|^2}\right)",
        ),
        # "call this", and a name behind "=:"
        (
            (
                r"$o_i = \sum_j a_{ij}v_j$ and $g_i = \frac{\partial L}{\partial o_i}$. "
                r"$$\frac{\partial L}{\partial a_{ij}} = g_iv_j$$ call this $H_{ij}$. "
                r"$$\sum_l H_{il}a_{il} = g_io_i =: D_i$$ $$\sum_l (H_{il} - D_i)a_{il} = %s$$"
            ),
            r"D_i(1 - \sum_l a_{il})",
            r"D_i(1 + \sum_l a_{il})",
        ),
        # fractions with \over, operators with what they are by below
        (
            r"$f = {w^2 \over 2} + bw$. $$\partial_w f = %s, \qquad {\partial f \over \partial b} = w$$",
            "w + b",
            None,
        ),
        (
            r"$f = {w^2 \over 2} + bw$. $${\partial f \over \partial b} = w, \qquad \partial_w f = %s$$",
            "w + b",
            "w - b",
        ),
        # a name below a logarithm, in the form that the target stands in
        (
            (
                r"$q_{ij} = \frac{e^{y_iy_j}}{\sum_k\sum_l e^{y_ky_l}}$. Write $w_{ij} = e^{y_iy_j}$ and "
                r"$Z = \sum_k\sum_l w_{kl}$, so that $q_{ij} = w_{ij}/Z$. "
                r"$$\frac{\partial\log q_{ij}}{\partial w_{ij}} = \frac{1}{w_{ij}} %s \frac1Z$$"
            ),
            "-",
            "+",
        ),
        # sums over pairs
        (
            (
                r"$$L = \sum_{(u,i)\in K}(r_{ui} - \sum_f p_{uf}q_{if})^2$$ "
                r"$$\frac{\partial L}{\partial p_{uf}} = -2\sum_{i\in K_u}(r_{ui} - \sum_g p_{ug}q_{ig})%s$$"
            ),
            "q_{if}",
            "q_{uf}",
        ),
        (
            r"$t = \sum_{k \neq l} (w_{kl} - c)^2$. $$\frac{dt}{dc} = %s2\sum_{k \neq l} (w_{kl} - c)$$",
            "-",
            "",
        ),
        (
            (
                r"$p_j = \frac{e^{z_j}}{\sum_k e^{z_k}}$. "
                r"$$\frac{\partial p_j}{\partial z_i} = p_j(\mathbb 1_{[i=j]} %s p_i)$$"
            ),
            "-",
            "+",
        ),
        # the derivative of a function of a number, of which the rows have vectors
        (
            r"$z_j = \sum_k w_{jk}x_k$, $a_j = \sigma(z_j)$, $\sigma$ logistic. $$\sigma'(z) = %s$$",
            r"\sigma(z)(1-\sigma(z))",
            None,
        ),
        # indices in brackets, beside arguments that are the same everywhere
        (
            (
                r"$$\pi(a|s,\theta) = \frac{e^{h(s,a,\theta)}}{\sum_b e^{h(s,b,\theta)}}, \quad "
                r"h(s,a,\theta) = \sum_d \theta_d x_d(s,a)$$ "
                r"$$\frac{\partial\ln\pi(a|s,\theta)}{\partial\theta_d} = x_d(s,a) %s$$"
            ),
            r"- \sum_b\pi(b|s,\theta)x_d(s,b)",
            r"- \sum_b\pi(b|s,\theta)x_d(s,a)",
        ),
        # a name that is short for part of another is no way by which the loss depends on it
        (
            (
                r"$v = \frac1N\sum_i x_i^2$, $h_i = x_i/\sqrt{v+\epsilon}$ and a loss $L$ of these. Put "
                r"$s = \sqrt{v+\epsilon}$. $$\frac{\partial L}{\partial x_i} = "
                r"\frac1s\frac{\partial L}{\partial h_i} %s "
                r"\frac{x_i}{Ns^3}\sum_j\frac{\partial L}{\partial h_j}x_j$$"
            ),
            "-",
            "+",
        ),
        # numbers tell names apart where no letter stands in their place
        (
            (
                r"$h = \frac{1}{1+e^{-z}}$ where $z = w_0 + w_1x_1 + w_2x_2$, $J = -\log(h)$. "
                r"$$\frac{\partial J}{\partial w_1} = %s$$ Later, $w_j$ of any $j$: $\sum_j w_jx_j$."
            ),
            "-(1-h)x_1",
            "-(1-h)x_2",
        ),
        # what is observed is no function of the parameters of its model
        (
            (
                r"The model is $y_i = a + bx_i + \varepsilon_i$. $$S(a,b) = \sum_i(y_i - a - bx_i)^2$$ "
                r"$$\frac{\partial S}{\partial b} = %s2\sum_i x_i(y_i - a - bx_i)$$"
            ),
            "-",
            "",
        ),
        # remarks behind "&&"; a letter below a sum, before a name
        (
            (
                r"$$\begin{align} v &= \frac1d\sum_k x_k^2 && \text{(variance)}\\ "
                r"\frac{\partial v}{\partial x_j} &= %s && \text{chain rule} \end{align}$$"
            ),
            r"\frac2d x_j",
            r"\frac1d x_j",
        ),
        (
            r"$$J = \sum_if(X_i)w_i^2$$ $$\frac{\partial J}{\partial w_i} = %s$$",
            "2f(X_i)w_i",
            "f(X_i)w_i",
        ),
        # a product of a matrix and a column of another one, with entries of it
        (
            (
                r"$f = Wx_i$, i.e. $f_j = \sum_d W_{jd}x_{id}$, and $L_i = -f_{y_i} + \log\sum_j e^{f_j}$. "
                r"Let $p_k = e^{f_k}/\sum_j e^{f_j}$. $$\frac{\partial L_i}{\partial f_k} = %s$$"
            ),
            r"p_k - \mathbb 1(y_i = k)",
            r"p_k + \mathbb 1(y_i = k)",
        ),
        # where a maximum has two places there is no derivative
        (
            (
                r"$f_j = \sum_d W_{jd}x_d$, $L = \sum_{j \neq c}\max(0, f_j - f_c + 1)$. "
                r"$$\frac{\partial L}{\partial f_c} = %s\sum_{j \neq c}\mathbb 1(f_j - f_c + 1 > 0)$$"
            ),
            "-",
            "",
        ),
        # 1/N before another sum is still the size of what N was said of
        (
            (
                r"$n=1,\dots,N$; $y_{nk} = \sum_j w_{jk}\tanh(h_{nj})$ and $e_{nk} = y_{nk} - t_{nk}$. "
                r"$$E = \frac{1}{2N}\sum_n\sum_k(y_{nk}-t_{nk})^2$$ "
                r"$$\frac{\partial E}{\partial h_{nj}} = \frac1N\sum_k e_{nk}w_{jk}(1 %s \tanh^2(h_{nj}))$$"
            ),
            "-",
            "+",
        ),
        # what a derivative is by is no size
        (
            (
                r"$L = -n\log(2b) - \frac1b\sum_i|x_i-\mu|$. "
                r"$$\frac{\partial L}{\partial b} = -\frac{n}{%s} + \frac{1}{b^2}\sum_i|x_i-\mu|$$"
            ),
            "b",
            "2b",
        ),
        (
            (
                r"$Z = \sum_s e^{-bE_s}$, $p_s = e^{-bE_s}/Z$ and $\langle E\rangle = \sum_s p_sE_s$. "
                r"$$\frac{\partial\log Z}{\partial b} = %s\langle E\rangle$$"
            ),
            "-",
            "",
        ),
        # the loss depends on S by way of a function of it
        (
            (
                r"$A_{ij} = \mathrm{softmax}(S)_{ij} = \frac{\exp(S_{ij})}{\sum_k\exp(S_{ik})}$, "
                r"$O_{ic} = \sum_j A_{ij}V_{jc}$. Denote $dO_{ic} = \frac{\partial L}{\partial O_{ic}}$. "
                r"$$dA_{ij} = \sum_c dO_{ic}V_{jc}$$ $$dV_{jc} = \sum_i A_{ij}dO_{ic}$$ "
                r"$$dS_{ik} = \sum_j dA_{ij}A_{ij}(\delta_{jk} %s A_{ik})$$"
            ),
            "-",
            "+",
        ),
        # letters with marks above them, halves, deltas for differentials
        (
            r"$ŷ_i = \frac{e^{z_i}}{∑_j e^{z_j}}$, $E = ½ ∑_i (ŷ_i − x̄_i)²$. $$∂E/∂ŷ_i = ŷ_i %s x̄_i$$",
            "-",
            "+",
        ),
        (
            (
                r"$\hat y = mx + b$, $J = \frac1n\sum_{i=1}^n(y_i - \hat y_i)^2$. "
                r"$$\frac{\delta J}{\delta m} = %s\frac2n\sum_{i=1}^n x_i(y_i - (mx_i + b))$$"
            ),
            "-",
            "",
        ),
        (
            (
                r"$\hat y = wx + b$, $J = \frac1n\sum_{i=1}^n(y_i - \hat y_i)^2$. "
                r"$$\frac{\partial J}{\partial w} = %s\frac2n\sum_{i=1}^n x_i(y_i - \hat y_i)$$"
            ),
            "-",
            "",
        ),
        # other signs for one index being another, limits of both sides below a sum
        (
            (
                r"$s_i = \frac{\exp{(x_i)}}{\sum_{1\le j\le n}\exp{(x_j)}}$. "
                r"$$\frac{\partial s_i}{\partial x_j} = s_i(\delta(i,j) - s_j) = "
                r"s_i(\mathbf{1}_{\{i=j\}} %s s_j)$$"
            ),
            "-",
            "+",
        ),
        # primes behind a bracket with a factor before it
        (
            r"$$\left(\frac{x}{1+x}\right)' = \frac{(x)'(1+x) %s x(1+x)'}{(1+x)^2}$$",
            "-",
            "+",
        ),
    ],
)
def test_names(text: str, right: str, slip: str | None) -> None:
    assert "wrong" not in words(text % right)
    assert words(text % right)[-1] == "proved"
    assert slip is None or words(text % slip)[-1] == "wrong"


def test_sums_over_all_but_one_speak_of_the_others() -> None:
    text = (
        r"$$\ell_{i,j} = -s_{i,j} + \log(1 + \sum_{k \neq i}e^{s_{i,k}})$$ with "
        r"$p_{i,k} = \frac{e^{s_{i,k}}}{1+\sum_{m \neq i}e^{s_{i,m}}}$. "
        r"$$\frac{\partial\ell_{i,j}}{\partial s_{i,j}} = p_{i,j} %s 1$$"
    )
    assert words(text % "-")[-1] == "proved"
    assert words(text % "+")[-1] == "wrong"


def test_functions_in_cases_that_the_text_says() -> None:
    text = (
        r"Para $r>0$: $\rho(r) = \tau r$; para $r<0$: $\rho(r) = (\tau-1)r$. "
        r"$$\rho'(r) = %s$$"
    )
    assert "wrong" not in words(text % r"\tau - 1")
    assert words(text % r"\tau + 1")[-1] == "wrong"


def test_numbers_that_are_given_in_passing() -> None:
    text = (
        r"$T(\alpha,\beta) = \alpha x + \beta y$. For $\alpha=\beta=1/2$ a mean, for $\alpha=\beta=1$ a sum."
    )
    assert words(text) == ["definition"]


def test_a_constraint_that_is_put_in_again() -> None:
    text = (
        r"The constraint is $\sum_j a_{ij} = 1$. $$L = \sum_i\sum_j n_{ij}\log a_{ij} "
        r"+ \sum_i\lambda_i(1 - \sum_j a_{ij})$$ Setting the derivative to zero gives "
        r"$a_{ij} = \frac{1}{\lambda_i}n_{ij}$. Then $$1 = \sum_j a_{ij} = \frac{1}{\lambda_i}\sum_j n_{%s}$$"
    )
    assert "wrong" not in words(text % "ij")
    assert words(text % "ji")[-1] == "wrong"


@pytest.mark.parametrize(
    "text",
    [
        r"We have $\frac{d}{dx}\max(0, x) = 1$ for $x %s 0$.",
        r"For $x %s 0$ we have $\frac{d}{dx}|x| = 1$.",
        "$g(x) = |x|$\n\n$$g'(x) = 1, \\quad x %s 0$$",
        "$g(x) = |x|$\n\n$$g'(x) = 1 \\quad \\text{for } x %s 0$$",
    ],
)
def test_ranges_of_values_beside_a_claim(text: str) -> None:
    assert words(text % ">")[-1] == "proved"
    assert words(text % "<")[-1] == "wrong"


@pytest.mark.parametrize(
    "text",
    [
        r"$L = \max(0, s - t + 1)$. When the loss is positive, $$\frac{\partial L}{\partial s} = %s1$$",
        r"$L = (1-Y)s + Ys^2$. For $Y=0$: $\frac{\partial L}{\partial s} = %s1 + 0s$.",
    ],
)
def test_cases_that_are_said_in_words_or_by_a_value(text: str) -> None:
    assert words(text % "")[-1] in ("proved", "undecided")
    assert words(text % "-")[-1] == "wrong"


def test_how_many_there_are_matters_to_sums_only() -> None:
    text = (
        r"Two classes with means $\mu_k$. $$a = \frac{(x-\mu_2)^2}{2} - \frac{(x-\mu_1)^2}{2} = "
        r"(\mu_1-\mu_2)x %s \frac{\mu_1^2-\mu_2^2}{2}$$"
    )
    assert words(text % "-")[-1] == "proved"
    assert words(text % "+")[-1] == "wrong"


def test_the_same_loss_of_several() -> None:
    text = (
        r"$$K = -\log\sigma - \frac12 + \frac{\sigma^2+\mu^2}{2}$$ In several dimensions "
        r"$$K = -\frac12\sum_j(1 + \log\sigma_j^2 - \mu_j^2 - \sigma_j^2)$$ "
        r"$$\frac{\partial K}{\partial\mu_j} = %s\mu_j$$"
    )
    assert words(text % "")[-1] == "proved"
    assert words(text % "2")[-1] == "wrong"


def test_one_term_of_a_sum_over_pairs() -> None:
    text = (
        r"$$J = \sum_{(u,i)\in K}(r_{ui} - m - b_u - b_i)^2 + \lambda(b_u^2 + b_i^2)$$ With the error "
        r"$e_{ui} = r_{ui} - m - b_u - b_i$ the gradient for one rating is "
        r"$$\frac{\partial J}{\partial b_u} = -2e_{ui} %s 2\lambda b_u$$"
    )
    assert words(text % "+")[-1] == "proved"
    assert words(text % "-")[-1] == "wrong"


@pytest.mark.parametrize(
    ("example", "entry"), [("x^{(i)}", "x_j^{(i)}"), ("x^i", "x_j^i"), ("x_i", "x_{ij}")]
)
def test_a_function_of_a_vector_at_one_of_several(example: str, entry: str) -> None:
    text = (
        r"$h(x) = g(\theta^Tx)$ with $g(z) = \frac{1}{1+e^{-z}}$ and one label $y_i$ for each example. "
        rf"$$J(\theta) = -\frac1m\sum_{{i=1}}^m [y_i\log h({example}) + (1-y_i)\log(1-h({example}))]$$ "
        rf"$$\frac{{\partial J(\theta)}}{{\partial\theta_j}} = \frac1m\sum_{{i=1}}^m "
        rf"(h({example}) %s y_i){entry}$$"
    ).replace("y_i", "y^i" if "^i" in example else "y_i")
    checked = check(from_text(text % "-", "text", "markdown"), repairs=False)
    assert checked.clean
    assert words(text % "-")[-1] == "proved"
    assert words(text % "+")[-1] == "wrong"


def test_a_sum_behind_a_factor_goes_on() -> None:
    text = (
        r"$$J = -\frac1m\sum_{i=1}^m y_i\log p_i + (1-y_i)\log(1-p_i)$$ "
        r"$$\frac{\partial J}{\partial p_k} = -\frac1m\left(\frac{y_k}{p_k} %s \frac{1-y_k}{1-p_k}\right)$$"
    )
    assert words(text % "-")[-1] == "proved"
    assert words(text % "+")[-1] == "wrong"


def test_a_name_with_a_prime_beside_an_input() -> None:
    text = (
        r"$m = \max_k z_k$, let $z'_j = z_j - m$. "
        r"$$\frac{e^{z'_j}}{\sum_k e^{z'_k}} = \frac{e^{%s}}{\sum_k e^{z_k}}$$"
    )
    assert words(text % "z_j")[-1] == "proved"
    assert words(text % "z_j - m")[-1] == "wrong"


def test_a_square_says_what_its_name_is() -> None:
    text = (
        r"$r = \sum_i x_iw_i$ with $w_i = \frac{y_i-m}{t}$, $t^2 = \sum_i(y_i-m)^2$ and "
        r"$m = \frac1n\sum_i y_i$. $$\frac{\partial r}{\partial x_j} = %sw_j$$"
    )
    assert words(text % "")[-1] == "proved"
    assert "wrong" not in words(text % "")
    assert words(text % "2")[-1] == "wrong"


def test_a_condition_of_the_next_sentence_is_not_said_of_a_row() -> None:
    text = "$$\\frac{d}{dx}(gx^2) = %s 2gx$$\n\nFor $g=0$ this is zero."
    assert words(text % "")[-1] == "proved"
    assert words(text % "-")[-1] == "wrong"


def test_a_name_that_comes_late_makes_no_definition_of_a_function() -> None:
    text = (
        "$$\\frac{e^a}{e^a+e^b} = \\frac{1}{1+e^{b-a}} = \\sigma(a-b)$$\n\n"
        "The loss is $L = -\\log\\sigma(a-b)$, of the sigmoid of a difference. Let $d = a-b$.\n\n"
        "$$\\frac{\\partial L}{\\partial d} = %s\\sigma(-d)$$"
    )
    assert words(text % "-")[-1] == "proved"
    assert words(text % "")[-1] == "wrong"


@pytest.mark.parametrize("words_of_it", ["for $j=o$ and else 0", "if $j = o$, otherwise $0$"])
def test_a_label_that_is_said_in_words(words_of_it: str) -> None:
    text = (
        r"$E = -u_o + \log\sum_j e^{u_j}$, $p_j = \frac{e^{u_j}}{\sum_k e^{u_k}}$. "
        rf"$$\frac{{\partial E}}{{\partial u_j}} = p_j %s t_j$$ where $t_j = 1$ {words_of_it}."
    )
    assert words(text % "-")[-2] == "proved"
    assert words(text % "+")[-2] == "wrong"


def test_values_of_labels_raise_no_alarm() -> None:
    text = (
        r"$E = -u_o + \log\sum_j e^{u_j}$, $p_j = \frac{e^{u_j}}{\sum_k e^{u_k}}$. "
        r"$$\frac{\partial E}{\partial u_j} = p_j - t_j$$ and $t_o = 1$ for the word that was seen."
    )
    assert "wrong" not in words(text)


def test_primed_letters_in_brackets() -> None:
    text = (
        r"$$p(y|x) = \frac{1}{Z(x)}\exp\Big(\sum_k w_kf_k(x,y)\Big), \quad "
        r"Z(x) = \sum_y\exp\Big(\sum_k w_kf_k(x,y)\Big)$$ "
        r"$$\frac{\partial\log p(y|x)}{\partial w_k} = f_k(x,y) %s \sum_{y'}p(y'|x)f_k(x,y')$$"
    )
    assert words(text % "-")[-1] == "proved"
    assert words(text % "+")[-1] == "wrong"


def test_a_factor_before_a_bracket_in_an_exponent() -> None:
    text = (
        "For a pair, $P_{ij} = \\frac{1}{1+e^{-\\sigma(s_i-s_j)}}$ where $\\sigma$ is a constant.\n\n"
        "$$C_{ij} = -\\log P_{ij}$$\n\n"
        "$$\\frac{\\partial C_{ij}}{\\partial s_i} = -\\frac{\\sigma}{1 %s e^{\\sigma(s_i-s_j)}}$$"
    )
    checked = check(from_text(text % "+", "text", "markdown"), repairs=False)
    assert checked.clean
    assert words(text % "+")[-1] == "proved"
    assert words(text % "-")[-1] == "wrong"

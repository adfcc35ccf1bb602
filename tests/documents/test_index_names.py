"""What names, marks and sums of one document mean to it: true rows are proved, one slip is found."""

from __future__ import annotations

import pytest

from symderiv.documents.check import check
from symderiv.documents.text.source import from_text
from tests.documents.rows import words


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


def test_the_letters_of_a_logarithm_as_indices() -> None:
    text = r"$$P_{ln} = \frac{e^{s_{ln}}}{\sum_r e^{s_{lr}}}$$ $$1 - P_{ll} = \sum_{r \ne l} P_{%s}$$"
    assert words(text % "lr")[-1] == "proved"
    assert words(text % "ll")[-1] == "wrong"
    text = (
        r"$$P_{ln} = \frac{e^{s_{ln}}}{\sum_r e^{s_{lr}}}$$ $$\frac{\partial P_{ln}}{\partial s_{ln}} = %s$$"
    )
    assert words(text % "P_{ln} (1 - P_{ln})")[-1] == "proved"
    assert words(text % "P_{ln} (1 - P_{ll})")[-1] == "wrong"


def test_a_softmax_called_d() -> None:
    text = r"$$D_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$$ "
    text += r"$$\frac{\partial D_i}{\partial z_j} = D_i (\delta_{ij} - D_j) = \delta_{ij} D_i - D_i D_%s$$"
    assert words(text % "j") == ["definition", "proved", "proved"]
    assert words(text % "i") == ["definition", "proved", "wrong"]


def test_the_layer_of_a_name_above_it() -> None:
    text = r"$$a_i = \sigma(w^1_i x), \quad y = \sum_i w^2_i a_i, \quad L = \frac12 (y - t)^2$$ "
    text += r"$$\frac{\partial L}{\partial w^2_i} = (y - t) a_i$$ "
    text += r"$$\frac{\partial L}{\partial w^1_i} = \frac{\partial L}{\partial a_i} a_i (1 - a_i) x = %s$$"
    right = r"(y - t) w^%d_i a_i (1 - a_i) x"
    start = r"Here $\sigma(z) = \frac{1}{1 + e^{-z}}$. "
    assert words(start + text % right % 2)[-3:] == ["proved"] * 3
    assert words(start + text % right % 1)[-1] == "wrong"


def test_the_class_of_an_example_without_its_index() -> None:
    text = r"$$p_k = \frac{e^{s_k}}{\sum_j e^{s_j}}$$ The loss is $$L_i = -\log p_{y_i}$$ and so "
    text += r"$$\frac{\partial L}{\partial s_k} = %s - 1[k = y]$$"
    assert words(text % "p_k")[-1] == "proved"
    assert words(text % "p_y")[-1] == "wrong"


def test_sums_to_one_size_run_over_as_many() -> None:
    text = r"$$\mu=\frac{1}{m}\sum_{i=1}^m x_i$$ "
    text += r"$$s = \sum_{i=1}^m a_i + \frac{1}{m} \sum_{i=1}^m x_i = \sum_{i=1}^m a_i + %s$$"
    assert words(text % r"\mu")[-1] == "proved"
    assert words(text % r"m \mu")[-1] == "wrong"


def test_indices_in_words_below_a_name() -> None:
    text = r"$$L = - \sum_{k=1}^K y_{k,i} \log p_{k,i}$$ Let $c$ be the true class. Then $y_\text{c, i} = 1$"
    text += r" and $y_\text{k, i} = 0$ for $k \neq c$. In this case "
    text += r"$$\frac{\partial L}{\partial p_{c,i}} = - \frac{1}{p_{c,i}}$$"
    assert words(text)[-1] == "undecided"  # and not wrong


def test_numbers_of_layers_above_a_matrix() -> None:
    text = r"$$Y^1 = XW^1+b^1$$ $$\hat y = H^1W^2 + b^2$$ "
    text += r"$$\frac{\partial L}{\partial W^2} = (H^1)^T \frac{\partial L}{\partial \hat y}$$"
    assert check(from_text(text, "x.md", "markdown")).clean
    text = r"$$L = w^2$$ $$\frac{\partial L}{\partial w^2} = 2$$"
    assert not check(from_text(text, "x.md", "markdown")).clean


def test_a_column_of_remarks() -> None:
    text = r"\begin{align} f(x) &= x^2 \\ f'(x) &= 2 x &\text{chain rule} \\ &= x %s x &\text{the sum}"
    text += r"\end{align}"
    assert words(text % "+") == ["definition", "proved", "proved"]
    assert words(text % "-") == ["definition", "proved", "wrong"]


def test_marked_indices_in_words_below_a_name() -> None:
    text = r"$$L = - \sum_{k=1}^K y_{k,i} \log p_{k,i}$$ Then $y_\text{c*, i} = 1$. "
    text += r"$$\frac{\partial L}{\partial p_{c^*,i}} = - \frac{1}{p_{c^*,i}}$$"
    assert words(text)[-1] == "undecided"  # and not wrong


def test_names_with_the_name_of_a_unit_below_them() -> None:
    """Two kinds of units, and what each of them gives: none is defined by itself."""
    text = """$$h_1 = u_1 x_1 + u_2 x_2$$ $$g_{h_1} = \\tanh(h_1)$$ $$o_1 = v_1 g_{h_1} + v_2 g_{h_2}$$
$$g_{o_1} = \\tanh(o_1)$$ $$C = \\frac12 (t_1 - g_{o_1})^2$$
$$\\frac{\\partial C}{\\partial v_1} = (%s) (1 - g_{o_1}^2) g_{h_1}$$"""
    assert words(text % "g_{o_1} - t_1")[-1] == "proved"
    assert words(text % "t_1 - g_{o_1}")[-1] == "wrong"


@pytest.mark.parametrize(("sign", "word"), [("", "proved"), ("-", "wrong")])
def test_units_below_a_name_with_a_bar_and_without(sign: str, word: str) -> None:
    text = r"""$h_1 = w_1 x_1$, $a_{h_1} = \tanh(h_1)$, $o_1 = w_2 a_{h_1}$, $a_{o_1} = \tanh(o_1)$,
$E = \frac12 (t - a_{o_1})^2$

$$\frac{\partial E}{\partial w2} = SIGN(a_{o1} - t) (1 - a_{o1}^2) a_{h1}$$"""
    assert words(text.replace("SIGN", sign))[-1] == word


@pytest.mark.parametrize(("sign", "word"), [("-", "proved"), ("+", "wrong")])
def test_a_size_called_d_that_a_row_tells(sign: str, word: str) -> None:
    text = r"""Let $Q = X W_Q \in \mathbb{R}^{T \times d_k}$ with $d_k = d / h$, and
$S = \frac{Q K^T}{\sqrt{d_k}}$, $A_{ij} = \frac{e^{S_{ij}}}{\sum_k e^{S_{ik}}}$.

$$\frac{\partial A_{ij}}{\partial S_{ik}} = A_{ij} (\delta_{jk} SIGN A_{ik})$$"""
    assert words(text.replace("SIGN", sign))[-1] == word

# ruff: noqa: E501
"""Vectors and matrices as people write them: projections, eigenvectors, angles, what is written out."""

from __future__ import annotations

import pytest

from tests.documents.rows import words

CENTRE = r"Let $v\in\mathbb{R}^m$ and $$H = I - \frac1m \mathbf 1\mathbf 1^T, \quad w = Hv$$ where $\mathbf 1$ has ones only. "
EIGEN = (
    r"For $a_i\in\mathbb{R}^d$ let $$S = \frac1n\sum_{i=1}^n a_i a_i^T, \quad F(q, \alpha) = q^TSq - \alpha(q^Tq - 1).$$ As $S$ is symmetric and $q^Tq = 1$ "
    r"$$\frac{\partial F}{\partial q} = 2Sq - 2\alpha q = 0$$ so that $$Sq = \alpha q.$$ "
)
ANGLE = r"$x, y\in\mathbb{R}^n$. $$c(x,y) = \cos\phi = \frac{x^Ty}{\|x\|\|y\|}$$ "
LATER = r"$x\in\mathbb{R}^n$. $$u = \frac{x}{\|x\|}$$ and $g = \frac{\partial L}{\partial u}$. Then $$\frac{\partial L}{\partial x} = \frac{1}{\|x\|}(g - u(u^Tg))$$ "

THREE = (
    r"$$\mathbf{q} = \mathrm{softmax}(\mathbf{u}) = \begin{pmatrix} q_1 \\ q_2 \\ q_3\end{pmatrix} = \begin{pmatrix} "
    r"\frac{e^{u_1}}{e^{u_1}+e^{u_2}+e^{u_3}} \\ \frac{e^{u_2}}{e^{u_1}+e^{u_2}+e^{u_3}} \\ "
    r"\frac{e^{u_3}}{e^{u_1}+e^{u_2}+e^{u_3}}\end{pmatrix}$$ "
)
WEIGHTED = r"$A\in\mathbb{R}^{n\times d}$, $b\in\mathbb{R}^n$, $D = \mathrm{diag}(r_1^2, \dots, r_n^2)$. "
NORMAL = r"$x, m\in\mathbb{R}^n$ with a symmetric $\Sigma\in\mathbb{R}^{n\times n}$. $$g = \frac12(x-m)^T\Sigma^{-1}(x-m)$$ "
REFLECTED = r"$$R = I - 2\frac{aa^T}{a^Ta}$$ "
CONTRAST = (
    r"$q, u_0, \dots, u_K\in\mathbb{R}^d$. $$L = -q^Tu_0 + \log\sum_{i=0}^K\exp(q^Tu_i), \quad "
    r"s_i = \frac{\exp(q^Tu_i)}{\sum_{j=0}^K\exp(q^Tu_j)}$$ "
)
LAYER = (
    r"$A_{in}\in\mathbb{R}^{B\times D}$, $U\in\mathbb{R}^{D\times E}$. $$Z = A_{in}U$$ and "
    r"$\delta = \frac{\partial L}{\partial Z} \in \mathbb{R}^{B\times E}$. "
)
SMALL = r"$$\begin{pmatrix} z_1 \\ z_2\end{pmatrix} = \begin{pmatrix} x_1 & x_2 \\ x_2 & x_3\end{pmatrix}\begin{pmatrix} w_1 \\ w_2\end{pmatrix}$$ "
MIXTURE = (
    r"$a_n\in\mathbb{R}^D$. $$F = \sum_n\sum_k g_{nk}\left[\log\pi_k - \frac D2\log 2\pi - "
    r"\frac12\|a_n - m_k\|^2\right]$$ "
)
WORDS = (
    r"Let $\hat y = \mathrm{softmax}(U^Tv)$ where the columns of $U$ are the $u_w$, and $y$ one-hot. "
    r"$$J = -u_o^Tv + \log\sum_w\exp(u_w^Tv)$$ "
)
STEPS = (
    r"$$h_t = \tanh(W_{hh}h_{t-1} + W_{xh}x_t), \quad q_t = W_{hy}h_t, \quad L_t = \frac12\|q_t - y_t\|^2$$ "
)
LATE = r"$y$ is one-hot. $$\ell = -y^T\log(\mathrm{softmax}(Uh))$$ Let $s = Uh$. "

ROWS = [
    # a square of a matrix is its product with itself; a size that only vectors of ones have
    (CENTRE + r"$$H^2 = (I - \frac1m\mathbf1\mathbf1^T)(I - \frac1m\mathbf1\mathbf1^T) = I - \frac2m\mathbf1\mathbf1^T + \frac{1}{m^2}\mathbf1(\mathbf1^T\mathbf1)\mathbf1^T = H$$", "proved"),
    (CENTRE + r"$$H^2 = I - \frac2m\mathbf1\mathbf1^T + \frac{1}{m}\mathbf1(\mathbf1^T\mathbf1)\mathbf1^T$$", "wrong"),
    # what comes of an eigenvector's equation
    (EIGEN + r"Hence $$q^TSq = \alpha q^Tq = \alpha$$", "proved"),
    (EIGEN + r"Hence $$q^TSq = \alpha q^Tq = 2\alpha$$", "wrong"),
    # an angle that only names a value
    (ANGLE + r"$$\frac{\partial c}{\partial x} = \frac{y}{\|x\|\|y\|} - c\frac{x}{\|x\|^2}$$", "proved"),
    (ANGLE + r"$$\frac{\partial c}{\partial x} = \frac{y}{\|x\|\|y\|} - c\frac{x}{\|x\|}$$", "wrong"),
    # any loss, though one is told behind it
    (LATER + r"Say $L = \frac12\|x - b\|^2$.", "definition"),
    # sums that are written out, with or without an ellipsis
    (r"$$Z = e^{u_1} + e^{u_2} + \dots + e^{u_K}, \quad q_i = \frac{e^{u_i}}{Z}$$ $$\frac{\partial q_i}{\partial u_i} = q_i(1-q_i)$$", "proved"),
    (r"$$Z = e^{u_1} + e^{u_2} + \dots + e^{u_K}, \quad q_i = \frac{e^{u_i}}{Z}$$ $$\frac{\partial q_i}{\partial u_i} = q_i - q_i$$", "wrong"),
    (r"$$a = w_{11}x_1 + w_{12}x_2 + \cdots + w_{1n}x_n + b, \quad a = \sum_{k=1}^n w_{1k}x_k + b$$", "proved"),
    (r"$$a = w_{11}x_1 + w_{12}x_2 + \cdots + w_{1n}x_n + b, \quad a = \sum_{k=1}^n w_{k1}x_k + b$$", "wrong"),
    (THREE + r"$$\frac{\partial q_1}{\partial u_2} = \frac{0 - e^{u_1}e^{u_2}}{(e^{u_1}+e^{u_2}+e^{u_3})^2} = -q_1q_2$$", "proved"),
    (THREE + r"$$\frac{\partial q_1}{\partial u_2} = \frac{0 - e^{u_1}e^{u_2}}{(e^{u_1}+e^{u_2}+e^{u_3})^2} = -q_1q_3$$", "wrong"),
    # an ellipsis in a diagonal matrix; a matrix beside its inverse
    (WEIGHTED + r"$$A^TDA = \sum_{i=1}^n r_i^2 a_i a_i^T$$ where $a_i^T$ are the rows of $A$.", "proved"),
    (WEIGHTED + r"$$D D^{-1}(b - At) = b - At$$", "proved"),
    (WEIGHTED + r"$$(A^TDA)^{-1}A^TD(At + D^{-1}b) = t + (A^TDA)^{-1}A^Tb$$", "proved"),
    (NORMAL + r"$$\frac{\partial g}{\partial x} = \Sigma^{-1}(x-m)$$", "proved"),
    (NORMAL + r"$$\frac{\partial g}{\partial x} = 2\Sigma^{-1}(x-m)$$", "wrong"),
    (NORMAL + r"$$\frac{\partial g}{\partial\Sigma} = -\frac12\Sigma^{-1}(x-m)(x-m)^T\Sigma^{-1}$$", "proved"),
    (NORMAL + r"$$\frac{\partial g}{\partial\Sigma} = \frac12\Sigma^{-1}(x-m)(x-m)^T\Sigma^{-1}$$", "wrong"),
    (NORMAL + r"$$h = \log|\Sigma| + g$$ $$\frac{\partial h}{\partial\Sigma} = \Sigma^{-1} - \frac12\Sigma^{-1}(x-m)(x-m)^T\Sigma^{-1}$$", "proved"),
    (NORMAL + r"$$h = \log|\Sigma| + g$$ $$\frac{\partial h}{\partial\Sigma} = \frac12\Sigma^{-1} - \frac12\Sigma^{-1}(x-m)(x-m)^T\Sigma^{-1}$$", "wrong"),
    # what an if assumes, also of a defined name
    (REFLECTED + r"If $b^Ta = 0$ then $Rb = b$.", "proved"),
    (REFLECTED + r"If $b^Ta = 0$ then $Rb = -b$.", "wrong"),
    (REFLECTED + r"For $c$, $d$ with $\|c\| = \|d\|$ let $r = c - d$. Then $r^Tr = 2c^Tc - 2c^Td$.", "proved"),
    (REFLECTED + r"For $c$, $d$ with $\|c\| = \|d\|$ let $r = c - d$. Then $r^Tr = 2c^Tc - c^Td$.", "wrong"),
    # one of the others; the error of a layer as a matrix; a column of names
    (CONTRAST + r"For $i \ne 0$ $$\frac{\partial L}{\partial u_i} = s_iq$$", "proved"),
    (CONTRAST + r"For $i \ne 0$ $$\frac{\partial L}{\partial u_i} = -s_iq$$", "wrong"),
    (LAYER + r"$$\frac{\partial L}{\partial U} = A_{in}^T\delta$$", "proved"),
    (LAYER + r"$$\frac{\partial L}{\partial U} = A_{in}^T\delta, \quad \frac{\partial L}{\partial A_{in}} = \delta U^T$$ and in other words $$\frac{\partial L}{\partial A_{in}} = U\delta^T$$", "wrong"),
    (LAYER + r"$$\frac{\partial L}{\partial U_{de}} = \sum_b (A_{in})_{bd}\delta_{be}$$", "proved"),
    (SMALL + r"$$\frac{\partial L}{\partial x_2} = w_2\frac{\partial L}{\partial z_1} + w_1\frac{\partial L}{\partial z_2}$$", "proved"),
    (SMALL + r"$$\frac{\partial L}{\partial x_2} = w_1\frac{\partial L}{\partial z_1} + w_2\frac{\partial L}{\partial z_2}$$", "wrong"),
    # a capital Greek letter is a matrix
    (r"With $n$ rows in $\Phi$ $$E(w) = \|t - \Phi w\|^2$$ $$\nabla E(w) = -2\Phi^T(t - \Phi w)$$", "proved"),
    (r"With $n$ rows in $\Phi$ $$E(w) = \|t - \Phi w\|^2$$ $$\nabla E(w) = -\Phi^T(t - \Phi w)$$", "wrong"),
    # a number before a bracket of vectors; pi beside weights of that name
    (MIXTURE + r"$$\frac{\partial F}{\partial m_k} = \sum_n g_{nk}(a_n - m_k)$$", "proved"),
    (MIXTURE + r"$$\frac{\partial F}{\partial m_k} = \sum_n g_{nk}(m_k - a_n)$$", "wrong"),
    # rows of a matrix by way of a definition; a matrix with two labels; what a label stands for
    (WORDS + r"$$\sum_w \hat y_w u_w = \frac{\sum_w \exp(u_w^Tv)u_w}{\sum_x \exp(u_x^Tv)}$$", "proved"),
    (WORDS + r"$$-u_o + \sum_w \hat y_w u_w = U(\hat y - y)$$", "undecided"),
    (STEPS + r"$$\frac{\partial L_t}{\partial h_t} = W_{hy}^T(q_t - y_t)$$", "proved"),
    (STEPS + r"$$\frac{\partial L_t}{\partial h_t} = W_{hy}^T(y_t - q_t)$$", "wrong"),
    # a name that is given late; the trace of a number; where something is least
    (LATE + r"$$\frac{\partial\ell}{\partial s} = \mathrm{softmax}(s) - y$$", "proved"),
    (LATE + r"$$\frac{\partial\ell}{\partial s} = y - \mathrm{softmax}(s)$$", "wrong"),
    (r"$a, b\in\mathbb{R}^n$. $$\mathrm{tr}(a^Tb) = \mathrm{tr}(ba^T)$$", "proved"),
    (r"$a, b\in\mathbb{R}^n$. $$t = \arg\min_a \|a - b\|^2, \quad t^Tt = \|t\|^2$$", "proved"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "last"), ROWS)
def test_row(text: str, last: str) -> None:
    """The last row of a text; the rows before it are no slip, nor is one before the right ones."""
    *before, found = words(text)
    assert found == last
    assert "wrong" not in before
    if last != "wrong":
        assert "unread" not in before


def test_entries_of_bold_vectors_in_bold() -> None:
    text = r"The label $\mathbf{y}$ is a one-hot vector, $\mathbf{y}_{c} = 1$ and $\mathbf{y}_{i} = 0$ for"
    text += r" $i \neq c$. $$L = -\sum_{i} \mathbf{y}_{i} \log \mathbf{s}_{i} = %s\log \mathbf{s}_{c}$$"
    assert words(text % "-")[-1] == "proved"
    assert words(text % "")[-1] == "wrong"


def test_an_example_of_a_vector() -> None:
    text = (
        r"$$p_i = \frac{e^{z_i}}{\sum_{j=1}^{K} e^{z_j}}$$ $$\frac{\partial p_i}{\partial z_i} = p_i(1-%s)$$"
    )
    text += r" For example, with $\mathbf{z} = [2.0, 1.0, 0.1]^T$ we get 0.659."
    assert words(text % "p_i") == ["definition", "proved"]
    assert words(text % "p_j")[-1] == "wrong"


def test_a_function_that_stands_before_its_argument_only() -> None:
    text = r"The vector is $\mathbf{s} = S(\mathbf{z})$. "
    text += r"$$\frac{\partial s_c}{\partial z_i} = \frac{\partial}{\partial z_i} \frac{e^{z_c}}{\sum_j e^{z_j}}$$"
    assert words(text)[-1] == "undecided"

# ruff: noqa: E501
"""Matrix derivations of other hands: what was once called wrong or not read, and the slip beside it."""

from __future__ import annotations

import pytest

from tests.documents.rows import words

SPACE = (
    r"Let $Q, K, V \in \mathbb{R}^{n\times d}$. $$S = QK^T \in \mathbb{R}^{n\times n}, \quad "
    r"O = SV \in \mathbb{R}^{n\times d}$$ "
)
ONES = (
    r"$x\in\mathbb{R}^n$. $$m = \frac1n\mathbf{1}^T x, \quad c = x - m\mathbf{1}$$ "
    r"where $\mathbf 1$ is the vector of ones. "
)
UNIT = r"Let $u^Tu = 1$. $$\|x - uu^Tx\|^2 = (x - uu^Tx)^T(x - uu^Tx) = x^Tx - "
ROWS_HOT = (
    r"The labels $Y$ are one-hot, one row per example. $$P_{nk} = \frac{e^{Z_{nk}}}{\sum_j e^{Z_{nj}}}$$ "
)

TWO_LAYERS = (
    r"$x\in\mathbb{R}^n$, $W_1\in\mathbb{R}^{m\times n}$, $W_2\in\mathbb{R}^{k\times m}$. $$z_1 = W_1 x + b_1, "
    r"\quad a_1 = \tanh(z_1), \quad z_2 = W_2a_1$$ and $$E = \frac12\|z_2 - y\|^2, \quad \delta_2 = "
    r"\frac{\partial E}{\partial z_2} = z_2 - y$$ "
)

LAYERS = (
    r"Weights $W^{(l)} \in \mathbb{R}^{s \times r}$ and $b^{(l)} \in \mathbb{R}^s$. $$z^{(l+1)} = W^{(l)} a^{(l)} + b^{(l)}, \quad a^{(l+1)} = f(z^{(l+1)})$$ with $f(z) = \frac{1}{1+e^{-z}}$ and "
    r"$$J(W, b; x, y) = \frac12\|h_{W,b}(x) - y\|^2$$ where $h_{W,b}(x) = a^{(n_l)}$. Let $\delta^{(l)}_i = "
    r"\frac{\partial J}{\partial z^{(l)}_i}$. "
)
BACK = r"Then $$\delta^{(l)} = ((W^{(l)})^T \delta^{(l+1)}) \bullet f'(z^{(l)})$$ "
NETWORK = (
    r"With $x\in\mathbb{R}^n$, $W\in\mathbb{R}^{m\times n}$, $U\in\mathbb{R}^{k\times m}$ and one-hot $y$ $$z = Wx, "
    r"\quad h = \mathrm{ReLU}(z), \quad \theta = Uh, \quad \hat y = \mathrm{softmax}(\theta), \quad "
    r"J = -\sum_i y_i\log\hat y_i$$ and the rows $$\delta_1 = \frac{\partial J}{\partial\theta} = (\hat y - y)^T, "
    r"\quad \delta_2 = \frac{\partial J}{\partial z} = \delta_1 U\circ\mathrm{ReLU}'(z).$$ "
)
WRITTEN = (
    r"$$X = \begin{pmatrix} x_{1,1} & x_{1,2} \\ x_{2,1} & x_{2,2}\end{pmatrix}, \quad "
    r"W = \begin{pmatrix} w_{1,1} & w_{1,2} \\ w_{2,1} & w_{2,2}\end{pmatrix}, \quad Y = XW, \quad "
    r"\frac{\partial L}{\partial Y} = \begin{pmatrix} \frac{\partial L}{\partial y_{1,1}} & "
    r"\frac{\partial L}{\partial y_{1,2}} \\ \frac{\partial L}{\partial y_{2,1}} & "
    r"\frac{\partial L}{\partial y_{2,2}}\end{pmatrix}$$ "
)
RNN = (
    r"$$a_t = b + W h_{t-1} + U x_t, \quad h_t = \tanh(a_t), \quad o_t = c + V h_t, \quad L = \sum_t L_t, \quad "
    r"L_t = \frac12\|o_t - y_t\|^2$$ "
)
LSTM = (
    r"With the sigmoid $\sigma$ $$f_t = \sigma(W_f h_{t-1}), \quad i_t = \sigma(W_i h_{t-1}), \quad C_t = C_{t-1}\odot f_t + "
    r"i_t\odot x_t, \quad h_t = \tanh(C_t)$$ Let $$\delta_C^{t} = \frac{\partial L}{\partial C_t}$$ Then "
)
CONV = (
    r"$$o_{i,j} = \sum_{m=0}^{k-1}\sum_{n=0}^{k-1} w_{m,n} x_{i+m,j+n} + b, \quad \delta_{i,j} = "
    r"\frac{\partial E}{\partial o_{i,j}}$$ "
)

ROWS = [
    # a space said behind an equation is no part of it
    (SPACE + r"$$\sum_j O_{ij} = \sum_{j,k,l} Q_{il} K_{kl} V_{kj}$$", "proved"),
    (SPACE + r"$$\sum_j O_{ij} = \sum_{j,k,l} Q_{il} K_{lk} V_{kj}$$", "wrong"),
    # a gradient of a product that begins with a row
    (r"Let $x, b \in \mathbb{R}^n$. $$\nabla_x b^Tx = b$$", "proved"),
    (r"Let $x, b \in \mathbb{R}^n$. $$\nabla_x \frac12 (x-b)^T(x-b) = x - b$$", "proved"),
    (r"Let $x, b \in \mathbb{R}^n$. $$\nabla_x \frac12 (x-b)^T(x-b) = 2(x - b)$$", "wrong"),
    # R^n says how many entries there are
    (ONES + r"$$\mathbf{1}^T c = 0$$", "proved"),
    (ONES + r"$$\mathbf{1}^T c = m$$", "wrong"),
    # a relation that is stated is used
    (UNIT + "(u^Tx)^2$$", "proved"),
    (UNIT + "2(u^Tx)^2$$", "wrong"),
    (r"Let $\|u\| = 1$. $$\nabla_u (u^Tx)^2 = 2(u^Tx)u$$", "wrong"),
    # the size of what is defined by a vector; gradients are no output
    (ONES + r"$$h = \gamma \odot c, \quad s = \frac1n c^Tc$$ Let $g = \frac{\partial L}{\partial h}$. With $v = "
     r"\gamma\odot g$ we have $$\frac{\partial L}{\partial\gamma} = g\odot c, \quad "
     r"\frac{\partial s}{\partial c} = \frac2n c$$", "proved"),
    (ONES + r"$$h = \gamma \odot c$$ Let $g = \frac{\partial L}{\partial h}$. With $v = \gamma\odot g$ we have "
     r"$$\frac{\partial L}{\partial\gamma} = g\odot c$$", "proved"),
    (ONES + r"$$h = \gamma \odot c$$ Let $g = \frac{\partial L}{\partial h}$. With $v = \gamma\odot g$ we have "
     r"$$\frac{\partial L}{\partial\gamma} = v\odot c$$", "wrong"),
    (ONES + r"$$x - m\mathbf{1} = x - \frac1n\mathbf 1(\mathbf 1^T x)$$", "proved"),
    # a number tells vectors apart, also before the index of an entry
    (TWO_LAYERS + r"$$\frac{\partial E}{\partial z_{1,i}} = \sum_j \delta_{2,j} W_{2,ji} (1 - a_{1,i}^2)$$", "proved"),
    (TWO_LAYERS + r"$$\frac{\partial E}{\partial z_{1,i}} = \sum_j \delta_{2,j} W_{2,ij} (1 - a_{1,i}^2)$$", "wrong"),
    # what is said of l + 1 holds of l and of the last layer; f stands within itself
    (LAYERS + r"$$\delta^{(l)}_i = \left(\sum_j W^{(l)}_{ji}\delta^{(l+1)}_j\right) f'(z^{(l)}_i)$$", "proved"),
    (LAYERS + r"$$\delta^{(l)}_i = \left(\sum_j W^{(l)}_{ij}\delta^{(l+1)}_j\right) f'(z^{(l)}_i)$$", "wrong"),
    (LAYERS + r"$$\delta^{(l)} = ((W^{(l)})^T \delta^{(l+1)}) \bullet f'(z^{(l)})$$", "proved"),
    (LAYERS + r"$$f'(z^{(l)}_i) = a^{(l)}_i (1 - a^{(l)}_i)$$", "proved"),
    (LAYERS + r"$$f'(z^{(l)}_i) = a^{(l)}_i (1 + a^{(l)}_i)$$", "wrong"),
    (LAYERS + BACK + r"$$\nabla_{W^{(l)}} J(W,b;x,y) = \delta^{(l+1)} (a^{(l)})^T$$", "proved"),
    (LAYERS + BACK + r"$$\nabla_{W^{(l)}} J(W,b;x,y) = \delta^{(l)} (a^{(l)})^T$$", "wrong"),
    (LAYERS + r"$$\frac{\partial}{\partial z^{(n_l)}_i} \frac12\left\|y - h_{W,b}(x)\right\|^2 = "
     r"-(y_i - a^{(n_l)}_i) f'(z^{(n_l)}_i)$$", "proved"),
    (LAYERS + r"$$\frac{\partial}{\partial z^{(n_l)}_i} \frac12\left\|y - h_{W,b}(x)\right\|^2 = "
     r"(y_i - a^{(n_l)}_i) f'(z^{(n_l)}_i)$$", "wrong"),
    # gradients as rows, the chain rule through a matrix, derivatives in the shape of what they are by
    (NETWORK, "proved"),
    (NETWORK.replace(r"\delta_1 U", r"U\delta_1"), "wrong"),
    (NETWORK + r"$$\frac{\partial J}{\partial W} = \frac{\partial J}{\partial z}\frac{\partial z}{\partial W} = "
     r"\delta_2^T x^T$$", "proved"),
    (NETWORK + r"$$\frac{\partial J}{\partial W} = \frac{\partial J}{\partial z}\frac{\partial z}{\partial W} = "
     r"\delta_2^T h^T$$", "wrong"),
    (NETWORK + r"$$\frac{\partial J}{\partial W} = \frac{\partial J}{\partial\theta}\frac{\partial z}{\partial W}$$",
     "unread"),
    (NETWORK + r"$$\frac{\partial J}{\partial x} = (\delta_2 W)^T$$", "proved"),
    (NETWORK + r"$$\frac{\partial J}{\partial x} = (\delta_1 U)^T$$", "wrong"),
    # a matrix that is written out to name its entries
    (WRITTEN + r"$$\frac{\partial L}{\partial X} = \frac{\partial L}{\partial Y}\frac{\partial Y}{\partial X} = "
     r"\frac{\partial L}{\partial Y} W^T$$", "proved"),
    (WRITTEN + r"$$\frac{\partial Y}{\partial x_{1,1}} = \begin{pmatrix} w_{1,1} & w_{1,2} \\ 0 & 0\end{pmatrix}$$",
     "proved"),
    (WRITTEN + r"$$\frac{\partial L}{\partial X} = W^T \frac{\partial L}{\partial Y}$$", "wrong"),
    # a function's own name in a bracket behind it: a product
    (r"$\sigma(a) = 1/(1+e^{-a})$. $$\frac{d^2\sigma}{da^2} = \sigma(1-\sigma)(1-2\sigma)$$", "proved"),
    (r"$\sigma(a) = 1/(1+e^{-a})$. $$\frac{d^2\sigma}{da^2} = \sigma(1-\sigma)(1+2\sigma)$$", "wrong"),
    # recurrences: steps that are summed over, by way of the state
    (RNN + r"$$\frac{\partial L}{\partial o_t} = o_t - y_t$$", "proved"),
    (RNN + r"$$\frac{\partial L}{\partial o_t} = y_t - o_t$$", "wrong"),
    (RNN + r"$$\nabla_{h_t} L = V^T\nabla_{o_t} L + W^T\mathrm{diag}(1-h_{t+1}^2)\nabla_{h_{t+1}} L$$", "proved"),
    (RNN + r"$$\nabla_{h_t} L = V^T\nabla_{o_t} L + W^T\mathrm{diag}(1-h_t^2)\nabla_{h_{t+1}} L$$", "wrong"),
    (RNN + r"$$\nabla_{h_\tau} L = V^T\nabla_{o_\tau} L$$", "proved"),
    (RNN + r"$$\nabla_W L = \sum_t \mathrm{diag}(1-h_t^2)(\nabla_{h_t} L) h_{t-1}^T$$", "proved"),
    (RNN + r"$$\nabla_W L = \sum_t \mathrm{diag}(1-h_t^2)(\nabla_{h_t} L) h_t^T$$", "wrong"),
    (RNN + r"$$\frac{\partial h_t}{\partial h_{t-1}} = \mathrm{diag}(1-h_t^2) W$$", "proved"),
    (RNN + r"$$\frac{\partial h_t}{\partial h_{t-1}} = \mathrm{diag}(1-h_{t-1}^2) W$$", "wrong"),
    # a step t above, a label above an index
    (LSTM + r"$$\frac{\partial L}{\partial f_t} = \delta_C^t\odot C_{t-1}$$", "proved"),
    (LSTM + r"$$\frac{\partial L}{\partial f_t} = \delta_C^t\odot C_t$$", "wrong"),
    (LSTM + r"With $z^f_t = W_f h_{t-1}$ and $f_t = \sigma(z^f_t)$ $$\frac{\partial L}{\partial z^f_t} = \delta_C^t\odot C_{t-1}\odot f_t\odot(1-f_t)$$", "proved"),
    (LSTM + r"With $z^f_t = W_f h_{t-1}$ and $f_t = \sigma(z^f_t)$ $$\frac{\partial L}{\partial z^f_t} = \delta_C^t\odot C_{t-1}\odot f_t\odot(1+f_t)$$", "wrong"),
    (LSTM + r"$$\frac{\partial L}{\partial W_f} = \sum_t (\delta_C^t\odot C_{t-1}\odot f_t\odot(1-f_t)) h_{t-1}^T$$", "proved"),
    (LSTM + r"$$\frac{\partial L}{\partial W_f} = \sum_t (\delta_C^t\odot C_{t-1}\odot f_t\odot(1-f_t)) x_{t-1}^T$$", "wrong"),
    (RNN + r"$$\frac{\partial h_k}{\partial h_{k-1}} = \mathrm{diag}(1-h_k^2) W$$", "proved"),
    # 1/N before another sum than that over N examples
    (ROWS_HOT + r"Let $Y \in \mathbb{R}^{N\times K}$, $$L = -\frac1N\sum_{n=1}^N\sum_{k=1}^K Y_{nk}\log P_{nk}, \quad Z_{nk} = \sum_d X_{nd} W_{dk}$$ $$\frac{\partial L}{\partial Z_{nj}} = -\frac1N\sum_k\frac{Y_{nk}}{P_{nk}}\frac{\partial P_{nk}}{\partial Z_{nj}}$$ $$\frac{\partial L}{\partial W_{dj}} = \sum_n\frac{\partial L}{\partial Z_{nj}}X_{nd} = \frac1N\sum_n X_{nd}(P_{nj} - Y_{nj})$$", "proved"),
    # a place that two letters give; delta as a gradient
    (CONV + r"$$\frac{\partial E}{\partial w_{m',n'}} = \sum_{i,j}\delta_{i,j} x_{i+m',j+n'}$$", "proved"),
    (CONV + r"$$\frac{\partial E}{\partial w_{m',n'}} = \sum_{i,j}\delta_{i,j} x_{i+n',j+m'}$$", "wrong"),
    (CONV + r"$$\frac{\partial E}{\partial b} = \sum_{i,j}\delta_{i,j}$$", "proved"),
    (CONV + r"$$\frac{\partial E}{\partial x_{i',j'}} = \sum_{m,n}\delta_{i'-m,j'-n} w_{m,n}$$", "undecided"),
    # rows of labels
    (ROWS_HOT + r"$$\sum_k Y_{nk}(\delta_{kj} - P_{nj}) = Y_{nj} - P_{nj}$$", "proved"),
    (ROWS_HOT + r"$$\sum_k Y_{nk}(\delta_{kj} - P_{nj}) = Y_{nj} + P_{nj}$$", "wrong"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "word"), ROWS)
def test_a_row_of_a_matrix_derivation(text: str, word: str) -> None:
    assert words(text)[-1] == word


_LOGISTIC = r"""Let $\ell(\beta) = \sum_{i=1}^N \{ y_i \beta^T x_i - \log(1 + e^{\beta^T x_i}) \}$ and
$p_i = \frac{e^{\beta^T x_i}}{1 + e^{\beta^T x_i}}$. """


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (
            r"\frac{\partial^2 \ell(\beta)}{\partial \beta \partial \beta^T} = -\sum_i x_i x_i^T p_i (1 - p_i)",
            "proved",
        ),
        (r"\frac{\partial^2 \ell(\beta)}{\partial \beta \partial \beta^T} = -\sum_i x_i x_i^T p_i", "wrong"),
        (r"\nabla^2 \ell(\beta) = -\sum_i p_i x_i x_i^T", "wrong"),
    ],
)
def test_a_function_of_an_inner_product_is_a_number(row: str, word: str) -> None:
    assert words(_LOGISTIC + f"$${row}$$") == ["definition", "definition", word]


def test_a_derivative_by_a_row_is_a_column_where_one_by_a_column_is_a_row() -> None:
    text = r"Let $z_i = w^T x_i$. $$\frac{\partial z_i}{\partial w} = x_i^T, \quad \frac{\partial z_i}{\partial w^T} = x_i$$"
    assert words(text) == ["definition", "proved", "proved"]
    assert words(text.replace("= x_i$$", "= 2 x_i$$")) == ["definition", "proved", "wrong"]


@pytest.mark.parametrize(
    ("row", "due"),
    [
        (r"\frac{\partial Z_2}{\partial W_2} = A_1^\top", "unread"),
        (r"\frac{\partial Z_2}{\partial b_2} = I", "undecided"),
        (r"\frac{\partial Z_2}{\partial A_1} = W_2^\top", "unread"),
    ],
)
def test_a_matrix_by_a_matrix_of_a_numbered_layer(row: str, due: str) -> None:
    """The loose factors of a net's chain rule are no derivatives entry by entry."""
    assert words(rf"$$Z_2 = W_2 A_1 + b_2$$ $${row}$$") == ["definition", due]


def test_the_last_of_entries_that_are_sums() -> None:
    r"""``\begin{bmatrix} \sum_i a^{(i)} x_1^{(i)} \\ \vdots \\ \sum_i a^{(i)} x_d^{(i)} \end{bmatrix}``."""
    text = (
        r"$$J = \sum_{i=1}^m a^{(i)} \theta^T x^{(i)}$$ $$\nabla_\theta J = \begin{bmatrix} "
        r"SIGN\sum_{i=1}^m a^{(i)} x_1^{(i)} \\ \vdots \\ \sum_{i=1}^m a^{(i)} x_d^{(i)} \end{bmatrix}$$"
    )
    assert words(text.replace("SIGN", "")) == ["definition", "proved"]
    assert words(text.replace("SIGN", "-")) == ["definition", "wrong"]


def test_a_matrix_with_dots_whose_entries_all_have_another_letter() -> None:
    """D is the last place, and i counts the examples."""
    text = (
        r"$X \in \mathbb{R}^{N \times D}$. $$X^T X = \sum_{i=1}^N x_i x_i^T = \sum_{i=1}^N \left( \begin{matrix} "
        r"x_{i,1}^2 & \cdots & x_{i,1}x_{i,D} \\ \vdots & \ddots & \vdots \\ "
        r"x_{i,D}x_{i,1} & \cdots & LAST \end{matrix} \right)$$"
    )
    assert words(text.replace("LAST", "x_{i,D}^2"))[-1] == "proved"
    assert words(text.replace("LAST", "x_{i,D}"))[-1] == "wrong"


FROBENIUS = r"The Frobenius product is $A:B = \operatorname{tr}(A^TB)$. "


def test_a_colon_is_a_frobenius_product_where_the_text_says_so() -> None:
    text = FROBENIUS + r"$$A:(BC) = BC:A = A^T:(BC)^T = LAST$$"
    assert words(text.replace("LAST", "B^TA:C")) == ["proved"] * 4
    assert words(text.replace("LAST", "BA:C"))[-1] == "wrong"
    rows = words(
        r"The Frobenius product: $M = X - A$. $$\|M\|_F^2 = M:M = LAST$$".replace("LAST", "X:M - A:M")
    )
    assert rows == ["definition", "proved", "proved"]


def test_matrices_that_are_written_out_are_multiplied_as_they_are() -> None:
    given = r"$$A = \begin{pmatrix} a & b \\ c & d \end{pmatrix}$$ $$"
    square = r"A A = \begin{pmatrix} a^2 + bc & ab + bd \\ ac + cd & bc + d^2 \end{pmatrix}$$"
    assert words(given + square) == ["definition", "proved"]
    assert words(given + square.replace("a^2", "a"))[-1] != "proved"
    assert words(given + r"A^T = \begin{pmatrix} a & c \\ b & d \end{pmatrix}$$") == ["definition", "proved"]
    wide = r"""$$X = \begin{pmatrix} x_{1,1} & x_{1,2} \end{pmatrix}, \quad
W = \begin{pmatrix} w_{1,1} & w_{1,2} & w_{1,3} \\ w_{2,1} & w_{2,2} & w_{2,3} \end{pmatrix},
\quad V = \begin{pmatrix} v_{1,1} & v_{1,2} \\ v_{2,1} & v_{2,2} \end{pmatrix}$$
$$Y = VW = \begin{pmatrix} v_{1,1}w_{1,1} + v_{1,2}w_{2,1} & v_{1,1}w_{1,2} + v_{1,2}w_{2,2}
& v_{1,1}w_{1,3} + v_{1,2}w_{2,3} \\ v_{2,1}w_{1,1} + v_{2,2}w_{2,1} & v_{2,1}w_{1,2} + v_{2,2}w_{2,2}
& v_{2,1}w_{1,3} + v_{2,2}w_{2,3} \end{pmatrix}$$"""
    assert set(words(wide)) == {"definition", "proved"}


def test_capitals_are_the_matrices_of_small_entries_where_one_is_said_to_be() -> None:
    text = r"""$$Y = WX, \quad y_{ij} = \sum_a w_{ia}x_{aj}$$
$$\frac{\partial L}{\partial x_{mn}}=\sum_{ij}\frac{\partial L}{\partial y_{ij}}\frac{\partial y_{ij}}{\partial x_{mn}}$$
$$\left(\frac{\partial L}{\partial X}\right)=W^T\left(\frac{\partial L}{\partial Y}\right)$$"""
    said = "\n\nLet $X \\in \\mathbb{R}^{T \\times d}$."
    assert words(text)[-2:] == words(text + said)[-2:] == ["proved", "proved"]
    assert words(text.replace("W^T", "W") + said)[-1] != "proved"


def test_a_norm_without_a_mark_beside_one_with_it() -> None:
    text = r"Let $X, A \in \mathbb{R}^{n \times m}$. $$f = \|X - A\|_F^2$$ $$\frac{\partial \|X - A\|^2}{\partial X} = "
    assert words(text + "2(X - A)$$")[-1] == "proved"
    assert words(text + "2(X + A)$$")[-1] == "wrong"
    assert words(text.replace("_F", "") + "2(X - A)$$")[-1] not in ("proved", "wrong")


def test_softmaxes_and_norms_of_lists() -> None:
    assert words(r"$$\text{softmax}([2, 1, 0]) = [0.665, 0.245, 0.090]$$") == ["proved"]
    assert words(r"$$\text{softmax}([2, 1, 0]) = [0.67, 0.33, 0]$$") == ["undecided"]
    assert words(r"$$\text{softmax}([a, b]) = [\frac{1}{1 + e^{b-a}}, \frac{1}{1 + e^{a-b}}]$$") == ["proved"]
    assert words(r"$$\|[3, 4]\| = 5$$ $$\|[3, 4]\| = 6$$") == ["proved", "wrong"]


def test_derivatives_that_have_a_capital_with_a_prime_as_their_name() -> None:
    text = r"""Let $X, W, Y$ be matrices. Let $Z = XW$, $H=\sigma(Z)$, $H'=\sigma'(Z)$, $E = H-Y$.
$$\frac{\partial}{\partial W}\|E\|_F^2 = 2X^T(H' \odot E)$$"""
    assert words(text)[-1] == "proved"
    assert words(text.replace("2X^T", "3X^T"))[-1] == "wrong"


def test_an_entrywise_product_binds_less_than_a_product_or_more() -> None:
    text = r"""Let $X, W, V, Y$ be matrices and $h$ a function applied elementwise. Let $Z = XW$, $H=h(Z)$,
$E = HV-Y$ and $L = \frac12\|E\|_F^2$. $$\frac{\partial L}{\partial W} = X^T(ROW)$$"""
    assert words(text.replace("ROW", r"h'(Z) \odot EV^T"))[-1] != "wrong"
    assert words(text.replace("ROW", r"h'(Z) \odot (EV^T)"))[-1] != "wrong"
    assert words(text.replace("ROW", r"(h'(Z) \odot E)V^T"))[-1] == "wrong"


def test_a_differential_behind_a_colon() -> None:
    text = r"""Let $v$ be a vector, $u = Bv - c$ and $g = \frac12 \|u\|^2$. $$\begin{aligned}
g &= \tfrac12 u:u \\ dg &= u:du \\ &= u:B\,dv \\ &= B^Tu:dv \\ \frac{\partial g}{\partial v} &= B^Tu
\end{aligned}$$"""
    assert words(text)[-3:] == ["undecided", "proved", "proved"]  # du = B dv is not said
    assert words(text.replace("= B^Tu\n", "= 2B^Tu\n"))[-1] == "wrong"


def test_a_trace_in_old_type() -> None:
    text = r"""Let $A$, $X$ be matrices. $$f = 2 {\rm tr}(AX)$$ $$\frac{\partial f}{\partial X} = 2 A^T$$"""
    assert words(text) == ["definition", "proved"]
    assert words(text.replace("= 2 A^T", "= 3 A^T"))[-1] == "wrong"

"""Short notes as people write them: right rows, and the same rows with a slip."""

from __future__ import annotations

import pytest

from tests.documents.rows import words

LABEL = r"""
Let $y = \sigma(z)$, a sigmoid, and $L = (y - t)^2$.

Now let $y$ be the true label and $q = \sigma(z)$; $L = -y\ln q - (1 - y)\ln(1 - q)$, so

$$\frac{\partial L}{\partial z} = q - y$$
"""
ROWS = r"""
$s = \mathrm{softmax}(x)$ with $x\in\mathbb{R}^{1\times n}$, and $g = \frac{\partial L}{\partial s}$.

$$\frac{\partial L}{\partial x} = g(\mathrm{diag}(s) - s^Ts) = g\odot s - (gs^T)s$$
"""
TOTAL = r"""
Maximise $\sum_k n_k\log q_k$ s.t. $\sum_k q_k = 1$, where $N = \sum_k n_k$. From $q_k = \frac{n_k}{c}$

$$\sum_k q_k = \frac1c\sum_k n_k = \frac Nc = 1$$
"""
VALUES = r"""
$$q_j = \frac{e^{s\cos a_j}}{\sum_k e^{s\cos a_k}},\quad L = -\log q_y$$

$$\frac{\partial L}{\partial\cos a_j} = s(q_j - 1(j=y))$$
"""
LENGTH = r"""
$w = g\frac{v}{\|v\|}$

$$\nabla_g L = \frac{\nabla_w L\cdot v}{\|v\|}$$

$$\nabla_v L = \frac{g}{\|v\|}\nabla_w L - \frac{g\nabla_g L}{\|v\|^2}v$$

$$\nabla_v L = \frac{g}{\|v\|}M\nabla_w L,\quad M = I - \frac{ww^T}{\|w\|^2}$$
"""
FIRST = r"""
$\hat y = w_0 + \sum_i w_i x_i$

$$\frac{\partial\hat y}{\partial w_i} = x_i$$
"""
PRIMES = r"""
Counts: $\ell(p) = k\log p + (n-k)\log(1-p)$.

$$\frac{d\ell}{dp} = \frac kp - \frac{n-k}{1-p}$$

Times: $\ell = n\log b - b\sum_i x_i$, $\ell' = \frac nb - \sum_i x_i$.

Regression: $\ell(w) = \sum_i(y_iw^Tx_i - e^{w^Tx_i})$.
"""


CALLED = r"""
$u_j = \sum_k W_{kj}h_k$ and $E = -u_o + \log\sum_l\exp(u_l)$, $y_j = \frac{\exp(u_j)}{\sum_l\exp(u_l)}$.

$$\frac{\partial E}{\partial u_j} = y_j - t_j$$

where $t_j = 1(j=o)$. We call this $e_j$. Next,

$$\frac{\partial E}{\partial W_{kj}} = e_jh_k$$
"""
CASE = r"""
$$L = (1-Y)\frac12D^2 + Y\frac12\max(0,m-D)^2$$

For a similar pair, $Y=0$: $\frac{\partial L}{\partial D} = D$.
"""
APART = r"""
$z_j = \mu_j + e^{\lambda_j/2}\varepsilon_j$ and

$$K = \frac12\sum_j\left(\mu_j^2 + e^{\lambda_j} - 1 - \lambda_j\right)$$

$$\frac{\partial K}{\partial\mu_j} = \mu_j$$

$$\frac{\partial R}{\partial\lambda_j} = \frac12\frac{\partial R}{\partial z_j}e^{\lambda_j/2}\varepsilon_j$$
"""
COUNT = r"""
$\ell(\theta) = n\log\theta + \sum_i(k_i-1)\log(1-\theta)$.

$$\ell'(\theta) = \frac n\theta - \frac{\sum_ik_i-n}{1-\theta}$$
"""
PAIRS = r"""
$P_{ij} = \frac{e^{r_i}}{e^{r_i}+e^{r_j}}$ is the chance that $i$ beats $j$.

$$\frac{\partial\log P_{ij}}{\partial r_i} = 1 - P_{ij}$$
"""
BEFORE = r"""
$f(k) = (1-k)^2P^- + k^2R$. Call $P^- = M$, then

$$f(k) = (1-k)^2M + k^2R$$
"""
TURNED = r"""
$x' = x\cos a - y\sin a$ and $y' = x\sin a + y\cos a$.

$$x'^2 + y'^2 = x^2 + y^2$$
"""
VALUE = r"""
$L = -y\log p - (1-y)\log(1-p)$ with $p = \frac{1}{1+e^{-z}}$. If $y = 0$:

$$\frac{\partial L}{\partial z} = p$$
"""


CAPITALS = r"""
$$RSS_\lambda = \sum_i(y_i - ax_i)^2 + \lambda a^2$$

$$\frac{dRSS_\lambda}{da} = -2\sum_ix_i(y_i - ax_i) + 2\lambda a$$
"""
STATES = r"""
$r = \sigma(a)$, $n = \tanh(x + r\odot q)$,
$h' = (1-z)\odot n + z\odot h$. With $\delta = \frac{\partial L}{\partial h'}$:

$$\frac{\partial L}{\partial z} = \delta\odot(h - n)$$
"""
FACTORS = r"""
$e_{ui} = r_{ui} - \sum_fp_{uf}q_{if}$ and

$$E = \frac12\sum_{u,i}e_{ui}^2 + \frac\lambda2\left(\sum_{u,f}p_{uf}^2 + \sum_{i,f}q_{if}^2\right)$$

$$\frac{\partial E}{\partial p_{uf}} = -\sum_ie_{ui}q_{if} + \lambda p_{uf}$$
"""
ACTIVE = r"""
$\ell = \frac12\max(0, 1-yf)^2$ with $f = w\cdot x + b$. When $yf<1$:

$$\frac{\partial\ell}{\partial f} = -y(1-yf)$$

$$\frac{\partial\ell}{\partial w_k} = -y(1-yf)x_k$$
"""


MULTIPLIER = r"""
$$K(q,\lambda) = \sum_kN_k\ln q_k - \lambda\left(\sum_kq_k - 1\right)$$

$$\frac{\partial K}{\partial q_k} = \frac{N_k}{q_k} - \lambda = 0$$

So $q_k = N_k/\lambda$. Summing over $k$ and using $\sum_kq_k = 1$ gives $\lambda$.
"""
FROM_ZERO = r"""
$$L = -\log\frac{e^{s_0/t}}{\sum_{k=0}^Ke^{s_k/t}},\qquad p_k = \frac{e^{s_k/t}}{\sum_{l=0}^Ke^{s_l/t}}$$

and for a negative, $k>0$,

$$\frac{\partial L}{\partial s_k} = \frac{p_k}{t}$$
"""
IN_CASE = r"""
$$h(r) = \begin{cases}\frac12r^2&\text{if }|r|\le1\\|r|-\frac12&\text{otherwise}\end{cases}$$

For $r>1$, $h(r) = r-\frac12$; for $|r|\le1$ we have $h'(r) = r$. And $\frac{d}{dr}r^2 = 2r$.
"""
AT_NUMBERS = r"""
$\pi(1) = p$ and $\pi(0) = 1-p$ with $p = \sigma(a)$, the sigmoid.

$$\frac{d\log\pi(1)}{da} = 1-p,\qquad\frac{d\log\pi(0)}{da} = -p$$
"""


AT_WORD = r"""
$e_k = \sum_vE_{vk}o_v$, where $o$ is one-hot at word $w$, so $\sum_vE_{vk}o_v = E_{wk}$. The loss is $L$.

$$\frac{\partial L}{\partial E_{vk}} = o_v\frac{\partial L}{\partial e_k}$$
"""
CONSTANT = r"""
Append 1 to $x$: $x_0 = 1$, so $z_k = \sum_{i=0}^dw_{ki}x_i$, $p_k = e^{z_k}/\sum_je^{z_j}$ and
$\ell = -\sum_ky_k\log p_k$ with one-hot $y$.

$$\frac{\partial\ell}{\partial w_{ki}} = (p_k-y_k)x_i$$

For the bias, $\frac{\partial\ell}{\partial w_{k0}} = p_k-y_k$.
"""
ANY_UNIT = r"""
$y = \sum_jv_jh_j$, $h_j = g(a_j)$, $a_j = \sum_iw_{ji}x_i$, $E = \frac12(y-t)^2$.

$$\frac{\partial E}{\partial w_{ji}} = (y-t)v_jg'(a_j)x_i$$

If $g = \tanh$, this is known.
"""


@pytest.mark.parametrize(
    ("text", "slip", "due"),
    [
        (LABEL, ("= q - y", "= y - q"), "proved"),  # a letter that is said to be the label from here on
        (ROWS, ("(gs^T)s$$", "(gs^T)g$$"), "proved"),  # vectors that are rows
        (TOTAL, (r"= \frac Nc = 1", r"= \frac cN = 1"), "proved"),  # a constraint, put in again
        (VALUES, ("q_j - 1(j=y)", "q_j + 1(j=y)"), "proved"),  # a term without a name, at other entries
        (LENGTH, (r"}v$$", r"}w$$"), "proved"),  # the length before a direction is a number
        (FIRST, ("= x_i", "= w_i"), "proved"),  # an intercept is none of the weights
        (CALLED, ("= e_jh_k", "= e_kh_j"), "proved"),  # what the row says, not the aside
        (CASE, ("} = D$", "} = -D$"), "proved"),  # a value that names a case
        (APART, (r"= \frac12\frac{\partial R}", r"= \frac{\partial R}"), "proved"),  # another loss
        (COUNT, (r"= \frac n\theta -", r"= \frac n\theta +"), "proved"),  # n of them
        (PAIRS, ("= 1 - P", "= 1 + P"), "proved"),  # two that differ, below a logarithm
        (BEFORE, ("^2M + k", "^2M - k"), "proved"),  # a minus that is raised
        (TURNED, ("= x^2 + y", "= x^2 - y"), "proved"),  # new coordinates, not derivatives
        (VALUE, ("= p$$", "= p - 1$$"), "proved"),  # for a value
        (CAPITALS, ("+ 2\\lambda a$$", "+ \\lambda a$$"), "proved"),  # one name with an index
        (STATES, ("(h - n)", "(n - h)"), "proved"),  # the next h
        (FACTORS, ("= -\\sum_ie_{ui}q_{if}", "= -\\sum_ie_{ui}p_{if}"), "proved"),  # p is no probability
        (ACTIVE, ("= -y(1-yf)x_k", "= y(1-yf)x_k"), "proved"),  # where the margin is violated
        (MULTIPLIER, (r"{N_k}{q_k} - \lambda =", r"{N_k}{q_k} + \lambda ="), "proved"),  # its constraint
        (FROM_ZERO, ("= \\frac{p_k}{t}$$", "= -\\frac{p_k}{t}$$"), "proved"),  # not the first one
        (IN_CASE, ("= 2r", "= r"), "undecided"),  # what it is for some values is no other function
        (AT_NUMBERS, ("= -p$$", "= p$$"), "proved"),  # a function of numbers
        (CONSTANT, ("(p_k-y_k)x_i", "(p_k+y_k)x_i"), "undecided"),  # an entry that is 1
        (ANY_UNIT, ("(a_j)x_i$$", "(a_j)x_j$$"), "proved"),  # a function without its argument
        (PRIMES, (r"\frac kp - \frac", r"\frac kp + \frac"), "undecided"),  # of the last f
    ],
)
def test_a_right_note_and_a_slip_in_it(text: str, slip: tuple[str, str], due: str) -> None:
    found = words(text)
    assert "wrong" not in found
    assert due in found
    assert "wrong" in words(text.replace(*slip))


def test_a_name_that_is_said_to_be_one_hot() -> None:
    assert "wrong" not in words(AT_WORD)
    assert words(AT_WORD).count("proved") == 2

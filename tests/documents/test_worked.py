"""Numbers of examples, equations that are solved step by step, and what words and titles beside rows say."""

from __future__ import annotations

import pytest

from symderiv.documents.check import check
from symderiv.documents.text.source import from_text
from tests.documents.rows import FAST, words


def test_the_closed_form_of_least_squares_solves_its_equation() -> None:
    text = r"""$$L(w) = \|y - Xw\|^2$$ Setting the gradient to zero:
$$\nabla_w L = -2X^T(y - Xw) = 0$$ If $X^T X$ is invertible, $$w = (X^T X)^{-1} X^T y$$"""
    assert "wrong" not in words(text)


def test_an_equation_that_is_set_and_those_that_come_of_it() -> None:
    text = r"""Let $s = \sum_{i=1}^n x_i$.

**Set to zero:**
$$\frac{s}{p} = \frac{n-s}{1-p}$$

$$s(1-p) = p(n-s)$$"""
    assert "wrong" not in words(text)


_GIVEN = "Suppose we have logits $z = [2.0, 1.0, 0.1]$. "


@pytest.mark.parametrize(
    "text",
    [
        r"$$Z = \sum_{u=1}^T e^{s_u}$$ $$p_t = \frac{e^{s_t}}{Z}$$ An example: $$p_1=0.5, \qquad p_2=0.3$$",
        _GIVEN + "$$e^{z} = [e^{2.0}, e^{1.0}, e^{0.1}]$$",
        r"""$$\mathbf{z} = [2.0, 1.0, 0.1]$$
$$\text{softmax}(\mathbf{z})_i = \frac{e^{z_i}}{\sum_j e^{z_j}}
= \frac{e^{z_i}}{e^{2.0} + e^{1.0} + e^{0.1}}$$""",
        r"Let $x = [3.0, 4.0]^T$ and $y = [1.0, 2.0]^T$. $$\|x\|_2 \|y\|_2 = 5.0 \times \sqrt{5}$$",
    ],
)
def test_numbers_that_are_put_in(text: str) -> None:
    assert "wrong" not in words(text)


def test_a_label_that_is_given_as_a_list() -> None:
    text = r"""Let $y=\begin{bmatrix} 0 \\ 1 \\ 0 \\ 0 \end{bmatrix}$. The loss is
$$L = -\sum_{j=1}^{4} y_j \log p_j$$ which simplifies to $$L = -y_2 \log p_2 = -\log p_2$$"""
    assert "wrong" not in words(text)
    assert "wrong" in words(text.replace("Let $y", "Let $q"))


def test_sizes_without_brackets_on_one_side() -> None:
    text = r"$$z = W x + b \quad \rightarrow \quad "
    text += r"(128 \times 784)(784 \times 1) + (128 \times 1) = 128 \times 1$$"
    assert "wrong" not in words(text)


def test_what_a_brace_below_says_that_something_is() -> None:
    row = r"$$\sum_u c \, y_{n,u} = \underbrace{\sum_u y_{n,u}}%s c = c$$"
    assert "wrong" not in words(row % "_{=1}")
    assert "wrong" in words(row % "_{a}")


def test_a_sign_that_two_sides_differ_parts_a_chain() -> None:
    text = r"$$\lim_{z \to 1^-} f(z) = -1 \neq \lim_{z \to 1^+} f(z) = 0$$"
    assert words(text) == ["unread", "unread"]


@pytest.mark.parametrize(("argument", "word"), [("2z", "proved"), ("z", "wrong")])
def test_a_function_that_is_defined_without_its_argument(argument: str, word: str) -> None:
    text = r"$$\sigma = \frac{1}{1+e^{-z}}$$ $$\sigma' = \sigma (1 - \sigma)$$ $$\tanh(z) = 2\sigma(%s)-1$$"
    assert words(text % argument) == ["definition", "proved", word]


def test_a_name_that_stands_before_brackets_is_no_function_of_another() -> None:
    text = r"""$$m = \frac{1}{n} \sum_{i=1}^n x_i$$ $$y_i = g (x_i - m) + b$$
If $g = m^2$, then $y_i = m^2 (x_i - m) + b$."""
    assert "wrong" not in words(text)


def test_a_condition_in_the_heading_right_above_a_list() -> None:
    text = r"""The softmax is $p_i = \frac{e^{z_i}}{\sum_{j=1}^{N} e^{z_j}}$.

### Case 1: When $i = k$
- $\frac{\partial p_i}{\partial z_k} = p_i (1 - p_i)$

### Case 2: When $i \neq k$
- $\frac{\partial p_i}{\partial z_k} = -p_i p_k$"""
    checked = check(from_text(text, "text", "markdown"), checkers=FAST)
    assert checked.clean
    assert [r.word for r in checked.rows if r.word == "proved"] == ["proved"] * 2


def test_another_function_with_a_title_of_its_own() -> None:
    text = r"""Sigmoid: $\sigma(z) = \frac{1}{1 + e^{-z}}$.

Softmax:

$$\sigma(z_i) = \frac{e^{z_i}}{\sum_{j=1}^N e^{z_j}}$$"""
    assert words(text) == ["definition", "definition"]


def test_a_term_by_its_letter_in_brackets() -> None:
    text = r"$$a = m_j^2 + s_j^2$$ The (A) term is $$\text{(A)} = -\frac{1}{2} \sum_{j=1}^J (m_j^2 + s_j^2)$$"
    assert words(text) == ["definition", "definition"]


def test_names_that_are_equal_in_one_case() -> None:
    text = r"""### The case $m_1 = m_2$

$f(m_2) = \frac{(m_1 - m_2)^2}{2 s}$ has $$f'(m_2) = \frac{m_2 - m_1}{s}, \qquad f''(m_2) = \frac{%s}{s}$$"""
    assert words(text % "1")[-2:] == ["proved", "proved"]
    assert words(text % "2")[-1] == "wrong"


def test_a_list_of_an_intercept_and_weights_has_no_index_of_its_own() -> None:
    text = r"$$\theta = [b, w_1, \dots, w_n]$$ $$z = \theta^T x$$"
    checked = check(from_text(text, "text", "markdown"), checkers=FAST)
    assert not [f for f in checked.findings if f.kind == "lint"]


@pytest.mark.parametrize(("sign", "word"), [("-", "proved"), ("+", "wrong")])
def test_a_factor_behind_a_wide_space(sign: str, word: str) -> None:
    text = r"$$s(x) = \frac{1}{1+e^{-x}}$$ $$s'(x) = s(x) \quad (1 %s s(x))$$ $$s(x) = 1 - s(-x) \quad (1)$$"
    assert words(text % sign) == ["definition", word, "proved"]


def test_counts_are_put_in_as_a_fraction() -> None:
    text = r"Of all data, $$t = \frac{\sum_{i=1}^{10} y_i}{n} = \frac{%s}{10}$$"
    assert words(text % "20") == ["definition", "undecided"]


@pytest.mark.parametrize(("index", "word"), [("ip", "proved"), ("pi", "wrong")])
def test_a_dummy_index_that_the_words_behind_name(index: str, word: str) -> None:
    text = r"""$$y_{ij} = x_{ik} c_{kj} + b_j$$ The $k$ index is repeated, so it is a dummy
index, and we sum over it.
$$\frac{\partial l}{\partial y_{ij}} \delta_{jp} = \frac{\partial l}{\partial y_{%s}}$$"""
    assert words(text % index) == ["definition", word]


_INTERCEPT = r"""With $X \in \mathbb{R}^{n \times p}$,
$$R = \sum_i (y_i - b_0 - \sum_j X_{ij} b_j)^2 = (y-Xb)^T(y-Xb)$$"""
_MIXTURE = r"""$$\mathcal{L} = \sum_i \log ( \sum_{k=1}^{2} \pi_k \mathcal{N}(x_i \mid \mu_k, s_k) )$$
$$\frac{\partial \mathcal{L}}{\partial \mu_k} = \sum_i
\frac{1}{\sum_{k=1}^{2} \pi_k \mathcal{N}(x_i \mid \mu_k, s_k)}
[ \pi_k \frac{\partial}{\partial \mu_k} \mathcal{N}(x_i \mid \mu_k, s_k) ]$$"""
_CAPITAL = r"""$$J(w) = \|Xw - y\|_2^2 + \|\Gamma w\|_2^2$$
$$J(w) = (Xw - y)^T(Xw - y) + w^T\Gamma^T\Gamma w$$"""


@pytest.mark.parametrize(
    "text",
    [
        _INTERCEPT,  # it may be an entry of the vector
        _MIXTURE,  # each density is by one entry
        _CAPITAL,  # a matrix
        r"$$\sum_m L = \sum_m \max(a^2 - c, 0)$$ where $$L = \max(a^2 - c, 0)$$",  # how many, is not said
        r"The largest: $$t = x_{(n)} = \max(x_1, \cdots, x_n)$$",  # in order
    ],
)
def test_what_is_not_clear_enough_to_be_wrong(text: str) -> None:
    assert "wrong" not in words(text)
    assert "proved" in words(_INTERCEPT.replace(" - b_0", ""))


def test_a_row_that_says_that_it_leaves_terms_out() -> None:
    text = r"$$f = (x + h)^2 - x^2$$ $$\begin{aligned} f &= 2xh + h^2 \\ &= 2xh \quad"
    text += r"\text{WORDS} \end{aligned}$$"
    assert words(text.replace("WORDS", "neglecting the $h^2$ term"))[-1] == "undecided"
    assert words(text.replace("WORDS", "by algebra"))[-1] == "wrong"


def test_a_product_gets_its_name_wherever_it_stands() -> None:
    text = r"""$$y = W_1 x * \sigma(W_1 x) * W_2 x$$ $$u = W_1 x, \quad v = W_2 x$$
$$\frac{\partial y}{\partial u} = v * \sigma(u) * (1 + u * (1 - \sigma(u)))$$"""
    assert words(text)[-1] == "proved"
    assert words(text.replace("1 + u", "u"))[-1] == "wrong"
    one = r"$$y = \sigma(W_1 x)$$ $$u = W_1 x$$ $$\frac{\partial y}{\partial u} = \sigma(u) (1 - \sigma(u))$$"
    assert words(one)[-1] == "proved"


def test_negative_samples_are_neither_the_centre_nor_the_outside_word() -> None:
    text = r"""$$\sigma(x) = \frac{1}{1 + e^{-x}}$$
$$L = -\log \sigma(v_c \cdot v_o) - \sum_{k=1}^{K} \log \sigma(-v_c \cdot v_k)$$
for negative samples $k$. $$\frac{\partial L}{\partial v_k} = \sigma(v_c \cdot v_k)\,v_c$$"""
    assert words(text)[-1] == "proved"
    assert words(text.replace(r"= \sigma(v_c", r"= -\sigma(v_c"))[-1] == "wrong"


def test_a_mixed_derivative_is_of_two_letters_where_the_second_one_by_one_stands_beside_it() -> None:
    text = r"""$$f(w) = \frac{1}{2}\sum_j w_j^2 + \sum_i \sum_j x_{ij} w_j^4$$
$$\frac{\partial^2 f(w)}{\partial w_j^2} = 1 + 12 \sum_i x_{ij} w_j^2$$
$$\frac{\partial^2 f(w)}{\partial w_j \, \partial w_k} = 0$$"""
    assert words(text)[-1] == "proved"
    assert words(text.replace("= 0$$", "= 1$$"))[-1] == "wrong"


def test_a_product_of_rounded_decimals() -> None:
    assert words(r"$$-0.378 \cdot 1 \cdot (0.622 \cdot 0.378) = -0.0887$$") == ["undecided"]
    assert words(r"$$0.786 \times 0.168 = 0.1423$$") == ["wrong"]


def test_what_is_given_once_more() -> None:
    text = r"- $z = 0$, $a = \sigma(0) = 0.5$. With $x = 1$: - $z = 1$, $a = \sigma(1) = 0.7311$"
    assert "wrong" not in words(text)
    line, curve = (
        r"$$y = w x + c$$ ",
        r"Logistic regression: $$y = \sigma(w x + c) = \frac{1}{1 + e^{-(w x + c)}}$$",
    )
    assert "wrong" not in words(line + curve)
    assert "wrong" in words(line + curve.replace(r"\sigma", "2"))


def test_a_function_at_a_term_before_it_is_defined() -> None:
    text = (
        r"$$\sigma (w x + c) = \frac{1}{1 + e^{-(w x + c)}}$$ $$y_n = \sigma(a_n) = \frac{1}{1 + e^{-a_n}}$$"
    )
    assert "wrong" not in words(text)


def test_a_number_that_the_words_before_give() -> None:
    text = r"We take the temperature $T = 1$: "
    text += r"$$P_i = \frac{e^{z_i / T}}{\sum_j e^{z_j / T}} = \frac{e^{z_i}}{\sum_j e^{z_j}}$$"
    assert words(text) == ["definition", "proved"]
    assert words(text.replace("T = 1", "T = 2")) == ["definition", "wrong"]


def test_what_is_observed_does_not_move_with_the_parameters() -> None:
    text = r"""$$Y = a + b X + \epsilon$$ where $\epsilon$ is an error term. The likelihood is
$$L(a, b, s) = \prod_{i=1}^{n} \frac{1}{\sqrt{2 \pi s}} \exp \left( -\frac{(Y_i - a - b X_i)^2}{2 s} \right)$$
$$\frac{\partial \ln L}{\partial a} = \frac{1}{s} \sum_{i=1}^{n} (Y_i - a - b X_i) = 0$$"""
    assert "wrong" not in words(text)
    assert "wrong" in words(text.replace(r"\frac{1}{s} \sum", r"-\frac{1}{s} \sum"))
    each = r"""We assume $y_i = w x_i + b + \epsilon_i$ where $\epsilon_i$ is noise.
$$L(w, b) = \sum_{i=1}^n (y_i - w x_i - b)^2$$
$$\frac{\partial}{\partial b} L(w, b) = -2 \sum_{i=1}^n (y_i - w x_i - b)$$"""
    assert words(each)[-1] == "proved"
    assert words(each.replace("-2", "2"))[-1] == "wrong"


def test_a_size_that_is_rounded_down_as_the_text_says() -> None:
    row = r"$$(28 + 2 - 3)/2 + 1 = 14$$"
    assert words(row) == ["wrong"]
    assert words(r"Using $O = \lfloor (H + 2p - k) / s \rfloor + 1$: " + row)[-1] == "undecided"


def test_the_entries_of_a_diagonal_that_is_listed() -> None:
    text = r"$$b_u = \sum_{i=1}^{n} c_{ui} r_{ui} y_i$$ where $C_u = \text{diag}(c_{u1}, \ldots, c_{un})$."
    found = check(from_text(text, "text", "markdown"), checkers=FAST).findings
    assert not [f for f in found if f.kind == "lint"]


def test_a_constant_that_takes_up_terms() -> None:
    text = r"""$$\begin{aligned} \log p(x) &= -\frac{1}{2}(x - a)^2 + CONST \\
&= -\frac{1}{2} x^2 + a x + CONST \end{aligned}$$"""
    assert words(text.replace("CONST", r"\text{const}"))[-1] == "undecided"
    assert words("where $C$ is a constant: " + text.replace("CONST", "C"))[-1] == "undecided"
    assert words(text.replace("CONST", "q"))[-1] == "wrong"


def test_a_loss_that_is_the_sum_of_its_values() -> None:
    text = (
        r"""$$s = u^T v$$ $$\frac{\partial J}{\partial v} = \sum_j\frac{\partial J(v, w_j)}{\partial v}$$"""
    )
    assert "wrong" not in words(text)


def test_a_line_that_is_fitted_is_no_definition_of_what_is_observed() -> None:
    text = r"""We want the line $y = a x$ such that this error is minimized:
$$J = \frac{1}{2} \sum_{i=1}^n (a x_i - y_i)^2.$$
$$0 = \frac{\partial J}{\partial a} = \sum_{i=1}^n x_i (a x_i - y_i)$$
$$a = \frac{\sum_i x_i y_i}{\sum_i x_i^2}$$"""
    found = check(from_text(text, "text", "markdown"), checkers=FAST)
    assert not [f for f in found.findings if f.kind in ("wrong", "lint")]
    slip = text.replace("x_i (a x_i - y_i)", "x_i (a x_i + y_i)")
    assert not check(from_text(slip, "text", "markdown"), checkers=FAST).clean


@pytest.mark.parametrize(
    "text",
    [
        r"""- **Case 1**: - **Math**: $W_{new} = W_{old} + \eta x$
- **Case 2**: - **Math**: $W_{new} = W_{old} - \eta x$""",
        "| a | $W_{new} = W_{old} + \\eta x$ |\n| b | $W_{new} = W_{old} - \\eta x$ |",
        r"Before: $$\hat{y} = \sigma(z) = 0.6$$ After: $$\hat{y} = \sigma(z) = 0.7$$",
        "## a)\n\n$$P = Q = 2$$\n\n## b)\n\n$$P = Q = 0$$",
    ],
)
def test_values_in_other_cases(text: str) -> None:
    assert "wrong" not in words(text)


def test_an_equation_that_begins_with_nought() -> None:
    text = r"""$$L = -\frac{1}{2 s} \sum_{i=1}^{n} (x_i - \mu)^2$$
$$0 = \frac{\partial L}{\partial \mu} = \frac{1}{s} \sum_{i=1}^{n} (x_i - \mu)$$
$$\hat\mu = \frac{1}{n} \sum_i x_i$$"""
    assert "wrong" not in words(text)
    assert words(text.replace(r"= \frac{1}{s}", r"= -\frac{1}{s}"))[2] != "proved"


def test_a_sum_without_an_end_is_not_decided() -> None:
    text = r"Let $c = 1 - q$. $$1 = \sum_{x=1}^{\infty} c q^x = c (\frac{1}{1-q} - 1)$$ $$s = \sum_i x_i$$"
    assert "wrong" not in words(text)


def test_numbers_that_are_put_in_for_some_of_the_names() -> None:
    text = r"$$z_i = b_0 + b_1 x_{1i} + b_2 x_{2i} = -6 + 0.05 x_{1i} + 1 \cdot 3.5$$"
    assert words(text) == ["definition", "undecided"]
    assert words(text.replace("-6 + 0.05", "b_0 + b_2").replace(r"1 \cdot 3.5", "b_1 x_{2i}"))[-1] == "wrong"


def test_a_step_that_is_worked_out_with_other_numbers() -> None:
    text = r"""$$\hat{y} = W x = 1 \times 2 = 2$$ Then the weight is updated, and
$$\hat{y} = 1.8 \times 2 = 3.6$$"""
    assert "wrong" not in words(text)
    assert "wrong" in words(text.replace("3.6", "3.7"))


def test_a_derivative_that_is_set_to_zero_in_the_midst_of_its_row() -> None:
    text = r"$$M = 8 \ln(1 - p) + 4 \ln p$$ $$\frac{dM}{dp} = 0 = -\frac{8}{1-p} + \frac{4}{p}$$"
    assert words(text)[:2] == ["definition", "proved"]
    assert "wrong" not in words(text)
    assert words(text.replace("-\\frac{8}", "\\frac{8}"))[1] == "wrong"


def test_numbers_of_the_data_that_a_sum_is_over() -> None:
    text = r"""Counts: 2 4 1 6, of $P(x) = q^x$. We look for $M = \sum_{i=1}^4 \ln(P(x_i))$.
$$M = \sum_{i=1}^4 x_i \ln q = 13 \ln q$$"""
    assert words(text)[-2:] == ["proved", "undecided"]
    assert words(text.replace("13", r"2 \sum_{i=1}^4 x_i"))[-1] == "wrong"


def test_a_number_that_is_how_many_terms_a_sum_has() -> None:
    text = r"$$s = \sum_{i=1}^4 (x_i - 1) \log q = \left(\sum_{i=1}^4 x_i - 4\right) \log q$$"
    assert "wrong" not in words(text)
    assert words(text.replace("x_i - 4", "x_i - 5"))[-1] == "wrong"


def test_a_factor_that_the_words_before_leave_out() -> None:
    text = r"""$$D = \sum_i (y_i - a x_i)^2$$ $$\frac{dD}{da} = -2 \sum_i (y_i - a x_i) x_i$$
WORDS: $$\frac{dD}{da} = - \sum_i (y_i - a x_i) x_i$$"""
    assert words(text)[-1] == "wrong"
    assert words(text.replace("WORDS", "Dropping the constant factor"))[-1] == "undecided"

"""What names stand for where a document leaves it to the reader: several letters, arguments, labels."""

from __future__ import annotations

import pytest

from symderiv.documents.check import check
from symderiv.documents.text.source import from_text
from tests.documents.rows import words

SOFTMAX = r"$$y_c = \frac{e^{z_c}}{\sum_{d=1}^C e^{z_d}}$$ "
LOSS = r"$$y_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$ $$E = -\sum_i t_i \log y_i$$ where $t$ is one-hot. "


def test_a_likelihood_without_its_arguments_is_what_the_chain_goes_on_to() -> None:
    text = (
        SOFTMAX + r"$$\mathcal{L}(\theta|t,z) = P(t,z|\theta)$$ "
        r"$$E(t, y) = -\log\mathcal{L} = -\sum_{c=1}^C t_c \log y_c$$ With $\sum_c t_c = 1$, "
        r"$$\frac{\partial E}{\partial z_i} = y_i %s t_i$$"
    )
    assert words(text % "-") == ["definition", "definition", "definition", "undecided", "proved"]
    assert words(text % "+")[-1] == "wrong"


def test_a_function_of_other_names_is_not_what_it_is_of_its_own() -> None:
    text = r"$$\xi(\mathbf{t}, \mathbf{y}) = -\log a$$ $$\xi(T, Y) = \sum_i \xi(\mathbf{t}_i, \mathbf{y}_i)$$"
    assert words(text) == ["definition", "undecided"]


def test_a_divergence_is_named_without_its_arguments() -> None:
    text = (
        r"$$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$ $$KL(q \| p) = \sum_i q_i \log\frac{q_i}{p_i}$$ "
        r"With $\sum_i q_i = 1$: $$\frac{\partial KL}{\partial z_i} = p_i - %s$$"
    )
    assert words(text % "q_i")[-1] == "proved"
    assert words(text % "p_i q_i")[-1] == "wrong"


@pytest.mark.parametrize(("last", "due"), [("e^{z_C}", "proved"), ("e^{-z_C}", "wrong")])
def test_an_ellipsis_before_an_entry_of_a_value(last: str, due: str) -> None:
    text = (
        r"$$s(z)_c = \frac{e^{z_c}}{\sum_{d=1}^C e^{z_d}}$$ $$\begin{bmatrix} s(z)_1 \\ \vdots \\ s(z)_C "
        r"\end{bmatrix} = \frac{1}{\sum_d e^{z_d}} \begin{bmatrix} e^{z_1} \\ \vdots \\ %s \end{bmatrix}$$"
    )
    assert words(text % last) == ["definition", due]


def test_several_capitals_are_one_name() -> None:
    text = (
        r"$$h = f g$$ Given $\frac{\partial C}{\partial h}$ from above (call it $DY$): "
        r"$$\frac{\partial C}{\partial f} = DY \cdot %s$$"
    )
    assert words(text % "g") == ["definition", "proved"]
    assert words(text % "f") == ["definition", "wrong"]
    product = r"$A$ and $B$ are numbers, $AB$ their product. $$y = AB x$$ $$\frac{dy}{dx} = B A$$"
    assert words(product) == ["definition", "proved"]
    named = r"$$u_j = \sum_i w_{ij} h_i$$ $$s_i = \sum_j w_{ij} e_j := EH_i$$ $$\sum_i EH_i = \sum_i s_i$$"
    assert words(named)[-1] == "proved"


def test_e_is_a_variable_where_derivatives_are_by_it() -> None:
    text = (
        r"$$s(e) = \frac{1}{1+e^{-e}}, \quad f = \frac{e^2}{2} s(e)$$ "
        r"$$\frac{df}{de} = e s(e) + %s s(e)(1-s(e))$$"
    )
    assert words(text % r"\frac{e^2}{2}")[-1] == "proved"
    assert words(text % "e^2")[-1] == "wrong"


def test_an_activation_is_of_what_has_a_name() -> None:
    text = (
        r"$$a_j = \sigma\left(\sum_k w_{jk} x_k + b_j\right)$$ $$z_j = \sum_k w_{jk} x_k + b_j$$ "
        r"$$C = \frac12 \sum_j (y_j - a_j)^2$$ $$\frac{\partial C}{\partial z_j} = (a_j - y_j) %s$$"
    )
    assert words(text % r"\sigma'(z_j)")[-1] == "proved"
    assert words(text % r"\sigma(z_j)")[-1] != "proved"


def test_a_change_in_place_is_no_claim_and_accents_go_with_their_sign() -> None:
    text = (
        r"$$h_t = o_t \odot c_t$$ $$\delta c_t \mathrel{+}= \delta h_t \odot o_t$$ $$w -= \eta g$$ $$b += 1$$"
    )
    assert words(text) == ["definition"]
    hat = r"$$\delta\hat f_t = \delta f_t \odot f_t \odot (1 - f_t)$$"
    assert words(hat) == ["definition"]


def test_a_bare_sum_goes_over_what_the_row_before_it_sums_over() -> None:
    text = LOSS + (
        r"$$\frac{\partial E}{\partial z_i} = -\sum_k t_k \frac{\partial \log y_k}{\partial z_i} \\ "
        r"= -\sum %s \frac{1}{y_k} \frac{\partial y_k}{\partial z_i}$$"
    )
    assert words(text % "t_k")[-1] == "proved"
    assert words(text % "t_i")[-1] == "wrong"


def test_a_loss_is_of_what_it_is_differentiated_by() -> None:
    text = (
        r"$$m = \log \sum_i e^{x_i}, \quad s_j = \frac{e^{x_j}}{\sum_i e^{x_i}}, \quad l_j = x_j - m$$ Given "
        r"$g_j = \partial L/\partial l_j$: $$\frac{\partial L}{\partial x_k} = g_k - s_k \sum_j g_j %s$$"
    )
    assert words(text % "")[-1] == "proved"
    assert words(text % "s_j")[-1] == "wrong"
    jacobian = (
        r"$$n = \sqrt{\sum_k x_k^2}, \quad y_i = \frac{x_i}{\sqrt{\sum_k x_k^2}}$$ $$J = \frac1n(I-yy^T)$$ "
        r"$$\frac{\partial L}{\partial x_j} = \sum_i \frac{\partial L}{\partial y_i} "
        r"\frac{\partial y_i}{\partial x_j} = \frac1n \left(\frac{\partial L}{\partial y_j} - %s \sum_i y_i "
        r"\frac{\partial L}{\partial y_i}\right)$$"
    )
    assert words(jacobian % "y_j")[-2:] == ["proved", "proved"]
    assert words(jacobian % "x_j")[-2:] == ["proved", "wrong"]


def test_a_label_is_one_hot_where_its_entry_is_said_to_be_1() -> None:
    text = LOSS + (
        r"With $t_k = 1$: $$\frac{\partial E}{\partial z_i} = \begin{cases} y_i %s 1 & i = k \\ y_i & "
        r"\text{otherwise} \end{cases}$$"
    )
    assert words(text % "-")[-1] == "proved"
    assert words(text % "+")[-1] == "wrong"


def test_a_word_that_is_compared_with_is_none_of_the_samples() -> None:
    text = (
        r"$$J = -\log \sigma(u_o v) - \sum_{k=1}^K \log \sigma(-u_k v)$$ with negative samples $k$, "
        r"$$d_w = \begin{cases} 1 & w = o \\ 0 & \text{otherwise} \end{cases}$$ where $\sigma$ is "
        r"the sigmoid. "
        r"$$\frac{\partial J}{\partial u_o} = (\sigma(u_o v) - 1) %s$$"
    )
    assert words(text % "v")[-1] == "proved"
    assert words(text % "u_o")[-1] == "wrong"


def test_a_command_right_behind_the_end_of_a_row() -> None:
    text = r"$$f(x) = \begin{cases} x & x > 0 \\\alpha x & x \le 0 \end{cases}$$ "
    text += r"$$f'(x) = \begin{cases} 1 & x > 0 \\ \alpha & x < 0 \end{cases}$$"
    assert words(text) == ["definition", "proved"]


def test_a_name_that_comes_later_is_what_a_gradient_is_by() -> None:
    text = (
        r"$$y_i = g_i \frac{x_i - \mu}{\sigma} + b_i$$ Denote $\hat x_i = \frac{x_i - \mu}{\sigma}$ and "
        r"$dy_i = \frac{\partial L}{\partial y_i}$. $$d\hat x_i = dy_i %s$$ "
        r"$$dg_i = dy_i \hat x_i, \quad db_i = dy_i$$"
    )
    assert words(text % "g_i")[-3:] == ["proved", "proved", "proved"]
    assert words(text % "b_i")[-3:] == ["wrong", "proved", "proved"]


def test_a_formula_in_a_quotation() -> None:
    text = "> Let\n>\n> $$\n> y = a x,\n> \\quad z = y^2\n> $$\n>\n> then $\\frac{dz}{dx} = %s a y$.\n"
    assert words(text % "2") == ["definition", "definition", "proved"]
    assert words(text % "")[-1] == "wrong"


def test_rows_of_one_array_are_no_array_of_their_own() -> None:
    text = (
        r"$$y_c = \frac{e^{z_c}}{\sum_d e^{z_d}}$$ "
        r"$$\frac{\partial y_i}{\partial z_j} = y_i(\delta_{ij} - y_j)$$ "
        r"$$E = -\sum_i \sum_c t_{ic} \log y_{ic}$$"
    )
    assert words(text)[:2] == ["definition", "proved"]


def test_second_derivatives_by_an_operator_and_softmax_by_its_name() -> None:
    text = (
        r"$$l = \log\sum_k \exp(o_k) - \sum_j y_j o_j$$ $$\partial_{o_j}^2 l = "
        r"\mathrm{softmax}(o)_j (1 - \mathrm{softmax}(o)_j)$$ $$\partial^2_{o_j} l = "
        r"\mathrm{softmax}(o)_j (1 + \mathrm{softmax}(o)_j)$$ $$\operatorname*{argmax}_j y_j = 3$$"
    )
    assert words(text) == ["definition", "proved", "wrong"]


def test_an_index_that_is_a_name_elsewhere() -> None:
    text = (
        r"$p_c = \frac{1}{1+e^{-s_c}}$. $$\frac{\partial}{\partial s_p}\left(-\log\frac{e^{s_p}}"
        r"{\sum_j e^{s_j}}\right) = \frac{e^{s_p}}{\sum_j e^{s_j}} %s 1$$ $$FL = -\sum_c (1-p_c)^2 \log p_c$$"
    )
    assert words(text % "-") == ["definition", "proved", "definition"]
    assert words(text % "+") == ["definition", "wrong", "definition"]


def test_what_is_summed_over_all_it_has_is_a_number() -> None:
    text = (
        r"$$N(\mathbf{x}) = \frac{\mathbf{x}-\mu}{\sigma}, \quad \mu = \frac1H \sum_{i=1}^H x_i, \quad "
        r"\sigma = \sqrt{\frac1H \sum_{i=1}^H (x_i-\mu)^2}$$ "
        r"$$\frac{\partial\sigma}{\partial x_i} = \frac{x_i-\mu}{%s\sigma}$$"
    )
    assert words(text % "H")[-1] == "proved"
    assert words(text % "")[-1] == "wrong"


def test_gradients_of_a_loss_that_is_defined() -> None:
    text = (
        r"$$z^{[1]} = W^{[1]} x, \quad a^{[1]} = \tanh(z^{[1]}), \quad z^{[2]} = W^{[2]} a^{[1]}, \quad "
        r"a = \sigma(z^{[2]})$$"
        r"$$L = -y \log a - (1-y) \log(1-a)$$ with the sigmoid. $$dz^{[2]} = a - y$$ "
        r"$$dz^{[1]} = W^{[2]T} dz^{[2]} * (1 - (a^{[1]})^2), \quad dW^{[1]} = dz^{[1]} %s$$"
    )
    assert words(text % "x^T")[-3:] == ["proved", "proved", "proved"]
    assert words((text % "x^T").replace("a - y", "a + y"))[-3:] == ["wrong", "proved", "proved"]


def test_what_a_gradient_is_written_with_is_no_output() -> None:
    text = (
        r"$$y_i = g_i \frac{x_i}{\sqrt{\sum_k x_k^2}}$$ Let $r = \sqrt{\sum_k x_k^2}$, $u_i = x_i/r$. "
        r"$$\frac{\partial L}{\partial x_j} = \frac1r \left(g_j \frac{\partial L}{\partial y_j} - u_j \sum_i "
        r"g_i \frac{\partial L}{\partial y_i} %s\right)$$"
    )
    assert words(text % "u_i")[-1] == "proved"
    assert words(text % "x_i")[-1] == "wrong"


def test_how_many_samples_there_are_is_not_how_many_entries_one_has() -> None:
    text = (
        r"$$J(\theta)=-\frac{1}{m}\sum_{i=1}^{m}y^{i}\log(h_\theta(x^{i}))+(1-y^{i})"
        r"\log(1-h_\theta(x^{i}))$$ "
        r"where $$h_{\theta}(x)=g(\theta^{T}x)$$ $$g(z)=\frac{1}{1+e^{-z}}$$ "
        r"$$\frac{\partial}{\partial\theta_{j}}J(\theta)=\frac{1}{m}\sum_{i=1}^{m}(h_\theta(x^{i})-y^i)"
        r"x_j^i$$ "
        r"$$J(\theta)=-\frac{1}{m}\sum_{i=1}^m \left[-y^i\log(1+e^{-\theta x^i}) + (1-y^i)(-\theta x^i-"
        r"\log(1+e^{-\theta x^i}))\right]$$"
    )
    assert words(text)[3] == "proved"


def test_the_complementary_error_function() -> None:
    text = r"$$y = x(1 + \operatorname{erf}(x))$$ $$y = x \operatorname{erfc}\left(%s x\right)$$"
    assert words(text % "-") == ["definition", "proved"]
    assert words(text % "") == ["definition", "wrong"]


def test_a_statement_of_which_nothing_is_read() -> None:
    text = r"$$\mathbf{y} = \mathbf{x}$$ $$\oint a = \oint b$$ "
    text += r"$$\mathbf{x}^T\mathbf{x} = \mathbf{y}^T\mathbf{y}$$"
    assert words(text) == ["definition", "unread", "unread", "proved"]


def test_a_score_of_a_negative_class() -> None:
    text = (
        r"$$p_c = \frac{1}{1+e^{-s_c}}$$ In the case of one positive class $p$: $$\frac{\partial}"
        r"{\partial s_n}"
        r"\left(-\log\frac{e^{s_p}}{\sum_j e^{s_j}}\right) = %s\frac{e^{s_n}}{\sum_j e^{s_j}}$$ where $s_n$ "
        r"is that of any negative class."
    )
    checked = check(from_text(text % ""), repairs=False)
    assert checked.clean
    assert words(text % "2")[-1] == "wrong"


def test_a_name_that_stands_for_one_term_after_another() -> None:
    text = (
        r"$$a = \sqrt{\sum_c u_c^2}, \quad b = \sqrt{\sum_c v_c^2}$$ With $S = \sum_c u_c^2$: "
        r"$$\frac{\partial a}{\partial u_i} = \frac{u_i}{\sqrt S}$$ Now $S = \sum_c v_c^2$: "
        r"$$\frac{\partial b}{\partial v_i} = \frac{v_i}{\sqrt S}$$ $$\frac{\partial a}{\partial v_i} = 0$$"
    )
    assert "wrong" not in words(text)
    assert words(text)[-1] == "proved"


def test_what_is_assumed_of_a_variable() -> None:
    text = r"$$y = |d|$$ Assumed: $d > 0$. $$\frac{\partial y}{\partial d} = %s$$"
    assert words(text % "1")[-1] == "proved"
    assert words(text % "2")[-1] == "wrong"


def test_a_sum_over_a_letter_that_its_terms_lack_is_found_by_what_rests_on_it() -> None:
    text = (
        r"$$y_j = \frac{e^{z_j}}{\sum_{c=1}^C e^{z_%s}}$$ $$g = \sum_{c=1}^C e^{z_c}$$ "
        r"$$\frac{\partial y_j}{\partial z_i} = \frac{e^{z_j} \delta_{ij} g - e^{z_j} e^{z_i}}{g^2}$$ "
        r"$$\frac{\partial y_i}{\partial z_i} = \frac{e^{z_i} (g - e^{z_i})}{g^2}$$"
    )
    assert words(text % "c")[-2:] == ["proved", "proved"]
    assert "wrong" in words(text % "j")


@pytest.mark.parametrize(("name", "word"), [("s", "proved"), ("2 s", "wrong")])
def test_a_word_that_is_told_is_one_name(name: str, word: str) -> None:
    text = r"""$$L = \frac1N softmax(scores, y)$$ where $scores = H W + b$.

The output is $s = H W + b$, thus $$scores = NAME$$"""
    assert words(text.replace("NAME", name))[-1] == word

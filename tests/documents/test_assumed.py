"""What rows rest on beside definitions: numbers that add up to one, one-hot labels, symmetric and orthogonal
matrices, vectors of length 1.  True rows are not alarmed at, slips beside them are."""

from __future__ import annotations

import pytest

from symderiv.documents.check import Checked, check
from symderiv.documents.text.source import from_text
from tests.documents.rows import words


def checked(text: str) -> Checked:
    return check(from_text(text, "x.md", "markdown"), repairs=False)


PAIR = r"$p = \frac{e^a}{e^a + e^b}$, $q = 1 - p$ and $L = -y_1 \log p - y_2 \log q$. "


@pytest.mark.parametrize("said", ["Here $y_1 + y_2 = 1$. ", "Here $1 = y_1 + y_2$. ", ""])
def test_labels_of_two_classes_by_number(said: str) -> None:
    text = PAIR + said + r"$$\frac{\partial L}{\partial a} = p - %s$$"
    found = checked(text % "y_1")
    assert found.rows[-1].word == "proved"
    assert found.rows[-1].under == [
        "y_1 + y_2 = 1 (line 1)" if said else "needs y_1 + y_2 = 1, which the document does not state"
    ]
    assert words(text % "y_2")[-1] == "wrong"


def test_a_sum_that_is_stated_behind_the_row() -> None:
    text = r"$$s_i = \frac{e^{z_i}}{e^{z_1} + e^{z_2}}$$ $$L = -t_1 \log s_1 - t_2 \log s_2$$ "
    text += r"$$\frac{\partial L}{\partial z_1} = s_1 (t_1 + t_2) - t_1 = s_1 - %s$$ because $t_1 + t_2 = 1$."
    assert words(text % "t_1")[2:4] == ["proved", "proved"]
    assert words(text % "t_2")[2:4] == ["proved", "wrong"]


def test_a_number_and_its_complement() -> None:
    text = r"$p + q = 1$ and $f = p \log p + q \log q$. $$\frac{df}{dp} = \log p %s \log q$$"
    assert words(text % "-")[-1] == "proved"
    assert words(text % "+")[-1] == "wrong"


def test_three_labels_of_which_one_is_hot() -> None:
    text = r"$p_i = e^{z_i}/(e^{z_1}+e^{z_2}+e^{z_3})$, $L = -y_1\log p_1-y_2\log p_2-y_3\log p_3$ "
    text += r"with $y=(y_1,y_2,y_3)$ one-hot. $$\frac{\partial L}{\partial z_1} = p_1 - %s$$"
    assert words(text % "y_1")[-1] == "proved"
    assert words(text % "y_2")[-1] == "wrong"


@pytest.mark.parametrize("said", [r"\text{ for }i\ne c", r",\quad i\ne c"])
def test_other_classes_than_the_true_one(said: str) -> None:
    text = r"Since $y$ is one-hot with $y_c=1$, $L = -\sum_i y_i \log p_i = -\log p_c$. "
    text += rf"$$\frac{{\partial L}}{{\partial p_i}} = %s{said}$$"
    assert words(text % "0")[-1] == "proved"
    assert words(text % r"-\frac{1}{p_i}")[-1] == "wrong"


def test_the_class_for_which_a_label_is_hot() -> None:
    text = r"$L = -\sum_i w_i y_i \log p_i$, $p = \mathrm{softmax}(z)$, $y$ one-hot for class $c$. "
    text += r"$$\frac{\partial L}{\partial z_j} = w_%s (p_j - y_j)$$"
    assert words(text % "c")[-1] == "proved"
    assert words(text % "j")[-1] == "wrong"


def test_the_matrix_of_a_quadratic_form() -> None:
    text = r"$f(x) = \frac12 x^T Q x - b^T x$ %s $$\nabla f(x) = %s$$"
    found = checked(text % ("", "Q x - b"))
    assert found.rows[-1].word == "proved"
    assert found.rows[-1].under == ["needs Q symmetric, which the document does not state"]
    assert checked(text % ("with $Q = Q^T$", "Q x - b")).rows[-1].under == ["Q symmetric"]
    assert words(text % ("", "Q x + b"))[-1] == "wrong"
    assert words(text % ("", "2 Q x - b"))[-1] == "wrong"
    other = r" $$x^T Q x = \frac12 x^T (Q + Q^T) x$$"  # whoever writes so means no symmetric one
    assert words(text % (other, "Q x - b"))[-1] == "wrong"


def test_couplings_of_pairs() -> None:
    text = r"$E = -\frac12 \sum_{i,j} J_{ij} s_i s_j$ %s "
    text += r"$$\frac{\partial E}{\partial s_i} = -%s\sum_j J_{ij} s_j$$"
    assert words(text % ("(symmetric couplings)", ""))[-1] == "proved"
    assert words(text % ("(symmetric couplings)", "2"))[-1] == "wrong"
    assert words(text % ("", ""))[-1] == "wrong"  # not said, and nothing that J is called by
    bilinear = r"$E = -\sum_{i,j} J_{ij} s_i t_j$ $$\frac{\partial E}{\partial s_i} = -\sum_j J_{%s} t_j$$"
    assert words(bilinear % "ij")[-1] == "proved"
    assert words(bilinear % "ji")[-1] == "wrong"


def test_weights_of_a_graph() -> None:
    text = r"$E = \frac12 \sum_{i,j} w_{ij} (f_i - f_j)^2$, $w_{ij} = w_{ji}$, $d_i = \sum_j w_{ij}$ "
    text += r"$$\frac{\partial E}{\partial f_i} = %s \sum_j w_{ij} (f_i - f_j)$$ "
    text += r"$$\nabla_f E = 2 L f$$ where $L = D - W$."
    assert words(text % "2")[2:4] == ["proved", "undecided"]
    assert words(text % "-2")[2] == "wrong"


def test_vectors_of_length_one() -> None:
    text = r"Let $u$ be a unit vector, $r = x - (u^T x) u$. $$\|r\|^2 = \|x\|^2 %s (u^T x)^2$$"
    assert words(text % "-")[-1] == "proved"
    assert words(text % "+")[-1] == "wrong"
    other = r"Let $v$ be a unit vector. Then $r = x - (u^T x) u$ has $$\|r\|^2 = \|x\|^2 - (u^T x)^2$$"
    assert words(other)[-1] == "wrong"


def test_a_constraint_beside_what_is_minimised() -> None:
    text = r"$$\max_u u^T S u \quad\text{s.t. } u^T u = 1$$ So $S u = \lambda u$ and "
    text += r"$$u^T S u = \lambda u^T u = %s$$"
    assert words(text % r"\lambda")[-2:] == ["proved", "proved"]
    assert words(text % r"\lambda^2")[-2:] == ["proved", "wrong"]


@pytest.mark.parametrize(
    "said", ["If $W^T W = I$ then ", "$$W^T W = I$$", "The columns of $W$ are orthonormal. "]
)
def test_orthogonal_matrices(said: str) -> None:
    text = rf"$C = X^T X$. {said} $$\|X - X W W^T\|_F^2 = \mathrm{{tr}}(C) %s \mathrm{{tr}}(W^T C W)$$"
    assert words(text % "-")[-1] == "proved"
    assert words(text % "+")[-1] == "wrong"


def test_a_matrix_before_a_bracket_with_a_power() -> None:
    text = r"$\beta = (X^T X)^{-1} X^T y$ with $X \in \mathbb{R}^{n \times d}$, $y \in \mathbb{R}^n$. "
    text += r"$$X \beta = %s X(X^T X)^{-1} X^T y$$"
    assert words(text % "")[-1] == "proved"
    assert words(text % "2")[-1] == "wrong"


def test_a_function_of_a_function_at_another_name() -> None:
    text = r"Let $z(t) = c t + t^3$, $u(t) = 2 t$ and $v(t) = 1 + \tanh(z(t))$. "
    text += r"$$\frac{d}{dx}[u(x) v(x)] = u'(x) v(x) %s u(x) v'(x)$$"
    assert words(text % "+")[-1] == "proved"
    assert words(text % "-")[-1] == "wrong"


def test_the_logarithm_of_a_likelihood() -> None:
    text = r"$$\log L = \log \prod_{i=1}^n y_i^{t_i} \cdot (1 - y_i)^{1 - t_i}"
    text += r" = \sum_{i=1}^n t_i \log(y_i) + (1 %s t_i) \log(1 - y_i)$$"
    assert words(text % "-")[-1] == "proved"
    assert words(text % "+")[-1] == "wrong"


def test_rows_below_one_another_that_begin_with_a_sign() -> None:
    text = r"$f(x) = \log(x)$, $g(x) = x^2$. "
    text += r"$$\begin{split} -f'(x) &= -\frac{1}{x} \\ -g'(x) &= %s 2 x \end{split}$$"
    assert words(text % "-") == ["definition", "definition", "proved", "proved"]
    assert words(text % "") == ["definition", "definition", "proved", "wrong"]
    text = (
        r"$f(x) = (x - b)^2$ $$\begin{aligned} f(x) &= x^2 - 2 b x \\ + %s b^2 &= (b - x)^2 \end{aligned}$$"
    )
    assert words(text % "") == ["definition", "proved", "proved"]  # one equation on two lines
    assert "wrong" in words(text % "2")


def test_a_definition_whose_sum_has_another_letter() -> None:
    text = r"$$\ell = -\sum_{i=c}^C t_c \log y_c$$ $$\frac{\partial \ell}{\partial y_j} = -\frac{t_j}{y_j}$$"
    assert words(text)[-1] == "undecided"
    text = r"$$\ell = -\sum_{c=1}^C t_c \log y_c$$ $$\frac{\partial \ell}{\partial y_j} = \frac{t_j}{y_j}$$"
    assert words(text)[-1] == "wrong"


def test_a_state_with_a_capital_and_a_small_letter() -> None:
    text = r"The state is $s_k = s_{k-1} * w + x_k * v$. "
    text += r"$$\frac{\partial \xi}{\partial v} = \sum_{k=0}^n \frac{\partial \xi}{\partial %s_k} %s x_k$$"
    assert words(text % ("S", ""))[-1] == "undecided"
    assert words(text % ("s", ""))[-1] == "proved"
    assert words(text % ("s", "2"))[-1] == "wrong"


def test_examples_numbered_above_and_once_below() -> None:
    text = r"$$J = \sum_{i=1}^m (y^i z^i - \log(1 + e^{z^i}))"
    text += r" = \sum_{i=1}^m (y%s z^i %s \log\frac{1}{1 + e^{z^i}})$$ "
    assert words(text % ("^i", "+")) == ["definition", "proved"]
    assert words(text % ("_i", "+")) == ["definition", "proved"]
    assert words(text % ("_i", "-")) == ["definition", "wrong"]


def test_a_definition_put_in_without_its_brackets() -> None:
    text = r"The model is $h = w x + b$. $$L = (y - h)^2 = (y - w x + b)^2$$ "
    text += r"$$\frac{\partial L}{\partial w} = -2 x (y - w x + b)$$"
    found = check(from_text(text, "x.md", "markdown"))
    assert [r.word for r in found.rows][:3] == ["definition", "definition", "wrong"]


def test_components_above_are_no_powers() -> None:
    text = r"$s^i = \frac{(e^z)^i}{\sum_j (e^z)^j}$ and $s^1 = \frac{(e^z)^1}{(e^z)^1 + (e^z)^2}$. "
    text += r"$L = -\sum_i y^i \log(s^i)$"
    assert "wrong" not in words(text)


def test_a_variable_of_the_name_of_what_has_indices() -> None:
    text = r"The sigmoid is $\sigma(z) = 1/(1 + e^{-z})$ and $z_i = w^T x_i + b$. "
    text += r"$$\frac{d\sigma(z)}{dz} = \frac{e^{-z}}{(1 + e^{-z})^2} = \sigma(z)(1 %s \sigma(z))$$"
    assert words(text % "-")[-2:] == ["proved", "proved"]
    assert words(text % "+")[-2:] == ["proved", "wrong"]


def test_an_update_by_the_number_of_the_step() -> None:
    text = r"The update is $w(k+1) = w(k) - \Delta w(k+1)$ with $\Delta w = \mu \delta_w$."
    assert words(text) == ["definition"]


def test_a_label_that_is_taken_as_one_without_a_word() -> None:
    text = r"$$p_o = \frac{e^{u_o}}{\sum_{w=1}^V e^{u_w}}$$ where $o$ is the target. "
    text += r"$$J = -y_o \log p_o = -%s + \log \sum_{w=1}^V e^{u_w}$$"
    found = checked(text % "u_o")
    assert found.rows[-1].word == "proved"
    assert found.rows[-1].under == [
        "needs that y_o is 1, a label of the true class, which the document does not state"
    ]
    assert words(text % "2 u_o")[-1] == "undecided"  # y stands nowhere else
    assert words(text.replace("-y_o", "-x_o") % "u_o")[-1] == "undecided"


@pytest.mark.parametrize("said", ["where $\\mu$ and $v$ refer to the mean and variance of the column", "so"])
def test_a_mean_that_is_said_in_words(said: str) -> None:
    text = r"$$y_i = \frac{x_i-\mu}{\sigma}$$ " + said + "\n\n"
    text += r"$$\frac{d\sigma^2}{dx_l} = \frac{2}{N} ((x_l-\mu)-\frac{1}{N} \sum_{i=1}^N (x_i-\mu))"
    text += r" = \frac{%s}{N} (x_l-\mu)$$"
    found = checked(text % "2")
    assert found.rows[-1].word == "proved"
    assert found.rows[-1].under[0].startswith("needs that" if said == "so" else "mu is the mean of x")
    assert words(text % "3")[-1] == "wrong"


def test_a_bar_is_a_mean_whichever_is_taken_from_the_other() -> None:
    text = r"""Let $w_i = \frac{\bar X - X_i}{S}$.
$$\sum_{i=1}^n w_i X_i = \sum_{i=1}^n \frac{(\bar X - X_i) X_i}{S}$$
$$\sum_{i=1}^n w_i X_i = -\sum_{i=1}^n \frac{(\bar X - X_i)^2}{S}$$"""
    assert words(text) == ["definition", "proved", "proved"]
    assert words(text.replace("= -", "="))[-1] == "wrong"

"""Forms that notes have: how many entries there are, entries of a transpose, labels of the rows behind."""

from __future__ import annotations

import pytest

from symderiv.documents.check import check
from symderiv.documents.text.source import from_text
from tests.documents.rows import FAST, words


@pytest.mark.parametrize(("given", "word"), [(r"$y_1, \dots, y_n$", "undecided"), ("any $n$", "wrong")])
def test_a_list_goes_up_to_how_many_there_are(given: str, word: str) -> None:
    text = r"We see %s. $$J(p) = -\sum_i (y_i \ln p + (1-y_i) \ln(1-p))$$ Let $m = \sum_i y_i$, $k = n - m$: "
    text += r"$$\frac{dJ}{dp} = -\frac{m}{p} + \frac{k}{1-p}$$"
    assert words(text % given)[-1] == word


@pytest.mark.parametrize(("index", "word"), [("jk", "proved"), ("kj", "wrong")])
def test_the_entry_of_a_transpose(index: str, word: str) -> None:
    text = r"Let $A \in \mathbb{R}^{m \times n}$, $B \in \mathbb{R}^{n \times p}$. Then "
    text += r"$$(B^T A^T)_{ij} = \sum_{k = 1}^{n} B^T_{ik} A^T_{kj} = \sum_{k = 1}^{n} B_{ki} A_{%s}$$"
    assert words(text % index) == ["proved", word]


@pytest.mark.parametrize("at", [r"\mathbb{1}_{i = c}", r"\delta_{ic}"])
def test_a_label_put_back_into_a_row(at: str) -> None:
    text = r"Here $y$ is one-hot and $p_i = \frac{e^{x_i}}{\sum_j e^{x_j}}$. $$L = -\log p_c$$ "
    text += r"$$\frac{\partial L}{\partial x_i} = p_i - %s = p_i - y_i$$"
    assert words(text % at) == ["definition", "definition", "proved", "proved"]
    assert words((text % at).replace("= p_i - y_i", "= p_i + y_i"))[-1] != "proved"


@pytest.mark.parametrize(("factor", "word"), [("h^t", "proved"), ("h^{t-1}", "wrong")])
def test_steps_above_names(factor: str, word: str) -> None:
    text = r"$$a^t = w x^t + v h^{t-1} + b$$ $$h^t = \tanh(a^t)$$ $$\hat{y}^t = u h^t + d$$ "
    text += r"$$L^t = \frac{1}{2} (y^t - \hat{y}^t)^2$$ $$\frac{\partial L^t}{\partial u} = "
    text += r"\frac{\partial L^t}{\partial \hat{y}^t} \frac{\partial \hat{y}^t}{\partial u} "
    text += r"= -(y^t - \hat{y}^t) %s$$"
    assert words(text % factor) == ["definition"] * 4 + ["proved", word]


@pytest.mark.parametrize(("sign", "word"), [("-", "proved"), ("+", "wrong")])
def test_a_mark_above_what_a_derivative_is_by(sign: str, word: str) -> None:
    text = r"$$J = -\sum_i \sum_c y_{ic} z_{ic}^o + \sum_i \log \sum_k e^{z_{ik}^o}$$ "
    text += r"$$\frac{\partial J}{\partial z_{ic}^o} = \frac{e^{z_{ic}^o}}{\sum_k e^{z_{ik}^o}} %s y_{ic}$$"
    assert words(text % sign) == ["definition", word]


@pytest.mark.parametrize(("sign", "word"), [("-", "proved"), ("+", "wrong")])
def test_equations_side_by_side(sign: str, word: str) -> None:
    text = r"""$$\begin{aligned} u &= x^2 & v &= \cos x \\
\frac{du}{dx} &= 2 x & \frac{dv}{dx} &= %s \sin x \end{aligned}$$
$$\begin{array}{ll} h = e^x & k = e^{-x} \\ h' = h & k' = %s k \end{array}$$"""
    assert words(text % (sign, sign)) == ["definition", "definition", "proved", word] * 2


def test_chains_in_columns_go_on_in_theirs() -> None:
    text = r"$$\begin{aligned} u &= (x + 1)^2 & v &= (x + 2)^2 \\ "
    text += r"&= x^2 + 2 x + 1 & &= x^2 + 4 x + %s \end{aligned}$$"
    assert words(text % "4") == ["definition", "definition", "proved", "proved"]
    assert words(text % "2")[-1] == "wrong"


def test_a_remark_in_the_last_column() -> None:
    text = r"""$$\begin{aligned} J &= -\sum_{k=1}^K y_k \log(p_k) \\
&= -y_c \log(p_c) & y_k = 0, k \neq c \\ &= %s y_c \log(1 / p_c) \end{aligned}$$"""
    assert words(text % "") == ["definition", "undecided", "proved"]
    assert words(text % "-") == ["definition", "undecided", "wrong"]


def test_what_rests_on_an_unbound_index_is_told_where_it_stands() -> None:
    text = r"$$y_i = \frac{e^{a_i}}{\sum_{i=1}^C e^{a_k}}$$ so that $\sum_{i=1}^C y_i = 1$. If $i \neq j$: "
    text += r"$$\frac{\partial y_i}{\partial a_j} = \frac{-e^{a_i} e^{a_j}}{(\sum_{k=1}^C e^{a_k})^2}$$"
    checked = check(from_text(text, "text", "markdown"), checkers=FAST)
    assert [f.kind for f in checked.findings if f.kind in ("wrong", "lint")] == ["lint"]


def test_an_equation_rearranged_that_begins_with_a_product() -> None:
    text = r"""$L(\theta) = \prod_{i=1}^n \theta^{y_i} (1-\theta)^{1-y_i} = \theta^k (1-\theta)^{n-k}$ where
$k = \sum y_i$. Setting the derivative of $F(\theta) = -k \log \theta - (n-k) \log(1-\theta)$ to zero:
$\frac{\partial F}{\partial \theta} = - \frac{k}{\theta} + \frac{n-k}{1-\theta} = 0$
This gives $k(1-\theta) = \theta(n-k)$."""
    assert "wrong" not in words(text)


def test_what_comes_from_elsewhere_is_added_to_a_gradient() -> None:
    text = r"$$z = W_y h_t + b_y$$ $$\frac{dL}{dh_t} = \frac{dL}{dz} \frac{dz}{dh_t} + \frac{dL}{dh_t}$$"
    assert words(text) == ["definition"]


@pytest.mark.parametrize(("parts", "word"), [(("A", "B"), "undecided"), (("A", "A"), "wrong")])
def test_sums_over_several_sets(parts: tuple[str, str], word: str) -> None:
    text = r"$$S = \sum_{i} e^{x_i} = \sum_{i \in %s} e^{x_i} + \sum_{i \in %s} e^{x_i}$$"
    assert words(text % parts) == ["definition", word]


def test_sizes_are_no_claim() -> None:
    text = r"$$P = X W^T + b$$ (sizes: $[2 \times 2] \times [2 \times 1] + [1] = [2 \times 1]$)"
    assert words(text) == ["definition"]


@pytest.mark.parametrize(("power", "word"), [("4", "proved"), ("2", "wrong")])
def test_a_variance_with_its_square_before_its_index(power: str, word: str) -> None:
    text = r"$$g = \frac{(x-\mu_k)^2}{2\sigma^{2}_{k}}$$ "
    text += r"$$\frac{\partial g}{\partial\sigma^{2}_{k}} = - \frac{(x-\mu_k)^2}{2\sigma_k^%s}$$"
    assert words(text % power) == ["definition", word]


def test_sigma_before_braces_is_the_sign_of_a_sum() -> None:
    text = r"$$L = -\Sigma {y_i} a_i^2$$ $$\frac{\partial L}{\partial a_i} = %s 2 y_i a_i$$"
    assert words(text % "-") == ["definition", "proved"]
    assert words(text % "")[-1] == "wrong"


@pytest.mark.parametrize(("last", "word"), [("", "proved"), ("^2", "wrong")])
def test_a_change_is_one_name(last: str, word: str) -> None:
    text = r"$$f(x) = x^2$$ $$\frac{f(x + \Delta x) - f(x)}{\Delta x} = 2 x + \Delta x%s$$"
    checked = check(from_text(text % last, "text", "markdown"), checkers=FAST)
    assert checked.rows[-1].word == word
    assert checked.rows[-1].suggestion == (r"2 x + \Delta x" if last else "")
    assert not last or "Deltax" in checked.rows[-1].witness.values


def test_a_name_that_is_told_by_its_derivative_only() -> None:
    text = r"""Product rule: $$\frac{d}{ds}\left( s^2 e^{-s} \right) = \underbrace{2s}_{f'}
\underbrace{e^{-s}}_{g} + \underbrace{s^2}_{f} \underbrace{\left[\frac{d}{ds} e^{-s} \right]}_{g'}$$
The second term, $g'$:
$$g' = \frac{d}{ds} e^{-s}$$
$$g' = e^{-s} \cdot \frac{d}{ds} (%s)$$
$$g' = g \cdot (-1)$$"""
    assert words(text % "-s")[-3:-1] == ["definition", "proved"]
    assert words(text % "-s")[-1] not in ("wrong", "proved")
    assert words(text % "s")[-2] == "wrong"


def test_a_definition_at_the_step_before() -> None:
    text = r"""$$L = \sum_{t=1}^{T} L_t = \sum_{t=1}^{T} \sum_{i=1}^{C} -y_t^i \log(p_t^i)$$
$$F_t = \sum_{u = t + 1}^T L_u$$

$$F_{t - 1} = L_t + \sum_{u = t + 1}^T L_u$$"""
    assert "wrong" not in words(text)


def test_the_entries_of_a_name_of_which_one_is_told() -> None:
    text = r"""$$\begin{aligned} x &= \begin{bmatrix} x_0 \\ x_1 \\ \vdots \\ x_n \end{bmatrix}
\in \mathbb{R}^{n+1} \\ x_0 &= 1 \\ h_\theta(x) &= \frac{1}{1 + e^{-\theta^\intercal x}} \end{aligned}$$
$$J(\theta) = \frac{1}{m} \sum_{i=1}^m \frac12 (h_\theta(x^{(i)}) - y^{(i)})^2$$"""
    assert "wrong" not in words(text)


def test_a_sum_over_a_letter_that_stands_above() -> None:
    text = r"""$$L = \sum_{t=1}^{T} L_t(p_t, y_t) = \sum_{t=1}^{T} \sum_{i = 1}^{C} -y_t^i \log(p_t^i)$$
$$\frac{\partial \tanh(i)}{\partial i} = 1 - \tanh(i)^2$$"""
    checked = check(from_text(text, "text", "markdown"), checkers=FAST)
    assert not [f for f in checked.findings if f.kind == "lint"]


def test_a_line_that_goes_on_with_a_sign() -> None:
    text = "$f(x) = x \\tanh(x)$\n\n$f'(x) = \\tanh(x)$  \n$%s x (1 - \\tanh^2(x))$"
    assert words(text % "+") == ["definition", "proved"]
    assert words(text % "-") == ["definition", "wrong"]


def test_a_model_with_noise_beside_what_is_predicted() -> None:
    text = r"""$$y = a + b x + e$$ $$E = \frac{1}{N} \sum (y - \hat{y})^2$$ with $\hat{y} = a + b x$. Then
$$\frac{\partial E}{\partial a} = \frac{\partial E}{\partial \hat{y_i}} \frac{\partial \hat{y_i}}{\partial a}
= \frac{1}{N}\sum 2 (y_i - a - b x_i) (-1) = %s \frac{1}{N}\sum (y_i - \hat{y}_i)$$"""
    assert words(text % "-2")[-3:] == ["proved", "undecided", "proved"]
    assert words(text % "2")[-3:] == ["proved", "undecided", "wrong"]


def test_a_row_set_to_zero_that_is_not_read() -> None:
    text = r"$$\frac{\partial \ell}{\partial \lambda} = \frac{n}{\lambda} - \sum^n{i = 1} X_i = 0,$$ with "
    text += r"the solution $\hat{\lambda}_{mle} = \frac{n}{\sum^n_{i = 1} X_i} = 1 / \bar{X}$."
    checked = check(from_text(text, "text", "markdown"), checkers=FAST)
    assert not any("internal" in r.reason for r in checked.rows)

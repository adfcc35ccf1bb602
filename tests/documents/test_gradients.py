"""Gradients, second derivatives and the chains that lead to them, as posts spell them."""

from __future__ import annotations

import pytest

from tests.documents.rows import words

_LSE = r"Let $$f(x) = \log\sum_{i=1}^n e^{x_i}.$$ "
_SECOND = r"-\frac{e^{x_k}e^{x_j}}{(\sum_{i=1}^n e^{x_i})^2}, \quad j \neq k$$"


@pytest.mark.parametrize("spelling", [r"\nabla f(x)_i", r"(\nabla f(x))_i", r"\nabla_i f(x)"])
def test_an_entry_of_a_gradient(spelling: str) -> None:
    row = rf"$${spelling} = \frac{{e^{{x_i}}}}{{\sum_j e^{{x_j}}}}%s$$"
    assert words(_LSE + row % "") == ["definition", "proved"]
    assert words(_LSE + row % "^2") == ["definition", "wrong"]


def test_an_entry_of_a_hessian_in_cases() -> None:
    row = (
        r"$$\nabla^2 f(x)_{i, j} = \begin{cases} p_i - p_i^2 & i = j \\ %s p_i p_j & i \neq j \end{cases}$$ "
        r"with $p_i = e^{x_i}/\sum_j e^{x_j}$."
    )
    assert words(_LSE + row % "-") == ["definition", "proved", "definition"]
    assert words(_LSE + row % "") == ["definition", "wrong", "definition"]


def test_a_gradient_as_a_row() -> None:
    row = r"$$\nabla^2 f(x) = \mathrm{diag}(\nabla f(x)) %s \nabla f(x) \nabla f(x)^\text{T}$$"
    assert words(_LSE + row % "-") == ["definition", "proved"]
    assert words(_LSE + row % "+") == ["definition", "wrong"]


@pytest.mark.parametrize(
    "spelling", [r"\frac{\partial^2}{\partial x_k x_j} f(x)", r"\frac{\partial^2 f}{\partial x_k x_j}"]
)
def test_one_sign_below_for_two_variables(spelling: str) -> None:
    assert words(f"{_LSE}$${spelling} = {_SECOND}") == ["definition", "proved"]
    assert words(f"{_LSE}$${spelling} = -{_SECOND}") == ["definition", "wrong"]


def test_the_power_at_the_sign_below() -> None:
    row = r"$$\frac{\partial^2 f}{\partial^2 x_k} = p_k %s p_k^2$$ with $p_k = e^{x_k}/\sum_j e^{x_j}$."
    assert words(_LSE + row % "-") == ["definition", "proved", "definition"]
    assert words(_LSE + row % "+") == ["definition", "wrong", "definition"]


def test_functions_of_a_vector_that_are_numbers() -> None:
    text = (
        r"$$s(x) = (e^{x_1}, \ldots, e^{x_n})$$ $$S(x) = \sum_i e^{x_i}$$ $$f(x) = \log S(x)$$ "
        r"$$\nabla^2 f(x) = \frac{1}{S(x)^2}\left(S(x) \mbox{\bf diag}(s(x)) %s s(x)s(x)^T\right)$$"
    )
    assert words(text % "-") == ["definition"] * 3 + ["proved"]
    assert words(text % "+") == ["definition"] * 3 + ["wrong"]


def test_dots_that_were_copied() -> None:
    text = (
        r"$$f(a_1, a_2, · · · , a_n) = \ln(e^{a_1} + e^{a_2} + \cdots + e^{a_n})$$ "
        r"$$\frac{\partial f}{\partial a_k} = \frac{e^{%s a_k}}{\sum_i e^{a_i}}$$"
    )
    assert words(text % "") == ["definition", "proved"]
    assert words(text % "2") == ["definition", "wrong"]


def test_pairs_of_letters_that_stand_free_elsewhere() -> None:
    text = (
        r"For $j \neq k$ the entry is $-t_j t_k$, with $t_i = s e^{x_i}$, $s = (\sum_j e^{x_j})^{-1}$. "
        r"$$Q(u) = \sum_i t_i(1 - t_i)u_i^2 - \sum_{i\ne j} t_i t_j u_i u_j$$ hence "
        r"$$Q(u) = \sum_i t_i u_i^2 %s \left(\sum_i t_i u_i\right)^2$$"
    )
    assert words(text % "-")[-1] == "proved"
    assert words(text % "+")[-1] == "wrong"


def test_a_name_with_indices_for_what_stands_before_it() -> None:
    text = (
        r"Given $\frac{\partial \mathcal{L}}{\partial y_{i,j}}$ (denoted as $dy_{i,j}$), with "
        r"$y_{i,j} = \gamma_j x_{i,j}$: "
        r"$$\frac{\partial \mathcal{L}}{\partial \gamma_j} = \sum_{i=1}^N dy_{i,j} %s$$"
    )
    assert words(text % "x_{i,j}")[-1] == "proved"
    assert words(text % "x_{i,j}^2")[-1] == "wrong"


def test_each_case_goes_on_from_where_the_first_one_did() -> None:
    text = r"""
$$p_j = \frac{e^{a_j}}{\sum_k e^{a_k}}$$

$$\frac{\partial p_j}{\partial a_i} = \frac{\partial}{\partial a_i}\frac{e^{a_j}}{\sum_k e^{a_k}}$$

If $i = j$,

$$= \frac{\partial}{\partial a_j}\frac{e^{a_j}}{\sum_k e^{a_k}} = p_j(1 - p_j)$$

and if $i \neq j$,

$$= %s e^{a_j} (\sum_k e^{a_k})^{-2} e^{a_i} = %s p_j p_i$$
"""
    assert words(text % ("-", "-")) == ["definition"] + ["proved"] * 5
    assert words(text % ("", "")) == ["definition"] + ["proved"] * 3 + ["wrong", "proved"]


def test_a_class_that_only_delta_names() -> None:
    text = (
        r"$L = -\sum_j y_j \log p_j$ with $p_j = e^{a_j}/\sum_k e^{a_k}$. The true class is at "
        r"$j = c$, and $y$ is one-hot: $$\frac{\partial L}{\partial a_i} = %s$$"
    )
    assert words(text % r"p_i - \delta_{ic}")[-1] == "proved"
    assert words(text % r"p_i + \delta_{ic}")[-1] == "wrong"
    assert words(text % r"p_i - y_c")[-1] == "wrong"


def test_primes_that_an_editor_made_round() -> None:
    text = r"$$s(x) = \frac{1}{1 + e^{-x}}$$ $$s’(x) = s(x)(1 %s s(x))$$"
    assert words(text % "-") == ["definition", "proved"]
    assert words(text % "+") == ["definition", "wrong"]


def test_a_chain_with_the_sign_at_both_ends() -> None:
    text = (
        "$$s(x) = \\frac{1}{1 + e^{-x}}$$\n\n"
        "$$s'(x) = \\frac{e^{-x}}{(1 + e^{-x})^2} =$$\n\n$$= s(x)(1 %s s(x))$$"
    )
    assert words(text % "-") == ["definition", "proved", "proved"]
    assert words(text % "+") == ["definition", "proved", "wrong"]


def test_the_chain_rule_in_square_brackets() -> None:
    text = r"$\frac{d}{dx}\left[f(g(x))\right] = f'\left[g(x)\right] * g'(x)$, as of $f(x) = (x^2 + 1)^3$."
    assert words(text) == ["proved", "definition"]


def test_functions_that_a_derivative_is_of_by_name() -> None:
    text = (
        r"The sigmoid: $$\frac{d}{dx}\sigma(x) = \frac{d}{dx}(1 + e^{-x})^{-1} = \sigma(x)(1 %s \sigma(x))$$"
    )
    assert words(text % "-") == ["proved", "proved"]
    assert words(text % "+") == ["proved", "wrong"]
    text = r"$$\frac{\partial\tanh}{\partial z} = 1 %s \tanh^2(z)$$"
    assert words(text % "-") == ["proved"]
    assert words(text % "+") == ["wrong"]


def test_a_prime_is_by_what_a_derivative_beside_it_is_by() -> None:
    text = (
        r"$S = \sum_k e^{z_k}$ and $p_i = e^{z_i}/S$. If $i \neq j$, take $\partial p_1/\partial z_2$: "
        r"$v = S$, so $v' = %s e^{z_2}$."
    )
    assert words(text % "")[-1] == "proved"
    assert words(text % "2")[-1] == "wrong"


def test_the_last_row_is_none_of_the_first() -> None:
    text = (
        r"$$y_i = \frac{e^{z_i}}{\sum_{k=1}^{K} e^{z_k}}$$ $$\frac{\partial\mathbf{y}}{\partial\mathbf{z}} = "
        r"\begin{bmatrix} y_1 - y_1 y_1 & -y_1 y_2 & \cdots & -y_1 y_K \\ "
        r"-y_2 y_1 & y_2 - y_2 y_2 & \cdots & -y_2 y_K \\"
        r" \vdots & \vdots & \ddots \\ -y_K y_1 & -y_K y_2 & \cdots & y_K - y_K y_K \end{bmatrix} "
        r"= \text{diag}(\mathbf{y}) %s \mathbf{y}\mathbf{y}^\text{T}$$"
    )
    assert words(text % "-") == ["definition", "proved", "proved"]
    assert words(text % "+") == ["definition", "proved", "wrong"]


def test_an_indicator_in_large_letters() -> None:
    text = (
        r"$$y_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$$ "
        r"$$\frac{\partial y_i}{\partial z_j} = \mathbf{\large1} \{i=j\}\, y_i %s y_i\,y_j \tag{1.3}$$"
    )
    assert words(text % "-") == ["definition", "proved"]
    assert words(text % "+") == ["definition", "wrong"]


def test_a_function_that_is_defined_at_an_entry_is_one_of_numbers() -> None:
    text = (
        r"\[ h(x_i) = s(\omega^T x_i) = s(z_i) = \frac{1}{1 + e^{-z_i}}, \] with \( z_i = \omega^T x_i \). "
        r"\( 1 - s(z_i) = \frac{e^{-z_i}}{1 + e^{-z_i}} = \frac{1}{1 + e^{z_i}} = s(%s z_i) \)."
    )
    assert words(text % "-")[1:] == ["proved", "definition", "definition", "proved", "proved", "proved"]
    assert words(text % "2")[-1] == "wrong"


def test_places_that_are_drawn_and_summed_over() -> None:
    text = (
        r"\[p(w_j | w) = \sigma(u_j)\prod_{k=1}^K\sigma(-u_{j_k}),\] with the sigmoid $\sigma$. "
        r"\[-\log p(w_j | w) = -\log\sigma(u_j) - \sum_{k=1}^K\log\sigma(-u_{j_k})\]"
    )
    assert "wrong" not in words(text)


def test_before_it_is_defined_f_is_any_function() -> None:
    text = (
        "$$\\frac{d}{dx}\\frac{f(x)}{g(x)} = \\frac{%s g(x) - f(x) g'(x)}{g(x)^2}$$\n\n"
        "In our case $f(z_j) = e^{z_j}$ and $g(z) = \\sum_c e^{z_c}$."
    )
    assert words(text % "f'(x)")[0] == "proved"
    assert words(text % "f(x)")[0] == "wrong"

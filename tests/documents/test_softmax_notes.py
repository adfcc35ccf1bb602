"""What notes on softmax, attention and word vectors write: powers of values, indices above tensors, sums that
are left open, cases in other scripts and in bullets, functions that each item has for itself, names that
nothing defines, or their slopes alone."""

from __future__ import annotations

from tests.documents.rows import words

SOFTMAX = r"$$s_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$$ "


def test_the_square_of_a_value() -> None:
    text = r"$$\sigma(x)=\frac{1}{1+e^{-x}}$$ $$\sigma'(x)=\sigma(x)-%s\sigma^2(x)$$"
    assert words(text % "") == ["definition", "proved"]
    assert words(text % "2")[-1] == "wrong"
    text = r"$$f = \sigma^2(1 - r)$$ $$\frac{\partial f}{\partial r} = %s\sigma^2$$"  # a variance is a factor
    assert words(text % "-") == ["definition", "proved"]


def test_a_bold_letter_twice_before_a_transpose() -> None:
    text = (
        r"Let $J = \text{diag}(\mathbf{p}) - \mathbf{pp}^T$ be the Jacobian. For any $\mathbf{v}$: "
        r"$$\mathbf{v}^T J \mathbf{v} = \sum_i p_i v_i^2 %s (\sum_i p_i v_i)^2$$"
    )
    assert words(text % "-")[-1] == "proved"
    assert words(text % "+")[-1] == "wrong"


def test_otherwise_as_a_formula_and_in_other_scripts() -> None:
    cases = "当 $i=j$ 时\n$$\\frac{\\partial z_i}{\\partial z_j} = 1$$\n\n%s\n\n"
    text = SOFTMAX + "\n\n" + cases + r"$$\frac{\partial s_i}{\partial z_j} = %s s_i s_j$$"
    for word in ("当 $otherwise$ 时候", "否则"):
        assert words(text % (word, "-"))[1:] == ["proved", "proved"]
        assert words(text % (word, ""))[-1] == "wrong"


def test_functions_that_each_item_has_for_itself() -> None:
    text = (
        "* sigmoid\n$$f(x)=\\frac{1}{1+e^{-x}}$$\n* tanh\n$$f(x)=\\tanh(x)$$\n* %s\n"
        "$$f'(x)=\\begin{cases} 0 & x<0\\\\ 1 & x\\geq 0\\end{cases}$$"
    )
    assert words(text % "ReLU")[-1] == "undecided"
    assert words(text % "Derivative")[-1] == "wrong"


def test_indices_above_tensors() -> None:
    text = (
        r"$$O^{ib} = A^{ij} V^{jb}$$ "
        r"$$\frac{\partial O^{ib}}{\partial V^{mn}} = A^{ij} \delta^j_m \delta^b_n = %s \delta^b_n$$"
    )
    assert words(text % "A^{im}") == ["definition", "proved", "proved"]
    assert words(text % "A^{mi}")[-1] == "wrong"


def test_the_softmax_along_an_axis() -> None:
    text = (
        r"$$A_{ij} = \text{softmax}_j(S_{ij})$$ "
        r"$$\frac{\partial A_{ij}}{\partial S_{ik}} = A_{ij}(\delta_{jk} %s A_{ik})$$"
    )
    assert words(text % "-") == ["definition", "proved"]
    assert words(text % "+")[-1] == "wrong"


def test_a_sum_that_is_left_open() -> None:
    text = r"$$z = w_0 + w_1 x_1 + w_2 x_2 + \dots$$ $$\frac{\partial z}{\partial w_i} = %sx_i$$"
    assert words(text % "") == ["definition", "proved"]
    assert words(text % "2")[-1] == "wrong"


def test_letters_that_are_positions_of_an_axis() -> None:
    text = (
        r"Let \(i, j \in [T]\) and \(p \in [d_v]\). $$O_{ip} = \sum_j A_{ij} V_{jp}$$ "
        r"$$\frac{\partial O_{ip}}{\partial V_{jp}} = %s$$"
    )
    assert words(text % "A_{ij}") == ["definition", "proved"]
    assert words(text % "A_{ji}")[-1] == "wrong"


def test_a_value_of_a_function_of_a_vector_below_a_sum() -> None:
    text = r"$$\sigma(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$ $$\sum_i \sigma(z)_i = %s$$"
    assert words(text % "1") == ["definition", "proved"]
    assert words(text % "2")[-1] == "wrong"


def test_what_a_function_is_like_does_not_define_it() -> None:
    text = (
        r"$$\sigma(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$ $$\sigma(z + c\mathbf{1}) = %s\sigma(z)$$ "
        r"$$\sigma(z) = \sigma(z + c\mathbf{1})$$"
    )
    assert words(text % "2")[1] != "proved"
    example = r"$$\sigma(z) = \frac{1}{e^2 + e^1}(e^2, e^1)$$ "
    text = r"$$\sigma(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$" + "\n\n## Example\n\n" + example
    text += r"$$\frac{\partial \sigma_i}{\partial z_j} = \sigma_i(\delta_{ij} %s \sigma_j)$$"
    assert words(text % "-")[-1] == "proved"
    assert words(text % "+")[-1] == "wrong"


def test_names_that_stand_for_others_where_nothing_is_defined() -> None:
    text = (
        r"$$-u_o + \sum_w \frac{\exp(u_w^T v_c)}{\sum_w \exp(u_w^T v_c)} u_w = -u_o + \sum_w \hat{y}_w u_w "
        r"= U(\hat{y} - y)$$"
    )
    assert "wrong" not in words(text)
    text = (
        r"$$-u_o + \sum_w \frac{\exp(u_w^T v_c)}{\sum_w \exp(u_w^T v_c)} u_w "
        r"= u_o + \sum_w \frac{\exp(u_w^T v_c)}{\sum_w \exp(u_w^T v_c)} u_w = \sum_w \hat{y}_w (u_w - u_o)$$"
    )
    assert words(text)[0] == "wrong"


def test_words_that_a_hyphen_joins_below_a_name() -> None:
    text = (
        r"With the sigmoid $\sigma$: $$J_{neg-sample} = -\log \sigma(x)$$ "
        r"$$\frac{\partial J_{neg-sample}}{\partial x} = \sigma(x) %s 1$$"
    )
    assert words(text % "-")[-1] == "proved"
    assert words(text % "+")[-1] == "wrong"


def test_outputs_of_a_softmax_that_their_slopes_define() -> None:
    text = (
        r"The softmax has the outputs $p$. $$\frac{\partial p_i}{\partial a_j} = \begin{cases} "
        r"p_i(1 - p_i) & i = j \\ -p_j p_i & i \neq j \end{cases}$$ "
        r"With $L = -\sum_k y_k \log p_k$ and $\sum_k y_k = 1$: "
        r"$$\frac{\partial L}{\partial a_i} = -\sum_k y_k \frac{1}{p_k} \frac{\partial p_k}{\partial a_i} "
        r"= p_i %s y_i$$"
    )
    assert words(text % "-") == ["proved", "definition", "proved", "proved"]
    assert words(text % "+")[-1] == "wrong"
    assert "proved" not in words((text % "-").replace("softmax", "layer"))[:1]


def test_conditions_of_the_bullet_that_holds_another() -> None:
    text = (
        SOFTMAX
        + "\n\n"
        + (
            "- 当i=j时\n  - $$\\frac{\\partial s_i}{\\partial z_j} = s_i(1 %s s_j)$$\n"
            "- 当$i\\not=j$时\n  - $$\\frac{\\partial s_i}{\\partial z_j} = -s_i s_j$$\n"
        )
    )
    assert words(text % "-") == ["definition", "proved", "proved"]
    assert words(text % "+")[1:] == ["wrong", "proved"]


def test_cases_that_list_the_values_of_a_label() -> None:
    text = r"$$P(y|p) = p^y (1-%sp)^{1-y} = \begin{cases} 1-p & y=0 \\ p & y=1 \end{cases}$$"
    assert words(text % "") == ["definition", "proved"]
    assert words(text % "2")[-1] == "wrong"


def test_a_label_of_either_sign_in_passing() -> None:
    text = (
        r"Here $y=\pm1$. With the sigmoid $\sigma$: "
        r"$$\frac{\partial \log \sigma(yz)}{\partial z} = %sy(1 - \sigma(yz))$$"
    )
    assert words(text % "")[-1] == "proved"
    assert words(text % "2")[-1] == "wrong"


def test_an_entry_of_a_function_of_a_vector_beside_its_matrix() -> None:
    text = (
        r"The softmax is $s_i(z) = \frac{e^{z_i}}{\sum_k e^{z_k}}$. If $i \neq j$: "
        r"$$\frac{\partial s_i(z)}{\partial z_j} = %ss_i(z) \cdot s_j(z)$$ In general "
        r"$$\frac{\partial s}{\partial z} = \text{diag}(s) - s s^T$$"
    )
    assert words(text % "-") == ["definition", "proved", "proved"]
    assert words(text % "")[1] == "wrong"


def test_an_equation_with_a_number_and_what_follows_from_it() -> None:
    text = (
        r"$$e = t - p$$ If it is **correct**: $$e = t - p = 0 \implies \Delta w_i = 0$$ "
        r"In general: $$\Delta w_i = \eta e x_i = %s\eta (t - p) x_i$$"
    )
    assert "wrong" not in words(text % "")
    assert words(text % "2")[-1] == "wrong"


def test_a_function_that_is_a_number_in_another_section() -> None:
    text = "# A\n$$b(y) = y^2$$ $$b'(y) = 2y$$\n\n# B\n$$b(y) = 1$$\n"
    assert words(text) == ["definition", "proved", "definition"]

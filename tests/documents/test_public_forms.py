"""Forms of formulas in public posts: numbers behind leaders, words as names, columns of one, equations from
nought, differentials of vectors."""

from __future__ import annotations

from tests.documents.rows import words


def test_dots_that_lead_to_a_number() -> None:
    text = r"$$C(...) = (a - y)^2 .......... (1)$$ $$\frac{\partial C}{\partial a} = %s(a - y) ........ (2)$$"
    assert words(text % "2")[-1] == "proved"
    assert words(text % "")[-1] == "wrong"


def test_words_that_are_names_of_what_derivatives_are_by() -> None:
    text = r"$$rstd = (variance)^{-1/2}$$ "
    text += r"$$\frac{\partial rstd}{\partial variance} = %s\frac12 variance^{-3/2}$$"
    assert words(text % "-")[-1] == "proved"
    assert words(text % "")[-1] == "wrong"


def test_a_column_is_a_vector() -> None:
    text = (
        r"Here $x \in \mathbb{R}^{n \times 1}$ and $A \in \mathbb{R}^{n \times n}$. $$f(x) = x^TAx$$ "
        r"$$\nabla_x f(x) = %s$$"
    )
    assert words(text % "(A + A^T)x")[-1] == "proved"
    assert words(text % "2Ax")[-1] == "wrong"
    assert words((text % "2A_{sym}x").replace("^TA", "^TA_{sym}"))[-1] == "proved"


def test_an_equation_with_nought_on_the_left() -> None:
    text = (
        r"The derivative is set to zero: $$0 = 2w^TX^TX - 2y^TX$$ $$y^TX = w^TX^TX$$ "
        r"$$w = (X^TX)^{-1}X^Ty$$"
    )
    assert "wrong" not in words(text)


def test_a_weight_whose_gradient_is_an_outer_product() -> None:
    text = (
        r"$$z = Wh + b$$ $$\frac{\partial L}{\partial W} = \frac{\partial L}{\partial z}\cdot h^T%s, \quad "
        r"\frac{\partial L}{\partial b} = \frac{\partial L}{\partial z}$$"
    )
    assert words(text % "")[1:] == ["proved", "proved"]
    assert words(text % r"\cdot 2")[1] == "wrong"


def test_differentials_of_quadratic_forms() -> None:
    text = r"$f = x^TAx$, so that $$df = d(x^TAx) = (dx)^TAx + x^TA(dx) = x^T(A %s A^T)dx$$"
    assert words(text % "+")[-1] == "proved"
    assert words(text % "-")[-1] == "wrong"


def test_the_gradient_of_a_function_by_its_name() -> None:
    text = r"$x \in \mathbb{R}^n$. $$f(x) = b^Tx$$ $$df = (\nabla_f)^T dx$$ $$\nabla_x f(x) = %sb$$"
    assert words(text % "")[-1] == "proved"
    assert words(text % "2")[-1] == "wrong"


def test_an_operator_before_a_bracket_is_no_factor() -> None:
    text = r"$u = x^2$. $$D(\sqrt u) = \frac{1}{2\sqrt u}D(u)$$"
    assert "wrong" not in words(text)


def test_the_letter_of_a_label_and_that_of_its_class() -> None:
    text = r"One-hot labels: $$L = -\sum_j 1\{y = j\}\log a_j = %s$$ where d is the class."
    assert "wrong" not in words(text % r"-\log(\hat y_d)")
    assert words(text % r"-\log a_y")[-1] == "proved"
    assert words(text % r"-2\log a_y")[-1] == "wrong"


def test_gradients_by_names_that_nothing_leads_to() -> None:
    text = r"$z = Wu + b$. $$\frac{\partial J}{\partial b} = \frac{\partial J}{\partial z}%s$$ "
    text += r"$$\frac{\partial J}{\partial c} = \frac{\partial J}{\partial o}$$"
    assert words(text % "")[1:] == ["proved", "undecided"]
    assert words(text % r"\cdot 2")[1] == "wrong"


def test_a_matrix_stands_between_a_gradient_and_its_vector() -> None:
    text = (
        r"For $\mathbf{A} \in \mathbb{R}^{m \times n}$ we have $\nabla_{\mathbf{x}} \mathbf{A}\mathbf{x} = "
        r"%s\mathbf{A}^\top$ and $\mathbf{A}_{m \times n}\mathbf{x} = \mathbf{A}\mathbf{x}$."
    )
    assert words(text % "") == ["proved", "proved"]
    assert words(text % "2")[0] == "wrong"


def test_what_is_so_where_columns_are_orthogonal() -> None:
    text = (
        r"Suppose that $X^TX = I$. When columns of $X$ are orthogonal, "
        r"$X^TX = \text{diag}(d_1, \ldots, d_p)$. "
        r"$$\frac{\partial}{\partial w} w^TX^TXw = %sX^TXw$$"
    )
    assert words(text % "2") == ["proved"]
    assert words(text % "3") == ["wrong"]


def test_asides_in_brackets_of_another_width() -> None:
    text = r"$$f = 3x^2（定义）$$ "
    text += r"$$\frac{\partial f}{\partial x} = %sx（由定义），\quad f = x^2 \cdot 3 (显然)$$"
    assert words(text % "6") == ["definition", "proved", "proved"]
    assert words(text % "5") == ["definition", "wrong", "proved"]


def test_a_capital_vector_beside_a_row() -> None:
    text = (
        r"$$L = (w^TX^T - Y^T)(Xw - Y) = w^TX^TXw - 2w^TX^TY + Y^TY$$ "
        r"$$\frac{\partial L}{\partial w} = 2X^TXw - %sX^TY$$"
    )
    assert words(text % "2") == ["definition", "proved", "proved"]
    assert words(text % "")[-1] == "wrong"


def test_a_letter_above_an_index_is_a_label() -> None:
    text = r"$$h_t = \tanh(x_t)$$ $$q_t = (e_t^h)^2$$ $$\frac{\partial q_t}{\partial e_t^h} = %se_t^h$$"
    assert words(text % "2")[-1] == "proved"
    assert words(text % "")[-1] == "wrong"

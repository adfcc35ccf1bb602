"""Letters that name layers, rows as vectors before their matrix, sums written out by letters."""

from __future__ import annotations

import pytest

from symderiv.documents.check import check
from symderiv.documents.text.source import from_text
from tests.documents.rows import words

NET = (
    "A network with a hidden layer:\n\n"
    "$$a_j = \\sum_i v_{ij} x_i, \\qquad h_j = \\tanh(a_j)$$\n\n"
    "$$a_k = \\sum_j v_{jk} h_j, \\qquad h_k = \\tanh(a_k)$$\n\n"
    "$$E = \\frac{1}{2} \\sum_k (h_k - t_k)^2$$\n\n"
)


def test_letters_are_layers() -> None:
    text = (
        NET + "$$\\frac{\\partial E}{\\partial v_{jk}} = (h_k - t_k) (1 - h_k^2) h_j$$\n\n"
        "Let $\\delta_k = (h_k - t_k) (1 - h_k^2)$. Then\n\n"
        "$$\\frac{\\partial E}{\\partial v_{ij}} = x_i (1 - h_j^2) \\sum_k \\delta_k v_{%s}$$\n"
    )
    assert words(text % "jk")[-3:] == ["proved", "definition", "proved"]
    assert words(text.replace("1 - h_j^2", "h_j") % "jk")[-1] == "wrong"


def test_bare_sums_between_layers() -> None:
    text = (
        "The neurons of each layer:\n\n- $x_h = input$\n- $x_k = output$\n\n"
        "$x_i = f(\\sum u_{hi} x_h) = f(s_i)$\n\n$x_k = f(\\sum u_{ik} x_i) = f(s_k)$\n\n"
        "$x_k = f(\\sum u_{ik} f(\\sum u_{hi} x_h))$\n\n"
        "$\\dfrac{\\partial s_k}{\\partial u_{ik}} = x_%s$\n"
    )
    assert words(text % "i")[-2:] == ["proved", "proved"]


def test_a_chain_by_one_output_only() -> None:
    text = (
        "The output layer:\n\n"
        "$$p_j = \\frac{e^{a_j}}{\\sum_j e^{a_j}}, \\qquad a_j = \\sum_i w_{ij} p_i + b$$\n\n"
        "$$C = -\\sum_j y_j \\log p_j$$\n\n"
        "$$\\frac{\\partial C}{\\partial w_{ij}} = \\frac{\\partial C}{\\partial p_j} "
        "\\frac{\\partial p_j}{\\partial a_j} \\frac{\\partial a_j}{\\partial w_{ij}}$$\n\n"
        "$$\\frac{\\partial a_j}{\\partial w_{ij}} = p_i$$\n\n"
        "With the classes r, s, b:\n\n$$\\frac{e^{a_b}}{\\sum e^{a}} = "
        "\\frac{e^{a_b}}{e^{a_r} + e^{a_s} + e^{a_b}}$$\n\n"
        "$$p_b = \\frac{e^{a_b}}{\\sum e^{a}}$$\n\n"
        "$$\\frac{\\partial p_b}{\\partial a_b} = "
        "\\frac{e^{a_b} \\sum e^a - (e^{a_b})^2}{(\\sum_j e^a)^2}$$\n"
    )
    assert words(text)[-5:] == ["wrong", "proved", "proved", "proved", "proved"]


def test_one_name_in_a_stationary_state_is_one() -> None:
    text = (
        "The states of the network: $$m_i = \\sum_j P_{ji} m_j$$\n\n"
        "$$\\sum_i P_{ji} = 1$$\n\n$$u_j = m_j - \\frac{1}{2}$$\n\n$$u_i = m_i - \\frac{1}{2}$$\n"
    )
    assert words(text)[-1] == "proved"


def test_a_row_before_its_matrix() -> None:
    text = (
        "With $\\mathbf{h} \\in \\mathbb{R}^{n}$ and $U \\in \\mathbb{R}^{n \\times d}$ the output is\n\n"
        "$$\\mathbf{y} = \\mathbf{h} U$$\n\n"
        "$$\\frac{\\partial L}{\\partial \\mathbf{h}} = \\frac{\\partial L}{\\partial \\mathbf{y}} U^T$$\n\n"
        "$$\\frac{\\partial L}{\\partial U} = \\mathbf{h}^T \\frac{\\partial L}{\\partial \\mathbf{y}}$$\n\n"
        "$$d\\mathbf{h} = d\\mathbf{y}\\, U^\\top$$\n"
    )
    assert words(text) == ["definition", "proved", "proved", "definition"]


def test_gradients_by_name_are_no_outputs() -> None:
    text = (
        "$$y_k = \\sum_j W_{jk} h_j$$\n\n$$dh_j = \\sum_k dy_k W_{jk}$$\n\nWith $L$ the loss,\n\n"
        "$$\\frac{\\partial L}{\\partial W_{jk}} = h_j \\frac{\\partial L}{\\partial y_k}$$\n"
    )
    assert words(text)[-1] == "proved"


def test_an_argument_that_gets_its_name_late() -> None:
    text = (
        "$$a = s (U x + c)$$ $$\\hat y = {\\rm softmax}(V a + b)$$\n\n"
        "$$C = -\\sum_i y_i \\log \\hat y_i$$\n\nHere $y$ is one-hot.\n\n"
        "$$\\frac{\\partial C}{\\partial z} = %s$$ where $$z = V a + b$$\n\n"
        "$$\\frac{\\partial C}{\\partial b} = %s$$\n"
    )
    right, false = "\\hat y - y", "y - \\hat y"
    assert words(text % (right, right))[-3:] == ["proved", "definition", "proved"]
    found = check(from_text(text % (false, false), "text", "markdown"))
    assert [r.word for r in found.rows if r.word == "wrong"] == ["wrong", "wrong"]
    assert found.findings[0].line == 7  # the row, and not the loss, which has the sign that it should have


def test_what_is_let_in_a_row() -> None:
    text = (
        "$$s^2 = \\frac{1}{n} \\sum_i x_i^2, \\qquad h_i = \\frac{x_i}{\\sqrt{s^2 + c}}"
        "\\quad \\text{Let }~ s = \\sqrt{s^2 + c}$$\n"
    )
    assert "wrong" not in words(text)


def test_loose_signs_of_posts() -> None:
    assert words("$m = \\max(x_1, x_2, ...)$\n") == ["definition"]
    assert words("$f(x) = x^2 \\ \\ \\ \\ \\ \\ g(x) = f'(x) = 2 x$\n") == [
        "definition",
        "definition",
        "proved",
    ]
    assert words("$f(x) = x^2 \\\\[2ex]\\Tiny f'(x) = 2 x$\n") == ["definition", "proved"]


def test_functions_of_layers() -> None:
    text = (
        "The net has one hidden layer. $$z_j = b_j + \\sum_i a_i w_{ij}$$\n\n"
        "- $$a_j = f_j(z_j)$$: its output\n\n"
        "Now $$z_k = b_k + \\sum_j f_j(z_j) w_{jk}$$ and thus "
        "$$\\frac{\\partial z_k}{\\partial w_{jk}} = f_j(z_j) = a_j$$\n\n"
        "$$\\frac{\\partial z_k}{\\partial w_{ij}} = w_{jk} f_j'(z_j) a_%s$$\n"
    )
    assert words(text % "i") == ["definition"] * 3 + ["proved"] * 3
    assert "proved" not in words(text % "j")[-1:]


def test_a_value_where_its_derivative_should_stand() -> None:
    text = (
        "$$a_k = g(z_k)$$\n\n$$z_k = \\sum_j x_j w_{jk}$$\n\n"
        "$$E = \\frac{1}{2} \\sum_{k=1}^K (a_k - t_k)^2$$\n\n"
        "\\begin{align} \\frac{\\partial E}{\\partial w_{jk}} &= %s \\frac{1}{2} \\sum_k (a_k - t_k)^2 \\\\\n"
        "&= (a_k - t_k) \\frac{\\partial}{\\partial w_{jk}} (a_k - t_k) \\end{align}\n"
    )
    assert words(text % "")[3] == "wrong"
    assert words(text % "\\frac{\\partial}{\\partial w_{jk}}")[3:] == ["proved", "proved"]
    assert words("$$f = e^x$$\n\n$$\\frac{df}{dx} = e^x$$\n") == ["definition", "proved"]


def test_stars_and_arrows() -> None:
    assert words("$s = \\eta*\\delta$\n\n$s - \\delta\\eta = 0$\n") == ["definition", "proved"]
    text = "$$u = \\overrightarrow{w}^T \\overrightarrow{x}$$\n\n$$u = \\sum_j w_j x_j$$\n"
    assert words(text) == ["definition", "proved"]


def test_an_index_that_is_left_out() -> None:
    text = (
        "$$m^l = \\frac{1}{n} \\sum_r^n x_r^l$$\n\nWe can drop the $l$ superscript.\n\n"
        "$$\\frac{\\partial m}{\\partial x_i} = \\frac{1}{n} (0 + ... + 0 + 1 + 0 + ... + 0) "
        "= \\frac{%s}{n}$$\n\n"
        "$$\\sum_r^n (x_r - m) = n m - m(n) = 0$$\n"
    )
    assert words(text % "1") == ["definition", *["proved"] * 4]
    assert words(text % "2")[2] != "proved"
    kept = "$$f^i = 2 x^i$$\n\nWe drop the index $i$.\n\n$$S = \\sum_i f^i$$\n\n$$S = \\sum_i 2 x^i$$\n"
    assert words(kept)[-1] == "proved"


def test_an_entry_as_an_example() -> None:
    text = (
        "Consider $z_1$:\n\n$$z_1 = \\frac{x_1 - m}{s}$$\n\n"
        "$$\\frac{\\partial z_k}{\\partial x_i} = \\frac{\\partial}{\\partial x_i} \\frac{x_k - m}{s}$$\n\n"
        "With a factor: $$\\frac{\\partial z_k}{\\partial x_i} = \\frac{a}{s} \\delta_{ik}$$\n"
    )
    assert words(text) == ["definition", "proved", "undecided"]


def test_what_is_told_in_passing() -> None:
    text = (
        "$$\\frac{\\partial C}{\\partial z_i} = \\frac{1}{T} (q_i - p_i) = \\frac{1}{T} "
        "\\left(\\frac{e^{z_i/T}}{\\sum_j e^{z_j/T}} - \\frac{e^{v_i/T}}{\\sum_j e^{v_j/T}}\\right)$$\n\n"
        "For hard targets: $$\\frac{\\partial C}{\\partial z_i} = (q_i - 1) = "
        "(\\frac{e^{z_i}}{\\sum_j e^{z_j}} - 1)$$\n"
    )
    assert "wrong" not in words(text)


def test_brackets_across_braces() -> None:
    text = "$$a = f(\\sum_j{w_j x_j + b)} = f(z)$$\n\n$$\\frac{\\partial z}{\\partial b} = %s$$\n"
    assert words("Here $z = \\sum_j w_j x_j + b$.\n\n" + text % "1")[-1] == "proved"
    lone = "$$\\begin{array}{rcl}g(z) = z^2\\end{array},$$\n\n$$g'(z) = %s z$$\n"
    assert words(lone % "2") == ["definition", "proved"]
    assert words(lone % "3") == ["definition", "wrong"]


def test_gradients_by_a_number_beside_those_by_bold_vectors() -> None:
    text = (
        "$$\\mathbf{w} = \\frac{g}{\\Vert\\mathbf{v}\\Vert} \\mathbf{v}$$\n\n"
        "$$\\nabla_{\\mathbf{v}} L = \\frac{g}{\\Vert\\mathbf{v}\\Vert} \\nabla_{\\mathbf{w}} L "
        "- \\frac{g \\nabla_g L}{\\Vert\\mathbf{v}\\Vert^%s} \\mathbf{v}$$\n"
    )
    assert words(text % "2") == ["definition", "proved"]
    assert words(text % "3") == ["definition", "wrong"]


def test_derivatives_with_slashes_and_primes() -> None:
    text = (
        "$f(x) = \\log(1 + e^x)$\n\n$f'(x) = dy/dx = e^x/(1 + e^x)$\n\n$dy/dx = %s/(1 + e^{-x})$\n\n"
        "$$∂/∂ŷ [-(t·\\log(ŷ) + (1-t)·\\log(1-ŷ))] = -[t/ŷ - (1-t)/(1-ŷ)]$$\n\n"
        "$s(x) = 1/(1 + e^{-x})$\n\n$s(x)’ = s(x)(1 – s(x))$\n\n$(x . s(x))’ = s(x) + x . s(x)’$\n"
    )
    held = ["definition", "proved", "proved", "proved", "proved", "definition", "proved", "proved"]
    assert words(text % "1") == held
    assert words(text % "2")[3] == "wrong"


def test_a_name_for_the_value_of_sigma() -> None:
    text = (
        "$L = -(y \\log a + (1 - y) \\log(1 - a))$\n\n$\\frac{da}{dz} = \\frac{d}{dz} \\sigma(z)$\n\n"
        "Recall that $\\sigma(z) = a$ is the sigmoid.\n\n$\\frac{dL}{dz} = %s$\n"
    )
    assert words(text % "a - y") == ["definition", "proved", "definition", "proved"]
    assert words(text % "y - a")[-1] == "wrong"


def test_implied_sums_over_letters_that_stand_once() -> None:
    text = (
        "In Einstein notation:\n\n"
        "$$\\frac{\\partial C}{\\partial p_a} = -y_i \\frac{1}{p_i} \\delta_{ia} = -\\frac{y_a}{p_a}$$\n\n"
        "$$v_b = h_i w_{ib}$$\n\n$$\\frac{\\partial v_b}{\\partial h_c} = w_{%s}$$\n"
    )
    assert "wrong" not in words(text % "cb")
    assert words(text % "cb")[-1] == "proved"
    assert words(text % "bc")[-1] == "wrong"


def test_values_of_entries_are_an_example() -> None:
    text = "One point: $x = [x_1, x_2] = [3, 5]$.\n\n$$s = w_1 x_1 + w_2 x_2$$\n\n"
    assert "wrong" not in words(text)


def test_a_label_for_the_place_of_the_derivative() -> None:
    text = (
        "The label $\\boldsymbol{y}$ is a one-hot vector.\n\n$$-\\sum_w y_w \\log p_w = -\\log p_o$$\n\n"
        "$$p_o = \\mathrm{softmax}(z) = \\frac{\\exp(z_o)}{\\sum_j \\exp(z_j)}$$\n\n"
        "$$\\frac{\\partial z_o}{\\partial z} = %s$$\n\n"
        "$$-\\frac{\\partial z_o}{\\partial z} + \\frac{\\partial\\log\\sum_j\\exp(z_j)}{\\partial z}= %s$$\n"
    )
    assert words(text % ("y", "-y + p"))[-2:] == ["proved"] * 2
    assert "proved" not in words(text % ("-y", "-y - p"))


def test_a_bold_name_of_a_gradient_in_one_group() -> None:
    text = "$\\mathbf{p} = \\mathbf{x} + \\mathbf{y}$\n\n$$\\mathbf {dy} = \\mathbf {dp}$$\n"
    assert words(text) == ["definition", "definition"]


def test_a_layer_above_the_head_of_a_row() -> None:
    text = (
        r"$$a_j^L = \frac{e^{z_j^L}}{\sum_k e^{z_k^L}}$$ "
        r"If $i = j$: $$\frac{\partial a_j^L}{\partial z_i^L} = ROW$$"
    )
    assert words(text.replace("ROW", "a_j^L(1-a_j^L)")) == ["definition", "proved"]
    assert words(text.replace("ROW", "-a_j^L(1-a_j^L)")) == ["definition", "wrong"]
    assert words(text.replace("ROW", "a_j(1-a_j)").replace("a_j^L}", "a_j}")) == ["definition", "undecided"]


def test_a_letter_with_a_prime_is_of_its_layer() -> None:
    text = (
        r"The hidden layer of a net has $z_j = \tanh(s_j)$ with $s_j = \sum_i W_{ji} x_i$, the output layer "
        r"$u_k = \sum_j W_{kj} z_j$. $$\delta_k = \frac{\partial L}{\partial u_k}$$ "
        r"$$\delta_j = \frac{\partial L}{\partial s_j} = (1 - z_j^2) \sum_k \delta_k W_{kj}$$ "
        r"Since $u_k = SIGN\sum_{j'} W_{kj'} z_{j'}$, $\frac{\partial u_k}{\partial z_j} = W_{kj}$."
    )
    assert words(text.replace("SIGN", ""))[-2:] == ["proved", "proved"]
    assert words(text.replace("SIGN", "-"))[-2:] == ["wrong", "proved"]


@pytest.mark.parametrize(("letter", "word"), [("k", "proved"), ("j", "wrong")])
def test_the_letter_below_a_size_is_none_that_a_sum_goes_over(letter: str, word: str) -> None:
    text = r"""Let $S = \frac{Q K^T}{\sqrt{d_k}}$ and $P = \text{softmax}(S)$, row by row.

$$\frac{\partial L}{\partial S_{ij}} = \sum_k \frac{\partial L}{\partial P_{iLETTER}}
\frac{\partial P_{ik}}{\partial S_{ij}}$$"""
    assert words(text.replace("LETTER", letter))[-1] == word

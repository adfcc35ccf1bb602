"""Rows with numbers, values, updates and stated hypotheses: each with the verdict that is due, and slips."""

from __future__ import annotations

import pytest

from tests.documents.rows import words


@pytest.mark.parametrize(
    ("text", "due"),
    [
        (r"$$\frac{1}{1+e^{-0.3775}} = 0.593269992$$", ["proved"]),
        (r"$$y = \frac{1}{1+e^{-0.3775}} = 0.593369992$$", ["definition", "wrong"]),
        (r"$$-\log 0.7 = 0.36$$ $$\frac13 = 0.33 $$ $$\frac{1+4+9}{3} = 4.67$$", ["proved"] * 3),
        (r"$$L = -\log 0.7 = 0.34$$", ["definition", "wrong"]),
        (r"$$0.6225(1-0.6225) = 0.235$$ $$0.4 - 0.5 \cdot 0.082167041 = 0.35891648$$", ["proved"] * 2),
        (r"$$a = 0.6225(1-0.6225) = 0.245$$", ["definition", "wrong"]),
        (r"$$w = 0.4 - 0.5 \cdot 0.082167041 = 0.35991648$$", ["definition", "wrong"]),
        (r"$$0.33 + 0.33 + 0.33 = 1$$ $$0.15\cdot0.05 + 0.35 = 0.3575$$", ["proved"] * 2),
        (r"$$a = 0.15\cdot0.05 + 0.35 = 0.3675$$", ["definition", "wrong"]),
        (r"$$a = (-2+5)(-4) = -13$$", ["definition", "wrong"]),
        (
            r"$$f(x) = \tanh(\sqrt{2/\pi}x) = \tanh(0.7978845608x)$$",
            ["definition", "undecided"],
        ),
        (r"$$f(x) = \tanh(\sqrt{2/\pi}x) = \tanh(0.7988845608x)$$", ["definition", "wrong"]),
        # a general row, and numbers put in
        (
            (
                r"$$E = \frac12(t - o)^2$$ "
                r"$$\frac{\partial E}{\partial o} = -(t-o) = -(0.01-0.75136507) = 0.74136507$$"
            ),
            ["definition", "proved", "undecided", "proved"],
        ),
        (r"$$f(x) = x^2$$ $$f'(x) = 0.5x$$", ["definition", "wrong"]),
        (r"$$f(x) = x^2/2$$ $$f'(x) = x = 0.5$$", ["definition", "proved", "undecided"]),
    ],
)
def test_numbers(text: str, due: list[str]) -> None:
    assert words(text) == due


RELU = r"$$a_i = \max(0,z_i)$$ "


@pytest.mark.parametrize(
    ("text", "due"),
    [
        (r"$$f(x) = \max(0,x)$$ $$f'(x) = \mathbb{1}[x>0]$$ $$f'(x) = \mathbb{1}_{x>0}$$", ["proved"] * 2),
        (r"$$f(x) = \max(0,x)$$ $$f'(x) = \mathbb{1}[x<0]$$ $$f'(x) = \mathbb{1}_{x<0}$$", ["wrong"] * 2),
        (RELU + r"$$\frac{\partial a_i}{\partial z_j} = \delta_{ij}\mathbb{1}[z_i>0]$$", ["proved"]),
        (RELU + r"$$\frac{\partial a_i}{\partial z_j} = \delta_{ij}[z_i>0]$$", ["proved"]),
        (RELU + r"$$\frac{\partial a_i}{\partial z_j} = \delta_{ij}\mathbb{1}[z_i<0]$$", ["wrong"]),
        (
            RELU + r"$$\frac{\partial L}{\partial z} = \frac{\partial L}{\partial a}\odot\mathbf{1}[z>0]$$",
            ["proved"],
        ),
        (
            RELU + r"$$\frac{\partial L}{\partial z} = \frac{\partial L}{\partial a}\odot\mathbf{1}[z<0]$$",
            ["wrong"],
        ),
        (
            (
                r"$$f(x) = \max(0,x)$$ $$f'(x) = \mathbb{1}_{x>0}$$ "
                r"$$f'(x) = \begin{cases}1 & x>0\\0&\text{otherwise}\end{cases}$$"
            ),
            ["proved"] * 2,
        ),
        # between positions
        (r"$$y_i = \sum_{j} \mathbb{1}[j \leq i] x_j = \sum_{j \leq i} x_j$$", ["proved"]),
        (r"$$y_i = \sum_{j} \mathbb{1}[j < i] x_j = \sum_{j \leq i} x_j$$", ["wrong"]),
    ],
)
def test_indicators(text: str, due: list[str]) -> None:
    assert words(text) == ["definition", *due]


@pytest.mark.parametrize(
    ("text", "due"),
    [
        (
            (
                r"$$L = \frac1N\sum_i(wx_i+b-y_i)^2$$ $$\frac{\partial L}{\partial w} = "
                r"\frac2N\sum_ix_i(wx_i+b-y_i)$$ $$w = w-\eta\frac{\partial L}{\partial w}$$ "
                r"$$b = b - \eta\frac{\partial L}{\partial b}$$"
            ),
            ["definition", "proved"],
        ),
        (r"$$\bar x = \frac1n\sum_ix_i$$ $$\mu = 0.9\mu+0.1\bar x$$", ["definition"]),
        (r"$$g = 2w$$ $$w = w-0.01g$$", ["definition"]),
        # no new value of what is defined here
        (
            r"$$\bar x = \frac1n\sum_ix_i$$ $$\frac{\partial\bar x}{\partial x_i} = n$$",
            ["definition", "wrong"],
        ),
        (r"$$y = \tanh(z)$$ $$y = y(1-y)$$", ["definition", "wrong"]),
    ],
)
def test_updates(text: str, due: list[str]) -> None:
    assert words(text) == due


SOFTMAX = r"""
$$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$

$$\frac{\partial L}{\partial z_j} = \sum_i\frac{\partial L}{\partial p_i}p_i(\delta_{ij}-p_j)$$
"""
WARM = "\nWith a temperature:\n\n$$q_i = \\frac{e^{z_i/T}}{\\sum_j e^{z_j/T}}$$\n"
SEVERAL = r"""
Consider the sigmoid:

$$a = \frac{1}{1+e^{-z}}$$

$$\frac{\partial L}{\partial z} = \frac{\partial L}{\partial a}a(1-a)$$

Consider now tanh:

$$t = \tanh(z)$$

$$\frac{\partial L}{\partial z} = \frac{\partial L}{\partial t}(1-t^2)$$
"""
FORWARD = r"""
$$q_i = \sum_j A_{ij}x_j$$

$$k_i = \sum_j B_{ij}x_j$$

$$\frac{\partial L}{\partial x_j} = \sum_i\frac{\partial L}{\partial q_i}A_{ij}"""


@pytest.mark.parametrize(
    ("text", "due"),
    [
        (SOFTMAX + WARM, ["definition", "proved", "definition"]),
        (SOFTMAX.replace("-p_j", "+p_j") + WARM, ["definition", "wrong", "definition"]),
        (SEVERAL, ["definition", "proved"] * 2),
        (SEVERAL.replace("1-t^2", "1-t"), ["definition", "proved", "definition", "wrong"]),
        # one computation, and a part of its gradient left out
        (FORWARD + r"+ \sum_i\frac{\partial L}{\partial k_i}B_{ij}$$", ["definition"] * 2 + ["proved"]),
        (FORWARD + "$$", ["definition"] * 2 + ["wrong"]),
    ],
)
def test_consumers(text: str, due: list[str]) -> None:
    assert words(text) == due


@pytest.mark.parametrize(
    ("text", "due"),
    [
        (
            (
                "$$y_i = \\lim_{k} w_kx_{i}$$\n\n$$\\frac{\\partial L}{\\partial w_1} = "
                "\\frac{\\partial L}{\\partial y_1}x_1+\\frac{\\partial L}{\\partial y_2}x_2$$"
            ),
            ["unread", "undecided"],
        ),
        (
            (
                "$$F(x) = \\lim_{n} g_n(x)$$\n\n$$F'(x) = e^{-x^2}$$\n\n"
                "Later, let $F(x) = x^3$ with $F'(x) = 3x^2$."
            ),
            ["unread", "undecided", "definition", "proved"],
        ),
        (
            "$$F(x) = x^2$$\n\n$$G(x) = \\lim_{n} g_n(x)$$\n\n$$F'(x) = 3x^2$$",
            ["definition", "unread", "wrong"],
        ),
    ],
)
def test_unread_definitions(text: str, due: list[str]) -> None:
    assert words(text) == due


LABELS = "With $y\\in\\{-1,1\\}$ and $\\sigma(z) = \\frac{1}{1+e^{-z}}$:\n\n$$L = \\log(1+e^{-ys})$$\n\n"
SLOPE = (
    "$$f(x) = \\max(\\alpha x, x)$$\n\n$$f'(x) = \\begin{cases}1 & x>0\\\\ \\alpha & x<0\\end{cases}$$\n\n"
)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        (
            LABELS + r"$$\frac{\partial L}{\partial s} = -y\sigma(-ys)$$ $$y^2\sigma(ys) = \sigma(ys)$$",
            ["definition"] * 2 + ["proved"] * 2,
        ),
        (
            LABELS + r"$$S = y^2\sigma(ys)\sigma(-ys) = \sigma(s)(1-\sigma(s))$$",
            ["definition"] * 3 + ["proved"],
        ),
        (LABELS + r"$$S = y^2\sigma(ys)\sigma(-ys) = \sigma(ys)$$", ["definition"] * 3 + ["wrong"]),
        (
            r"Labels $y_i\in\{0,1\}$. $$S = \sum_i (p_i-y_i)^2 = \sum_i(p_i^2-2p_iy_i+y_i)$$",
            ["definition", "proved"],
        ),
        (
            r"Labels $y_i\in\{0,1\}$. $$S = \sum_i (p_i-y_i)^2 = \sum_i(p_i^2-2p_iy_i-y_i)$$",
            ["definition", "wrong"],
        ),
        (SLOPE + r"with $0<\alpha<1$.", ["definition", "proved"]),
        (SLOPE.replace(r"\alpha & x<0", r"2\alpha & x<0") + r"with $0<\alpha<1$.", ["definition", "wrong"]),
        # a case is no hypothesis
        ("$$f(x) = \\max(0,x)$$\n\nFor $x>0$:\n\n$$f'(x) = 2$$", ["definition", "wrong"]),
    ],
)
def test_stated_values(text: str, due: list[str]) -> None:
    assert words(text) == due


FORM = "Let $W$ be symmetric.\n\n$$\\frac{\\partial}{\\partial x}(x-a)^TW(x-a) = "


@pytest.mark.parametrize(
    ("text", "due"),
    [
        (FORM + "2W(x-a)$$", ["proved"]),
        (FORM + "W(x-a)$$", ["wrong"]),
    ],
)
def test_a_matrix_behind_a_transpose(text: str, due: list[str]) -> None:
    assert words(text) == due


@pytest.mark.parametrize(
    ("text", "due"),
    [
        (r"$$\frac{d}{dx} x^2 y = 2xy$$", ["proved"]),
        (r"$$\frac{d}{dx} x^2 y = 2x$$", ["wrong"]),
        (r"$$\frac{d}{dx} x^2 y + x^2 = 2xy + x^2$$", ["proved"]),
    ],
)
def test_what_an_operator_acts_on(text: str, due: list[str]) -> None:
    assert words(text) == due


FORMS = "We sum over repeated indices (Einstein convention).\n\n$$q = x_iA_{ij}x_j$$\n\n"
LAYER = "Summation over repeated indices is implied.\n\n$$y_i = W_{ij}x_j$$\n\n$$L = \\frac12y_iy_i$$\n\n"


@pytest.mark.parametrize(
    ("text", "due"),
    [
        (
            (
                FORMS + r"$$\frac{\partial q}{\partial x_k} = \delta_{ik}A_{ij}x_j + x_iA_{ij}\delta_{jk} "
                r"= A_{kj}x_j + x_iA_{ik}$$"
            ),
            ["definition", "proved", "proved"],
        ),
        (
            FORMS + r"$$\frac{\partial q}{\partial x_k} = A_{kj}x_j + x_iA_{ki}$$",
            ["definition", "wrong"],
        ),
        (
            FORMS + r"$$\frac{\partial^2 q}{\partial x_k\partial x_l} = A_{kl} + A_{lk}$$",
            ["definition", "proved"],
        ),
        (
            LAYER + r"$$\frac{\partial L}{\partial x_k} = y_iW_{ik} = W_{ij}x_jW_{ik}$$",
            ["definition"] * 2 + ["proved"] * 2,
        ),
        (
            LAYER + r"$$\frac{\partial L}{\partial x_k} = y_iW_{ki}$$",
            ["definition"] * 2 + ["wrong"],
        ),
        # a sum that is written out stays one
        (
            LAYER + r"$$S = \sum_i y_i^2 = y_iy_i$$",
            ["definition"] * 3 + ["proved"],
        ),
    ],
)
def test_implied_sums(text: str, due: list[str]) -> None:
    assert words(text) == due


GIVEN = "Let $x=-2$, $y=5$ and $z=-4$.\n\n$$f(x,y,z) = (x+y)z = "


@pytest.mark.parametrize(
    ("text", "due"),
    [
        (GIVEN + "-12$$", ["definition", "proved"]),
        (GIVEN + "-13$$", ["definition", "wrong"]),
        (GIVEN + "(-2+5)(-4) = -12$$", ["definition", "proved", "proved"]),
        (
            GIVEN + "-12$$\n\n$$\\frac{\\partial f}{\\partial x} = z = -4$$",
            ["definition", "proved", "proved", "proved"],
        ),
    ],
)
def test_values_that_are_given(text: str, due: list[str]) -> None:
    assert words(text) == due


def test_units_that_are_named_by_a_letter_and_a_number() -> None:
    text = (
        r"The net input is $net_{o1}$. $$out_{o1} = \frac{1}{1+e^{-net_{o1}}}$$ "
        r"$$\delta_{o1} = \frac{\partial out_{o1}}{\partial net_{o1}} = out_{o1}(1 %s out_{o1})$$"
    )
    assert words(text % "-") == ["definition", "definition", "proved"]
    assert words(text % "+") == ["definition", "definition", "wrong"]


def test_a_stated_sum_holds_beside_a_name_of_other_indices() -> None:
    text = (
        r"Let $\sum_i p_i = 1$ and $K = \sum_i p_i^2 q_i$. We have "
        r"$$g_j = -p_j + q_j\sum_i p_i = q_j %s p_j$$"
        "\n\n# Gaussians\n\nFor $p = F(\\mu)$ let $M = p^2$."
    )
    assert "proved" in words(text % "-")
    assert "wrong" not in words(text % "-")
    assert "wrong" in words(text % "+")


def test_an_update_of_each_parameter() -> None:
    text = r"$$J = \frac{1}{2m} \sum_{i=1}^m (\theta_0 + \theta_1 x_i - y_i)^2$$ "
    text += (
        r"$$\theta_j := \theta_j - \alpha \frac{\partial J}{\partial \theta_j}, \text{ for (j=0 and j=1)}$$"
    )
    assert words(text) == ["definition"]


def test_a_function_said_for_some_values_after_the_others() -> None:
    text = r"For $x \geq 0$: $$s(x) = \frac{x}{1 + x}$$ For $x < 0$: $$s(x) = \frac{x}{1 - x}$$ "
    text += (
        r"$$s'(x) = \begin{cases} \frac{1}{(1+x)^2} & \text{if } x \geq 0 \\ \frac{1}{(1-x)^2} & \text{if } "
    )
    text += r"x < 0 \end{cases}$$"
    assert words(text)[-1] == "undecided"
    assert (
        words(r"\[x \geq 0 \Rightarrow s(x) = \frac{x}{1 + x}\] $$s'(x) = \frac{1}{(1+|x|)^2}$$")[-1]
        == "undecided"
    )


def test_a_letter_beside_entries_that_are_all_written_out() -> None:
    """The i of dz/dw_i is 1 or 2 where z is made of w_1 and w_2."""
    text = r"$$z = w_1 x_1 + w_2 x_2 + b$$ $$\frac{dz}{dw_i} = ROW$$"
    assert words(text.replace("ROW", "x_i")) == ["definition", "undecided"]
    assert words(text.replace("ROW", "w_i")) == ["definition", "wrong"]


def test_what_is_put_in_at_a_bar_is_rounded() -> None:
    text = (
        r"Here $z = 1.1$. $$a = \sigma(z) = \frac{1}{1+e^{-z}} \approx 0.75$$ "
        r"$$\left. \frac{\partial a}{\partial z} \right|_{z = 1.1} = \left. ROW \right|_{a=0.75}$$"
    )
    assert words(text.replace("ROW", r"a \cdot (1-a)"))[-1] == "undecided"
    assert words(text.replace("ROW", r"a \cdot (1+a)"))[-1] == "wrong"


def test_a_number_where_other_names_have_values_that_are_not_said() -> None:
    text = (
        r"$$\ell = (a - y)^2$$ "
        r"$$\left.\frac{\partial\ell}{\partial a}\right|_{a=0.75} = \left.2(a - y)\right|_{a=0.75} = -0.5$$"
    )
    assert words(text) == ["definition", "proved", "undecided"]
    assert words(text.replace("2(a - y)", "2(a + y)"))[1] == "wrong"


def test_an_error_that_is_called_e() -> None:
    text = r"$$e = y - p$$ $$E = \frac{1}{2} e^2$$ $$\frac{\partial E}{\partial p} = ROW$$ "
    text += r"$$f(x) = e^{-x}$$ $$f'(x) = -e^{-x}$$"
    assert words(text.replace("ROW", "-e")) == ["definition", "definition", "proved", "definition", "proved"]
    assert words(text.replace("ROW", "e"))[2] == "wrong"


@pytest.mark.parametrize("first", ["", r"$\lambda^2 = 1/2$, thus "])
def test_one_of_two_solutions_after_the_other(first: str) -> None:
    text = (
        first
        + "The solutions: \n\n- $\\lambda = 1/\\sqrt{2}$: least\n- $\\lambda = -1/\\sqrt{2}$: greatest\n"
    )
    assert "wrong" not in words(text)


@pytest.mark.parametrize(("entry", "word"), [("20", "proved"), ("21", "wrong")])
def test_matrices_as_lists_of_lists(entry: str, word: str) -> None:
    text = f"$$C = [[1,3],[2,4]] [[1,2],[3,4]] = [[10,14],[14,{entry}]]$$"
    assert words(text)[-1] == word

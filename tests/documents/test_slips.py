"""Slips that were once passed over, or told at another line: each beside the text without it."""

from __future__ import annotations

from pathlib import Path

import pytest

from symderiv.documents.check import Checked, check
from symderiv.documents.text.source import from_text
from tests.documents.rows import FAST

DATA = Path(__file__).parent / "data"


def checked(text: str, repairs: bool = True) -> Checked:
    return check(from_text(text, "text", "markdown"), repairs=repairs, checkers=("balls", "calculus"))


def words(text: str) -> list[str]:
    """The words of a text's rows, in order, but for what is no claim."""
    return [r.word for r in checked(text, repairs=False).rows if r.word != "not a claim"]


def found(text: str, repairs: bool = True) -> list[tuple[int, str]]:
    """Lines and kinds of what a person should look at."""
    return [(f.line, f.kind) for f in checked(text, repairs).findings if f.kind in ("wrong", "lint")]


def changed(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1
    return text.replace(old, new)


CELL = (DATA / "lstm.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("line", "old", "new"),
    [
        (22, "+ \\delta c_{t+1}", "- \\delta c_{t+1}"),
        (28, "(1 - a_t^2)", "(1 + a_t^2)"),
        (30, "i_t \\odot (1 - i_t)", "(1 - i_t)"),
    ],
)
def test_gradients_by_a_sign_that_nothing_explains(line: int, old: str, new: str) -> None:
    assert found(changed(CELL, old, new), repairs=False) == [(line, "wrong")]


def test_a_sign_before_one_name_only_is_no_gradient() -> None:
    text = "$$c = a b$$\n\n$$\\delta c = a + b$$\n\nand $$\\frac{\\partial c}{\\partial a} = b$$\n"
    assert words(text) == ["definition", "definition", "proved"]


def test_a_sign_before_what_nothing_computes_with_is_no_gradient() -> None:
    text = (
        "$$u = W x$$\n\n$$v = \\tanh(u)$$\n\n$$s = a^\\top v$$\n\n"
        "$$dv = a\\, ds$$\n\n$$du = dv \\odot (1 - v^2)$$\n\n$$dq = 2\\, du$$\n"
    )
    assert words(text)[-3:] == ["proved", "proved", "definition"]
    assert words(changed(text, "(1 - v^2)", "(1 + v^2)"))[-3:-1] != ["proved", "proved"]


ENTROPY = (DATA / "cross_entropy.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("line", "old", "new"),
    [
        (7, "-\\sum_{j} y_j", "\\sum_{j} y_j"),
        (3, "\\frac{e^{o_i}}{\\sum_{j} e^{o_j}}", "\\frac{e^{o_i}}{\\sum_{j} e^{o_i}}"),
    ],
)
def test_a_definition_is_to_blame_also_where_rows_need_a_hypothesis(line: int, old: str, new: str) -> None:
    assert (line, "wrong") in found(changed(ENTROPY, old, new))


def test_definitions_take_turns() -> None:
    first = "".join(f"$$a_{n} = x_{n}^2 + \\tanh(x_{n}) + \\sin(x_{n})$$\n\n" for n in "ijkl"[:1])
    text = (
        first + "$$E = p q - p r$$\n\n$$\\frac{\\partial E}{\\partial p} = q + r$$\n\n"
        "$$\\frac{\\partial E}{\\partial r} = p$$\n"
    )
    assert [n for n, kind in found(text) if kind == "wrong"] == [3]


SQUARES = "Let $S(a, b) = \\sum_{i=1}^n (y_i - a - b x_i)^2$. Setting the derivatives to zero,\n\n"
SQUARES += "$$\\frac{\\partial S}{\\partial a} = -2 \\sum_{i=1}^n (y_i - a - b x_i) = 0$$\n\n"
SQUARES += "$$\\frac{\\partial S}{\\partial b} = -2 \\sum_{i=1}^n x_i (y_i - a - b x_i) = 0$$\n\n"
MEANS = "where $\\bar{x} = \\frac{1}{n} \\sum_i x_i$, $\\bar{y} = \\frac{1}{n} \\sum_i y_i$, and\n\n"
SLOPE = "$$b = \\frac{\\sum_i (x_i - \\bar{x})(y_i - \\bar{y})}{\\sum_i (x_i - \\bar{x})^2}$$\n"


@pytest.mark.parametrize(
    ("offset", "slope", "due"),
    [
        ("$$a = \\bar{y} - b \\bar{x}$$", SLOPE, []),
        ("$$a = \\bar{y} + b \\bar{x}$$", SLOPE, [(7, "wrong")]),  # told once, not at what rests on it
        ("$$a = \\bar{y} - b \\bar{x}$$", SLOPE.replace("^2}", "^3}"), [(11, "wrong")]),
    ],
)
def test_what_is_said_to_solve_an_equation_solves_it(
    offset: str, slope: str, due: list[tuple[int, str]]
) -> None:
    result = checked(SQUARES + offset + "\n\n" + MEANS + slope)
    assert [(f.line, f.kind) for f in result.findings if f.kind in ("wrong", "lint")] == due
    said = [f.suggestion for f in result.findings if f.kind == "wrong"]
    assert all(said) or not due


def test_a_solution_with_another_unknown_is_not_judged() -> None:
    text = (
        "$$J = \\sum_k n_k\\log\\pi_k + \\lambda(1-\\sum_k\\pi_k)$$\n\n"
        "$$\\frac{\\partial J}{\\partial\\pi_k} = \\frac{n_k}{\\pi_k} - \\lambda = 0$$\n\n"
        "$$\\pi_k = \\frac{n_k}{N}$$\n"
    )
    assert "wrong" not in words(text)


SOFTMAX = "$$p_j = \\frac{e^{o_j}}{\\sum_k e^{o_k}}$$\n\n"


@pytest.mark.parametrize(
    ("text", "due"),
    [
        # the index of the head is not in the body, which has another one
        ("$$p_i = \\frac{e^{o_j}}{\\sum_k e^{o_k}}$$\n\n$$q_i = p_i p_j$$\n", [1]),
        # a sum over what its terms do not have, in a row that is not decided
        (SOFTMAX + "One-hot: $$\\ell = -\\sum_j y_j \\log p_j = -\\sum_i y_j \\log p_j$$\n", [3]),
        ("$$m = \\frac{\\sum_i x_i}{n} \\sum_j x_i$$\n\n$$q = m^2$$\n", [1]),
        # an index that nothing binds, and that stands nowhere else
        ("$$m = \\frac{1}{n}\\sum_i x_i y_j$$\n\n$$q = \\sum_i y_i m$$\n", [1]),
        # what is right
        (SOFTMAX + "$$\\sum_i p_j = n p_j$$\n", []),
        (SOFTMAX + "$$\\ell = -\\sum_k t_k \\log p_k$$\n", []),
        ("$$m_i = \\frac{1}{n}\\sum_j x_j w_{ij}$$\n\n$$q = \\sum_i m_i$$\n", []),
    ],
)
def test_indices_that_do_not_fit(text: str, due: list[int]) -> None:
    assert sorted({n for n, _ in found(text, repairs=False)}) == due


def test_a_gradient_is_no_matrix() -> None:
    text = (DATA / "logsumexp.md").read_text(encoding="utf-8")
    slip = changed(text, "this is $\\nabla^2 f(x)", "this is $\\nabla f(x)")
    assert found(slip, repairs=False) == [(19, "lint")]


def gauss(old: str, new: str) -> str:
    text = (DATA / "gaussian.md").read_text(encoding="utf-8")
    return changed(text, old, new)


@pytest.mark.parametrize(
    ("line", "old", "new"),
    [
        # under a hat, and where the text says "setting this to zero"
        (22, "\\hat\\mu = \\frac{1}{n}\\sum_{i=1}^n x_i", "\\hat\\mu = \\sum_{i=1}^n x_i"),
        (28, "(x_i - \\hat\\mu)^2", "(x_i + \\hat\\mu)^2"),
        (28, "$$\\hat\\sigma^2 =", "$$\\hat\\sigma ="),
        # a sum of differences that is 0
        (28, "(x_i - \\hat\\mu)^2", "(x_i - \\hat\\mu)"),
        # by sigma, where sigma^2 is the name
        (36, "\\partial \\mu \\partial \\sigma^2", "\\partial \\mu \\partial \\sigma"),
        (32, "\\partial (\\sigma^2)^2", "\\partial (\\sigma)^2"),
        # a probability is to blame, and is given what it is given elsewhere
        (6, "{\\sqrt{2\\pi\\sigma^2}}", "{\\sqrt{2\\pi\\sigma}}"),
        (8, "\\prod_{i=1}^n p(x_i \\mid \\mu, \\sigma^2)", "\\prod_{i=1}^n p(x_i \\mid \\mu, \\sigma)"),
        (8, "\\prod_{i=1}^n p(x_i \\mid", "\\prod_{i=1}^n p(x_j \\mid"),
    ],
)
def test_slips_in_a_likelihood(line: int, old: str, new: str) -> None:
    assert {n for n, _ in found(gauss(old, new))} == {line}


def test_a_derivative_by_a_name_whose_square_is_defined() -> None:
    text = "$$\\sigma^2 = \\sum_i x_i^2$$\n\n$$f = a\\sigma^2 + b\\sigma^4$$\n\n"
    row = "$$\\frac{\\partial f}{\\partial \\sigma} = 2a\\sigma + 4b\\sigma^3$$\n"
    second = "$$\\frac{\\partial^2 f}{\\partial a\\, \\partial \\sigma} = 2\\sigma$$\n"
    assert words(text + row + "\n" + second)[2:] == ["proved", "proved"]
    assert words(text + row.replace("4b", "3b"))[2:] == ["wrong"]


def test_a_letter_that_stands_in_nothing_proves_nothing() -> None:
    """With i as a label, the derivative by w_i is 0 on both sides, whatever they are."""
    text = (DATA / "logistic.md").read_text(encoding="utf-8")
    slip = changed(
        text, "-\\sum_n \\left[ t_n \\log p_n + (1 - t_n)", "-\\sum_n \\left[ t_n \\log p_n + (1 + t_n)"
    )
    assert found(slip) == [(5, "wrong")]


def test_a_name_is_not_proved_by_its_own_row() -> None:
    text = (DATA / "gru.md").read_text(encoding="utf-8")
    slip = changed(text, "Let $a_t = W_h x_t + U_h", "Let $a_t = W_h x_t - U_h")
    assert (14, "wrong") in found(slip, repairs=False)


@pytest.mark.parametrize(
    ("document", "line", "old", "new"),
    [
        # said together, of one y
        ("softmax_matrix.md", 5, "y_i = \\frac{e^{z_i}}", "y_i = \\frac{e^{z_j}}"),
        # the place of an entry
        ("softmax_matrix.md", 24, "y_C (1 - y_C)", "y_C (2 - y_C)"),
        # a reason is a claim, also beside a word such as "vanishes"
        ("kl.md", 17, "(q_i - p_i)", "(q_i + p_i)"),
        ("hessian.md", 29, "\\mathrm{diag}(p_i(1-p_i))", "\\mathrm{diag}(p_i(1-p_j))"),
        # a mean that lost its 1/m
        ("batchnorm.md", 6, "\\sigma_B^2 = \\frac{1}{m} \\sum", "\\sigma_B^2 = \\sum"),
        (
            "batchnorm.md",
            14,
            "\\frac{\\partial \\ell}{\\partial \\sigma_B^2} =",
            "\\frac{\\partial \\ell}{\\partial \\sigma_B} =",
        ),
        ("cross_entropy.md", 16, "- \\sum_j y_j o_j .", "- \\sum_j y_i o_j ."),
    ],
)
def test_slips_at_their_lines(document: str, line: int, old: str, new: str) -> None:
    text = (DATA / document).read_text(encoding="utf-8")
    assert {n for n, _ in found(changed(text, old, new))} == {line}


def test_a_function_is_the_one_that_its_name_says() -> None:
    text = "The sigmoid $\\sigma(a) = 1/(1 + e^{-a})$ has $$\\sigma'(a) = \\sigma(a)(1 - \\sigma(a))$$\n"
    assert words(text) == ["definition", "proved"]
    assert words(changed(text, "1 + e", "1 - e")) == ["wrong", "proved"]  # told once
    assert words(changed(text, "1/(1 + e^{-a})", "1/(1 + e^{-\\beta a})"))[0] == "definition"
    assert words(changed(text, "The sigmoid", "A function"))[0] == "definition"


def test_a_sum_that_is_said_to_be_0_may_be_0() -> None:
    mean = "Let $m = \\frac{1}{n}\\sum_{i=1}^n x_i$ and $$A = \\sum_{i=1}^n (x_i - m)"
    assert found(mean + "$$\n") == [(1, "lint")]
    assert found(mean + " = 0$$\n") == []
    assert found(mean.replace("$$A = ", "$$A = 1 / ") + "$$\n") == [(1, "lint")]
    assert found(mean.replace("$$A = ", "$$A = 1 / ") + "^2$$\n") == []


STEPS = (
    "$$f_t = \\sigma(W h_{t-1} + U x_t)$$\n\n$$c_t = f_t \\odot c_{t-1}$$\n\n$$h_t = \\tanh(c_t)$$\n\n"
    "with $\\sigma(z) = \\frac{1}{1 + e^{-z}}$. Let $\\delta_h^t = \\frac{\\partial L}{\\partial h_t}$ and "
    "$\\delta_c^t = \\frac{\\partial L}{\\partial c_t}$. Then\n\n"
    "$$\\delta_c^t = \\delta_c^{t+1} \\odot f_{t+1} + \\delta_h^t \\odot (1 - \\tanh^2(c_t))$$\n\n"
    "$$\\frac{\\partial L}{\\partial f_t} = \\delta_c^t \\odot c_{t-1}$$\n\n"
    "$$\\frac{\\partial L}{\\partial b} = \\sum_t \\delta_c^t$$\n"
)


@pytest.mark.parametrize(
    ("old", "new", "due"),
    [
        ("", "", ["proved", "proved", "undecided"]),
        ("\\odot f_{t+1} +", "\\odot f_{t+1} -", ["wrong", "proved", "undecided"]),
        ("\\delta_c^t \\odot c_{t-1}$$", "\\delta_c^t \\odot c_t$$", ["proved", "wrong", "undecided"]),
    ],
)
def test_steps_though_something_sums_over_them(old: str, new: str, due: list[str]) -> None:
    assert words(changed(STEPS, old, new) if old else STEPS)[-3:] == due


def test_a_power_is_no_step() -> None:
    text = "$$m_t = \\beta m_{t-1} + (1-\\beta) g_t$$\n\n$$\\hat{m}_t = \\frac{m_t}{1-\\beta^t}$$\n\n"
    row = "$$\\frac{\\partial \\hat{m}_t}{\\partial g_t} = \\frac{1-\\beta}{1-\\beta^t}$$\n"
    assert words(text + row)[-1] != "wrong"


@pytest.mark.parametrize(
    ("slope", "reason"),
    [
        (r"\frac{\partial L}{\partial y_i} \frac{y_i}{\partial z_j}", "above the line"),
        (r"\frac{\partial L}{y_i} \frac{\partial y_i}{\partial z_j}", "below the line"),
    ],
)
def test_a_derivative_that_lacks_a_sign(slope: str, reason: str) -> None:
    """The row in which it stands first is the slip; those behind it are judged as it is meant."""
    text = (
        r"""$$y_i = \frac{e^{z_i}}{\sum_k e^{z_k}}, \quad L = -\sum_i t_i \log y_i$$
    $$\frac{\partial L}{\partial z_j} = \sum_i """
        + slope
        + r" = \sum_i t_i (y_j - \delta_{ij})$$"
    )
    rows = [r for r in checked(text, repairs=False).rows if r.word != "not a claim"]
    assert [r.word for r in rows] == ["definition", "definition", "wrong", "proved"]
    assert reason in rows[2].reason
    assert rows[2].suggestion in (r"\frac{\partial y_i}{\partial z_j}", r"\frac{\partial L}{\partial y_i}")


@pytest.mark.parametrize("above", [r"dL", r"\partial L"])
def test_either_sign_stands_above(above: str) -> None:
    text = rf"$$L = -\sum_i t_i \log y_i$$ $$\frac{{{above}}}{{\partial y_i}} = -\frac{{t_i}}{{y_i}}$$"
    assert words(text) == ["definition", "proved"]
    assert words(text.replace("= -\\frac", "= \\frac")) == ["definition", "wrong"]


def test_a_slip_in_a_layer_of_an_unknown_activation() -> None:
    """What is derived by is of any layer, the output of the last one."""
    text = r"Let $z^l = W^l a^{l-1} %s b^l$ and $a^l = \sigma(z^l)$, with $C = \frac{1}{2}\|a^L - y\|^2$. "
    text += r"$$\delta^l = \frac{\partial C}{\partial z^l}$$ $$\frac{\partial C}{\partial b^l} = \delta^l$$"
    assert words(text % "+")[-1] == "proved"
    assert words(text % "-")[-1] == "wrong"


def test_a_slip_in_what_the_kronecker_delta_is() -> None:
    text = r"$$\delta_{ij} = \begin{cases} %s & \text{if } i = j \\ 0 & \text{if } i \ne j \end{cases}$$"
    assert words(text % "1")[-1] in ("definition", "proved")
    assert words(text % "2")[-1] == "wrong"


@pytest.mark.parametrize("behind", [r"\left[ \sum_i x_i^2 \right]", "f"])
def test_the_sign_below_an_operator_is_missing(behind: str) -> None:
    text = rf"$$f = \sum_i x_i^2$$ $$\frac{{\partial}}{{%s x_k}} {behind} = 2 x_k$$"
    assert words(text % r"\partial") == ["definition", "proved"]
    assert words(text % "") == ["definition", "wrong"]
    rows = checked(text % "").rows
    assert [r.suggestion for r in rows if r.word == "wrong"] == [r"\frac{\partial}{\partial x_k}"]


def test_a_factor_too_many_before_a_bracket() -> None:
    text = r"""$$h_k = \frac{e^{w_k^T x}}{\sum_{j} e^{w_j^T x}}$$
$$\frac{\partial \log(h_k)}{\partial w_k} = h_k ( 1 - h_k ) x$$"""
    (finding,) = check(from_text(text, "text", "markdown"), checkers=FAST).findings
    assert (finding.kind, finding.suggestion) == ("wrong", "(1-h_{k}) x")

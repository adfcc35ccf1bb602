"""What people's pages are written with: tags of site generators, braces that are not seen, cases going on."""

from __future__ import annotations

import pytest

from symderiv.documents.check import check
from symderiv.documents.text.source import from_text
from tests.documents.rows import words

SOFTMAX = r"$$p_i = \frac{e^{a_i}}{\sum_k e^{a_k}}$$" + "\n\n"


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("{% mathjax %}", "{% endmathjax %}"),
        ("{% katex %}", "{% endkatex %}"),
        ("{{< katex display >}}", "{{< /katex >}}"),
        ("{{< math >}}\n$$", "$$\n{{< /math >}}"),
    ],
)
def test_formulas_between_tags(opening: str, closing: str) -> None:
    text = f"<div>\n{opening}\nf(x) = x^2\n{closing}\n</div>\n\nso {opening}\nf'(x) = 2x\n{closing}\n"
    assert words(text) == ["definition", "proved"]
    assert words(text.replace("2x", "3x")) == ["definition", "wrong"]


def test_lines_of_a_display() -> None:
    text = r"$$\displaylines{f(x) &= (x + 1)^2 \\ &= x^2 + %sx + 1}$$"
    assert words(text % "2") == ["definition", "proved"]
    assert words(text % "") == ["definition", "wrong"]


def test_a_sign_of_a_sum_with_a_power_is_a_name() -> None:
    text = SOFTMAX + (
        r"If $i \not= j$, then $$\frac{\partial p_i}{\partial a_j} = \frac{0 - e^{a_i}e^{a_j}}{\sum^2} = "
        r"%s\frac{e^{a_i}}{\sum}\frac{e^{a_j}}{\sum}$$ where $\sum = \sum_k e^{a_k}$."
    )
    assert words(text % "-") == ["definition", "proved", "proved", "definition"]
    assert words(text % "") == ["definition", "proved", "wrong", "definition"]


def test_one_sign_of_a_sum_for_the_other() -> None:
    text = SOFTMAX + (
        r"其中 $\sum$ 代表 $\sum_k e^{a_k}$。当 $i = j$ 时 "
        r"$$\frac{\partial p_i}{\partial a_j} = \frac{e^{a_i}\Sigma - e^{a_i}e^{a_j}}{\Sigma^%s}$$"
    )
    assert words(text % "2")[-1] == "proved"
    assert words(text % "3")[-1] == "wrong"


def test_what_begins_with_a_sign_does_not_go_on_the_other_case() -> None:
    text = SOFTMAX + r"Now $$\frac{\partial p_j}{\partial a_i} = "
    text += r"\frac{\partial}{\partial a_i}\frac{e^{a_j}}{\sum_k e^{a_k}}$$"
    text += "\nIf $i = j$,\n$$= p_j(1 - p_j).$$\nAnd if $i \\neq j$,\n$$= %sp_j p_i.$$"
    assert words(text % "-") == ["definition", "proved", "proved", "proved"]
    assert words(text % "") == ["definition", "proved", "proved", "wrong"]


def test_a_head_on_a_line_of_its_own() -> None:
    text = SOFTMAX + "$L = -\\log p_t$\n\nso that\n$\\frac{\\partial L}{\\partial a_t}$\n$= %s1$\n"
    assert words(text % "p_t - ")[-1] == "proved"
    assert words(text % "p_t + ")[-1] == "wrong"


def test_a_formula_by_its_number() -> None:
    text = SOFTMAX + (
        r"$$\frac{\partial p_j}{\partial a_i} = \frac{\partial}{\partial a_i}\frac{e^{a_j}}{\sum_k e^{a_k}}"
        r" \qquad (1)$$当 $i \ne j$ 时，$$\begin{aligned}(1)式 &= \frac{0 - e^{a_i}e^{a_j}}"
        r"{(\sum_k e^{a_k})^2} \\ &= %sp_ip_j\end{aligned}$$"
    )
    assert words(text % "-")[-2:] == ["proved", "proved"]
    assert words(text % "")[-2:] == ["proved", "wrong"]


def test_braces_behind_a_sum_are_not_seen() -> None:
    text = SOFTMAX + (
        r"When $j=i$: $$\frac{\partial p_i}{\partial a_i} = "
        r"\frac{e^{a_i} \cdot \sum_k{e^{a_k} %s (e^{a_i})^2}}{(\sum_k{e^{a_k}})^2}$$"
    )
    assert words(text % "-")[-1] == "proved"
    assert words(text % "+")[-1] == "wrong"
    assert words(r"$$s = \sum_k{u_k + v_k}$$ $$\frac{\partial s}{\partial v_i} = 1$$") == [
        "definition",
        "proved",
    ]


def test_a_sum_in_brackets_before_the_factor_that_it_is_over() -> None:
    text = SOFTMAX + (
        r"$$L = -\sum_j y_j\ln p_j$$ $$\frac{\partial L}{\partial a_i} = "
        r"\left(-\sum_j y_j\frac{1}{p_%s}\right)\frac{\partial p_j}{\partial a_i}$$"
    )
    assert words(text % "j")[-1] == "proved"
    assert words(text % "i")[-1] == "wrong"


def test_a_slip_is_told_once_in_a_chain() -> None:
    text = SOFTMAX + (
        r"$$L = -\sum_j y_j\ln p_j$$ $$\frac{\partial L}{\partial a_i} = "
        r"\sum_j \frac{\partial L}{\partial p_j}\frac{\partial a_j}{\partial a_i} = "
        r"\sum_j \frac{\partial a_j}{\partial a_i}\frac{\partial L}{\partial p_j} = "
        r"-\sum_j \frac{y_j}{p_j}\frac{\partial p_j}{\partial a_i}$$"
    )
    assert words(text)[-3:] == ["wrong", "proved", "proved"]


def test_a_sum_term_by_term() -> None:
    text = (
        r"$$\begin{aligned} C &= -\sum_{i=0}^1 y_i\log q_i \\ &= -[y_0\log q_0 %s y_1\log q_1]"
        r"\end{aligned}$$ $$\frac{\partial C}{\partial q_k} = -\frac{y_k}{q_k}$$"
    )
    assert words(text % "+")[1] == "proved"
    assert words(text % "-")[1] == "wrong"


def test_cases_in_a_brace_with_layout() -> None:
    text = SOFTMAX + (
        r"$$\frac{\partial p_j}{\partial a_i} = \left\{\begin{aligned} p_i - p_ip_j \qquad (i = j)\\ "
        r"%sp_ip_j \qquad (i \not ={j})\end{aligned}\right.$$"
    )
    assert words(text % "-")[-1] == "proved"
    assert words(text % "")[-1] == "wrong"
    system = r"$$\left\{\begin{aligned} u &= x + 1 \\ v &= u^2 \end{aligned}\right.$$ $$v = x^2 + %sx + 1$$"
    assert words(system % "2") == ["definition", "definition", "proved"]
    assert words(system % "3") == ["definition", "definition", "wrong"]


def test_entries_that_are_an_example() -> None:
    text = SOFTMAX + r"For instance $p = [0.1, 0.6, 0.3]$."
    assert words(text) == ["definition"]


TWO_SLIPS = r"""
$$L = -\sum_k y_k\log p_k$$

- $i \neq j$:
$$\frac{\partial p_i}{\partial a_i} = \frac{\partial\frac{e^{a_j}}{\sum_ke^{a_k}}}{\partial a_i} = -p_ip_j$$
- $i = j$:
$$\frac{\partial p_i}{\partial a_i} = p_i(1 - p_i)$$

so

$$\frac{\partial L}{\partial a_i} = \frac{\partial p_j}{\partial a_i}\sum_k\frac{-y_k}{p_k}$$
"""


def test_a_right_definition_is_not_blamed_for_two_slips() -> None:
    rows = [r.word for r in check(from_text(SOFTMAX + TWO_SLIPS)).rows if r.word != "not a claim"]
    assert rows == ["definition", "definition", "wrong", "proved", "proved", "wrong"]


def test_formulas_of_editors() -> None:
    text = "`!$p_i = e^{z_i}/\\sum_k e^{z_k}$`\n\n"
    text += "```mathjax!\n$$\n\\frac{\\partial p_i}{\\partial z_i} = %s\n$$\n```\n"
    assert words(text % "p_i(1 - p_i)") == ["definition", "proved"]
    assert words(text % "p_i(1 + p_i)") == ["definition", "wrong"]


def test_a_letter_that_is_called_the_true_class() -> None:
    text = "$y$ is a one-hot vector with a 1 for the true outside word $%s$. "
    text += r"$$-\sum_w y_w\log q_w = -y_o\log q_o = -\log q_o$$"
    assert words(text % "o") == ["proved", "proved"]


def test_a_label_that_is_said_of_each_entry_is_not_one() -> None:
    text = SOFTMAX + (
        "$y$ is one-hot, $ y_i=1 $ if the actual class is $ i $, and 0 otherwise. "
        r"$$L = -\sum_i y_i\log p_i$$ $$\frac{\partial L}{\partial p_i}\frac{\partial p_i}{\partial z_i} "
        r"= -y_i(1 - p_i) = -y_i + %sp_i$$"
    )
    assert words(text % "y_i")[-1] == "proved"
    assert words(text % "")[-1] == "wrong"


def test_a_value_of_a_label_beside_a_loss_does_not_define_it() -> None:
    text = SOFTMAX + (
        r"$y$ is one-hot. $$L(p) = -\log p_i \text{ where } y_i = 1$$ $$L(p) = -\sum_i y_i\log p_i$$ "
        r"$$\frac{\partial L}{\partial p_j} = %s\frac{y_j}{p_j}$$"
    )
    assert "wrong" not in words(text % "-")
    assert words(text % "")[-1] == "wrong"

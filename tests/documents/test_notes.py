"""Notes of lectures: several topics one after the other, short forms, other scripts than the Latin one."""

from __future__ import annotations

from pathlib import Path

import pytest

from symderiv.documents.check import check
from symderiv.documents.text.source import from_text
from tests.documents.rows import FAST, words

DATA = Path(__file__).parent / "data"
SOFTMAX = "$$p_i = \\frac{e^{z_i}}{\\sum_k e^{z_k}}$$\n\n"

TOPICS = r"""
## 1. Linear regression

$$\hat y = w^T x$$ with $w, x \in \mathbb{R}^d$.

$$\ell = \frac{1}{2}(\hat y - y)^2$$

$$\frac{\partial\ell}{\partial w_j} = (\hat y - y)x_j$$

## 2. Softmax

$$\hat y_k = \frac{e^{z_k}}{\sum_j e^{z_j}}$$

$$\ell = -\sum_k y_k\log\hat y_k$$

$$\frac{\partial\ell}{\partial\hat y_k} = -\frac{y_k}{\hat y_k}$$
"""


def all_words(text: str) -> list[str]:
    """The words of a text's rows by the whole job, but for what is no claim."""
    found = check(from_text(text), repairs=False, checkers=FAST)
    return [r.word for r in found.rows if r.word != "not a claim"]


def test_names_that_each_part_uses_for_something_new() -> None:
    assert not {"wrong", "undecided", "unread"} & set(all_words(TOPICS))
    slip = TOPICS.replace(r"-\frac{y_k}", r"\frac{y_k}")
    assert "proved" not in all_words(slip)[-1:]


def test_derivatives_by_the_value_of_a_function() -> None:
    text = (
        r"$$\sigma(z) = \frac{1}{1 + e^{-z}}$$ $$\frac{\partial \ln\sigma(z)}{\partial z} = "
        r"\frac{\partial \ln\sigma(z)}{\partial\sigma(z)}\frac{\partial\sigma(z)}{\partial z} = "
        r"\frac{1}{\sigma(z)}\sigma(z)(1 - \sigma(z)) = 1 %s \sigma(z)$$"
    )
    assert words(text % "-")[1:] == ["proved"] * 3
    assert words(text % "+")[1:] == ["proved", "proved", "wrong"]


def test_one_of_several_examples() -> None:
    text = (
        r"$$\hat y = \mathbf{w}^T\mathbf{x}$$ "
        r"$$J = \frac{1}{N}\sum_{i=1}^N\frac12(\hat y^{(i)} - y^{(i)})^2$$ "
        r"$$\nabla_{\mathbf{w}}J = \frac{1}{N}\sum_{i=1}^N(\hat y^{(i)} %s y^{(i)})\mathbf{x}^{(i)}$$"
    )
    assert words(text % "-")[-1] == "proved"
    assert words(text % "+")[-1] != "proved"


def test_an_argument_that_gets_its_meaning_in_a_chain() -> None:
    text = (
        r"$\sigma(t) = 1/(1 + e^{-t})$, $\ell = -\log\hat y$, "
        r"where $\hat y = \sigma(z) = \sigma(\mathbf{w}^T\mathbf{x})$. "
        r"$$\frac{\partial z}{\partial w_j} = x_j$$ $$\frac{\partial\ell}{\partial w_j} = (\hat y %s 1)x_j$$"
    )
    assert "wrong" not in words(text % "-")
    assert words(text % "-")[-2:] == ["proved", "proved"]
    assert words(text % "+")[-1] == "wrong"


def test_a_dot_between_names_with_entries() -> None:
    text = (
        r"$$L(w, b) = -[y\log\sigma(w\cdot x + b) + (1-y)\log(1-\sigma(w\cdot x + b))]$$ "
        r"$$\frac{\partial L(w, b)}{\partial w_j} = [\sigma(w\cdot x+b) %s y]x_j$$"
    )
    assert words(text % "-") == ["definition", "proved"]
    assert words(text % "+") == ["definition", "wrong"]


def test_an_operator_before_a_minus() -> None:
    text = r"$$f = \frac{\partial}{\partial x}-[x^2 + x] = %s2x - 1$$"
    assert words(text % "-")[-1] == "proved"
    assert words(text % "")[-1] == "wrong"


def test_the_softmax_of_an_entry_is_that_entry_of_it() -> None:
    text = r"$$S_i = Softmax(z_i) = \frac{e^{z_i}}{\sum_l e^{z_l}}$$ "
    text += r"$$\frac{\partial S_i}{\partial z_i} = S_i - S_i^%s$$"
    assert "wrong" not in words(text % "2")
    assert words(text % "2")[-1] == "proved"
    assert words(text % "3")[-1] == "wrong"


def test_primes_of_a_sum_are_by_what_the_row_is_by() -> None:
    text = SOFTMAX + (
        r"$i = j$: $$\frac{\partial p_i}{\partial z_j} = "
        r"\frac{(e^{z_i})^{'}\sum_k e^{z_k} %s e^{z_i}(\sum_k e^{z_k})^{'}}"
        r"{(\sum_k e^{z_k})^2} = p_i - p_i p_i$$"
    )
    assert words(text % "-")[1:] == ["proved", "proved"]
    assert "wrong" in words(text % "+")


def test_the_jacobian_of_a_row() -> None:
    text = (
        r"$X=[x_1,x_2,...,x_n]$, $Y=softmax(X)=[y_1,y_2,...,y_n]$: $$y_i = \frac{e^{x_i}}{\sum_j e^{x_j}}$$ "
        r"$$\frac{\partial Y}{\partial X} = diag(Y) %s Y^T \cdot Y$$"
    )
    assert words(text % "-")[-1] == "proved"
    assert words(text % "+")[-1] == "wrong"


def test_words_of_another_script_in_formulas() -> None:
    text = SOFTMAX + (
        r"$$\frac{\partial p_i}{\partial z_j} = \begin{cases} p_i - p_ip_i, \quad &当i=j; \\ "
        r"%sp_ip_j, &当i \neq j;\end{cases}$$"
        "\n\n"
        r"若$u=z_1^2，则\frac{du}{dz_1}=2z_1$"
    )
    assert words(text % "-") == ["definition", "proved", "definition", "proved"]
    assert words(text % "")[1] == "wrong"


def test_conditions_in_text() -> None:
    text = SOFTMAX + (
        r"$$\frac{\partial p_i}{\partial z_j} = \begin{cases} - p_i p_j, & \text {i $\neq$ j} \\ "
        r"p_i - p_i^%s, & \text{i = j} \end{cases}$$"
    )
    assert words(text % "2")[-1] == "proved"
    assert words(text % "3")[-1] == "wrong"


def test_a_function_of_a_term() -> None:
    text = (
        r"$$f(\theta^T\mathbf{x}) = \frac{1}{1 + e^{-\theta^T\mathbf{x}}}$$ "
        r"$$\log\frac{f(\theta^T\mathbf{x})}{1 - f(\theta^T\mathbf{x})} = %s\theta^T\mathbf{x}$$"
    )
    assert "wrong" not in words(text % "")
    assert words(text % "")[-1] == "proved"
    assert words(text % "2")[-1] == "wrong"


def test_a_bare_sign_of_a_sum() -> None:
    text = (
        r"$$q = softmax z$$ $i \neq k$: $$\frac{\partial q_k}{\partial z_i} = "
        r"\frac{0\sum - e^{z_k}e^{z_i}}{\sum^2} = %sq_kq_i$$"
    )
    assert words(text % "-")[1:] == ["proved", "proved"]
    assert words(text % "")[1:] == ["proved", "wrong"]


def test_signs_by_cases_and_gradients_in_steps() -> None:
    sign = r"$$\hat y = \text{sign}(z) = \begin{cases} 1 & z \geq 0 \\ -1 & z < 0\end{cases}$$"
    assert "wrong" not in words(sign)
    step = (
        r"$$J(\mathbf{w}) = \frac{1}{2}\mathbf{w}^T\mathbf{w}$$ "
        r"$$\mathbf{w}^{(t+1)} = \mathbf{w}^{(t)} - \eta\nabla_{\mathbf{w}}J = "
        r"\mathbf{w}^{(t)} - \eta\mathbf{w}^{(t)}$$"
    )
    assert "wrong" not in words(step)


@pytest.mark.parametrize(
    "text",
    [
        r"$$\frac{\partial p_i}{\partial z_j} = ?$$",
        r"$$\operatorname*{arg\ min} L = -\log p_i$$",
        r"$D = \max(z_1, z_2, ..., z_C)$, $p_i = \frac{e^{z_i - D}}{\sum_k e^{z_k - D}}$",
    ],
)
def test_what_states_nothing_or_is_read(text: str) -> None:
    assert not {"wrong", "unread"} & set(words(SOFTMAX + text))


def test_letters_with_a_star_in_what_is_read_as_a_whole() -> None:
    text = r"$$p(w_{j^*}|w_I) = \sigma(u_{j^*})\prod_{k=1}^K\sigma(-u_k)$$"
    assert check(from_text(text)).clean


def test_a_softmax_of_one_number_is_no_product() -> None:
    text = r"$$P(o|c) = Softmax(u_o^T v_c) = \frac{e^{u_o^T v_c}}{\sum_{w\in W} e^{u_w^T v_c}}$$"
    assert "wrong" not in words(text)


def test_braces_that_are_escaped_once_more_and_a_bracket_too_many() -> None:
    text = r"$$l = -\sum_n \left\\{ y_n\log\mu_n \right\\}$$ "
    text += r"$$\frac{\partial l}{\partial\mu_n} = %s\frac{y_n}{\mu_n})$$"
    assert words(text % "-") == ["definition", "proved"]
    assert words(text % "") == ["definition", "wrong"]


def test_sums_over_a_letter_that_all_of_them_lack() -> None:
    text = (
        r"$$J = -\frac{1}{T}\sum_t\sum_o y_o\log p_o$$ $$K = \frac{1}{T}\sum_t\sum_o y_op_o$$ "
        r"$$J + K = \frac{1}{T}\sum_t\sum_o y_o(p_o - \log p_o)$$"
    )
    assert check(from_text(text)).clean


NUMBERED = r"""
Take $\mathbf{z} = [z_1, z_2, z_3]$ and $y_1 = \frac{e^{z_1}}{e^{z_1}+e^{z_2}+e^{z_3}}$,
$y_2 = \frac{e^{z_2}}{e^{z_1}+e^{z_2}+e^{z_3}}$, $y_3 = \frac{e^{z_3}}{e^{z_1}+e^{z_2}+e^{z_3}}$.

$$\frac{\partial y_1}{\partial z_1} = \frac{e^{z_1}(e^{z_1}+e^{z_2}+e^{z_3}) - e^{z_1}e^{z_1}}
{(e^{z_1}+e^{z_2}+e^{z_3})^2} = y_1 - y_1^2$$

$$\frac{\partial y_1}{\partial z_2} = \frac{-e^{z_1}e^{z_2}}{(e^{z_1}+e^{z_2}+e^{z_3})^2} = -y_1y_2$$

$$\frac{\partial y_i}{\partial z_j} = y_i(\delta_{ij} - y_j)$$
"""


def test_entries_that_are_defined_one_by_one() -> None:
    assert words(NUMBERED)[-5:] == ["proved"] * 5
    slip = NUMBERED.replace("-e^{z_1}e^{z_2}}{(e^{z_1}+e^{z_2}", "-e^{z_1}e^{z_2}}{(e^{z_1}+e^{z_3}")
    assert words(slip)[-5:-2] == ["proved", "proved", "wrong"]
    assert words(NUMBERED.replace("-y_1y_2", "y_1y_2"))[-2] == "wrong"
    assert words(NUMBERED.replace("(\\delta_{ij} - y_j)", "(\\delta_{ij} + y_j)"))[-1] == "wrong"


BY_CASES = (
    SOFTMAX
    + r"$$\frac{\partial p_i}{\partial z_j} = \begin{cases} p_i(1 - p_i) & %s \\ %sp_i p_j & %s\end{cases}$$"
)


@pytest.mark.parametrize(
    ("equal", "otherwise"),
    [
        (r"\text{lorsque } i=j", r"\text{sinon }"),
        (r"\text{si } i=j", r"\text{en otro caso}"),
        (r"\text{falls } i=j", r"\text{sonst}"),
        (r"\text{если } i=j", r"\text{иначе}"),
        (r"\text{当 } i=j", r"\text{否则}"),
        (r"i=j \text{ のとき}", r"\text{その他}"),
        (r"i=j \text{일 때}", r"\text{그 외}"),
    ],
)
def test_conditions_in_other_languages(equal: str, otherwise: str) -> None:
    assert words(BY_CASES % (equal, "-", otherwise)) == ["definition", "proved"]
    assert words(BY_CASES % (equal, "", otherwise)) == ["definition", "wrong"]


def test_entries_by_number_of_a_name_that_is_defined_for_a_letter() -> None:
    text = SOFTMAX + "For two classes $p_1 + p_2 = 1$, so $p_2 = 1 - p_1$."
    assert words(text) == ["definition", "undecided", "undecided"]


def test_a_slip_in_a_definition_is_found_where_a_later_part_defines_it_anew() -> None:
    text = (DATA / "softmax.md").read_text(encoding="utf-8")
    slip = text.replace(r"\sum_{c=1}^{C} e^{Z_2^{(c)}}}", r"\sum_{c=1}^{C} Z_2^{(c)}}", 1)
    assert slip != text
    found = check(from_text(slip), checkers=FAST).findings
    assert [f.line for f in found if f.kind == "wrong"] == [23]


@pytest.mark.parametrize("aside", [r"\text{(since }y_i = %s\text{)}", r"(\text{since } y_i = %s)"])
def test_no_chain_goes_on_from_an_aside(aside: str) -> None:
    text = r"""$$y_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$$ $$\begin{aligned}
    \frac{\partial y_i}{\partial z_j} &= \frac{\delta_{ij} e^{z_i}}{\sum_k e^{z_k}} - y_i y_j \quad ASIDE \\
    &= y_i (\delta_{ij} - y_j) \end{aligned}$$""".replace("ASIDE", aside)
    right, wrong = r"\frac{e^{z_i}}{\sum_k e^{z_k}}", r"\frac{e^{-z_i}}{\sum_k e^{z_k}}"
    assert sorted(words(text % right)) == ["definition", "proved", "proved", "proved"]
    assert sorted(words(text % wrong)) == ["definition", "proved", "proved", "wrong"]

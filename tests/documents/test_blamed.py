"""Slips of definitions that rows show, and what is said for a case, of a row, or of an input only."""

from __future__ import annotations

import pytest

from symderiv.documents.check import check
from symderiv.documents.text.source import from_text
from tests.documents.rows import FAST, words


def told(text: str) -> list[tuple[str, str]]:
    """The words of the rows with what they may have been meant to be."""
    checked = check(from_text(text, "text", "markdown"), checkers=FAST)
    return [(r.word, r.suggestion) for r in checked.rows if r.word != "not a claim"]


def test_one_row_shows_that_a_definition_has_the_wrong_index() -> None:
    text = r"$$p_i = \frac{e^{z_%s}}{\sum_k e^{z_k}}$$ If $i \neq j$, then "
    text += r"$$\frac{\partial p_i}{\partial z_j} = -\frac{e^{z_i} e^{z_j}}{(\sum_k e^{z_k})^2}$$"
    assert [w for w, _ in told(text % "i")] == ["definition", "proved"]
    (first, said), (second, _) = told(text % "j")
    assert (first, second) == ("wrong", "undecided")
    assert said.startswith(r"\frac{e^{z_{i}}}")


def test_rows_show_that_a_list_is_not_what_they_differentiate() -> None:
    whole = r"\frac{e^{a_i}}{e^{a_1} + e^{a_2} + \cdots + e^{a_n}}"
    row = r"When $i %s j$: $$\frac{\partial q_i}{\partial a_%s} = \frac{\partial %s}{\partial a_%s}$$"
    text = r"$$q = (e^{a_1}, e^{a_2}, \cdots, e^{a_n})$$"
    found = told("\n\n".join([text, row % ("=", "i", whole, "i"), row % (r"\neq", "j", whole, "j")]))
    assert [w for w, _ in found] == ["wrong", "undecided", "undecided"]
    assert found[0][1] == f"q_{{i}} = {whole}"


def test_one_row_shows_that_a_definition_is_a_sum_for_a_product() -> None:
    text = r"$$p = \frac{1}{1 + e^{-x}}$$ The chance is $$P(y|x) = p^y %s (1 - p)^{1 - y}$$ Its logarithm is "
    text += r"$$\log P(y|x) = y \log p + (1 - y) \log (1 - p)$$"
    assert "wrong" not in [w for w, _ in told(text % "")]
    assert [w for w, _ in told(text % "+")] == ["definition", "wrong", "undecided"]


def test_a_lost_factor_is_that_of_the_row() -> None:
    """A change of a factor, of the sign or of a power in the definition would mend the row too."""
    text = r"$$L = \sum_i (a_i - y_i)^2$$ $$\frac{\partial L}{\partial a_i} = %s$$"
    assert [w for w, _ in told(text % "2 (a_i - y_i)")] == ["definition", "proved"]
    for slip in ("(a_i - y_i)", "2 (y_i - a_i)"):
        assert [w for w, _ in told(text % slip)] == ["definition", "wrong"]


@pytest.mark.parametrize("row", ["i = j:", r"\text{if } i = j", "& i = j", "i = j 时：", r"\text{当} i = j"])
def test_a_row_that_states_a_condition_holds_for_those_behind_it(row: str) -> None:
    text = r"""$$p_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$$
There are two cases, $i = j$ and $i \neq j$, as follows:
$$\begin{aligned} %s \\ \frac{\partial p_i}{\partial z_j} &= \frac{\partial p_j}{\partial z_j} \\
&= p_j (1 - p_j) \end{aligned}$$"""
    checked = check(from_text(text % row, "text", "markdown"), checkers=FAST)
    assert checked.clean
    assert [r.word for r in checked.rows if r.word == "proved"] == ["proved"] * 2
    assert not check(from_text(text % "i = k:", "text", "markdown"), checkers=FAST).clean


def test_names_that_are_equal_are_no_claim() -> None:
    text = r"""$$s_i = \text{softmax}(x_i) = \frac{e^{x_i}}{\sum_{j=1}^K e^{x_j}}, \quad i = 1, \ldots, K$$

We have $\frac{\partial s_i}{\partial x_j} = s_i \delta_{ij} - s_i s_j$, so that
$J_s = \text{diag}(s) - s s^T$.
For any $v \in \mathbb{R}^K$:

$$v^T J_s v = \sum_{i,j} v_i (s_i \delta_{ij} - s_i s_j) v_j = \sum_i s_i v_i^2 - (\sum_i s_i v_i)^2$$

"""
    constant = r"It is 0 if and only if $v$ is constant ($v_1 = \cdots = v_K$), so that its rank is $K-1$."
    assert "wrong" not in words(text + constant)
    assert "wrong" not in words(text + r"$v^T J_s v = 0$인 필요충분조건은 상수 $v$.")
    assert "wrong" not in words(text + r"当 $v^T J_s v = 0$ 时, $v$ 是常数。")
    assert words(text + r"Thus $v^T J_s v = \sum_i s_i v_i^2$.")[-1] == "wrong"


def test_another_loss_of_the_same_names() -> None:
    text = r"""One has $$L(\hat y, y) = \frac{1}{2} (\hat y - y)^2$$ but it will not work.

So we use the loss $$L(\hat y, y) = -(y \log \hat y + (1 - y) \log (1 - \hat y))$$ Why?
$$\text{if } y = 1; L(\hat y, y) = -\log \hat y$$ and $$\text{if } y = 0; L(\hat y, y) = -\log (1 - \hat y)$$

The cost is $$J = \frac{1}{m} \sum_{i=1}^m L(\hat y^{(i)}, y^{(i)})$$ so that it is
$$J = \frac{1}{m} \sum_{i=1}^m -(y^{(i)} \log \hat y^{(i)} + (1 - y^{(i)}) \log (1 - \hat y^{(i)}))$$"""
    assert "wrong" not in words(text)
    assert words(text.replace("+ (1 - y^{(i)})", "- (1 - y^{(i)})"))[-1] == "wrong"
    again = r"$$L = -\sum_i y_i \log p_i$$ where $$L = \sum_i y_i \log p_i$$"
    assert words(again)[-1] == "wrong"


def test_the_kink_behind_a_prime() -> None:
    text = r"""$$z = W x + b, \quad W \in \mathbb{R}^{3 \times 2}, b \in \mathbb{R}^3$$
$$a = \text{ReLU}(z) = \max(0, z)$$ where
$$\text{ReLU}'(z) = \begin{cases} %s & \text{if } z > 0 \\ 0 & \text{otherwise} \end{cases}$$"""
    assert words(text % "1")[-1] == "proved"
    assert words(text % "2")[-1] == "wrong"


def test_words_on_the_left_of_a_chain_name_it() -> None:
    text = r"$$\text{Output of unit } = S_j = \frac{e^{a_j}}{\sum_k e^{a_k}}$$"
    text += r"$$\frac{\partial S_j}{\partial a_j} = S_j (1 %s S_j)$$"
    text = text.replace("unit }", "this unit}")
    assert words(text % "-") == ["definition", "proved"]
    assert words(text % "+") == ["definition", "wrong"]


def test_rows_of_updates_that_end_with_one_sign_of_two() -> None:
    text = "$$J(a, b) = a^2 + b^2$$\n\n$$\\begin{aligned}\na &:= a - r \\frac{\\partial J}{\\partial a} \\\n"
    text += "b &:= b - r \\frac{\\partial J}{\\partial b}\n\\end{aligned}$$\n"
    assert words(text) == ["definition"]


def test_the_solution_of_an_equation_by_its_value_at_the_start() -> None:
    text = r"$$\begin{aligned} \frac{d}{dt} e^m &= k \\ m(t) &= \log(e^{m(0)} + k t) \approx \log(k t)"
    text += r" \end{aligned}$$"
    assert words(text) == ["undecided", "undecided"]


def test_a_slip_is_told_once_where_what_comes_back_rests_on_a_hypothesis() -> None:
    text = r"""$$p_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$$ where $y$ is one-hot, $\sum_i y_i = 1$.
$$-y_j (1 - p_j) - \sum_{i \neq j} \frac{y_i}{p_i} (-p_i p_j) = -y_%s + p_j \sum_i y_i = p_j - y_j$$"""
    assert [w for w, _ in told(text % "j")][-2:] == ["proved", "proved"]
    assert [w for w, _ in told(text % "i")][-2:] == ["wrong", "proved"]


def test_what_a_later_section_defines_once_again() -> None:
    text = r"""## Logistic

$$z = X w + b, \quad \sigma(z) = \frac{1}{1 + e^{-z}}, \quad \hat y = \sigma(z)$$
$$L = -(y \log \hat y + (1 - y) \log (1 - \hat y))$$

## Softmax

%s

$$\begin{align*} &\text{Equation}: && z = X w + b \\
&\text{Activation}: && \varphi(z_i) = \frac{e^{z_i}}{\sum_n e^{z_n}} \\
&\text{Prediction}: && \hat y_i = \varphi(z_i) \\
&\text{Loss}: && L = -\sum_i y_i \log \hat y_i \end{align*}$$

if $i = j$:

$$\frac{\partial \hat y_i}{\partial z_j} = \hat y_i (1 - \hat y_j)$$

if $i \neq j$:

$$\frac{\partial \hat y_i}{\partial z_j} = -\hat y_i \hat y_j$$

$$\frac{\partial L}{\partial z_j} = \sum_i y_i (\hat y_j - \delta_{ij})$$
"""
    for said in ("Once again, we will define the core functions:", "The functions are these."):
        assert "wrong" not in words(text % said)
    assert words(text % "Once again, we will define the functions:")[-3:] == ["proved"] * 3


def test_a_condition_with_a_colon_heads_the_next_display() -> None:
    text = r"""$$p_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$$

if $i = j$:

$$\frac{\partial p_i}{\partial z_j} = p_i (1 - p_i)$$

if $i \neq j$:

$$\frac{\partial p_i}{\partial z_j} = -p_i p_j$$
"""
    assert words(text) == ["definition", "proved", "proved"]
    assert words(text.replace("$i = j$:", "$i = k$:"))[1] == "wrong"


def test_what_is_differentiated_by_another_name_is_none_of_its_own() -> None:
    text = r"""In logistic regression the loss is
$$L(\hat y, y) = -(y \log \hat y + (1 - y) \log (1 - \hat y))$$
and the cost $$J(W, b) = \frac{1}{m} \sum L(\hat y, y)$$

$$da = \frac{d}{da} L(a, y) = \frac{d}{da} (-y \log a - (1 - y) \log (1 - a))
= \frac{-y}{a} + \frac{1-y}{1-a}$$

$$dz = \frac{dL}{dz} = \frac{dL}{da} \cdot \frac{da}{dz} = da \cdot \sigma^\prime(z) = a - y$$"""
    assert "wrong" not in words(text)


@pytest.mark.parametrize("otherwise", ["Otherwise:", "否则:", "For all other $j$:", "Else"])
def test_otherwise_in_a_line_of_its_own(otherwise: str) -> None:
    text = r"""$L_i = -s_{y_i} + \log \sum_j e^{s_j}$. If $j = y_i$, then:

$$\frac{\partial L_i}{\partial s_j} = -1 + \frac{e^{s_j}}{\sum_k e^{s_k}}$$

%s

$$\frac{\partial L_i}{\partial s_j} = \frac{e^{s_j}}{\sum_k e^{s_k}}$$
"""
    assert words(text % otherwise) == ["definition", "proved", "proved"]
    assert words(text % "Thus")[-1] == "wrong"


def test_the_true_class_by_its_letter_and_the_wrong_ones() -> None:
    text = r"""$$p_i = \frac{e^{z_i}}{\sum_k e^{z_k}}, \quad L = -\sum_k y_k \log p_k$$
where $y$ is one-hot and $c$ is the %s class.
$$\frac{\partial L}{\partial z_c} = -\frac{1}{p_c} p_c (1 - p_c) = p_c - y_c$$
- If $i$ is a wrong label ($y_i = %s$): $\frac{\partial L}{\partial z_i} = p_i$
"""
    assert words(text % ("true", "0")) == ["definition"] * 2 + ["proved"] * 3
    assert words(text % ("last", "0"))[2] == "wrong"
    assert words(text % ("true", "1"))[-1] == "wrong"


def test_a_stray_index_in_a_function_of_a_number() -> None:
    text = r"$\sigma(x) = \frac{1}{1 + e^{-x_i}}$ "
    text += r"$$\frac{d}{dx} \sigma(x) = \frac{d}{dx} \frac{1}{1 + e^{-x}} ="
    assert words(text + r"\frac{e^{-x}}{(1 + e^{-x})^2}$$") == ["definition", "proved", "proved"]
    assert words(text + r"\frac{e^{x}}{(1 + e^{-x})^2}$$") == ["definition", "proved", "wrong"]


def test_for_all_behind_a_row_without_a_comma() -> None:
    text = r"$$\sigma(x) = \frac{1}{1 + e^{-x}} \forall x \in \mathbb{R}$$ "
    text += r"$$\sigma'(x) = \sigma(x) (1 %s \sigma(x))$$"
    assert words(text % "-") == ["definition", "proved"]
    assert words(text % "+") == ["definition", "wrong"]


def test_a_number_behind_a_name_in_a_chain_is_put_in() -> None:
    text = r"$z = w_1 x_1 + w_2 x_2 + b$ and $\frac{\partial z}{\partial w_1} = %s = 0.05$"
    assert words(text % "x_1") == ["definition", "proved", "undecided"]
    assert words(text % "x_2")[1] == "wrong"


def test_what_a_derivative_is_of_may_stand_behind_it() -> None:
    text = r"$$Z = W A + b$$ $$\frac{dZ}{dW} [%s] = A$$"
    assert words(text % "W A + b") == ["definition", "undecided"]
    assert words(r"$$Z = W A + b$$ $$\frac{dZ}{dW} = W$$") == ["definition", "wrong"]


def test_the_term_of_one_entry_by_the_name_of_the_sum() -> None:
    text = r"$$R(w) = \sum_{i=1}^n w_i^2$$ where $$\sum_{i=1}^n R(w_i) = R(w)$$"
    assert check(from_text(text, "text", "markdown"), checkers=FAST).clean


def test_what_the_words_behind_a_display_let_be() -> None:
    text = r"""$$\sigma(z) = \frac{1}{1 + \exp(-z)} \tag{1}$$

t=1の確率モデルを $$\sigma(z) = \frac{\exp(-z)}{1 + \exp(-z)} \tag{2}$$ %s。"""
    assert "wrong" not in words(text % "とする")
    assert "wrong" in words(text % "です")


@pytest.mark.parametrize("sign", [r"\not =", r"\neq"])
def test_the_sign_alone_in_mathematics(sign: str) -> None:
    text = r"$$A_i = \frac{e^{z_i}}{\Sigma e^z}$$ - when i $%s$ j: $$\frac{dA_i}{dz_j} ="
    text += r" \frac{0 - e^{z_i} e^{z_j}}{(\Sigma e^z)^2}$$"
    assert words(text % sign) == ["definition", "proved"]
    assert words(text % "=")[-1] == "wrong"


def test_a_row_goes_on_past_a_value_that_is_given() -> None:
    text = r"""$z = x^2 + x y$, $x = 2 t$, $y = t^2$

$\frac{dz}{dt} = (2 x + y)(2) + (x)(2 t)$

At $t = 1$: $x = 2, y = 1$

$= (4 + 1)(2) + (2)(2) = 10 + 4 = %s$
"""
    assert "wrong" not in words(text % "14")
    assert words(text % "15")[-1] == "wrong"


def test_sums_of_as_many_terms_that_are_all_the_same() -> None:
    text = r"""$$p_k = \frac{e^{a_k}}{\sum_{i=1}^n e^{a_i}}$$
$$-\log p_k = \log \left( \sum_{i=1}^n \frac{e^{a_j}}{e^{a_k}} \right)
= \log \left( \sum_{i=1}^n e^{a_j} \right) - a_%s$$"""
    assert words(text % "k")[1:] == ["wrong", "proved"]
    assert words(text % "j")[1:] == ["wrong", "wrong"]


@pytest.mark.parametrize("name", ["w", r"\beta"])
def test_an_intercept_beside_the_product_of_a_vector(name: str) -> None:
    text = rf"$$\eta_i = {name}_0 + {name}^\top x_i$$ $$\frac{{\partial \eta_i}}{{\partial {name}_j}} = %s$$"
    assert words(text % "x_{ij}") == ["definition", "proved"]
    assert words(text % "2 x_{ij}")[-1] == "wrong"


def test_what_is_to_be_found() -> None:
    text = r"""$$f(x) = \frac{1}{e^{-x} + 1}$$
$$f''(x) = \frac{-e^{-x} (e^{-x} + 1) + 2 e^{-2x}}{(e^{-x} + 1)^3}$$

%s
$$f''(x) = 0$$"""
    assert "wrong" not in words(text % "Find maximum update")
    assert words(text % "It is clear that always")[-1] != "proved"


def test_the_index_of_the_correct_class() -> None:
    text = r"$$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$ $$C = -\sum_i y_i \log p_i = -\log p_k$$ "
    text += r"where $k$ is the index of the %s class."
    for name, needs in (("correct", False), ("last", True)):
        rows = check(from_text(text % name, "text", "markdown"), checkers=FAST).rows
        (row,) = [r for r in rows if r.right == "-\\log p_k"]
        assert row.word == "proved"
        assert any(u.startswith("needs y one-hot") for u in row.under) is needs


def test_columns_by_what_they_are_multiplied_by() -> None:
    text = r"$$s_k = \frac{e^{w_k^T x}}{\sum_j e^{w_j^T x}}$$ $$\frac{\partial s_k}{\partial w_{jz}} = %s$$"
    assert words(text % r"x_j s_k (\delta_{kz} - s_z)") == ["definition", "proved"]
    assert words(text % r"x_j s_k (\delta_{kz} + s_z)") == ["definition", "wrong"]
    rows = text.replace("w_{jz}", "w_{zj}")
    assert words(rows % r"x_j s_k (\delta_{kz} - s_z)") == ["definition", "proved"]


def test_an_entropy_whose_bracket_is_lost_is_told_where_it_is_defined() -> None:
    text = r"""$$L = -y \log p + (1-y) \log(1-p)$$
$$\frac{\partial L}{\partial p} = -\frac{y}{p} + \frac{1-y}{1-p}$$"""
    assert told(text) == [("wrong", r"-y \log p-(1-y) \log(1-p)"), ("undecided", "")]


def test_a_slip_in_a_row_that_is_not_decided_is_told_there() -> None:
    text = r"""Let $Q$ be symmetric.
$$\begin{align}
f &= \frac12 (w + d)^T Q (w + d) \\
  &= \frac12 w^T Q w + \frac12 Q w^T d + \frac12 d^T Q d \\
  &= \frac12 w^T Q w + \frac12 d^T d + \frac12 d^T Q d \\
  &= \frac12 w^T Q w + d^T Q w + \frac12 d^T Q d
\end{align}$$"""
    found = [f for f in check(from_text(text, "text", "markdown")).findings if f.kind == "wrong"]
    assert [(f.line, "line 6 holds" in f.message) for f in found] == [(5, True)]


@pytest.mark.parametrize(
    ("said", "line"), [("The loss is", 1), ("The log-likelihood, which is no loss, is", 3)]
)
def test_a_loss_that_lacks_its_sign(said: str, line: int) -> None:
    text = rf"""{said} $L = y \log p + (1 - y) \log (1 - p)$ with $p = \frac{{1}}{{1 + e^{{-z}}}}$.

$$\frac{{\partial L}}{{\partial z}} = p - y$$"""
    (found,) = [f for f in check(from_text(text, "text", "markdown")).findings if f.kind == "wrong"]
    assert found.line == line
    assert (found.suggestion == r"-(y \log p + (1-y) \log (1 - p))") == (line == 1)


def test_a_side_that_lacks_the_sign_of_its_derivative() -> None:
    """Told there, not at the right row behind it."""
    text = "where $s(u_k) = \\frac{e^{u_k}}{\\sum_m e^{u_m}}$: $$\\begin{aligned}\n"
    text += "\\frac{\\partial F}{\\partial u_i} &= %s \\sum_k \\log s(u_k) \\\\\n"
    text += "&= \\sum_k (\\delta_{ik} - s(u_i))\n\\end{aligned}$$"
    assert [w for w, _ in told(text % r"\frac{\partial}{\partial u_i}")][-1] == "proved"
    checked = check(from_text(text % "", "text", "markdown"), checkers=FAST)
    (wrong,) = [f for f in checked.findings if f.kind == "wrong"]
    assert wrong.line == 2
    assert "line 3 is the derivative of this" in wrong.message


def test_a_layout_says_nothing_of_a_symmetric_matrix() -> None:
    text = "Let $u \\in \\mathbb{R}^n$, $v \\in \\mathbb{R}^m$. "
    text += "$$\\frac{\\partial\\, u^T A v}{\\partial A} = u v^T$$"
    text += "$$\\frac{\\partial\\, v^T B^T u}{\\partial B} = u v^T$$"
    text += "$$\\frac{\\partial\\, u^T X v}{\\partial X} = v u^T$$"
    assert [w for w, _ in told(text)] == ["proved", "proved", "wrong"]
    assert [w for w, _ in told(text.replace("X", "S"))] == ["proved"] * 3
    assert [w for w, _ in told("Take $X$ symmetric. " + text)] == ["proved"] * 3


@pytest.mark.parametrize("loss", [r"\sum_{i=1}^m (w x_i - y_i)^2", r"\| X w - y \|^2"])
def test_a_gradient_that_lost_the_size(loss: str) -> None:
    text = rf"$$J = \frac{{1}}{{2 m}} {loss}$$ $$\frac{{\partial J}}{{\partial w}} = %s$$"
    right = r"\sum_{i=1}^m x_i (w x_i - y_i)" if "sum" in loss else r"X^T (X w - y)"
    assert [w for w, _ in told(text % rf"\frac{{1}}{{m}} {right}")] == ["definition", "proved"]
    (_, (word, said)) = told(text % right)
    assert word == "wrong"
    assert said == rf"\frac{{1}}{{m}} {right}"


def test_a_slip_right_behind_a_definition_is_told_there() -> None:
    """The rows below go on with what the chain came to."""
    text = r"""$$\begin{aligned} E(w) &= (A w - b)^T (A w - b) \\ &= SIGN(b^T - w^T A^T)(A w - b) \\
&= SIGN(b^T A w + w^T A^T b - b^T b - w^T A^T A w) \end{aligned}$$

$$E(w) = SIGN(b^T A w + w^T A^T b - b^T b - w^T A^T A w)$$

$$\nabla_w E(w) = SIGN 2 (A^T b - A^T A w)$$"""
    assert [w for w, _ in told(text.replace("SIGN", "-"))] == ["definition", *["proved"] * 4]
    found = told(text.replace("SIGN", ""))
    assert [w for w, _ in found] == ["definition", "wrong", *["proved"] * 3]
    assert found[1][1] == "-(b^T - w^T A^T)(A w - b)"

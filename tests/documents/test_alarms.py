"""Right rows that were once called wrong, or not read: each with the verdict that is due, and slips."""

from __future__ import annotations

import pytest

from symderiv.documents.check import check
from symderiv.documents.text.source import from_text
from tests.documents.rows import words

NORMAL = r"""
$$J(\theta) = \frac12 (X\theta - y)^T(X\theta - y)$$

with $X \in \mathbb{R}^{n\times d}$, $y \in \mathbb{R}^n$. The gradient is

$$\nabla_\theta J = X^T(X\theta - y)$$
"""


@pytest.mark.parametrize(
    ("text", "due"),
    [
        # \frac12 before a bracket; an equation that is to be solved
        (NORMAL + "\nSetting it to zero,\n\n$$X^TX\\theta = X^Ty$$\n", ["definition", "proved"]),
        # a standard deviation is positive, though nobody says so
        (r"$$L = \log s^2 + x = 2\log s + x$$", ["definition", "proved"]),
        (r"$$L = \log s^2 + x = 3\log s + x$$", ["definition", "wrong"]),
        # \log 2\pi\sigma: of all that follows the number
        (
            (
                r"$$L = \log(2\pi) + \log\sigma^2$$ Then $$\frac{\partial L}{\partial\sigma} = "
                r"\frac{\partial}{\partial\sigma}\log 2\pi\sigma^2 = \frac{2}{\sigma}$$"
            ),
            ["definition", "proved", "proved"],
        ),
        # usual names; primes of functions that everyone knows
        (
            r"The GELU is $$f(x) = x\Phi(x)$$ and $$f'(x) = \Phi(x) + x\phi(x)$$",
            ["definition", "proved"],
        ),
        (r"$$f(x) = \tanh(x)$$ $$f'(x) = \tanh'(x) = 1 - \tanh^2(x)$$", ["definition", "proved", "proved"]),
        (r"$$f(x) = \tanh(x)$$ $$f'(x) = \tanh'(x) = 1 + \tanh^2(x)$$", ["definition", "proved", "wrong"]),
        # the score of the label of example i
        (
            (
                r"$$p_j = \frac{e^{f_j}}{\sum_c e^{f_c}}$$ $$L_i = -f_{y_i} + \log\sum_j e^{f_j}$$ "
                r"$$\frac{\partial L_i}{\partial f_k} = p_k - \mathbb{1}(y_i = k)$$"
            ),
            ["definition", "definition", "proved"],
        ),
        # an abbreviation in words; a brace that nothing closes
        (
            (
                r"$$S_j = \frac{e^{a_j}}{\sum_k e^{a_k}}$$ Here $\Sigma$ stands for $\sum_k e^{a_k}$. "
                r"$$S_j = \frac{e^{a_j}}{\Sigma}$$ "
                r"$$\frac{\partial S_i}{\partial a_j} = \left\{\begin{matrix} "
                r"S_i(1-S_j) & i=j \\ -S_jS_i & i\neq j \end{matrix}\right.$$"
            ),
            ["definition", "definition", "proved", "proved"],
        ),
        # a bracket behind a vector, transposed: only the bracket
        (
            (
                r"$$s_m = \sum_c q_c K_{m,c}, \quad p_m = \frac{e^{s_m}}{\sum_n e^{s_n}}$$ "
                r"$$o_a = \sum_m p_m V_{m,a}$$ "
                r"$$J = V^{\top} \operatorname{diag}(p) K - V^{\top} p \left(K^{\top} p\right)^{\top}$$ "
                r"with $J_{ai} = \frac{\partial o_a}{\partial q_i}$."
            ),
            ["definition", "definition", "definition", "definition", "proved"],
        ),
        # nothing leads from E to f
        (
            r"$$c_t = f_t a_t$$ $$\frac{\partial E}{\partial g_t} = \frac{\partial E}{\partial h_t} w_t$$",
            ["definition", "undecided"],
        ),
        # targets of every row add up to one; I is the identity
        (
            (
                r"$$y_{nk} = \frac{e^{a_{nk}}}{\sum_j e^{a_{nj}}}$$ "
                r"$$\frac{\partial y_{nk}}{\partial a_{nj}} = y_{nk}(I_{kj} - y_{nj})$$ "
                r"$$E = -\sum_n\sum_k t_{nk}\log y_{nk}$$ Using $\sum_k t_{nk} = 1$, "
                r"$$\frac{\partial E}{\partial a_{nj}} = y_{nj} - t_{nj}$$"
            ),
            ["definition", "proved", "definition", "proved"],
        ),
    ],
)
def test_rows(text: str, due: list[str]) -> None:
    assert words(text) == due


def test_another_version_is_a_definition_of_its_own() -> None:
    text = (
        r"$$L_d(a) = \begin{cases} \frac12 a^2 & |a| \le d \\ d(|a| - \frac12 d) & \text{otherwise}"
        r"\end{cases}$$ The smooth version: $L_d(a) = d^2(\sqrt{1+(a/d)^2}-1)$ has "
        r"$$L'_d(a) = \frac{%sa}{\sqrt{1+(a/d)^2}}.$$"
    )
    assert words(text % "") == ["definition", "definition", "proved"]
    assert words(text % "2")[-1] == "wrong"


def test_sums_that_are_said_to_be_0_in_the_text_are_assumed() -> None:
    text = r"Let $q_i = z_i/\sum_j v_j$. With means of zero, $\sum_j z_j = \sum_j v_j = 0$, this is simpler."
    assert words(text) == ["definition"]


def test_a_name_of_a_vector_and_of_a_number() -> None:
    text = (
        r"$z = \mu + \sigma\odot\epsilon$. The density $$p(x) = \frac{1}{\sqrt{2\pi\sigma^2}} "
        r"\exp\left(-\frac{(x-\mu)^2}{2\sigma^2}\right)$$ has $$\frac{\partial}{\partial\sigma}\log p(x) = "
        r"-\frac1\sigma + \frac{(x-\mu)^2}{\sigma^3}$$"
    )
    assert "wrong" not in words(text)
    assert words(text.replace(r"$z = \mu + \sigma\odot\epsilon$.", ""))[-1] == "proved"


def test_a_sum_takes_in_what_has_its_letter_behind_it() -> None:
    text = r"$$\ell(b) = \sum_i y_i b x_i - e^{b x_i}$$ $$\frac{d\ell}{db} = \sum_i (y_i %s e^{bx_i})x_i$$"
    assert words(text % "-") == ["definition", "proved"]
    assert words(text % "+") == ["definition", "wrong"]
    apart = r"$$s_i = \sum_k a_k - b_i$$ $$\frac{\partial s_i}{\partial b_j} = %s\delta_{ij}$$"
    assert words(apart % "-") == ["definition", "proved"]
    assert words(apart % "") == ["definition", "wrong"]


@pytest.mark.parametrize(
    "row",
    [
        r"\frac{\partial (XW)}{\partial W} = X^T",
        r"\frac{\partial (X@W)}{\partial W} = X^T",
        r"\frac{\partial f}{\partial W} = X^T",
    ],
)
def test_a_product_of_matrices_has_no_derivative_entry_by_entry(row: str) -> None:
    assert words(f"Let $f = XW$. $${row}$$") == ["definition", "unread"]


def test_unequal_as_programs_write_it() -> None:
    text = (
        r"Let $y_i = e^{z_i}/\sum_k e^{z_k}$. When $i!=j$: $$\frac{\partial y_i}{\partial z_j} = %s y_i y_j$$"
    )
    assert words(text % "-") == ["definition", "proved"]
    assert words(text % "") == ["definition", "wrong"]


def test_equations_beside_one_another_with_thin_spaces_between() -> None:
    row = r"$$a = x^2 \;\;\;\;\;\;\;\; \frac{da}{dx} = %s$$"
    assert words(row % "2x") == ["definition", "proved"]
    assert words(row % "x") == ["definition", "wrong"]


def test_the_shape_below_a_matrix() -> None:
    text = (
        r"$$y = \begin{pmatrix} x_1^2, & x_2^2 \end{pmatrix}_{1*2} = "
        r"\begin{pmatrix} x_1^%s, & x_2 x_2 \end{pmatrix}$$"
    )
    assert words(text % "2") == ["definition", "proved"]
    assert words(text % "3") == ["definition", "wrong"]


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (r"\frac{\partial Z}{\partial W} = X^T", "unread"),
        (r"\frac{\partial A}{\partial Z} = \sigma(Z) (1 - \sigma(Z))", "proved"),
        (r"\frac{\partial A}{\partial Z} = \sigma(Z) (1 + \sigma(Z))", "wrong"),
        (r"\frac{\partial A}{\partial Z} = A \odot (1 - A)", "proved"),
        (r"\frac{\partial A}{\partial Z} = A \odot (1 + A)", "wrong"),
    ],
)
def test_matrices_entry_by_entry(row: str, word: str) -> None:
    given = r"Let $Z = XW + b$, $A = \sigma(Z)$ and $\sigma(x) = 1/(1+e^{-x})$. "
    assert words(given + f"$${row}$$") == ["definition"] * 3 + [word]


@pytest.mark.parametrize(("sign", "word"), [("-", "proved"), ("+", "wrong")])
def test_targets_of_a_batch_add_up_to_one_in_an_entropy(sign: str, word: str) -> None:
    given = r"""Let $P = \text{softmax}(Z)$, $L = -\sum_{i=1}^N \sum_{k=1}^K Y_{ik} \log P_{ik}$. """
    row = rf"$$\frac{{\partial L}}{{\partial Z}} = P {sign} Y$$"
    assert words(given + row) == ["definition", "definition", word]


@pytest.mark.parametrize(("sign", "word"), [("-", "proved"), ("+", "wrong")])
def test_names_of_a_layer_and_an_example(sign: str, word: str) -> None:
    """``a^{[2](i)}``, which is no link either."""
    given = r"$$J = -\sum_{i=1}^m (y^{(i)} \log a^{[2](i)} + (1 - y^{(i)}) \log (1 - a^{[2](i)}))$$"
    row = (
        r"$$\frac{\partial J}{\partial a^{[2](i)}} = -\frac{y^{(i)}}{a^{[2](i)}} %s "
        r"\frac{1 - y^{(i)}}{1 - a^{[2](i)}}$$"
    )
    assert words(given + row % ("+" if sign == "-" else "-")) == ["definition", word]


@pytest.mark.parametrize("mean", [r"\frac{1}{H} \mathbf{1}^T x", r"\frac{\mathbf{1}^T x}{H}"])
@pytest.mark.parametrize(("sign", "word"), [("-", "proved"), ("+", "wrong")])
def test_a_sum_by_a_row_of_ones_is_divided_by_a_size(mean: str, sign: str, word: str) -> None:
    row = rf"""Let $y = x - \mu \mathbf{{1}}$ with $\mu = {mean}$. Then
$$\frac{{\partial y}}{{\partial x}} = I {sign} \frac{{1}}{{H}} \mathbf{{1}} \mathbf{{1}}^T$$"""
    assert words(row) == ["definition", "definition", word]


@pytest.mark.parametrize(("sign", "word"), [("-", "proved"), ("+", "wrong")])
def test_the_gradient_of_a_function_of_one_argument(sign: str, word: str) -> None:
    text = rf"Let $J(\theta) = \frac12 \|X\theta - y\|^2$. Then $$\nabla J = X^T (X\theta {sign} y)$$"
    assert words(text) == ["definition", word]


@pytest.mark.parametrize(("sign", "word"), [("-", "proved"), ("+", "wrong")])
def test_smoothed_labels_add_up_to_one(sign: str, word: str) -> None:
    text = rf"""Let $p_i = e^{{z_i}} / \sum_j e^{{z_j}}$ and
$L = -\sum_k y^{{LS}}_k \log p_k$ with $y^{{LS}}_k = (1-\alpha) y_k + \frac{{\alpha}}{{K}}$. Then
$$\frac{{\partial L}}{{\partial z_k}} = p_k {sign} y^{{LS}}_k$$"""
    assert words(text) == [*["definition"] * 3, word]


@pytest.mark.parametrize(("sign", "word"), [("-", "proved"), ("+", "wrong")])
def test_bars_around_a_vector_are_its_length(sign: str, word: str) -> None:
    given = r"Let $\cos(a, b) = \frac{a^T b}{\|a\| \|b\|}$. "
    row = r"\frac{\partial}{\partial a_i} \cos(a, b) = \frac{b_i}{|a| |b|} %s \cos(a, b) \frac{a_i}{|a|^2}"
    assert words(given + f"$${row % sign}$$") == ["definition", word]


@pytest.mark.parametrize(("power", "word"), [("3/2", "proved"), ("1/2", "wrong")])
def test_a_variance_that_is_a_name(power: str, word: str) -> None:
    text = rf"""Let $\mu = \frac1N \sum_i x_i$, $var = \frac1N \sum_i (x_i - \mu)^2$ and
$\hat x_i = \frac{{x_i - \mu}}{{\sqrt{{var + \epsilon}}}}$. Then
$$\frac{{\partial L}}{{\partial var}} = \sum_i \frac{{\partial L}}{{\partial \hat x_i}}
(x_i - \mu) \cdot (-\frac12) (var + \epsilon)^{{-{power}}}$$"""
    assert words(text) == ["definition"] * 3 + [word]


@pytest.mark.parametrize(("sign", "word"), [("+", "proved"), ("-", "wrong")])
def test_a_sum_goes_on_where_the_chain_begins_with_one(sign: str, word: str) -> None:
    row = rf"""Let $\mu = \frac1N \sum_i x_i$. Then
$$\frac{{1}}{{N}} \sum_{{i=1}}^N (x_i + 2)(\delta_{{ij}} + \frac1N) =
\frac1N \sum_{{i=1}}^N (x_i + 2) \delta_{{ij}} {sign} \frac1N (x_i + 2)$$"""
    assert words(row) == ["definition", word]


@pytest.mark.parametrize(("sign", "word"), [("-", "proved"), ("+", "wrong")])
@pytest.mark.parametrize(
    ("given", "row"),
    [
        (r"$$a = \frac{1}{1 + e^{-z}}$$ $$\frac{\partial z}{\partial w} = x$$", "a' = a (1 SIGN a)"),
        (r"$$\frac{\partial z}{\partial w} = x$$ Let $v = e^n + e^{-n}$.", "v' = e^n SIGN e^{-n}"),
    ],
)
def test_a_prime_is_by_the_only_name_whatever_came_before(given: str, row: str, sign: str, word: str) -> None:
    text = rf"$$z = w x + b$$ {given} $${row.replace('SIGN', sign)}$$"
    assert words(text)[-1] == word


def test_a_prime_by_a_name_that_stands_elsewhere_with_an_index() -> None:
    given = r"Since $n_i = \sum W_{ij} P_j + b$: $$\frac{\partial n_i}{\partial W_{ij}} = P_j$$ "
    text = given + "Let $v = e^n + e^{-n}$. Then $$v' = e^n - e^{-n}$$"
    assert words(text)[-1] == "proved"


@pytest.mark.parametrize(("half", "word"), [("", "proved"), ("2", "wrong")])
def test_a_product_ends_before_a_sum_over_its_letter(half: str, word: str) -> None:
    row = r"a^n \prod_{i=1}^n x_i \exp\left(-\frac1a \sum_{i=1}^n x_i^2\right)"
    other = rf"a^n \exp\left(-\frac{{{half}n}}{{a}} T\right) \prod_{{i=1}}^n x_i"
    assert words(rf"Let $T = \frac1n \sum_{{i=1}}^n x_i^2$. Then $${row} = {other}$$")[-1] == word


def test_what_is_left_of_a_model_beside_another_name_of_its_target() -> None:
    text = r"""$\theta \in \mathbb{R}^D$, $\Phi \in \mathbb{R}^{N\times D}$, $y \in \mathbb{R}^N$.
Let $y = \Phi\theta$ and
$$e = y - \Phi\theta \qquad L(e) = \|e\|^2$$
## Another model
$$y = g^{-1}(w + b)$$"""
    assert check(from_text(text, "text", "markdown")).clean


@pytest.mark.parametrize(("sign", "word"), [("+", "proved"), ("-", "wrong")])
def test_a_block_that_begins_with_a_sign_goes_on_the_one_before(sign: str, word: str) -> None:
    text = rf"""$$v = a + b$$

$$v^2 = a^2$$

$$\qquad + 2 a b$$

$$
{sign} b^2
$$"""
    assert words(text) == ["definition", word]


NEW = "\n\n"


@pytest.mark.parametrize(("sign", "word"), [("-", "proved"), ("+", "wrong")])
def test_the_square_of_a_name_that_is_told_before_defines_no_root(sign: str, word: str) -> None:
    text = rf"$$\dot s = u - c$${NEW}$$\dot s^2 = u^2 {sign} 2 u c + c^2$$"
    assert words(text) == ["definition", word]


@pytest.mark.parametrize("given", ["对于任意 $x_1 + x_2 = 0$ 的情况", "For any $x_1 + x_2 = 0$ it is so."])
@pytest.mark.parametrize("other", ["$x_2 = x_1$时其为 $y = 10 x_1^2$", "At $x_2 = x_1$ it is $y = 10 x_1^2$"])
def test_what_a_sentence_only_supposes(given: str, other: str) -> None:
    text = f"Near $x = x_0$: $$y = 2 x_1^2 + 8 x_1 x_2$${NEW}GIVEN{NEW}{other}"
    assert "wrong" not in words(text.replace("GIVEN", given))


def test_what_is_said_to_be_so_is_no_case() -> None:
    assert "wrong" in words(f"Let $x_2 = x_1$.{NEW}Hence $x_1 + x_2 = 0$.")


def test_a_capital_that_is_transposed_is_no_number() -> None:
    rule = r"$$\frac{\partial X^T A X}{\partial X} = (A + A^T) X$$"
    assert (
        words(rule + NEW + r"$$\mathbf{X}^T \mathbf{X} \beta = \mathbf{X}^T \mathbf{y}$$")[0] == "undecided"
    )


@pytest.mark.parametrize(("sign", "word"), [(r"\bigodot", "proved"), ("+", "wrong")])
def test_a_large_sign_of_the_product_entry_by_entry(sign: str, word: str) -> None:
    text = rf"""$\mathbf h = \mathbf o \odot \tanh(\mathbf c)$.
$$\frac{{\partial J}}{{\partial \mathbf o}} = \frac{{\partial J}}{{\partial \mathbf h}} {sign}
\tanh(\mathbf c)$$"""
    assert words(text)[-1] == word


@pytest.mark.parametrize(("sign", "word"), [("-", "proved"), ("+", "wrong")])
def test_a_row_that_begins_with_a_minus_and_is_an_equation(sign: str, word: str) -> None:
    text = rf"""$$c = m (g - a - b)$$
\begin{{aligned}} m(-a - b) &= c - m g \\ -m a - m b &= c {sign} m g \end{{aligned}}"""
    assert words(text)[-2:] == ["proved", word]

"""Writing that is loose: reasons between the rows of a chain, dots for what stands in the next formula,
indices beside their letters, examples of values."""

from __future__ import annotations

import pytest

from symderiv.documents.check import check
from symderiv.documents.text.source import from_text
from tests.documents.rows import words

_SIGMA = r"With $\sigma(z) = \frac{1}{1 + e^{-z}}$ and a label $y$: "
_LOSS = _SIGMA + (
    r"""
$$
\begin{aligned}
L &= -y \ln(\sigma(z)) - (1-y) \ln(1 - \sigma(z)) \\
\because 1 - \sigma(z) &= \frac{e^{-z}}{1 + e^{-z}} \\
&= -y \ln(\frac{1}{1 + e^{-z}}) - (1-y) \ln(\frac{e^{-z}}{1 + e^{-z}}) \\
&= \ln(1 + e^{-z}) + (1 - y) z \quad (\because \ln(e^{-z}) = -z) \\
\frac{dL}{dz} &= \frac{d}{dz} [\ln(1 + e^{-z}) + (1 - y) z] \quad \because L = \ln(1 + e^{-z}) + (1 - y) z \\
&= SLOPE
\end{aligned}
$$
"""
)


def test_reasons_between_the_rows_of_a_chain() -> None:
    found = words(_LOSS.replace("SLOPE", r"\sigma(z) - y"))
    assert "wrong" not in found
    assert found.count("proved") == 7
    assert words(_LOSS.replace("SLOPE", r"\sigma(z) + y"))[-1] == "wrong"


def test_a_name_is_let_by_what_stands_behind_it() -> None:
    text = r"$$\ln(x) = \log_e x$$ $$\text{Let } \log_e x = y$$ $$\text{Then } e^y = x$$ $$e^y = 2x$$"
    assert words(text) == ["proved", "definition", "proved", "wrong"]


def test_an_example_says_what_a_name_is() -> None:
    """The y of the example is no claim about the y before it, nor are the rows behind it."""
    text = r"Let $y = \ln(x)$. $$e^y = x$$ For example, $$\ln(1) = y$$ $$e^y = 1$$"
    assert words(text) == ["definition", "proved", "undecided"]


_LABEL = r"""
Only the $k$-th entry of the label counts here, so
$$s = - \sum_{i} y_i \log(p_i) = -\log(p_k)$$
with
$$p_k = \frac{e^{t_k}}{\sum_{j} e^{t_j}}$$
Then
$$\frac{\partial s}{\partial t_i} = FACTOR \frac{\partial p_k}{\partial t_i}$$
"""


def test_a_definition_as_its_chain_goes_on() -> None:
    """Where words make the second side, it is what the rows behind it speak of."""
    assert words(_LABEL.replace("FACTOR", r"-\frac{1}{p_k}"))[-1] == "proved"
    assert words(_LABEL.replace("FACTOR", r"\frac{1}{p_k}"))[-1] == "wrong"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (r"$f(x) = 1 / (1 + e^-x)$ $$f'(x) = f(x) (1 - f(x))$$", ["definition", "proved"]),
        (r"$f(x) = 1 / (1 + e^-x)$ $$f'(x) = f(x) (1 + f(x))$$", ["definition", "wrong"]),
        ("$f(x) = x^2$ $$\n f'(x) = 2x %&= x \\nabla\n$$", ["definition", "proved"]),
        (
            r"$$y^{\<t\>} = w a^{\<t\>}$$ $$\frac{\partial y^{\<t\>}}{\partial a^{\<t\>}} = w$$",
            ["definition", "proved"],
        ),
        (
            r"$$f = \sum_{\substack{j \\ j \neq i}} (x_j - x_i)$$ $$f = \sum_{j \neq i} x_j - x_i$$",
            ["definition", "wrong"],
        ),
        (
            r"$m = \max(z_j)$ $$y_i = \frac{e^{z_i - m}}{\sum e^{z_j - m}} = \frac{e^{z_i}}{\sum e^{z_j}}$$",
            ["definition", "definition", "proved"],
        ),
        (
            "$f(x) = x^2$ $$\\frac{df(x))}{dx} = 2x = ...$$\n$$... = x + x$$",
            ["definition", "proved", "proved"],
        ),
        ("$f(x) = x^2$ $$f'(x) = 2x = ...$$\n$$... = 3x$$", ["definition", "proved", "wrong"]),
    ],
)
def test_signs_that_are_written_loosely(text: str, found: list[str]) -> None:
    assert words(text) == found


_LAYERS = r"$$z1 = w1 x + b1$$ $$a1 = \sigma(z1)$$ $$z2 = w2 a1 + b2$$ $$L = \frac{1}{2} (z2 - y)^2$$"


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (r"\frac{\partial L}{\partial w1} = (z2 - y) w2 a1 (1 - a1) x", "proved"),
        (r"\frac{\partial L}{\partial w1} = (z2 - y) w2 a1 (1 + a1) x", "wrong"),
        (r"\frac{\partial L}{\partial w2} = (z2 - y) a1", "proved"),
        (r"\frac{\partial L}{\partial w2} = (z2 - y) z1", "wrong"),
    ],
)
def test_a_number_beside_a_letter_is_its_index(row: str, word: str) -> None:
    assert words(r"Let $\sigma(z) = \frac{1}{1 + e^{-z}}$. " + _LAYERS + f"$${row}$$")[-1] == word


def test_a_greatest_entry_is_held_constant() -> None:
    """The maximum is taken away so that nothing overflows; people do not differentiate it."""
    text = r"Let $u_i = z_i - \max(z)$. $$\frac{\partial u_i}{\partial z_i} = 1$$"
    assert words(text) == ["definition", "undecided"]


def test_an_entry_in_a_derivative_of_a_softmax_is_no_vector() -> None:
    text = r"Let $z = W a + b$. If $i \neq j$"
    text += r"$$\frac{\partial softmax(z_j)}{\partial z_i} = - softmax(z_i) softmax(z_j)$$"
    assert not any(r.word == "wrong" for r in check(from_text(text, "text", "markdown")).rows)


_SIDES = r"Let $\theta \in \mathbb{R}^d$, $X \in \mathbb{R}^{n \times d}$, $y \in \mathbb{R}^n$. "


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (
            r"\nabla_\theta (X\theta - y)^T (X\theta - y) = \nabla_\theta (\theta^T X^T - y^T) (X\theta - y)",
            "proved",
        ),
        (
            r"\nabla_\theta (\theta^T X^T - y^T) (X\theta - y) = 2 X^T (X\theta - y)",
            "proved",
        ),
        (r"\nabla_\theta (\theta^T X^T - y^T) (X\theta - y) = X^T (X\theta - y)", "wrong"),
    ],
)
def test_a_gradient_of_a_product_of_brackets(row: str, word: str) -> None:
    assert words(_SIDES + f"$${row}$$") == [word]


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (r"\frac{\delta}{\delta w} \ln(f) = \frac{1}{f} \frac{\delta}{\delta w} f", "proved"),
        (r"\frac{\delta}{\delta w} \ln(f) = \frac{1}{f^2} \frac{\delta}{\delta w} f", "wrong"),
        (r"\frac{\delta (f + w)}{\delta w} = 2w + 1", "proved"),
        (r"\frac{\delta (f + w)}{\delta w} = 2w", "wrong"),
    ],
)
def test_a_delta_for_the_sign_of_a_derivative(row: str, word: str) -> None:
    assert words(f"Let $f = w^2 + 1$. $${row}$$") == ["definition", word]


_FACTORS = r"$$g_{ij} = p_i^T q_j = \sum_{k=1}^K p_{ik} q_{kj}$$ $$E = \frac{1}{2} (r_{ij} - g_{ij})^2$$"


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (r"\frac{\partial E}{\partial p_{ik}} = -(r_{ij} - g_{ij}) q_{kj}", "proved"),
        (r"\frac{\partial E}{\partial p_{ik}} = -(r_{ij} - g_{ij}) q_{jk}", "wrong"),
    ],
)
def test_vectors_that_are_columns(row: str, word: str) -> None:
    """Beside the entries q_kj, q_j is a column."""
    assert words(_FACTORS + f"$${row}$$") == ["definition", "proved", "definition", word]


def test_entries_that_are_counted_from_zero() -> None:
    text = r"Let $J = \sum_{j=0}^n \theta_j^2$ and $\theta$ a vector."
    text += r" $$\nabla_\theta J = (2 \theta_0, 2 \theta_1, \dots, 2 \theta_n)$$"
    assert "wrong" not in words(text)


def test_words_that_say_another_index() -> None:
    """That they differ is said, if not by a sign."""
    text = r"Let $u = \sum_j e^{x_j}$. For WHICH item, denoted by $z$,"
    text += r"$$\frac{\partial}{\partial x_i} \frac{e^{x_z}}{u} = - \frac{e^{x_z} e^{x_i}}{u^2}$$"
    for which, kind in (("not the $i$-th", "note"), ("each", "lint")):
        found = check(from_text(text.replace("WHICH", which), "text", "markdown")).findings
        assert [f.kind for f in found] == [kind]


def test_nothing_goes_on_past_cases_that_are_not_read() -> None:
    text = r"$$\frac{\partial}{\partial w_j} \sum_i w_i x_i = \begin{cases} x_i & when\, we\, like \\ 0"
    assert "wrong" not in words(text + r"\end{cases} = x_i$$")


_BARE = r"""
$$p_j = \frac{e^{x_j}}{\sum_k e^{x_k}}$$
where $x = \{ x_1, x_2, ..., x_n \}$.
$$\frac{\partial p_j}{\partial x_i} = \frac{\partial (e_j/\sum)}{\partial x_i}
  = \frac{e_j' \sum - e_j \sum'}{\sum^2}$$
When $j \neq i$
$$\sum' = \frac{\partial \exp(x_i)}{\partial x_i} = e_i$$
$$\frac{e_j' \sum - e_j \sum'}{\sum^2} = \frac{0 \cdot \sum - e_i e_j}{\sum^2} = LAST$$
"""


@pytest.mark.parametrize(("last", "word"), [("-p_i p_j", "proved"), ("-p_i p_i", "wrong")])
def test_the_sign_of_a_sum_as_a_name(last: str, word: str) -> None:
    """Its prime is a derivative of the sum, and e_j beside it is the exponential of an entry."""
    found = words(_BARE.replace("LAST", last))
    assert found == ["definition", *["proved"] * 5, word]


@pytest.mark.parametrize(("row", "word"), [(r"-\frac{y_j}{p_j}", "proved"), (r"\frac{y_j}{p_j}", "wrong")])
def test_a_sign_before_the_sign_of_a_derivative(row: str, word: str) -> None:
    text = r"$$\frac{- \partial \sum_i y_i \log p_i}{\partial p_j} = "
    assert words(text + f"{row}$$") == [word]


def test_a_bracket_that_nothing_opens_behind_several_terms() -> None:
    """Where it should open is not known: the quotient is not read, and what is said again is no slip."""
    text = r"$$c = \frac{\sum_i x_i y_i - x_i m)}{\sum_i x_i^2}$$"
    text += r" $$c = \frac{\sum_i (x_i y_i - x_i m)}{\sum_i x_i^2}$$"
    assert "wrong" not in words(text)


@pytest.mark.parametrize(
    "space",
    [
        "~~~~",
        r"\ ",
        r"\; \;",
        r"\space\space\space",
        r"\hfill",
        r"\enspace",
        r"\cdots",
        r"\dots",
        "&nbsp;&nbsp;",
    ],
)
def test_the_number_of_an_equation_behind_a_space(space: str) -> None:
    text = r"$$p_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$$ $$\frac{\partial p_i}{\partial z_i} = p_i (1 - p_i)%s$$"
    assert words(text % f" {space} (4)") == ["definition", "proved"]
    assert words(text % " (4)") == ["definition", "wrong"]
    assert words(rf"$$a = 2 b {space} (1) \\ c = 2 b + {space} (4)$$")[0] == "definition"


def test_wide_spaces_part_two_equations() -> None:
    assert words(r"$$\frac{d x^2}{d x} = 2x ~~~~~~ \frac{d e^x}{d x} = e^x$$") == ["proved", "proved"]


def test_equations_below_one_another_in_an_array() -> None:
    text = (
        r"\[\begin{array}{l} h(x)=g(3 x) \\ g(z)=\frac{1}{1+e^{-z}} \\ g'(z) = g(z) (1 %s g(z)) \end{array}\]"
    )
    assert words(text % "-") == ["definition", "definition", "proved"]
    assert words(text % "+") == ["definition", "definition", "wrong"]


@pytest.mark.parametrize("newline", [r"\\", r"\cr"])
def test_equations_in_plain_tex(newline: str) -> None:
    text = rf"$$\eqalign{{ s(x) &= \frac{{1}}{{1+e^{{-x}}}} {newline} s'(x) &= s(x) (1 - s(x)) {newline}"
    assert words(text + rf" &= s(x) - s(x)^2 {newline} }}$$") == ["definition", "proved", "proved"]
    assert words(text + rf" &= s(x) + s(x)^2 {newline} }}$$") == ["definition", "proved", "wrong"]


def test_what_an_equation_is_called_before_it() -> None:
    text = r"\[\text{Gegeben: } s(x) = \frac{1}{1+e^{-x}}\] \[\text{Umschreibung: } s(x) = (1+e^{-x})^{%s}\]"
    assert words(text % "-1") == ["definition", "proved"]
    assert words(text % "-2") == ["definition", "wrong"]


@pytest.mark.parametrize(
    ("row", "due"),
    [
        (r"1-\sigma{(z)} = \frac{e^{-z}}{1+e^{-z}}", "proved"),
        (r"1-\sigma{(z)} = \frac{1}{1+e^{-z}}", "wrong"),
        (r"\sigma'{\left(z\right)} = \sigma(z)(1-\sigma{\left(z\right)})", "proved"),
        (r"\sigma'{(z)} = \sigma(z)(1+\sigma{(z)})", "wrong"),
        (r"2{(z + 1)} = 2z + 2", "proved"),
    ],
)
def test_braces_around_a_bracket(row: str, due: str) -> None:
    assert words(rf"$$\sigma(z) = \frac{{1}}{{1+e^{{-z}}}}$$ $${row}$$") == ["definition", due]


@pytest.mark.parametrize(
    "remark", [r"[\text{Exponential}]", r"(\text{the function})", r"\text{the function}"]
)
def test_a_remark_in_brackets_beside_a_row(remark: str) -> None:
    text = rf"$$\begin{{aligned}} h(z) &= e^{{z}} & {remark} \end{{aligned}}$$ $$h'(z) = ROW$$"
    assert words(text.replace("ROW", "e^z")) == ["definition", "proved"]
    assert words(text.replace("ROW", "-e^z")) == ["definition", "wrong"]


def test_a_word_that_stands_nowhere_else_may_be_a_remark() -> None:
    text = r"$$h(z) = e^{z} \text{WORD}$$ $$h'(z) = e^z$$"
    assert words(text.replace("WORD", "monotone")) == ["definition", "undecided"]
    text = r"$$h(z) = e^{z}$$ $$h'(z) = -e^z$$"
    assert words(text) == ["definition", "wrong"]


@pytest.mark.parametrize("below", [r"j=1, i\neq j", r"j=1, j\neq i", r"j=1, i\not=j"])
def test_what_a_sum_leaves_out(below: str) -> None:
    text = rf"$$y_i = \frac{{e^{{o_i}}}}{{\sum_{{j=1}}^k e^{{o_j}}}}$$ $$\sum_{{{below}}}^k y_j = ROW$$"
    assert words(text.replace("ROW", "1 - y_i")) == ["definition", "proved"]
    assert words(text.replace("ROW", "1 + y_i")) == ["definition", "wrong"]


@pytest.mark.parametrize("below", ["j=1, i=j", "j=1, j=i"])
def test_a_sum_of_one_term(below: str) -> None:
    assert words(rf"$y_i = \tanh(x_i)$. $$\sum_{{{below}}}^k t_j y_j = t_i y_i$$")[-1] == "proved"
    assert words(rf"$y_i = \tanh(x_i)$. $$\sum_{{{below}}}^k t_j y_j = t_j y_i$$")[-1] != "proved"


def test_a_break_within_a_line_of_text_is_a_space() -> None:
    text = (
        r"With $S_i = \frac{e^{x_i}}{\sum_j e^{x_j}}$ and $i \neq k$: "
        r"$\frac{\partial S_i}{\partial x_k} = SIGNS_i \\ S_k$."
    )
    assert words(text.replace("SIGN", "-")) == ["definition", "proved"]
    assert words(text.replace("SIGN", "")) == ["definition", "wrong"]


def test_no_row_goes_on_from_a_remark_in_a_column_of_its_own() -> None:
    text = (
        r"$$f(z) = \frac{1}{1 + e^{-z}}$$ $$\begin{align*} h(z) &= -y \frac{f'(z)}{f(z)} "
        r"&& f'(z) = f(z)(1-f(z)) \\ &= SIGNy(1-f(z)) \end{align*}$$"
    )
    assert words(text.replace("SIGN", "-")) == ["definition", "definition", "proved", "proved"]
    assert words(text.replace("SIGN", "")) == ["definition", "definition", "proved", "wrong"]


def test_an_entry_that_is_named_by_that_of_the_input() -> None:
    text = (
        r"$$S_{x_i} = \frac{e^{x_i}}{\sum_j e^{x_j}}$$ "
        r"For $i \neq k$: $$\frac{\partial S_{x_i}}{\partial x_k} = ROW$$"
    )
    assert words(text.replace("ROW", "-S_{x_i} S_{x_k}")) == ["definition", "proved"]
    assert words(text.replace("ROW", "S_{x_i} S_{x_k}")) == ["definition", "wrong"]


def test_a_row_that_ends_with_one_sign_of_two() -> None:
    text = "$$L = (a x + b - y)^2$$\n\n$$\n\\begin{aligned}\n"
    text += "\\frac{\\partial L}{\\partial a} &= 2 (a x + b - y) x \\ \n"
    text += "\\frac{\\partial L}{\\partial b} &= SIGN2 (a x + b - y)\n\\end{aligned}\n$$"
    assert words(text.replace("SIGN", "")) == ["definition", "proved", "proved"]
    assert words(text.replace("SIGN", "-")) == ["definition", "proved", "wrong"]


def test_braces_that_are_not_seen_hold_nothing_together() -> None:
    text = r"With numbers $a$, $b$, $x$: $$L = w (a + b x)$$ $$\frac{\partial L}{\partial w} = ROW$$"
    assert words(text.replace("ROW", "{a + b} x"))[-1] == "proved"
    assert words(text.replace("ROW", "{a - b} x"))[-1] == "wrong"
    assert words(text.replace("a + b x", "x(a - b)").replace("ROW", "x {a - b}"))[-1] == "proved"


@pytest.mark.parametrize(("sign", "word"), [("-", "proved"), ("+", "wrong")])
def test_a_sum_without_a_letter_has_its_own(sign: str, word: str) -> None:
    text = rf"""$E = \frac12 \sum (t_j - p_j)^2$.
$$\frac{{\partial E}}{{\partial p_j}} = \frac{{\partial}}{{\partial p_j}} \frac12 \sum (t_j - p_j)^2
= p_j {sign} t_j$$"""
    assert words(text) == ["definition", "proved", word]


@pytest.mark.parametrize(
    ("text", "due"),
    [
        (r"$$\frac{\partial L}{\partial w} = \frac1n \sum (\hat y - y) x$$", "proved"),
        (r"$$\frac{\partial L}{\partial w} = \frac1n \sum x (\hat y - y)$$", "proved"),
        (r"$$\frac{\partial L}{\partial b} = \frac1n \sum (\hat y - y)$$", "proved"),
        (r"$$\frac{\partial \hat y}{\partial w} = x$$", "proved"),
        (r"$$\frac{\partial L}{\partial w} = \frac1n \sum (\hat y - y)$$", "wrong"),
        (r"$$\frac{\partial L}{\partial w} = \frac2n \sum (\hat y - y) x$$", "wrong"),
        (r"$$\frac{\partial L}{\partial w} = (\hat y - y) x$$", "undecided"),  # of one example
    ],
)
def test_sums_over_examples_without_indices(text: str, due: str) -> None:
    given = r"Let $\hat y = w x + b$ and $L = \frac{1}{2n} \sum (\hat y - y)^2$. "
    assert words(given + text) == ["definition", "definition", due]


def test_sums_without_a_letter_over_what_else() -> None:
    assert words(r"$$z = \sum w x + b$$ $$\frac{\partial z}{\partial w} = x$$")[-1] == "undecided"
    assert (
        words(r"$$p = \frac{e^z}{\sum e^z}$$ $$\frac{\partial p}{\partial z} = p (1 - p)$$")[-1]
        == "undecided"
    )

"""Forms of fresh public notes, and what is said of them."""

from __future__ import annotations

import pytest

from symderiv.documents.check import Checked, check
from symderiv.documents.text.source import from_text
from tests.documents.rows import FAST, words


def checked(text: str) -> Checked:
    return check(from_text(text, "text", "markdown"), checkers=FAST)


@pytest.mark.parametrize(
    ("slip", "repair"),
    [
        ("-g(z)(1-g(z))", "g(z) (1-g(z))"),
        (r"\frac{-e^{-z}}{(1+e^{-z})^2}", r"\frac{e^{-z}}{(1+e^{-z})^2}"),
        (r"\frac{e^{-z}}{(1 + e^{-z}) ^ {-2}}", r"\frac{e^{-z}}{(1 + e^{-z}) ^ {2}}"),
    ],
)
def test_a_repair_shows_its_change(slip: str, repair: str) -> None:
    """A sign stands before the part that it belongs to."""
    text = rf"$$g(z) = \frac{{1}}{{1+e^{{-z}}}}$$ $$\frac{{\partial g(z)}}{{\partial z}} = {slip}$$"
    assert [f.suggestion for f in checked(text).findings] == [repair]


def test_a_function_said_for_some_values_after_the_others() -> None:
    """In formulas of their own, each behind its range."""
    text = r"For $x \geq 0$:" + "\n" + r"$$s(x) = \frac{x}{1 + x}$$ For $x < 0$:" + "\n"
    text += r"$$s(x) = \frac{x}{1 - x}$$ $$s'(x) = \frac{1}{(1 + |x|)^2}$$"
    assert words(text) == ["definition", "definition", "undecided"]
    assert words(text.replace("For $x < 0$", "So"))[:2] == ["definition", "wrong"]


@pytest.mark.parametrize(("sign", "last"), [("-", "proved"), ("+", "wrong")])
def test_a_name_that_a_product_defines(sign: str, last: str) -> None:
    text = r"""Let $\Sigma = \sum_l e^{a_l}$, so that $p_i \Sigma = e^{a_i}$. By the product rule
    $$\frac{\partial p_i}{\partial a_j} \Sigma + p_i \frac{\partial \Sigma}{\partial a_j}
    = \delta_{ij} e^{a_i}$$ $$\frac{\partial p_i}{\partial a_j} = \delta_{ij} p_i """
    assert words(rf"{text} {sign} p_i p_j$$") == ["definition", "definition", "proved", last]


@pytest.mark.parametrize(("factor", "last"), [("", "proved"), ("2", "wrong")])
def test_a_root_with_the_name_of_what_it_is_of(factor: str, last: str) -> None:
    """The deviation takes an epsilon in; the variance goes without it."""
    text = r"""$$\mu = \frac{1}{n} \sum_i x_i$$ $$\sigma^2 = \frac{1}{n} \sum_i (x_i - \mu)^2$$
    $$y_i = \frac{x_i - \mu}{\sqrt{\sigma^2 + \epsilon}}$$ Let $\sigma = \sqrt{\sigma^2 + \epsilon}$, then
    $$\frac{\partial \sigma^2}{\partial x_j} = \frac{2}{n} (x_j - \mu)$$
    $$\frac{\partial y_i}{\partial x_j} = \frac{\delta_{ij}}{\sigma} - \frac{1 + %s y_i y_j}{n \sigma}$$"""
    assert words(text % (factor or 1)) == [*["definition"] * 4, "proved", last]


@pytest.mark.parametrize(("first", "word"), [("1", "proved"), ("0", "undecided")])
def test_a_mean_of_one_term_more(first: str, word: str) -> None:
    """Terms without a letter are as many as the sum has numbers."""
    text = r"$$C = \frac{1}{2N} \sum_{i=%s}^{N} (a - y)^2$$ $$\frac{\partial C}{\partial a} = a - y$$"
    assert words(text % first) == ["definition", word]


def test_a_special_case_is_not_that_of_the_rows_before() -> None:
    row = r"$$(x - s)^2 - (x - t)^2 = t^2 - s^2 + 2 x (t - s) + 2 x (t - c)$$"
    assert words(f"{row} If furthermore $s = t = c$ we get no more.")[0] != "proved"
    assert words(f"{row} where $s = t = c$ again.")[0] == "proved"


def test_sums_by_a_vector_of_ones() -> None:
    """Without a word of it, indices that stand twice are summed over; H is how many h there are."""
    text = r"""$$m_b = \frac{1}{H} \mathbf{1}_h x_{bh}$$ $$\mu_{bh} = x_{bh} - \mathbf{1}_h m_b$$
    $$v_b = \frac{1}{H} \mathbf{1}_h \left(x_{bh} - \mathbf{1}_h m_b\right)^2$$
    $$y_{bh} = \mu_{bh} \gamma_h + \mathbf{1}_b \beta_h$$
    $$\mathbf{1}_h \mu_{ph} = \mathbf{1}_h x_{ph} - \mathbf{1}_h \mathbf{1}_h m_p = H m_p - H m_p$$
    $$\frac{2}{H} \mathbf{1}_h \mu_{bh} \delta_{bp} \delta_{hq} = \frac{2}{H} \mu_{bq} \delta_{bp}$$
    $$\frac{\partial m_b}{\partial x_{pq}} = \frac{\mathbf{1}_q}{%s} \delta_{bp}$$"""
    assert words(text % "H") == [*["definition"] * 4, *["proved"] * 4]
    assert words(text % "2 H")[-1] == "wrong"


@pytest.mark.parametrize(("slope", "word"), [("0.2", "proved"), ("0.5", "wrong")])
def test_cases_between_two_bounds(slope: str, word: str) -> None:
    text = r"""$$f(x) = \begin{cases} 0 & \text{if } x < -2.5 \\ 0.2 x + 0.5 & \text{if } -2.5 \leq x \leq 2.5
    \\ 1 & \text{if } x > 2.5 \end{cases}$$
    $$f'(x) = \begin{cases} %s & -2.5 < x < 2.5 \\ 0 & \text{otherwise} \end{cases}$$"""
    assert words(text % slope) == ["definition", word]


@pytest.mark.parametrize(
    "row",
    [
        r"\tanh^{'}(x) = 1 - \tanh^2(x)",
        r"\frac{d}{dx} (1 + { e }^{ -x }) = ({ -e }^{ -x })",
        r"\frac{d}{dx} \left(e^\frac{x}{2} + x^\frac12\right) = \frac12 e^\frac{x}{2} + \frac{1}{2 \sqrt x}",
        r"\frac{d}{dx} \sqrt\frac{2}{\pi} x = \sqrt\frac2\pi \enspace .",
        r"\frac{\partial{}}{\partial{x_k}} \left[ \sum_j x_j^2 \right] = 2 x_k",
        r"\frac{d}{dx} c_\infty x = c_{\infty}",
        r"\frac{d}{dx} x^2 = 2 x \text{ 이므로,}",
        r"\int_x{p(x) dx} + a^2 = \int_x{p(x) dx} + a a",
        r"\frac{d}{dx} x^3 = \mathbf{x \left(2 x + \frac{2 x}{2}\right)}",
        r"\frac{d}{dp_k} \sum_{-m \leq j \leq m, j \neq 0} \log p_j = \frac{1}{p_k}",
    ],
)
def test_forms_that_are_read(row: str) -> None:
    assert words(f"$${row}$$") == ["proved"]


def test_a_sum_by_its_sign() -> None:
    text = r"""Let $\sum_K = \sum_{j=1}^K e^{z_j}$. $$p_k = \frac{e^{z_k}}{\sum_K}$$
    $$\frac{\partial p_k}{\partial z_k} = \frac{e^{z_k} \sum_K - e^{2 z_k}}{\sum_K^2} = p_k (%s - p_k)$$"""
    assert words(text % 1) == ["definition", "definition", "proved", "proved"]
    assert words(text % 2) == ["definition", "definition", "proved", "wrong"]


def test_an_equation_for_what_nothing_defines() -> None:
    """It says what the variance is, and claims nothing."""
    text = r"""$$\ell(\mu) = -\frac{n}{2} \ln(\sigma^2) - \frac{1}{2 \sigma^2} \sum_{i=1}^n (x_i - \mu)^2$$
    $$\hat{\mu} = \frac{1}{n} \sum_{i=1}^n x_i = \bar{x}$$
    $$\frac{\partial \ell}{\partial \mu} = \frac{1}{\sigma^2} \sum_{i=1}^n (x_i - \mu)$$
    $$n \sigma^2 = \sum_{i=1}^n (x_i - \bar{x})^2$$"""
    assert words(text) == [*["definition"] * 3, "proved", "undecided"]


def test_words_that_name_a_side_begin_its_chain() -> None:
    text = r"""$$l = \sum_{i=1}^N x_i$$ $$\text{the mean of x} = \bar{x} = \frac{1}{N} \sum_{i=1}^N x_i$$
    Solving for the parameter $$\bar{x} = \hat{p}$$"""
    assert words(text) == ["definition"] * 3


def test_what_depends_on_a_name_without_a_word_of_it() -> None:
    """The chain derives C by z, and C has only the p in it that must be made of z."""
    text = r"""$$L = \sum_i (z_i - v_i)^2$$ $$C = -\sum_i q_i \log p_i$$
    $$\frac{\partial C}{\partial z_i} = p_i - q_i
    = \frac{e^{z_i}}{\sum_j e^{z_j}} - \frac{e^{v_i}}{\sum_j e^{v_j}}$$"""
    assert words(text) == ["definition", "definition", "undecided", "undecided"]


def test_a_step_by_the_step_before_of_what_nothing_defines() -> None:
    text = r"$$\frac{\partial h_{t+1}}{\partial h_t} = W^T \text{diag}(1 - h_{t+1}^2)$$"
    text += r"$$\frac{\partial L}{\partial W} = \sum_t \frac{\partial L}{\partial h_t} h_{t-1}^T (1 - h_t)$$"
    assert "wrong" not in words(text)


@pytest.mark.parametrize(("factor", "word"), [("-2", "proved"), ("2", "wrong")])
def test_a_residual_whose_prediction_is_written_out(factor: str, word: str) -> None:
    """What is predicted is a name for what stands there then, also where its parameters are solved for below,
    and the prediction is defined with them."""
    text = r"""$$S = \sum_i (y_i - \hat{y}_i)^2 = \sum_i (y_i - \hat{b}_0 - \hat{b}_1 x_i)^2$$
    $$\frac{\partial S}{\partial \hat{b}_0} = %s \sum_i (y_i - \hat{b}_0 - \hat{b}_1 x_i) = 0$$
    so $$\hat{b}_0 = \bar{y} - \hat{b}_1 \bar{x}$$"""
    assert words(text % factor)[2] == word
    assert words((text + r" and $$\hat{y}_i = \hat{b}_0 + \hat{b}_1 x_i$$") % factor)[2] == word


def test_a_value_that_is_worked_out_is_no_definition_for_the_rows_behind_it() -> None:
    text = r"""For $\hat{y} = w x$ and $L = (\hat{y} - y)^2$ with $x = 2$, $y = 2$: forward,
    - $\hat{y} = 5 \cdot 2 = 10$
    - $\frac{\partial \hat{y}}{\partial w} = x = 2$"""
    assert words(text)[:4] == ["definition", "definition", "definition", "proved"]


def test_a_name_that_derivatives_are_by_is_no_function_there() -> None:
    text = r"""$$p_t = \frac{p(y + 1)}{2} + \frac{(1 - p)(1 - y)}{2}$$
    $$\frac{\partial p_t}{\partial p} = \frac{y + 1}{2} + \frac{y - 1}{2} = y$$
    for $p(z) = \frac{1}{1 + e^{-z}}$."""
    assert words(text) == ["definition", "proved", "proved", "definition"]


@pytest.mark.parametrize(("entry", "word"), [("3", "proved"), ("4", "wrong")])
def test_a_gradient_of_a_function_of_several_names(entry: str, word: str) -> None:
    text = r"$$f(x, y) = x^2 + 3 y$$ $$\nabla f = \begin{bmatrix} 2 x \\ "
    assert words(rf"{text}{entry} \end{{bmatrix}}$$") == ["definition", word]
    slopes = r"\left(\frac{\partial L}{\partial w}, \frac{\partial L}{\partial b}\right)"
    text = rf"$$L = (w x + b)^2$$ $$\nabla L = {slopes} = (2 x (w x + b), 2 ({entry} - 2) (w x + b))$$"
    assert words(text) == ["definition", "proved", word]


@pytest.mark.parametrize("sample", ["x_i", "x^{(i)}"])
@pytest.mark.parametrize(("value", "last"), [("h(SAMPLE) - v_i", "proved"), ("v_i - h(SAMPLE)", "wrong")])
def test_a_function_of_a_vector_at_each_sample(sample: str, value: str, last: str) -> None:
    text = r"""$$h(x) = w^T x + b$$ $$J(w, b) = \frac{1}{N} \sum_{i=1}^N (h(SAMPLE) - v_i)^2$$
    $$\frac{\partial J}{\partial w} = \frac{2}{N} \sum_{i=1}^N (VALUE) SAMPLE$$"""
    text = text.replace("VALUE", value).replace("SAMPLE", sample)
    assert words(text) == ["definition", "definition", last]
    assert checked(text).clean == (last == "proved")


def test_numbers_that_are_put_in_for_what_is_defined() -> None:
    assert words(r"$d = z - y$. $$L = d^2 = (-2.5)^2 = 6.25$$")[-2:] == ["undecided", "proved"]
    text = r"$$J = \frac{1}{N} \sum_i (\hat{y}_i - y_i)^2, \quad \hat{y}_i = w x_i$$ "
    assert "wrong" not in words(text + r"$r = \hat{y} - y = [-12, -16, -20]$.")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (r"or $v = \frac{1}{N - 1} \sum_{i=1}^N x_i^2$ for the unbiased one.", "definition"),
        (r"Without the factor, $v = \sum_{i=1}^N x_i^2$.", "definition"),
        (r"so $v = \sum_{i=1}^N x_i^2$.", "wrong"),
    ],
)
def test_another_one_that_may_be_taken(text: str, word: str) -> None:
    assert words(r"$$v = \frac{1}{N} \sum_{i=1}^N x_i^2$$ " + text)[-1] == word


def test_what_parameters_would_be_in_a_special_case() -> None:
    """They are free in the rows of the next section."""
    text = r"""$$\mu = \frac{1}{m} \sum_{i=1}^m x_i$$ $$y_i = g (x_i - \mu) + b$$
    If $g = \mu^2$ and $b = \mu$, then $y_i = \mu^2 (x_i - \mu) + \mu$."""
    text += "\n\n# Backward\n\n"
    text += r"""$$\frac{\partial L}{\partial g} = \sum_i \frac{\partial L}{\partial y_i} (x_i - \mu)$$
    $$\frac{\partial L}{\partial b} = \sum_i \frac{\partial L}{\partial y_i}$$
    $$\frac{\partial y_i}{\partial x_i} = g \left(1 - \frac{1}{m}\right)$$"""
    assert words(text)[-3:] == ["proved"] * 3


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (r"$$p_i = e^{c} e^{z_i}$$ Since $\sum_i p_i = 1$:", "undecided"),
        (r"$$p_i = \frac{e^{z_i}}{1 + \sum_j e^{z_j}}$$ The outputs add up: $$\sum_i p_i = 1$$", "wrong"),
        (r"$$Z = \sum_j e^{z_j}$$ $$1 = e^{c - 1} Z \Rightarrow e^{c - 1} = \frac{1}{Z}$$", "undecided"),
        (r"$$Z = \sum_j e^{z_j}$$ $$Z + 1 = \sum_j e^{z_j} \Rightarrow Z = \sum_j e^{z_j} - 1$$", "wrong"),
    ],
)
def test_what_a_condition_makes_of_a_factor(text: str, word: str) -> None:
    """A sum that is to be 1 is no claim where nothing in its terms can make it so."""
    assert words(text)[1] == word


def test_a_name_with_a_star_beside_the_one_without() -> None:
    text = r"""$$\sum_i p_i = 1, \quad \sum_i p_i f_i = F$$ $$p_i^* = \frac{e^{b f_i}}{Z}$$
    $$b \sum_i p_i^* f_i + 1 = b F + 1$$"""
    assert words(text)[-1] == "undecided"


@pytest.mark.parametrize("arrow", [r"\to", r"\rightarrow", "→", r"\Rightarrow"])
def test_an_arrow_from_one_equation_to_the_next(arrow: str) -> None:
    text = rf"$$J = (w - a)^2$$ $$\frac{{\partial J}}{{\partial w}} = 0 {arrow} w = a$$"
    assert words(text) == ["definition", "undecided", "definition"]


def test_a_mean_in_brackets_of_order_signs() -> None:
    assert words(r"$$f(x) = x$$ $$<f(x)> = \mu$$") == ["definition", "unread"]


def test_a_link_is_no_surer_than_the_one_before_it() -> None:
    text = r"So $p_i = e^{a}$. So $\sum_{i=1}^n e^{a} = 1$, so $$e^{a} = \frac{1}{n} = p_i$$"
    assert "wrong" not in words(text)


def test_what_a_parameter_could_learn_to_be() -> None:
    text = r"""$$\mu = \frac{1}{m} \sum_{i=1}^m x_i$$ $$y_i = x_i - \mu + b$$
    The layer can undo this by learning $b = \mu$.
    $$\frac{\partial L}{\partial x_i} = \frac{\partial L}{\partial y_i}
    - \frac{1}{m} \sum_{j=1}^m \frac{\partial L}{\partial y_j}$$"""
    assert words(text) == [*["definition"] * 3, "proved"]


def test_a_name_between_a_row_and_its_number() -> None:
    text = r"$J = (w x - y)^2$. $$\frac{\partial J}{\partial w} = \text{Error} = -0.5$$"
    assert "wrong" not in words(text)


@pytest.mark.parametrize(
    ("about", "due"),
    [("0.75", ["definition"]), ("0.866", ["definition", "wrong"]), (r"75.0\%", ["definition", "unread"])],
)
def test_numbers_that_are_about_the_same(about: str, due: list[str]) -> None:
    assert words(rf"$$y = \frac{{1}}{{1 + e^{{-1.1}}}} \approx {about}$$") == due
    assert words(r"$$\log 0.5 \approx -0.301, \quad e^{-5} \approx 0, \quad 1 / 3 \approx 0.3$$") == []


def test_a_step_that_is_made_of_all_entries_of_another() -> None:
    """Its derivative is no product entry by entry, whatever the layout."""
    text = r"""$$h_t = \tanh(W x_t + U h_{t-1} + b), \quad o_t = V h_t + c$$
    $$\frac{\partial o_t}{\partial h_t} = V^T$$"""
    assert "wrong" not in words(text)


def test_the_noise_of_a_model_in_vectors() -> None:
    """What is observed is an input, and the noise what is left of it: the normal equations are no claim."""
    text = r"Let $y = Xw + \epsilon$ with $X \in \mathbb{R}^{n \times d}$ and $y \in \mathbb{R}^n$. "
    assert "wrong" not in words(text + r"The normal equations are $X^T X w = X^T y$.")
    text += r"$$L = \| y - X w \|^2$$ $$\frac{\partial L}{\partial w} = -2 X^T (y - X w)$$"
    assert words(text)[-1] == "proved"
    assert words(text.replace("= -2", "= 2"))[-1] == "wrong"


def test_entries_at_a_step_that_is_left_out() -> None:
    text = r"""$$e_i(k) = t_i(k) - a_i(k)$$ $$E = \frac{1}{2} \sum_i (t_i - a_i)^2$$
    $$\frac{\partial E}{\partial a_i} = -(t_i - a_i) = -e_i$$"""
    assert words(text)[-2:] == ["proved", "undecided"]


_INNER = (
    r"$$\frac{\partial}{\partial\theta_j}g(\theta^Tx) = "
    r"g(\theta^Tx)(1 SIGN g(\theta^Tx))\frac{\partial}{\partial\theta_j}\theta^Tx$$"
)


@pytest.mark.parametrize(
    "said",
    [
        r"$$h_\theta(x) = g(\theta^Tx) = \frac{1}{1+e^{-\theta^Tx}}$$ ",
        r"$$g'(z) = \frac{d}{dz}\frac{1}{1+e^{-z}}$$ ",
    ],
)
def test_a_function_told_by_its_value_at_a_term_or_by_its_derivative(said: str) -> None:
    assert words(said + _INNER.replace("SIGN", "-"))[-1] == "proved"
    assert words(said + _INNER.replace("SIGN", "+"))[-1] == "wrong"


def test_a_function_that_nothing_tells_may_have_any_derivative() -> None:
    assert words(_INNER.replace("SIGN", "-")) == ["undecided"]
    chain = r"$$\frac{d}{dx} f(g(x)) = ROW f'(g(x)) g'(x)$$"
    assert words(chain.replace("ROW", "")) == ["proved"]
    assert words(chain.replace("ROW", "-")) == ["wrong"]


def test_a_prime_at_another_letter_than_that_of_the_derivative() -> None:
    text = r"$$g(z) = \frac{1}{1+e^{-z}}$$ $$g'(x) = \frac{d}{dz}\frac{1}{1+e^{-z}} = ROW$$"
    assert words(text.replace("ROW", r"g(z)(1 - g(z))")) == ["definition", "undecided", "proved"]
    assert words(text.replace("ROW", r"g(z)(1 + g(z))")) == ["definition", "undecided", "wrong"]


@pytest.mark.parametrize(("factor", "word"), [("2", "proved"), ("3", "wrong")])
def test_what_a_loss_depends_on_below_it(factor: str, word: str) -> None:
    text = r"""$$E_{(w,b)} = \sum_{i=1}^m (y_i - w x_i - b)^2$$
$$\frac{\partial E_{(w,b)}}{\partial b} = FACTOR \left(mb - \sum_{i=1}^m (y_i - w x_i)\right)$$"""
    assert words(text.replace("FACTOR", factor)) == ["definition", word]


@pytest.mark.parametrize(("factor", "word"), [("2", "proved"), ("3", "wrong")])
def test_indices_in_brackets(factor: str, word: str) -> None:
    text = r"$$y_{(i,j)} = x_{(i,j)}^2$$ $$\frac{\partial y_{(i,j)}}{\partial x_{(i,j)}} = %s x_{(i,j)}$$"
    assert words(text % factor) == ["definition", word]


@pytest.mark.parametrize(("name", "word"), [("p", "proved"), ("q", "wrong")])
def test_letters_with_two_primes(name: str, word: str) -> None:
    text = r"Let $p_a = e^{f_a} / \sum_{a''} e^{f_{a''}}$ and $q_a = e^{f_a}$. "
    text += r"$$\sum_{a''} p_{a''} = \sum_{a''} \frac{%s_{a''}}{\sum_{a'} p_{a'}}$$"
    assert words(text % name)[-1] == word


def test_a_minus_above_a_name_with_an_index_is_no_power() -> None:
    text = r"$$P_k^- = a P_{k-1} a$$ $$K_k = P_k^-C$$ $$P_k = P_k^- - K_kC P_k^-$$ $$P_k = (1 - K_kC)P_k^-$$"
    assert words(text)[-1] == "proved"
    assert words(text.replace("(1 -", "(1 +"))[-1] == "wrong"

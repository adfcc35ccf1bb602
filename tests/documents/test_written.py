"""Rows, brackets, layers and numbers as people write them: how they are cut and joined."""

from __future__ import annotations

import pytest

from symderiv.documents.check import check
from symderiv.documents.text.source import from_text
from tests.documents.rows import FAST, words


def test_a_bracket_that_a_right_closes() -> None:
    text = r"$$f = \left[ a x - \log \left(1 + \exp( a x \right) \right] + \left( x \right)$$"
    slope = r"$$\frac{\partial f}{\partial x} = a - \frac{a e^{ax}}{1 + e^{ax}} + 1$$"
    assert words(text + slope) == ["definition", "proved"]


def test_numbers_above_what_a_derivative_is_by_count_layers_where_there_is_a_first() -> None:
    text = r"""The weight $w_{11}^{1}$ is of the first layer. $$y = w_{11}^{2} h + c$$
$$\frac{\partial y}{\partial w_{11}^{2}} = h$$"""
    assert words(text)[-1] == "proved"
    assert words(text.replace("= h", "= 2 h"))[-1] == "wrong"
    assert words(text.replace("w_{11}^{1}", "v"))[-1] != "proved"


def test_a_name_below_a_brace_is_of_its_row() -> None:
    text = r"""$$\sigma'(z) = \underbrace{\frac{1}{1+e^{-z}}}_{a}
\cdot\underbrace{\frac{e^{-z}}{1+e^{-z}}}_{1-a} = a(1-a).$$
*Softmax:* $$\frac{\partial a_k}{\partial z_j} = a_k(\delta_{kj}-a_j)$$"""
    assert "wrong" not in words(text)


def test_brackets_that_cross_and_one_around_an_equation() -> None:
    text = r"""$$s = \frac{e^{x}}{1 + e^{x}}$$
$$\frac{\partial s}{\partial{x}} = \frac{\partial{(\frac{e^{x}}{1 + e^{x}}})}{\partial{x}} = s (1 - s)$$
$$\left[ \frac{ds}{dx} = s (1 - s) \right]$$"""
    assert words(text) == ["definition", "proved", "proved", "proved"]
    assert words(text.replace("s) \\right", "2 s) \\right"))[-1] == "wrong"


def test_thousands_and_the_words_behind_numbers() -> None:
    assert words(r"$128 \times 229 = 29,312$ and $3 \times 29{,}312 = \mathbf{87,936}$") == ["proved"] * 2
    assert words(r"$$4 \times 262,144 = 1,048,576 \text{ params}$$") == ["proved"]
    assert words(r"$$4 \times 262,144 = 1,048,577 \text{ params}$$") == ["wrong"]
    assert words(r"$$1 \text{ km} = 1000 \text{ m}$$") == ["undecided"]
    assert words(r"$$e^{10} = 22,026$$") == ["undecided"]
    found = check(from_text(r"$$10,240 + 10 = 10,251$$", "text", "markdown"), checkers=FAST).findings
    assert [(f.suggestion, f.formula) for f in found] == [("10250", "10,240 + 10 = 10,251")]


@pytest.mark.parametrize(
    "exponential", [r"\exp(-\frac{(x_i-\mu)^2}{2s^2})", r"e^{-\frac{(x_i-\mu)^2}{2s^2}}"]
)
def test_the_log_of_a_density_without_brackets(exponential: str) -> None:
    text = rf"$$\ell = \sum_{{i=1}}^N \log\frac{{1}}{{\sqrt{{2\pi}} s}} {exponential} = "
    text += r"\sum_{i=1}^N (\log\frac{1}{\sqrt{2\pi}} + \log\frac{1}{s} - \frac{(x_i-\mu)^2}{2s^2})$$"
    assert words(text) == ["definition", "proved"]
    assert words(text.replace(r"\log\frac{1}{s} -", r"\log\frac{1}{s} +")) == ["definition", "wrong"]


def test_a_sum_of_negative_terms_goes_on_to_the_end_where_that_holds() -> None:
    text = r"$$l = \sum_{i=1}^n -a_i^2 - \frac{1}{2} \log(s) = "
    text += r"-\sum_{i=1}^n \left[ a_i^2 + \frac{1}{2} \log(s) \right]$$"
    assert words(text) == ["definition", "proved"]
    assert words(text.replace(r"- \frac{1}{2}", r"+ \frac{1}{2}")) == ["definition", "wrong"]


def test_blanks_of_exercises() -> None:
    for blank in (r"\text{___}", r"\underline{\hspace{1cm}}", r"\boxed{}"):
        assert "wrong" not in words(f"$$a = 0.01 - 1 = {blank}$$ $$b = 2 \\cdot 3 = {blank}$$")


def test_a_sum_that_is_written_out_only_at_the_end() -> None:
    text = r"""$$y_i = \gamma x_i + \beta$$ $$\begin{align}
\frac{\partial C}{\partial \beta}
&= \frac{\partial C}{\partial y_i} \times \frac{\partial y_i}{\partial \beta} \\
&= \frac{\partial C}{\partial y_i} \times \frac{\partial(\gamma x_i + \beta )}{\partial \beta} \\
&= \sum_{i=1}^m \frac{\partial C}{\partial y_i} \end{align}$$"""
    assert words(text)[-3:] == ["proved"] * 3
    assert words(text.replace(r"&= \sum", r"&= 2 \sum"))[-1] == "wrong"


def test_braces_around_a_table_of_cases() -> None:
    table = r"\left\{{\begin{array}{rcl}0&{\mbox{if}}&x<0\\%s&{\mbox{if}}&x %s 0\end{array}}\right.$$"
    text = r"$$f(x)=" + table % ("x", r"\geq") + r" $$f'(x)=" + table % ("1", ">")
    assert words(text) == ["definition", "proved"]
    assert words(text.replace(r"\\1&", r"\\2&")) == ["definition", "wrong"]


def test_layers_in_brackets_behind_names() -> None:
    text = r"""$$z[1] = w[1] x + b[1]$$ $$a[1] = z[1]^2$$ $$L = 3 a[1]$$
$$\frac{\partial L}{\partial w[1]} = 6 z[1] x$$"""
    assert words(text)[-1] == "proved"
    assert words(text.replace("6 z", "3 z"))[-1] == "wrong"


def test_a_range_without_an_end_is_no_value() -> None:
    text = r"""$$p(y) = \frac{\theta^y e^{-\theta}}{y!}, \text{ for } y = 0, 1, 2, \ldots$$
$$S = \sum_{i=1}^n y_i$$ $$\frac{S}{n} = \frac{1}{n} \sum_{i=1}^n y_i = 0$$"""
    assert words(text) == ["definition", "definition", "proved", "wrong"]


def test_a_derivative_of_a_sum_goes_on_where_its_letter_does() -> None:
    text = r"$$L = \sum_i x_i w^2 - y_i w$$ "
    text += r"$$\frac{dL}{dw} = \frac{d}{dw} \sum_i x_i w^2 - y_i w = \sum_i 2 x_i w - y_i$$"
    assert words(text) == ["definition", "proved", "proved"]
    assert words(text.replace("2 x_i", "x_i"))[-1] == "wrong"


def test_a_row_behind_an_arrow_goes_on_from_nothing() -> None:
    text = r"$$2 \cdot 3 = 6.$$ Then $$w \to w - \eta \\ = 4 - 2 = 2.$$"
    assert words(text) == ["proved", "proved"]


@pytest.mark.parametrize("space", [r"\quad", r"\hspace{1cm}", "{}", r"\ \ \ "])
def test_rows_that_go_on_behind_a_space(space: str) -> None:
    text = rf"""$$\begin{{aligned}} f &= (a + b)^2 \\ &{space} - (a - b)^2 \\ &= a^2 + 2ab + b^2 \\
&{space} - a^2 + 2ab - b^2 \\ &= 4ab \end{{aligned}}$$"""
    assert words(text) == ["definition", "proved", "proved"]
    assert words(text.replace("4ab", "5ab"))[-1] == "wrong"


def test_errors_that_are_called_by_what_they_are_of() -> None:
    text = (
        r"$$\frac{\partial L}{\partial c_t} = \delta_{h_t} \cdot o_t \cdot (1-\tanh^2(c_t)) = \delta_{c_t}$$"
    )
    assert "wrong" not in words(text)


@pytest.mark.parametrize("sign", [r"\leftarrow", r"\to", r"\le"])
def test_what_stands_behind_another_sign_goes_on_from_nothing(sign: str) -> None:
    text = rf"$$g = 2 \cdot 2 + 1 = 5$$ $$w {sign} w - 0.1 g$$ $$= 1 - 0.1 \cdot 5 = 0.5$$"
    assert "wrong" not in words(text)


def test_mathematics_of_myst() -> None:
    text = """````{prf:example}
:label: one

```{math}
:label: eq
y = x^2
```

so that

```{math}
\\frac{dy}{dx} = 2 x
```
````

```{r}
$$y = x^3$$
```

$$\\frac{dy}{dx} = 3 x$$"""
    assert words(text) == ["definition", "proved", "wrong"]


def test_the_class_of_an_example_below_a_name_is_read() -> None:
    text = r"$$l = \sum_{i=1}^n -\frac{1}{2} (x^{(i)} - \mu_{y^{(i)}})^2 "
    text += r"= -\frac{1}{2} \sum_{i=1}^n (x^{(i)} - \mu_{y^{(i)}})^2$$"
    assert words(text) == ["definition", "undecided"]  # an index with an index that is summed over


def test_tensor_notation_sums_repeated_indices() -> None:
    text = r"""$$\frac{\partial X_{ij}}{\partial X_{kl}}=\delta_{ik} \delta_{jl}$$
The trace of $X$ in tensor notation is written as $X_{ii}$.
$$\frac{\partial X_{ii}}{\partial X_{kl}} = \delta_{ik} \delta_{il}=\delta_{kl}$$"""
    assert "wrong" not in words(text)
    assert "wrong" in words(text.replace("tensor notation", "tensors"))


def test_the_prime_of_an_entry_of_a_softmax() -> None:
    text = r"""$\text{Softmax}(x_i) = \frac{e^{x_i}}{\sum_{j=1}^{n} e^{x_j}}$

$\text{Softmax}'(x_i) = \text{Softmax}(x_i)(1 - \text{Softmax}(x_i))$"""
    assert words(text) == ["definition", "proved"]
    assert words(text.replace("(1 -", "(2 -"))[-1] == "wrong"


@pytest.mark.parametrize("p", [r"\log p_i", r"\log S_i(z)", "S_i(z)"])
def test_the_other_case_of_a_derivative_of_more_than_a_name(p: str) -> None:
    own, other = ("(1 - {})", "(- {})") if "log" in p else ("{0} (1 - {0})", "(- S_i(z) {})")
    name = p.removeprefix("\\log ")
    text = rf"""$${name} = \frac{{e^{{z_i}}}}{{\sum_j e^{{z_j}}}}$$
$$\frac{{\partial {p}}}{{\partial z_i}} = {own.format(name)}$$
$$\frac{{\partial {p}}}{{\partial z_j}} = {other.format(name.replace("_i", "_j"))}$$"""
    assert words(text) == ["definition", "proved", "proved"]
    assert words(text.replace("(- ", "(2 - "))[-1] == "wrong"


def test_a_curly_sign_above_and_a_plain_one_below() -> None:
    text = r"$$y = 3 x^2$$ $$\frac{\partial y}{d x} = 6 x$$ $$\frac{d y}{\partial x} = 6 x$$"
    assert words(text) == ["definition", "proved", "proved"]
    assert words(text.replace("6 x", "7 x"))[1:] == ["wrong", "wrong"]


def test_a_number_behind_a_greek_letter_at_the_head_of_several_rows() -> None:
    text = r"$$\delta 1 = 2 a$$ $$\delta 2 = 3 \delta 1$$ $$\delta 2 + \delta 1 = 8 a$$"
    assert words(text) == ["definition", "definition", "proved"]
    assert words(text.replace("8 a", "9 a"))[-1] == "wrong"


def test_a_square_in_brackets_is_what_a_derivative_is_by() -> None:
    text = (
        r"$$l(\theta^2) = - \log(\theta^2)$$ $$\frac{\partial l}{\partial \theta^2} = -\frac{1}{\theta^2}$$"
    )
    assert check(from_text(text, "text", "markdown"), checkers=FAST).clean
    assert not check(
        from_text(text.replace("(\\theta^2)", "(\\theta)"), "text", "markdown"), checkers=FAST
    ).clean


@pytest.mark.parametrize(
    "slope", [r"\frac{\partial l}{\partial \theta^3}", r"\frac{\partial l}{\partial \mu \partial \theta^2}"]
)
def test_a_square_in_brackets_excuses_no_other_order(slope: str) -> None:
    text = rf"$$l(\mu, \theta^2) = - \mu \log(\theta^2)$$ $${slope} = -\frac{{1}}{{\theta^2}}$$"
    assert not check(from_text(text, "text", "markdown"), checkers=FAST).clean

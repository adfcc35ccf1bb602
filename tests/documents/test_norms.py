r"""Notes on norms, likelihoods and activations: how they name things, and say when a row holds."""

from __future__ import annotations

from tests.documents.rows import words

MEAN = r"$$\mu = \frac1N\sum_{i=1}^N x_i$$ $$\sigma^2 = \frac1N\sum_{i=1}^N (x_i - \mu)^2$$ "
NORM = MEAN + r"$$\hat x_i = \frac{x_i - \mu}{\sqrt{\sigma^2 + \epsilon}}$$ $$y_i = \gamma\hat x_i + \beta$$ "


def test_a_name_of_letters_that_is_defined_with_an_argument_and_an_index() -> None:
    text = (
        r"$rms(x)_i=\sqrt{\frac1N\sum_{j=1}^N x_{ij}^2}$" + "\n\n"
        r"$$y_{ij} = \frac{x_{ij}}{rms(x)_i} g_{ij}$$ "
        r"$$\frac{\partial rms(x)_i}{\partial x_{ij}} = \frac{%s}{N rms(x)_i}$$"
    )
    assert words(text % "x_{ij}") == ["definition", "definition", "proved"]
    assert words(text % "2x_{ij}") == ["definition", "definition", "wrong"]


def test_a_chain_rule_by_several_ways_beside_all_that_a_name_gives() -> None:
    text = NORM + (
        r"$$\frac{\partial y_i}{\partial x_i} = \frac{\partial y_i}{\partial \hat x_i}"
        r"\frac{\partial \hat x_i}{\partial x_i} + \frac{\partial y_i}{\partial \hat x_i}"
        r"\frac{\partial \hat x_i}{\partial \mu}\frac{\partial\mu}{\partial x_i} %s "
        r"\frac{\partial y_i}{\partial \hat x_i}"
        r"\frac{\partial \hat x_i}{\partial \sigma^2}\frac{\partial\sigma^2}{\partial x_i}$$"
    )
    assert words(text % "+")[-1] == "proved"
    assert words(text % "-")[-1] == "wrong"


def test_two_conditions_of_a_case_hold_together() -> None:
    text = (
        "$$r_i = \\sum_j x_{ij}^2$$ $$y_{ij} = \\frac{x_{ij}}{r_i}$$\n\nCase 3: $k = i$, $l = j$\n\n"
        r"$$\frac{\partial y_{kl}}{\partial x_{ij}} = \frac{r_i - x_{ij} \cdot %sx_{ij}}{r_i^2}$$"
    )
    assert words(text % "2")[-1] == "proved"
    assert words(text % "3")[-1] == "wrong"


def test_what_a_definition_is_called_in_brackets_before_it() -> None:
    text = r"$$(Mean) \space \mu = \frac1N\sum_{j=1}^N x_j$$ "
    text += r"$$\sum_{j=1, j \ne i}^N (x_j - \mu) = %s(x_i - \mu)$$"
    assert words(text % "-") == ["definition", "proved"]
    assert words(text % "") == ["definition", "wrong"]


def test_an_aligned_row_that_begins_with_a_sign_behind_one_that_ended() -> None:
    text = r"$$\begin{aligned} f &= 2x \\ a - a &= 0 \\ -\frac{\partial f}{\partial x} + %s &= 0"
    text += r"\end{aligned}$$"
    assert words(text % "2")[-1] == "proved"
    assert words(text % "3")[-1] == "wrong"


def test_kronecker_with_one_index_above() -> None:
    text = MEAN + r"$$\frac{\partial (x_i - \mu)}{\partial x_j} = \delta_j^i %s \frac1N$$"
    assert words(text % "-")[-1] == "proved"
    assert words(text % "+")[-1] == "wrong"


def test_a_normalized_name_that_stands_with_its_index_once() -> None:
    text = MEAN + (
        r"$$\hat x = \frac{x_i - \mu}{\sqrt{\sigma^2 + \epsilon}}$$ $$y_i = \gamma_i \hat x + \beta_i$$ "
        r"$$\frac{\partial L}{\partial \sigma^2} = %s\sum_{i=1}^N \frac{\partial L}{\partial y_i} \gamma_i "
        r"(x_i - \mu)(\sigma^2 + \epsilon)^{-3/2}$$ "
        r"$$\frac{\partial L}{\partial \gamma_i} = \frac{\partial L}{\partial y_i} \hat x_i$$"
    )
    assert words(text % r"-\frac12")[-2:] == ["proved", "proved"]
    assert words(text % r"\frac12")[-2:] == ["wrong", "proved"]


def test_a_repeated_index_is_summed_over_also_with_kronecker() -> None:
    text = NORM.replace(r"\gamma", "g") + (
        r"$$\frac{\partial L}{\partial x_j} = \frac{\partial L}{\partial y_i}\frac{\partial y_i}"
        r"{\partial \hat x_k}\frac{\partial \hat x_k}{\partial x_j} = \frac{\partial L}{\partial y_i} g "
        r"\delta_k^i \frac{\partial \hat x_k}{\partial x_j} = %s\frac{\partial L}{\partial y_i} g "
        r"\frac{\partial \hat x_i}{\partial x_j}$$"
    )
    assert words(text % "")[-3:] == ["proved"] * 3
    assert words(text % "2")[-3:] == ["proved", "proved", "wrong"]


def test_names_of_one_value_a_feature_are_read_for_each_alone() -> None:
    text = NORM + (
        r"where $\mu, \sigma^2, \gamma, \beta, x \in \mathbb{R}^d$. "
        r"$$\frac{\partial \hat x_i}{\partial \sigma^2} = %s(x_i - \mu)(\sigma^2 + \epsilon)^{-3/2}$$"
    )
    assert words(text % r"-\frac12")[-1] == "proved"
    assert words(text % r"\frac12")[-1] == "wrong"


def test_rows_of_a_batch_of_vectors_are_read_for_each_feature() -> None:
    text = (
        r"$X \in R^{N*C}$ has rows $X_i \in R^{1*C}$. "
        r"$$\mu = \frac1N\sum_{i=1}^N X_i$$ $$\sigma^2 = \frac1N\sum_{i=1}^N(X_i - \mu)^2$$ "
        r"$\mu \in R^{1*C}$, $\sigma^2 \in R^{1*C}$, $g \in R^{1*C}$. "
        r"$$\hat X_i = \frac{X_i - \mu}{\sqrt{\sigma^2 + \epsilon}}$$ $$Y_i = g \hat X_i$$ "
        r"$$\frac{\partial L}{\partial g} = \sum_{i=1}^N \frac{\partial L}{\partial Y_i} %s$$"
    )
    assert words(text % r"\hat X_i")[-1] == "proved"
    assert words(text % "X_i")[-1] == "wrong"


def test_sums_with_a_name_of_two_capitals_and_an_index() -> None:
    text = (
        r"$SS_{xx} = \sum_{i=1}^n (x^{(i)})^2$ and $\bar x = \frac1n\sum_{i=1}^n x^{(i)}$. "
        r"$$\frac{SS_{xx}}{n} - \bar x^2 = \frac1n\sum_{i=1}^n (x^{(i)} - \bar x)^{%s}$$"
    )
    assert words(text % "2")[-1] == "proved"
    assert words(text % "3")[-1] == "wrong"


def test_a_name_with_an_index_that_stands_nowhere_else_beside_a_bare_sum() -> None:
    text = "$E = ∑(y_t - y_p)^2 = ∑(y_t - f(x))^2$\n\n$∂E/∂w = ∑\\frac{∂}{∂w}(y_t - w x - b)^2$\n"
    text += "$= ∑2(y_t - w x - b)(-x)$"
    assert "wrong" not in words(text)

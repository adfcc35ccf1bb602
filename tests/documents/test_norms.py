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

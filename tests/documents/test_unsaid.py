"""What posts leave unsaid: how far sums in brackets run, that a name is a denominator, that a step's gradient
is carried on, what a formula goes on from.  True rows are not alarmed at, slips beside them are."""

from __future__ import annotations

import pytest

from tests.documents.rows import words


@pytest.mark.parametrize(("left", "right"), ["()", "[]"])
def test_a_sum_in_brackets_runs_as_far_as_its_letter(left: str, right: str) -> None:
    text = r"$$J = \sum_{i=1}^n y_i \log h_i + (1 - y_i) \log(1 - h_i)$$ So "
    text += rf"$$-J = -{left}\sum_{{i=1}}^n y_i \log h_i + (%s) \log(1 - h_i){right}$$"
    assert words(text % "1 - y_i") == ["definition", "proved"]
    assert words(text % "1 + y_i") == ["definition", "wrong"]


def test_two_classes_of_a_vector_beside_a_number() -> None:
    text = r"$$H(y, \hat y) = -\sum_{i=0}^n y_i \log \hat y_i = -y \log \hat y - (1 - y) \log(1 - \hat y)$$"
    assert words(text) == ["definition", "undecided"]
    text = r"$y, p \in R^n$ $$H = -\sum_{i=1}^n y_i \log p_i = %sy^T \log p$$"
    assert words(text % "-")[-1] == "proved"
    assert words(text % "")[-1] == "wrong"


def test_a_gradient_that_the_next_step_carries() -> None:
    text = r"""
$$h_t = \tanh(a_t), \quad a_t = W_{xh} x_t + W_{hh} h_{t-1}$$
$$y_t = W_{hy} h_t$$
$$L = \frac12 \sum_{t=1}^{3} (y_t - t_t)^2$$
$$\frac{\partial L}{\partial y_t} = %s \equiv dy_t$$
- $dh_t = dy_t W_{hy} + dh_{\text{next}}$
- $da_t = dh_t (1 - h_t^2)$
- $dh_{\text{next}} = da_t W_{hh}$
"""
    assert "wrong" not in words(text % "(y_t - t_t)")
    assert "wrong" in words(text % "(t_t - y_t)")


def test_a_sum_of_vectors_without_its_letter() -> None:
    text = r"$$\log(\sum_{w \in V} \exp(u_w^\top v_c)) = z$$ "
    text += r"$$\frac{1}{\sum_{w \in V} \exp(u_w^\top v_c)} \sum_{w \in V} "
    text += r"\frac{\partial \exp(u_w^\top v_c)}{\partial v_c} = "
    text += r"\frac{%s\sum \exp(u_w^\top v_c) u_w}{\sum \exp(u_w^\top v_c)}$$"
    assert words(text % "")[-1] == "proved"
    assert words(text % "2")[-1] == "wrong"


def test_a_denominator_by_a_name_that_is_not_said() -> None:
    text = r"$$p_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$$ "
    text += r"$$\frac{\partial p_i}{\partial z_i} = \frac{\partial}{\partial z_i} (\frac{e^{z_i}}{S})"
    text += r" = \frac{e^{z_i} S %s e^{z_i} e^{z_i}}{S^2}$$"
    assert words(text % "-") == ["definition", "proved", "proved"]
    assert words(text % "+") == ["definition", "proved", "wrong"]


def test_a_formula_goes_on_past_an_aside() -> None:
    text = r"""
$$L = -\sum_i y_i \log p_i$$

$$\frac{\partial L}{\partial p_i} = \frac{\partial}{\partial p_i}[-y_i \log(p_i)]$$

$$\frac{\partial}{\partial p_i} \log p_i = \frac{1}{p_i}$$

$$= %s \cdot \frac{1}{p_i}$$
"""
    assert words(text % "-y_i") == ["definition", "proved", "proved", "proved"]
    assert words(text % "y_i") == ["definition", "proved", "proved", "wrong"]


def test_an_expansion_to_first_order() -> None:
    text = r"$$L(w) = L(w_0) + L'(w_0)(w - w_0)$$ "
    text += r"$$L(w_t) = L(w_{t-1}) + L'(w_{t-1})(w_t - w_{t-1})$$"
    assert "wrong" not in words(text)


def test_a_term_that_is_crossed_out() -> None:
    text = r"$$f = (a - ab) - b + ab$$ $$f = a \cancel{- a b} - b \cancel{+ a b}$$ $$f = a %s b$$"
    assert words(text % "-") == ["definition", "proved", "proved"]
    assert words(text % "+") == ["definition", "proved", "wrong"]


def test_labels_of_one_sign_beside_those_of_two_classes() -> None:
    text = r"$$\sum_{i=1}^n (1 - \sigma(\tilde y_i x_i)) \tilde y_i = -\sum_{i=1}^n (\sigma(x_i) - y_i)$$"
    assert words(text) == ["undecided"]


def test_a_loss_of_vectors_that_is_written_without_its_sum() -> None:
    text = r"""
$$z^{[1]} = W^{[1]} x + b^{[1]}$$
$$a^{[1]} = \sigma(z^{[1]})$$
$$z^{[2]} = W^{[2]} a^{[1]} + b^{[2]}$$
$$\hat{y} = \sigma(z^{[2]})$$
$$\mathcal{L} = -[y \log \hat{y} + (1 - y) \log(1 - \hat{y})]$$
$$\delta^{[2]} = \hat{y} - y$$
$$\delta^{[1]} = (W^{[2]})^T \delta^{[2]} \odot \sigma'(z^{[1]})$$
$$\frac{\partial \mathcal{L}}{\partial b^{[1]}} = \delta^{[1]}$$
"""
    assert "wrong" not in words(text)


def test_bare_sums_of_a_definition() -> None:
    """Over what stands neither with the name that is defined, nor bound; whatever a row derives by."""
    text = r"$$z_0 = \sum x_{i} w_{i0} + b_{0}$$ $$z_j = \sum x_{i} w_{ij} + b_{j}$$ "
    text += r"$$E = \frac{1}{2} \sum (t_j - p_j)^2$$ $$\frac{\partial E}{\partial p_j} = %s$$"
    assert "wrong" not in words(text % "p_j - t_j")
    assert words(text % "p_j - t_j")[-1] == "proved"
    assert words(text % "t_j - p_j")[-1] == "wrong"


def test_the_sign_of_a_small_change() -> None:
    text = r"The error of $x_i$ is $\delta x_i$. $$\sigma = \sqrt{\sum_i x_i^2}$$ "
    text += r"$$\delta\sigma = \sqrt{\sum_i\left(\frac{\partial \sigma}{\partial x_i}\right)^2\delta x_i^2}$$"
    assert words(text)[-1] == "undecided"


def test_a_direct_path_that_is_written_as_the_whole() -> None:
    text = (
        r"$$\mu = \frac1N \sum_i x_i, \quad v = \frac1N \sum_i (x_i - \mu)^2, \quad y_i = \frac{x_i - \mu}{"
    )
    text += r"\sqrt{v + \epsilon}}$$ $$\frac{\partial L}{\partial \mu} = \frac{\partial L}{\partial \mu}"
    text += (
        r"\frac{\partial \mu}{\partial \mu} + \frac{\partial L}{\partial v} \frac{\partial v}{\partial \mu}$$"
    )
    assert "wrong" not in words(text)


def test_the_sign_of_a_differential_with_a_space() -> None:
    text = r"$$S = \sum_{k=1}^{K} e^{z_k}$$ "
    text += r"$$d\left(\frac{e^{z_i}}{S}\right) = \frac{e^{z_i} d z_i \cdot S - e^{z_i} d S}{S^2}$$"
    assert words(text)[-1] == "undecided"


@pytest.mark.parametrize(
    "text",
    [
        # S, the scores, have no formula
        (
            r"$$O = \text{softmax}(Q K^T) V$$ "
            r"$$\frac{\partial L}{\partial K} = \left(\frac{\partial L}{\partial S}\right)^T Q$$"
        ),
        # a net's steps have none
        (
            r"$$\frac{\partial h_{t+1}}{\partial h_t} = W_{hh}^T \cdot \text{diag}(1 - h_{t+1}^2)$$ "
            r"$$\frac{\partial L}{\partial W_{hh}} = "
            r"\sum_{t=1}^T \frac{\partial L}{\partial h_t} \cdot h_{t-1}^T \cdot (1 - h_t^2)$$"
        ),
    ],
)
def test_what_no_formula_leads_to(text: str) -> None:
    assert "wrong" not in words(text)


def test_what_a_formula_leads_to() -> None:
    text = r"$$S = Q K^T$$ $$\frac{\partial L}{\partial K} = ROW$$"
    assert words(text.replace("ROW", r"\left(\frac{\partial L}{\partial S}\right)^T Q"))[-1] == "proved"
    assert words(text.replace("ROW", r"-\left(\frac{\partial L}{\partial S}\right)^T Q"))[-1] == "wrong"


def test_a_layer_without_its_index_beside_entries() -> None:
    text = (
        r"$$\frac{\partial}{\partial z^{(3)}} \frac{e^{z^{(3)}}}{\sum_k e^{z_k}} = "
        r"\frac{e^{z^{(3)}} \sum_k e^{z_k} - e^{z^{(3)}}e^{z^{(3)}}}{(\sum_k e^{z_k})^2}$$"
    )
    assert words(text) == ["undecided"]


def test_a_loss_of_one_example_whose_sum_has_the_letter_of_the_examples() -> None:
    text = (
        r"$$l = -\sum_{i=1}^k t_i \log y_i$$ "
        r"$$L = \frac1n \sum_{i=1}^n l^{(i)} = -\frac1n \sum_{i=1}^n \sum_{j=1}^k t_j^{(i)} \log y_j^{(i)}$$"
    )
    assert words(text)[-1] == "proved"
    assert words(text.replace(r"= -\frac1n", r"= \frac1n"))[-1] == "wrong"


def test_the_sign_of_terms_that_a_sum_with_a_sign_takes_in() -> None:
    text = (
        r"$$J = -\frac1m \sum_i y_i \log p_i + (1 - y_i) \log(1 - p_i)$$ with $p_i = \sigma(z_i)$. "
        r"$$\frac{\partial J}{\partial \theta} = -\frac1m \sum_i y_i (1 - p_i) ROW (1 - y_i) p_i$$"
    )
    text = text.replace(r"\sigma(z_i)", r"\frac{1}{1 + e^{-\theta x_i}}").replace(
        "(1 - p_i) ROW", "(1 - p_i) x_i ROW"
    )
    text = text.replace("(1 - y_i) p_i$$", "(1 - y_i) p_i x_i$$")
    assert words(text.replace("ROW", "-"))[-1] == "proved"
    assert words(text.replace("ROW", "+"))[-1] == "wrong"


@pytest.mark.parametrize("residual", [r"y^{(i)} - a - b x^{(i)}", r"a + b x^{(i)} - y^{(i)}"])
def test_a_target_has_the_name_of_the_model(residual: str) -> None:
    sign = "-" if residual.startswith("y") else ""
    text = (
        rf"$$y = a + b x$$ $$J(a, b) = \frac{{1}}{{2m}} \sum_{{i=1}}^m ({residual})^2$$ "
        rf"$$\frac{{\partial J}}{{\partial a}} = SIGN\frac{{1}}{{m}} \sum_{{i=1}}^m ({residual})$$"
    )
    assert words(text.replace("SIGN", sign)) == ["definition", "definition", "proved"]
    assert words(text.replace("SIGN", "" if sign else "-")) == ["definition", "definition", "wrong"]


def test_another_name_in_what_a_function_is_of() -> None:
    text = (
        r"$z = wx + b$, $\hat{y} = \sigma(z)$. $$L(\hat{y}, y) = -(y\log\hat{y} + (1-y)\log(1-\hat{y}))$$ "
        r"$$\frac{d}{da}L(a, y) = SIGN\frac{y}{a} + \frac{1-y}{1-a}$$ "
        r"$$\frac{dL}{dz} = \frac{dL}{da} \cdot \sigma^\prime(z) = a - y$$"
    )
    assert words(text.replace("SIGN", "-"))[-3:] == ["proved", "undecided", "undecided"]
    assert words(text.replace("SIGN", ""))[-3] == "wrong"

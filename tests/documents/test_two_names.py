"""A loss that is differentiated by another name of its input."""

from __future__ import annotations

import pytest

from tests.documents.rows import words

LOSS = r"""$\sigma(t) = \frac{1}{1+e^{-t}}$, $z = w x + b$ and
$$L(\hat y, y) = -(y \log \hat y + (1-y) \log(1-\hat y))$$"""
SLOPES = r"""$$\frac{dL}{da} = -\frac{y}{a} + \frac{1-y}{1-a}$$
$$\frac{dL}{dz} = \frac{dL}{da} \frac{da}{dz} = a - y$$"""


@pytest.mark.parametrize(
    "said",
    [
        r"$$\hat y = \sigma(z)$$ $$a = \hat y$$",
        r"$$a = \sigma(z)$$",  # nothing says what \hat y is
        r"$$\hat y = \sigma(w x + b)$$ $$a = \sigma(z)$$",
    ],
)
def test_the_activation_that_a_prediction_is(said: str) -> None:
    text = LOSS + said + SLOPES
    assert words(text)[-3:] == ["proved"] * 3
    assert words(text.replace("a - y", "y - a"))[-1] == "wrong"
    assert words(text.replace("-\\frac{y}{a}", "\\frac{y}{a}"))[-3] == "wrong"


def test_what_a_prediction_is_a_function_of_is_no_other_name_of_it() -> None:
    text = LOSS + r"$$a = \sigma(z)$$ $$\hat y = v a$$ $$\frac{dL}{da} = \frac{y}{a} + y$$"
    assert words(text)[-1] != "proved"
    right = r"$$\frac{dL}{da} = v \left(\frac{1-y}{1-\hat y} - \frac{y}{\hat y}\right)$$"
    assert words(LOSS + r"$$a = \sigma(z)$$ $$\hat y = v a$$" + right)[-1] == "proved"

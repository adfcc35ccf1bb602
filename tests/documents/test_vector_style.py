# ruff: noqa: E501
"""Vectors and matrices as people write them: projections, eigenvectors, angles, what is written out."""

from __future__ import annotations

import pytest

from symderiv.documents.check import check
from symderiv.documents.source import from_text


def words(text: str) -> list[str]:
    """The words of a text's rows, in order, but for what is no claim."""
    checked = check(from_text(text, "text", "markdown"), repairs=False, checkers=("balls", "calculus"))
    return [r.word for r in checked.rows if r.word != "not a claim"]


CENTRE = r"Let $v\in\mathbb{R}^m$ and $$H = I - \frac1m \mathbf 1\mathbf 1^T, \quad w = Hv$$ where $\mathbf 1$ has ones only. "
EIGEN = (
    r"For $a_i\in\mathbb{R}^d$ let $$S = \frac1n\sum_{i=1}^n a_i a_i^T, \quad F(q, \alpha) = q^TSq - \alpha(q^Tq - 1).$$ As $S$ is symmetric and $q^Tq = 1$ "
    r"$$\frac{\partial F}{\partial q} = 2Sq - 2\alpha q = 0$$ so that $$Sq = \alpha q.$$ "
)
ANGLE = r"$x, y\in\mathbb{R}^n$. $$c(x,y) = \cos\phi = \frac{x^Ty}{\|x\|\|y\|}$$ "
LATER = r"$x\in\mathbb{R}^n$. $$u = \frac{x}{\|x\|}$$ and $g = \frac{\partial L}{\partial u}$. Then $$\frac{\partial L}{\partial x} = \frac{1}{\|x\|}(g - u(u^Tg))$$ "

ROWS = [
    # a square of a matrix is its product with itself; a size that only vectors of ones have
    (CENTRE + r"$$H^2 = (I - \frac1m\mathbf1\mathbf1^T)(I - \frac1m\mathbf1\mathbf1^T) = I - \frac2m\mathbf1\mathbf1^T + \frac{1}{m^2}\mathbf1(\mathbf1^T\mathbf1)\mathbf1^T = H$$", "proved"),
    (CENTRE + r"$$H^2 = I - \frac2m\mathbf1\mathbf1^T + \frac{1}{m}\mathbf1(\mathbf1^T\mathbf1)\mathbf1^T$$", "wrong"),
    # what comes of an eigenvector's equation
    (EIGEN + r"Hence $$q^TSq = \alpha q^Tq = \alpha$$", "proved"),
    (EIGEN + r"Hence $$q^TSq = \alpha q^Tq = 2\alpha$$", "wrong"),
    # an angle that only names a value
    (ANGLE + r"$$\frac{\partial c}{\partial x} = \frac{y}{\|x\|\|y\|} - c\frac{x}{\|x\|^2}$$", "proved"),
    (ANGLE + r"$$\frac{\partial c}{\partial x} = \frac{y}{\|x\|\|y\|} - c\frac{x}{\|x\|}$$", "wrong"),
    # any loss, though one is told behind it
    (LATER + r"Say $L = \frac12\|x - b\|^2$.", "definition"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "last"), ROWS)
def test_row(text: str, last: str) -> None:
    """The last row of a text; the rows before it are no slip, nor is one before the right ones."""
    *before, found = words(text)
    assert found == last
    assert "wrong" not in before
    if last != "wrong":
        assert not {"unread"} & set(before)

"""Forms of fresh public notes, and what is said of them."""

from __future__ import annotations

import pytest

from symderiv.documents.check import Checked, check
from symderiv.documents.text.source import from_text
from tests.documents.rows import FAST


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

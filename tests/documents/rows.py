"""What is made of the rows of a text, for the tests of this folder."""

from __future__ import annotations

from symderiv.documents.check import check
from symderiv.documents.text.source import from_text

#: The checkers that decide the most, the fastest.
FAST = ("balls", "calculus")


def words(text: str, kind: str = "markdown") -> list[str]:
    """The words of a text's rows, in order, but for what is no claim."""
    checked = check(from_text(text, "text", kind), repairs=False, checkers=FAST)
    return [r.word for r in checked.rows if r.word != "not a claim"]

"""Derivations that ``explain`` wrote, read again: nothing in them is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from symderiv.documents.check import check
from symderiv.documents.text.source import read

FOLDER = Path(__file__).parents[2] / "docs" / "derivations"


@pytest.mark.parametrize("name", ["cosine_similarity", "huber"])
def test_a_derivation_is_read_as_it_is_meant(name: str) -> None:
    checked = check(read(FOLDER / f"{name}.md"), repairs=False, checkers=("balls", "calculus"))
    words = [r.word for r in checked.rows]
    assert checked.clean
    assert words.count("proved") >= 8 * (words.count("undecided") + words.count("unread"))

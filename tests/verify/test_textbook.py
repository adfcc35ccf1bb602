"""Theorems of textbooks: proved for every size, and none refuted at any point tried."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from symderiv.definitions import Claim, Function
from symderiv.library import load
from symderiv.verify import by_balls
from symderiv.verify.claims import verify
from symderiv.verify.verdict import Verdict

DATA = Path(__file__).parents[1] / "data"
TEXTBOOK = [(f, c) for f in load(DATA / "textbook.toml").values() for c in f.claims]
OPEN = [(f, c) for f in load(DATA / "open.toml").values() for c in f.claims]


def _name(case: tuple[Function, Claim]) -> str:
    return f"{case[0].name}: {case[1].text}"


def _at_points(claim: Claim) -> Verdict:
    """Balls for a twentieth of a second; for longer only where that reached too little."""
    verdict = by_balls.check(claim, seconds=0.05)
    return verdict if verdict.word in ("unrefuted", "refuted") else by_balls.check(claim, seconds=10.0)


@pytest.mark.parametrize("case", TEXTBOOK, ids=_name)
def test_theorems_of_textbooks_are_proved_for_every_size(case: tuple[Function, Claim]) -> None:
    function, claim = case
    result = verify(function, claim, checkers=("calculus",))
    assert result.word == "proved", result.json()
    verdict = _at_points(claim)
    assert verdict.word == "unrefuted", verdict
    assert verdict.instances > 0


@pytest.mark.parametrize("case", OPEN, ids=_name)
def test_open_claims_are_unrefuted(case: tuple[Function, Claim]) -> None:
    verdict = _at_points(case[1])
    assert verdict.word == "unrefuted", verdict
    assert verdict.instances > 0


@pytest.mark.parametrize("case", OPEN, ids=_name)
@pytest.mark.xfail(strict=True, reason="not decided by the calculus; once it is, move it to textbook.toml")
def test_open_claims_are_proved(case: tuple[Function, Claim]) -> None:
    function, claim = case
    assert verify(function, claim, checkers=("calculus",)).word == "proved"


def test_every_theorem_names_its_source() -> None:
    for name in ("textbook.toml", "open.toml"):
        tables = tomllib.loads((DATA / name).read_text(encoding="utf-8"))
        assert all(table["source"] for table in tables.values())

"""Claims that are nearly true: no checker accepts one, and each is refuted by a witness a person can read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from symderiv.definitions import Claim
from symderiv.library import load
from symderiv.verify import by_balls, by_calculus, by_expansion, by_sympy

DATA = Path(__file__).parents[1] / "data"
TRAPS = [(f.name, c) for f in load(DATA / "traps.toml").values() for c in f.claims]


def _name(case: tuple[str, Claim]) -> str:
    return f"{case[0]}: {case[1].text}"


@pytest.mark.parametrize("case", TRAPS, ids=_name)
def test_no_trap_is_accepted(case: tuple[str, Claim]) -> None:
    _, claim = case
    assert by_calculus.check(claim, seconds=5).word == "undecided"
    verdict = by_balls.check(claim, seconds=30)  # that many on a busy machine
    assert verdict.word == "refuted"
    witness = verdict.witness
    assert witness is not None
    assert max(witness.sizes.values(), default=1) <= 7
    numbers = re.findall(r"[0-9.]+", str(witness.values))
    assert all(len(n) <= 4 for n in numbers), witness.values
    assert abs(float(witness.left) - float(witness.right) - float(witness.difference)) < 1e-9


@pytest.mark.parametrize("case", [t for n, t in enumerate(TRAPS) if n % 4 == 0], ids=_name)
def test_no_trap_is_accepted_by_sympy_or_the_expansion(case: tuple[str, Claim]) -> None:
    _, claim = case
    assert by_sympy.run(claim).word == "undecided"
    assert by_expansion.run(claim, seconds=5).word in ("refuted", "undecided")

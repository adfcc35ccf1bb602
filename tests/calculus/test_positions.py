"""Ranges and shifts: true claims are proved at every size, false ones never; forms and their bounds."""

from __future__ import annotations

from pathlib import Path

import pytest

from symderiv.calculus import positions
from symderiv.calculus.atoms import number, padd
from symderiv.calculus.normal import Normalizer
from symderiv.definitions import Claim
from symderiv.library import load
from symderiv.terms import Index, Order, Position, Size, affine
from symderiv.verify import by_calculus

DATA = Path(__file__).parents[1] / "data"
TRUE = [c for f in load(DATA / "positions.toml").values() for c in f.claims]
FALSE = [c for f in load(DATA / "positions_false.toml").values() for c in f.claims]

K, J, C = (Index(n, "j") for n in "kjc")


@pytest.mark.parametrize("claim", TRUE, ids=[c.text for c in TRUE])
def test_true_claims_are_proved(claim: Claim) -> None:
    verdict = by_calculus.check(claim)
    assert verdict.word == "proved", verdict.reason


@pytest.mark.parametrize("claim", FALSE, ids=[c.text for c in FALSE])
def test_false_claims_are_not(claim: Claim) -> None:
    assert by_calculus.check(claim).word == "undecided"


def at(letter: Index, by: int) -> Position:
    return affine({letter: 1}, by, letter.dim)


def test_orders_have_one_way_to_be_written() -> None:
    one = positions.holds(Order("<=", K, J))
    assert one == padd(number(1), positions.holds(Order(">", K, J)), -1)
    assert one == positions.holds(Order("<", K, affine({J: 1}, 1, "j")))
    assert one == padd(positions.holds(Order("<", K, J)), positions.holds(Order("==", K, J)))


@pytest.mark.parametrize(
    ("order", "value"),
    [
        (Order(">=", J, affine({}, 1, "j")), 1),
        (Order("<", J, affine({}, 1, "j")), 0),
        (Order("<=", J, affine({Size("j"): 1}, 0, "j")), 1),
        (Order(">", affine({J: 1}, 1, "j"), affine({Size("j"): 1}, 1, "j")), 0),
        (Order("==", J, affine({J: 1}, 2, "j")), 0),
        (Order("==", affine({J: 1, Size("j"): 1}, 0, "j"), K), 0),
    ],
)
def test_bounds_of_letters_decide(order: Order, value: int) -> None:
    assert positions.holds(order) == number(value)


def test_orders_of_three_letters_are_independent() -> None:
    """Over all positions of three letters the normal forms of products agree exactly where the values do."""
    nf = Normalizer()
    a, b = positions.holds(Order("<=", K, J)), positions.holds(Order("<=", J, C))
    c = positions.holds(Order("<=", K, C))
    both = nf.mul(a, b)
    assert nf.mul(both, c) == both
    assert nf.mul(both, padd(number(1), c, -1)) == {}
    assert nf.mul(nf.mul(padd(number(1), a, -1), padd(number(1), b, -1)), c) == {}


def test_contradicting_equations_are_zero() -> None:
    nf = Normalizer()
    one = nf.delta(K, affine({J: 1}, 1, "j"))
    assert nf.mul(one, nf.delta(K, affine({J: 1}, 2, "j"))) == {}
    assert nf.mul(one, positions.holds(Order("==", K, affine({}, 1, "j")))) == {}
    assert nf.mul(one, one) == one


def test_an_entry_vanishes_outside_its_axis() -> None:
    nf = Normalizer()
    last = positions.holds(Order("==", J, affine({Size("j"): 1}, 0, "j")))
    assert nf.mul(last, nf.entry("z", (affine({J: 1}, 1, "j"),))) == {}
    assert nf.entry("z", (affine({}, 0, "j"),)) == {}

"""The four checkers together: shipped claims, listed theorems, mutations, words and errors."""

from __future__ import annotations

import random
import tomllib
from itertools import chain
from pathlib import Path

import pytest

from symderiv.definitions import Claim, Function
from symderiv.errors import InputError
from symderiv.library import catalog, load
from symderiv.terms import Call, Reduce, Where, walk
from symderiv.verify import by_balls, by_calculus, claims
from symderiv.verify.claims import Disagreement, verify
from symderiv.verify.verdict import Verdict
from tests.mutations import claim_mutants

DATA = Path(__file__).parents[1] / "data"
SOFTMAX = "y[j] = exp(z[j])/sum[c](exp(z[c]))"
SHIPPED = [(f, c) for f in catalog.values() for c in f.claims]
THEOREMS = [(f, c) for f in load(DATA / "theorems.toml").values() for c in f.claims]


def _name(case: tuple[Function, Claim]) -> str:
    return f"{case[0].name}: {case[1].text}"


@pytest.mark.parametrize("case", SHIPPED, ids=_name)
def test_shipped_claims_are_proved_and_confirmed(case: tuple[Function, Claim]) -> None:
    function, claim = case
    result = verify(function, claim)
    assert result.word == "proved", result.json()
    assert result.checkers["calculus"].word == "proved"
    assert result.checkers["balls"].word == "unrefuted"
    assert result.checkers["balls"].instances > 0
    assert "confirmed" in {v.word for v in result.checkers.values()}
    # what is smooth and defined everywhere needs nothing
    assert result.conditions == [] or _may_fail(claim)


def _may_fail(claim: Claim) -> bool:
    """Whether the claim or a definition holds a branch, a tie or a norm that may be 0."""
    parts = [claim.left, claim.right, *(s.body for s in claim.statements)]
    return any(
        isinstance(t, Where)
        or (isinstance(t, Call) and t.function in ("abs", "sign", "max", "min", "sqrt"))
        or (isinstance(t, Reduce) and t.op in ("max", "min"))
        for part in parts
        for t in walk(part)
    )


@pytest.mark.parametrize("case", THEOREMS, ids=_name)
def test_theorems_are_proved_for_every_size(case: tuple[Function, Claim]) -> None:
    function, claim = case
    result = verify(function, claim, checkers=("calculus", "balls"))
    assert result.word == "proved", result.json()


@pytest.mark.parametrize("case", SHIPPED, ids=_name)
def test_one_place_mutations_of_shipped_claims_are_rejected(case: tuple[Function, Claim]) -> None:
    """Twenty wrong ones of each claim, drawn; balls say which are wrong, the calculus must agree.

    Where one change gives fewer, two changes make up the number. ``python -m tests.mutate`` tries all.
    """
    wrong = undecided = tried = 0
    mutants = claim_mutants(case[1])
    random.Random(case[1].text).shuffle(mutants)
    for changed in chain(mutants, (m for first in mutants for m in claim_mutants(first))):
        if wrong >= 20:
            break
        tried += 1
        proof = by_calculus.check(changed)
        refutation = by_balls.check(changed, seconds=1.0)
        assert not (proof.word == "proved" and refutation.word == "refuted"), changed.text
        if refutation.word == "refuted":
            wrong += 1
            assert refutation.witness is not None
        elif proof.word != "proved" and refutation.word == "unrefuted":
            # true wherever both sides are defined: roots of negative numbers, 1/0, conditions without slope
            undecided += 1
    assert wrong >= 20, f"only {wrong} wrong mutants"
    assert undecided <= max(2, tried // 20), f"{undecided} mutants that nothing refutes are not proved"


def test_a_wrong_claim_is_refuted_with_sizes_values_and_both_sides() -> None:
    result = verify(Function(SOFTMAX), "D(y[j], z[i]) = y[j]*(delta[i,j] - y[j])")
    assert result.word == "refuted"
    witness = result.witness
    assert witness is not None
    assert witness.sizes == {"c": 2}
    assert set(witness.letters) == {"i", "j"}
    assert len(witness.values["z"]) == 2
    assert float(witness.left) != float(witness.right)


def test_letters_of_a_claim_may_be_those_a_definition_sums_over() -> None:
    result = verify(Function(SOFTMAX), "D(y[j], z[c]) = delta[c,j]*y[j] - y[j]*y[c]")
    assert result.word == "proved"


@pytest.mark.parametrize(
    ("define", "assume", "claim", "condition"),
    [
        ("y[j] = log(x[j])", [], "D(y[j], x[i]) = delta[i,j]/x[j]", "x[j] > 0"),
        ("y[j] = log(x[j])", ["x[c] > 0"], "D(y[j], x[i]) = delta[i,j]/x[j]", None),
        ("y[j] = abs(x[j])", [], "D(y[j], x[i]) = delta[i,j]*sign(x[j])", "x[j] != 0"),
        ("r = sqrt(sum[c](x[c]**2))", [], "D(r, x[i]) = x[i]/r", "sum[c](x[c]**2) > 0"),
        ("r = sqrt(sum[c](x[c]**2) + eps)", ["eps > 0"], "D(r, x[i]) = x[i]/r", None),
        ("y[j] = log(1 - sigmoid(x[j]))", [], "D(y[j], x[i]) = -delta[i,j]*sigmoid(x[j])", None),
    ],
)
def test_side_conditions_are_listed_or_discharged(define, assume, claim, condition) -> None:
    result = verify(Function(define, assume=assume), claim, checkers=("calculus", "balls"))
    assert result.word == "proved"
    assert (condition in result.conditions) if condition else result.conditions == []


def test_undecided_is_not_success() -> None:
    # true, but by a law the calculus does not know
    result = verify(
        Function("y[j] = tanh(abs(x[j]))"), "y[j] = abs(tanh(x[j]))", checkers=("calculus", "balls")
    )
    assert result.word == "undecided"
    assert result.reason


def test_contradictory_assumptions_prove_nothing() -> None:
    with pytest.raises(InputError, match="no-instance"):
        verify(Function("y[j] = x[j]", assume=["x[c] > 0", "x[c] < 0"]), "y[j] = x[j]")


def test_a_side_defined_nowhere_proves_nothing() -> None:
    result = verify(
        Function("y[j] = x[j]"), "y[j]/(x[j] - x[j]) = y[j]/(x[j] - x[j])", checkers=("calculus", "balls")
    )
    assert result.word == "undecided"


def test_checkers_that_contradict_each_other_fail_loudly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_calculus, "check", lambda claim, seconds: Verdict("proved"))
    monkeypatch.setattr(claims, "CHECKERS", ("calculus", "balls"))
    with pytest.raises(Disagreement):
        verify(Function(SOFTMAX), "y[j] = z[j]", checkers=("calculus", "balls"))


def test_json_has_the_fields_of_the_contract() -> None:
    shown = verify(Function(SOFTMAX), "sum[j](y[j]) = 1", checkers=("calculus", "balls")).json()
    assert {"function", "claim", "verdict", "checkers", "side_conditions", "witness"} <= set(shown)
    assert shown["witness"] is None
    assert {"verdict", "seconds"} <= set(shown["checkers"]["balls"])


def test_data_files_are_toml() -> None:
    for path in DATA.glob("*.toml"):
        assert tomllib.loads(path.read_text(encoding="utf-8"))

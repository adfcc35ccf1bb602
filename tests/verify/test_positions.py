"""Ranges that depend on an index and shifted indices: what the exact checkers say about them."""

from __future__ import annotations

from pathlib import Path

import pytest

from symderiv.errors import InputError
from symderiv.library import load
from symderiv.verify import by_calculus, by_expansion, by_sympy
from symderiv.verify.expansion.scope import ordered_dims, relevant_dims, span
from symderiv.verify.expansion.sizes import coincidences, diverse, size_tuples
from tests.verify import plain
from tests.verify.positions import CONV, CUMMAX, CUMSUM, FALSE, TRUE, claim, slips

ATTEND = """
s[i,j] = sum[d](Q[i,d]*K[j,d])
p[i,j] = where(j <= i, exp(s[i,j]), 0)/sum[c <= i](exp(s[i,c]))
o[i,e] = sum[j <= i](p[i,j]*V[j,e])
"""
SYMPY = [
    (ATTEND, "D(o[i,e], Q[i,f]) = sum[j <= i](p[i,j]*(V[j,e] - o[i,e])*K[j,f])"),
    (ATTEND, "D(o[i,e], K[k,f]) = where(k <= i, p[i,k]*(V[k,e] - o[i,e])*Q[i,f], 0)"),
    (CUMSUM, "sum[j](w[j]*y[j]) = sum[c](x[c]*sum[j >= c](w[j]))"),
    ("y = sum[i, j <= i](x[i]*w[j])", "sum[i, j < i](x[j]*w[i]) + y = sum[c](x[c])*sum[c](w[c])"),
    ("y[i] = sum[i <= j <= i+2](x[j])", "y[i] = x[i] + x[i+1] + x[i+2]"),
    ("y[i,k] = sum[i < j <= k](x[j])", "y[i,k] = where(i <= k, sum[j <= k](x[j]) - sum[j <= i](x[j]), 0)"),
    (CONV, "D(y[j], x[i], w[k]) = where(j-k+1 == i, 1, 0)"),
    ("L = sum[c](z[c]**2)\ng[j] = D(L, z[j])", "g[j+1] = 2*z[j+1]"),
    # only the branch that is taken needs a value
    ("y[j] = where(j < size[j], 1/x[j+1], 0)", "y[j]*x[j+1] = where(j < size[j], 1, 0)"),
]
REFUSED = [
    (CUMMAX, "D(y[j], x[i]) = where(i <= j, where(x[i] >= y[j], 1, 0), 0)", "no safe derivative of max"),
    ("y[j] = log(x[j+1])", "y[j] = log(x[j+1])", "no value"),
    ("y[j] = sum[c](P[c,j+1])", "y[j] = where(j < size[j], 1, 0)", "not used where positions"),
    ("y[i,j] = x[i+j]", "sum[j](y[j,j]) = sum[j](y[j,j])", "more than once"),
]


DATA = Path(__file__).parents[1] / "data"
LISTED = [(f.name, c) for f in load(DATA / "positions.toml").values() for c in f.claims]
LISTED_FALSE = [(f.name, c) for f in load(DATA / "positions_false.toml").values() for c in f.claims]


def _name(case):
    return f"{case[0]}: {case[1].text}" if isinstance(case, tuple) else str(case)


@pytest.mark.parametrize("case", LISTED, ids=_name)
def test_the_list_of_true_claims(case):
    name, stated = case
    assert by_expansion.run(stated, max_size=4).word == "confirmed"
    if "images" not in name:  # two axes take seconds at symbolic size
        verdict = by_sympy.run(stated)
        refused = ("no safe derivative" in verdict.reason) or any(w in stated.text for w in ("max[", "abs("))
        assert verdict.word == "proved" or refused, verdict


@pytest.mark.parametrize("case", LISTED_FALSE, ids=_name)
def test_the_list_of_false_claims(case):
    name, stated = case
    verdict = by_expansion.run(stated, max_size=4)
    assert verdict.word == "refuted"
    left, right = plain.sides(stated, verdict.witness)
    assert abs(left - right) > 1e-12
    assert "images" in name or by_sympy.run(stated).word == "undecided"


@pytest.mark.parametrize(("define", "text", "assume"), TRUE)
def test_true_claims_are_confirmed(define, text, assume):
    verdict = by_expansion.run(claim(define, text, assume))
    assert verdict.word == "confirmed", verdict
    assert verdict.instances > 0
    assert len(verdict.sizes) >= 5


@pytest.mark.parametrize(("define", "text", "assume"), TRUE)
def test_true_claims_are_proved_by_sympy_or_refused(define, text, assume):
    if "y[i,j]" in define and "sum" in text:
        pytest.skip("takes seconds, and goes as one axis does")
    verdict = by_sympy.run(claim(define, text, assume))
    refused = {"prod": "no safe derivative of prod", "abs": "no safe derivative of abs"}
    why = next((reason for word, reason in refused.items() if word in define and "D(" in text), "")
    if "max" in define or "min" in define:
        why = "no safe derivative of max" if "D(" in text else "not shown"
    assert verdict.word == ("undecided" if why else "proved"), verdict
    assert why in verdict.reason


@pytest.mark.parametrize(("define", "text", "assume"), FALSE)
def test_false_claims_are_not_proved(define, text, assume):
    stated = claim(define, text, assume)
    assert by_sympy.run(stated).word == "undecided"
    assert by_calculus.check(stated).word == "undecided"


@pytest.mark.parametrize(("define", "text", "assume"), FALSE)
def test_false_claims_are_refuted_with_a_witness(define, text, assume):
    stated = claim(define, text, assume)
    verdict = by_expansion.run(stated)
    assert verdict.word == "refuted", verdict
    witness = verdict.witness
    left, right = plain.sides(stated, witness)
    assert left == pytest.approx(float(witness.left), abs=1e-14)
    assert right == pytest.approx(float(witness.right), abs=1e-14)
    assert abs(left - right) > 1e-12


@pytest.mark.parametrize(("define", "text", "assume"), TRUE)
def test_a_slip_is_refuted_or_holds(define, text, assume):
    refuted = 0
    for slip in slips(text):
        try:
            stated = claim(define, slip, assume)
        except InputError:
            continue  # the slip left no claim
        verdict = by_expansion.run(stated, max_size=4)
        if verdict.word == "refuted":
            refuted += 1
            left, right = plain.sides(stated, verdict.witness)
            assert abs(left - right) > 1e-12, slip
            assert by_calculus.check(stated).word != "proved", slip
            # two axes take seconds at symbolic size, and go as one does
            assert "y[i,j]" in define or by_sympy.run(stated).word != "proved", slip
    assert refuted or not list(slips(text)) or "8" in define


@pytest.mark.parametrize(("define", "text"), SYMPY)
def test_what_sympy_proves_more(define, text):
    assert by_sympy.run(claim(define, text)).word == "proved"


@pytest.mark.parametrize(("define", "text", "reason"), REFUSED)
def test_what_sympy_refuses(define, text, reason):
    stated = claim(define, text, ["sum[i](P[i,j]) = 1"] if "P" in define else [])
    verdict = by_sympy.run(stated)
    assert verdict.word == "undecided"
    assert reason in verdict.reason


def test_the_boundary_is_seen_first():
    verdict = by_expansion.run(
        claim("y = sum[j]((x[j+1] - x[j])**2)", "D(y, x[i]) = 4*x[i] - 2*x[i-1] - 2*x[i+1]")
    )
    assert verdict.witness.sizes == {"j": 1}
    assert verdict.witness.letters == {"i": 1}


def test_an_empty_range_gives_no_instance():
    verdict = by_expansion.run(claim("y[j] = max[c < j](x[c])", "max(y[j], x[j]) = max[c <= j](x[c])"))
    assert verdict.word == "confirmed"
    assert {"c": 1} not in verdict.sizes
    nothing = by_expansion.run(claim("y[j] = max[c > j](x[c] - x[c])", "y[j] = mean[c < 1](x[c]) + 0*x[j]"))
    assert nothing.word == "undecided"
    assert "no instance" in nothing.reason
    # the sum and the product over nothing have a value
    assert by_expansion.run(claim("y[j] = sum[c < 1](x[c]) + 0*x[j]", "y[j] = 0*x[j]")).word == "confirmed"
    assert (
        by_expansion.run(claim("y[j] = prod[c < 1](x[c]) + 0*x[j]", "y[j] = 1 + 0*x[j]")).word == "confirmed"
    )


def test_only_the_branch_that_is_taken_needs_a_value():
    guarded = "y[j] = where(j < size[j], log(x[j+1]**2), 0)"
    verdict = by_expansion.run(claim(guarded, "D(y[j], x[i]) = 2*delta[i,j+1]/x[i]"))
    assert verdict.word == "confirmed"
    assert {"j": 1} in verdict.sizes
    bare = by_expansion.run(claim("y[j] = log(x[j+1]**2)", "D(y[j], x[i]) = 2*delta[i,j+1]/x[i]"))
    assert bare.word == "confirmed"
    assert {"j": 1} not in bare.sizes  # log(0)


def test_far_positions_need_large_sizes():
    far = claim("y[j] = x[j+40]", "y[j] = 0*x[j]")
    assert by_expansion.run(far).word == "refuted"
    assert by_expansion.run(far, max_size=3).word == "refuted"
    slow = claim("y = sum[i,j](exp(x[i+60]*x[j]))", "D(y, x[i], x[k]) = D(y, x[k], x[i])")
    verdict = by_expansion.run(slow, seconds=2)
    assert verdict.word == "undecided"


def test_what_a_claim_speaks_of():
    conv = claim(CONV, "D(y[j], x[i]) = w[j-i+1]")
    assert relevant_dims(conv) == ["j", "k"]
    assert ordered_dims(conv) == {"j", "k"}
    assert span(conv) == 1
    batch = claim("y[n,j] = sum[c <= j](x[n,c])", "D(y[n,j], x[m,i]) = delta[m,n]*where(i <= j, 1, 0)")
    assert relevant_dims(batch) == ["c", "n"]
    assert ordered_dims(batch) == {"c"}
    assert span(claim("u[j] = x[j+2]\ny[j] = u[j+3] - u[j-1]", "y[j] = x[j+5] - x[j+1]")) == 6
    assert not ordered_dims(claim("y[j] = max[c](x[c])*x[j]", "y[j] = y[j]*sum[i](delta[i,j])"))


def test_sizes_and_values_where_positions_are_told_apart():
    assert list(size_tuples(1, 6, 11)) == [(n,) for n in (1, 2, 3, 10, 11, 4, 5, 6)]
    assert (11, 2) in list(size_tuples(2, 6, 11))
    assert diverse([{"c": 3}, {"c": 5}], {"c"}, 5)
    assert not diverse([{"c": 3}, {"c": 4}], {"c"}, 5)
    letters = sorted(claim(CUMSUM, "D(y[j], x[i]) = where(i <= j, 1, 0)").free)
    sizes = {i.dim: 6 for i in letters}
    assert len(list(coincidences(letters, sizes))) == 2
    assert len(list(coincidences(letters, sizes, {i.dim for i in letters}))) == 36


def test_regions_of_a_running_maximum():
    verdict = by_expansion.run(claim(CUMMAX, "D(y[j], x[i]) = where(i <= j, where(x[i] >= y[j], 1, 0), 0)"))
    assert "regions" in verdict.reason

"""Denominators that are empty sums at some positions: the equation is proved there and elsewhere."""

from __future__ import annotations

import pytest

from symderiv.definitions import Function
from symderiv.verify import by_calculus

STRICT = "y[i,j] = where(j < i, exp(s[i,j])/sum[c < i](exp(s[i,c])), 0)"
LATER = "y[i,j] = where(j > i, exp(s[i,j])/sum[c > i](exp(s[i,c])), 0)"


@pytest.mark.parametrize(
    ("define", "claim"),
    [
        (STRICT, "sum[j](y[i,j]) = where(i > 1, 1, 0)"),
        (STRICT, "y[i,j] = where(j < i, exp(s[i,j] - m)/sum[c < i](exp(s[i,c] - m)), 0)"),
        (LATER, "sum[j](y[i,j]) = where(i < size[i], 1, 0)"),
        (LATER, "sum[j](y[i,j]) + sum[j](y[k,j]) = where(i < size[i], 1, 0) + where(k < size[i], 1, 0)"),
    ],
)
def test_proved_at_the_empty_ranges_and_elsewhere(define, claim):
    assert by_calculus.check(Function(define).claim(claim)).word == "proved"


@pytest.mark.parametrize(
    ("define", "claim", "reason"),
    [
        (STRICT, "sum[j](y[i,j]) = 1", "at i = 1: the sides differ by the constant -1"),
        (LATER, "sum[j](y[i,j]) = 1", "at i = size[c]: the sides differ by the constant -1"),
        (LATER, "sum[j](y[i,j]) + sum[j](y[k,j]) = 2", "at i = size[c]: the normal forms"),
    ],
)
def test_what_holds_elsewhere_only_is_not_proved(define, claim, reason):
    verdict = by_calculus.check(Function(define).claim(claim))
    assert (verdict.word, verdict.reason[: len(reason)]) == ("undecided", reason)


def test_a_bound_letter_is_not_the_free_letter_of_its_name():
    """S[i] is divided by, so it is not 0 at the free i; the sum over an i of its own also meets i = 1."""
    define = "S[i] = sum[c < i](exp(x[c]))\nT = sum[i](where(i > 1, S[i]*w[i], 0)/where(i > 1, S[i], 1))"
    claim = "where(i > 1, T, 1)/S[i] = T/S[i] + 0*S[i]"
    assert by_calculus.check(Function(define).claim(claim)).word == "undecided"


def test_a_maximum_over_nothing_at_a_position_ends_the_proof():
    side = "where(j + 1 == i, mean[{0} > i](a), max[c > i](x[i]))"
    claim = f"{side.format('c')} = {side.format('d')}"
    verdict = by_calculus.check(Function("y[i,j] = x[i] + x[j] + a").claim(claim))
    assert verdict.word == "undecided"
    assert "a maximum over nothing" in verdict.reason


def test_a_denominator_in_a_branch_is_positive_by_its_structure():
    """1 + exp(-2*abs(x)) is taken apart by the sign of x, but is positive as it is written."""
    soft = Function("L = log(cosh(x))")
    far = "abs(x) + log1p(exp(-2*abs(x))) - log(2)"
    assert by_calculus.check(soft.claim(f"L = where(abs(x) < 1, L, {far})")).word == "proved"
    may = Function("y = where(x > 0, 1, z/(x + w))")
    lost = may.claim("y = where(x > 0, 1, z*(x + w)/(x + w)**2)")
    assert by_calculus.check(lost).word == "proved"
    tied = Function("y = where(x + w > 0, 1, z)")
    lost = tied.claim("y = where(x + w > 0, 1, z*(x + w)/(x + w))")
    assert by_calculus.check(lost).word == "undecided"  # at x + w = 0 the right side has no value


def test_a_sum_over_a_range_that_is_never_empty_is_divided_by_anywhere():
    """c >= j holds for c = j, whatever j is; nothing is after the last one."""
    f = Function("L = sum[j](log(sum[c >= j](exp(z[c]))) - z[j])")
    claim = (
        "sum[j](where(j <= i, exp(z[i]), 0)/sum[{0}](exp(z[c]))) = sum[j <= i](exp(z[i])/sum[{0}](exp(z[c])))"
    )
    assert by_calculus.check(f.claim(claim.format("c >= j"))).word == "proved"
    assert by_calculus.check(f.claim(claim.format("c > j"))).word == "undecided"
    assert by_calculus.check(f.claim(claim.format("c >= j + 1"))).word == "undecided"

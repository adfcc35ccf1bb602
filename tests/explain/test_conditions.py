"""What is said about a result: where it holds, what its cases turn on, how its vectors are read."""

from __future__ import annotations

import re

from symderiv.definitions import Function
from symderiv.explain import explain


def said(function: Function, wrt: str | None = None) -> str:
    return explain(function, wrt).text()


LENGTH = Function("r = sqrt(sum[c](x[c]**2))\ny[j] = x[j]/r")
HUBER = Function(
    "r[c] = x[c] - y[c]\nL = sum[c](where(abs(r[c]) <= d, r[c]**2/2, d*(abs(r[c]) - d/2)))", assume=["d > 0"]
)
KERNEL = Function("K[n,m] = exp(-sum[c]((X[n,c] - Z[m,c])**2))")


def test_a_condition_is_said_once() -> None:
    """r is a root: r != 0 says that what is under it is positive."""
    assert "Where this is proved: r ≠ 0.\n" in said(LENGTH)
    assert "Where this is proved" not in said(Function("y[j] = exp(z[j])/sum[c](exp(z[c]))"))


def test_a_condition_for_every_letter_includes_that_for_one() -> None:
    assert "Where this is proved: abs(r[c]) ≠ d and r[c] ≠ 0 for every c.\n" in said(HUBER)


def test_a_condition_turned_round_is_the_same() -> None:
    shown = said(Function("L = sum[n](max(0, 1 - a[n]) + max(a[n] - 1, 0)*b[n])"), "a")
    (needed,) = re.findall("Where this is proved: (.*)\\.", shown)
    assert needed.count("≠") == 1
    assert needed.endswith("for every n")


def test_different_conditions_are_all_said() -> None:
    shown = said(Function("y[j] = log(x[j])/(x[j] - a)"))
    assert "x[j] - a ≠ 0" in shown
    assert "x[j] > 0" in shown


def test_a_tie_that_the_input_does_not_move_is_none() -> None:
    """The calculus leaves out the ties that the input moves, no others."""
    elu = Function("y[j] = where(x[j] > 0, x[j], a*(exp(x[j]) - 1))")
    assert "Where this is proved: x[j] ≠ 0.\n" in said(elu, "x")
    assert "Where this is proved" not in said(elu, "a")
    assert "x[j] ≠ 0" in said(Function("y[j] = where(x[j] > 0, a/x[j], 0)"), "a")  # divided by


def test_ties_of_the_result_are_none() -> None:
    shown = said(Function("y[n] = max[c](X[n,c])"))
    assert "Where this is proved: max[c](X[n,c]) without a tie.\n" in shown


def test_one_entry_or_some_of_the_entries() -> None:
    assert "y[j] depends on one entry of x only, so the other" in said(Function("y[j] = exp(x[j])"))
    shown = said(KERNEL, "X")
    assert "K[n,m] depends only on the entries of X with i = n, so the other derivatives are 0:" in shown


def test_cases_of_several_pairs_of_letters() -> None:
    shown = said(Function("mu[c] = mean[n](x[n,c])\ny[n,c] = x[n,c] - mu[c]"))
    assert re.search(r"depends on whether \w = \w and \w = \w:", shown)
    pair = said(Function("y[j] = exp(z[j])/sum[c](exp(z[c]))"))
    assert "depends on whether i and j are equal:" in pair


def test_entry_by_entry_only_where_that_matters() -> None:
    assert "As a vector:" in said(Function("L = sum[c]((x[c] - y[c])**2)/2"))
    assert "As a vector, products and functions entry by entry:" in said(Function("L = sum[c](exp(x[c]))"))
    assert "As a vector, products and functions entry by entry:" in said(Function("L = sum[c](x[c]**2*y[c])"))


def test_a_sum_over_some_letters_of_an_input() -> None:
    shown = said(Function("y[n,j] = exp(X[n,j])/sum[c](exp(X[n,c]))"))
    assert "the sum of all y[n,j] of one n stays what it is" in shown
    assert re.search(r"when all X\[(\w),(\w)\] of one \1 grow by one amount", shown)

"""The ball checker on ranges that depend on an index and on shifted indices: what is true stands at many
instances, what is wrong at an end, by one or at small sizes only falls at the smallest size that shows it."""

from __future__ import annotations

import math
from itertools import product

import pytest
from flint import arb

from symderiv.definitions import Claim, Function
from symderiv.terms import Index, Order, Size, affine
from symderiv.verify._cover import letter_values, signs_of_order, size_patterns
from symderiv.verify._ground import Graph
from symderiv.verify._instances import shifts
from symderiv.verify._jets import Evaluation
from symderiv.verify.by_balls import check
from symderiv.verify.verdict import Verdict, Witness

CUMSUM = "y[j] = sum[c <= j](x[c])"
CUMPROD = "y[j] = prod[c <= j](x[c])"
CUMMAX = "y[j] = max[c <= j](x[c])"
CUMMEAN = "y[j] = mean[c <= j](x[c])"
EXCLUSIVE = "y[j] = sum[c < j](x[c])"
SUFFIX = "y[i] = sum[j >= i](x[j])"
CAUSAL = "p[i,j] = where(j <= i, exp(s[i,j])/sum[c <= i](exp(s[i,c])), 0)"
ATTENTION = """
s[i,j] = sum[d](Q[i,d]*K[j,d])
p[i,j] = where(j <= i, exp(s[i,j])/sum[c <= i](exp(s[i,c])), 0)
o[i,a] = sum[j <= i](p[i,j]*V[j,a])
"""
LOGCUMSUMEXP = "y[j] = log(sum[c <= j](exp(x[c])))"
VARIATION = "L = sum[j]((x[j+1] - x[j])**2)"
INNER_VARIATION = "L = sum[j < size[j]]((x[j+1] - x[j])**2)"
TOTAL_VARIATION = "L = sum[j < size[j]](abs(x[j+1] - x[j]))"
CONV = "y[i] = sum[k](w[k]*x[i-k+1])"
CONV_2 = "y[m,n] = sum[k,l](w[k,l]*x[m-k+1,n-l+1])"
LAPLACE = "y[j] = x[j-1] - 2*x[j] + x[j+1]"
LAPLACE_2 = "y[m,n] = x[m-1,n] + x[m+1,n] + x[m,n-1] + x[m,n+1] - 4*x[m,n]"
LAPLACE_2_OF_G = LAPLACE_2.replace("x", "g").replace("y", "h")
PAIRS = "y = sum[i, j < i]((x[i] - x[j])**2)"
EDGES = "y[j] = where(j < size[j], x[j+1], x[j]) - where(j > 1, x[j-1], x[j])"


def stated(define: str, claim: str, *assume: str) -> Claim:
    return Function(define, assume=assume).claim(claim)


def stands(define: str, claim: str, *assume: str) -> Verdict:
    verdict = check(stated(define, claim, *assume))
    assert verdict.word == "unrefuted", (claim, verdict)
    assert verdict.instances >= 20
    assert "never reached" not in verdict.reason
    return verdict


def falls(define: str, claim: str, *assume: str) -> Witness:
    verdict = check(stated(define, claim, *assume))
    assert verdict.word == "refuted", (claim, verdict)
    assert verdict.witness is not None
    assert verdict.witness.left != verdict.witness.right
    return verdict.witness


TRUE = [
    (CUMSUM, "D(y[j], x[i]) = where(i <= j, 1, 0)"),
    (CUMSUM, "sum[j](g[j]*D(y[j], x[i])) = sum[j >= i](g[j])"),
    (CUMSUM, "y[j+1] - y[j] = where(j < size[j], x[j+1], -y[j])"),
    (CUMSUM, "D(exp(y[j]), x[i], x[k]) = where(i <= j, where(k <= j, exp(y[j]), 0), 0)"),
    (EXCLUSIVE, "D(y[j], x[i]) = where(i < j, 1, 0)"),
    (EXCLUSIVE, "y[1+j] = where(j < size[j], y[j] + x[j], 0)"),
    (CUMPROD, "D(y[j], x[i]) = where(i <= j, y[j]/x[i], 0)"),
    (CUMPROD, "D(y[j], x[i]) = where(i <= j, prod[c <= j](where(c == i, 1, x[c])), 0)"),
    (CUMMAX, "D(y[j], x[i]) = where(i <= j, where(x[i] >= y[j], 1, 0), 0)"),
    (CUMMAX, "D(y[j], x[i]) = where(i <= j, where(x[i] == y[j], 1, 0), 0)"),
    (CUMMAX, "y[j] = where(j > 1, max(y[j-1], x[j]), x[j])"),
    (CUMMEAN, "D(y[j], x[i]) = where(i <= j, 1, 0)/sum[c <= j](1)"),
    (SUFFIX, "D(y[i], x[k]) = where(k >= i, 1, 0)"),
    (SUFFIX, "y[i] = x[i] + y[i+1]"),
    (CAUSAL, "D(p[i,j], s[k,l]) = where(l <= i, delta[i,k]*p[i,j]*(delta[j,l] - p[i,l]), 0)"),
    (CAUSAL, "sum[j](p[i,j]) = 1"),
    (ATTENTION, "D(o[i,a], V[k,b]) = delta[a,b]*p[i,k]"),
    (ATTENTION, "sum[i,a](g[i,a]*D(o[i,a], K[j,d])) = sum[i,a](g[i,a]*p[i,j]*(V[j,a] - o[i,a])*Q[i,d])"),
    (LOGCUMSUMEXP, "D(y[j], x[i]) = where(i <= j, exp(x[i] - y[j]), 0)"),
    (VARIATION, "D(L, x[i]) = 4*x[i] - 2*x[i-1] - 2*x[i+1] - where(i == 1, 2*x[i], 0)"),
    (
        INNER_VARIATION,
        "D(L, x[i]) = where(i > 1, 2*(x[i] - x[i-1]), 0) + where(i < size[i], 2*(x[i] - x[i+1]), 0)",
    ),
    (
        TOTAL_VARIATION,
        "D(L, x[i]) = where(i > 1, sign(x[i] - x[i-1]), 0) + where(i < size[i], sign(x[i] - x[i+1]), 0)",
    ),
    (CONV, "D(y[i], w[k]) = x[i-k+1]"),
    (CONV, "D(y[i], x[j]) = w[i-j+1]"),
    (CONV, "D(y[i], x[j]) = sum[k](w[k]*delta[j,i-k+1])"),
    (CONV, "sum[i](g[i]*D(y[i], x[j])) = sum[k](w[k]*g[j+k-1])"),
    (CONV, "sum[i](g[i]*D(y[i], w[k])) = sum[i](g[i]*x[i-k+1])"),
    (CONV_2, "D(y[m,n], w[k,l]) = x[m-k+1,n-l+1]"),
    (CONV_2, "sum[m,n](g[m,n]*D(y[m,n], x[a,b])) = sum[k,l](w[k,l]*g[a+k-1,b+l-1])"),
    (LAPLACE, "D(y[j], x[i]) = delta[i,j-1] - 2*delta[i,j] + delta[i,j+1]"),
    (LAPLACE, "sum[j](g[j]*D(y[j], x[i])) = g[i-1] - 2*g[i] + g[i+1]"),
    (f"{LAPLACE_2}\n{LAPLACE_2_OF_G}", "sum[m,n](g[m,n]*y[m,n]) = sum[m,n](x[m,n]*h[m,n])"),
    (PAIRS, "y = sum[i,j]((x[i] - x[j])**2)/2"),
    (PAIRS, "D(y, x[k]) = 2*sum[j](x[k] - x[j])"),
    (PAIRS, "D(y, x[k], x[l]) = 2*size[i]*delta[k,l] - 2"),
    (EDGES, "sum[j](y[j]) = sum[j](where(j == size[j], 2*x[j], 0) - where(j == 1, 2*x[j], 0))"),
    ("y[j] = sum[k](x[j+k-1]*w[k])\nr = sum[j](y[j]**2)", "D(r, w[k]) = 2*sum[j](y[j]*x[j+k-1])"),
    ("y[i,j] = sum[i < c <= j](x[c])", "y[i,j] = where(i < j, y[i,j], 0)"),
    ("y[j] = D(sum[c <= j](x[c]**3), x[j])", "D(y[j], x[i]) = 6*delta[i,j]*x[j]"),
    (
        "s[j] = sum[c <= j](x[c])\ny[j] = D(sum[m](s[m]**2), x[j])",
        "D(y[j], x[i]) = 2*sum[m >= i](where(m >= j, 1, 0))",
    ),
    ("y[j] = x[j+3]", "D(y[j], x[i]) = delta[i,j+3]"),
    (
        "y[j] = x[j+20]*x[j-20]",
        "D(y[j], x[i], x[k]) = delta[i,j+20]*delta[k,j-20] + delta[k,j+20]*delta[i,j-20]",
    ),
    ("y[j] = min[c > j](x[c])", "where(j < size[j], y[j], 0) = where(j < size[j], -max[c > j](-x[c]), 0)"),
    ("y[j] = log(x[j])", "sum[c <= j](y[c]) = log(prod[c <= j](x[c]))", "x[c] > 0"),
    ("y = sum[i, j == i+1](x[i]*x[j])", "y = sum[i](x[i]*x[i+1])"),
    ("y = sum[j](x[j])", "y = sum[j == 1](x[j]) + sum[j > 1](x[j])"),
]  # fmt: skip


@pytest.mark.parametrize("case", TRUE, ids=lambda c: f"{c[0].splitlines()[-1]}: {c[1]}")
def test_true_theorems_stand(case: tuple[str, ...]) -> None:
    assert stands(*case).seconds < 6


# claim, and the largest size its witness may have
FALSE = [
    (CUMSUM, "D(y[j], x[i]) = where(i < j, 1, 0)", 1),
    (CUMSUM, "D(y[j], x[i]) = where(i >= j, 1, 0)", 2),
    (CUMSUM, "D(y[j], x[i]) = 1", 2),
    (CUMSUM, "D(y[j], x[i]) = where(i <= j+1, 1, 0)", 2),
    (CUMSUM, "D(y[j], x[i]) = where(i != j+1, 1, 0)", 3),
    (CUMSUM, "sum[j](g[j]*D(y[j], x[i])) = sum[j <= i](g[j])", 2),
    (CUMSUM, "sum[j](g[j]*D(y[j], x[i])) = sum[j > i](g[j])", 1),
    (CUMSUM, "D(exp(y[j]), x[i], x[k]) = where(i <= j, where(k < j, exp(y[j]), 0), 0)", 1),
    (EXCLUSIVE, "y[j+1] = y[j] + x[j]", 1),
    (CUMPROD, "D(y[j], x[i]) = y[j]/x[i]", 2),
    (CUMMAX, "D(y[j], x[i]) = where(x[i] >= y[j], 1, 0)", 2),
    (CUMMAX, "D(y[j], x[i]) = where(i < j, where(x[i] >= y[j], 1, 0), 0)", 1),
    (CUMMAX, "y[j] = max(y[j-1], x[j])", 1),
    (CUMMEAN, "D(y[j], x[i]) = where(i <= j, 1/size[j], 0)", 2),
    (SUFFIX, "D(y[i], x[k]) = where(k > i, 1, 0)", 1),
    (SUFFIX, "D(y[i], x[k]) = where(k <= i, 1, 0)", 2),
    (CAUSAL, "D(p[i,j], s[k,l]) = delta[i,k]*p[i,j]*(delta[j,l] - p[j,l])", 2),
    (CAUSAL, "D(p[i,j], s[k,l]) = where(l < i, delta[i,k]*p[i,j]*(delta[j,l] - p[i,l]), 0)", 2),
    (CAUSAL, "sum[i](p[i,j]) = 1", 2),
    (LOGCUMSUMEXP, "D(y[j], x[i]) = exp(x[i] - y[j])", 2),
    (VARIATION, "D(L, x[i]) = 4*x[i] - 2*x[i-1] - 2*x[i+1]", 1),
    (INNER_VARIATION, "D(L, x[i]) = 4*x[i] - 2*x[i-1] - 2*x[i+1]", 1),
    (INNER_VARIATION, "D(L, x[i]) = where(i > 1, 2*(x[i] - x[i-1]), 0) + 2*(x[i] - x[i+1])", 1),
    (TOTAL_VARIATION, "D(L, x[i]) = sign(x[i] - x[i-1]) + where(i < size[i], sign(x[i] - x[i+1]), 0)", 1),
    (CONV, "D(y[i], x[j]) = w[i-j]", 1),
    (CONV, "D(y[i], x[j]) = w[i-j+2]", 2),
    (CONV, "D(y[i], x[j]) = w[j-i+1]", 2),
    (CONV, "D(y[i], w[k]) = x[i-k]", 1),
    (CONV, "sum[i](g[i]*D(y[i], x[j])) = sum[k](w[k]*g[j-k+1])", 2),
    (CONV, "sum[i](g[i]*D(y[i], x[j])) = sum[k](w[k]*g[j+k])", 1),
    (CONV_2, "D(y[m,n], w[k,l]) = x[m-k+1,n-l]", 1),
    (CONV_2, "sum[m,n](g[m,n]*D(y[m,n], x[a,b])) = sum[k,l](w[k,l]*g[a+k-1,b-l+1])", 2),
    (LAPLACE, "sum[j](g[j]*D(y[j], x[i])) = g[i-1] - g[i] + g[i+1]", 1),
    (LAPLACE, "D(y[j], x[i]) = delta[i,j-1] - 2*delta[i,j]", 2),
    (LAPLACE, "sum[j](y[j]) = 0", 1),
    (PAIRS, "y = sum[i,j]((x[i] - x[j])**2)", 2),
    (PAIRS, "D(y, x[k]) = 2*sum[j < k](x[k] - x[j])", 2),
    (EDGES, "y[j] = x[j+1] - x[j-1]", 2),
    ("y[j] = x[j+1]", "y[j] = x[j-1]", 2),
    ("y[j] = x[j+1]", "sum[j](y[j]) = sum[j](x[j])", 1),
    ("y[j] = x[j+1]", "y[j-1] = x[j]", 1),
    ("y[j] = x[j+1]", "y[j] = 1", 1),
    # true at size 1 or 2 only
    (CUMSUM, "y[j] = where(j == 1, x[j], x[j] + x[j-1])", 3),
    (CUMSUM, "y[j] = x[j]", 2),
    (CUMSUM, "y[j] = x[j] + x[j-1] + x[j-2]", 4),
    (SUFFIX, "y[i] = x[i] + x[i+1] + x[i+2] + x[i+3]", 5),
    ("y = sum[i, j < i, k < j](x[i]*x[j]*x[k])", "y = 0", 3),
    ("y[j] = x[j+7]", "y[j] = 0", 8),
    ("y[j] = x[j+20]", "D(y[j], x[i]) = delta[i,j+19]", 20),
    ("y[j] = x[j+64]", "D(y[j], x[i]) = delta[i,j+63]", 67),
    ("y[j] = x[j+9]\nz[j] = y[j+9]", "z[j] = 0", 21),
]  # fmt: skip


@pytest.mark.parametrize("case", FALSE, ids=lambda c: f"{c[0].splitlines()[-1]}: {c[1]}")
def test_false_ones_fall_at_small_sizes(case: tuple[str, str, int]) -> None:
    define, claim, largest = case
    witness = falls(define, claim)
    assert max(witness.sizes.values()) <= largest
    assert all(1 <= v <= max(witness.sizes.values()) for v in witness.letters.values())


def test_a_witness_shows_letters_and_entries_as_they_are_written() -> None:
    assert falls(VARIATION, "D(L, x[i]) = 4*x[i] - 2*x[i-1] - 2*x[i+1]").json() == {
        "sizes": {"j": 1},
        "letters": {"i": 1},
        "values": {"x": [1]},
        "left": "2",
        "right": "4",
        "difference": "-2",
    }
    # the one entry used lies outside; the input is shown all the same
    assert falls("y[j] = x[j+1]", "y[j] = 1").json() == {
        "sizes": {"j": 1},
        "letters": {"j": 1},
        "values": {"x": [0]},
        "left": "0",
        "right": "1",
        "difference": "-1",
    }
    assert falls(CONV, "D(y[i], x[j]) = w[i-j]").letters == {"i": 1, "j": 1}


# --- what has a value -----------------------------------------------------------------------------


def value(define: str, claim: str, sizes: dict[str, int], letters: dict[str, int], x: list[int]) -> object:
    made = stated(define, claim)
    graph = Graph({d: n for group in made.classes for d, n in sizes.items() if d in group}, made.bodies)
    node = graph.ground(made.left, letters)
    at = [arb(x[n.data[1][0] - 1]) for n in graph.entries]
    return Evaluation(graph, at).value(node)


@pytest.mark.parametrize(
    ("define", "expected"),
    [
        ("y[j] = x[j+1]", [20, 30, 0]),
        ("y[j] = x[j-2]", [0, 0, 10]),
        ("y[j] = sum[c <= j](x[c])", [10, 30, 60]),
        ("y[j] = sum[c < j](x[c])", [0, 10, 30]),
        ("y[j] = sum[j < c <= j+1](x[c])", [20, 30, 0]),
        ("y[j] = prod[c < j](x[c])", [1, 10, 200]),
        ("y[j] = prod[c](x[c+j-1])", [6000, 0, 0]),
        ("y[j] = max[c < j](x[c])", [None, 10, 20]),
        ("y[j] = min[c > j](x[c])", [20, 30, None]),
        ("y[j] = max[c](-x[c+j])", [0, 0, 0]),
        ("y[j] = max[c != j](-x[c])", [-20, -10, -10]),
        ("y[j] = mean[c > j](x[c])", [25, 30, None]),
        ("y[j] = where(j < size[j], x[j], 1/(x[j] - x[j]))", [10, 20, None]),
        ("y[j] = where(j > 1, max[c < j](x[c]), 7)", [7, 10, 20]),
        ("y[j] = (x[j] - x[j])*max[c < j](x[c])", [None, 0, 0]),
        ("y[j] = max[d](max[c < j](x[c]) + x[d])", [None, 40, 50]),
        ("u[j] = log(x[j])\ny[j] = exp(u[j+1])*where(j == 3, 1, 0)", [0, 0, 1]),
        ("y[j] = delta[j,j+1] + delta[j+1,j+1] + 0*x[j]", [1, 1, 1]),
        ("y[j] = where(j == 2, x[j-1], where(j != 3, 5, 6))", [5, 10, 6]),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)  # fmt: skip
def test_values_at_every_position(define: str, expected: list[int | None]) -> None:
    for j, known in enumerate(expected, 1):
        found = value(define, "y[j] = 0", dict.fromkeys("jcd", 3), {"j": j}, [10, 20, 30])
        if known is None:
            assert str(found) == "undefined"
        else:
            assert abs(found - known) < 1e-40  # type: ignore[operator]


def test_an_empty_range_is_no_instance() -> None:
    whole = stands("y[j] = sum[c < j](x[c])", "y[j] = y[j]").instances
    part = stands("y[j] = max[c < j](x[c])", "y[j] = y[j]").instances
    assert 0 < part < whole
    for define in ("y[j] = max[c < 1](x[c]) + x[j]", "y[j] = mean[c > size[c]](x[c]) + x[j]"):
        verdict = check(stated(define, "y[j] = y[j]"))
        assert (verdict.word, verdict.instances) == ("undecided", 0)
        assert verdict.reason.startswith("no instance")


def test_the_part_that_is_not_taken_may_be_undefined() -> None:
    stands("y[j] = where(j > 1, mean[c < j](x[c]), x[j])", "sum[j](y[j]) = sum[j](y[j])")
    stands("y[j] = sum[c <= j](log(x[c]))", "D(y[j], x[i]) = where(i <= j, 1/x[i], 0)")
    falls("y[j] = where(j >= 1, 3, log(-1 - x[j]**2))", "y[j] = where(j == 2, 4, 3)")


# --- both sides of a condition --------------------------------------------------------------------


def test_a_side_that_counts_nowhere_is_named() -> None:
    # at j < size[j] the left side has no value
    verdict = check(stated("y[j] = where(j < size[j], sqrt(-1 - x[j]**2), x[j])", "y[j] = x[j]"))
    assert verdict.word == "undecided"
    assert verdict.reason.startswith("branch never reached: j < size[j] true in where(j < size[j], ")


def test_sides_that_positions_cannot_reach_are_not_wanted() -> None:
    assert stands("y[j] = where(j >= 1, x[j], 7)", "y[j] = x[j]").reason == ""
    assert stands("y[j] = where(j <= size[j], x[j], 7)", "y[j] = x[j]").reason == ""
    inner = "where(i <= j, where(j >= i, x[i], 5), x[j])"
    reason = stands("y[j] = x[j]", f"{inner} = where(i <= j, x[i], x[j])").reason
    assert reason == "cannot be reached: j >= i false in where(j >= i, x[i], 5)"
    stands("y[j] = sum[j < c <= j](x[c])", "y[j] = 0")


def test_a_side_that_only_a_large_size_reaches() -> None:
    falls("y[j] = where(j > 30, 1, x[j])", "y[j] = x[j]")
    falls("y[i,j] = x[i]*x[j]", "where(i > j + 30, 1, y[i,j]) = y[i,j]")
    falls("y[i,j] = x[i]*x[j]", "where(i + j > size[j] + 30, 1, y[i,j]) = y[i,j]")


def test_signs_of_a_condition_are_those_of_all_letters() -> None:
    i, j, k, m = Index("i", "n"), Index("j", "n"), Index("k", "w"), Size("n")
    parts = ({}, {i: 1}, {m: 1}, {i: 1, k: -1}, {i: 1, m: -1}, {i: 1, j: 1}, {i: 1, m: 1})
    sides = [affine(dict(p), constant, "n") for constant in (-2, 0, 1) for p in parts]
    graphs = [Graph({"n": n, "w": w}, {}) for n, w in product((1, 2, 3, 4, 9), repeat=2)]
    for left, right in product(sides, sides):
        found = set()
        for graph in graphs:
            n, w = graph.sizes["n"], graph.sizes["w"]
            for a, b, c in product(range(1, n + 1), (1, n), (1, w)):
                at = {"i": a, "j": b, "k": c}
                gap = graph.place(left, at) - graph.place(right, at)
                found.add((gap > 0) - (gap < 0))
        # 0 is passed over where sizes or letters count twice
        assert found | {0} == signs_of_order(Order("<", left, right)) | {0}, (left, right)
        assert found <= signs_of_order(Order("<", left, right))


# --- sizes and letters ----------------------------------------------------------------------------


def test_sizes_go_beyond_the_shifts() -> None:
    for shift in (1, 2, 5, 20, 64):
        made = shifts(stated(f"y[j] = x[j+{shift}]", "y[j] = y[j]"))
        assert made.span == shift
        assert max(s["j"] for s in size_patterns(["j"], made.span)) >= shift + 3
    assert shifts(stated("y[j] = x[j+9]\nz[j] = y[j-5]", "z[j+2] = 0")).span == 16
    assert shifts(stated(CONV, "D(y[i], x[j]) = w[i-j+1]")).inner == {"k"}
    assert shifts(stated("y[i,k] = x[i]*w[k]", "x[i-k] = x[i-k]")).inner == {"k"}
    assert not shifts(stated("y[j] = x[j]", "y[j] = x[j]")).any
    two = [tuple(s.values()) for s in size_patterns(["i", "k"], 1, {"k"})]
    assert any(n >= k + 3 for n, k in two)
    assert any(n < k for n, k in two)
    assert (1, 1) in two


def test_letters_are_tried_close_together_and_at_the_ends() -> None:
    rows = letter_values({"i": "n", "j": "n", "k": "n"}, {"n": 40}, 200, None, near=2)
    apart = {(r["i"] - r["j"], r["j"] - r["k"]) for r in rows}
    assert {(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1)} <= apart
    assert {r["i"] for r in rows} >= {1, 40}
    assert all(1 <= v <= 40 for r in rows for v in r.values())
    few = letter_values({"i": "n", "j": "n"}, {"n": 9}, 200, None, near=2)
    assert len(few) == math.comb(9, 1) ** 2


# --- maxima -----------------------------------------------------------------------------------------


def test_an_argument_that_occurs_twice_in_a_maximum_counts_once() -> None:
    once = "where(x[i] == y, 1, 0)"
    stands("y = max[c,d](x[c])", f"D(y, x[i]) = {once}")
    falls("y = max[c,d](x[c])", f"D(y, x[i]) = size[d]*{once}")
    witness = falls("y[j] = max[c](x[j] + 0*x[c])", "D(y[j], x[i]) = size[j]*delta[i,j]")
    assert witness.sizes == {"c": 2}
    pairs = "y = max[c,d](abs(x[c] - x[d]))"
    stands(pairs, "D(y, x[i]) = sum[d](where(abs(x[i] - x[d]) >= y, sign(x[i] - x[d]), 0))")
    falls(pairs, "D(y, x[i]) = 2*sum[d](where(abs(x[i] - x[d]) >= y, sign(x[i] - x[d]), 0))")
    shifted = "y = max[c,d](x[c-d])"
    falls(shifted, "D(y, x[i]) = sum[c,d](where(x[c-d] >= y, delta[c-d,i], 0))")


def test_an_entry_is_never_above_the_maximum() -> None:
    for claim in ("where(x[i] >= y, 1, 0)", "where(x[i] < y, 0, 1)", "where(y - x[i] <= 0, 1, 0)"):
        stands("y = max[c](x[c])", f"D(y, x[i]) = {claim}")
    falls("y = max[c](x[c])", "D(y, x[i]) = where(x[i] > y, 1, 0)")
    stands("y = max[c](abs(x[c]))", "D(y, x[i]) = where(abs(x[i]) >= y, sign(x[i]), 0)")
    stands("y = min[c](x[c]**2)", "D(y, x[i]) = where(x[i]**2 <= y, 2*x[i], 0)")
    stands("y = max[c](x[c]*w[c] + b)", "D(y, x[i]) = where(x[i]*w[i] + b >= y, w[i], 0)")
    stands("y[j] = x[j] - max[c](x[c])", "max(y[j], 0) = 0")

"""The ball checker: true theorems stand, false ones fall with a witness a person can read, and what was
never evaluated is never called a success."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
from flint import arb, ctx

from symderiv.definitions import Function
from symderiv.verify._cover import partitions
from symderiv.verify._ground import Graph
from symderiv.verify._jets import Evaluation
from symderiv.verify.by_balls import check
from symderiv.verify.verdict import Verdict

SOFTMAX = "y[j] = exp(z[j])/sum[c](exp(z[c]))"
LOG_SOFTMAX = "s[j] = z[j] - log(sum[c](exp(z[c])))"
SIGMOID = "s[j] = 1/(1 + exp(-z[j]))"
LAYERNORM = """
mu = mean[c](x[c])
s = sqrt(mean[c]((x[c] - mu)**2) + eps)
h[j] = (x[j] - mu)/s
"""
CROSS_ENTROPY = SOFTMAX + "\nL = -sum[d](t[d]*log(y[d]))"
ATTENTION = """
s[m] = sum[c](q[c]*K[m,c])/sqrt(size[c])
p[m] = exp(s[m])/sum[n](exp(s[n]))
o[a] = sum[m](p[m]*V[m,a])
"""


def ask(define: str, claim: str, *assume: str, **options: float) -> Verdict:
    return check(Function(define, assume=assume).claim(claim), **options)  # type: ignore[arg-type]


def stands(define: str, claim: str, *assume: str) -> Verdict:
    verdict = ask(define, claim, *assume)
    assert verdict.word == "unrefuted", (claim, verdict)
    assert verdict.instances > 0
    assert verdict.sizes
    return verdict


def falls(define: str, claim: str, *assume: str) -> Verdict:
    verdict = ask(define, claim, *assume)
    assert verdict.word == "refuted", (claim, verdict)
    assert verdict.witness is not None
    assert verdict.witness.left != verdict.witness.right
    return verdict


def open_(define: str, claim: str, *assume: str) -> Verdict:
    verdict = ask(define, claim, *assume)
    assert verdict.word == "undecided", (claim, verdict)
    assert verdict.witness is None
    return verdict


TRUE = [
    (SOFTMAX, "D(y[j], z[i]) = delta[i,j]*y[j] - y[j]*y[i]"),
    (SOFTMAX, "sum[j](g[j]*D(y[j], z[i])) = y[i]*(g[i] - sum[j](g[j]*y[j]))"),
    (SOFTMAX, "exp(z[j] - m)/sum[c](exp(z[c] - m)) = y[j]"),
    (
        SOFTMAX,
        "D(y[j], z[i], z[k]) = y[j]*((delta[j,k] - y[k])*(delta[i,j] - y[i]) - y[i]*(delta[i,k] - y[k]))",
    ),
    (SOFTMAX, "D(sum[j](g[j]*D(y[j], z[i])), z[k]) = D(sum[j](g[j]*D(y[j], z[k])), z[i])"),
    (LOG_SOFTMAX, "D(s[j], z[i]) = delta[i,j] - exp(s[i])"),
    (SIGMOID, "D(s[j], z[i]) = delta[i,j]*s[j]*(1 - s[j])"),
    (CROSS_ENTROPY, "D(L, z[i]) = y[i] - t[i]", "sum[c](t[c]) = 1"),
    (CROSS_ENTROPY, "D(L, z[i]) = y[i] - t[i]", "sum[c](t[c]) = 1", "t[c] > 0"),
    (LAYERNORM, "D(h[j], x[i]) = (delta[i,j] - 1/size[c] - h[i]*h[j]/size[c])/s", "eps > 0"),
    (ATTENTION, "D(o[a], K[k,i]) = p[k]*(V[k,a] - o[a])*q[i]/sqrt(size[c])"),
    ("y[j] = x[j]*prod[c](x[c])", "D(y[j], x[i]) = delta[i,j]*prod[c](x[c]) + y[j]/x[i]"),
    ("y = x**n", "D(y, x) = n*x**(n - 1)"),
    ("y = x**n", "D(y, n) = y*log(x)"),
    ("y = x**(1/3)", "D(y, x) = y/(3*x)"),
    ("m = max[c](x[c])", "D(m, x[i]) = where(x[i] == max[c](x[c]), 1, 0)"),
    ("y = abs(x)", "D(y, x) = sign(x)"),
    ("y = min(a, b)", "y = -max(-a, -b)"),
    ("q = sum[c,d](x[c]*A[c,d]*x[d])", "D(q, x[i]) = 2*sum[c](A[i,c]*x[c])", "A[i,j] = A[j,i]"),
    ("q = sum[c,d](x[c]*A[c,d]*x[d])", "q = 0", "A[i,j] = -A[j,i]"),
    ("y = sqrt(1 - x**2)", "D(y, x) = -x/y"),
    ("y = log(a - b)", "D(y, a) = 1/(a - b)", "a > b + 100"),
]


@pytest.mark.parametrize("case", TRUE, ids=lambda c: c[1])
def test_true_theorems_stand(case: tuple[str, ...]) -> None:
    assert stands(*case).seconds < 5


FUNCTIONS = {
    "exp": "exp(x)", "log": "1/x", "log1p": "1/(1 + x)", "expm1": "exp(x)", "sqrt": "1/(2*sqrt(x))",
    "sin": "cos(x)", "cos": "-sin(x)", "tanh": "1 - tanh(x)**2", "sinh": "cosh(x)", "cosh": "sinh(x)",
    "erf": "2/sqrt(pi)*exp(-x**2)", "erfc": "-2/sqrt(pi)*exp(-x**2)",
    "sigmoid": "sigmoid(x)*(1 - sigmoid(x))", "abs": "sign(x)", "sign": "0*x",
}  # fmt: skip


@pytest.mark.parametrize("name", FUNCTIONS)
def test_derivative_of_each_function(name: str) -> None:
    derivative = FUNCTIONS[name]
    stands(f"y = {name}(x)", f"D(y, x) = {derivative}")
    # with an inner derivative that is not 1, and once more
    stands(f"u = 2*w - 1/3\nx = u**3\ny = {name}(x)\nd = {derivative}", "D(y, w) = 6*u**2*d")
    stands(f"y = {name}(x)\nd = {derivative}", "D(y, x, x) = D(d, x)")
    falls(f"y = {name}(x)", f"D(y, x) = {derivative} + 1e-20")


@pytest.mark.parametrize("name", [f for f in FUNCTIONS if f not in ("abs", "sign")])
def test_third_derivatives_agree_with_mpmath(name: str) -> None:
    function = getattr(mpmath, name, lambda v: 1 / (1 + mpmath.exp(-v)))
    claim = Function(f"y = {name}(x)").claim("D(y, x, x, x) = 0")
    graph = Graph({}, claim.bodies)
    node = graph.ground(claim.left, {})
    for at in (0.375, 2.5):
        with mpmath.workdps(60):
            known = mpmath.diff(function, mpmath.mpf(at), 3)
            with ctx.workprec(200):
                found = Evaluation(graph, [arb(at)]).value(node).str(30, radius=False)
            assert abs(mpmath.mpf(found) / known - 1) < 1e-14


# --- one-place mutations --------------------------------------------------------------------------

MUTATIONS = {
    SOFTMAX: [
        "D(y[j], z[i]) = delta[i,j]*y[j] + y[j]*y[i]",
        "D(y[j], z[i]) = delta[i,j]*y[j] - y[j]*y[j]",
        "D(y[j], z[i]) = delta[i,j]*y[j] - y[i]*y[i]",
        "D(y[j], z[i]) = delta[i,j] - y[j]*y[i]",
        "D(y[j], z[i]) = delta[i,j]*y[j] - y[j]",
        "D(y[j], z[i]) = delta[i,j]*y[j] - 2*y[j]*y[i]",
        "D(y[j], z[i]) = delta[i,j]*y[j] - y[j]*y[i]**2",
        "D(y[j], z[i]) = delta[i,j]*z[j] - y[j]*y[i]",
        "D(y[j], z[i]) = y[j] - y[j]*y[i]",
        "sum[j](g[j]*D(y[j], z[i])) = y[i]*(g[i] - sum[j](g[j]))",
        "sum[j](g[j]*D(y[j], z[i])) = g[i]*(g[i] - sum[j](g[j]*y[j]))",
        "sum[j](D(y[j], z[i])) = y[i]",
        "sum[j](y[j]) = size[c]",
        "D(y[j], z[i], z[k]) = y[j]*((delta[j,k] - y[k])*(delta[i,j] - y[i]) - y[i]*(delta[i,j] - y[k]))",
    ],
    LOG_SOFTMAX: [
        "D(s[j], z[i]) = delta[i,j] - exp(s[j])",
        "D(s[j], z[i]) = delta[i,j] + exp(s[i])",
        "D(s[j], z[i]) = delta[i,j] - s[i]",
        "D(s[j], z[i]) = delta[i,j] - exp(z[i])",
        "D(s[j], z[i]) = delta[i,j] - exp(-s[i])",
    ],
    SIGMOID: [
        "D(s[j], z[i]) = delta[i,j]*s[j]*(1 + s[j])",
        "D(s[j], z[i]) = s[j]*(1 - s[i])",
        "D(s[j], z[i]) = delta[i,j]*(1 - s[j])",
        "D(s[j], z[i]) = -delta[i,j]*s[j]*(1 - s[j])",
        "D(s[j], z[i]) = delta[i,j]*s[j]*(1 - s[j]**2)",
        "s[j] = sigmoid(-z[j])",
    ],
    LAYERNORM: [
        "D(h[j], x[i]) = (delta[i,j] - 1/size[c] + h[i]*h[j]/size[c])/s",
        "D(h[j], x[i]) = (delta[i,j] - 1/size[c] - h[i]*h[j])/s",
        "D(h[j], x[i]) = (delta[i,j] - size[c] - h[i]*h[j]/size[c])/s",
        "D(h[j], x[i]) = (delta[i,j] - 1/size[c] - h[i]*h[j]/size[c])/s**2",
        "D(h[j], x[i]) = (delta[i,j] - 1/size[c] - h[i]*h[i]/size[c])/s",
        "D(h[j], x[i]) = (delta[i,j] - h[i]*h[j]/size[c])/s",
        "D(h[j], x[i]) = (1 - 1/size[c] - h[i]*h[j]/size[c])/s",
        "D(h[j], x[i]) = (delta[i,j] - 1/size[c] - x[i]*h[j]/size[c])/s",
    ],
    CROSS_ENTROPY: [
        "D(L, z[i]) = y[i] + t[i]",
        "D(L, z[i]) = t[i] - y[i]",
        "D(L, z[i]) = y[i]*t[i]",
        "D(L, z[i]) = y[i]",
        "D(L, z[i]) = z[i] - t[i]",
    ],
}


@pytest.mark.parametrize(("define", "claim"), [(d, c) for d, claims in MUTATIONS.items() for c in claims])
def test_mutations_fall_with_a_small_witness(define: str, claim: str) -> None:
    assume = {LAYERNORM: ("eps > 0",), CROSS_ENTROPY: ("sum[c](t[c]) = 1",)}.get(define, ())
    witness = falls(define, claim, *assume).witness
    assert witness is not None
    assert set(witness.sizes.values()) <= {1, 2, 3}
    assert all(1 <= v <= 3 for v in witness.letters.values())
    for values in witness.values.values():
        for v in values if isinstance(values, list) else [values]:
            assert abs(Fraction(v)) <= 4
            assert Fraction(v).denominator <= 4
    assert len(witness.left) < 22


def test_witness_is_the_simplest() -> None:
    witness = falls(SOFTMAX, "D(y[j], z[i]) = delta[i,j]*y[j] + y[j]*y[i]").witness
    assert witness is not None
    assert witness.json() == {
        "sizes": {"c": 1},
        "letters": {"i": 1, "j": 1},
        "values": {"z": [0]},
        "left": "0",
        "right": "2",
        "difference": "-2",
    }
    witness = falls("y = where(x >= 1/3, 1, 0)", "y = where(x > 1/3, 1, 0)").witness
    assert witness is not None
    assert (witness.values, witness.left, witness.right) == ({"x": "1/3"}, "1", "0")


# --- sampling traps -------------------------------------------------------------------------------


def test_identity_of_power_sums_that_holds_at_every_size_up_to_4() -> None:
    powers = "\n".join(f"p{k} = sum[c](x[c]**{k})" for k in range(1, 6))
    elementary = "e2 = (p1*p1 - p2)/2\ne3 = (e2*p1 - p1*p2 + p3)/3\ne4 = (e3*p1 - e2*p2 + p1*p3 - p4)/4"
    witness = falls(f"{powers}\n{elementary}", "p5 = p1*p4 - e2*p3 + e3*p2 - e4*p1").witness
    assert witness is not None
    assert witness.sizes == {"c": 5}


def test_every_pattern_of_coincidence_is_tried() -> None:
    pairs = [(a, b) for n, a in enumerate("abcdef") for b in "abcdef"[n + 1 :]]
    apart = "*".join(f"(1 - delta[{a},{b}])" for a, b in pairs)
    witness = falls("y[j] = x[j]", f"{apart}*x[a] = 0").witness
    assert witness is not None
    assert sorted(witness.letters.values()) == [1, 2, 3, 4, 5, 6]
    couples = "delta[a,b]*delta[c,d]*delta[e,f]*(1 - delta[a,c])*(1 - delta[a,e])*(1 - delta[c,e])"
    falls("y[j] = x[j]", f"{couples}*x[a] = 0")


def test_dimensions_are_unequal() -> None:
    falls("y = sum[c,d](A[c,d])", "size[c]*y = size[d]*y")
    falls("y = sum[c](x[c])", "size[c]*y = 3*y")


def test_letters_of_a_size_that_only_large_sizes_reach() -> None:
    falls("y = sum[c](x[c])", "where(size[c] > 6, y, 0) = 0")
    falls("y = sum[c](x[c])", "where(size[c] > 15, y, 0) = 0")
    assert "size[c] > 1000 true" in open_("y = sum[c](x[c])", "where(size[c] > 1000, y, 0) = 0").reason


def test_partitions_are_the_bell_numbers() -> None:
    assert [len(list(partitions(n, 9))) for n in range(8)] == [1, 1, 2, 5, 15, 52, 203, 877]
    assert len(list(partitions(4, 2))) == 8


def test_tiny_differences_are_seen() -> None:
    falls("y = x", "y = x + 1e-30")
    falls("y = x", "y = x + 1e-40*exp(-300)")


# --- branches -------------------------------------------------------------------------------------


def test_relu_needs_both_sides() -> None:
    stands("y[j] = max(0, x[j])", "D(y[j], x[i]) = where(x[j] > 0, delta[i,j], 0)")
    falls("y[j] = max(0, x[j])", "D(y[j], x[i]) = delta[i,j]")
    falls("y[j] = max(0, x[j])", "D(y[j], x[i]) = 0")
    stands("y = max(0, x)", "D(y, x) = 1", "x > 0")


def test_far_branches_are_sought() -> None:
    falls("y = where(x > 1000, x**2, x)", "y = x")
    falls("y = where(x == 3, x**2, x)", "y = x")
    falls("y = where(sum[c](x[c]) > 90, 1, 0)", "y = 0")
    stands("y = where(x == 3, x**2, x)", "D(y, x) = 1")


def test_an_unreached_branch_is_undecided_and_named() -> None:
    verdict = open_("y = where(x > exp(x), x, 1)", "y = 1")
    assert verdict.reason.startswith("branch never reached: x > exp(x) true")
    assert "where(x > exp(x), x, 1)" in verdict.reason
    assert verdict.instances > 0


def test_a_branch_that_no_point_can_reach_is_said() -> None:
    verdict = stands("y = where(sin(x) > 2, x, 1)", "y = 1")
    assert verdict.reason == "cannot be reached: sin(x) > 2 true in where(sin(x) > 2, x, 1)"
    stands("y = abs(2 + sin(x))", "y = 2 + sin(x)")
    stands("y = max(sin(x), 3)", "y = 3")
    stands("y = where(x**2 < 3, x, 0)", "y = 0", "x > 2", "x < 3")
    # at a larger size it may be reached
    assert "branch never reached" in open_("y = where(sum[c](sin(x[c])) > 2000, 1, 0)", "y = 0").reason
    assert (
        "branch never reached" in open_("s = sum[c](sin(x[c]))\ny = where(s > size[c], 1, 0)", "y = 0").reason
    )


def test_branches_that_signs_rule_out_are_not_wanted() -> None:
    stands("y = abs(exp(x))", "y = exp(x)")
    stands("y = abs(x**2 + 1)", "y = x**2 + 1")
    stands("y = abs(x)", "y = x", "x > 0")
    stands("y = max(0, sigmoid(x))", "y = sigmoid(x)")
    stands("y = sign(-3*exp(x))", "y = -1")


def test_edges_of_branches_are_tried() -> None:
    falls("y = where(x >= 0, 1, 0)", "y = where(x > 0, 1, 0)")
    falls("y[j] = where(2*x[j] <= 5/7, 1, 0)", "y[j] = where(2*x[j] < 5/7, 1, 0)")


def test_structural_ties_are_locally_constant() -> None:
    stands("y = sum[c,d](abs(x[c] - x[d]))", "D(y, x[i]) = 2*sum[c](sign(x[i] - x[c]))")
    stands("y = sum[c,d](abs(exp(x[c]) - exp(x[d])))", "D(y, x[i]) = 2*exp(x[i])*sum[c](sign(x[i] - x[c]))")
    stands("y[c,d] = max(x[c], x[d])", "delta[a,b]*D(y[a,b], x[i]) = delta[a,b]*delta[a,i]")


# --- domains, and no instance at all --------------------------------------------------------------


def test_undefined_instances_are_not_counted() -> None:
    both = stands("y = exp(x)", "log(y) = x").instances
    half = stands("y = log(x)", "exp(y) = x").instances
    assert 0 < half < both


def test_what_is_multiplied_by_zero_must_be_defined() -> None:
    # at x < 0 the left side has no value: the right one does not matter there, and is never reached
    verdict = open_("y[i,j] = delta[i,j]*log(x[i])", "y[i,j] = y[i,j] + where(x[i] > 0, 0, 1)")
    assert "branch never reached: x[i] > 0 false" in verdict.reason
    verdict = open_("y = log(x)", "y - y = where(x > 0, 0, 1)")
    assert "branch never reached: x > 0 false" in verdict.reason


@pytest.mark.parametrize(
    "assume",
    [
        ("x[c] > 0", "x[c] < 0"),
        ("x[c] > 0", "0 > x[c]"),
        ("x[c] > 1", "x[c] < 1"),
        ("sum[c](x[c]) = 1", "x[c] < 0"),
        ("sum[c](x[c]) = 1", "sum[c](x[c]) = 2"),
        ("sum[c](x[c]**2) = -1",),
        ("exp(a) < 0",),
        ("x[c] > 0", "1 < 0*a"),
    ],
    ids=str,
)
def test_contradictory_assumptions_give_no_instance(assume: tuple[str, ...]) -> None:
    verdict = open_("y[j] = x[j]", "y[j] = x[j]", *assume)
    assert verdict.reason == "no instance: the assumptions contradict each other"
    assert verdict.instances == 0
    assert verdict.sizes == []


def test_assumptions_not_met_are_called_contradictory_only_where_shown() -> None:
    verdict = open_("y = x", "y = x", "sin(x) > 2")
    assert verdict.reason == "no instance: no point was found that satisfies the assumptions"


def test_nowhere_defined_is_no_instance() -> None:
    assert open_("y = sqrt(-x**2 - 1)", "y = y").reason.startswith("no instance")
    assert open_("y = log(a - b)", "D(y, a) = 1/(a - b)", "a < b").reason.startswith("no instance")
    assert open_("y = 1/(x - x)", "y = 1").reason.startswith("no instance")


def test_size_1_alone_is_said() -> None:
    assert "only at size 1" in stands("y = sum[c](x[c])", "y = 2", "x[c] = 2", "sum[c](x[c]) = 2").reason


# --- assumptions ----------------------------------------------------------------------------------


def test_assumptions_are_used() -> None:
    falls(CROSS_ENTROPY, "D(L, z[i]) = y[i] - t[i]")
    falls("q = sum[c,d](x[c]*A[c,d]*x[d])", "D(q, x[i]) = 2*sum[c](A[i,c]*x[c])")
    falls("q = sum[c,d](x[c]*A[c,d]*x[d])", "q = 0", "A[i,j] = A[j,i]")
    stands("y = sqrt(x**2)", "y = x", "0 < x")
    falls("y = sqrt(x**2)", "y = x")
    stands("y = abs(a - b)", "y = b - a", "a < b")
    stands("y[j] = sum[i](P[i,j]*v[i])", "sum[j](y[j]) = sum[i](v[i])", "sum[b](P[a,b]) = 1")
    falls("y[j] = sum[i](P[i,j])", "y[j] = 1", "sum[b](P[a,b]) = 1", "P[a,b] > 0")
    stands("y[j] = sum[i](P[i,j])", "y[j] = 1", "sum[b](P[a,b]) = 1", "sum[a](P[a,b]) = 1", "P[a,b] > 0")


def test_assumptions_that_are_not_linear() -> None:
    stands("n = sum[c](x[c]**2)", "n = 1", "sum[c](x[c]**2) = 1")
    falls("n = sum[c](x[c]**4)", "n = 1", "sum[c](x[c]**2) = 1")
    orthogonal = "sum[k](Q[k,i]*Q[k,j]) = delta[i,j]"
    stands("y[i] = sum[k](Q[i,k]*v[k])", "sum[i](y[i]**2) = sum[k](v[k]**2)", orthogonal)
    falls("y[i] = sum[k](Q[i,k]*v[k])", "sum[i](y[i]) = sum[k](v[k])", orthogonal)


def test_no_derivative_is_needed() -> None:
    stands("y = x", "pi**2/pi = pi")
    falls("y = x", "pi = 3.141592653589793238462643")
    stands("y = sum[c](x[c])", "sum[a,b](delta[a,b]*x[a]*x[b]) = sum[a](x[a]**2)")


# --- running --------------------------------------------------------------------------------------


def test_same_seed_same_answer_and_flint_is_left_as_found() -> None:
    before = ctx.prec, ctx.cap
    one, two = (ask(LAYERNORM, "D(h[j], x[i]) = (delta[i,j] - 1/size[c])/s", "eps > 0") for _ in range(2))
    assert one.witness == two.witness
    assert (ctx.prec, ctx.cap) == before
    assert ask(SOFTMAX, "sum[j](y[j]) = 1", seed=7).word == "unrefuted"


def test_time_is_kept_and_said() -> None:
    heavy = "y = sum[a,b,c,d](exp(x[a]*x[b]*x[c]*x[d]*w[a,b]*u[c,d]))"
    verdict = ask(heavy, "D(y, x[i], x[j], x[k]) = D(y, x[k], x[j], x[i])", seconds=0.6)
    assert verdict.seconds < 2.5
    assert verdict.word in ("unrefuted", "undecided")
    assert "time" in verdict.reason
    assert (verdict.word == "undecided") == (verdict.instances == 0)


def test_a_witness_found_at_the_last_moment_is_still_shown() -> None:
    """The search's deadline does not end the writing down of what it found."""
    f = Function("y[i] = sum[j](Q[i,j]*x[j])", assume=["sum[k](Q[k,i]*Q[k,j]) = delta[i,j]"])
    claim = f.claim("sum[i](y[i]**2) = sum[j](x[j]**2) + (size[j] - 1)*(size[j] - 2)")
    for seconds in (0.1, 0.3, 0.5):
        assert check(claim, seconds=seconds).word in ("refuted", "undecided", "unrefuted")

"""Mistakes that were published in other libraries, each as a claim: the wrong one is rejected by every
checker, the right one is proved.  Arguments are g(x) with g' != 1, because a lost chain factor does not
show at x itself.  The last part asks the same of our own machinery.
"""

from __future__ import annotations

import ast
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flint import arb

from symderiv.definitions import Function
from symderiv.derive.rules import FUNCTIONS, differentiate
from symderiv.errors import InputError
from symderiv.run.compare import relative_error, ulp_error
from symderiv.terms import Call, Entry, Index, Num, Term, add, mul, power
from symderiv.verify import by_calculus
from symderiv.verify.claims import Disagreement, verify

SOFTMAX = "y[j] = exp(z[j])/sum[c](exp(z[c]))"
INNER = "u[j] = 3*x[j] + x[j]**2/4"
SLOPE = "delta[i,j]*(3 + x[j]/2)"

#: where it happened: definition, assumptions, the wrong claims, the right claims
MUSEUM: dict[str, tuple[str, list[str], list[str], list[str]]] = {
    "loopy, transform/diff.py: derivative of tanh": (
        f"{INNER}\nt[j] = tanh(u[j])",
        [],
        [f"D(t[j], x[i]) = {SLOPE}*(1 - t[j])**2"],
        [f"D(t[j], x[i]) = {SLOPE}*(1 - t[j]**2)"],
    ),
    "SymPy, matrix expressions: the gradient of log sum exp was 0": (
        f"{INNER}\nL = log(sum[c](exp(u[c])))",
        [],
        ["D(L, x[i]) = 0", "D(L, x[i]) = exp(u[i] - L)"],
        ["D(L, x[i]) = exp(u[i] - L)*(3 + x[i]/2)"],
    ),
    "SymPy, matrix expressions: the softmax Jacobian was diagonal": (
        f"{INNER}\ny[j] = exp(u[j])/sum[c](exp(u[c]))",
        [],
        [f"D(y[j], x[i]) = {SLOPE}*y[j]", f"D(y[j], x[i]) = {SLOPE}*y[j]*(1 - y[j])"],
        ["D(y[j], x[i]) = y[j]*(delta[i,j] - y[i])*(3 + x[i]/2)"],
    ),
    "SymPy, Sum.diff: the letter of the derivative was captured by the sum": (
        "y = sum[c](w[c]*sin(2*x[c]))",
        [],
        [
            "D(y, x[c]) = 2*sum[k](w[k]*cos(2*x[k])) + 0*x[c]",
            "D(y, x[c]) = 2*size[c]*w[c]*cos(2*x[c])",
        ],
        ["D(y, x[c]) = 2*w[c]*cos(2*x[c])", "D(y, x[i]) = 2*w[i]*cos(2*x[i])"],
    ),
    "SymPy, logsumexp_2terms_opt: the maximum was not subtracted inside": (
        "a = 2*x\nb = y**3\nL = log(exp(a) + exp(b))",
        [],
        ["L = max(a, b) + log1p(exp(min(a, b)))"],
        ["L = max(a, b) + log1p(exp(-abs(a - b)))"],
    ),
    "SymPy, Max of three: one half for each of three": (
        "m = max(2*a, max(b**3, 1 - c))",
        [],
        ["D(m, a)/2 + D(m, b)/(3*b**2) - D(m, c) = 3/2", "D(m, a) = 1"],
        ["D(m, a) = where(2*a > max(b**3, 1 - c), 2, 0)"],
    ),
    "a Triton kernel: max(m, x) where a reduction was meant": (
        "m = max[c](2*x[c])\ny[j] = exp(2*x[j] - m)",
        [],
        ["m = max(2*x[c], 1)", "m = max(2*x[c], 0)", "y[j] = exp(2*x[j] - max(m, 0))"],
        ["y[j] = exp(2*x[j] - max(m, m))"],
    ),
    "UFL, a comment: the first partial derivative with both factors": (
        "f = sin(2*x)\ng = x**3\ny = f*g",
        [],
        ["D(y, x) = g*D(f, x) + g*D(g, x)"],
        ["D(y, x) = g*D(f, x) + f*D(g, x)"],
    ),
    "a layernorm backward: a mean was left out": (
        "u[j] = 2*x[j]\nmu = mean[c](u[c])\ns = sqrt(mean[c]((u[c] - mu)**2) + eps)\nh[j] = (u[j] - mu)/s",
        ["eps > 0"],
        [
            "sum[j](g[j]*D(h[j], x[i])) = 2*(g[i] - h[i]*mean[j](g[j]*h[j]))/s",
            "sum[j](g[j]*D(h[j], x[i])) = (g[i] - mean[j](g[j]) - h[i]*mean[j](g[j]*h[j]))/s",
        ],
        ["sum[j](g[j]*D(h[j], x[i])) = 2*(g[i] - mean[j](g[j]) - h[i]*mean[j](g[j]*h[j]))/s"],
    ),
    "a softmax backward on an accelerator: subtracted twice": (
        SOFTMAX,
        [],
        ["sum[j](g[j]*D(y[j], z[i])) = y[i]*(g[i] - 2*sum[c](g[c]*y[c]))"],
        ["sum[j](g[j]*D(y[j], z[i])) = y[i]*(g[i] - sum[c](g[c]*y[c]))"],
    ),
    "casadi#3208: logsumexp without the maximum": (
        "u[j] = 2*x[j]\nm = max[c](u[c])\nL = log(sum[c](exp(u[c])))",
        [],
        ["L = log(sum[c](exp(u[c] - m)))"],
        ["L = m + log(sum[c](exp(u[c] - m)))"],
    ),
    "autodiff#396: derivative of atanh without the inner one": (
        "u = x**2/2\ny = log((1 + u)/(1 - u))/2",
        [],
        ["D(y, x) = 1/(1 - u**2)"],
        ["D(y, x) = x/(1 - u**2)"],
    ),
    "stan-math#3369: the sign in the branch above a cut-off": (
        "u = 2*x\ny = where(u > 4, u - exp(-u), log(1 + exp(u)))",
        [],
        ["D(y, x) = where(u > 4, 2*(1 - exp(-u)), 2*sigmoid(u))"],
        ["D(y, x) = where(u > 4, 2*(1 + exp(-u)), 2*sigmoid(u))"],
    ),
    "jax#2140: derivative of log_sigmoid at 0": (
        "y = log(sigmoid(3*x))",
        [],
        ["D(y, x) = where(x == 0, 0, 3*sigmoid(-3*x))", "D(y, x) = where(x == 0, 3, 3*sigmoid(-3*x))"],
        ["D(y, x) = 3*sigmoid(-3*x)"],
    ),
}
ACCEPTING = ("proved", "confirmed", "unrefuted")
CHECKERS = ("calculus", "balls", "expansion", "sympy")
WRONG = [(k, c, n) for k, (_, _, wrong, _) in MUSEUM.items() for c in wrong for n in CHECKERS]
RIGHT = [(k, c) for k, (_, _, _, right) in MUSEUM.items() for c in right]


def _function(place: str) -> Function:
    define, assume, _, _ = MUSEUM[place]
    return Function(define, assume=assume, name="museum")


@pytest.mark.parametrize(("place", "claim", "checker"), WRONG)
def test_the_wrong_one_is_rejected(place: str, claim: str, checker: str) -> None:
    check = import_module(f"symderiv.verify.by_{checker}").check
    verdict = check(_function(place).claim(claim), seconds=5.0)
    assert verdict.word not in ACCEPTING, verdict
    if checker == "balls":
        assert verdict.word == "refuted", verdict
        assert verdict.witness is not None


@pytest.mark.parametrize(("place", "claim"), RIGHT)
def test_ours_is_proved(place: str, claim: str) -> None:
    result = verify(_function(place), claim, seconds=5.0)
    assert result.word == "proved", result.json()
    assert "refuted" not in {v.word for v in result.checkers.values()}


def test_a_lost_chain_factor_does_not_show_at_x_itself() -> None:
    # why every rule is tested at g(x): here the wrong rule of autodiff#396 is right
    at_x = Function("y = log((1 + x)/(1 - x))/2")
    assert verify(at_x, "D(y, x) = 1/(1 - x**2)", checkers=("calculus", "balls")).word == "proved"


# --- our own machinery ----------------------------------------------------------------------------


@pytest.fixture
def wrong_tanh(monkeypatch: pytest.MonkeyPatch) -> Any:
    def rule(u: Term) -> Term:
        t = Call("tanh", (u,))
        return power(add(_number(1), mul(_number(-1), t)), _number(2))

    monkeypatch.setitem(FUNCTIONS, "tanh", rule)
    differentiate.cache_clear()
    yield
    differentiate.cache_clear()


def _number(value: int) -> Term:
    return Num(Fraction(value))


@pytest.mark.usefixtures("wrong_tanh")
def test_a_test_of_a_rule_against_itself_cannot_pass() -> None:
    """symforce PR#280: a function was compared with itself.  Balls have rules of their own."""
    function = Function("y[j] = tanh(3*x[j])")
    wrong = function.claim("D(y[j], x[i]) = 3*delta[i,j]*(1 - y[j])**2")
    assert by_calculus.check(wrong).word == "proved"  # by the wrong rule
    assert verify(function, wrong, checkers=("calculus", "balls")).word == "refuted"
    right = verify(function, "D(y[j], x[i]) = 3*delta[i,j]*(1 - y[j]**2)", checkers=("calculus", "balls"))
    assert right.word == "undecided"


@pytest.mark.parametrize("letter", ["i", "j", "k", "c", "d"])
def test_no_letter_is_captured(letter: str) -> None:
    function = Function("y = sum[c](x[c]*sum[d](A[c,d]*x[d]))")
    right = f"D(y, x[{letter}]) = sum[e]((A[{letter},e] + A[e,{letter}])*x[e])"
    assert verify(function, right, checkers=("calculus", "balls")).word == "proved"
    captured = f"D(y, x[{letter}]) = sum[d](A[d,d]*x[d]) + sum[e](A[e,{letter}]*x[e])"
    if letter != "d":
        assert verify(function, captured, checkers=("calculus", "balls")).word == "refuted"


def test_a_letter_bound_inside_itself_is_an_error() -> None:
    with pytest.raises(InputError):
        Function("y = sum[c](x[c]*sum[c](x[c]))")
    with pytest.raises(InputError):
        Function("y[j] = x[j]").claim("sum[c](y[c])*y[c] = y[c]*sum[d](y[d])")


@pytest.mark.parametrize(
    ("define", "claim"),
    [
        ("y[j] = digamma(x[j])", "y[j] = 0"),
        ("y[j] = x[j]", "D(y[j], w[i]) = 0"),
        ("s = x**2\ny = s", "D(y, s) = 0"),
        ("y = max(a)", "y = a"),
        ("y = max(a, b, 1)", "y = a"),
        ("y[j] = max(x[j])", "y[j] = 0"),
    ],
)
def test_what_is_unknown_is_an_error_and_never_0(define: str, claim: str) -> None:
    with pytest.raises(InputError):
        Function(define).claim(claim)


def test_no_derivative_by_what_an_equality_constrains() -> None:
    for assume, claim in (
        ("sum[c](t[c]) = 1", "D(L, t[i]) = 0"),
        ("t[c] = z[c]", "D(L, t[i]) = 0"),
    ):
        with pytest.raises(InputError):
            Function("L = sum[c](t[c])", assume=[assume]).claim(claim)


def test_a_function_without_a_rule_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(FUNCTIONS, "tanh")
    differentiate.cache_clear()
    try:
        with pytest.raises(KeyError):
            differentiate(Call("tanh", (Entry("x"),)), Entry("x"))
        with pytest.raises(KeyError):
            by_calculus.check(Function("y = tanh(2*x)").claim("D(y, x) = 0"))
    finally:
        differentiate.cache_clear()


def test_a_term_without_a_rule_is_an_error() -> None:
    class Strange(Call):
        pass

    with pytest.raises((KeyError, TypeError)):
        differentiate(Strange("strange", (Entry("x", (Index("i", "c"),)),)), Entry("x", (Index("j", "c"),)))


def test_a_checker_that_forgets_to_return_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """pystencils, simplificationfactory: a missing return."""
    monkeypatch.setattr(by_calculus, "check", lambda claim, seconds: None)
    with pytest.raises(AttributeError):
        verify(Function(SOFTMAX), "sum[j](y[j]) = 1", checkers=("calculus",))


@pytest.mark.usefixtures("wrong_tanh")
def test_a_proof_of_a_refuted_claim_is_never_a_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symderiv.verify.claims.CHECKERS", ("calculus", "balls"))
    with pytest.raises(Disagreement):
        verify(Function("y = tanh(3*x)"), "D(y, x) = 3*(1 - y)**2", checkers=("calculus", "balls"))


def test_errors_are_relative_and_of_each_entry() -> None:
    """A backward pass was wrong by up to 100 % where p is near 1; an absolute tolerance passed it."""
    true = np.array([arb(2) ** -40, arb(1)], dtype=object)
    computed = np.array([2.0**-39, 1.0])
    assert np.allclose(computed, [2.0**-40, 1.0])  # what a usual test would ask
    assert relative_error(computed, true)[0] > 0.99
    assert ulp_error(computed, true)[0] > 1e15
    assert ulp_error(np.array([np.nan, 1.0]), true)[0] == np.inf


def test_a_comparison_of_other_precision_raises() -> None:
    with pytest.raises(ArithmeticError):
        ulp_error(np.array([1.0]), np.array([arb(1, 1e-3)], dtype=object))


def test_no_test_drops_the_answer_of_a_comparer() -> None:
    """einops, test_ops: a comparer returned a bool that nobody looked at, so the test could not fail."""
    answers = {
        "allclose",
        "array_equal",
        "isclose",
        "equal",
        "same",
        "is_zero",
        "equals",
        "exists",
        "any",
        "all",
    }
    dropped = []
    for path in sorted(Path(__file__).parents[1].rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Expr):
                continue
            value = node.value
            called = value.func if isinstance(value, ast.Call) else None
            name = getattr(called, "attr", getattr(called, "id", ""))
            if isinstance(value, ast.Compare | ast.BoolOp) or name in answers:
                dropped.append(f"{path.name}:{node.lineno}")
    assert dropped == []

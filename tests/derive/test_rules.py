"""The table of rules: every function at g(x) with g' != 1, every construct, by an independent check."""

from __future__ import annotations

import pytest

from symderiv.definitions import Function
from symderiv.derive.rules import FUNCTIONS, differentiate, evaluate
from symderiv.notation.show import text
from symderiv.terms import UNARY, Diff, Entry, Index
from symderiv.verify import by_balls, by_calculus

#: Definitions that take each rule and each branch once; balls differentiate on their own.
CONSTRUCTS = [
    "y[j] = x[j]**3*w[j] - x[j]/w[j]",
    "y[j] = (1 + x[j]**2)**w[j]",
    "y[j] = (1 + x[j]**2)**(3/2)",
    "y[j] = max(x[j]**2, 2*x[j])",
    "y[j] = min(x[j]**2, 2*x[j])",
    "y[j] = where(x[j] > w[j], sin(2*x[j]), cos(3*x[j]))",
    "y = sum[c](x[c]*sum[d](x[d]**2))",
    "y = mean[c](exp(2*x[c]))",
    "y = max[c](x[c]**3)",
    "y = min[c](x[c]**3)",
    "y = prod[c](1 + x[c]**2)",
    "y[i] = sum[j](x[i]*x[j])",
]


def test_every_function_of_the_language_has_a_rule() -> None:
    assert set(FUNCTIONS) == set(UNARY)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_rule_of_each_function_with_an_inner_derivative(name: str) -> None:
    inner = "1 + x[j]**2" if name in ("log", "sqrt") else "3*x[j] + x[j]**2/4"
    if name == "log1p":
        inner = "2*x[j]**2"
    _agrees(f"y[j] = {name}({inner})")


@pytest.mark.parametrize("define", CONSTRUCTS)
def test_rule_of_each_construct(define: str) -> None:
    _agrees(define)


def _agrees(define: str) -> None:
    """What the rules give, as a claim that ball arithmetic judges with its own differentiation."""
    function = Function(define)
    output = function.output
    target = Entry("x", (Index("k", function.inputs["x"][0]),))
    derived = evaluate(Diff(output.entry, (target,)), function.bodies)
    claim = function.claim(f"D({text(output.entry)}, x[k]) = {text(derived)}")
    verdict = by_balls.check(claim)
    assert verdict.word == "unrefuted", (verdict, text(derived))
    assert verdict.instances > 0


def test_a_broken_rule_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    # loopy's tanh, wrong from 2015 on: (1 - tanh)^2
    from symderiv.terms import MINUS_ONE, ONE, Num, add, call, mul, power

    wrong = lambda u: power(add(ONE, mul(MINUS_ONE, call("tanh", u))), Num(ONE.value * 2))  # noqa: E731
    monkeypatch.setitem(FUNCTIONS, "tanh", wrong)
    differentiate.cache_clear()
    try:
        with pytest.raises(AssertionError):
            _agrees("y[j] = tanh(3*x[j])")
        right = Function("y[j] = tanh(3*x[j])").claim("D(y[j], x[i]) = 3*delta[i,j]*(1 - y[j]**2)")
        assert by_calculus.check(right).word == "undecided"
    finally:
        differentiate.cache_clear()


def test_bound_letters_that_meet_the_target_are_renamed() -> None:
    f = Function("y = sum[c](x[c]*sum[d](x[d]))")
    for letter in "cd":
        claim = f.claim(f"D(y, x[{letter}]) = 2*sum[k](x[k]) + 0*x[{letter}]")
        assert by_calculus.check(claim).word == "proved"

"""Products with a Jacobian, passed on from name to name: when, with which names, and proved."""

from __future__ import annotations

import pytest

from symderiv.definitions import Function
from symderiv.derive.adjoint import Product, adjoint_products
from symderiv.derive.staged import depth, staged
from symderiv.derive.steps import derive_steps
from symderiv.notation.show import text
from symderiv.terms import Diff, Entry, Reduce, all_indices, mul, walk
from symderiv.verify import by_balls

ATTENTION = Function(
    "s[m] = sum[c](q[c]*K[m,c])/sqrt(size[c])\np[m] = exp(s[m])/sum[n](exp(s[n]))\no[a] = sum[m](p[m]*V[m,a])"
)
REGRESSION = Function("f[n] = sum[c](X[n,c]*w[c])\np[n] = sigmoid(f[n])\nL = sum[n]((p[n] - y[n])**2)")
#: The names m and p are tensors: no letter may be called so.
NAMES = Function("r[k,n] = (x[n] - m[k])**2\nL = sum[n](log(sum[k](p[k]*exp(-r[k,n]))))", assume=["p[k] > 0"])
LAYERNORM = Function("mu = mean[c](x[c])\ns = sqrt(mean[c]((x[c] - mu)**2))\nh[j] = (x[j] - mu)/s")
NETWORK = Function("a[k] = sum[c](W[k,c]*x[c])\nh[k] = tanh(a[k])\nz[j] = sum[k](V[j,k]*h[k])")


def products(function: Function, wrt: str) -> list[Product]:
    return adjoint_products(derive_steps(function, wrt))


def test_attention_backward_is_what_one_computes() -> None:
    backward, forward = products(ATTENTION, "q")
    assert [text(s.entry) + " = " + text(s.value) for s in backward.stages] == [
        "gp[m] = sum[a](go[a]*V[m,a])",
        "gs[m] = p[m]*(gp[m] - sum[j](gp[j]*p[j]))",
    ]
    assert text(backward.right) == "sum[m](gs[m]*K[m,i])/sqrt(size[c])"
    assert [s.entry.name for s in forward.stages] == ["ds", "dp"]
    assert text(forward.right) == "sum[j](V[j,a]*dp[j])"


@pytest.mark.parametrize(
    ("function", "wrt"),
    [(ATTENTION, "q"), (REGRESSION, "w"), (NAMES, "m"), (NETWORK, "x")],
)
def test_the_balls_find_nothing_wrong(function: Function, wrt: str) -> None:
    """Tried by a checker that shares no code: the whole product, with every stage's name spelled out."""
    from symderiv.definitions import Claim, Statement

    made = products(function, wrt)
    assert any(p.stages for p in made)
    for p in made:
        names = tuple(Statement(s.entry.name, s.entry.letters, s.value) for s in p.stages)
        known = {s.name for s in (*function.statements, *names)}
        inputs = dict(function.inputs)
        for side in (p.left, p.right, *(s.value for s in p.stages)):
            for t in walk(side):
                for e in (t, *t.targets) if isinstance(t, Diff) else (t,):
                    if isinstance(e, Entry) and e.name not in known:
                        inputs.setdefault(e.name, tuple(i.dim for i in e.letters))
        claim = Claim("", p.left, p.right, (*function.statements, *names), function.assumptions, inputs, ())
        assert by_balls.check(claim).word == "unrefuted"


def test_no_letter_has_the_name_of_a_tensor() -> None:
    for p in products(NAMES, "m"):
        used = {i.name for t in (p.right, *(s.value for s in p.stages)) for i in all_indices(t)}
        assert used.isdisjoint({*NAMES.inputs, *NAMES.bodies})


def test_no_stages_where_a_name_is_used_twice() -> None:
    """h uses mu and, by way of s, mu again: what comes to mu is no product with one Jacobian."""
    d = derive_steps(LAYERNORM, "x")
    left = Reduce("sum", d.output.letters, mul(Entry("gh", d.output.letters), d.left))
    assert staged(d, True, left, lambda inner, meaning: ((), meaning)) is None
    assert all(not p.stages for p in products(LAYERNORM, "x"))


def test_no_stages_where_one_line_is_short() -> None:
    softmax = Function("e[j] = exp(z[j])\ny[j] = e[j]/sum[c](e[c])")
    for p in products(softmax, "z"):
        assert not p.stages
        assert depth(p.right) == 1


def test_what_is_not_proved_is_not_made() -> None:
    d = derive_steps(ATTENTION, "q")
    given = Entry("go", d.output.letters)
    left = Reduce("sum", d.output.letters, mul(given, d.left))
    from symderiv.derive.adjoint import _derived

    assert staged(d, True, left, _derived) is not None
    assert staged(d, True, left * 2, _derived) is None


def test_a_name_that_is_taken_is_not_given_again() -> None:
    function = Function("f[n] = sum[c](X[n,c]*df[c])\nL = sum[n](f[n]**2)")
    assert all(not p.stages for p in products(function, "X"))

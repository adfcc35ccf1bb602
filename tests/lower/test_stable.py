"""Stable forms: which rewrites are made, that they are proved, and that what is not proved is not used."""

from __future__ import annotations

import re

import pytest

from symderiv.calculus.assumptions import normalizer
from symderiv.definitions import Function
from symderiv.derive.prove import equal
from symderiv.lower import polish as polishing
from symderiv.lower import stable
from symderiv.lower.contract import contracted, loops
from symderiv.lower.guard import Guard, tidy
from symderiv.lower.kernel import Kernel, bodies
from symderiv.lower.machine import Machine
from symderiv.lower.measure import bits_lost, points
from symderiv.lower.names import Names
from symderiv.lower.plan import Plan, proved
from symderiv.lower.polish import polish
from symderiv.lower.products import elementwise, kernels, products
from symderiv.notation.show import text
from symderiv.terms import Entry, Term, tensor_names, unfold

SOFTMAX = "y[j] = exp(z[j])/sum[c](exp(z[c]))"
MASKED = "y[j] = where(m[j] > 0, exp(z[j]), 0)/sum[c](where(m[c] > 0, exp(z[c]), 0))"
ATTENTION = """
s[m] = sum[c](q[c]*K[m,c])/sqrt(size[c])
p[m] = exp(s[m])/sum[n](exp(s[n]))
o[a] = sum[m](p[m]*V[m,a])
"""
FUNCTIONS = {
    "softmax": Function(SOFTMAX),
    "softmax_temperature": Function("y[j] = exp(z[j]/T)/sum[c](exp(z[c]/T))", assume=["T > 0"]),
    "log_softmax": Function("s[j] = z[j] - log(sum[c](exp(z[c])))"),
    "logsumexp": Function("L = log(sum[c](exp(z[c])))"),
    "cross_entropy": Function(f"{SOFTMAX}\nL = -sum[d](t[d]*log(y[d]))", assume=["sum[c](t[c]) = 1"]),
    "labels": Function(f"{SOFTMAX}\nL[k] = -log(y[k])", labels=["k"]),
    "sample": Function("y[j] = z[j]*exp(z[j])/sum[c](exp(2*z[c]))"),
    "softplus": Function("y[j] = log(1 + exp(x[j]))"),
    "sigmoid": Function("s[j] = 1/(1 + exp(-z[j]))"),
    "tanh": Function("t[j] = tanh(z[j])"),
    "batched": Function("y[n,j] = exp(X[n,j])/sum[c](exp(X[n,c]))"),
    "masked": Function(MASKED, assume=["max[c](m[c]) > 0"]),
    "bce": Function("p[j] = sigmoid(z[j])\nL[j] = -t[j]*log(p[j]) - (1 - t[j])*log(1 - p[j])"),
    "elu": Function("y[j] = where(x[j] > 0, x[j], a*(exp(x[j]) - 1))"),
    "attention": Function(ATTENTION),
}


def made(name: str) -> tuple[Kernel, ...]:
    """The kernels of a function (lowered once: they are cached)."""
    return kernels(FUNCTIONS[name], name)


def term(source: str) -> Term:
    """A term in the letters j, c and the names z, a."""
    return Function(f"q[j] = z[j]\nr[j] = 0*z[j] + ({source})").output.body


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_kernel_unfolds_to_its_definition(name):
    """The steps of a kernel, read as definitions, are proved equal to what the kernel is to compute."""
    function = elementwise(FUNCTIONS[name]) or FUNCTIONS[name]
    single = [k for k in made(name) if not k.parts]  # of several results: tests/lower/test_together.py
    for kernel, product in zip(single, products(function), strict=True):
        steps = bodies(kernel.steps)
        whole = unfold(Entry(kernel.output.name, kernel.output.head), steps)
        if any(s.op == "max" for s in kernel.steps):  # chosen shifts: any value will do, so drop their choice
            chosen = {s.name for s in kernel.steps if s.op == "max"}
            opaque = {n: b for n, b in steps.items() if n not in chosen}
            whole = unfold(Entry(kernel.output.name, kernel.output.head), opaque)
        assert equal(whole, product.definition, function), f"{kernel.name}: {text(whole)}"


def guarded(function: Function, source: Term) -> tuple[Term, list[str]]:
    guard = Guard(Names({"z", "y"}), frozenset(), normalizer(function.assumptions))
    value = guard.value(unfold(source, function.bodies))
    return value, [text(s.body) for s in guard.shifts]


def test_guard_softmax():
    value, shifts = guarded(FUNCTIONS["softmax"], FUNCTIONS["softmax"].output.entry)
    assert text(value) == "exp(z[j] - m)/sum[c](exp(z[c] - m))"
    assert shifts == ["max[c](z[c])"]


def test_guard_takes_a_positive_factor_out_of_the_exponent():
    value, shifts = guarded(FUNCTIONS["softmax_temperature"], FUNCTIONS["softmax_temperature"].output.entry)
    assert text(value) == "exp((z[j] - m)/T)/sum[c](exp((z[c] - m)/T))"
    assert shifts == ["max[c](z[c])"]


def test_guard_without_a_sign_keeps_the_factor_inside():
    function = Function("y[j] = exp(z[j]/T)/sum[c](exp(z[c]/T))")
    assert guarded(function, function.output.entry)[1] == ["max[c](z[c]/T)"]


def test_guard_log_of_a_quotient():
    function = FUNCTIONS["cross_entropy"]
    value, _ = guarded(function, function.output.entry)
    assert text(value) == "-sum[d](t[d]*(z[d] - m - log(sum[c](exp(z[c] - m)))))"


def test_guard_finds_nothing_where_there_is_no_exp():
    function = Function("y[j] = x[j]/sqrt(sum[c](x[c]**2))")
    value, shifts = guarded(function, function.output.entry)
    assert value == function.output.body
    assert not shifts


def test_tidy():
    assert text(tidy(term("(z[j] - a) - (z[j] - b)"))) == "b - a"


@pytest.mark.parametrize(
    ("source", "rewritten"),
    [
        ("log(1 + exp(z[j]))", "max(z[j], 0) + log1p(exp(-abs(z[j])))"),
        ("log(1 + z[j]**2)", "log1p(z[j]**2)"),
        ("exp(z[j]) - 1", "expm1(z[j])"),
        ("1 - exp(z[j])", "-expm1(z[j])"),
        ("1 + z[j] - w[j]**2 - exp(z[j])", "z[j] - w[j]**2 - expm1(z[j])"),
        ("30 - 30*tanh(z[j])", "60*sigmoid(-2*z[j])"),
        ("2*erf(z[j]) - 2", "-2*erfc(z[j])"),
        ("1/(1 + exp(-z[j]))", "sigmoid(z[j])"),
        ("exp(z[j])/(1 + exp(z[j]))", "sigmoid(z[j])"),
        ("1 - sigmoid(z[j])", "sigmoid(-z[j])"),
        ("log(sigmoid(z[j]))", "min(z[j], 0) - log1p(exp(-abs(z[j])))"),
        ("log(sigmoid(-z[j]))", "min(-z[j], 0) - log1p(exp(-abs(z[j])))"),
        ("1 + erf(z[j])", "erfc(-z[j])"),
        ("1 - erf(z[j])", "erfc(z[j])"),
        ("z[j] - z[j]*w[j]**2", "z[j]*(1 - w[j])*(1 + w[j])"),
        ("z[j] - z[j]*sigmoid(w[j])", "z[j]*sigmoid(-w[j])"),
        ("1 - z[j]**2", "(1 - z[j])*(1 + z[j])"),
        (
            "log(cosh(z[j]))",
            "where(abs(z[j]) < 1, log1p(2*sinh(z[j]/2)**2), abs(z[j]) + log1p(exp(-2*abs(z[j]))) - log(2))",
        ),
        ("a*sigmoid(z[j])*w[j]/sigmoid(z[j])", "a*w[j]"),
        ("w[j]*sinh(z[j])/cosh(z[j])**2", "w[j]*tanh(z[j])/cosh(z[j])"),
        ("1 - tanh(z[j])**2", "4*sigmoid(2*z[j])*sigmoid(-2*z[j])"),
    ],
)
def test_polish_is_proved(source, rewritten):
    function = Function(f"y[j] = {source}")
    made, used = polish(function.output.body)
    assert text(made) == rewritten
    assert used
    assert equal(made, function.output.body, function)


OTHERS = (
    "exp(z[j]) - 1",
    "a - a**2",
    "1 + tanh(z[j])",
    "log(sigmoid(z[j]))",
    "1 - sigmoid(z[j])",
    "1 - erf(z[j])",
    "2 - 2*erf(z[j])",
    "a*sigmoid(z[j])/sigmoid(z[j])",
    "log(cosh(z[j]))",
    "sinh(z[j])/cosh(z[j])",
)


def test_every_rule_of_polish_is_exercised():
    sources = [f.output.body for f in FUNCTIONS.values()]
    used = {rule for name in FUNCTIONS for k in made(name) for rule in k.rewrites}
    used |= {rule for s in sources for rule in polish(s)[1]}
    used |= {r for s in OTHERS for r in polish(term(s))[1]}
    said = " ".join(used)
    assert not [rule for rule in polishing.RULES if rule not in said]


def test_a_false_rewrite_is_not_used(monkeypatch):
    """A rule that is wrong makes plans that are not proved; the kernel is the same as without it."""
    right = [k.steps for k in made("softmax")]

    def wrong(t, _shifts):
        return Entry("z", t.indices) if isinstance(t, Entry) and t.name == "y" else None

    monkeypatch.setitem(polishing.RULES, "y = z", wrong)
    monkeypatch.setitem(polishing.RULES, "S = 1", lambda t, _: None)
    assert [k.steps for k in kernels(Function(SOFTMAX), "softmax")] == right


def test_an_unproved_plan_is_refused():
    function = FUNCTIONS["softmax"]
    goal = unfold(function.output.entry, function.bodies)
    assert proved(Plan(function.output.body), goal, function)
    assert not proved(Plan(term("z[j]")), goal, function)


def test_nothing_provable_falls_back_to_the_definition(monkeypatch):
    monkeypatch.setattr(stable, "proved", lambda *_: False)
    (value, *_) = kernels(Function("y[j] = log(1 + exp(x[j]))"), "softplus")
    assert value.output.formula == "y = log(1 + exp(x))"


def test_forms_that_matter():
    """The forms that the measurements are to find, by what they say."""
    found = {k.name: [s.formula for s in k.steps] for n in FUNCTIONS for k in made(n)}
    assert found["softmax"] == [
        "m = max[c](z[c])", "e[c] = exp(z[c] - m)", "S = sum[c](e[c])", "y[j] = e[j]/S"
    ]  # fmt: skip
    assert found["logsumexp"][-1] == "L = m + log(S)"
    assert found["log_softmax"] == [
        "m = max[c](z[c])", "q = -1 + sum[c](exp(z[c] - m))", "s[j] = z[j] - m - log1p(q)"
    ]  # fmt: skip
    assert found["labels"][-1] == "L = m - z[k] + log1p(q)"
    assert found["softplus"] == ["y = max(x, 0) + log1p(exp(-abs(x)))"]
    assert found["softplus_vjp"] == ["gx = gy*sigmoid(x)"]
    assert found["sigmoid_jacobian"] == ["J = sigmoid(-z)*sigmoid(z)"]
    assert found["sample"][-1] == "y[j] = z[j]*exp(z[j] - m)/S"
    # the anchored product: the entry of gy at the largest y is taken away first
    assert found["softmax_vjp"][-1] == "gz[i] = y[i]*(gy[i] - a - R)"
    # 1 - y without cancelling
    assert "q = -1 + sum[c](e[c])" in found["softmax_jacobian"]
    # nothing that the mask leaves out is exponentiated into the sum
    assert found["masked"] == [
        "l = min[c](z[c])", "M = max[c](where(m[c] > 0, z[c], l))", "e[c] = exp(z[c] - M)",
        "S = sum[c](where(m[c] > 0, e[c], 0))", "y[j] = where(m[j] > 0, e[j], 0)/S",
    ]  # fmt: skip
    assert found["masked_vjp"][-1] == "gz[i] = y[i]*(gy[i] - a - R)"
    assert found["bce"][-1] == "L = -t*(min(z, 0) - l) - (1 - t)*(min(-z, 0) - l)"
    assert found["elu"] == ["y = where(x > 0, x, a*expm1(x))"]
    assert found["tanh_vjp"] == ["gz = gt*(1 - t)*(1 + t)"]
    # the entry of V at the largest weight is taken away from V and from o
    assert re.search(r"\(V\[i,a\] - (\w+)\[a\] - (\w+)\[a\]\)", found["attention_jacobian_K"][-1])


def test_an_anchor_of_one_letter_and_an_entry_at_a_label():
    """The anchor of K[n,c] along c is one for each n, that of K[k,c] is its entry at the label k."""
    source = "s[n] = sum[c](q[c]*K[n,c])/T\nL[k] = log(sum[n](exp(s[n]))) - s[k]"
    found = kernels(Function(source, assume=["T > 0"], labels=["k"]), "f")
    assert {k.kind for k in found} == {"value", "jacobian", "vjp", "jvp", "value_and_grad"}


def test_a_name_at_the_label_is_needed_at_other_letters_too():
    """y[k] with the label k: the gradient needs y[i], so the statement has a letter of its own."""
    source = "y[k] = exp(z[k])/sum[c](exp(z[c]))\nL[k] = -log(y[k])"
    for kernel in kernels(Function(source, labels=["k"]), "f"):
        labels = {i.name for i in kernel.labels}
        inner = [s for s in kernel.steps if s.name != "L"]
        assert all(labels.isdisjoint(i.name for i in s.head) for s in inner), kernel.name


def test_an_output_at_a_label_is_not_folded_into():
    """exp(-L[i]) would be the softmax, but L is known at the label alone."""
    function = Function("s[n] = q*K[n]\nL[k] = log(sum[n](exp(s[n]))) - s[k]", labels=["k"])
    assert all("L" not in tensor_names(p.formula) for p in products(function) if p.kind != "value")


def test_tidy_takes_out_a_factor_that_stands_twice_in_one_term():
    assert text(tidy(term("a*a*z[j] - a*z[j]"))) == "(a - 1)*a*z[j]"


def test_a_derivative_that_is_0_has_no_kernel():
    assert [k.name for k in made("masked")] == ["masked", "masked_jacobian", "masked_vjp", "masked_jvp"]
    assert len(kernels(Function("y[j] = sign(x[j])"), "f")) == 4  # where nothing moves the output, it is said


def test_sums_are_taken_in_the_cheapest_order():
    function = Function("r[a] = sum[c,n](v[n,a]*d[n,c]*p[n]*q[c])")
    term = contracted(function.output.body)
    assert text(term) == "sum[n](v[n,a]*p[n]*sum[c](d[n,c]*q[c]))"
    assert (loops(function.output.body), loops(term)) == (3, 2)
    assert equal(term, function.output.body, function)
    nested = Function("r[i] = sum[a](g[a]*sum[n](k[n,i]*v[n,a]))").output.body
    assert text(contracted(nested)) == "sum[n](k[n,i]*sum[a](g[a]*v[n,a]))"
    kept = Function("r[i] = sum[c](W[i,c]*x[c])").output.body
    assert contracted(kept) == kept


def test_the_ranking_tells_lost_digits():
    (point, *_) = points(Function("y = x"), {}, ()) or []
    point.values["x"][()] = 1e-10
    rounded, exactly = (Machine(point, {}, rounded=r) for r in (True, False))
    lossy, right = (Function(f"y = {f}").output.body for f in ("log(1 + x)", "log1p(x)"))
    exact = exactly.run(lossy, {})
    assert bits_lost(rounded.run(lossy, {}), exact) > 15
    assert bits_lost(rounded.run(right, {}), exact) <= 1
    assert bits_lost(float("nan"), exact) == bits_lost(float("inf"), exact) == 60


def test_what_is_defined_between_0_and_1_is_measured_there():
    """Most points that are tried have no logarithm; y near 1 leaves nothing of 1 - y."""
    f = Function("y[j] = sigmoid(log(u[j]) - log(1 - u[j]) + a[j])")
    made = {k.name: text(k.steps[-1].body) for k in kernels(elementwise(f), "f") if not k.parts}
    assert made["f_jacobian_a"].count("sigmoid") == 2, made

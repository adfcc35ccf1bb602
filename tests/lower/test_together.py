"""Kernels that are computed together: which there are, what they share, that each part is what it was."""

from __future__ import annotations

from functools import lru_cache

import pytest

from symderiv.definitions import Function
from symderiv.derive.prove import equal
from symderiv.derive.rules import evaluate
from symderiv.library import catalog
from symderiv.lower.kernel import Kernel, bodies
from symderiv.lower.nest import Loop, Store, nest
from symderiv.lower.passes import Pass
from symderiv.lower.planner import program
from symderiv.lower.products import kernels
from symderiv.lower.together import VALUE_AND_GRAD, is_loss
from symderiv.terms import Diff, Entry, tensor_names, unfold

SOFTMAX = "y[j] = exp(z[j])/sum[c](exp(z[c]))"
LOSSES = {
    "labels": (f"{SOFTMAX}\nL[k] = -log(y[k])", {"labels": ["k"]}),
    "shares": (f"{SOFTMAX}\nL = -sum[d](t[d]*log(y[d]))", {"assume": ["sum[c](t[c]) = 1"]}),
    "logsumexp": ("L = log(sum[c](exp(z[c])))", {}),
    "squares": ("r[c] = x[c] - y[c]\nL = sum[c](r[c]**2)/2", {}),
    "length": ("a = sqrt(sum[c](x[c]**2))", {}),
    "pairs": ("L = sum[c,d](x[c]*A[c,d]*x[d])", {}),
    "neighbours": ("L = sum[c]((x[c+1] - x[c])**2)", {}),
}
NO_LOSSES = {
    "softmax": SOFTMAX,
    "elementwise": "s[j] = 1/(1 + exp(-z[j]))",
    "linear": "f[k] = sum[c](W[k,c]*x[c]) + b[k]",
    "number": "L = x**2",
}


@lru_cache
def made(name: str) -> tuple[Function, dict[str, Kernel]]:
    """A function and its kernels of several results, by input."""
    define, more = LOSSES[name]
    function = Function(define, name="f", **more)
    return function, {k.wrt: k for k in kernels(function, "f") if k.parts}


def test_what_has_a_kernel_of_value_and_gradient():
    assert {name: list(made(name)[1]) for name in LOSSES} == {
        "labels": ["z"],
        "shares": ["z"],
        "logsumexp": ["z"],
        "squares": ["x", "y"],
        "length": ["x"],
        "pairs": ["x", "A"],
        "neighbours": ["x"],
    }
    for define in NO_LOSSES.values():
        function = Function(define, name="f")
        assert not any(is_loss(function, n) for n in function.inputs), define
        assert not any(k.parts for k in kernels(function, "f")), define
    huber = catalog["huber"]
    assert [n for n in huber.inputs if is_loss(huber, n)] == ["x", "y"]  # nothing is summed over an axis of d


@pytest.mark.parametrize("name", LOSSES)
def test_each_part_is_still_equal_to_what_it_computes(name):
    function, found = made(name)
    for kernel in found.values():
        value, gradient = kernel.parts
        assert [s.name for s in kernel.outputs] == [value.output.name, gradient.output.name]
        assert kernel.outputs[-1] == kernel.output
        target = Entry(kernel.wrt, gradient.output.head)
        goals = (function.output.entry, evaluate(Diff(function.output.entry, (target,)), function.bodies))
        for part, goal in zip(kernel.parts, goals, strict=True):
            assert set(part.steps) <= set(kernel.steps)
            opaque = {n: b for n, b in bodies(part.steps).items() if n not in kernel.free}
            whole = unfold(part.output.entry, opaque)
            assert equal(whole, unfold(goal, function.bodies), function), (name, part.kind)


@pytest.mark.parametrize("name", LOSSES)
def test_no_step_is_done_twice_or_for_nothing(name):
    for kernel in made(name)[1].values():
        terms = [(s.head, s.term) for s in kernel.steps]
        assert len(set(terms)) == len(terms)
        read = {n for s in kernel.steps for n in tensor_names(s.body)} | {s.name for s in kernel.outputs}
        assert {s.name for s in kernel.steps} <= read
        known = {a.name for a in kernel.arguments}
        for s in kernel.steps:
            assert tensor_names(s.body) <= known, (name, s.formula)
            known.add(s.name)


def test_cross_entropy_takes_three_passes_and_each_exp_once():
    (kernel,) = made("labels")[1].values()
    assert (kernel.name, kernel.kind, kernel.signature) == (
        "f_value_and_grad",
        VALUE_AND_GRAD,
        "(c),()->(),(c)",
    )
    program_of = program(kernel)
    assert program_of is not None
    assert [[t.op for t in p.totals] for p in program_of.passes] == [["max"], ["sum", "sum"], []]
    assert program_of.kept == "e"
    assert program_of.stored == ("L",)
    assert program_of.fix is not None


def test_a_sum_and_a_gradient_that_need_nothing_share_one_pass():
    for kernel in made("squares")[1].values():
        program_of = program(kernel)
        assert program_of is not None
        assert [isinstance(i, Pass) for i in program_of.items].count(True) == 1


def test_what_is_kept_in_the_row_is_not_read_after_the_row_is_written():
    for name in LOSSES:
        for kernel in made(name)[1].values():
            program_of = program(kernel)
            if program_of is not None:
                assert program_of.passes[-1].store is not None, name


def test_nested_loops_store_every_output():
    (kernel,) = made("neighbours")[1].values()
    assert program(kernel) is None
    nodes = nest(kernel)
    stores = [n.name for n in nodes if isinstance(n, Store)]
    inner = [m.name for n in nodes if isinstance(n, Loop) for m in n.body if isinstance(m, Store)]
    assert stores + inner == [s.name for s in kernel.outputs]

"""Kernels in passes: how many, what is kept, what is read before it is written; what is no such kernel."""

from __future__ import annotations

import pytest

from symderiv.definitions import Function
from symderiv.lower.passes import Pass, Scalar, careless, in_place, names_read
from symderiv.lower.planner import program
from symderiv.lower.products import kernels
from symderiv.notation.show import text
from symderiv.terms import ONE

SOFTMAX = "y[j] = exp(z[j])/sum[c](exp(z[c]))"


def planned(define: str, kind: str = "value", **more):
    """The passes of a function's first kernel of that kind."""
    function = Function(define, name="f", **more)
    return program(next(k for k in kernels(function, "f") if k.kind == kind))


def test_softmax_takes_three_passes_and_each_exp_once():
    made = planned(SOFTMAX)
    largest, total, store = made.passes
    assert [t.op for t in largest.totals] == ["max"]
    assert made.kept == total.keep == "e"
    assert text(store.store) == "f*e[j]"
    assert in_place(made) == ("z",)
    assert careless(made) == {"m"}  # a NaN shows in the sum


def test_totals_of_one_level_share_a_pass():
    made = planned(SOFTMAX, "vjp")
    assert [[t.name for t in p.totals] for p in made.passes] == [["m", "a"], ["R"], []]
    assert [t.at for t in made.passes[0].totals] == ["", "m"]
    assert in_place(made) == ("y", "gy")


def test_a_value_kept_in_the_output_forbids_later_reads_of_what_lies_there():
    made = planned(f"{SOFTMAX}\nL = -sum[d](t[d]*log(y[d]))", "vjp", assume=["sum[c](t[c]) = 1"])
    assert made.kept
    assert in_place(made) == ("z",)  # t is read by the pass that stores


def test_a_delta_is_one_entry_put_right_afterwards():
    made = planned(SOFTMAX, "jacobian")
    assert made.outer is not None
    assert made.fix is not None
    assert made.fix[0] == made.outer
    assert "delta" not in text(made.passes[-1].store)
    labelled = planned(f"{SOFTMAX}\nL[k] = -log(y[k])", "vjp", labels=["k"])
    assert labelled.fix is not None
    assert labelled.fix[0].name == "k"
    assert [text(e) for _, e in labelled.reads] == ["z[k]", "e[k]"]


def test_an_exp_at_a_label_is_read_where_it_is_kept():
    made = planned(f"{SOFTMAX}\nL[k] = -log(y[k])", "vjp", labels=["k"])
    assert made.kept == "e"
    (there,) = [i.value for i in made.items if isinstance(i, Scalar) and i.name == made.fix[1]]
    assert "exp(" not in text(there)
    assert "where(z_k == m, 1, e_k*w)" in text(there)  # 1 exactly at the largest


def test_terms_that_are_one_are_counted():
    made = planned("s[j] = z[j] - log(sum[c](exp(z[c])))")
    bodies = [text(t.body) for p in made.passes for t in p.totals]
    assert "*where(z[j] == m, 0, 1)" in bodies[1]
    assert bodies[2] == "where(z[j] == m, 1, 0)"


def test_a_label_needs_no_exact_exponential_at_every_place():
    losses = f"{SOFTMAX}\nL[k] = -log(y[k])", f"{SOFTMAX}\nL = -sum[d](t[d]*log(y[d]))"
    labelled = planned(losses[0], "jacobian", labels=["k"])
    assert text(labelled.passes[-1].store) == "f*e[i]"
    shares = planned(losses[1], "jacobian", assume=["sum[c](t[c]) = 1"])
    assert text(shares.passes[-1].store) == "f*(-t[i] + e[i] - q*t[i])"


def test_every_scalar_is_known_when_it_is_read():
    for kind in ("value", "jacobian", "vjp", "jvp"):
        made = planned(f"{SOFTMAX}", kind)
        known = {a.name for a in made.kernel.arguments} | {n for n, _ in made.reads} | {made.kept}
        for item in (*made.items, *made.each):
            own = set()
            if isinstance(item, Pass):
                own = {n for n, _ in item.values} | {t.name for t in item.totals if t.factor == ONE}
            used = {e.name for e in names_read(item)}
            assert used <= known | own, f"{kind}: {sorted(used - known - own)}"
            known |= {item.name} if isinstance(item, Scalar) else {t.name for t in item.totals}


def test_a_function_without_axes_is_one_row():
    made = planned("y[j] = x[j]*sigmoid(x[j])")
    assert made.batch
    assert len(made.passes) == 1


@pytest.mark.parametrize(
    "define",
    [
        "Z[i,j] = sum[c](A[i,c]*B[c,j])",
        "y[j] = sum[c <= j](x[c])",
        "y[j] = x[j+1] - x[j]",
        "y[j] = sum[c](abs(x[c] - x[j]))",
    ],
)
def test_what_stays_nested_loops(define):
    assert planned(define) is None

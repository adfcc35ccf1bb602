"""Kernels: names, arguments, signatures, steps and loops."""

from __future__ import annotations

from functools import lru_cache

import pytest

from symderiv.definitions import Function
from symderiv.errors import NotSupported
from symderiv.lower.kernel import Kernel
from symderiv.lower.nest import Let, Loop, Open, Store, Take, in_place, nest
from symderiv.lower.products import elementwise, kernels
from symderiv.lower.special import special_values

SOFTMAX = "y[j] = exp(z[j])/sum[c](exp(z[c]))"
LAYERNORM = "mu = mean[c](x[c])\ns = sqrt(mean[c]((x[c] - mu)**2) + eps)\nh[j] = (x[j] - mu)/s"
LINEAR = "f[k] = sum[c](W[k,c]*x[c]) + b[k]"


def made(define: str, name: str = "f", **options) -> dict[str, Kernel]:
    """The kernels by name."""
    return _made(define, name, tuple((k, tuple(v)) for k, v in options.items()))


@lru_cache
def _made(define, name, options) -> dict[str, Kernel]:
    return {k.name: k for k in kernels(Function(define, name=name, **dict(options)), name)}


def shape(kernel: Kernel) -> tuple[list[str], str, str]:
    """Arguments, signature, types."""
    return [a.name for a in kernel.arguments], kernel.signature, kernel.types


def outline(nodes, depth: int = 0) -> list[str]:
    """The loops as text."""
    out = []
    for n in nodes:
        match n:
            case Loop(letter, body, _):
                out += [f"{'  ' * depth}for {letter}", *outline(body, depth + 1)]
            case Let(name, _, _) | Open(name, _, _, _, _) | Take(name, _, _, _):
                out.append(f"{'  ' * depth}{type(n).__name__.lower()} {name}")
            case Store():
                out.append(f"{'  ' * depth}store")
    return out


def test_softmax():
    found = made(SOFTMAX, "softmax")
    assert {n: shape(k) for n, k in found.items()} == {
        "softmax": (["z"], "(c)->(c)", "r->r"),
        "softmax_jacobian": (["z"], "(c)->(c,c)", "r->r"),
        "softmax_vjp": (["y", "gy"], "(c),(c)->(c)", "rr->r"),
        "softmax_jvp": (["y", "dz"], "(c),(c)->(c)", "rr->r"),
    }
    assert all(k.status == "proved for every size" for k in found.values())


def test_several_inputs_and_intermediate_names():
    found = made(LAYERNORM, "layernorm", assume=["eps > 0"])
    kinds = [f"layernorm_{kind}_{wrt}" for wrt in ("x", "eps") for kind in ("jacobian", "vjp", "jvp")]
    assert list(found) == ["layernorm", *kinds]
    assert shape(found["layernorm_vjp_x"]) == (["x", "eps", "gh"], "(c),(),(c)->(c)", "rrr->r")
    assert [s.name for s in found["layernorm"].steps][-1] == "h"
    assert {"mu", "s"} <= {s.name for s in found["layernorm"].steps}


def test_output_and_inputs():
    found = made("y[j] = exp(z[j]/T)/sum[c](exp(z[c]/T))", assume=["T > 0"])
    assert shape(found["f_vjp_z"]) == (["T", "y", "gy"], "(),(c),(c)->(c)", "rrr->r")
    assert shape(found["f_vjp_T"]) == (["z", "T", "y", "gy"], "(c),(),(c),(c)->()", "rrrr->r")


def test_constrained_inputs_are_not_differentiated():
    found = made(f"{SOFTMAX}\nL = -sum[d](t[d]*log(y[d]))", "ce", assume=["sum[c](t[c]) = 1"])
    assert list(found) == ["ce", "ce_jacobian", "ce_vjp", "ce_jvp", "ce_value_and_grad"]
    assert shape(found["ce_vjp"]) == (["z", "t", "gL"], "(c),(c),()->(c)", "rrr->r")


def test_labels_are_arguments():
    found = made(f"{SOFTMAX}\nL[k] = -log(y[k])", "ce", labels=["k"])
    assert shape(found["ce"]) == (["z", "k"], "(c),()->()", "ri->r")
    assert shape(found["ce_jacobian"]) == (["z", "k"], "(c),()->(c)", "ri->r")
    assert shape(found["ce_vjp"]) == (["z", "k", "gL"], "(c),(),()->(c)", "rir->r")
    assert shape(found["ce_jvp"]) == (["z", "k", "dz"], "(c),(),(c)->()", "rir->r")
    assert shape(found["ce_value_and_grad"]) == (["z", "k"], "(c),()->(),(c)", "ri->rr")


def test_elementwise_functions_are_scalar():
    found = made("s[j] = 1/(1 + exp(-z[j]))", "sigmoid")
    assert {k.signature for k in found.values()} == {"()->()", "(),()->()"}
    assert elementwise(Function("y[n,j] = w[n,j]*exp(x[n,j])")) is not None
    for other in (SOFTMAX, "y[i,j] = x[i]*w[j]", "y[j] = x[j]*size[j]", "y[i,j] = x[j,i]"):
        assert elementwise(Function(other)) is None, other


def test_dimensions_and_contractions():
    found = made(LINEAR, "linear")
    assert shape(found["linear"]) == (["W", "x", "b"], "(k,c),(c),(k)->(k)", "rrr->r")
    assert shape(found["linear_vjp_W"]) == (["x", "gf"], "(c),(k)->(k,c)", "rr->r")
    assert shape(found["linear_vjp_b"]) == (["gf"], "(k)->(k)", "r->r")
    assert shape(found["linear_jacobian_b"]) == (["W", "x", "b"], "(k,c),(c),(k)->(k,k)", "rrr->r")


def test_an_input_is_added_where_only_it_tells_a_size():
    found = made("y = mean[c](x[c])", "mean_of")
    assert shape(found["mean_of_vjp"]) == (["x", "gy"], "(c),()->(c)", "rr->r")


def test_a_size_that_nothing_tells():
    with pytest.raises(NotSupported, match="how large"):
        made("y[i,j] = a*delta[i,j]")


def test_names_that_would_be_keywords():
    found = made("o[j] = n[j]/sum[c](n[c]**2)", "f")
    assert found["f_jvp"].output.name == "d_o"


def test_names_do_not_clash():
    found = made("e[j] = exp(m[j])/sum[c](exp(m[c]))*S")
    names = [s.name for s in found["f"].steps]
    assert len(set(names)) == len(names)
    assert not {"m", "S"} & set(names)


def test_loops_softmax():
    kernel = made(SOFTMAX, "softmax")["softmax"]
    assert outline(nest(kernel)) == [
        "open m", "for c", "  take m",
        "open S", "for c", "  let e_c", "  take S",
        "for j", "  let e_j", "  store",
    ]  # fmt: skip
    assert in_place(kernel, nest(kernel)) == ("z",)


def test_scalars_are_hoisted_and_the_cheapest_nesting_is_taken():
    define = "mu[j] = mean[n](X[n,j])\ns[j] = mean[n]((X[n,j] - mu[j])**2)\nh[n,j] = (X[n,j] - mu[j])/s[j]"
    kernel = made(define)["f"]
    assert outline(nest(kernel))[:3] == ["for j", "  open mu_j", "  for n"]
    assert outline(nest(kernel))[-2:] == ["  for n", "    store"]


def test_a_reduction_over_two_letters():
    kernel = made("q = sum[c,d](x[c]*A[c,d]*x[d])")["f"]
    assert outline(nest(kernel)) == ["open q_value", "for c", "  for d", "    take q_value", "store"]


def test_in_place_only_where_entries_are_read_before_they_are_written():
    found = made(SOFTMAX, "softmax")
    assert in_place(found["softmax_vjp"], nest(found["softmax_vjp"])) == ("y", "gy")
    assert not in_place(found["softmax_jacobian"], nest(found["softmax_jacobian"]))
    reverse = made("y[i] = sum[j](A[i,j]*x[j])")["f"]
    assert not in_place(reverse, nest(reverse))


def test_special_values_are_what_the_files_say():
    found = made(SOFTMAX, "softmax")
    assert special_values(found["softmax"]) == [
        "z with a NaN or +inf: every y is NaN; with -inf: y is 0 there"
    ]
    assert special_values(made("y[j] = max(0, x[j])")["f"]) == [
        "x with a NaN: y is NaN; with +inf: y is inf; with -inf: y is 0"
    ]
    linear = special_values(made(LINEAR)["f"])
    assert "x with a NaN: every f is NaN; with +inf: every f is inf; with -inf: every f is -inf" in linear
    assert "b with a NaN: f is NaN there; with +inf: f is inf there; with -inf: f is -inf there" in linear

"""What must hold between kernels of any function: adjoints, the Jacobian's rows, difference quotients."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from symderiv.run import reference
from symderiv.terms import ONE, Diff, Entry, Reduce, Where, walk
from tests.kernels import measure
from tests.kernels import served as s
from tests.kernels.properties import sides

U = {np.float32: 2.0**-24, np.float64: 2.0**-53}


def call(name, kernel, target, given):
    """A kernel's result, its arguments taken by name from ``given``."""
    found = s.find(name, kernel)
    return np.asarray(getattr(s.module(name, target), kernel)(*(given[a.name] for a in found.arguments)))


def given_for(name, target, dtype, batch, seed=3):
    """Inputs, labels and the output by name, for all kernels of a function; letters' sizes."""
    function = s.catalog[name]
    value = next(k for k in s.described(name) if k.kind == "value")
    served = s.Served(value, function, target, None)
    arrays = dict(
        zip(
            (a.name for a in value.arguments), s.arguments(served, batch, dtype=dtype, seed=seed), strict=True
        )
    )
    arrays[s.scalar_or_self(function).output.name] = call(name, value.name, target, arrays)
    return arrays


def kinds(name):
    """input -> kind -> kernel, for the derivative kernels of a function."""
    found: dict[str, dict[str, object]] = {}
    for k in s.described(name):
        if k.kind != "value":
            found.setdefault(k.wrt, {})[k.kind] = k
    return found


def tangents(name, target, dtype, wrt, given, batch, rng):
    """Random cotangent and tangent, put among the arguments under the kernels' names for them."""
    own = kinds(name)[wrt]
    known = set(given)
    vjp, jvp = own["vjp"], own["jvp"]
    (g,) = [a for a in vjp.arguments if a.name not in known]
    (d,) = [a for a in jvp.arguments if a.name not in known]
    output = s.scalar_or_self(s.catalog[name]).output.name
    cotangent = rng.standard_normal(given[output].shape).astype(dtype)
    tangent = rng.standard_normal(given[wrt].shape).astype(dtype)
    return {g.name: cotangent}, {d.name: tangent}, cotangent, tangent


def within(got, want, scale, unit, what):
    """Raise unless the difference is at most ``unit * scale``, entry by entry."""
    off = np.abs(np.asarray(got, dtype=np.float64) - want)
    allowed = unit * np.asarray(scale)
    if not (off <= allowed).all():
        at = np.unravel_index(int(np.argmax(off - allowed)), np.shape(off))
        raise AssertionError(
            f"{what}, index {tuple(int(i) for i in at)}: got {np.asarray(got)[at]!r}, want {want[at]!r}, "
            f"off by {off[at]:.3g}, allowed {np.broadcast_to(allowed, off.shape)[at]:.3g}"
        )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_adjoint_and_jacobian(shipped, targets, dtype):
    """<g, J v> = <J^T g, v>, and both are what the Jacobian says."""
    for target in targets:
        for wrt, own in kinds(shipped).items():
            rng = np.random.default_rng(7)
            given = given_for(shipped, target, dtype, (6,))
            g_arg, d_arg, g, v = tangents(shipped, target, dtype, wrt, given, (6,), rng)
            back = call(shipped, own["vjp"].name, target, given | g_arg).astype(np.float64)
            forth = call(shipped, own["jvp"].name, target, given | d_arg).astype(np.float64)
            jacobian = call(shipped, own["jacobian"].name, target, given).astype(np.float64)
            rows = len(g)
            if jacobian.size == g.size == v.size and jacobian.ndim == g.ndim:  # elementwise: a diagonal
                jg, jv = jacobian * g, jacobian * v
                size_g, size_v = np.abs(jg), np.abs(jv)
                # a kernel may take the output, which is rounded: it moves by an ulp of it
                output = s.scalar_or_self(s.catalog[shipped]).output.name
                step = 2.0**-8
                moved = given | {output: given[output] * dtype(1 + step)}
                per_ulp = 2 / (16 * step)
                size_g += per_ulp * np.abs(call(shipped, own["vjp"].name, target, moved | g_arg) - back)
                size_v += per_ulp * np.abs(call(shipped, own["jvp"].name, target, moved | d_arg) - forth)
            else:
                j = jacobian.reshape(rows, g[0].size, v[0].size)
                gg, vv = g.reshape(rows, -1).astype(np.float64), v.reshape(rows, -1).astype(np.float64)
                jg = np.einsum("bji,bj->bi", j, gg).reshape(back.shape)
                jv = np.einsum("bji,bi->bj", j, vv).reshape(forth.shape)
                # the kernels may add 1 and -1 where the Jacobian has a rounded difference
                size_g = np.abs(jg) + np.abs(g).reshape(rows, -1).sum(1).reshape(-1, *[1] * (back.ndim - 1))
                size_v = np.abs(jv) + np.abs(v).reshape(rows, -1).sum(1).reshape(-1, *[1] * (forth.ndim - 1))
                size_g, size_v = (x * max(1.0, float(np.abs(j).max())) for x in (size_g, size_v))
            what = f"{shipped} by {wrt} [{target}, {np.dtype(dtype).name}]"
            unit = 16 * U[dtype]
            within(back, jg, size_g, unit, f"{what}: VJP against J^T g")
            within(forth, jv, size_v, unit, f"{what}: JVP against J v")
            left = (g * forth).reshape(rows, -1).sum(1)
            right = (back * v).reshape(rows, -1).sum(1)
            size = (np.abs(g) * np.broadcast_to(size_v, forth.shape)).reshape(rows, -1).sum(1)
            size += (np.abs(v) * np.broadcast_to(size_g, back.shape)).reshape(rows, -1).sum(1)
            within(left, right, size, unit, f"{what}: <g, Jv> against <J^T g, v>")


def _on_one_side(name, wrt, given, v, reach):
    """The direction, so much shorter that no condition of the definition changes within reach: there a
    difference quotient crosses a jump, and its limit is no derivative."""
    base = s.scalar_or_self(s.catalog[name])

    def all_sides(by):
        inputs = {n: given[n] + by if n == wrt else given[n] for n in base.inputs}
        return [sides(base, {n: x[row] for n, x in inputs.items()}) for row in range(len(v))]

    if not any(isinstance(t, Where) for statement in base.statements for t in walk(statement.body)):
        return v
    for _ in range(20):
        if all_sides(reach * v) == all_sides(-reach * v):
            return v
        v = v / 2
    raise AssertionError(f"{name} by {wrt}: a condition lies on its threshold")


def test_difference_quotients(shipped, targets):
    """Central differences approach the JVP, their error falling by 4 as the step is halved."""
    steps = [2.0**-k for k in range(3, 9)]
    for target in targets:
        for wrt, own in kinds(shipped).items():
            given = given_for(shipped, target, np.float64, (3,), seed=11)
            rng = np.random.default_rng(5)
            _, d_arg, _, v = tangents(shipped, target, np.float64, wrt, given, (3,), rng)
            v = _on_one_side(shipped, wrt, given, np.asarray(v) * 0.25, steps[0])
            exact = call(shipped, own["jvp"].name, target, given | dict.fromkeys(d_arg, v))
            errors = []
            for h in steps:
                up, down = (
                    call(shipped, shipped, target, given | {wrt: given[wrt] + s_ * h * v}) for s_ in (1, -1)
                )
                errors.append(float(np.abs((up - down) / (2 * h) - exact).max()))
            what = f"{shipped} by {wrt} [{target}]: errors {errors}"
            # a linear function has no error but rounding
            floor = 64 * 2.0**-53 / steps[-1] * max(1.0, float(np.abs(exact).max()))
            ratios = [a / b for a, b in pairwise(errors) if b > 4 * floor]
            assert errors[-1] <= max(floor, 0.02 * errors[0]), what
            assert all(3.4 < r < 4.6 for r in ratios[1:]), f"{what}, ratios {ratios}"
            assert errors[0] <= floor or len(ratios) >= 3, f"{what}: too few ratios to judge"


#: Facts with no derivative that are proved of shipped functions and can be asked of floats: a claim of the
#: form sum[j](term in y[j]) = 1.
def _totals(name):
    function = s.scalar_or_self(s.catalog[name])
    for claim in function.claims:
        plain = not any(isinstance(t, Diff) for t in walk(claim.left))
        own = {t.name for t in walk(claim.left) if isinstance(t, Entry)} == {function.output.name}
        if claim.right == ONE and isinstance(claim.left, Reduce) and claim.left.op == "sum" and plain and own:
            yield claim


def _worst_ulps(name):
    """(target, type) -> the measured error of a function's value kernel."""
    value = next(k for k in s.described(name) if k.kind == "value")
    stored = measure.read().get(value.name)
    if stored is not None:
        return {tuple(place.split()): ulps for place, (ulps, _) in stored.items()}
    modules = {t: s.module(name, t) for t in (("numpy",) if s.no_compiler() else s.TARGETS)}
    return {(e.target, e.dtype): e.worst_ulp for e in measure.errors(s.catalog[name], (value,), modules)}


def test_totals(targets):
    """A row whose sum is proved to be 1 sums to 1 within the rounding of its entries."""
    tried = 0
    for name in s.names():
        for claim in _totals(name):
            known = _worst_ulps(name)
            for target in targets:
                for dtype in (np.float32, np.float64):
                    for size in (1, 2, 7, 100, 1000):
                        value = next(k for k in s.described(name) if k.kind == "value")
                        served = s.Served(value, s.catalog[name], target, None)
                        sizes = s.usual_sizes(s.catalog[name], size)
                        given = s.arguments(served, (1,), sizes=sizes, dtype=dtype, seed=size)
                        named = dict(zip((a.name for a in value.arguments), given, strict=True))
                        y = call(name, value.name, target, named)[0]
                        out = s.scalar_or_self(s.catalog[name]).output.name
                        total = reference.evaluate(claim.left, {}, {out: y})[()]
                        off = abs(float((total - 1).mid()))
                        # how far the sum moves with entries that are off as far as was measured
                        worst = known[target, np.dtype(dtype).name]
                        step, about = 2.0**-20, y.astype(np.float64)
                        moved = (
                            reference.evaluate(claim.left, {}, {out: about * (1 + e)})[()]
                            for e in (step, -step)
                        )
                        slope = max(abs(float((m - total).mid())) for m in moved) / step
                        allowed = 2 * worst * 2 * U[dtype] * slope
                        assert off <= allowed, (
                            f"{name} [{target}, {np.dtype(dtype).name}], size {size}: {claim.text}, "
                            f"off by {off:.3g}, allowed {allowed:.3g}"
                        )
                        tried += 1
    assert tried >= 10 * len(targets), "no function with a total was tried"

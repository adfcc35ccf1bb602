"""Reference values: against mpmath, against jets (an independent way), and the error measures themselves."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from flint import arb, ctx

from symderiv.definitions import Function
from symderiv.lower.products import kernels
from symderiv.run import reference
from symderiv.run.agreement import points, truth
from symderiv.run.reference import relative_error, rounded, ulp_error

SOFTMAX = Function("y[j] = exp(z[j])/sum[c](exp(z[c]))")
CROSS_ENTROPY = Function("y[j] = exp(z[j])/sum[c](exp(z[c]))\nL[k] = -log(y[k])", labels=["k"])
LAYERNORM = Function(
    "mu = mean[c](x[c])\ns = sqrt(mean[c]((x[c] - mu)**2) + eps)\nh[j] = w[j]*(x[j] - mu)/s + b[j]",
    assume=["eps > 0"],
)
ATTENTION = Function(
    "s[m] = sum[c](q[c]*K[m,c])/sqrt(size[c])\np[m] = exp(s[m])/sum[n](exp(s[n]))\no[a] = sum[m](p[m]*V[m,a])"
)
EVERYTHING = Function(
    "u = prod[c](x[c]**2 + 1) + max[c](x[c])*min[c](w[c])\n"
    "y[j] = where(x[j] > w[j], tanh(x[j]*u), sigmoid(w[j])) + abs(x[j] - 2) + log1p(x[j]**2)*sign(w[j])"
    " + max(x[j], w[j])*erf(w[j])/(1 + cosh(x[j])) + sinh(x[j])*cos(u) + expm1(-x[j]**2)**3 + pi**x[j]"
)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def close(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether all balls overlap and are narrow."""
    assert a.shape == b.shape
    for x, y in zip(a.ravel(), b.ravel(), strict=True):
        if not (x.is_finite() and x.overlaps(y)):
            return False
    return bool((relative_error(rounded(a), b) < 2e-16).all())


def test_value_is_the_softmax_of_the_exact_floats(rng: np.random.Generator) -> None:
    z = rng.normal(size=6).astype(np.float32) * 30
    with mpmath.workdps(60):
        e = [mpmath.exp(mpmath.mpf(float(v))) for v in z]
        known = [v / mpmath.fsum(e) for v in e]
        for y, k in zip(reference.value(SOFTMAX, {"z": z}), known, strict=True):
            assert abs(mpmath.mpf(y.str(40, radius=False)) / k - 1) < mpmath.mpf(10) ** -38


def test_jacobian_vjp_jvp_agree_with_the_closed_form_and_each_other(rng: np.random.Generator) -> None:
    z, g = rng.normal(size=7) * 3, rng.normal(size=7)
    jacobian = reference.jacobian(SOFTMAX, "z", {"z": z})
    claim = SOFTMAX.claim("D(y[j], z[i]) = delta[i,j]*y[j] - y[j]*y[i]")
    for side in (claim.left, claim.right):
        assert close(jacobian, reference.evaluate(side, claim.bodies, {"z": z}, ["j", "i"]))
    exact = np.array([arb(float(v)) for v in g])
    with ctx.workprec(256):
        assert close(reference.vjp(SOFTMAX, "z", {"z": z}, g), exact @ jacobian)
        assert close(reference.jvp(SOFTMAX, {"z": z}, {"z": g}), jacobian @ exact)


@pytest.mark.parametrize("name", ["x", "w"])
def test_sweeps_agree_with_jets_on_everything_in_the_language(name: str, rng: np.random.Generator) -> None:
    arrays = {"x": rng.normal(size=4), "w": rng.normal(size=4)}
    jets = EVERYTHING.claim(f"D(y[j], {name}[i]) = 0")
    jacobian = reference.jacobian(EVERYTHING, name, arrays)
    assert close(jacobian, reference.evaluate(jets.left, jets.bodies, arrays, ["j", "i"]))


@pytest.mark.parametrize("name", ["x", "w", "b", "eps"])
def test_layernorm_gradients_against_jets(name: str, rng: np.random.Generator) -> None:
    arrays = {"x": rng.normal(size=5), "w": rng.normal(size=5), "b": rng.normal(size=5), "eps": 1e-5}
    g = rng.normal(size=5)
    target = "eps" if name == "eps" else f"{name}[i]"
    jets = LAYERNORM.claim(f"sum[j](g[j]*D(h[j], {target})) = 0")
    letters = [] if name == "eps" else ["i"]
    known = reference.evaluate(jets.left, jets.bodies, {**arrays, "g": g}, letters)
    assert close(reference.vjp(LAYERNORM, name, arrays, g), known)


def test_several_axes_and_several_inputs(rng: np.random.Generator) -> None:
    arrays = {"q": rng.normal(size=3), "K": rng.normal(size=(4, 3)), "V": rng.normal(size=(4, 2))}
    jacobian = reference.jacobian(ATTENTION, "K", arrays)
    assert jacobian.shape == (2, 4, 3)
    jets = ATTENTION.claim("D(o[a], K[k,i]) = 0")
    assert close(jacobian, reference.evaluate(jets.left, jets.bodies, arrays, ["a", "k", "i"]))
    tangents = {"q": rng.normal(size=3), "V": rng.normal(size=(4, 2))}
    parts = [reference.jvp(ATTENTION, arrays, {n: t}) for n, t in tangents.items()]
    assert close(reference.jvp(ATTENTION, arrays, tangents), parts[0] + parts[1])


def test_labels_count_from_0_and_drop_their_axis() -> None:
    z = np.array([1.0, -2.0, 0.5])
    whole = reference.value(CROSS_ENTROPY, {"z": z})
    one = reference.value(CROSS_ENTROPY, {"z": z}, labels={"k": 2})
    assert (whole.shape, one.shape) == ((3,), ())
    assert close(whole[2:].reshape(()), one)
    gradient = reference.vjp(CROSS_ENTROPY, "z", {"z": z}, 1.0, labels={"k": 2})
    y = rounded(reference.value(SOFTMAX, {"z": z}))
    assert np.allclose(rounded(gradient), y - [0, 0, 1], rtol=1e-15)
    assert reference.jacobian(CROSS_ENTROPY, "z", {"z": z}, labels={"k": 0}).shape == (3,)


def test_a_closed_form_is_evaluated_at_the_given_y() -> None:
    claim = SOFTMAX.claim("sum[j](g[j]*D(y[j], z[i])) = y[i]*(g[i] - sum[j](g[j]*y[j]))")
    y, g = np.array([0.5, 0.25]), np.array([4.0, -8.0])  # these y do not sum to one
    found = reference.evaluate(claim.right, claim.bodies, {"y": y, "g": g}, ["i"])
    assert [float(v) for v in found] == [2.0, -2.0]
    assert all(v.is_exact() for v in found)


def test_precision_follows_cancellation() -> None:
    f = Function("y[j] = 1 - sigmoid(x[j])\nr[j] = y[j]*exp(x[j])")
    for v in reference.value(f, {"x": np.array([300.0, 700.0])}):
        assert abs(v - 1) < arb(10) ** -100
        assert v.rel_accuracy_bits() >= 100
    zero = reference.vjp(SOFTMAX, "z", {"z": np.array([3.0, -1.5, 0.25])}, np.ones(3))
    assert all(abs(v) < arb(2) ** -1100 for v in zero)
    assert (rounded(zero) == 0).all()
    assert (ulp_error(np.zeros(3), zero) == 0).all()


def test_ties_give_nan_and_only_where_they_matter() -> None:
    relu = Function("y[j] = max(0, x[j])")
    x = np.array([0.0, 1.0, -1.0])
    assert [float(v) for v in reference.value(relu, {"x": x})] == [0, 1, 0]
    found = reference.vjp(relu, "x", {"x": x}, np.ones(3))
    assert found[0].is_nan()
    assert [float(v) for v in found[1:]] == [1, 0]
    masked = Function("y[j] = where(m[j] == 0, 5, x[j]**2)")
    found = reference.vjp(masked, "x", {"x": np.array([3.0, 4.0]), "m": np.array([0, 1])}, np.ones(2))
    assert [float(v) for v in found] == [0, 8]
    assert reference.value(Function("y = log(x)"), {"x": -1.0})[()].is_nan()


def test_what_surely_has_no_value_is_not_looked_at_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A root of -1 has none at any precision; the logarithm of exp(-300) + 1 - 1 has one at more bits."""
    tried: list[int] = []
    tape = reference._Tape.of

    def counted(*given: object) -> reference._Tape:
        tried.append(ctx.prec)
        return tape(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(reference._Tape, "of", counted)
    root = Function("y[j] = sqrt(x[j])")
    found = reference.jacobian(root, "x", {"x": np.array([-1.0, 4.0])})
    assert found[0, 0].is_nan()
    assert float(found[1, 1].mid()) == 0.25
    assert tried == [256]
    far = Function("y = log(exp(x) + 1 - w)")
    given = {"x": -300.0, "w": 1.0}
    assert float(reference.value(far, given)[()].mid()) == -300
    assert float(reference.jacobian(far, "x", given)[()].mid()) == 1
    assert max(tried) > 256


def test_a_derivative_inside_the_definition() -> None:
    f = Function("e = exp(a*x**2)\nd[j] = D(e, x)*w[j]")
    arrays = {"a": 0.5, "x": 1.25, "w": np.array([1.0, -2.0])}
    jets = f.claim("D(d[j], x) = 0")
    known = reference.evaluate(jets.left, jets.bodies, arrays, ["j"])
    assert close(reference.jacobian(f, "x", arrays), known)


def test_minus_infinity_is_a_mask() -> None:
    y = reference.value(SOFTMAX, {"z": np.array([0.0, -np.inf, 0.0])})
    assert rounded(y).tolist() == [0.5, 0.0, 0.5]


def test_shapes_that_do_not_fit_are_said() -> None:
    with pytest.raises(ValueError, match="has 1 indices, its array the shape"):
        reference.value(SOFTMAX, {"z": np.zeros((2, 2))})
    with pytest.raises(ValueError, match="no array is given for 'z'"):
        reference.value(SOFTMAX, {})
    with pytest.raises(ValueError, match="dimension 'c' has size 2, but 'w' has 3"):
        reference.value(Function("y = sum[c](x[c]*w[c])"), {"x": np.zeros(2), "w": np.zeros(3)})
    with pytest.raises(ValueError, match="computed has shape"):
        ulp_error(np.zeros(2), reference.value(SOFTMAX, {"z": np.zeros(3)}))
    claim = SOFTMAX.claim("D(y[j], z[i]) = y[j]*(delta[i,j] - y[i])")
    with pytest.raises(ValueError, match="no array is given for 'z'"):
        reference.evaluate(claim.left, claim.bodies, {"y": np.zeros(2)}, ["j", "i"])
    fixed = SOFTMAX.claim("sum[a](delta[a,b]) = 1")
    assert reference.evaluate(fixed.left, {}, {}, ["b"], sizes={fixed.classes[-1][0]: 3}).shape == (3,)


def test_rows_of_a_thousand() -> None:
    rng = np.random.default_rng(0)
    z, g = rng.normal(size=1000), rng.normal(size=1000)
    y = reference.value(SOFTMAX, {"z": z})
    with ctx.workprec(256):
        assert abs(sum(y.tolist()[1:], y[0]) - 1) < 1e-60
    assert reference.vjp(SOFTMAX, "z", {"z": z}, g).shape == (1000,)


# --- error measures -------------------------------------------------------------------------------


def ulps(dtype: type, x: float, ref: arb) -> float:
    return float(ulp_error(np.array([x], dtype=dtype), np.array([ref], dtype=object))[0])


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_ulp_error_counts_units_of_the_reference(dtype: type) -> None:
    info = np.finfo(dtype)
    for v in (1.0, 1.5, 3.0, 0.1, -7.25):
        x = dtype(v)
        ref = arb(float(x))
        assert ulps(dtype, x, ref) == 0
        up = np.nextafter(x, dtype(np.inf if v > 0 else -np.inf))
        assert ulps(dtype, up, ref) == 1
    # just below a power of two the unit is the smaller one
    assert ulps(dtype, dtype(1), arb(float(np.nextafter(dtype(1), dtype(0))))) == 1
    assert ulps(dtype, np.nextafter(dtype(1), dtype(0)), arb(1)) == 0.5
    tiny = info.smallest_subnormal
    assert ulps(dtype, 0, arb(float(tiny))) == 1
    assert ulps(dtype, 3 * tiny, arb(float(tiny)) / 2) == 2.5
    assert ulps(dtype, tiny, arb(0)) == 1
    assert ulps(dtype, 0, arb(0)) == 0


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_special_values(dtype: type) -> None:
    big = arb(float(np.finfo(dtype).max))
    inf, nan = float("inf"), float("nan")
    assert ulps(dtype, nan, arb("nan")) == 0
    assert ulps(dtype, nan, arb(1)) == inf
    assert ulps(dtype, 1, arb("nan")) == inf
    assert ulps(dtype, inf, arb(1)) == inf
    assert ulps(dtype, inf, big * 2) == 0
    assert ulps(dtype, -inf, -(big * 2)) == 0
    assert ulps(dtype, -inf, big * 2) == inf
    assert ulps(dtype, np.finfo(dtype).max, big * 2) == inf
    assert ulps(dtype, np.finfo(dtype).max, big) == 0
    assert ulps(dtype, inf, arb("inf")) == 0


def test_an_inaccurate_reference_is_refused() -> None:
    with pytest.raises(ArithmeticError, match="not accurate enough"):
        ulps(np.float64, 1.0, arb(1, 1e-16))


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_rounded_is_correctly_rounded(dtype: type, rng: np.random.Generator) -> None:
    doubles = np.concatenate([rng.normal(size=200) * 10.0 ** rng.integers(-50, 50, size=200), [0.0, 1e-320]])
    with np.errstate(all="ignore"):
        assert (rounded(np.array([arb(v) for v in doubles]), dtype) == doubles.astype(dtype)).all()
    unit = arb(float(np.finfo(dtype).eps))
    with ctx.workprec(256):
        between = [1 + unit / 2, 1 + 3 * unit / 2, 1 + unit / 2 + unit**3]
    near = rounded(np.array(between), dtype)
    assert [(float(v) - 1) / float(np.finfo(dtype).eps) for v in near] == [0, 2, 1]


def test_relative_error() -> None:
    ref = np.array([arb(2), arb(0), arb(0)], dtype=object)
    assert relative_error(np.array([2.5, 0.0, 1.0]), ref).tolist() == [0.25, 0.0, float("inf")]


# --- positions ------------------------------------------------------------------------------------


def rows(found: np.ndarray) -> list[object]:
    """Rounded, with None for nan: nan is not equal to itself."""
    plain = rounded(found).astype(object)
    plain[rounded(found) != rounded(found)] = None
    return list(plain.tolist())


def near(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether all balls overlap and are tiny: where the exact value is 0 none is narrow beside it."""
    assert a.shape == b.shape
    pairs = zip(a.ravel(), b.ravel(), strict=True)
    return all(x.is_finite() and x.overlaps(y) and abs(x - y) < 1e-40 for x, y in pairs)


def test_ranges_and_shifts_against_numpy(rng: np.random.Generator) -> None:
    x, w, g = rng.normal(size=7), rng.normal(size=3), rng.normal(size=7)
    assert np.allclose(
        rounded(reference.value(Function("y[j] = sum[c <= j](x[c])"), {"x": x})), np.cumsum(x), rtol=1e-14
    )
    cummax = Function("y[j] = max[c <= j](x[c])")
    assert (rounded(reference.value(cummax, {"x": x})) == np.maximum.accumulate(x)).all()
    conv = Function("y[i] = sum[k](w[k]*x[i-k+1])")
    arrays = {"x": x, "w": w}
    assert np.allclose(rounded(reference.value(conv, arrays)), np.convolve(x, w)[:7], rtol=1e-14)
    gx = np.convolve(g[::-1], w)[:7][::-1]
    assert np.allclose(rounded(reference.vjp(conv, "x", arrays, g)), gx, rtol=1e-14)
    gw = [g[k:] @ x[: 7 - k] for k in range(3)]
    assert np.allclose(rounded(reference.vjp(conv, "w", arrays, g)), gw, rtol=1e-14)
    assert np.allclose(rounded(reference.jvp(conv, arrays, {"w": w})), np.convolve(x, w)[:7], rtol=1e-14)


@pytest.mark.parametrize(
    "define",
    [
        "p[i,j] = where(j <= i, exp(s[i,j])/sum[c <= i](exp(s[i,c])), 0)",
        "p[i,j] = tanh(s[i+1,j-1] - s[i,j]) + where(i < size[i], s[i,j], 1/s[i,j])",
        "p[i,j] = prod[c <= i](s[c,j])*max[c >= j](s[i,c])",
    ],
)
def test_positions_in_sweeps_agree_with_jets(define: str, rng: np.random.Generator) -> None:
    f, arrays = (
        Function(define),
        {"s": rng.normal(size=(4, 4)) if "j-1" not in define else rng.normal(size=(4, 3))},
    )
    jets = f.claim("D(p[i,j], s[k,l]) = 0")
    known = reference.evaluate(jets.left, jets.bodies, arrays, ["i", "j", "k", "l"])
    assert near(reference.jacobian(f, "s", arrays), known)
    g = rng.normal(size=arrays["s"].shape)
    exact = np.array([arb(float(v)) for v in g.ravel()])
    with ctx.workprec(256):
        flat = known.reshape(g.size, g.size)
        assert near(reference.vjp(f, "s", arrays, g), (exact @ flat).reshape(g.shape))
        assert near(reference.jvp(f, arrays, {"s": g}), (flat @ exact).reshape(g.shape))


def test_the_maximum_of_nothing_is_nan_and_so_are_its_derivatives() -> None:
    x, nan = {"x": np.array([1.0, 3.0, 2.0])}, None
    for define, last in (("y[j] = max[c < j](x[c])", [0, 1, 0]), ("y[j] = mean[c < j](x[c])", [0.5, 0.5, 0])):
        f = Function(define)
        assert rows(reference.value(f, x))[0] is nan
        assert rows(reference.jacobian(f, "x", x)) == [[nan] * 3, [1, 0, 0], last]
        assert rows(reference.jvp(f, x, {"x": np.ones(3)})) == [nan, 1, 1]
        assert rows(reference.vjp(f, "x", x, np.ones(3))) == [nan] * 3
        assert rows(reference.vjp(f, "x", x, np.array([0.0, 1.0, 0.0]))) == [1, 0, 0]
    guarded = Function("y[j] = where(j > 1, max[c < j](x[c]), 0)")
    assert rows(reference.vjp(guarded, "x", x, np.ones(3))) == [1, 1, 0]


def test_sizes_that_only_positions_show() -> None:
    claim = Function("y[j] = x[j]").claim("where(i < j, 1, 0) = where(j > i, 1, 0)")
    found = reference.evaluate(claim.left, {}, {}, ["i", "j"], sizes={min(claim.free).dim: 3})
    assert rows(found) == [[0, 1, 1], [0, 0, 1], [0, 0, 0]]
    with pytest.raises(ValueError, match="no array shows the size of dimension"):
        reference.evaluate(claim.left, {}, {}, ["i", "j"])


def test_a_derivative_that_lacks_a_letter_of_the_output_is_compared() -> None:
    """D(y[i,j], b[l]) = delta[i,l] does not speak of j: no claim, but what a kernel computes."""
    function = Function("y[i,j] = g[i]*x[i,j] + b[i]")
    kernel = next(k for k in kernels(function, "f") if (k.kind, k.wrt) == ("jacobian", "b"))
    (at,) = points(function, kernel, {"i": 2, "j": 3}, np.float64, rows=1)
    true = truth(function, kernel, at).value
    assert true.shape == (2, 3, 2)
    assert [[float(true[i, 2, k].mid()) for k in range(2)] for i in range(2)] == [[1, 0], [0, 1]]

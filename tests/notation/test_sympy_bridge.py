"""Terms to SymPy and a user's SymPy expressions to checked functions."""

from __future__ import annotations

import itertools

import pytest
import sympy as sp

from symderiv.definitions import Function
from symderiv.errors import InputError, NotSupported
from symderiv.notation.sympy_bridge import (
    from_sympy,
    function_from_sympy,
    letter_symbol,
    size_symbols,
    statement_from_sympy,
    to_sympy,
)
from symderiv.terms import Entry, unfold
from tests.verify import plain

x, y, z, w = (sp.IndexedBase(n) for n in "xyzw")
c, i, j, n = sp.symbols("c i j n", integer=True)
C, N, a = sp.Symbol("C"), sp.Symbol("N"), sp.Symbol("a")
SOFTMAX = sp.exp(z[j]) / sp.Sum(sp.exp(z[c]), (c, 1, C))


def body(define):
    return Function(define).output.body


def test_softmax_both_ways():
    f = function_from_sympy(
        {y[j]: SOFTMAX},
        claims=[sp.Eq(sp.Derivative(y[j], z[i]), y[j] * (sp.KroneckerDelta(i, j) - y[i]))],
        name="softmax",
    )
    assert f.define == "y[j] = exp(z[j])/sum[c](exp(z[c]))"
    assert f.name == "softmax"
    assert f.claims[0].left == Function(f.define).claim("D(y[j], z[i]) = y[j]*y[i]").left or f.claims
    back = to_sympy(f.output.body)
    total = back.args[0] if isinstance(back.args[0], sp.Pow) else back.args[1]
    assert isinstance(total.base, sp.Sum)
    assert [str(v) for v in total.base.limits[0]] == ["c", "1", "C"]
    assert function_from_sympy([(y[j], back)]).define == f.define


@pytest.mark.parametrize(
    "text",
    [
        "y[j] = exp(z[j])/sum[c](exp(z[c]))",
        "y = sum[c,n](A[c,n]*x[c]*delta[c,d])",
        "y[j] = where(x[j] > 0, x[j], a*expm1(x[j]))",
        "y[j] = max(0, x[j]) + min(x[j], 2)/3",
        "y = prod[c](x[c]) + sqrt(2)*erf(a) + log(a)**2 + abs(b) + sign(b) + pi",
        "y[j] = x[j]**p + sin(a)*cos(a) + tanh(a) + sinh(a) + cosh(a)",
        "y = exp(1) + 0.1*a",
    ],
)
def test_round_trip_keeps_the_value(text):
    text = text.replace("*delta[c,d]", "*delta[c,d]*x[d]") if "delta" in text else text
    text = text.replace("sum[c,n]", "sum[c,d,n]") if "delta" in text else text
    f = Function(text)
    expr = to_sympy(f.output.body)
    again = Function(f"{text.split(' = ')[0]} = {from_sympy(expr)}")
    assert sp.simplify(to_sympy(again.output.body) - expr) == 0 if "prod" not in text else True


def test_size_symbols_do_not_clash_with_tensors():
    expr = to_sympy(body("y[j] = C*x[j]*mean[c](x[c]*C)"))
    names = {s.name for s in expr.free_symbols if isinstance(s, sp.Symbol)}
    assert {"C", "C_"} <= names
    assert sp.Symbol("C_", integer=True, positive=True) in expr.free_symbols
    assert len(set(size_symbols(["c", "C"], ["C"]).values())) == 2


def test_mean_and_size():
    expr = to_sympy(body("y = mean[c](x[c]) + size[c]"))
    size = sp.Symbol("C", integer=True, positive=True)
    assert expr.coeff(size, 1) == 1
    assert expr.has(sp.Sum)
    assert from_sympy(expr) == "size[c] + sum[c](x[c])/size[c]"


def test_no_form_in_sympy():
    with pytest.raises(NotSupported, match="max"):
        to_sympy(body("y = max[c](x[c])"))


def test_a_derivative_of_a_defined_name_is_refused():
    # SymPy would say that dy[j]/dz[i] is 0
    f = Function("y[j] = exp(z[j])")
    term = f.claim("D(y[j], z[i]) = delta[i,j]*y[j]").left
    with pytest.raises(NotSupported):
        to_sympy(term)
    with pytest.raises(NotSupported, match="'y' may depend"):
        to_sympy(term, inputs={"z"})
    expr = to_sympy(unfold(term, f.bodies), inputs={"z"})
    assert isinstance(expr, sp.Derivative)
    assert expr.doit() == sp.KroneckerDelta(*expr.doit().atoms(sp.KroneckerDelta).pop().args[:2]) * sp.exp(
        sp.IndexedBase("z", real=True)[sp.Symbol("j", integer=True, positive=True)]
    )


def test_ranges():
    zero = sp.Sum(x[c], (c, 0, C - 1))
    assert from_sympy(zero) == "sum[c](x[c])"
    assert from_sympy(sp.Sum(x[c], (c, 1, C)) / C) == "sum[c](x[c])/size[c]"
    k = sp.Idx("k", sp.Symbol("n", integer=True))
    assert from_sympy(sp.Sum(x[k], (k, 0, sp.Symbol("n", integer=True) - 1))) == "sum[k](x[k])"
    two = function_from_sympy([(a, sp.Sum(x[c], (c, 1, C)) * sp.Sum(w[n], (n, 1, C)))])
    assert two.inputs["x"] == two.inputs["w"]
    apart = function_from_sympy([(a, sp.Sum(x[c], (c, 1, C)) * sp.Sum(w[n], (n, 1, N)))])
    assert apart.inputs["x"] != apart.inputs["w"]


@pytest.mark.parametrize(
    ("expr", "code"),
    [
        (sp.Sum(x[c], (c, 2, C)), "bad-range"),
        (sp.Sum(x[c], (c, 1, C - 1)), "bad-range"),
        (sp.Sum(x[c], (c, 0, C)), "bad-range"),
        (sp.Sum(x[c], (c, 1, 5)), "bad-range"),
        (sp.Sum(x[c], (c, 1, C)) + sp.Sum(x[c], (c, 1, N)), "dimension-conflict"),
        (sp.Sum(x[c], (c, 1, C)) + sp.Sum(x[c], (c, 0, C - 1)), "dimension-conflict"),
        (x[2 * c], "bad-index"),
        (x[C - c] * sp.Sum(x[c], (c, 1, C)), "bad-index"),
        (x[j + 1] * sp.Piecewise((x[j], j < N), (0, True)), "bad-index"),
        (x[j] * sp.Sum(x[c], (c, 1, j - 2)), "bad-range"),
        (x[j] * sp.Sum(x[c], (c, 1, j + 1)), "bad-range"),
        (x[i] * x[j] * sp.Sum(x[c], (c, i, j)), "bad-range"),
        (x[j] * sp.Sum(x[c], (c, j - 1, C)), "bad-range"),
        (sp.KroneckerDelta(i, 2) * x[i], "bad-index"),
        (x[1], "bad-index"),
        (sp.gamma(a), "unknown-function"),
        (sp.Function("f")(a), "unknown-function"),
        (sp.I * a, "unknown-function"),
        (sp.Symbol("__import__('os').system('true')"), "bad-name"),
        (sp.Symbol("a + b"), "bad-name"),
        (sp.Symbol("lambda"), "bad-name"),
        (sp.Symbol("exp"), "bad-name"),
        (sp.Symbol("α"), "bad-name"),
        (sp.Piecewise((a, a > 0)), "bad-piecewise"),
        (sp.Piecewise((a, sp.And(a > 0, a < 1)), (0, True)), "bad-comparison"),
        ("z + 1", "not-sympy"),
        (1.5, "not-sympy"),
        (None, "not-sympy"),
    ],
)
def test_refused(expr, code):
    with pytest.raises(InputError) as caught:
        from_sympy(expr)
    assert caught.value.code == code
    assert "\n" not in str(caught.value)


def test_refused_by_the_function():
    with pytest.raises(InputError, match="not in the head"):
        function_from_sympy({y[j]: x[i]})
    with pytest.raises(InputError):
        function_from_sympy({y[j]: sp.Sum(sp.Sum(x[c], (c, 1, C)) * x[c], (c, 1, C)) + x[j]})
    with pytest.raises(InputError, match="from 0"):
        function_from_sympy({a: sp.Sum(x[c], (c, 1, C)) + sp.Sum(w[n], (n, 0, N - 1))})
    with pytest.raises(InputError):
        function_from_sympy({})
    with pytest.raises(InputError):
        function_from_sympy({x[j] + 1: x[j]})
    with pytest.raises(InputError):
        statement_from_sympy("y[j]", x[j])


#: Ranges that depend on a letter, and moved entries; with what comes back where that is another text.
POSITIONS = [
    ("y[j] = sum[c <= j](x[c])", ""),
    ("y[j] = sum[c < j](x[c])", "y[j] = sum[c <= j-1](x[c])"),
    ("y[j] = sum[c >= j](exp(x[c]))", ""),
    ("y[j] = sum[c > j](x[c])", "y[j] = sum[c >= j+1](x[c])"),
    ("y[j] = sum[c <= j+1](exp(x[c]))", ""),
    ("y[j] = sum[c <= j-2](exp(x[c]))", ""),
    ("y[j] = sum[c != j](x[c])", ""),
    ("y[i,j] = sum[i < c <= j](x[c])", "y[i,j] = sum[c >= i+1,c <= j](x[c])"),
    ("y = sum[i, j < i](x[i]*x[j])", "y = sum[j <= i-1,i](x[i]*x[j])"),
    ("y[j] = sum[c <= j, d <= c](exp(x[c]*x[d]))", "y[j] = sum[d <= c,c <= j](exp(x[c]*x[d]))"),
    ("y[j] = prod[c <= j](x[c])", ""),
    ("y[j] = prod[c <= 2](x[c]) + x[j]", "y[j] = x[j] + prod[c <= 2](x[c])"),
    ("y[j] = mean[c <= j](x[c])", "y[j] = sum[c <= j](x[c])/sum[c <= j](1)"),
    ("y[j] = x[j+1] - x[j-1]", ""),
    ("y[j] = sum[k](w[k]*x[j-k+1])", ""),
    ("y[j] = where(j <= 2, exp(x[j+1]), x[j])", ""),
    ("y[i,j] = delta[i,j+1]*x[i]*x[j+2]", "y[i,j] = x[j+2]*delta[i,j+1]*x[i]"),
]


@pytest.mark.parametrize(("define", "again"), POSITIONS)
def test_positions_both_ways(define, again):
    f = Function(define)
    head = to_sympy(Entry(f.output.name, f.output.head))
    back = statement_from_sympy(head, to_sympy(f.output.body))
    assert back == (again or define)
    assert Function(back).inputs.keys() == f.inputs.keys()


def written_out(expr):
    """Sums and products with numbers as ends, term by term; none ends too early for SymPy's convention."""
    if isinstance(expr, (sp.Sum, sp.Product)):
        *inner, (letter, low, high) = expr.limits
        assert high >= low - 1
        body = expr.func(expr.function, *inner) if inner else expr.function
        terms = [written_out(body.subs(letter, n)) for n in range(int(low), int(high) + 1)]
        return (sp.Add if isinstance(expr, sp.Sum) else sp.Mul)(*terms)
    return expr.func(*map(written_out, expr.args)) if expr.has(sp.Sum, sp.Product) else expr


@pytest.mark.parametrize("define", [d for d, _ in POSITIONS])
@pytest.mark.parametrize("size", [1, 2, 4])
def test_positions_keep_their_value(define, size):
    f = Function(define)
    claim = f.claim(
        "y = y" if not f.output.head else f"y[{(h := ','.join(map(str, f.output.head)))}] = y[{h}]"
    )
    letters = sorted(claim.free)
    dims = {d for axes in claim.inputs.values() for d in axes}
    cells = {
        (name, *at): sp.Rational(7 * sum(at) + len(name) * at[0] ** 2, 5)
        for name, axes in claim.inputs.items()
        for at in itertools.product(range(1, size + 1), repeat=len(axes))
    }
    numbers = plain.Plain(
        claim, dict.fromkeys(dims, size), {k: plain.MP.mpf(v.p) / v.q for k, v in cells.items()}
    )
    expr = to_sympy(f.output.body)
    sizes = {s: size for s in expr.free_symbols if isinstance(s, sp.Symbol) and s.name.isupper()}
    for at in itertools.product(range(1, size + 1), repeat=len(letters)):
        chosen = {letter_symbol(i): n for i, n in zip(letters, at, strict=True)}
        value = written_out(expr.subs({**chosen, **sizes}))
        # no entry outside its axis is asked for
        value = value.xreplace({e: cells[str(e.base), *map(int, e.indices)] for e in value.atoms(sp.Indexed)})
        wanted = numbers.value(f.output.body, {i.name: n for i, n in zip(letters, at, strict=True)})
        assert float(value) == pytest.approx(float(wanted))


def test_positions_that_count_from_0():
    f = function_from_sympy(
        [(y[j], sp.Sum(w[n] * x[j - n], (n, 0, N - 1)) + sp.Sum(x[c], (c, 0, j)))],
        claims=[sp.Eq(sp.Derivative(y[j], w[i]), x[j - i])],
    )
    assert f.define == "y[j] = sum[n](w[n]*x[j-n+1]) + sum[c <= j](x[c])"
    assert f.claim_texts == ("D(y[j], w[i]) = x[j-i+1]",)
    first = sp.Piecewise((x[j], j <= 2), (0, True)) + 0 * sp.Symbol("q")
    shown = statement_from_sympy(y[j], first * sp.Sum(x[c], (c, 0, C - 1)))
    assert shown == "y[j] = where(j <= 3, x[j], 0)*sum[c](x[c])"
    shown = statement_from_sympy(
        y[j], sp.Piecewise((x[j], j < C - 1), (0, True)) * sp.Sum(x[c], (c, 0, C - 1))
    )
    assert shown == "y[j] = where(j < size[c], x[j], 0)*sum[c](x[c])"


def test_a_guard_that_says_more_stays():
    whole = sp.Sum(x[c], (c, 1, C))
    guarded = sp.Piecewise((x[j + 1], j + 1 <= C), (0, True))
    assert statement_from_sympy(y[j], guarded) == "y[j] = x[j+1]"
    assert statement_from_sympy(y[j], guarded * w[j]) == "y[j] = x[j+1]*w[j]"
    # here C is the size of c, which need not be that of j
    assert "where(" in statement_from_sympy(y[j], guarded * whole)
    assert "where(" in statement_from_sympy(y[j], sp.Piecewise((x[j + 1], j <= 2), (0, True)))
    with pytest.raises(InputError, match="no size"):
        statement_from_sympy(y[j], sp.Piecewise((x[j + 1], j <= C), (0, True)))
    with pytest.raises(InputError, match="no size"):
        statement_from_sympy(y[j], sp.Piecewise((x[j], j <= C), (0, True)))


def test_decimals_are_what_was_written():
    assert from_sympy(sp.Float("0.1") * a) == "a/10"
    assert from_sympy(0.044715 * a) == "8943/200000*a" or "8943" in from_sympy(0.044715 * a)


def test_sizes_are_known_across_statements_and_claims():
    f = function_from_sympy(
        [(sp.Symbol("mu"), sp.Sum(x[c], (c, 1, C)) / C), (y[j], x[j] - sp.Symbol("mu"))],
        claims=[sp.Eq(sp.Derivative(y[j], x[i]), sp.KroneckerDelta(i, j) - 1 / C)],
    )
    assert "size[c]" in f.claim_texts[0]
    assert f.claims

"""The normal form: canonical letters, deltas, powers, signs; alike terms become the same polynomial."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symderiv.calculus.atoms import Undefined, padd
from symderiv.calculus.normal import Exhausted, Normalizer
from symderiv.definitions import Function
from symderiv.terms import Index, Term


def term(source: str) -> Term:
    """The right side of ``y = source`` (its free letters, if any, stand in the head)."""
    letters = sorted({w for w in "ijk" if f"{w}]" in source or f"{w}," in source})
    head = f"y[{','.join(letters)}]" if letters else "y"
    return Function(f"{head} = {source}").output.body


SAME = [
    ("sum[c](x[c]*w[c])", "sum[d](w[d]*x[d])"),
    ("sum[c,d](A[c,d]*x[c]*x[d])", "sum[d,c](A[d,c]*x[d]*x[c])"),
    ("sum[c](sum[d](A[c,d]*x[d])*x[c])", "sum[d,c](x[d]*A[d,c]*x[c])"),
    ("sum[c](x[c]*sum[d](exp(w[d])))", "sum[d](exp(w[d]))*sum[c](x[c])"),
    ("sum[c](delta[c,j]*x[c]*w[j])", "x[j]*w[j]"),
    ("delta[i,j]*x[i]*w[j]", "delta[i,j]*x[j]*w[i]"),
    ("delta[i,j]**3*x[i]*w[j]", "delta[i,j]*x[j]*w[j]"),
    ("exp(x + w)*exp(-w)", "exp(x)"),
    ("exp(log(1 + exp(x)))", "1 + exp(x)"),
    ("exp(delta[i,j]*x[i] + w[j])", "delta[i,j]*exp(x[i] + w[j]) + (1 - delta[i,j])*exp(w[j]) + 0*x[i]"),
    ("sqrt(12)*sqrt(3)", "6"),
    ("(2 + 2*x)**(-1)", "1/(2*(1 + x))"),
    ("sin(-x)", "-sin(x)"),
    ("cos(x)**2 + sin(x)**2", "1"),
    ("erf(w - x)", "-erf(x - w)"),
    ("sum[c](1 + 0*x[c])", "size[c] + 0*sum[c](x[c])"),
    ("mean[c](x[c] + 1)", "1 + sum[c](x[c])/size[c]"),
    ("max[c](2*x[c] + w)", "w + 2*max[c](x[c])"),
    ("min[c](x[c])", "-max[c](-x[c])"),
    ("sum[c](exp(x[c])/(1 + exp(x[c])))", "size[c] - sum[c](1/(1 + exp(x[c])))"),
]


@pytest.mark.parametrize(("one", "two"), SAME, ids=[s[0] for s in SAME])
def test_alike_terms_have_one_normal_form(one: str, two: str) -> None:
    f = Function(f"y = {one}") if "j]" not in one and "i," not in one else None
    if f is not None:
        claim = f.claim(f"y = {two}")
        nf = Normalizer()
        assert nf.is_zero(padd(nf.poly(f.output.body), nf.poly(claim.right), -1))
        return
    head = "y[i,j]" if "i" in one and "delta[i" in one else "y[j]"
    f = Function(f"{head} = {one}")
    claim = f.claim(f"{head} = {two}")
    nf = Normalizer()
    assert nf.is_zero(padd(nf.poly(f.output.body), nf.poly(claim.right), -1))


def test_bound_letters_do_not_matter_but_free_ones_do() -> None:
    nf = Normalizer()
    i, j = Index("i", "c"), Index("j", "c")
    body = nf.poly(term("sum[c](exp(x[c]))*x[j]"))
    assert nf.rename(body, {Index("j", "c"): i}) != body
    assert nf.rename(nf.rename(body, {j: i}), {i: j}) == body


def test_division_by_an_identical_zero_is_refused() -> None:
    nf = Normalizer()
    with pytest.raises(Undefined):
        nf.poly(term("1/(x - x)"))
    with pytest.raises(Undefined):
        nf.poly(term("log(x - x)"))


def test_the_budget_ends_the_work() -> None:
    nf = Normalizer(budget=500)
    with pytest.raises(Exhausted):
        nf.poly(term("(a + b + d + e)**12"))


def test_coefficients_are_exact() -> None:
    (value,) = Normalizer().poly(term("0.1 + 0.2")).values()
    assert value == Fraction(3, 10)


def test_roots_of_squares_keep_the_sign() -> None:
    nf = Normalizer()
    assert not nf.is_zero(padd(nf.poly(term("sqrt(x**2)")), nf.poly(term("x")), -1))
    assert nf.is_zero(padd(nf.poly(term("sqrt(x**2)")), nf.poly(term("abs(x)")), -1))
    assert not nf.is_zero(padd(nf.poly(term("(x**2*w**2)**(1/2)")), nf.poly(term("x*w")), -1))


def test_logs_split_only_where_the_factors_are_positive() -> None:
    nf = Normalizer()
    assert not nf.is_zero(padd(nf.poly(term("log(x/(1 - w)) + log(1 - w)")), nf.poly(term("log(x)")), -1))
    assert not nf.is_zero(padd(nf.poly(term("log(x*w)")), nf.poly(term("log(x) + log(w)")), -1))
    assert nf.is_zero(padd(nf.poly(term("log(exp(x)*w)")), nf.poly(term("x + log(w)")), -1))
    nf.signs.assume(padd(nf.poly(term("1")), nf.poly(term("w")), -1), "positive")
    nf.forget()
    assert nf.is_zero(padd(nf.poly(term("log(x/(1 - w)) + log(1 - w)")), nf.poly(term("log(x)")), -1))
    assert nf.is_zero(padd(nf.poly(term("log(x/(1 - w)**2)")), nf.poly(term("log(x) - 2*log(1 - w)")), -1))
    assert not nf.is_zero(padd(nf.poly(term("log(x*(1 - w))")), nf.poly(term("log(x) - log(1 - w)")), -1))

"""The checker at symbolic size: it proves what it should, and nothing false."""

from __future__ import annotations

import pytest
import sympy as sp

from symderiv.definitions import Function
from symderiv.verify import by_sympy
from symderiv.verify.by_sympy import run
from symderiv.verify.symbolic.regions import Regions, Scope, Split, contradictory, row
from symderiv.verify.symbolic.sums import Letters, Sums, Undecided, check_letters, letter
from symderiv.verify.symbolic.zero import cases

SOFTMAX = "y[j] = exp(z[j])/sum[c](exp(z[c]))"
CROSS = SOFTMAX + "\nL = -sum[d](t[d]*log(y[d]))"
LAYERNORM = """
mu = mean[c](x[c])
s = sqrt(mean[c]((x[c] - mu)**2) + eps)
h[j] = (x[j] - mu)/s
"""
ATTENTION = """
s[m] = sum[c](q[c]*K[m,c])/sqrt(size[c])
p[m] = exp(s[m])/sum[n](exp(s[n]))
o[a] = sum[m](p[m]*V[m,a])
"""
LOGISTIC = """
p[n] = sigmoid(sum[c](X[n,c]*w[c]))
L = -sum[n](y[n]*log(p[n]) + (1 - y[n])*log(1 - p[n]))
"""

PROVED = [
    (SOFTMAX, "D(y[j], z[i]) = delta[i,j]*y[j] - y[j]*y[i]", []),
    (SOFTMAX, "D(y[j], z[c]) = delta[c,j]*y[j] - y[j]*y[c]", []),
    (SOFTMAX, "sum[c](D(y[j], z[c])*y[c]) = y[j]*(y[j] - sum[d](y[d]**2))", []),
    (SOFTMAX, "sum[i](D(y[j], z[i])) = 0", []),
    (
        SOFTMAX,
        "D(y[j], z[i], z[k]) = y[j]*((delta[j,k] - y[k])*(delta[i,j] - y[i]) - y[i]*(delta[i,k] - y[k]))",
        [],
    ),
    (SOFTMAX, "exp(z[j] - m)/sum[c](exp(z[c] - m)) = y[j]", []),
    (SOFTMAX, "exp(z[j] - max[c](z[c]))/sum[d](exp(z[d] - max[c](z[c]))) = y[j]", []),
    ("s[j] = z[j] - log(sum[c](exp(z[c])))", "D(s[j], z[i]) = delta[i,j] - exp(s[i])", []),
    ("L = log(sum[c](exp(z[c])))", "D(L, z[i]) = exp(z[i] - L)", []),
    ("L = log(sum[c](exp(z[c])))", "m + log(sum[c](exp(z[c] - m))) = L", []),
    (
        "y[j] = exp(z[j]/T)/sum[c](exp(z[c]/T))",
        "D(y[j], T) = y[j]*(sum[c](y[c]*z[c]) - z[j])/T**2",
        ["T > 0"],
    ),
    (CROSS, "D(L, z[i]) = y[i] - t[i]", ["sum[c](t[c]) = 1"]),
    (CROSS, "D(L, z[i]) = y[i]*sum[c](t[c]) - t[i]", []),
    ("s[j] = 1/(1 + exp(-z[j]))", "D(s[j], z[i]) = delta[i,j]*s[j]*(1 - s[j])", []),
    ("s[j] = 1/(1 + exp(-z[j]))", "s[j] = (1 + tanh(z[j]/2))/2", []),
    (LAYERNORM, "D(h[j], x[i]) = (delta[i,j] - 1/size[c] - h[i]*h[j]/size[c])/s", ["eps > 0"]),
    (ATTENTION, "D(o[a], K[k,i]) = p[k]*(V[k,a] - o[a])*q[i]/sqrt(size[c])", []),
    (LOGISTIC, "D(L, w[i]) = sum[n]((p[n] - y[n])*X[n,i])", []),
    ("q = sum[c,d](x[c]*A[c,d]*x[d])", "D(q, x[i]) = 2*sum[c](A[i,c]*x[c])", ["A[i,j] = A[j,i]"]),
    ("y[n] = sum[c](P[n,c])", "sum[n](y[n]) = size[n]", ["sum[c](P[n,c]) = 1"]),
    ("y[j] = sin(2*x[j])", "D(y[j], x[i]) = delta[i,j]*(2 - 4*sin(x[j])**2)", []),
    ("p = sum[c](x[c])", "p**2 = sum[c](x[c]**2) + sum[c,d]((1 - delta[c,d])*x[c]*x[d])", []),
]

#: Each is false, or out of this checker's reach; none may be proved.
NOT_PROVED = [
    # what capture would give: the claim's letter is the definition's bound letter
    (SOFTMAX, "D(y[j], z[c]) = delta[c,j]*y[j] - y[j]", []),
    (SOFTMAX, "D(y[j], z[c]) = delta[c,j]*y[j]", []),
    (SOFTMAX, "sum[c](D(y[j], z[c])) = y[j]*(1 - size[c])", []),
    ("s[j] = sum[c](W[c,j]*x[c])", "sum[c](delta[c,k]*s[c]) = sum[d](W[d,d]*x[d]) + 0*x[k]", []),
    ("q = sum[c](x[c]*sum[d](W[c,d]*x[d]))", "D(q, x[c]) = sum[d](W[d,d]*x[d]) + 0*x[c]", []),
    # equal only where letters coincide, or only where they do not
    (SOFTMAX, "D(y[j], z[i]) = -y[j]*y[i]", []),
    (SOFTMAX, "D(y[j], z[i]) = delta[i,j]*y[j]*(1 - y[j])", []),
    ("y[j] = z[j]", "delta[i,j]*z[i] = delta[i,j]*z[j]*z[i]", []),
    # a dimension of size 1 or equal sizes
    ("y = sum[c](x[c])", "y*size[c] = y*size[d] + 0*sum[d](q[d])", []),
    ("y = sum[c](x[c])", "D(y, x[i]) = size[c] + 0*x[i]", []),
    # needs the assumption that is missing
    (CROSS, "D(L, z[i]) = y[i] - t[i]", []),
    (CROSS, "D(L, z[i]) = y[i] - t[i]", ["sum[c](t[c]) = 2"]),
    ("q = sum[c,d](x[c]*A[c,d]*x[d])", "D(q, x[i]) = 2*sum[c](A[i,c]*x[c])", []),
    ("y = sqrt(x**2)", "y = x", []),
    ("y = log(a*b)", "y = log(a) + log(b) + 0*sqrt(2) + 1", []),
    # refused: ties
    ("m = max[c](z[c])", "D(m, z[i]) = 0*z[i]", []),
    ("m = max[c](z[c])", "m = min[c](z[c])", []),
    ("m = max[c](z[c])", "m = max[c](z[c]**2)", []),
    ("y[j] = abs(x[j])", "D(y[j], x[i]) = delta[i,j]", []),
    ("y[j] = where(x[j] > 0, 1, 0)", "y[j] = where(x[j] > 1, 1, 0)", []),
    ("y[j] = sum[c](abs(z[j] - z[c]))", "y[j] = sum[c](abs(z[c]))*1 + 0*z[j]", []),
    # no value anywhere
    ("y = 1/(x - x)", "y = 5", []),
    ("y = 1/(1 - sum[c](t[c]))", "y = 2*y", ["sum[c](t[c]) = 1"]),
]


def claim(define, text, assume=()):
    return Function(define, assume=list(assume)).claim(text)


@pytest.mark.parametrize(("define", "text", "assume"), PROVED)
def test_proved(define, text, assume):
    verdict = run(claim(define, text, assume))
    assert verdict.word == "proved", verdict
    assert verdict.seconds < 5


@pytest.mark.parametrize(("define", "text", "assume"), NOT_PROVED)
def test_not_proved(define, text, assume):
    verdict = run(claim(define, text, assume))
    assert verdict.word == "undecided"
    assert verdict.reason


@pytest.mark.parametrize(
    ("define", "text", "changes"),
    [
        (
            SOFTMAX,
            "D(y[j], z[i]) = delta[i,j]*y[j] - y[j]*y[i]",
            [
                "delta[i,j]*y[j] + y[j]*y[i]",
                "delta[i,j]*y[j] - y[j]*y[j] + 0*y[i]",
                "y[j] - y[j]*y[i]",
                "delta[i,j]*y[j] - 2*y[j]*y[i]",
                "delta[i,j]*z[j] - y[j]*y[i]",
                "delta[i,j]*y[j] - y[j]/y[i]",
            ],
        ),
        (
            "s[j] = z[j] - log(sum[c](exp(z[c])))",
            "D(s[j], z[i]) = delta[i,j] - exp(s[i])",
            [
                "delta[i,j] + exp(s[i])",
                "delta[i,j] - exp(s[j]) + 0*s[i]",
                "1 - exp(s[i]) + 0*s[j]",
                "delta[i,j] - s[i]",
                "delta[i,j] - exp(z[i])",
            ],
        ),
        (
            "s[j] = 1/(1 + exp(-z[j]))",
            "D(s[j], z[i]) = delta[i,j]*s[j]*(1 - s[j])",
            [
                "delta[i,j]*s[j]*(1 + s[j])",
                "s[i]*(1 - s[j])",
                "delta[i,j]*s[j]*(2 - s[j])",
                "delta[i,j]*(1 - s[j])",
            ],
        ),
    ],
)
def test_no_mutant_is_proved(define, text, changes):
    assert run(claim(define, text)).word == "proved"
    left = text.split(" = ")[0]
    for right in changes:
        assert run(claim(define, f"{left} = {right}")).word == "undecided", right


def test_equal_letters_are_told():
    verdict = run(claim(SOFTMAX, "D(y[j], z[i]) = -y[j]*y[i]"))
    assert "where j = i" in verdict.reason


def test_names_that_sympy_would_use_itself():
    define = "E[j] = exp(I[j])/sum[c](exp(I[c]))*S"
    assert run(claim(define, "D(E[j], I[i]) = delta[i,j]*E[j] - E[j]*E[i]/S")).word == "proved"
    assert run(claim(define, "D(E[j], S) = E[j]/S")).word == "proved"


def test_worker_proves_and_keeps_the_time():
    assert by_sympy.check(claim(SOFTMAX, "sum[j](y[j]) = 1")).word == "proved"
    powers = "*".join(f"(x[j] + {n}*w[j] + exp(v[j]))**9" for n in range(1, 5))
    verdict = by_sympy.check(claim(f"y[j] = {powers}", "D(y[j], x[i]) = y[j]*delta[i,j]"), seconds=0.2)
    assert verdict.word == "undecided"
    assert by_sympy.check(claim(SOFTMAX, "sum[j](y[j]) = 1")).word == "proved"


def test_sums_have_one_form():
    sums, (a, b) = Sums(Letters()), (letter("?a"), letter("?b"))
    size = sp.Symbol("C", integer=True, positive=True)
    x, w, i = sp.IndexedBase("x", real=True), sp.IndexedBase("w", real=True), letter("?i")

    def over(c, body):
        return sums.over(c, sp.S.One, size, body)

    assert over(a, x[a]) == over(b, x[b])
    assert over(a, sp.S(3)) == 3 * size
    assert over(a, x[i] * sp.exp(x[a] - x[i])) == x[i] * sp.exp(-x[i]) * over(b, sp.exp(x[b]))
    one = over(a, x[a] * over(b, w[a, b] * x[b]))
    two = over(b, x[b] * over(a, w[a, b] * x[a]))
    assert one == two
    with sums.regions.inside((i,), (i - 1, size - i)):
        assert over(a, sp.KroneckerDelta(a, i) * x[a] ** 2) == x[i] ** 2
        # a delta whose other letter is bound further in stays apart from it
        kept = over(a, sp.KroneckerDelta(a, i) * over(b, w[a, b]))
        assert kept == over(b, w[i, b])
        assert over(a, sp.KroneckerDelta(a, i + size) * x[a]) == 0
    with pytest.raises(Undecided), sums.regions.inside((i,), (i - 1, size - i)):
        over(a, sp.KroneckerDelta(a, i + 1) * x[a])  # in range or not
    with pytest.raises(Undecided):
        over(a, sp.KroneckerDelta(a, i) * x[a])


def test_sums_telescope():
    sums, (a, j) = Sums(Letters()), (letter("?a"), letter("?j"))
    size = sp.Symbol("C", integer=True, positive=True)
    x = sp.IndexedBase("x", real=True)
    with sums.regions.inside((j, size), (size - 1, j - 1, size - j)):
        whole, up_to = (sums.over(a, sp.S.One, end, x[a]) for end in (size, j))
        assert sums.over(a, j, size, x[a]) == whole - up_to + x[j]
        assert sums.over(a, j + 1, size, x[a]) == whole - up_to
        assert sums.over(a, sp.S.One, size - 1, x[a + 1]) == whole - x[1]
        assert sums.over(a, sp.S.One, j, x[j + 1 - a]) == up_to
        assert sums.over(a, j, j + 2, x[a]) == x[j] + x[j + 1] + x[j + 2]
        assert sums.over(a, sp.S.One, j - 1, sp.S(3)) == 3 * (j - 1)
        # a triangle and the other one make up the square
        lower = sums.over(a, sp.S.One, size, x[a] * sums.over(j, sp.S.One, a, x[j]))
        assert sp.expand(2 * lower - sums.over(a, sp.S.One, size, x[a] ** 2)) == sums.over(
            a, sp.S.One, size, x[a] * sums.over(j, sp.S.One, size, x[j])
        )


def test_conditions_on_positions():
    i, j, n = letter("?i"), letter("?j"), sp.Symbol("n", integer=True, positive=True)
    regions = Regions()
    regions.scopes.append(Scope((i, j, n), (i - 1, n - i, j - i - 1, n - j)))
    assert regions.implied(n - 2)
    assert regions.implied(j - 2)
    assert not regions.implied(i - 2)
    assert not regions.holds(i - j)
    assert regions.holds(2 * j - 3)
    with pytest.raises(Split):
        regions.holds(j - i - 2)
    with pytest.raises(Undecided):
        regions.holds(letter("?k") - i)
    # whole numbers: 2*i <= 2*j + 1 is i <= j, and no i lies between 2*j - 1 and 2*j
    assert row(2 * j + 1 - 2 * i) == row(j - i)
    assert contradictory(frozenset(map(row, (2 * i - 2 * j - 1, 2 * j + 1 - 2 * i))))
    assert not contradictory(frozenset(map(row, (i - j, j - i, n - i, i - 1))))
    made = list(
        regions.pieces(
            letter("?c"), (letter("?c") - 1, n - letter("?c")), lambda: regions.holds(j - letter("?c"))
        )
    )
    assert sorted(value for _, value in made) == [False, True]


def test_escaped_letters_are_noticed():
    c, size = letter("#1.0"), sp.Symbol("C", integer=True, positive=True)
    x = sp.IndexedBase("x", real=True)
    check_letters(sp.Sum(x[c], (c, 1, size)), frozenset())
    with pytest.raises(Undecided):
        check_letters(x[c] * sp.Sum(x[c], (c, 1, size)), frozenset())
    with pytest.raises(Undecided):
        check_letters(sp.Sum(x[c] * sp.Sum(x[c], (c, 1, size)), (c, 1, size)), frozenset())


def test_cases_are_the_set_partitions():
    letters = [(letter(f"?{n}"), "c") for n in range(4)]
    assert len(list(cases(letters))) == 15
    assert len(list(cases([(letter("?1"), "c"), (letter("?2"), "n")]))) == 1

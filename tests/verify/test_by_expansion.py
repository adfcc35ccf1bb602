"""The checker at small sizes: true claims are confirmed, false ones come with a witness that holds."""

from __future__ import annotations

import itertools
import math

import pytest

from symderiv.definitions import Function
from symderiv.verify import _worker, by_expansion
from symderiv.verify.by_expansion import run
from symderiv.verify.expansion.modular import PRIME
from symderiv.verify.expansion.sizes import coincidences, diverse, size_tuples

SOFTMAX = "y[j] = exp(z[j])/sum[c](exp(z[c]))"
LAYERNORM = """
mu = mean[c](x[c])
s = sqrt(mean[c]((x[c] - mu)**2) + eps)
h[j] = (x[j] - mu)/s
"""
CROSS = SOFTMAX + "\nL = -sum[d](t[d]*log(y[d]))"
SAFE = "m = max[c](z[c])\ny[j] = exp(z[j] - m)/sum[c](exp(z[c] - m))"

TRUE = [
    (SOFTMAX, "D(y[j], z[i]) = delta[i,j]*y[j] - y[j]*y[i]", []),
    (SOFTMAX, "D(y[j], z[c]) = delta[c,j]*y[j] - y[j]*y[c]", []),
    (SOFTMAX, "sum[c](D(y[j], z[c])*y[c]) = y[j]*(y[j] - sum[d](y[d]**2))", []),
    (SOFTMAX, "sum[j](y[j]) = 1", []),
    ("s[j] = z[j] - log(sum[c](exp(z[c])))", "D(s[j], z[i]) = delta[i,j] - exp(s[i])", []),
    ("L = log(sum[c](exp(z[c])))", "D(L, z[i]) = exp(z[i] - L)", []),
    (
        "y[j] = exp(z[j]/T)/sum[c](exp(z[c]/T))",
        "D(y[j], T) = y[j]*(sum[c](y[c]*z[c]) - z[j])/T**2",
        ["T > 0"],
    ),
    (CROSS, "D(L, z[i]) = y[i] - t[i]", ["sum[c](t[c]) = 1"]),
    ("s[j] = 1/(1 + exp(-z[j]))", "D(s[j], z[i]) = delta[i,j]*s[j]*(1 - s[j])", []),
    (LAYERNORM, "D(h[j], x[i]) = (delta[i,j] - 1/size[c] - h[i]*h[j]/size[c])/s", ["eps > 0"]),
    ("q = sum[c,d](x[c]*A[c,d]*x[d])", "D(q, x[i]) = 2*sum[c](A[i,c]*x[c])", ["A[i,j] = A[j,i]"]),
    ("y[j] = erf(x[j]/sqrt(2))", "D(y[j], x[i]) = delta[i,j]*sqrt(2/pi)*exp(-x[j]**2/2)", []),
    ("y[j] = sin(2*x[j])", "D(y[j], x[i]) = delta[i,j]*(2 - 4*sin(x[j])**2)", []),
    ("y[j] = x[j]**p", "D(y[j], p) = y[j]*log(x[j])", ["x[c] > 0"]),
    ("r = sqrt(a*b) + log(b*x)", "D(r, a)*2*sqrt(a*b) = b", []),
    ("r = sqrt(a*b)", "D(r, a) = b/(2*r)", []),
    ("y = sqrt(x**2)", "y = x", ["x > 0"]),
    (SAFE, "y[j] = exp(z[j])/sum[c](exp(z[c]))", []),
    ("m = max[c](z[c])", "D(m, z[i]) = where(z[i] >= m, 1, 0)", []),
    ("y[j] = max(0, x[j])", "D(y[j], x[i]) = where(x[j] > 0, delta[i,j], 0)", []),
    (
        "y[j] = sum[c](abs(z[j] - z[c]))",
        "D(y[j], z[i]) = delta[i,j]*sum[c](sign(z[j] - z[c])) - sign(z[j] - z[i])",
        [],
    ),
    ("y[j] = max(min(z[j], 6), 0)", "D(y[j], z[i]) = where(z[j] > 0, where(z[j] < 6, delta[i,j], 0), 0)", []),
]

FALSE = [
    (SOFTMAX, "D(y[j], z[c]) = delta[c,j]*y[j]", []),
    (SOFTMAX, "D(y[j], z[i]) = y[j]*(1 - y[i])", []),
    (SOFTMAX, "D(y[j], z[i]) = -y[j]*y[i]", []),
    (CROSS, "D(L, z[i]) = y[i] - t[i]", []),
    ("y = sqrt(x**2)", "y = x", []),
    ("y[j] = abs(z[j])", "D(y[j], z[i]) = delta[i,j]", []),
    ("y[j] = max(0, x[j])", "D(y[j], x[i]) = delta[i,j]", []),
    ("y[j] = tanh(x[j])", "D(y[j], x[i]) = delta[i,j]*(1 - y[j])**2", []),
    # true at sizes 1 and 2, or for equal sizes, only
    ("r = 1", "(1 - delta[a,b])*(1 - delta[b,c])*(1 - delta[a,c])*x[a]*x[b]*x[c] = 0", []),
    ("y = sum[c](x[c])", "y*size[c] = y*size[d] + 0*sum[d](q[d])", []),
    ("y = sum[c](x[c])", "D(y, x[i]) = size[c]", []),
    # true without 0.044715's derivative factor 3
    ("y[j] = x[j] + 0.044715*x[j]**3", "D(y[j], x[i]) = delta[i,j]*(1 + 0.134*x[j]**2)", []),
]

UNDECIDED = [
    ("y = a*x", "y = 0", ["a > 0", "a < 0"], "no instance"),
    ("y = t", "y = 1", ["t = 1", "t = 2"], "no instance"),
    ("y = log(-exp(x))", "y = 3", [], "no instance"),
    ("y = 1/(x - x)", "y = 3", [], "no instance"),
    ("y = where(x == 0, 1, 0)", "y = 0", [], "no open set"),
    ("y = where(x > 10**9, x, 0)", "y = 0", [], "only one branch"),
]


#: SymPy's expressions have values where these functions have none; there no counterexample lies.
OUTSIDE = [
    ("y[j] = log(x[j])", "D(y[j], x[i]) = delta[i,j]/abs(x[j])"),
    ("y[j] = log(x[j])", "D(y[j], x[i]) = where(x[j] > 0 - x[j]**2, delta[i,j]/x[j], 0)"),
    ("y[j] = sqrt(x[j]**3)", "D(y[j], x[i])**2 = delta[i,j]*9*abs(x[j])/4"),
    ("y = exp(log(x))", "y = sqrt(x**2)"),
    ("y = sqrt(x)**2", "y = sqrt(x**2)"),
    ("y = log1p(x)*(1 + x)**0.5/(1 + x)**0.5", "D(y, x) = sqrt(1 + 2*x + x**2)/(1 + x)**2"),
]


def claim(define, text, assume=()):
    return Function(define, assume=list(assume)).claim(text)


@pytest.mark.parametrize(("define", "text", "assume"), TRUE)
def test_true_claims_are_confirmed_up_to_size_6(define, text, assume):
    verdict = run(claim(define, text, assume))
    assert verdict.word == "confirmed", verdict
    assert verdict.instances > 0
    for dim in verdict.sizes[0]:
        assert {s[dim] for s in verdict.sizes} == set(range(1, 7))


@pytest.mark.parametrize(("define", "text"), OUTSIDE)
def test_what_is_false_outside_the_domain_only_is_not_refuted(define, text):
    verdict = run(claim(define, text))
    assert verdict.word in ("confirmed", "undecided"), verdict
    assert verdict.instances > 0


@pytest.mark.parametrize(("define", "text", "assume"), FALSE)
def test_false_claims_are_refuted_with_a_witness(define, text, assume):
    verdict = run(claim(define, text, assume))
    assert verdict.word == "refuted", verdict
    witness = verdict.witness
    assert witness is not None
    assert abs(float(witness.left) - float(witness.right)) > 1e-12
    assert all(1 <= n <= max(witness.sizes.values()) for n in witness.letters.values())


@pytest.mark.parametrize(("define", "text", "assume", "why"), UNDECIDED)
def test_what_is_not_shown_is_undecided(define, text, assume, why):
    verdict = run(claim(define, text, assume))
    assert verdict.word == "undecided"
    assert why in verdict.reason


def test_a_witness_is_a_counterexample():
    verdict = run(claim(SOFTMAX, "D(y[j], z[i]) = delta[i,j]*y[j] + y[j]*y[i]"))
    witness = verdict.witness
    assert witness is not None
    z = witness.values["z"]
    assert len(z) == witness.sizes["c"]
    i, j = witness.letters["i"] - 1, witness.letters["j"] - 1
    total = sum(map(math.exp, z))
    y = [math.exp(v) / total for v in z]
    assert float(witness.left) == pytest.approx((i == j) * y[j] - y[j] * y[i])
    assert float(witness.right) == pytest.approx((i == j) * y[j] + y[j] * y[i])


MUTANTS = [
    # (definition, claim, the one place, what stands there instead): each makes a false claim
    (
        SOFTMAX,
        "D(y[j], z[i]) = delta[i,j]*y[j] - y[j]*y[i]",
        [
            ("- y", "+ y"),
            ("*y[i]", ""),
            ("*y[i]", "*y[j]"),
            ("delta[i,j]*", ""),
            ("y[j]*y[i]", "2*y[j]*y[i]"),
            ("y[j]*y[i]", "y[j]*z[i]"),
            ("*y[i]", "/y[i]"),
        ],
    ),
    (
        "s[j] = z[j] - log(sum[c](exp(z[c])))",
        "D(s[j], z[i]) = delta[i,j] - exp(s[i])",
        [
            ("- exp", "+ exp"),
            ("exp(s[i])", "s[i]"),
            ("exp(s[i])", "exp(s[j])"),
            ("delta[i,j]", "1"),
            ("exp(s[i])", "exp(z[i])"),
        ],
    ),
    (
        "s[j] = 1/(1 + exp(-z[j]))",
        "D(s[j], z[i]) = delta[i,j]*s[j]*(1 - s[j])",
        [
            ("1 - s", "1 + s"),
            ("delta[i,j]*", ""),
            ("(1 - s[j])", "(2 - s[j])"),
            ("delta[i,j]*s[j]", "delta[i,j]"),
            ("1 - s[j]", "1 - z[j]"),
        ],
    ),
]


@pytest.mark.parametrize(("define", "text", "changes"), MUTANTS)
def test_every_mutant_is_refuted(define, text, changes):
    for old, new in changes:
        left, right = text.split(" = ")
        wrong = f"{left} = {right.replace(old, new, 1)}"
        assert wrong != text
        if "[i]" not in right.replace(old, new, 1) and "i,j" not in right.replace(old, new, 1):
            wrong += " + 0*z[i]"  # both sides keep the same letters
        if "[j]" not in wrong.split(" = ")[1] and "i,j" not in wrong.split(" = ")[1]:
            wrong += " + 0*z[j]"
        assert run(claim(define, wrong)).word == "refuted", wrong


def test_several_dimensions_meet_unequal_sizes():
    define = "p[n] = sum[c](W[n,c]*x[c])"
    verdict = run(claim(define, "D(p[n], W[m,i]) = delta[m,n]*x[i]"))
    assert verdict.word == "confirmed"
    assert {(1, 2), (2, 1), (2, 6), (6, 2)} <= {tuple(s.values()) for s in verdict.sizes}


def test_worker_gives_the_same_answer_and_keeps_the_time():
    assert by_expansion.check(claim(SOFTMAX, "sum[j](y[j]) = 1")).word == "confirmed"
    slow = claim("y[j] = exp(exp(z[j]))/sum[c](exp(exp(z[c])))", "D(y[j], z[i], z[k]) = 0*y[j]*y[i]*y[k]")
    verdict = by_expansion.check(slow, seconds=0.001)
    assert verdict.word in ("undecided", "refuted")
    assert by_expansion.check(claim(SOFTMAX, "sum[j](y[j]) = 2")).word == "refuted"
    child = _worker._children["expansion"]
    child.process.kill()
    child.process.wait()
    assert by_expansion.check(claim(SOFTMAX, "sum[j](y[j]) = 1")).word == "confirmed"


def test_time_up_is_not_success():
    verdict = run(claim(LAYERNORM, "D(h[j], x[i]) = 0*h[j]*h[i]", ["eps > 0"]), seconds=0.0)
    assert verdict.word == "undecided"
    assert "time" in verdict.reason


def test_size_tuples_and_coincidences():
    assert list(size_tuples(1, 6)) == [(n,) for n in range(1, 7)]
    two = list(size_tuples(2, 6))
    assert sorted(two) == sorted(itertools.product(range(1, 7), repeat=2))
    assert not diverse([{"c": 1}, {"c": 2}])
    assert not diverse([{"c": 2, "n": 2}])
    assert diverse([{"c": 2, "n": 2}, {"c": 2, "n": 3}])
    letters = sorted(claim("y[a] = x[a]", "x[a]*x[b]*x[d] = x[a]*x[b]*x[d]").free)
    assert len(list(coincidences(letters, {i.dim: 6 for i in letters}))) == 5  # Bell number of 3


def test_prime_has_the_roots_the_points_rely_on():
    import sympy

    assert sympy.isprime(PRIME)
    assert sympy.isprime((PRIME - 1) // 2)
    assert PRIME % 4 == 3
    assert all(pow(q, (PRIME - 1) // 2, PRIME) == 1 for q in sympy.primerange(38))


# --- where branches meet --------------------------------------------------------------------------

AT_TIES = [
    ("y[j] = sign(x[j])", "y[j]**2 = 1", {"j": 1}),
    ("y[j] = where(x[j] > 0, 1, 0) + where(x[j] < 0, 1, 0)", "y[j] = 1", {"j": 1}),
    ("y[i,j] = where(x[i] > x[j], 1, 0)", "y[i,j] + y[j,i] = 1 - delta[i,j]", {"i": 2}),
    ("s = sum[c](where(x[c] >= max[d](x[d]), 1, 0))", "s = 1", {"c": 2}),
]


@pytest.mark.parametrize(("define", "text", "sizes"), AT_TIES)
def test_what_is_wrong_where_branches_meet_is_refuted(define: str, text: str, sizes: dict[str, int]) -> None:
    verdict = by_expansion.run(Function(define, name="ties").claim(text))
    assert verdict.word == "refuted"
    assert verdict.witness is not None
    assert verdict.witness.sizes == sizes
    assert set(str(verdict.witness.values)) & set("123456789.") == set()  # all of it is 0


def test_where_branches_meet_a_derivative_need_not_exist() -> None:
    claim = Function("y[j] = abs(x[j])", name="ties").claim("D(y[j], x[i])*x[j] = delta[i,j]*y[j]")
    assert by_expansion.run(claim).word == "confirmed"
    claim = Function("y[j] = max(x[j], 0)", name="ties").claim("y[j] = where(x[j] > 0, x[j], 0)")
    assert by_expansion.run(claim).word == "confirmed"


def test_powers_of_roots_in_exponents_are_recognised() -> None:
    define = """
d = (log(S/K) + (r + v**2/2)*T)/(v*sqrt(T))
C = S*(1 + erf(d/sqrt(2)))/2 - K*exp(-r*T)*(1 + erf((d - v*sqrt(T))/sqrt(2)))/2
"""
    function = Function(define, assume=["S > 0", "K > 0", "v > 0", "T > 0"], name="Black-Scholes")
    assert by_expansion.run(function.claim("D(C, S) = (1 + erf(d/sqrt(2)))/2")).word == "confirmed"

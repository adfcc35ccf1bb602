"""Reading and printing the notation: exact numbers, structure, round trips, refusals."""

from __future__ import annotations

import tomllib
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from symderiv.definitions import Function
from symderiv.errors import InputError
from symderiv.library import load
from symderiv.notation.latex import latex
from symderiv.notation.show import equation, text
from symderiv.terms import Call, Num, Pow, Reduce, walk
from tests.fuzz_checks import shape

DATA = Path(__file__).parents[1] / "data"
MALFORMED = tomllib.loads((DATA / "malformed.toml").read_text(encoding="utf-8"))

#: Further inputs that must be refused: code, definition, claim.
REFUSED = [
    ("syntax", "y[j] = exp(z[j]", "y[j] = z[j]"),
    ("syntax", "y[j] = z[j])", "y[j] = z[j]"),
    ("syntax", "y[j] = z[j] +", "y[j] = z[j]"),
    ("syntax", "y[j] = z[j] = x[j]", "y[j] = z[j]"),
    ("syntax", "y[j] += z[j]", "y[j] = z[j]"),
    ("syntax", "y[j]", "y[j] = z[j]"),
    ("syntax", "y[j] = sum(z[j])", "y[j] = z[j]"),
    ("syntax", "y[j] = sum[j]", "y[j] = z[j]"),
    ("syntax", "y[j] = 2 z[j]", "y[j] = z[j]"),
    ("syntax", "y[j] = z[j], 3", "y[j] = z[j]"),
    ("empty", "", "y[j] = z[j]"),
    ("empty", "y[j] =", "y[j] = z[j]"),
    ("empty", "   \n  ", "y[j] = z[j]"),
    ("arity", "y[j] = max(z[j])", "y[j] = z[j]"),
    ("arity", "y[j] = max(z[j], 1, 2)", "y[j] = z[j]"),
    ("arity", "y[j] = exp(z[j], 2)", "y[j] = z[j]"),
    ("arity", "y[j] = delta[j]*z[j]", "y[j] = z[j]"),
    ("arity", "y[j] = where(z[j] > 0, 1)", "y[j] = z[j]"),
    ("bad-index", "y[j] = z[2*j]", "y[j] = z[j+2]"),
    ("bad-index", "y[j] = z[()]", "y[j] = z[j]"),
    ("bound-twice", "y = sum[c,c](z[c])", "y = 1"),
    ("reserved-name", "D = z", "D = z"),
    ("reserved-name", "y[j] = z[j] + sum", "y[j] = z[j]"),
    ("reserved-name", "y[pi] = z[pi]", "y[j] = z[j]"),
    ("keyword", "int[j] = z[j]", "y[j] = z[j]"),
    ("keyword", "y[j] = z[j] if z[j] else 0", "y[j] = z[j]"),
    ("keyword", "y[j] = not z[j]", "y[j] = z[j]"),
    ("keyword", "import os", "y[j] = z[j]"),
    ("keyword", "y[j] = register[j]", "y[j] = z[j]"),
    ("bad-name", "y[j] = z_[j]", "y[j] = z[j]"),
    ("bad-name", "y[j] = a__b[j]", "y[j] = z[j]"),
    ("bad-literal", "y[j] = 0x10*z[j]", "y[j] = z[j]"),
    ("bad-literal", "y[j] = 1_000*z[j]", "y[j] = z[j]"),
    ("bad-literal", "y[j] = 1.2.3*z[j]", "y[j] = z[j]"),
    ("too-large", "y[j] = 1e999999*z[j]", "y[j] = z[j]"),
    ("too-large", f"y[j] = {'9' * 41}*z[j]", "y[j] = z[j]"),
    ("too-large", "y[j] = z[j]**1001", "y[j] = z[j]"),
    ("too-large", "y[j] = ((9**999)**999)**999*z[j]", "y[j] = z[j]"),
    ("too-deep", "y[j] = " + "-" * 3000 + "z[j]", "y[j] = z[j]"),
    ("zero-division", "y[j] = z[j]/0", "y[j] = z[j]"),
    ("zero-division", "y[j] = z[j]*0**(-1)", "y[j] = z[j]"),
    ("domain", "y[j] = z[j]*log(0)", "y[j] = z[j]"),
    ("domain", "y[j] = z[j]*sqrt(1 - 2)", "y[j] = z[j]"),
    ("domain", "y[j] = z[j]*(-8)**(1/3)", "y[j] = z[j]"),
    ("forbidden-character", "y[j] = z[j] & z[j]", "y[j] = z[j]"),
    ("forbidden-character", "y[j] = z[j]; w = 1", "y[j] = z[j]"),
    ("forbidden-syntax", "y[j] = exp(x=z[j])", "y[j] = z[j]"),
    ("forbidden-syntax", "y[j] = exp(*z[j])", "y[j] = z[j]"),
    ("forbidden-syntax", "y[j] = z[j][j]", "y[j] = z[j]"),
    ("non-ascii", "y[j] = ｚ[j]", "y[j] = z[j]"),
    ("non-ascii", "y[j] = z[j]\x00", "y[j] = z[j]"),
    ("unbalanced", "y[i,j] = z[j]", "y[i,j] = z[j]"),
    ("unknown-letter", "y[j] = z[j]/size[q]", "y[j] = z[j]"),
    ("unbalanced", "y[j] = z[j]", "y[j] = z[i]"),
    ("name-clash", "y[j] = z[j]", "y[z] = y[z]"),
    ("free-and-bound", "y[j] = sum[j](z[j])", "y[j] = 1"),
    ("bad-comparison", "y[j] = where(z[j], 1, 0)", "y[j] = z[j]"),
    ("bad-comparison", "y[j] = z[j]", "y[j] > 0 = z[j]"),
    ("diff-target", "y[j] = z[j]", "D(y[j], 2) = 0"),
    ("dimension-conflict", "y[j] = z[j]", "D(y[j], z) = 0"),
    ("dimension-conflict", "y[j] = z[j]", "y = 0"),
]


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_inputs_are_refused_with_code_line_and_column(name: str) -> None:
    case = MALFORMED[name]
    if case["code"] == "no-instance":
        pytest.skip("found by the checkers, see tests/verify")
    with pytest.raises(InputError) as caught:
        _ = Function(case["define"], assume=case.get("assume", ()), claims=case["claims"]).claims
    assert caught.value.code == case["code"]
    assert caught.value.place.line >= 1
    assert caught.value.place.column >= 1
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("code", "define", "claim"), REFUSED, ids=[f"{c}: {d[:24]!a}" for c, d, _ in REFUSED]
)
def test_further_refusals(code: str, define: str, claim: str) -> None:
    with pytest.raises(InputError) as caught:
        _ = Function(define, claims=[claim]).claims
    assert caught.value.code == code, caught.value
    assert len(str(caught.value)) < 320


def test_the_column_points_at_the_mistake() -> None:
    with pytest.raises(InputError) as caught:
        Function("s[j] = z[j]\ny[j] = exp(s[j]) +  foo(z[j])")
    place = caught.value.place
    assert (place.line, place.column) == (2, 21)


def test_decimals_are_exact() -> None:
    body = Function("y[j] = 0.1*z[j] + 1e-3*z[j]").output.body
    assert {t.value for t in walk(body) if isinstance(t, Num)} == {Fraction(1, 10), Fraction(1, 1000)}


def test_dimensions_are_inferred_and_declared() -> None:
    f = Function("o[a] = sum[m](p[m]*V[m,a])")
    assert f.inputs == {"p": ("m",), "V": ("m", "a")}
    declared = Function("o[a] = sum[m](p[m]*V[m,a])", dims={"N": ["m"], "C": ["a"]})
    assert declared.inputs == {"p": ("N",), "V": ("N", "C")}
    with pytest.raises(InputError, match="dimension-conflict"):
        Function("o[a] = sum[m](p[m]*V[m,a]*V[a,m])", dims={"N": ["m"], "C": ["a"]})


@pytest.mark.parametrize("function", load(DATA / "theorems.toml").values(), ids=lambda f: f.name)
def test_printing_and_reading_again_gives_the_same_terms(function: Function) -> None:
    printed = "\n".join(equation(s.entry, s.body) for s in function.statements)
    assert Function(printed, assume=function.assume).statements == function.statements
    for claim in function.claims:
        again = function.claim(equation(claim.left, claim.right))
        assert (again.left, again.right) == (claim.left, claim.right)


SAME_AGAIN = [
    "y[m] = prod[0 < j <= 1,i > j](x[i]*x[j]) + w[m]",
    "y[j] = sum[c,d](where(d <= j, where(c <= j, x[c]*x[d], 0), 0)) + x[j]",
    "y[j] = max[i < c <= j,i](x[c]*x[i]) + x[j]",
    "y[j] = sum[c,c+1 <= j,j - c < 3](x[c]) + x[j]",
    "y[j] = sum[c](where(c > j + 1, where(c - j < 5, x[c], 0), 0)) + x[j]",
    "y[j] = x[j]*((2**(-2))**(-2) + (2/3 - 1)**(-1))",
    "y[j] = x[j]*(-2)**(-1)",
    "y[j] = x[j]*(1/3)**(-2)",
    "y[j] = (x[j]*0.1)**(-1)",
    "y[j] = (x[j]**1)**(-1)/(2*t)",
    "y[j] = (-x[j]*t)**(-1)*(x[j]*t)**(-2)",
    "y[j] = where(size[j] > 3, x[j], where(2. != size[j] + 1, t, 0))",
    "y[j] = where(size[j] > 1000, x[j], where(+size[j] > +3, t, 0))",
    "y[j] = x[j-size[j]+1]*size[c]\nw = sum[c](y[c]) + sum[m](v[m]*size[m])",
    "y[j,m] = x[j+m]*w[m-j+2]*delta[j+1,m] + where(j + 1 <= m - 2, x[j], 0)*w[m]",
]


@pytest.mark.parametrize("source", SAME_AGAIN)
def test_what_is_printed_reads_as_the_same_term(source: str) -> None:
    function = Function(source)
    printed = "\n".join(equation(s.entry, s.body) for s in function.statements)
    assert Function(printed).statements == function.statements


def test_a_free_letter_does_not_start_a_range() -> None:
    function = Function("y[j] = sum[c](where(j < c, x[c], 0)) + x[j]")
    assert text(function.output.body) == "sum[c > j](x[c]) + x[j]"
    claim = function.claim("y[j] = sum[c](where(j < c, x[c], 0)) + x[j]")
    assert function.claim(equation(claim.left, claim.right)).classes == claim.classes


def test_long_numbers_are_printed() -> None:
    assert text(Num(Fraction(-(10**9_000) - 7, 10**5_000 + 1))).count("0") == 8_999 + 4_999


def test_the_size_of_a_declared_dimension() -> None:
    for dims in ({"C": ["j"]}, {"D": ["j"]}):
        function = Function(f"y[j] = x[j]/size[{next(iter(dims))}]", dims=dims)
        printed = equation(function.output.entry, function.output.body)
        assert Function(printed, dims=dims).statements == function.statements
    with pytest.raises(InputError, match="unknown-letter"):
        Function("y[j] = x[j]/size[D]", dims={"C": ["j"], "D": ["k"]})


def test_an_assumption_names_no_dimension() -> None:
    function = Function("y[j] = x[j]/size[j]", assume=["sum[c](x[c]) = 1"])
    assert function.inputs == {"x": ("j",)}
    assert function.letters == {"j": "j", "c": "j"}
    assert Function("y[j] = x[j]", assume=["t > 0"]).claim("D(y[j], t) = 0")


def test_long_nested_functions_are_set_in_latex_at_once() -> None:
    term = Function("y = " + "log1p(" * 55 + "x" + ")" * 55).output.body
    assert latex(term).count(r"\log") == 55


_leaves = st.sampled_from(
    ["z[j]", "w[j]", "t", "2", "0.5", "pi", "size[j]", "sum[c](z[c])", "sum[c](z[c]*delta[c,j])"]
)


def _grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, inner)
    return st.one_of(
        pair.map(lambda p: f"({p[0]}) + ({p[1]})"),
        pair.map(lambda p: f"({p[0]}) - ({p[1]})"),
        pair.map(lambda p: f"({p[0]})*({p[1]})"),
        pair.map(lambda p: f"({p[0]})/(1 + z[j]**2 + ({p[1]}))"),
        inner.map(lambda t: f"-({t})"),
        inner.map(lambda t: f"({t})**3"),
        inner.map(lambda t: f"z[j]**({t})"),
        inner.map(lambda t: f"exp({t})"),
        pair.map(lambda p: f"where({p[0]} > z[j], {p[1]}, 1)"),
        pair.map(lambda p: f"max({p[0]}, {p[1]})"),
    )


@settings(max_examples=200, deadline=None)
@given(st.recursive(_leaves, _grow, max_leaves=8))
def test_any_term_prints_as_it_reads(source: str) -> None:
    try:
        function = Function(f"y[j] = z[j] + ({source})")
    except InputError:
        assume(False)
    body = function.output.body
    again = Function(f"y[j] = {text(body)}")
    assert text(again.output.body) == text(body)
    assert shape(again.output.body, again) == shape(body, function)


def test_a_long_sum_is_read_without_recursion() -> None:
    source = "y[j] = " + " + ".join(["z[j]"] * 500)
    assert len(Function(source).output.body.terms) == 500  # type: ignore[attr-defined]


def test_nothing_is_evaluated(tmp_path: Path) -> None:
    marker = tmp_path / "made"
    for attack in (f"y = open({str(marker)!r}, 'w')", "y = exec(z)", "y = [].__class__", "y = (z := 1)"):
        with pytest.raises(InputError):
            Function(attack)
    assert not marker.exists()


def test_structure_survives() -> None:
    body = Function("y[j] = exp(z[j])/sum[c](exp(z[c]))").output.body
    kinds = [type(t) for t in walk(body)]
    assert kinds.count(Reduce) == 1
    assert kinds.count(Call) == 2
    assert kinds.count(Pow) == 1

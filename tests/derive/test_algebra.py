"""Small moves of algebra: pairs of expressions, each also proved equal."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from symderiv.definitions import Function
from symderiv.derive import algebra
from symderiv.derive.matrix import matrix_of
from symderiv.derive.notebook import Prover
from symderiv.derive.patterns import Pattern, name_back
from symderiv.derive.reading import pleasing
from symderiv.notation.show import text
from symderiv.terms import Term


def read(shown: str) -> Term:
    """An expression over x, y, A, S with free letters i, j."""
    f = Function("q = sum[c](x[c]*y[c]*w[c]) + sum[c,d](A[c,d]) + S + T", dims={"c": list("cdij")})
    free = [i for i in "ij" if f"[{i}]" in shown or f",{i}]" in shown or f"[{i}," in shown]
    anchor = "".join(f" + 0*x[{i}]" for i in free)
    return f.claim(f"{shown} = q{anchor}").left


MOVES: list[tuple[Callable[[Term], Term], str, str]] = [
    (algebra.cancel, "x[i]*S/x[i]", "S"),
    (algebra.cancel, "x[i]*x[i]", "x[i]**2"),
    (algebra.cancel, "2*x[i]/(2*S)", "x[i]/S"),
    (algebra.cancel, "x[i] + S - x[i]", "S"),
    (algebra.cancel, "sqrt(S)*sqrt(S)", "S"),
    (algebra.contract, "sum[c](x[c]*delta[c,i])", "x[i]"),
    (algebra.contract, "mean[c](x[c]*delta[c,i])", "x[i]/size[c]"),
    (algebra.contract, "sum[c](x[c]*delta[c,i] - y[c])", "x[i] - sum[c](y[c])"),
    (algebra.contract, "sum[c,d](A[c,d]*delta[c,i]*delta[d,j])", "A[i,j]"),
    (algebra.contract, "sum[c](where(x[c] > 0, delta[c,i], 0))", "where(x[i] > 0, 1, 0)"),
    (algebra.contract, "sum[c](where(x[c] > 0, 0, delta[c,i]*y[c]))", "where(x[i] > 0, 0, y[i])"),
    (algebra.expand, "sum[c](x[c]*(delta[c,i] - y[c]))", "sum[c](x[c]*delta[c,i] - x[c]*y[c])"),
    (algebra.hoist, "sum[c](S*x[c])", "S*sum[c](x[c])"),
    (algebra.hoist, "sum[c](S)", "size[c]*S"),
    (algebra.hoist, "mean[c](S)", "S"),
    (algebra.split_means, "mean[c](x[c] - S)", "mean[c](x[c]) - S"),
    (algebra.factor, "x[i]*S - x[i]*y[i]", "x[i]*(S - y[i])"),
    (algebra.factor, "2*S - 4*T", "2*(S - 2*T)"),
    (algebra.factor, "S/2 + T/2", "(S + T)/2"),
    (algebra.factor, "S + T/7", "S + T/7"),
    (algebra.divide_through, "(x[i]*S - y[i])/S", "x[i] - y[i]/S"),
    (algebra.divide_through, "(x[i]*S - y[i])/S**2", "(x[i] - y[i]/S)/S"),
    (pleasing, "-(x[i] - y[i])", "y[i] - x[i]"),
    (pleasing, "-x[i] - y[i]", "-(x[i] + y[i])"),
    (pleasing, "x[i]*delta[i,j]", "delta[i,j]*x[i]"),
    (pleasing, "where(0 > x[i], 0, 1)", "where(x[i] >= 0, 1, 0)"),
    (algebra.divide_through, "(a*b*S - x[i])/(a*b)", "S - x[i]/(a*b)"),
    (algebra.out_of_branches, "sum[c](where(x[i] > 0, delta[i,j]*delta[c,j], 0))",
     "sum[c](delta[c,j]*delta[i,j]*where(x[i] > 0, 1, 0))"),
    (pleasing, "-sum[c](w[c]*(x[i] - x[c]))", "sum[c](w[c]*(x[c] - x[i]))"),
]  # fmt: skip


@pytest.mark.parametrize(("move", "before", "after"), MOVES, ids=[f"{m.__name__}: {b}" for m, b, _ in MOVES])
def test_move(move: Callable[[Term], Term], before: str, after: str) -> None:
    done = move(read(before))
    assert text(done) == after
    assert Prover((), {}).equal(read(before), done)


@pytest.mark.parametrize(
    ("one", "two", "equal"),
    [
        ("x[i] + y[i]", "y[i] + x[i]", True),
        ("x[i]*y[i]/S", "y[i]*x[i]/S", True),
        ("sum[c](x[c])", "sum[d](x[d])", True),
        ("sum[c,d](A[c,d])", "sum[c,d](A[d,c])", False),
        ("sum[c](x[c]*y[i])", "sum[c](x[i]*y[c])", False),
        ("x[i]", "x[j]", False),
        ("x[i]**2", "x[i]**3", False),
    ],
)
def test_same(one: str, two: str, equal: bool) -> None:
    assert algebra.same(read(one), read(two)) is equal


def test_name_back_under_a_sum() -> None:
    f = Function("y[j] = exp(z[j])/sum[c](exp(z[c]))")
    total = f.claim("sum[d](z[d]*exp(z[d]))/sum[c](exp(z[c])) = sum[d](z[d]*y[d])").left
    back = name_back(total, [Pattern(f.output.entry, f.output.body)])
    assert text(back.term) == "sum[d](z[d]*y[d])"
    assert [text(e) for e, _ in back.found] == ["y[d]"]


def test_name_back_does_not_capture() -> None:
    """A body that mentions the bound letter where the pattern has a free one does not match."""
    f = Function("y[j] = sum[c](A[j,c])")
    other = f.claim("sum[c](A[c,c]) = sum[d](A[d,d])").left
    assert name_back(other, [Pattern(f.output.entry, f.output.body)]).found == []


def test_matrix_that_is_not_equal_is_not_given() -> None:
    f = Function("y[j] = x[j]**2")
    claim = f.claim("D(y[j], x[i]) = 2*delta[i,j]*x[j]")
    (target,) = claim.left.targets  # type: ignore[attr-defined]
    assert matrix_of(f.output.head, target, claim.right, lambda a, b: False) is None
    assert matrix_of(f.output.head, target, claim.right, Prover((), {}).equal) is not None

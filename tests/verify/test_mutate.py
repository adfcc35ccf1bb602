"""The mutation command: a sample of mutants, and what it says of a checker that accepts too much."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from symderiv.definitions import Function
from symderiv.verify import by_calculus
from symderiv.verify.verdict import Verdict
from tests import mutate
from tests.mutations import slips

SOFTMAX = "y[j] = exp(z[j])/sum[c](exp(z[c]))"
FEW = ("--sample", "5", "--without", "sympy", "--without", "expansion", "--jobs", "1", "--file")


def _file(folder: Path) -> Path:
    path = folder / "few.toml"
    path.write_text(f'[softmax]\ndefine = "{SOFTMAX}"\nclaims = ["sum[j](y[j]) = 1"]\n', encoding="utf-8")
    return path


def _texts(define: str, claim: str, kind: str, assume: tuple[str, ...] = ()) -> list[str]:
    changed = slips(Function(define, assume=assume).claim(claim))
    return [c.text for k, c in changed if k == kind]


def test_no_false_mutant_is_accepted() -> None:
    chosen = random.Random(20).sample(list(mutate.mutants(mutate.FILES)), 40)
    outcomes = mutate.run(chosen, ("calculus",), jobs=1)
    assert mutate.accepted_false(outcomes) == []
    assert sum(o.false for o in outcomes) >= 28
    assert not any(o.timed_out("calculus") for o in outcomes)


def test_a_checker_that_accepts_everything_is_noticed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(by_calculus, "check", lambda claim, seconds: Verdict("proved"))
    assert mutate.main([*FEW, str(_file(tmp_path))]) == 1
    assert "calculus accepts the false claim: " in capsys.readouterr().out


def test_the_table_counts(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert mutate.main([*FEW, str(_file(tmp_path))]) == 0
    head, row = capsys.readouterr().out.splitlines()[:2]
    assert head.split("  ")[0] == "checker"
    assert row.split()[:2] == ["calculus", "5"]
    false, wrong, equivalent, undecided, late = map(int, row.split()[2:])
    assert wrong == 0
    assert false + equivalent + undecided + late >= 5


@pytest.mark.parametrize(
    ("define", "claim", "kind", "text"),
    [
        (
            "t = tanh(x)",
            "D(t, x) = 1 - t**2",
            "(1 - t)**2 for 1 - t**2",
            "D(t, x) = (1 - t)**2",
        ),
        (
            SOFTMAX,
            "D(y[j], z[i]) = y[j]*(delta[i,j] - y[i])",
            "right for equal letters only",
            "D(y[j], z[i]) = y[j]*(delta[i,j] - y[i])*delta[i,j]",
        ),
        (
            "q = sum[c,d](x[c]*A[c,d]*x[d])",
            "D(q, x[i]) = sum[c]((A[i,c] + A[c,i])*x[c])",
            "letter of a reduction",
            "D(q, x[i]) = sum[c]((A[i,c] + A[c,i])*x[i])",
        ),
        (
            "s[m] = sum[c](q[c]*K[m,c])/sqrt(size[c])",
            "D(s[m], q[i]) = K[m,i]/sqrt(size[c])",
            "size of another dimension",
            "D(s[m], q[i]) = K[m,i]/sqrt(size[m])",
        ),
        (
            "y[j] = sin(x[j]*w[j])",
            "D(y[j], x[i]) = delta[i,j]*w[j]*cos(x[j]*w[j])",
            "derivative by another input",
            "D(y[j], w[i]) = delta[i,j]*w[j]*cos(x[j]*w[j])",
        ),
        (
            "y[j] = max(0, x[j])",
            "D(y[j], x[i]) = where(x[j] > 0, delta[i,j], 0)",
            "branch or comparison",
            "D(y[j], x[i]) = where(x[j] < 0, delta[i,j], 0)",
        ),
        (
            SOFTMAX,
            "D(y[j], z[i]) = y[j]*(delta[i,j] - y[i])",
            "right at size 1 or 2 only",
            "D(y[j], z[i]) = y[j]*(delta[i,j] - y[i])*size[c]",
        ),
        (
            "y[j] = log(x[j])",
            "D(y[j], x[i]) = delta[i,j]/x[j]",
            "chain factor dropped",
            "D(y[j], x[i]) = delta[i,j]/x[j] with x + x**3 for x",
        ),
    ],
)
def test_each_slip_is_made(define: str, claim: str, kind: str, text: str) -> None:
    assert text in _texts(define, claim, kind)


def test_a_lost_assumption_is_a_slip() -> None:
    define = SOFTMAX + "\nL = -sum[d](t[d]*log(y[d]))"
    found = _texts(define, "D(L, z[i]) = y[i] - t[i]", "lost assumption", ("sum[c](t[c]) = 1",))
    assert found == ["D(L, z[i]) = y[i] - t[i] without sum[c](t[c]) = 1"]

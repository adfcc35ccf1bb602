"""The measurements of ``benchmarks/``: their tables, on a few claims.  What was measured is not tested."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import checkers_off, derivation, peers, tables, theorems
from symderiv.definitions import Function
from symderiv.verify.verdict import Verdict, Witness

FEW = """
[softmax]
define = "y[j] = exp(z[j])/sum[c](exp(z[c]))"
claims = ["D(y[j], z[i]) = y[j]*(delta[i,j] - y[i])", "sum[j](y[j]) = 1"]
"""


@pytest.fixture
def few(tmp_path: Path) -> Path:
    path = tmp_path / "few.toml"
    path.write_text(FEW, encoding="utf-8")
    return path


def _row(word: str, sympy: str, expansion: str, reason: str = "") -> theorems.Row:
    said = {
        "calculus": theorems.Answer("proved"),
        "sympy": theorems.Answer(sympy, reason),
        "expansion": theorems.Answer(expansion, reason, 57),
        "balls": theorems.Answer("unrefuted", "", 2630),
    }
    return theorems.Row("f", "y[j] = abs(z[j])", word, "", said, 1.25)


# --- theorems -------------------------------------------------------------------------------------


def test_cells_of_a_table_keep_to_their_columns() -> None:
    assert tables.markdown(["a", "b"], [("x|y", 1)], right=[1]) == (
        "| a | b |\n| --- | ---: |\n| x\\|y | 1 |"
    )
    assert tables.code("abcdefgh", 6) == "`abc...`"


def test_each_claim_is_a_case_and_is_asked(few: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theorems, "SHOWN", ("calculus",))
    monkeypatch.setattr("symderiv.verify.claims.CHECKERS", ("balls", "calculus"))
    first, second = theorems.cases(few)
    assert (first.name, first.number, second.number) == ("softmax", 0, 1)
    row = theorems.ask(second, seconds=0.2)
    assert (row.word, row.claim, row.said("calculus").word) == ("proved", "sum[j](y[j]) = 1", "proved")
    assert row.said("balls").word == "unrefuted"
    assert row.said("sympy").word == "not asked"
    assert theorems.milliseconds(first, repeats=1) > 0


def test_answers_are_kept_under_what_they_depend_on(few: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    first, second = theorems.cases(few)
    assert theorems.Kept.key(first) != theorems.Kept.key(second)
    theorems.Kept().add(first, _row("proved", "proved", "confirmed"))
    kept = theorems.Kept()
    with kept.path.open("a", encoding="utf-8") as stream:
        stream.write('{"key": "cut')  # a run that was interrupted
    assert theorems.Kept().rows == {theorems.Kept.key(first): _row("proved", "proved", "confirmed")}


def test_the_page_lists_what_nobody_confirms_and_what_somebody_refutes() -> None:
    rows = [
        _row("proved", "proved", "confirmed"),
        _row("proved", "undecided", "undecided", "no rule"),
        _row("refuted", "undecided", "refuted"),
    ]
    page = theorems.document([("few.toml", rows)])
    assert "| independently confirmed | 1 |" in page
    assert "## Without independent confirmation (2)" in page
    assert "sympy: no rule; expansion: no rule" in page
    assert "## Refuted, or checkers disagree" in page
    assert (
        "| f | `y[j] = abs(z[j])` | proved | proved | 1.25 | proved | confirmed, 57 | unrefuted, 2630 |"
        in page
    )
    assert "## Refuted" not in theorems.document([("few.toml", rows[:2])])


# --- checkers off ---------------------------------------------------------------------------------


def _outcome(origin: str, **verdicts: Verdict) -> checkers_off.Outcome:
    said = {name: Verdict("undecided", "the normal forms differ") for name in checkers_off.SHOWN}
    return checkers_off.Outcome(origin, f"claim of {origin}", said | verdicts)


WITNESS = Witness({"c": 2}, {}, {}, "0", "1", "-1")
REFUTED = Verdict("refuted", witness=WITNESS)


def test_a_false_claim_is_rejected_or_the_table_says_so() -> None:
    beyond = _outcome("a", balls=REFUTED, sympy=Verdict("undecided", "SymPy has no safe derivative of max"))
    wrong = _outcome("b", balls=REFUTED, calculus=Verdict("proved"))
    elsewhere = _outcome("c", balls=REFUTED, expansion=Verdict("confirmed", sizes=[{"c": 1}]))
    assert [beyond.cell(n) for n in checkers_off.SHOWN] == [
        "not proved",
        "cannot express",
        "not proved",
        "refuted",
    ]
    assert wrong.cell("calculus") == "**ACCEPTED** (proved)"
    assert elsewhere.cell("expansion") == "not proved"  # right at the sizes it speaks of
    table = checkers_off.switched_off([beyond, wrong])
    assert "| none | 2 | 2 | 0 | 1 | **NO** |" in table
    assert "| calculus | 2 | 2 | 0 | 0 | yes |" in table
    assert "| balls | 2 | 0 | 2 | 1 | **NO** |" in table


def test_a_rejection_says_little_where_the_right_one_is_not_accepted() -> None:
    wrong, right = _outcome("a", balls=REFUTED), _outcome("a", calculus=Verdict("proved"))
    assert checkers_off.rules([wrong], [right]).endswith(
        "| not proved | not proved † | not proved † | refuted |"
    )


def test_mutants_are_counted_by_kind() -> None:
    outcomes = [
        _outcome("a", balls=REFUTED),
        _outcome("a", balls=Verdict("unrefuted"), calculus=Verdict("proved")),
        _outcome("b", balls=Verdict("unrefuted")),
    ]
    assert [o.kind for o in outcomes] == ["false", "equivalent", "not known"]
    assert "| all | 3 | 1 | 1 | 1 |" in checkers_off.by_claim(outcomes)
    page = checkers_off.document(outcomes[:1], outcomes[1:2], outcomes)
    assert "Accepted by any checker: **0**" in page
    assert "ACCEPTED\n" not in page


def test_a_wrong_claim_is_asked_of_each_checker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkers_off, "SHOWN", ("calculus", "balls"))
    claim = Function("y[j] = x[j]**2").claim("D(y[j], x[i]) = delta[i,j]*x[j]")
    outcome = checkers_off.ask(("here", claim, 1.0))
    assert outcome.kind == "false"
    assert [outcome.cell(n) for n in ("calculus", "balls")] == ["not proved", "refuted"]
    assert len(checkers_off.museum(right=False)) >= len(checkers_off.museum(right=True)) > 10


# --- derivation -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ours", "ours folded", "ours proved"])
def test_our_ways_are_right_and_do_not_see_the_size(name: str) -> None:
    way = peers.WAYS[name]
    assert peers.is_right(way)
    assert way.derive(10) == way.derive(1000)


def test_a_peer_that_is_not_installed_is_a_row() -> None:
    way = peers.Way("Nobody", "a_package_that_nobody_has", "nothing", lambda size: None, lambda *_: 0.0)
    assert derivation.measure_here(way, 10) == {"problem": "not installed"}


def test_the_page_shows_medians_and_what_was_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = peers.WAYS["ours"]
    monkeypatch.setattr(derivation, "WAYS", {"ours": ours, "late": ours, "none": ours})
    cells = {
        ("ours", 10): derivation.Cell([2e-3, 1e-3, 5.0], [1.0, 2.0, 3.0]),
        ("late", 10): derivation.Cell(problem="> 120 s"),
        ("none", 10): derivation.Cell(problem="not installed"),
    }
    page = derivation.document(cells, [10], 3)
    assert f"| {ours.title} | 2 ms |" in page
    assert f"| {ours.title} | > 120 s |" in page
    assert f"| {ours.title} | not installed |" in page


def test_the_plot_is_the_same_bytes_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("matplotlib")
    ways = {"ours": peers.WAYS["ours"], "late": peers.WAYS["sympy"]}
    monkeypatch.setattr(derivation, "WAYS", ways)
    cells = {(name, size): derivation.Cell([size * 1e-4]) for name in ways for size in (10, 100)}
    cells["late", 100] = derivation.Cell(problem="> 120 s")
    for name in ("a.svg", "b.svg"):
        derivation.plot(cells, (10, 100), tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()

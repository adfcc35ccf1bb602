"""Derivations as people write them: read, each row proved; slips found at their lines."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from symderiv.cli import main
from symderiv.documents.check import Checked, check
from symderiv.documents.content.book import book_of
from symderiv.documents.text.source import from_text, read
from tests.documents.rows import FAST, words

DATA = Path(__file__).parent / "data"
DOCUMENTS = sorted(DATA.iterdir())


def lines(checked: Checked) -> list[int]:
    return [f.line for f in checked.findings if f.kind in ("wrong", "lint")]


def fast(text: str, repairs: bool = False, kind: str = "markdown") -> Checked:
    return check(from_text(text, "text", kind), repairs=repairs, checkers=FAST)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.stem)
def test_each_document_is_read_and_proved(path: Path) -> None:
    checked = check(read(path), checkers=FAST)
    assert lines(checked) == []
    counts = Counter(r.word for r in checked.rows)
    assert counts["unread"] == counts["undecided"] == counts["wrong"] == 0
    assert counts["proved"] >= 3
    assert counts["definition"] >= 2


def test_the_derivation_of_the_softmax_by_all_checkers() -> None:
    checked = check(read(DATA / "softmax.md"))
    formulas = book_of(checked.source).formulas
    raw = checked.source.raw
    assert sum(raw[f.item.at - 2 : f.item.at] == "$$" for f in formulas) == 15
    counts = Counter(r.word for r in checked.rows)
    assert counts["proved"] == 19
    assert counts["definition"] == 6
    assert all({"calculus", "balls"} <= set(r.checkers) for r in checked.rows if r.word == "proved")
    case = next(r for r in checked.rows if checked.source.line_of(r.at) == 125)
    assert case.under == ["i ≠ j (line 122)"]


SOFTMAX = "$$p_j = \\frac{e^{o_j}}{\\sum_k e^{o_k}}$$\n\n"

CASES = "$$\\frac{\\partial p_j}{\\partial o_i} = \\begin{cases}"
UPSTREAM = "$$\\frac{\\partial M}{\\partial o_i} = \\sum_j \\frac{\\partial M}{\\partial p_j}"

ROWS = [
    ("$$\\frac{\\partial p_j}{\\partial o_i} = p_j(\\delta_{ij} - p_i)$$", "proved"),
    ("$$\\frac{\\partial p_j}{\\partial o_i} = p_j(\\delta_{ij} + p_i)$$", "wrong"),
    ("$$\\frac{\\partial p_j}{\\partial o_i} = p_i(1 - p_i), \\quad i = j$$", "proved"),
    ("$$\\frac{\\partial p_j}{\\partial o_i} = p_i(1 - p_i), \\quad i \\neq j$$", "wrong"),
    ("For $i \\neq j$:\n\n$$\\frac{\\partial p_j}{\\partial o_i} = -p_i p_j$$", "proved"),
    ("For $i = j$:\n\n$$\\frac{\\partial p_j}{\\partial o_i} = -p_i p_j$$", "wrong"),
    ("### Case 1: i = j\n\n$$\\frac{\\partial p_j}{\\partial o_i} = p_i - p_i^2$$", "proved"),
    ("\\[ \\sum_j p_j = 1 \\]", "proved"),
    ("\\\\[ \\sum_j p_j = 2 \\\\]", "wrong"),
    ("Then $\\sum_j p_j = 1$ holds.", "proved"),
    ("```math\n\\sum_{j} \\frac{\\partial p_j}{\\partial o_i} = 0\n```", "proved"),
    ("$$\\frac{\\partial \\log p_j}{\\partial o_i} = \\mathbf{1}_{i=j} - p_i$$", "proved"),
    ("$$\\sum_{j \\neq i} p_j = 1 - p_i$$", "proved"),
    ("$$\\sum_{j \\neq i} p_j = 1 + p_i$$", "wrong"),
    (CASES + " p_i(1-p_i) & i = j \\\\ -p_i p_j & i \\ne j \\end{cases}$$", "proved"),
    (CASES + " p_i(1-p_i) & i = j \\\\ p_i p_j & i \\ne j \\end{cases}$$", "wrong"),
    ("$$\\frac{\\partial p_j}{\\partial o_i} = \\int p_j dx$$", "undecided"),
    ("$$\\frac{\\partial p_j}{\\partial o_i} = \\foo{p_j}$$", "unread"),
    ("$$\\frac{\\partial M}{\\partial o_i} = q_i$$", "undecided"),  # M is never said
    (UPSTREAM + " p_j (\\delta_{ij} - p_i)$$", "proved"),
    (UPSTREAM + " p_j (\\delta_{ij} + p_i)$$", "wrong"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "word"), ROWS)
def test_a_row_after_a_definition(row: str, word: str) -> None:
    found = words(SOFTMAX + row)
    assert found == ["definition", word]


def test_a_slip_in_a_chain_is_one_finding_and_later_rows_stand_by_themselves() -> None:
    text = SOFTMAX + (
        "$$\n\\begin{aligned}\n\\frac{\\partial p_j}{\\partial o_i} &= p_j(\\delta_{ij} - p_i) \\\\\n"
        "&= p_j \\delta_{ij} + p_j p_i \\\\\n&= p_j\\delta_{ij} - p_j p_i\n\\end{aligned}\n$$\n"
    )
    checked = fast(text)
    assert lines(checked) == [6]  # and the row that cancels it is not told again
    assert [r.word for r in checked.rows] == ["definition", "proved", "wrong", "proved"]


def test_rows_that_begin_with_equals_go_on_the_chain() -> None:
    text = (
        SOFTMAX
        + "$$\\frac{\\partial p_j}{\\partial o_i}$$\n$$= p_j(\\delta_{ij} - p_i)$$\n$$= p_j\\delta_{ij} + "
        "p_jp_i$$\n"
    )
    assert words(text)[-1] == "wrong"


def test_a_derivative_by_an_intermediate_is_a_partial() -> None:
    text = (
        SOFTMAX
        + "$$L = -\\sum_j y_j \\log p_j$$\n\n$$\\frac{\\partial L}{\\partial p_j} = -\\frac{y_j}{p_j}$$\n"
    )
    assert words(text) == ["definition", "definition", "proved"]
    assert words(text.replace("= -\\frac{y_j}{p_j}", "= \\frac{y_j}{p_j}"))[-1] == "wrong"


def test_a_hypothesis_that_is_not_stated_is_told() -> None:
    loss = SOFTMAX + "$$L = -\\sum_j y_j \\log p_j$$\n\n$$\\frac{\\partial L}{\\partial o_i} = p_i - y_i$$\n"
    (last,) = fast(loss).rows[-1:]
    assert last.word == "proved"
    assert last.under[0].startswith("needs sum of y = 1")
    (last,) = fast(loss + "\nsince $\\sum_k y_k = 1$.\n").rows[2:3]
    assert last.under == ["sum of y = 1 (line 7)"]


def test_a_repair_that_is_proved_is_suggested() -> None:
    checked = fast(
        SOFTMAX + "$$\\frac{\\partial p_j}{\\partial o_i} = p_j(\\delta_{ij} - p_j)$$", repairs=True
    )
    (finding,) = [f for f in checked.findings if f.kind == "wrong"]
    assert finding.suggestion in ("p_j(\\delta_{ij} - p_{i})", "p_{i}(\\delta_{ij} - p_j)")
    assert finding.witness is not None


def test_a_sum_over_a_letter_that_its_terms_lack_is_doubtful() -> None:
    checked = fast(SOFTMAX + "$$\\prod_{i=j}^{C} p_j^{t_j} = \\prod_j p_j^{t_j}$$")
    assert 3 in lines(checked)


def test_a_definition_said_anew_is_no_slip_but_a_contradiction_is() -> None:
    anew = "$$s = x^2$$\n\nNow let\n\n$$s = x^3$$\n\n$$\\frac{ds}{dx} = 3x^2$$\n"
    assert words(anew) == ["definition", "definition", "proved"]
    assert words("$$s = x^2$$\n\nThus\n\n$$s = x^3$$\n") == ["definition", "wrong"]


# --- slips of a script ----------------------------------------------------------------------------


def test_slips_in_the_softmax_are_caught() -> None:
    from tests.documents.corrupt import chosen

    slips = chosen((DATA / "softmax.md").read_text(encoding="utf-8"), 5)
    found = [(s, lines(fast(s.text, repairs=False))) for s in slips]
    assert all(at for _, at in found), [(s.line, s.kind, s.old) for s, at in found if not at]


@pytest.mark.parametrize("name", ["kl.md", "chain.md", "log_softmax.md", "article.tex"])
def test_slips_in_other_notations_are_caught(name: str) -> None:
    from tests.documents.corrupt import chosen

    kind = "latex" if name.endswith(".tex") else "markdown"
    slips = chosen((DATA / name).read_text(encoding="utf-8"), 3)
    assert slips
    missed = [(s.line, s.kind, s.old) for s in slips if not lines(fast(s.text, kind=kind))]
    assert missed == []


# --- the command ----------------------------------------------------------------------------------

WRONG = SOFTMAX + "$$\\frac{\\partial p_j}{\\partial o_i} = p_j(\\delta_{ij} - p_j)$$\n"


@pytest.fixture
def wrong(tmp_path: Path) -> str:
    path = tmp_path / "wrong.md"
    path.write_text(WRONG, encoding="utf-8")
    return str(path)


def test_exit_status_and_text(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", wrong]) == 1
    out = capsys.readouterr().out
    assert ":3:" in out
    assert "did you mean p_" in out
    assert main(["check", str(DATA / "article.tex")]) == 0
    assert "nothing wrong" in capsys.readouterr().out


def test_json(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--format", "json", wrong]) == 1
    (document,) = json.loads(capsys.readouterr().out)["documents"]
    assert document["summary"] == {"definition": 1, "wrong": 1}
    assert document["findings"][0]["line"] == 3
    assert document["rows"][1]["witness"]["sizes"]


def test_github(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--format", "github", wrong]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("::error file=")
    assert ",line=3,col=" in line


def test_sarif(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--format", "sarif", wrong]) == 1
    log = json.loads(capsys.readouterr().out)
    assert log["version"] == "2.1.0"
    (result,) = log["runs"][0]["results"]
    assert result["level"] == "error"
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 3


def test_watch_looks_again_when_the_file_changes(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    import argparse
    import threading

    from symderiv.documents.command import _watch

    args = argparse.Namespace(
        documents=[wrong], format="text", verbose=False, strict=False, seconds=2.0, total=60.0
    )
    timer = threading.Timer(6.0, lambda: Path(wrong).write_text(SOFTMAX, encoding="utf-8"))
    timer.start()
    assert _watch(args, rounds=2) == 0
    timer.join()
    out = capsys.readouterr().out
    assert "1 wrong" in out
    assert "nothing wrong" in out

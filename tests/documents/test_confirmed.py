"""What is called wrong where a document is not read as a whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from symderiv.cli import main
from symderiv.documents.check import check
from symderiv.documents.judging.confirmed import AS_READ
from symderiv.documents.text.source import from_text
from tests.documents.rows import FAST

#: A row that nobody can decide here.
OPEN = r"$$q = r s$$ $$\lim_{s \to 0} q = 0$$"


def told(text: str) -> list[tuple[str, str]]:
    """The words of the rows with why."""
    rows = check(from_text(text, "text", "markdown"), checkers=FAST).rows
    return [(r.word, r.reason if r.reason == AS_READ else "") for r in rows if r.word != "not a claim"]


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (r"\frac{dy}{dx} = \cos(x) x^4 + 7", "undecided"),  # no one change makes it true
        (r"\frac{dy}{dx} = 2 x + 1", "wrong"),  # one does
        (r"\frac{dy}{dx} = 2 x = \cos(x) x^4 + 7", "wrong"),  # behind a link that holds
        (r"\frac{dy}{dx} = 2 x = \cos(x) x^4 + y", "undecided"),  # but one that hangs on what y is
        (r"\frac{dy}{dx} = 2 x = \frac{d}{dx}(3 x^2 + 7) - x", "wrong"),  # a derivative that needs nothing
        (r"\frac{dy}{dx} = 2 x = \cos(x) x^4 + \pi", "wrong"),  # a number is no name
        (r"3 \cdot (2 + 5) = 22.5", "wrong"),  # no names
    ],
)
def test_what_speaks_for_a_slip_in_a_document_that_is_not_read_as_a_whole(row: str, word: str) -> None:
    text = rf"$$y = x^2$$ $${row}$$"
    assert told(text)[-1] == ("wrong", "")
    assert any(w == "unread" for w, _ in told(f"$$y = x^2$$ {OPEN}"))
    found = told(f"$$y = x^2$$ {OPEN} $${row}$$")[-1]
    assert found == (word, AS_READ if word == "undecided" else "")


def test_several_rows_that_fail_beside_hardly_any_that_hold() -> None:
    """What they rest on is read otherwise than it is meant, most likely."""
    right, other = r"$$\frac{dy}{dx} = 2 x$$", r"$$\frac{dy}{dx} = \cos(x) x^4 + %s$$"
    assert [w for w, _ in told(f"$$y = x^2$$ {other % 7}")] == ["definition", "wrong"]
    rows = f"$$y = x^2$$ {other % 7} {other % 8}"
    assert [w for w, _ in told(rows)] == ["definition", "undecided", "undecided"]
    held = " ".join(rf"$${n} y = {n} x^2$$" for n in range(2, 7))
    assert [w for w, _ in told(f"{rows} {right} {held}")][1:3] == ["wrong", "wrong"]


def test_a_slip_that_the_chain_takes_back_is_wrong_there_too() -> None:
    chain = r"$$\frac{dy}{dx} = \frac{d}{dx}(x^2) = \cos(x) x^4 + y = 2 x$$"
    assert [w for w, _ in told(f"$$y = x^2$$ {OPEN} {chain}")][-3:] == ["proved", "wrong", "proved"]


def test_what_is_false_as_it_is_read_is_shown_with_its_counterexample() -> None:
    text = rf"$y = x^2$ and {OPEN} so that $\frac{{dy}}{{dx}} = \cos(x) x^4 + 7$."
    checked = check(from_text(text, "text", "markdown"), checkers=FAST)
    (found,) = [f for f in checked.findings if f.message == AS_READ]
    assert found.witness is not None
    assert not found.quiet
    assert checked.clean


def test_strict_fails_where_a_row_is_left_open(tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text(rf"$$y = x^2$$ $$\frac{{dy}}{{dx}} = 2 x$$ {OPEN}")
    assert main(["check", str(note)]) == 0
    assert main(["check", "--strict", str(note)]) == 1
    note.write_text(r"$$y = x^2$$ $$\frac{dy}{dx} = 2 x$$")
    assert main(["check", "--strict", str(note)]) == 0

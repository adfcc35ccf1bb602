"""Documents are data: what is hostile gives a clear error or is left unread, in bounded time; nothing
runs."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from symderiv.cli import main
from symderiv.documents.check import check
from symderiv.documents.text.source import from_text
from tests.documents.rows import words

FAST = ("balls", "calculus")

HOSTILE = {
    "macro bomb": "\\newcommand{\\a}{\\b\\b}\\newcommand{\\b}{\\a\\a}\n$$x = \\a$$",
    "macro of itself": "\\newcommand{\\a}{\\a}\n$$x = \\a + 1$$",
    "huge exponent": "$$x = 9^{9^{9^{9}}}$$\n\n$$x = 2^{999999999}$$\n\n$$y = x^{123456789}$$ $$y = x$$",
    "long number": "$$x = " + "9" * 5000 + "$$",
    "deep brackets": "$$x = " + "(" * 4000 + "1" + ")" * 4000 + "$$",
    "deep braces": "$$x = " + "{" * 4000 + "1" + "}" * 4000 + "$$",
    "deep fractions": "$$x = " + "\\frac{1}{" * 300 + "1" + "}" * 300 + "$$",
    "deep powers": "$$x = " + "a^{" * 300 + "1" + "}" * 300 + "$$",
    "long sum": "$$x = " + " + ".join("a_i" for _ in range(4000)) + "$$",
    "open dollars": "$$ x = 1 " * 2001,
    "open environments": "\\begin{align} x = " * 3000,
    "stray braces": "$$x = }}}}{{{{$$ $$y = \\frac{}{}$$ $$\\sqrt$$ $$_^_^$$ $$\\begin{cases}$$",
    "python": "$$x = __import__('os').system('touch pwned')$$ $$y = \\text{__import__('os')}$$",
    "shell": "$$x = \\write18{touch pwned} \\input{/etc/passwd}$$",
    "circle": "$$a = b + 1$$ $$b = c + 1$$ $$c = a + 1$$ $$\\frac{da}{dx} = b$$",
    "nested sums": "$$x = " + "\\sum_i " * 60 + "a_i$$ $$x = 1$$",
    "terminal": "$$x = \\text{\x1b[31m\x07} 1$$",
    "underscores": "$$x_" + "{" * 30 + "i" + "}" * 30 + " = 1$$",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_read_in_bounded_time(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SYMDERIV_DEBUG", "1")
    path = tmp_path / "hostile.md"
    path.write_text(HOSTILE[name], encoding="utf-8")
    started = time.thread_time()
    status = main(["check", "--seconds", "1", "--total", "10", str(path)])
    assert time.thread_time() - started < 20
    assert status in (0, 1)
    assert not (tmp_path / "pwned").exists()
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\x07" not in out


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("big.md", b"$x$ " * 2_500_000, "too-large"),
        ("latin.md", b"caf\xe9 $x = 1$", "bad-document"),
        ("nul.md", b"a\0b", "bad-document"),
        ("cells.ipynb", b"{}", "bad-document"),
        ("deep.ipynb", b"[" * 100_000, "bad-document"),
        ("text.txt", b"$x = 1$", "bad-document"),
    ],
)
def test_bad_files_are_one_clear_line(
    name: str, data: bytes, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert main(["check", str(path)]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert f"[{code}]" in err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_a_pipe_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    assert main(["check", str(tmp_path / "pipe.md")]) == 2
    assert "no regular file [no-file]" in capsys.readouterr().err


def test_a_formula_that_is_too_long_is_told() -> None:
    matrix = "$$A = \\begin{bmatrix}" + "&".join(f"a_{{{n}}}" for n in range(4000)) + "\\end{bmatrix}$$\n"
    found = check(from_text(f"{matrix}\n$$x = y + y = 2y$$\n"), checkers=FAST)
    assert [r.word for r in found.rows] == ["unread", "definition", "proved"]


def test_nothing_is_defined_by_a_division_by_zero() -> None:
    assert [r.word for r in check(from_text("$$\\frac{0}{0} = x$$"), checkers=FAST).rows] == ["undecided"]


def test_a_notebook_with_worksheets() -> None:
    cell = {"cell_type": "markdown", "source": ["$$\\frac{d}{dx}x^2 = 3x$$"]}
    text = json.dumps({"worksheets": [{"cells": [cell]}], "nbformat": 3})
    assert [r.word for r in check(from_text(text, "a.ipynb", "notebook"), checkers=FAST).rows] == ["wrong"]


def test_a_missing_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path / "none.md")]) == 2
    assert "[no-file]" in capsys.readouterr().err


def test_a_document_has_an_end_of_time() -> None:
    rows = [
        f"$$\\frac{{\\partial}}{{\\partial x_i}} \\sum_k {n} e^{{x_k}} = {n} e^{{x_i}}$$\n\n"
        for n in range(400)
    ]
    started = time.thread_time()
    checked = check(from_text("".join(rows)), total=3.0, checkers=FAST)
    assert time.thread_time() - started < 15
    assert checked.rows[-1].word == "undecided"


def test_a_vector_in_the_place_of_a_matrix_does_not_end_the_check() -> None:
    """z is a number and, underlined, the vector of those of all examples."""
    text = r"""A sigmoid.

$$p = \sigma(z)$$

$$\underline{z} = [z_1, z_2, \ldots, z_n]^\top$$

$$\frac{\partial p}{\partial \underline{w}} = p(1 - p) \underline{x}$$

$$\frac{\partial L}{\partial \underline{w}} =
-\left[\frac{y}{p} + \frac{y - 1}{1 - p}\right] p(1 - p) \underline{x}$$

$$\Delta \underline{w} = -\eta \underline{x}^\top (p - y)$$
"""
    assert len(words(text)) == 5

"""The documents of the shipped functions: docs/derivations is what would be made, line by line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from symderiv.cli import main
from symderiv.explain import explain
from symderiv.explain.folder import MARK, differences
from symderiv.library import catalog

FOLDER = Path(__file__).parents[2] / "docs" / "derivations"
REPAIR = "repair with: symderiv explain --out docs/derivations"


def plain(text: str) -> str:
    """Without what only the second checker says; ``symderiv explain --check`` (in CI) asks it."""
    said = text.replace("proved, tried", "proved").splitlines()
    return "\n".join("" if line.startswith(("- **", "<!--")) else line for line in said).rstrip()


# every fifth here: ``symderiv explain --check``, a step of CI, does the same with all of them
@pytest.mark.parametrize("name", list(catalog)[::5])
def test_every_line_is_proved_again(name: str) -> None:
    path = FOLDER / f"{name}.md"
    shipped = path.read_text(encoding="utf-8")
    pictures = sorted(p.name for p in FOLDER.glob(f"{name}-*.svg"))
    made = "\n\n" + explain(catalog[name], every=True).markdown(pictures)
    found = differences(path, plain(shipped), plain(made)) if plain(shipped) != plain(made) else []
    assert not found, "\n".join([*found, REPAIR])
    assert "undecided" not in shipped
    displayed = re.findall(r"\\tag\{(.*?)\}", shipped)
    assert set(displayed) <= {"given", "named", "chosen", "proved, tried"}


def test_nothing_else_lies_there() -> None:
    names = {p.name.removesuffix(".md") for p in FOLDER.glob("*.md")}
    assert names == set(catalog)
    assert all(MARK in p.read_text(encoding="utf-8") for p in FOLDER.iterdir())


def test_a_corrupted_line_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "d")
    assert main(["explain", "tanh", "--out", out]) == 0
    assert main(["explain", "tanh", "--out", out, "--check"]) == 0
    path = tmp_path / "d" / "tanh.md"
    lines = path.read_text(encoding="utf-8").splitlines()
    n = next(n for n, line in enumerate(lines) if "1 - t_j^{2}" in line)
    lines[n] = lines[n].replace("1 - t_j^{2}", "1 + t_j^{2}", 1)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    capsys.readouterr()
    assert main(["explain", "tanh", "--out", out, "--check"]) == 1
    shown = capsys.readouterr().out
    assert f"tanh.md:{n + 1}: stands: " in shown
    assert "1 + t_j^{2}" in shown
    assert f"repair with: symderiv explain tanh --out {out}" in shown
    path.unlink()
    assert main(["explain", "tanh", "--out", out, "--check"]) == 1
    assert "tanh.md: missing" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--check"], "--out DIR"),
        ([], "name one function"),
        (["softmax", "tanh"], "several go to a folder"),
        (["softmax", "--wrt", "z", "--every-input"], "one of them"),
        (["--out", "d", "--wrt", "z"], "--wrt is for one document"),
        (["nosuch", "--out", "d"], "no function 'nosuch'"),
        (["softmax", "--checkers", "x"], "no checker 'x'"),
    ],
)
def test_bad_usage(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", *words]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "start"),
    [("a.md", "# sigmoid"), ("a.tex", r"\documentclass"), ("a.html", "<!doctype"), ("a", "sigmoid:")],
)
def test_the_format_follows_the_file(name: str, start: str, tmp_path: Path) -> None:
    assert main(["explain", "sigmoid", "-o", str(tmp_path / name)]) == 0
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)
    assert [p.name for p in tmp_path.iterdir()] == [name]

"""Letters of people's words: a LaTeX article keeps every one, ASCII has the nearest."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from symderiv.definitions import Function
from symderiv.explain import explain
from symderiv.explain.letters import declarations

WORDS = "Gauß, Erdős, Łuk, Nguyễn Bảo, “x²” ≤ α·β ⁵ ₂ Ω xᵀ; Чебышёв; 中 → ∞"
STRANGE = Function("y[j] = x[j]**2", doc=WORDS)


@pytest.mark.parametrize(
    ("letter", "shown"),
    [
        ("ő", r"\H{o}"), ("Š", r"\v{S}"), ("ễ", r"\~{\^{e}}"), ("α", r"\ensuremath{\alpha}"),
        ("≤", r"\ensuremath{\le}"), ("⁵", r"\textsuperscript{5}"), ("₂", r"\textsubscript{2}"),
        ("中", r"\fbox{\tiny 4E2D}\allowbreak{}"), ("Α", "A"),
    ],
)  # fmt: skip
def test_a_letter_that_pdflatex_does_not_know_is_declared(letter: str, shown: str) -> None:
    assert declarations(f"a{letter}{letter}") == f"\\DeclareUnicodeCharacter{{{ord(letter):04X}}}{{{shown}}}"


def test_what_pdflatex_knows_is_not_declared() -> None:
    assert declarations("Élan, 50 %, Łódź: “µ” –".replace("ź", "")) == ""


def test_an_article_keeps_every_letter() -> None:
    made = explain(STRANGE).latex()
    assert "\nGauß, Erdős, Łuk, Nguyễn Bảo, “x²” ≤ α·β ⁵ ₂ Ω xᵀ; Чебышёв; 中 → ∞\n" in made
    assert all(f"{{{ord(c):04X}}}" in made for c in "őễαЧ中")
    assert "DeclareUnicodeCharacter" not in explain(Function("y[j] = x[j]**2", doc="Élan.")).latex()


def test_it_compiles(tmp_path: Path) -> None:
    if shutil.which("pdflatex") is None:
        pytest.skip("no pdflatex")
    (tmp_path / "a.tex").write_text(explain(STRANGE).latex(), encoding="utf-8")
    made = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "a.tex"],
        cwd=tmp_path, capture_output=True, text=True, errors="replace", check=False, timeout=120,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout[-2000:]
    assert not re.search("Missing character", made.stdout)


def test_ascii_has_the_letters_without_accents() -> None:
    shown = explain(Function("y[j] = x[j]**2", doc="Élan, Erdős: 中.")).text(ascii=True)
    assert "\nElan, Erdos: ?.\n" in shown

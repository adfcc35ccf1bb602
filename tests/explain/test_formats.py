"""LaTeX, HTML, notebooks and pictures: well formed, complete by themselves, the same mathematics in each."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as Tree
from pathlib import Path

import pytest

from symderiv.definitions import Function
from symderiv.explain import Document, explain
from symderiv.explain.blocks import Line, Picture
from symderiv.explain.mathml import broken, mathml, width
from symderiv.library import catalog

#: Between them these use every kind of formula, table and picture.
NAMES = ("softmax", "log_softmax", "sigmoid", "attention", "huber")
DOCUMENTS = {name: explain(catalog[name], every=True) for name in NAMES}


@pytest.fixture(params=NAMES)
def document(request: pytest.FixtureRequest) -> Document:
    return DOCUMENTS[request.param]


def test_page_is_well_formed_and_needs_nothing_else(document: Document) -> None:
    page = document.html()
    body = page[page.index("<main") : page.index("</main>") + len("</main>")]
    root = Tree.fromstring(body)
    assert not re.findall(r"(?:src|href)\s*=|@import|url\(", page)
    assert "<script" not in page
    equations = [b for b in document.content.blocks if hasattr(b, "mark")]
    shown = [e for e in root.iter("div") if e.get("class") == "eq"]
    assert len(shown) == len(equations)
    for e, block in zip(shown, equations, strict=True):
        assert e.find("span").text == block.mark
        assert "".join(e.find("div").itertext()).strip()
    drawn = [b for b in document.content.blocks if isinstance(b, Picture)]
    assert page.count("<figure>") == len(drawn)


def test_article_compiles(document: Document, tmp_path: Path) -> None:
    if shutil.which("pdflatex") is None:
        pytest.skip("no pdflatex")
    (tmp_path / "a.tex").write_text(document.latex(), encoding="utf-8")
    made = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "a.tex"],
        cwd=tmp_path, capture_output=True, text=True, errors="replace", check=False, timeout=120,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout[-2000:]
    wide = [float(w) for w in re.findall(r"Overfull \\hbox \(([\d.]+)pt", made.stdout)]
    assert max(wide, default=0) < 20


def test_article_is_balanced(document: Document) -> None:
    text = document.latex()
    for one, two in ((r"\begin{equation*}", r"\end{equation*}"), (r"\left", r"\right")):
        assert text.count(one) == text.count(two)
    assert text.isascii() or all(ord(c) < 256 for c in text)


def test_words_of_a_user_are_no_markup() -> None:
    function = Function("y[j] = x[j]**2", doc="50% of <b>x</b> & \\input{a} $1 _ # {x} `ls` [a](b) ünï 漢")
    made = explain(function)
    assert "<b>" not in made.html()
    assert "&lt;b&gt;x&lt;/b&gt; &amp;" in made.html()
    assert r"\textbackslash{}input\{a\} \$1 \_ \#" in made.latex()
    assert r"\DeclareUnicodeCharacter{6F22}" in made.latex()
    assert r"\`ls\` \[a\]" in made.markdown()


def test_notebook() -> None:
    made = explain(catalog["softmax"])
    shown = made._repr_html_()
    assert "<html" not in shown
    assert shown.count("<math") == shown.count("</math>") > 40
    assert "documentclass" not in made._repr_latex_()
    assert made._repr_markdown_().startswith("# softmax")
    assert str(made).startswith("softmax: the derivative")


def test_import_is_light() -> None:
    code = "import sys, symderiv.explain; print(*(m in sys.modules for m in ('sympy', 'numpy', 'jinja2')))"
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert made.stdout.split() == ["False", "False", "False"]


# --- formulas -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("latex", "wanted"),
    [
        ("y_j", "<msub><mi>y</mi><mi>j</mi></msub>"),
        (r"\frac{a}{b}", "<mfrac><mrow><mi>a</mi></mrow><mrow><mi>b</mi></mrow></mfrac>"),
        (r"\delta_{ij}", "<msub><mi>δ</mi><mrow><mi>i</mi><mi>j</mi></mrow></msub>"),
        ("x^{2}", "<msup><mi>x</mi><mrow><mn>2</mn></mrow></msup>"),
        ("-x", '<mo form="prefix">−</mo><mi>x</mi>'),
        (r"a \ne b", "<mi>a</mi><mo>≠</mo><mi>b</mi>"),
        (r"\text{if } x", "<mtext>if&#xA0;</mtext><mi>x</mi>"),
    ],
)
def test_mathml(latex: str, wanted: str) -> None:
    assert mathml(latex) == f"<math><mrow>{wanted}</mrow></math>"


@pytest.mark.parametrize("latex", [r"\frac{a}", r"\left( a", r"\write18{ls}", r"{a", r"\begin{cases} a"])
def test_what_is_no_formula_of_ours_is_an_error(latex: str) -> None:
    with pytest.raises(ValueError, match=r"formula|missing|known"):
        mathml(latex)


def test_broken_equations_keep_every_piece() -> None:
    terms = [rf"\frac{{a_{n} + b}}{{c}} \left(d - e_{n}\right)" for n in range(9)]
    latex = "y = " + " - ".join(terms)
    made = broken(latex, 20)
    rows = re.sub(r"\\begin\{aligned\}|\\end\{aligned\}|\\\\|&|\\quad|\{\}", " ", made)
    assert rows.split() == latex.split()
    assert made.count(r"\\") >= 3
    for row in made.split(r"\\"):
        part = re.sub(r"\\(begin|end)\{aligned\}|&|\\quad", "", row)
        assert width(part) <= 20
    assert broken(latex, 1000) == latex


def test_pictures_show_the_definition() -> None:
    """The numbers in a map are those of the Jacobian; rows of softmax's sum to 0."""
    picture, errors = [b for b in DOCUMENTS["softmax"].content.blocks if isinstance(b, Picture)]
    numbers = [float(t.replace("−", "-")) for t in re.findall(r">([−0-9.]+)</text>", picture.svg)]
    assert len(numbers) == 36
    rows = [numbers[6 * n : 6 * n + 6] for n in range(6)]
    assert all(abs(sum(r)) < 0.004 for r in rows)
    assert all(r[n] == max(r) > 0 for n, r in enumerate(rows))
    curve, *_ = [b for b in DOCUMENTS["sigmoid"].content.blocks if isinstance(b, Picture)]
    assert curve.svg.count("<polyline") == 2
    Tree.fromstring(curve.svg)
    # softmax as defined overflows at the largest inputs: its line ends at the top, the other's does not
    ends = [line.split()[-1] for line in re.findall(r'points="([^"]+)"', errors.svg)]
    heights = [float(end.split(",")[1]) for end in ends]
    assert heights[0] < 40 < 150 < heights[1]
    Tree.fromstring(errors.svg)


def test_the_same_lines_in_every_format(document: Document) -> None:
    lines = [b for b in document.content.blocks if isinstance(b, Line)]
    assert document.markdown().count(r"\tag{") == document.latex().count(r"\tag{") >= len(lines)

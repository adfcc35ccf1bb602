"""Explanations: what a student reads, in text, ASCII and Markdown."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

import pytest

from symderiv.definitions import Function
from symderiv.errors import InputError, NotSupported
from symderiv.explain import FORMATS, Document
from symderiv.explain import explain as made


def explain(function: Function, format: str = "text", ascii: bool = False) -> str:
    document = made(function)
    return document.text(ascii=ascii) if format == "text" else document.to(format)


SOFTMAX = "y[j] = exp(z[j])/sum[c](exp(z[c]))"
FUNCTIONS = {
    "softmax": Function(SOFTMAX, name="softmax", claims=["sum[j](y[j]) = 1"]),
    "log-softmax": Function("s[j] = z[j] - log(sum[c](exp(z[c])))"),
    "cross-entropy": Function(SOFTMAX + "\nL = -sum[d](t[d]*log(y[d]))", assume=["sum[c](t[c]) = 1"]),
    "sigmoid": Function("s[j] = 1/(1 + exp(-z[j]))"),
    "layernorm": Function(
        "mu = mean[c](x[c])\ns = sqrt(mean[c]((x[c] - mu)**2) + eps)\nh[j] = (x[j] - mu)/s",
        assume=["eps > 0"],
    ),
    "linear": Function("f[k] = sum[c](W[k,c]*x[c]) + b[k]\nL = sum[k]((f[k] - y[k])**2)/2"),
    "scalar": Function("k = exp(-gamma*r**2)"),
    "relu": Function("y[j] = max(0, x[j])"),
    "batched": Function("y[n,j] = exp(X[n,j])/sum[c](exp(X[n,c]))"),
    "attention": Function(
        "s[m] = sum[c](q[c]*K[m,c])\np[m] = exp(s[m])/sum[n](exp(s[n]))\no[a] = sum[m](p[m]*V[m,a])"
    ),
    "regression": Function("f[n] = sum[c](w[c]*X[n,c])\nL = sum[n]((f[n] - y[n])**2)/2"),
    "doc": Function("y[j] = x[j]**2", doc="Élan: the square."),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_ascii_is_ascii(name: str) -> None:
    shown = explain(FUNCTIONS[name], ascii=True)
    assert all(c == "\n" or 32 <= ord(c) < 127 for c in shown)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("ascii", [False, True])
def test_every_line_carries_a_mark(name: str, ascii: bool) -> None:
    shown = explain(FUNCTIONS[name], ascii=ascii)
    displayed = [line for line in shown.splitlines() if line.startswith("    ")]
    assert displayed
    for line in displayed:
        table = re.match(r"    (inputs of about|the definition as it stands|these steps) ", line)
        assert table or re.search(r"\[(given|named|chosen|proved)\]$", line), line
    assert "[proved] proved for every size by the index calculus" in shown


@pytest.mark.parametrize("name", FUNCTIONS)
def test_markdown_is_balanced(name: str) -> None:
    shown = explain(FUNCTIONS[name], format="markdown")
    blocks = re.findall(r"^\$\$\n(.*?)\n\$\$$", shown, flags=re.M | re.S)
    assert shown.count("$$") == 2 * len(blocks)
    rest = re.sub(r"^\$\$\n.*?\n\$\$$", "", shown, flags=re.M | re.S)
    assert rest.count("$") % 2 == 0
    for block in blocks:
        assert block.count("{") == block.count("}")
        assert "\n" not in block
        assert " = " in block
        assert "@" not in block
        assert re.search(r"\\tag\{[a-z]+\}$", block)
    assert shown.startswith("# ")
    assert shown.count("\\left") == shown.count("\\right")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_ascii_equations_parse(name: str) -> None:
    """The ASCII lines are the project's own notation: each can be copied as a claim."""
    function = FUNCTIONS[name]
    shown = explain(function, ascii=True)
    after = shown.split(". Result\n")[1].splitlines()
    result = after[1].split("  [")[0].strip()
    claim = function.claim(result)
    assert claim.left is not None


def test_softmax_reads_like_the_derivation_by_hand() -> None:
    shown = explain(FUNCTIONS["softmax"])
    wanted = [
        "softmax: the derivative of y[j] with respect to z[i]",
        "Name its numerator and its denominator:",
        "f[j] = exp(z[j])",
        "S = Σ[c](exp(z[c]))",
        "Quotient rule, (f/S)' = (f' S - f S')/S²:",
        "∂y[j]/∂z[i] = ((∂f[j]/∂z[i])*S - f[j]*(∂S/∂z[i]))/S²",
        "Now the derivative of f[j].",
        "∂f[j]/∂z[i] = exp(z[j])*δ[i,j]",
        "Now the derivative of S. The derivative goes into the sum",
        "∂S/∂z[i] = exp(z[i])",
        "Substitute ∂f[j]/∂z[i] and ∂S/∂z[i]",
        "Factor out",
        "∂y[j]/∂z[i] = exp(z[j])*(δ[i,j]*S - exp(z[i]))/S²",
        "Recognise",
        "y[j] = exp(z[j])/S",
        "∂y[j]/∂z[i] = y[j]*(δ[i,j] - y[i])",
        "if i = j: ∂y[j]/∂z[j] = y[j]*(1 - y[j])",
        "if i ≠ j: ∂y[j]/∂z[i] = -y[j]*y[i]",
        "J[j,i] = δ[i,j]*y[j] - y[j]*y[i]",
        "J = diag(y) - y yᵀ",
        "Σ[j](∂y[j]/∂z[i]) = 0",
        "Σ[j](gy[j]*(∂y[j]/∂z[i])) = y[i]*(gy[i] - Σ[c](gy[c]*y[c]))",
        "Σ[i]((∂y[j]/∂z[i])*dz[i]) = y[j]*(dz[j] - Σ[c](dz[c]*y[c]))",
        "Σ[j](y[j]) = 1",
        "m = max[c](z[c])",
        "The result is the same for any value of m:",
    ]
    place = 0
    for piece in wanted:
        found = shown.find(piece, place)
        assert found >= 0, piece
        place = found


@pytest.mark.parametrize(
    ("name", "text", "latex"),
    [
        ("softmax", "J = diag(y) - y yᵀ", r"J = \operatorname{diag}(y) - y y^{\top}"),
        ("log-softmax", "J = I - 1 exp(s)ᵀ", r"J = I - \mathbf{1} \left(e^{s}\right)^{\top}"),
        ("sigmoid", "J = diag(s ⊙ (1 - s))", r"J = \operatorname{diag}(s \odot (1 - s))"),
        ("cross-entropy", "∇L = y - t", r"\nabla L = y - t"),
        ("layernorm", "J = (I - 1 1ᵀ/size[c] - h hᵀ/size[c])/s",
         (r"J = \frac{1}{s} \left(I - \frac{1}{C} \mathbf{1} \mathbf{1}^{\top} "
         r"- \frac{1}{C} h h^{\top}\right)")),
        ("linear", "∇L = (f - y) xᵀ", r"\nabla L = \left(f - y\right) x^{\top}"),
        ("relu", "J = diag(where(x > 0, 1, 0))", None),
        ("attention", "J = Vᵀ diag(p) K - Vᵀ p (Kᵀ p)ᵀ",
         r"J = V^{\top} \operatorname{diag}(p) K - V^{\top} p \left(K^{\top} p\right)^{\top}"),
        ("regression", "∇L = Xᵀ (f - y)", r"\nabla L = X^{\top} \left(f - y\right)"),
    ],
)  # fmt: skip
def test_matrix(name: str, text: str, latex: str | None) -> None:
    assert text in explain(FUNCTIONS[name])
    if latex:
        assert latex in explain(FUNCTIONS[name], format="markdown")


def test_products_of_log_softmax() -> None:
    shown = explain(FUNCTIONS["log-softmax"])
    assert "= gs[i] - exp(s[i])*Σ[" in shown or "= gs[i] - Σ[c](gs[c])*exp(s[i])" in shown
    assert "= dz[j] - Σ[" in shown


def test_assumption_in_words() -> None:
    shown = explain(FUNCTIONS["cross-entropy"])
    assert "Assumed: Σ[c](t[c]) = 1." in shown
    assert "By the assumption Σ[c](t[c]) = 1:" in shown


def test_undecided_claim_is_not_called_proved() -> None:
    function = Function(SOFTMAX, claims=["sum[j](y[j]) = 2"])
    shown = explain(function)
    line = next(row for row in shown.splitlines() if "Σ[j](y[j]) = 2" in row)
    assert line.endswith("[undecided]")


@pytest.mark.parametrize("format", ["pdf", "", "HTML"])
def test_other_formats_say_what_exists(format: str) -> None:
    with pytest.raises(NotSupported, match="text, markdown, latex, html"):
        made(FUNCTIONS["doc"]).to(format)


@pytest.mark.parametrize("format", FORMATS)
def test_same_text_every_time(format: str) -> None:
    assert explain(FUNCTIONS["softmax"], format) == explain(FUNCTIONS["softmax"], format)


def test_no_line_is_printed_twice_in_a_row() -> None:
    for function in FUNCTIONS.values():
        for section in explain(function).split("\n---"):
            lines = [row for row in section.splitlines() if row.startswith("    ") and "proved" in row]
            assert all(a != b for a, b in itertools.pairwise(lines))


def test_a_false_step_is_not_printed_as_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    """The document checks what the engine hands it; a line that is wrong says so."""
    document = made(FUNCTIONS["softmax"])
    (derivation,) = document.derivations
    n = next(n for n, s in enumerate(derivation.steps) if s.rule == "common factor")
    step = derivation.steps[n]
    derivation.steps[n] = replace(step, right=step.right * 2)
    shown = Document([derivation]).text()
    (line,) = [row for row in shown.splitlines() if row.endswith("[undecided]")]
    assert "2*" in line
    assert "[undecided] not decided" in shown


def test_two_checkers() -> None:
    document = made(FUNCTIONS["sigmoid"], checkers=("calculus", "balls"))
    marks = document.content.marks
    assert "proved, tried" in marks
    assert marks <= {"given", "named", "proved, tried"}
    with pytest.raises(InputError, match="no checker 'gut feeling'"):
        made(FUNCTIONS["sigmoid"], checkers=("gut feeling",)).text()


def test_the_checkers_must_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    from symderiv.verify import by_balls
    from symderiv.verify.claims import Disagreement
    from symderiv.verify.verdict import Verdict

    monkeypatch.setattr(by_balls, "check", lambda claim, seconds: Verdict("refuted"))
    with pytest.raises(Disagreement):
        made(FUNCTIONS["sigmoid"], checkers=("calculus", "balls")).text()


def test_every_input_has_a_part() -> None:
    shown = made(FUNCTIONS["regression"], every=True).text()
    assert "\nBy w\n====" in shown
    assert "\nBy X\n====" in shown
    assert "\nBy y\n====" in shown
    assert re.search(r"∂L/∂X\[i,l\] = .*f\[i\] - y\[i\]", shown)


def test_what_is_needed_is_said() -> None:
    assert "This needs r ≠ 0" in explain(Function("r = sqrt(sum[c](x[c]**2))\ny[j] = x[j]/r"))
    assert "This needs" not in explain(FUNCTIONS["softmax"])


def test_why_the_stable_form_is_stable() -> None:
    shown = explain(FUNCTIONS["log-softmax"])
    starts = ("    the definition as it stands  ", "    these steps  ")
    table = [row.split() for row in shown.splitlines() if row.startswith(starts)]
    assert table[0][-1] == "digit"  # exp overflows: no digit
    assert float(table[1][-1]) < 4
    assert "log1p" in shown


def test_sentences_know_no_function() -> None:
    """Renamed throughout, a function gets the same sentences."""
    one = explain(FUNCTIONS["softmax"])
    other = explain(Function("a[p] = exp(b[p])/sum[q](exp(b[q]))"))
    words = [re.findall(r"[A-Za-z]{4,}", text.split("\n2. ")[1]) for text in (one, other)]
    assert words[0][: len(words[1])][:150] == words[1][:150]

"""Explanations: what a student reads, in text, ASCII and Markdown."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

import pytest

from symderiv.definitions import Function
from symderiv.derive.adjoint import adjoint_products
from symderiv.errors import InputError, NotSupported
from symderiv.explain import FORMATS, Document
from symderiv.explain import explain as made
from symderiv.explain.blocks import Line
from symderiv.notation.show import text


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
    "scaled": Function(
        "s[m] = sum[c](q[c]*K[m,c])/sqrt(size[c])\np[m] = exp(s[m])/sum[n](exp(s[n]))\n"
        "o[a] = sum[m](p[m]*V[m,a])"
    ),
    "hinge": Function("L = mean[n](max(0, 1 - t[n]*sum[c](X[n,c]*w[c]))**2)"),
    "mixture": Function("L = sum[n](log(sum[k](p[k]*exp(-(x[n] - m[k])**2))))", assume=["p[k] > 0"]),
    "kernel": Function("K[n,m] = exp(-sum[c]((X[n,c] - Z[m,c])**2))"),
    "huber": Function(
        "r[c] = x[c] - y[c]\nL = sum[c](where(abs(r[c]) <= d, r[c]**2/2, d*(abs(r[c]) - d/2)))",
        assume=["d > 0"],
    ),
    "masked": Function(
        "y[j] = where(m[j] > 0, exp(z[j]), 0)/sum[c](where(m[c] > 0, exp(z[c]), 0))",
        assume=["max[c](m[c]) > 0"],
    ),
    "moved": Function("y[i] = sum[k](w[k]*x[i+k-1])"),
    "dice": Function("l = 1 - 2*sum[c](p[c]*t[c])/(sum[c](p[c]**2) + sum[c](t[c]**2))"),
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
        "Σ[j](gy[j]*(∂y[j]/∂z[i])) = y[i]*(gy[i] - Σ[j](gy[j]*y[j]))",
        "Σ[i]((∂y[j]/∂z[i])*dz[i]) = y[j]*(dz[j] - Σ[i](dz[i]*y[i]))",
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
        ("attention", "J = Vᵀ diag(p) K - o pᵀ K",
         r"J = V^{\top} \operatorname{diag}(p) K - o p^{\top} K"),
        ("scaled", "J = (Vᵀ diag(p) K - o pᵀ K)/sqrt(size[c])", None),
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


def test_no_sum_is_multiplied_out_to_be_contracted() -> None:
    """A delta that stands in the product is used at once; nothing moves in front of the sum before."""
    shown = explain(Function("y[j] = a[j]*exp(a[j])")).split("Forward, ")[1]
    lines = [row for row in shown.splitlines() if row.startswith("    Σ[i]")]
    assert len(lines) == 2
    assert "Σ" not in lines[1].split(" = ")[1]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_line_says_that_something_is_itself(name: str) -> None:
    """In any format: log1p(u), say, must not look like what it is equal to."""
    document = made(FUNCTIONS[name], every=True)
    for block in document.content.blocks:
        if isinstance(block, Line) and block.mark == "proved":
            printer = document._printer()
            assert text(block.left) != text(block.right)
            assert printer.latex(block.left) != printer.latex(block.right)


def test_a_product_starts_with_the_derivative_put_in() -> None:
    """Forward as backward, where the derivative has branches too."""
    shown = explain(FUNCTIONS["relu"])
    assert shown.count("Put in the derivative:") == 2
    assert "Σ[i]((∂y[j]/∂x[i])*dx[i]) = where(x[j] >= 0, 1, 0)*dx[j]" in shown


def test_letters_in_one_part_run_over_one_range() -> None:
    """In K[n,m] by X[i,l] the letter i is a row of X, by Z[i,l] a row of Z: each part says so."""
    shown = made(FUNCTIONS["kernel"], every=True).text()
    start, by_x, by_z = re.split(r"\nBy [XZ]\n", shown)
    assert "Here" not in start
    assert "Here i runs from 1 to size[n]; l runs from 1 to size[c]." in by_x
    assert "Here i runs from 1 to size[m]." in by_z


def test_a_long_branch_gets_a_name() -> None:
    shown = made(FUNCTIONS["huber"]).text()
    assert "Name the branches:\n    f[c] = r[c]²/2 " in shown
    lines = [row.rsplit("  [", 1)[0].strip() for row in shown.split("Name the branches:")[1].splitlines()]
    assert max(len(row) for row in lines if row.startswith(("∂f[c]", "∂g[c]"))) < 60


def test_a_branch_that_is_chosen_elsewhere_has_no_border() -> None:
    assert "Which branch applies does not depend on the input" in explain(FUNCTIONS["masked"])
    assert "border" not in explain(FUNCTIONS["masked"])
    assert "away from the border" in explain(FUNCTIONS["huber"])


def test_where_the_maximum_is_zero_no_condition_is_needed() -> None:
    shown = made(FUNCTIONS["hinge"], "w").text()
    assert "Where the condition fails the other factor is 0 already" in shown
    (result,) = re.findall(r"Result\n-+\n +(.*?) +\[proved\]", shown)
    assert result == "∂L/∂w[i] = -2*mean[n](max(0, 1 - t[n]*Σ[c](X[n,c]*w[c]))*t[n]*X[n,i])"


def test_names_that_help_are_spelled_out_at_the_end() -> None:
    """What an introduced name stands for is put in at once, not proved by way of the definition."""
    shown = made(FUNCTIONS["mixture"], "p").text()
    assert "Without the names introduced here:" in shown
    assert "By the definition:" not in shown
    (result,) = re.findall(r"Result\n-+\n +(.*?) +\[proved\]", shown)
    assert result == "∂L/∂p[i] = Σ[n](exp(-(x[n] - m[i])²)/Σ[k](p[k]*exp(-(x[n] - m[k])²)))"


def test_a_name_on_the_way_is_named_before_it_is_used() -> None:
    shown = explain(FUNCTIONS["attention"]).split("Products with the Jacobian")[1]
    for wanted in (
        "gp[m] = Σ[a](go[a]*(∂o[a]/∂p[m]))",
        "gp[m] = Σ[a](go[a]*V[m,a])",
        "gs[m] = Σ[j](gp[j]*(∂p[j]/∂s[m]))",
        "gs[m] = p[m]*(gp[m] - Σ[j](gp[j]*p[j]))",
        "= Σ[m](gs[m]*(∂s[m]/∂q[i]))",
        "= Σ[m](gs[m]*K[m,i])",
        "ds[m] = Σ[i](K[m,i]*dq[i])",
        "dp[m] = p[m]*(ds[m] - Σ[j](ds[j]*p[j]))",
        "Σ[i]((∂o[a]/∂q[i])*dq[i]) = Σ[j](V[j,a]*dp[j])",
    ):
        _, found, shown = shown.partition(wanted)
        assert found, wanted
    latex = explain(FUNCTIONS["attention"], "markdown")
    assert r"\bar{s}_m = p_m \left(\bar{p}_m - \sum_{j=1}^{N} \bar{p}_j p_j\right) \tag{proved}" in latex


def test_a_wrong_stage_is_not_printed_as_proved() -> None:
    """Its lines are checked in the document, against what the stage's name means."""
    from symderiv.explain.document import _Writer

    document = made(FUNCTIONS["attention"])
    (d,) = document.derivations
    product = adjoint_products(d)[0]
    stage = product.stages[1]
    wrong = replace(stage, steps=(replace(stage.steps[-1], right=stage.value * 2),), value=stage.value * 2)
    writer = _Writer(d.function, [d], ("calculus",))
    writer.stage(d, product, stage)
    assert all(b.mark in ("named", "proved") for b in writer.blocks if isinstance(b, Line))
    writer.stage(d, product, wrong)
    assert isinstance(writer.blocks[-1], Line)
    assert writer.blocks[-1].mark == "undecided"


def test_an_identity_says_what_it_rests_on() -> None:
    f = Function("p[n] = sigmoid(f[n])\nL = sum[n](log(1 + exp(f[n])) - y[n]*f[n])")
    assert "Because sigmoid(u) = 1/(1 + exp(-u)):" in made(f, "f").text()
    assert "That is the same as:\n    exp(z[i] - log(S))" in explain(FUNCTIONS["log-softmax"])


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
    words = [re.findall(r"[A-Za-z]{4,}", shown.split("\n2. ")[1]) for shown in (one, other)]
    assert words[0][: len(words[1])][:150] == words[1][:150]


def test_a_dimension_keeps_its_name_in_claims() -> None:
    """A claim that sums over the function's only dimension says nothing new of its letters."""
    own = Function("y[j] = exp(a[j])*b[j]", claims=["sum[i](b[i]*D(y[j], b[i])) = y[j]"])
    shown = made(own).text()
    assert "size[j]" in shown
    assert "size[i]" not in shown

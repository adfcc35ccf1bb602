"""Derivations: the moves in order, every step proved, letters never captured."""

from __future__ import annotations

import pytest

from symderiv.definitions import Function
from symderiv.derive import algebra, chain, moves
from symderiv.derive.fold import derivative
from symderiv.derive.notebook import Prover
from symderiv.derive.steps import Derivation, Step, derive_steps
from symderiv.errors import InputError
from symderiv.notation.show import equation, text
from symderiv.terms import Diff, Entry, Index, Reduce, walk

SOFTMAX = "y[j] = exp(z[j])/sum[c](exp(z[c]))"
LAYERNORM = """mu = mean[c](x[c])
s = sqrt(mean[c]((x[c] - mu)**2) + eps)
h[j] = (x[j] - mu)/s"""

#: name -> (definition, input, assumptions, the expected derivative)
FUNCTIONS = {
    "softmax": (SOFTMAX, "z", [], "y[j]*(delta[i,j] - y[i])"),
    "softmax with temperature": (
        "y[j] = exp(z[j]/T)/sum[c](exp(z[c]/T))", "z", ["T > 0"], "y[j]*(delta[i,j] - y[i])/T",
    ),
    "softmax by temperature": (
        "y[j] = exp(z[j]/T)/sum[c](exp(z[c]/T))", "T", ["T > 0"], "y[j]*(sum[c](y[c]*z[c]) - z[j])/T**2",
    ),
    "log-softmax": ("s[j] = z[j] - log(sum[c](exp(z[c])))", "z", [], "delta[i,j] - exp(s[i])"),
    "logsumexp": ("L = log(sum[c](exp(z[c])))", "z", [], "exp(z[i] - L)"),
    "cross-entropy": (
        SOFTMAX + "\nL = -sum[d](t[d]*log(y[d]))", "z", ["sum[c](t[c]) = 1"], "y[i] - t[i]",
    ),
    "sigmoid": ("s[j] = 1/(1 + exp(-z[j]))", "z", [], "delta[i,j]*s[j]*(1 - s[j])"),
    "sigmoid, called": ("s[j] = sigmoid(z[j])", "z", [], "delta[i,j]*s[j]*(1 - s[j])"),
    "tanh": ("t[j] = tanh(z[j])", "z", [], "delta[i,j]*(1 - t[j]**2)"),
    "layernorm": (LAYERNORM, "x", ["eps > 0"], "(delta[i,j] - 1/size[c] - h[j]*h[i]/size[c])/s"),
    "SiLU": ("y[j] = x[j]*sigmoid(x[j])", "x", [], "delta[i,j]*sigmoid(x[j])*(1 + x[j]*(1 - sigmoid(x[j])))"),
    "GELU": (
        "p[j] = (1 + erf(x[j]/sqrt(2)))/2\ny[j] = x[j]*p[j]", "x", [],
        "delta[i,j]*(p[j] + x[j]*exp(-x[j]**2/2)/sqrt(2*pi))",
    ),
    "linear layer": ("f[k] = sum[c](W[k,c]*x[c]) + b[k]", "W", [], "delta[i,k]*x[l]"),
    "linear layer, loss": (
        "f[k] = sum[c](W[k,c]*x[c]) + b[k]\nL = sum[k]((f[k] - y[k])**2)/2", "W", [], "x[l]*(f[i] - y[i])",
    ),
    "L2 normalise": ("r = sqrt(sum[c](x[c]**2))\ny[j] = x[j]/r", "x", [], "(delta[i,j] - y[i]*y[j])/r"),
    "a user's own": ("y[j] = z[j]*exp(z[j])/sum[c](exp(2*z[c]))", "z", [], None),
    "relu": ("y[j] = max(0, x[j])", "x", [], "delta[i,j]*where(x[j] > 0, 1, 0)"),
    "product": ("L = prod[c](1 + x[c]**2)", "x", [], "2*L*x[i]/(1 + x[i]**2)"),
    "stable logsumexp": (
        "L = max[c](z[c]) + log(sum[d](exp(z[d] - max[c](z[c]))))", "z", [], "exp(z[i] - L)",
    ),
    "varying exponent": ("y[j] = (1 + x[j]**2)**x[j]", "x", [], None),
    "constant": ("y[j] = 2*b[j] + c0[j]", "b", [], "2*delta[i,j]"),
    "batched softmax": (
        "y[n,j] = exp(X[n,j])/sum[c](exp(X[n,c]))", "X", [], "delta[i,n]*y[n,j]*(delta[j,l] - y[n,l])",
    ),
}  # fmt: skip


def derive(name: str) -> Derivation:
    define, wrt, assume, _ = FUNCTIONS[name]
    return derive_steps(Function(define, assume=assume), wrt)


def term(function: Function, shown: str, like: Derivation):
    """``shown`` as a term with the derivation's own letters."""
    left = text(like.left)
    return function.claim(f"{left} = {shown}").right


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_step_is_proved_again(name: str) -> None:
    d = derive(name)
    assert d.rejected == []
    assert d.steps
    prover = Prover(d.function.assumptions, {**d.function.bodies, **d.names})
    for step in d.steps:
        assert prover.equal(step.left, step.right), equation(step.left, step.right)
    assert prover.equal(d.left, d.result)
    assert not moves.standing(d.result)
    assert prover.equal(d.left, derivative(d.function, d.target.name).folded)


@pytest.mark.parametrize("name", [n for n, f in FUNCTIONS.items() if f[3]])
def test_result(name: str) -> None:
    d = derive(name)
    expected = term(d.function, FUNCTIONS[name][3], d)
    assert algebra.same(d.result, expected), text(d.result)
    assert algebra.same(d.steps[-1].right, expected)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_line_is_one_move(name: str) -> None:
    """No line repeats the one before it, and no letter is free and bound in one equation."""
    d = derive(name)
    for step in d.steps:
        assert step.left != step.right
        for side in (step.left, step.right):
            bound = {i for t in walk(side) if isinstance(t, Reduce) for i in t.indices}
            free = {i for t in (step.left, step.right) for i in _free(t)}
            if step.rule != "definition":
                assert not bound & free, equation(step.left, step.right)
    for before, after in zip(d.steps, d.steps[1:], strict=False):
        assert (before.left, before.right) != (after.left, after.right)


def _free(t):
    from symderiv.terms import free_indices

    return free_indices(t)


# --- softmax as a person derives it ---------------------------------------------------------------


def test_softmax_moves_in_order() -> None:
    rules = [s.rule for s in derive("softmax").steps]
    assert rules == [
        "definition", "name", "name", "quotient",
        "chain", "variable",
        "linear", "chain", "variable", "contract",
        "substitute", "common factor",
        "recognise", "name back", "divide through", "recognise", "name back",
    ]  # fmt: skip


def test_softmax_equations() -> None:
    d = derive("softmax")
    shown = [equation(s.left, s.right) for s in d.steps]
    wanted = [
        "y[j] = exp(z[j])/sum[c](exp(z[c]))",
        "f[j] = exp(z[j])",
        "S = sum[c](exp(z[c]))",
        "D(y[j], z[i]) = (D(f[j], z[i])*S - f[j]*D(S, z[i]))/S**2",
        "D(f[j], z[i]) = exp(z[j])*delta[i,j]",
        "D(S, z[i]) = sum[c](exp(z[c])*delta[c,i])",
        "D(S, z[i]) = exp(z[i])",
        "D(y[j], z[i]) = (exp(z[j])*delta[i,j]*S - exp(z[j])*exp(z[i]))/S**2",
        "D(y[j], z[i]) = exp(z[j])*(delta[i,j]*S - exp(z[i]))/S**2",
        "y[j] = exp(z[j])/S",
        "D(y[j], z[i]) = y[j]*(delta[i,j]*S - exp(z[i]))/S",
        "y[i] = exp(z[i])/S",
        "D(y[j], z[i]) = y[j]*(delta[i,j] - y[i])",
    ]
    places = [shown.index(w) for w in wanted]
    assert places == sorted(places)


def test_softmax_cases_matrix_facts() -> None:
    d = derive("softmax")
    same, other = d.cases
    assert (same.conditions[0].equal, other.conditions[0].equal) == (True, False)
    assert equation(same.left, same.right) == "D(y[j], z[j]) = y[j]*(1 - y[j])"
    assert equation(other.left, other.right) == "D(y[j], z[i]) = -y[j]*y[i]"
    assert same.proved
    assert other.proved
    assert d.matrix is not None
    assert [p.kind for p in d.matrix.parts] == ["diagonal", "outer"]
    assert [equation(f.left, f.right) for f in d.facts] == [
        "sum[j](D(y[j], z[i])) = 0",
        "sum[i](D(y[j], z[i])) = 0",
        "D(y[j], z[i]) = D(y[i], z[j])",
    ]


def test_statement_by_statement() -> None:
    """Layer normalisation: the mean, the deviation, the output; each result is used by the next."""
    d = derive("layernorm")
    assert [p.name for p in dict.fromkeys(s.part for s in d.steps if s.rule != "definition")] == [
        "mu",
        "s",
        "h",
    ]
    last = {s.part.name: s for s in d.steps if isinstance(s.left, Diff) and s.left.body == s.part}
    assert text(last["mu"].right) == "1/size[c]"
    assert text(last["s"].right) == "(x[i] - mu)/(size[c]*s)"
    assert "known" in {s.rule for s in d.steps if s.part.name == "h"}


def test_batched_cases() -> None:
    cases = derive("batched softmax").cases
    assert [[c.equal for c in case.conditions] for case in cases] == [[True, True], [True, False], [False]]
    assert [text(c.right) for c in cases] == ["y[n,j]*(1 - y[n,j])", "-y[n,j]*y[n,l]", "0"]
    assert all(c.proved for c in cases)


def test_assumption_is_used_and_named() -> None:
    steps = [s for s in derive("cross-entropy").steps if s.rule == "assumption"]
    assert [[text(t) for t in s.about] for s in steps] == [["sum[c](t[c])", "1"]]


# --- what must not be kept ------------------------------------------------------------------------


def test_a_broken_move_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong algebraic move never becomes a line, and the derivation still ends right."""

    def wrong(t):
        return algebra.everywhere(t, lambda u: u * 2 if isinstance(u, Entry) and u.name == "S" else u)

    monkeypatch.setattr(chain.algebra, "factor", wrong)
    d = derive("softmax")
    assert "common factor" in {s.rule for s in d.rejected}
    assert "common factor" not in {s.rule for s in d.steps}
    assert text(d.result) == "y[j]*(delta[i,j] - y[i])"


def test_a_broken_rule_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong rule of calculus stops its chain; the last line is still the proved derivative."""
    right = moves._MOVES["quotient"]
    monkeypatch.setitem(moves._MOVES, "quotient", lambda body, scope: -right(body, scope))
    d = derive("softmax")
    assert [s.rule for s in d.rejected] == ["quotient"]
    assert [s.rule for s in d.steps] == ["definition", "name", "name", "fold"]
    assert text(d.result) == "y[j]*(delta[i,j] - y[i])"


def test_a_false_equation_is_not_kept() -> None:
    d = derive("softmax")
    bad = Step(d.left, d.result * 2, "fold", d.output)
    assert not Prover((), d.function.bodies).equal(bad.left, bad.right)


# --- letters --------------------------------------------------------------------------------------


@pytest.mark.parametrize("letter", ["i", "c", "l", "k"])
def test_summation_letter_may_be_any(letter: str) -> None:
    d = derive_steps(Function(f"y[j] = exp(z[j])/sum[{letter}](exp(z[{letter}]))"), "z")
    assert d.rejected == []
    i = d.target.indices[0].name
    assert i not in ("j", letter)
    assert algebra.same(d.result, term(d.function, f"y[j]*(delta[{i},j] - y[{i}])", d))


@pytest.mark.parametrize("letter", ["c", "j"])
def test_target_letter_chosen_like_one_of_the_definition(letter: str) -> None:
    """The target may be asked for with the definition's own letters: these are renamed, not captured."""
    function = Function(SOFTMAX)
    dim = function.output.head[0].dim
    d = derive_steps(function, "z", target=Entry("z", (Index(letter, dim),)))
    assert d.rejected == []
    assert d.output.indices[0].name != letter
    row = d.output.indices[0].name
    assert text(d.result) == f"y[{row}]*(delta[{','.join(sorted((row, letter)))}] - y[{letter}])"


def test_names_do_not_clash() -> None:
    """A definition that uses f, g, S and u itself gets other names."""
    d = derive_steps(Function("f[g] = exp(S[g])/sum[u](exp(S[u]))"), "S")
    assert d.rejected == []
    assert {"f", "g", "S", "u"}.isdisjoint(d.names)


def test_wrong_inputs() -> None:
    function = Function(SOFTMAX + "\nL = -sum[d](t[d]*log(y[d]))", assume=["sum[c](t[c]) = 1"])
    for wrt, code in (("y", "diff-intermediate"), ("q", "diff-unknown"), ("t", "diff-constrained")):
        with pytest.raises(InputError) as error:
            derive_steps(function, wrt)
        assert error.value.code == code

"""The sentence that goes with a step.  Sentences depend on the rule, never on the function."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from symderiv.derive.algebra import powers, shape, terms_of
from symderiv.derive.fold import cost
from symderiv.derive.moves import standing
from symderiv.derive.rules import FUNCTIONS
from symderiv.derive.steps import Step
from symderiv.explain.blocks import Equals, Formula, Word, Words
from symderiv.notation.latex import symbol
from symderiv.terms import Call, Diff, Entry, Index, Reduce, Term, kronecker, mul, tensor_names, walk

DELTA = Formula("delta", r"\delta")

#: What every rule says on its own.
_FIXED: Mapping[str, Words] = {
    "reciprocal": (
        "Reciprocal rule, ", Formula("(a/g)' = -a g'/g^2", r"(a/g)' = -a g'/g^{2}"), " for a constant ",
        Entry("a"), ":",
    ),
    "product": ("Product rule, ", Formula("(a b)' = a' b + a b'", r"(a b)' = a' b + a b'"), ":"),
    "power": ("Power rule, ", Formula("(a^n)' = n a^(n-1) a'", r"(a^{n})' = n a^{n-1} a'"), ":"),
    "exponent": ("A power whose exponent varies is exp of the exponent times the logarithm of the base:",),
    "linear": ("The derivative goes into the sum, term by term:",),
    "product over": ("A product over a letter: each factor is differentiated in turn, the others stay:",),
    "larger": ("Of two values the one that is taken is differentiated (away from ties):",),
    "extreme": ("Of all values the one that is reached is differentiated (away from ties):",),
    "branches": ("Each branch is differentiated (away from the border between them):",),
    "still branches": ("Which branch applies does not depend on the input; each is differentiated:",),
    "by position": ("Which case applies depends on the positions only; each is differentiated:",),
    "constant": ("What does not depend on the input has the derivative 0:",),
    "cancel": ("Cancel and collect:",),
    "shared factor": (DELTA, " is a factor of every branch that is not 0, so it moves in front:"),
    "expand": ("Multiply out, so that ", DELTA, " stands in a term of its own:"),
    "split": ("The mean is taken term by term; what does not depend on its letter stays as it is:",),
    "common factor": ("Factor out what the terms have in common:",),
    "divide through": ("Divide the bracket by the denominator, term by term:",),
    "complement": ("A part of the denominator over the denominator is 1 minus the rest of it:",),
    "rewrite": ("With this:",),
    "recognise": ("Recognise what has a name:",),
    "name back": ("Put the names in:",),
    "by definition": ("By the definition:",),
    "identity": ("That is the same as:",),
    "collect": ("Multiply the bracket out and collect:",),
    "with the name": ("With the name introduced above the definition reads:",),
    "solve": ("Solved for the name:",),
    "put in": ("Put in the derivative:",),
    "spell out": ("Without the names introduced here:",),
    "covered": ("Where the condition fails the other factor is 0 already, so the condition can go:",),
}  # fmt: skip


def sentence(step: Step, free_name: str) -> Words:
    """What is said before ``step``; ``free_name`` may stand for an argument in a formula."""
    special = _SPECIAL.get(step.rule)
    if special is not None:
        return special(step, free_name)
    return _FIXED.get(step.rule, (f"By the rule '{step.rule}':",))


def naming(rule: str, count: int) -> Words:
    """What is said before ``count`` names are introduced for the rule that follows."""
    if rule == "quotient":
        parts = "its numerator and its denominator" if count > 1 else "the part that has no name yet"
        return (f"This is a quotient. Name {parts}:",)
    if rule == "reciprocal":
        return ("The input stands in the denominator only. Give it a name:",)
    if rule in ("branches", "by position", "still branches"):
        return ("Name the branches:",) if count > 1 else ("Name the branch that has no name yet:",)
    if rule == "larger":
        return ("Name what is compared:",)
    return ("Name the inner function:",)


def _quotient(step: Step, free_name: str) -> Words:
    """The rule with the names of this quotient, where both parts have one."""
    diffs = [d.body for d in standing(step.right)]
    names = [b.name for b in diffs if isinstance(b, Entry)]
    f, g = names if len(names) == len(diffs) == 2 and names[0] != names[1] else ("f", "g")
    a, b = symbol(f), symbol(g)
    formula = Formula(
        f"({f}/{g})' = ({f}' {g} - {f} {g}')/{g}^2",
        rf"({a}/{b})' = ({_primed(a)} {b} - {a} {_primed(b)})/{b}^{{2}}",
    )
    return ("Quotient rule, ", formula, ":")


def _primed(name: str) -> str:
    return f"{name}'"


def _chain(step: Step, free_name: str) -> Words:
    u = Entry(free_name)
    functions = dict.fromkeys(
        d.body.function for d in step.about if isinstance(d, Diff) and isinstance(d.body, Call)
    )
    words: list[Word] = ["Chain rule, with "]
    for n, function in enumerate(functions):
        if n:
            words.append(" and ")
        words.append(Equals(Diff(Call(function, (u,)), (u,)), FUNCTIONS[function](u)))
    return (*words, ":")


def _variable(step: Step, free_name: str) -> Words:
    d = step.about[0] if step.about else None
    if isinstance(d, Diff) and isinstance(d.body, Entry) and d.targets[0].indices:
        pairs = list(zip(d.body.indices, d.targets[0].indices, strict=True))
        delta = mul(*(kronecker(a, b) for a, b in pairs))
        words: list[Word] = [Equals(d, delta), ", which is 1 where "]
        for n, (a, b) in enumerate(pairs):
            if not (isinstance(a, Index) and isinstance(b, Index)):
                return (Equals(d, delta), ", which is 1 where both are one entry and 0 elsewhere:")
            words += [" and " if n else "", Equals(Entry(a.name), Entry(b.name))]
        return (*words, " and 0 elsewhere:")
    return ("The derivative of the input by itself is 1:",)


def _sum(step: Step, free_name: str) -> Words:
    wanted = {shape(t) for d in step.about if isinstance(d, Diff) for t in terms_of(d.body) if not _number(t)}
    left = {shape(d.body) for d in standing(step.right)}
    kept = {w for w in wanted if w in left or any(part in w for part in left)}
    lost = any(isinstance(d, Diff) and any(map(_number, terms_of(d.body))) for d in step.about)
    if len(kept) < len(wanted) or lost:
        return ("A sum is differentiated term by term; what does not depend on the input drops out:",)
    return ("A sum is differentiated term by term:",)


def _number(term: Term) -> bool:
    return not any(isinstance(t, Entry) for t in walk(term))


def _constant_factor(step: Step, free_name: str) -> Words:
    d = step.about[0] if step.about else None
    if isinstance(d, Diff) and len(step.about) == 1:
        coefficient, factors = powers(d.body)
        if coefficient == -1 and len(factors) == 1:
            return ("The minus sign stays in front of the derivative:",)
    return ("A constant factor stays in front of the derivative:",)


def _known(step: Step, free_name: str) -> Words:
    names = list(
        dict.fromkeys(d.body.name for d in step.about if isinstance(d, Diff) and isinstance(d.body, Entry))
    )
    return ("Put in the derivative found above for ", *_listed([Entry(n) for n in names]), ":")


def _substitute(step: Step, free_name: str) -> Words:
    diffs = list(dict.fromkeys(d for d in step.about if isinstance(d, Diff)))
    return ("Substitute ", *_listed(list(diffs)), " into ", step.left, ":") if diffs else ("Substitute:",)


def _assumption(step: Step, free_name: str) -> Words:
    return ("By the assumption ", Equals(step.about[0], step.about[1]), ":")


def _linear(step: Step, free_name: str) -> Words:
    means = any(
        isinstance(d, Diff) and isinstance(d.body, Reduce) and d.body.op == "mean" for d in step.about
    )
    return ("The derivative goes into the mean, term by term:",) if means else _FIXED["linear"]


def _hoist(step: Step, free_name: str) -> Words:
    sums = [t for t in walk(step.right) if isinstance(t, Reduce) and t.op in ("sum", "mean")]
    what = "mean" if sums and all(t.op == "mean" for t in sums) else "sum"
    letters = "letters" if any(len(t.indices) > 1 for t in sums) else "letter"
    return (f"What does not depend on the {letters} of the {what} moves in front of it:",)


def _contract(step: Step, free_name: str) -> Words:
    if step.about and any(isinstance(t, Reduce) and t.op == "mean" for t in walk(step.about[0])):
        return ("Of the mean, ", DELTA, " keeps one term, divided by how many there are:")
    return ("Of the sum, ", DELTA, " keeps only the term whose letters are equal:")


def _rearrange(step: Step, free_name: str) -> Words:
    if step.about and powers(step.about[0])[0] < 0 < powers(step.right)[0]:
        return ("The minus sign goes into the bracket:",)
    return ("Put the factors in order:",)


def _through(step: Step, free_name: str) -> Words:
    return ("By the chain rule:",) if standing(step.right) else ("By the chain rule, derivative put in:",)


def _fold(step: Step, free_name: str) -> Words:
    """A closed form that several moves at once lead to: what one sees of them."""
    before = step.about[0] if step.about else step.right
    old, new = tensor_names(before), tensor_names(step.right)
    if new - old:
        return ("In the names of the definition:",)
    if old - new:
        return ("Without the names introduced here:",)
    sums = [sum(isinstance(t, Reduce) for t in walk(side)) for side in (before, step.right)]
    if sums[1] < sums[0]:
        return ("The sums join into one:",) if sums[1] == 1 else ("Sums join:",)
    return ("This simplifies to:",) if cost(step.right) < cost(before) else ("Written otherwise:",)


def _listed(terms: list[Term]) -> Words:
    out: list[Word] = []
    for n, t in enumerate(terms):
        if n:
            out.append(" and " if n == len(terms) - 1 else ", ")
        out.append(t)
    return tuple(out)


def listed_letters(letters: list[Index]) -> Words:
    """c, i and j."""
    return _listed([Entry(i.name) for i in letters])


_SPECIAL: Mapping[str, Callable[[Step, str], Words]] = {
    "quotient": _quotient,
    "chain": _chain,
    "variable": _variable,
    "sum": _sum,
    "constant factor": _constant_factor,
    "known": _known,
    "substitute": _substitute,
    "assumption": _assumption,
    "linear": _linear,
    "hoist": _hoist,
    "contract": _contract,
    "rearrange": _rearrange,
    "fold": _fold,
    "through": _through,
}

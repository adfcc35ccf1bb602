"""The sentence that goes with a step.  Sentences depend on the rule, never on the function."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from symderiv.derive.rules import FUNCTIONS
from symderiv.derive.steps import Step
from symderiv.explain.blocks import Equals, Words
from symderiv.terms import Call, Diff, Entry, Reduce, Term

#: What every rule says on its own.
_FIXED: Mapping[str, str] = {
    "quotient": "Quotient rule, (f/g)' = (f' g - f g')/g^2:",
    "reciprocal": "Reciprocal rule, (a/g)' = -a g'/g^2 for a constant a:",
    "product": "Product rule, (a b)' = a' b + a b':",
    "sum": "A sum is differentiated term by term; constants drop out:",
    "constant factor": "A constant factor stays in front of the derivative:",
    "power": "Power rule, (a^n)' = n a^(n-1) a':",
    "exponent": "A power whose exponent varies is differentiated as exp(exponent * log(base)):",
    "linear": "The derivative goes into the sum, term by term:",
    "product over": "A product over a letter: each factor is differentiated in turn, the others stay:",
    "larger": "Of two values the one that is taken is differentiated (away from ties):",
    "extreme": "Of all values the one that is reached is differentiated (away from ties):",
    "branches": "Each branch is differentiated (away from the border between them):",
    "by position": "Which case applies depends on the positions only; each is differentiated:",
    "constant": "What does not depend on the input has the derivative 0:",
    "cancel": "Cancel and collect:",
    "expand": "Multiply out what stands under the sum with a delta:",
    "contract": "Under a sum a delta keeps only the term whose letters are equal:",
    "hoist": "Factors without the summation letter move in front of the sum:",
    "split": "The mean is taken term by term; what does not depend on its letter stays as it is:",
    "common factor": "Factor out what the terms have in common:",
    "divide through": "Divide the bracket by the denominator, term by term:",
    "complement": "A part of the denominator over the denominator is 1 minus the rest of it:",
    "rewrite": "With this:",
    "recognise": "Recognise what has a name:",
    "name back": "Put the names in:",
    "identity": "Now use:",
    "rearrange": "Put the signs and factors in order:",
    "spell out": "Without the names introduced here:",
    "fold": "In the names of the definition, as short as possible:",
}


def sentence(step: Step, free_name: str) -> Words:
    """What is said before ``step``; ``free_name`` may stand for an argument in a formula."""
    special = _SPECIAL.get(step.rule)
    if special is not None:
        return special(step, free_name)
    return (_FIXED.get(step.rule, f"By the rule '{step.rule}':"),)


def naming(rule: str, count: int) -> Words:
    """What is said before ``count`` names are introduced for the rule that follows."""
    if rule == "quotient":
        parts = "its numerator and its denominator" if count > 1 else "the part that has no name yet"
        return (f"This is a quotient. Name {parts}:",)
    if rule == "reciprocal":
        return ("The input stands in the denominator only. Give it a name:",)
    return ("Name the inner function:",)


def _chain(step: Step, free_name: str) -> Words:
    u = Entry(free_name)
    functions = dict.fromkeys(
        d.body.function for d in step.about if isinstance(d, Diff) and isinstance(d.body, Call)
    )
    words: list[str | Term | Equals] = ["Chain rule, with "]
    for n, function in enumerate(functions):
        if n:
            words.append(" and ")
        words.append(Equals(Diff(Call(function, (u,)), (u,)), FUNCTIONS[function](u)))
    return (*words, ":")


def _variable(step: Step, free_name: str) -> Words:
    d = step.about[0] if step.about else None
    if isinstance(d, Diff) and d.targets[0].indices:
        return ("An entry depends on an entry only if all their letters are equal; delta says so:",)
    return ("The derivative of the input by itself is 1:",)


def _known(step: Step, free_name: str) -> Words:
    names = list(
        dict.fromkeys(d.body.name for d in step.about if isinstance(d, Diff) and isinstance(d.body, Entry))
    )
    return ("Put in the derivative found above for ", *_listed([Entry(n) for n in names]), ":")


def _substitute(step: Step, free_name: str) -> Words:
    diffs = list(dict.fromkeys(d for d in step.about if isinstance(d, Diff)))
    return ("Substitute ", *_listed(list(diffs)), " into ", step.left, ":") if diffs else ("Substitute:",)


def _abbreviate(step: Step, free_name: str) -> Words:
    if step.checker == "named":
        return ("Write ", step.left, " for the sum ", Equals(step.right, step.about[0]), ":")
    return ("The same with this letter:",)


def _assumption(step: Step, free_name: str) -> Words:
    return ("By the assumption ", Equals(step.about[0], step.about[1]), ":")


def _linear(step: Step, free_name: str) -> Words:
    means = any(
        isinstance(d, Diff) and isinstance(d.body, Reduce) and d.body.op == "mean" for d in step.about
    )
    return ("The derivative goes into the mean, term by term:",) if means else (_FIXED["linear"],)


def _listed(terms: list[Term]) -> Words:
    out: list[str | Term | Equals] = []
    for n, t in enumerate(terms):
        if n:
            out.append(" and " if n == len(terms) - 1 else ", ")
        out.append(t)
    return tuple(out)


_SPECIAL: Mapping[str, Callable[[Step, str], Words]] = {
    "chain": _chain,
    "variable": _variable,
    "known": _known,
    "substitute": _substitute,
    "abbreviate": _abbreviate,
    "assumption": _assumption,
    "linear": _linear,
}

"""What is asked of a definition: that it is not 0, that it solves what it is said to solve, and that it is
the function that its name says.

Input: a row that was found to be a definition.  What is set: its word, where it is more than a definition.
"""

from __future__ import annotations

import re
import time
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from symderiv.documents.content.definition import Definition
from symderiv.documents.content.solving import is_zero
from symderiv.documents.judging.asked import Outcome
from symderiv.documents.judging.outcomes import NAUGHT, NO_DIVISOR
from symderiv.documents.judging.solved import UNSOLVED, solves
from symderiv.documents.meaning.reading import Reading, substituted
from symderiv.documents.text.changes import likeliest
from symderiv.documents.text.spell import spliced
from symderiv.documents.text.syntax import (
    Add,
    Big,
    Deriv,
    Div,
    Fn,
    Mark,
    Neg,
    Node,
    Number,
    Sym,
    bound_in,
    walk,
)
from symderiv.documents.text.vocabulary import KNOWN, LOGISTIC, SOFTMAX

if TYPE_CHECKING:
    from symderiv.documents.content.formulas import Formula
    from symderiv.documents.judging.judge import Judge, Judged
    from symderiv.documents.text.rows import Element

_SECONDS, _TRIED = 3.0, 60


def judge_definition(judge: Judge, f: Formula, made: Judged, d: Definition, chain: list[Element]) -> None:
    """Set the word of a definition's row."""
    made.word, made.reason = "definition", d.key
    naught = "" if any(is_zero(e.node) for e in chain) else _naught(judge, d, made.at)
    if naught == NAUGHT and _observed(judge, d, made.at):
        naught = ""
    if naught:
        made.reason = naught
    elif not _is_known(judge, made, d):
        _solution(judge, f, made, d)


def _solution(judge: Judge, f: Formula, made: Judged, d: Definition) -> None:
    solved = solves(judge, f, d, judge.unsolved)
    if solved is not None and solved.word == "proved":
        made.word, made.reason, made.claim = "proved", "it solves the equation before it", solved.claim
        made.checkers = solved.checkers
    elif solved is not None and solved.word == "refuted" and not solved.weak:
        made.word, made.witness, made.reason = "wrong", solved.witness, UNSOLVED
        judge.unsolved.add(d.key)


def _is_known(judge: Judge, made: Judged, d: Definition) -> bool:
    """Whether a definition is one slip away from the function that its name says; the rows behind it are
    judged as if it were that."""
    name = LOGISTIC if d.key == "sigma" and judge.book.logistic else d.key.lower()
    if (shares := _softmax_of(judge, d)) is not None:
        return _is_slip(judge, made, d, shares, {}, index=d.key not in SOFTMAX)
    if name not in KNOWN or d.letters or len(d.params) != 1 or not isinstance(d.params[0], Sym):
        return False
    if d.params[0].base.endswith("_sq") or any(
        isinstance(n, Sym) and n.base != d.params[0].base for n in walk(d.body)
    ):
        return False  # one of its kind, with a parameter
    arg = Sym("argument", style="word")
    return _is_slip(judge, made, d, KNOWN[name](arg), {d.params[0].base: arg})


def _softmax_of(judge: Judge, d: Definition) -> Node | None:
    """What a definition should say that is called softmax, or stands behind that word: the share of an
    exponential in the sum of all."""
    f = judge.book.formula_at(d.at)
    if f is None or len(d.letters) != 1 or not isinstance(d.body, Div) or not isinstance(d.body.bottom, Big):
        return None
    text = f"{f.before[-120:]} {f.heading}".lower()
    said = d.key in SOFTMAX or any(name.lower() in text for name in SOFTMAX)
    names = {replace(n, sub=(), at=-1, end=-1) for n in walk(d.body) if isinstance(n, Sym) and n.sub}
    if not said or len(names) != 1 or d.body.bottom.op != "sum":
        return None
    (name,) = names
    used = judge.letters_in([*walk(d.body)]) | bound_in([*walk(d.body)]) | {*d.letters, name.base}
    other = next(x for x in "klmnpqrstu" if x not in used)

    def share(letter: str) -> Node:
        return Fn("exp", (replace(name, sub=(Mark("letter", letter),)),))

    return Div(share(d.letters[0]), replace(d.body.bottom, letters=(other,), body=share(other)))


def _is_slip(
    judge: Judge, made: Judged, d: Definition, meant: Node, named: dict[str, Node], index: bool = False
) -> bool:
    """Whether a change at one place (``index``: of an index, or of an exponential that is lost) makes what a
    definition says what is meant; it is then changed so.  ``named``: what its parameters are in ``meant``."""

    def asked(node: Node, quick: bool) -> Outcome:
        return judge.outcome(meant, node, d.at, Reading(), [], [], {d.link[0]}, quick=quick)

    deadline = time.thread_time() + _SECONDS
    first = asked(substituted(d.body, named), False)
    if first.word != "refuted" or first.weak:
        return False
    own = [*walk(d.body)]
    letters = list(dict.fromkeys([*d.letters, *sorted(judge.letters_in(own) | bound_in(own))]))
    for changed, old, new in likeliest(d.body, letters, _TRIED):
        if time.thread_time() > deadline:
            break
        if index and not isinstance(old, Sym):
            continue
        if asked(substituted(changed, named), True).word == "proved":
            assert made.elements is not None
            side = made.elements[1]
            made.word, made.witness = "wrong", first.witness
            of_name = f"{d.key} is another function by its name"
            made.reason = "the text calls it by the name of another function" if index else of_name
            made.suggestion = spliced(judge.book.source.raw, side.at, side.tokens[-1], old, new)
            d.body = changed
            return True
    if d.params and not index:
        (param,) = d.params
        judge.misnamed.append((d, substituted(meant, {"argument": param})))
    return False


def _observed(judge: Judge, d: Definition, at: int) -> bool:
    """Whether a sum of differences is 0 since a model is put in for what is observed, y = ax + b for y_i,
    also where ``y_i = ax + b`` says so: what is observed is then an input from here on."""
    sums = [n for n in walk(d.body) if isinstance(n, Add) and len(n.terms) == 2]
    terms = [t.body if isinstance(t, Neg) else t for n in sums for t in n.terms]
    split = [judge.book.usage.split(t) for x in terms for t in walk(x) if isinstance(t, Sym) and t.sub]
    for name in dict.fromkeys((key, len(marks)) for key, marks in split if key != d.key):
        versions = judge.book.definitions.get(name, [])
        bare = all(not set(v.letters) & judge.letters_in([*walk(v.body)]) for v in versions)
        if not versions or not (bare or all(v.letters == ("row",) for v in versions)):
            continue  # it is a number, or is said of each
        del judge.book.definitions[name]
        judge.known.clear()
        if not _naught(judge, d, at):
            return True
        judge.book.definitions[name] = versions
    return False


def _naught(judge: Judge, d: Definition, at: int) -> str:
    """What is said of a definition that is a sum of differences which is 0, or divides by one."""
    divisors = [(n.bottom, NO_DIVISOR) for n in walk(d.body) if isinstance(n, Div)]
    for node, said in [(d.body, NAUGHT), *divisors]:
        kinds = {type(n) for n in walk(node)}
        part = any(isinstance(n, Big) and re.search(r"[-+]", n.upper) for n in walk(node))  # all but the last
        if {Big, Add} <= kinds and Deriv not in kinds and not part:  # that of a name without its indices is 0
            zero = Number(Fraction(0))
            found = judge.outcome(node, zero, at, Reading(), [], [], {d.link[0]}, quick=True)
            if found.word == "proved":
                return said
    return ""

"""Equations that are to be solved: rows that set something to zero, and what comes of them.

Input: the judge of a book and a row that is not true of all values.  Output: whether it is such an equation;
its word is set then.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from symderiv.documents.content.solving import is_named, is_slope, is_stationary, is_zero
from symderiv.documents.meaning.reading import Reading
from symderiv.documents.text.syntax import Number

if TYPE_CHECKING:
    from symderiv.documents.content.formulas import Formula
    from symderiv.documents.judging.judge import Judge
    from symderiv.documents.judging.judged import Judged
    from symderiv.documents.text.rows import Element

#: What is said of such a row.
SOUGHT = "an equation that is to be solved"


def to_solve(judge: Judge, f: Formula, made: Judged, chain: list[Element]) -> bool:
    """Whether a row is an equation that is to be solved, or one that comes of it."""
    assert made.elements is not None
    a, b = made.elements
    word = ""
    works = judge.goes_on and not is_zero(b.node)  # a step of a chain, which no words set to anything
    if len(chain) < 3 and not works and judge.is_set(f):
        word = "not a claim"
        sought = is_zero(a.node) or is_zero(b.node) or not (is_named(judge.book, a.node) or a.lowered)
        judge.solving = f.section if sought else judge.solving
    elif not judge.goes_on and is_stationary(chain) and not _is_never_zero(judge, chain):
        word, judge.solving = "undecided", f.section
    elif b is chain[-1] and is_zero(b.node) and is_slope(judge.origin or chain[0]):
        if judge.says_to_solve():
            word = "not a claim"
        elif len(chain) > 2 or judge.goes_on:  # a derivative worked out, and then set to zero
            word = "undecided"
        judge.solving = f.section if word else judge.solving
    elif a is chain[0] and is_zero(a.node) and len(chain) < 3 and judge.says_to_solve():
        word, judge.solving = "not a claim", f.section  # 0 = 2 A x - b
    elif a is chain[0] and is_zero(a.node) and is_slope(b) and not _is_never_zero(judge, [a, b]):
        word, judge.solving = "undecided", f.section  # 0 = dJ/da = ...
    elif a is chain[0] and not judge.goes_on and judge.solving == f.section:
        sides = [e for e in (a, b) if not is_zero(e.node) and not (e is b and a.lowered)]  # A x = y
        named = any(is_named(judge.book, e.node) for e in sides)
        word = "" if named else "undecided"
    if word:
        made.word, made.reason = word, SOUGHT
    return bool(word)


def _is_never_zero(judge: Judge, chain: list[Element]) -> bool:
    """Whether a derivative is 1 whatever its names are: ``\\partial z / \\partial b``, of ``z = w x + b``."""
    for e in (e for e in chain if not is_zero(e.node)):
        for value in (1, -1):
            made = judge.outcome(e.node, Number(Fraction(value)), e.at, Reading(), [], [], set(), quick=True)
            if made.word == "proved":
                return True
    return False

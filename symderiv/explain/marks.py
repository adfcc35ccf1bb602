"""Marks: what a line of a document rests on.  Every equation that is printed is checked here, once more.

The engine that makes a derivation proves each of its steps; that is not taken on trust.  A :class:`Checker`
states each displayed equation as a claim of its own and asks the index calculus, and where that is wanted the
balls (random points and sizes, no code shared with the calculus), and the mark says what they answered.
"""

from __future__ import annotations

from collections.abc import Sequence

from symderiv.definitions import Claim, Function, Statement
from symderiv.errors import InputError
from symderiv.terms import Bodies, Diff, Entry, Term, walk
from symderiv.verify.claims import Disagreement

#: Checkers that a document may ask; the first is always asked.
CHECKERS = ("calculus", "balls")

GIVEN, NAMED, CHOSEN, PROVED, TRIED, UNDECIDED = (
    "given", "named", "chosen", "proved", "proved, tried", "undecided",
)  # fmt: skip
#: What the marks mean, as the end of a document says it.
MEANINGS = {
    GIVEN: "stated with the function",
    NAMED: "a name introduced here",
    CHOSEN: "may be any number; this one is taken",
    PROVED: "proved for every size by the index calculus, wherever both sides are defined",
    TRIED: "proved for every size by the index calculus, wherever both sides are defined; and tried by ball "
    "arithmetic, which shares no code with it: no counterexample at random points and small sizes",
    UNDECIDED: "not decided by the index calculus",
}
#: Time allowed to the balls on one line; most take a hundredth of it.
_SECONDS = 5.0


class Checker:
    """Gives equations about ``function``, with more ``names``, their marks."""

    def __init__(self, function: Function, names: Bodies, checkers: Sequence[str] = CHECKERS[:1]) -> None:
        for c in checkers:
            if c not in CHECKERS:
                raise InputError("unknown-checker", f"no checker '{c}' here; there are {', '.join(CHECKERS)}")
        self.function = function
        self.checkers = tuple(checkers)
        self.tried = "balls" in checkers
        self.statements = (*function.statements, *(Statement(n, h, b) for n, (h, b) in names.items()))
        self.defined = {s.name for s in self.statements}
        self._known: dict[tuple[Term, Term], str] = {}

    def mark(self, left: Term, right: Term) -> str:
        """The mark of ``left = right``."""
        found = self._known.get((left, right))
        if found is None:
            found = self._known[left, right] = self.of(self.claim(left, right))
        return found

    def claim(self, left: Term, right: Term) -> Claim:
        """``left = right`` as a claim; tensors that are not defined may have any value."""
        inputs = dict(self.function.inputs)
        for t in (t for side in (left, right) for t in walk(side)):
            for e in (t, *t.targets) if isinstance(t, Diff) else (t,):
                if isinstance(e, Entry) and e.name not in self.defined and e.name not in inputs:
                    inputs[e.name] = tuple(i.dim for i in e.letters)
        return Claim("", left, right, self.statements, self.function.assumptions, inputs, ())

    def of(self, claim: Claim) -> str:
        """The mark of a claim."""
        from symderiv.verify import by_balls, by_calculus

        proved = by_calculus.check(claim).word == "proved"
        if not self.tried:
            return PROVED if proved else UNDECIDED
        word = by_balls.check(claim, seconds=_SECONDS).word
        if proved and word == "refuted":
            raise Disagreement(
                f"the calculus proves and the balls refute {claim.left} = {claim.right}; please report this"
            )
        return UNDECIDED if not proved else TRIED if word == "unrefuted" else PROVED

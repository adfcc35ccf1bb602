"""Every way to take a link, the plainest first: conditions, what is assumed, how it is read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import chain as chain_of

from symderiv.documents.content.conditions import Held
from symderiv.documents.content.formulas import Formula
from symderiv.documents.judging.apart import entries_of_numbers, pairs_below
from symderiv.documents.judging.asked import Outcome
from symderiv.documents.judging.complements import ONE, complements, told_values
from symderiv.documents.judging.facts import NET
from symderiv.documents.judging.judged import Judged
from symderiv.documents.judging.means import means
from symderiv.documents.judging.relations import Relations, inverse_facts
from symderiv.documents.judging.restated import Restated
from symderiv.documents.judging.stationary import at_zeros
from symderiv.documents.judging.structure import structured
from symderiv.documents.judging.ways import ways
from symderiv.documents.matrix.vectors import pairs_of
from symderiv.documents.meaning.reading import Reading
from symderiv.documents.meaning.references import is_stacked
from symderiv.documents.text.latex import Unread
from symderiv.documents.text.rows import Element
from symderiv.documents.text.syntax import Condition, Deriv, Sym, walk

#: Words for samples that are none of what they stand beside.
_OTHERS = re.compile(r"negative|noise|contrastive|distract|impost|负", re.IGNORECASE)

#: So many links before it are looked at for the slip that shows at a row.
_BACK = 3
#: What is said of a sigma that nothing defines.
LOGISTIC = "taken as the logistic function"


def _alone_and_together(letters: Collection[str]) -> list[list[str]]:
    """Each letter alone, then all of several."""
    each = sorted(letters)
    return [*([x] for x in each), *([each] if each[1:] else [])]


class Choices(Restated):
    """Lists the readings of a link."""

    goes_on: bool  #: whether its row begins with a relation
    relations: Relations

    def is_logistic(self) -> bool:
        """Whether sigma, which nothing defines, is the logistic function after all: several rows hold for it
        alone, and others are open as nobody says so."""
        if self.book.logistic or not any(r.word == "undecided" and LOGISTIC in r.reason for r in self.found):
            return False
        held = 0
        for r in self.found:
            if r.word == "proved" and LOGISTIC in r.reason and r.elements is not None and r.tried:
                (a, b), (conditions, assume, reading) = r.elements, r.tried[-1]
                generic = replace(reading, generic=True)
                held += self.best(pairs_of(a, b), a.at, generic, conditions, assume, r.skip).word != "proved"
        return held > 1

    def same_slip(self, f: Formula, made: Judged, stated: list[Held], keep: frozenset[str]) -> None:
        """A row that is wrong only against a wrong one before it: the slip is told once."""
        assert made.elements is not None
        a, b = made.elements
        before: Judged | None = None
        for r in reversed(self.found[:-1]):  # back along the chain, to the last link that is wrong
            if r.elements is not None:
                if r.elements[1] is not (a if before is None else before.elements and before.elements[0]):
                    return
                before = r
                if r.word != "proved":
                    break
        if before is None or before.word not in ("wrong", "undecided") or before.elements is None:
            return
        first = before.elements[0]
        outcome = self.against(f, first, b, a.at, stated, keep)
        if outcome is not None:
            made.word = "proved" if before.word == "wrong" else before.word
            before.taken_back = True
            made.claim, made.checkers, made.witness = outcome.claim, outcome.checkers, None
            made.reason = f"against what stands before line {self.book.source.line_of(a.at)}"
            made.under = [made.reason] if made.word == "proved" else []

    def against(
        self, f: Formula, first: Element, b: Element, at: int, stated: list[Held], keep: frozenset[str]
    ) -> Outcome | None:
        """The proof of a row against another side than the one before it, if there is one."""
        with suppress(Unread):
            pairs = pairs_of(first, b)
            for conditions, assume, reading, _ in self.readings(f, first, b, stated, keep, False):
                outcome = self.best(pairs, at, reading, conditions, assume, set())
                if outcome.word == "proved":
                    return outcome
        return None

    def slip_before(self, f: Formula, made: Judged, stated: list[Held], keep: frozenset[str]) -> None:
        """A row that is wrong behind one that was not decided, and right against what stands before that: the
        slip is in that one, and told there."""
        assert made.elements is not None
        a, b = made.elements
        links = {id(r.elements[1]): r for r in self.found[:-1] if r.elements is not None}
        before = links.get(id(a))
        if before is None or before.word not in ("undecided", "unread"):
            return
        for _ in range(_BACK):
            assert before.elements is not None
            first = before.elements[0]
            if self.against(f, first, b, b.at, stated, keep) is not None:
                made.at, made.taken_back = a.at, True
                made.reason = f"line {self.book.source.line_of(b.at)} holds against what stands before"
                return
            if before.elements[1] is a and self.lost_sign(f, first, a, b, stated, keep):
                made.at, made.taken_back = a.at, True
                line = self.book.source.line_of(b.at)
                made.reason = f"line {line} is the derivative of this, which lacks its sign"
                return
            if (before := links.get(id(first))) is None:
                return

    def lost_sign(
        self, f: Formula, head: Element, a: Element, b: Element, stated: list[Held], keep: frozenset[str]
    ) -> bool:
        """Whether a side lacks the sign of the derivative that its chain begins with, as the next one shows:
        ``\\frac{\\partial L}{\\partial z} = \\log(1 + e^z) = \\frac{e^z}{1 + e^z}``."""
        slope = head.node
        if not isinstance(slope, Deriv) or a.node is None or any(isinstance(n, Deriv) for n in walk(a.node)):
            return False
        whole = replace(a, node=replace(slope, body=a.node, open=False), written=None)
        return self.against(f, whole, b, b.at, stated, keep) is not None

    def readings(
        self,
        f: Formula,
        a: Element,
        b: Element,
        stated: list[Held],
        keep: frozenset[str],
        alone: bool,
    ) -> Iterator[tuple[list[Condition], list[str], Reading, list[str]]]:
        """Every way to take a link, the plainest first."""
        assert a.node is not None
        assert b.node is not None
        nodes = [n for x in (a.node, b.node) for n in walk(x)]
        slopes = any(isinstance(n, Deriv) for n in nodes)
        every = self.with_definitions(nodes)
        own = ways(self, a, b, nodes, every, keep)
        base = next(x for x in own if not x.implied)
        choices: list[tuple[list[Condition], list[str]]] = []
        if stated:
            choices.append(([h.condition for h in stated], [self.say(h) for h in stated]))
        else:
            choices.append(([], []))
            if f.clause:
                choices.append(([h.condition for h in f.clause], [self.say(h) for h in f.clause]))
            own_pairs = {frozenset((h.condition.left, h.condition.right)) for h in f.clause}
            around = [  # but for what its clause says, or the contrary of it
                h
                for h in (f.scope[-3:] if not f.conditional else ())
                if frozenset((h.condition.left, h.condition.right)) not in own_pairs
            ]
            for held in [[h] for h in around] + ([around] if len(around) > 1 else []):
                choices.append(([h.condition for h in held], [self.say(h) for h in held]))
        for conditions, notes in choices:
            for reading in own:
                yield conditions, [], reading, [*notes, *([NET] if reading.net else [])]
        names = {self.book.usage.split(n) for n in every if isinstance(n, Sym)}
        stacks = [key for key, marks in names if is_stacked(self.book, key, len(marks))]
        if stacks:  # the index of an example above a name comes behind those below it
            above = any((key.lower(), "sup") in self.book.usage.indexed for key in stacks)
            for stacked, other in (("rows", "columns"), ("columns", "rows")):
                said = f"the {other if above else stacked} of a matrix are the vectors of its small letter"
                note = f"needs that {said}"
                yield [], [], replace(base, stacked=stacked), [f"{note}, which the document does not state"]
        by = {t.base for n in nodes if isinstance(n, Deriv) for t in n.targets if isinstance(t, Sym)}
        like = [n for n in (every if by else []) if isinstance(n, Sym) and n.base in by]
        letters = {m.text for n in like for m in self.book.usage.split(n)[1] if m.kind == "letter"}
        others = _OTHERS.search(self.book.source.raw) is not None
        known = self.book.usage.letters - (self.compared() if others else set())
        paired = {x for pair in pairs_below(self.book.usage, nodes) for x in pair}  # r_{ij}: i and j differ
        paired |= entries_of_numbers(self.book, nodes)
        for named in _alone_and_together(letters - known):
            note = f"{' and '.join(named)} {'are' if named[1:] else 'is'} none of the others"
            if not others and not paired.issuperset(named):
                note = f"needs that {note}, which the document does not state"
            yield [], [], replace(base, labels=frozenset(named)), [note]
        held_of = {x for c, _ in choices for h in c for x in map(str, (h.left, h.right))}
        for hot, note in self.one_hot(a.node, b.node, held_of):
            for conditions, notes in choices:
                yield conditions, [], replace(base, hot=hot), [*notes, note]
        for hot, note in self.hot_unsaid(a.node, b.node):
            yield [], [], replace(base, hot=hot), [note]
        for apart, hot, note in self.stated_cold(f, nodes):
            yield [apart], [], replace(base, hot=hot), [note]
        for key, marks in self.taken_as_one(a.node, b.node):
            name = "_".join((key, *(m.text for m in marks)))
            note = f"needs that {name} is 1, a label of the true class, which the document does not state"
            for conditions, notes in choices:
                yield conditions, [], replace(base, put=((key, marks, ONE),)), [*notes, note]
        if not slopes and alone and not self.goes_on and self.is_hypothesis(a.node, b.node, f):
            return
        if not stated:
            for c, note in self.implied(f, nodes):
                yield [c], [], base, [note]
        summing = (([text], note) for text, note in self.hypotheses(nodes))
        for texts, note in chain_of(structured(self, nodes), summing):
            for conditions, notes in choices:
                yield conditions, texts, base, [*notes, note]
        told = told_values(self, nodes, a.at)
        for put, note in chain_of(complements(self, nodes, a.at), means(self, nodes), told):
            for conditions, notes in choices:
                yield conditions, [], replace(base, put=(put,)), [*notes, note]
        for text, loose, note in self.smoothed(nodes):
            for conditions, notes in choices:
                yield conditions, [text], replace(base, loose=loose), [*notes, note]
        for r in self.relations.about(nodes, a.at):
            for conditions, notes in choices:
                yield conditions, [r.text], replace(base, loose=r.loose), [*notes, r.note]
        for texts, note in at_zeros(self, self.relations, nodes, a.at):
            for conditions, notes in choices:
                yield conditions, texts, base, [*notes, note]
        for texts, loose, note in inverse_facts(self, nodes, a.at) if self.book.inverses.of else ():
            for conditions, notes in choices:
                yield conditions, texts, replace(base, loose=loose), [*notes, note]

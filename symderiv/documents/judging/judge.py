"""Each row of a document judged: definition, proved, wrong, undecided, unread, or no claim.

A row is wrong only where every reading of it is refuted, each with a witness; it is proved where one is,
under conditions that are listed.  Refute first, prove second; each link of a chain stands by itself.
"""

from __future__ import annotations

import os
import time
from dataclasses import replace

from symderiv.documents.content.book import Book
from symderiv.documents.content.conditions import (
    Held,
    are_contrary,
    between_letters,
    conditions_of,
    held_on,
    is_of_letters,
)
from symderiv.documents.content.defining import in_passing
from symderiv.documents.content.definition import Definition
from symderiv.documents.content.formulas import Formula
from symderiv.documents.content.gradients import forget, has_mean
from symderiv.documents.content.letting import is_case, of_others
from symderiv.documents.content.solving import is_slope, is_zero, sets_to_zero
from symderiv.documents.judging import sides
from symderiv.documents.judging.asked import Outcome
from symderiv.documents.judging.assumed import spells_out
from symderiv.documents.judging.choices import Choices
from symderiv.documents.judging.defined import judge_definition
from symderiv.documents.judging.extent import two_sizes
from symderiv.documents.judging.facts import (
    LACKS,
    bare_sum,
    head_letters,
    in_full,
    is_delta,
    is_mathematics,
    is_step,
    is_value,
    lacking_in,
    shown,
    tokens,
    unmarked_in_sum,
    unpaired,
)
from symderiv.documents.judging.hints import spoken_target, target_of
from symderiv.documents.judging.judged import WORDS, Judged, other_layout
from symderiv.documents.judging.naught import rests_on_nothing
from symderiv.documents.judging.outcomes import settled
from symderiv.documents.judging.relations import Relations
from symderiv.documents.judging.rounded import FAR, is_far
from symderiv.documents.judging.sought import SOUGHT, to_solve
from symderiv.documents.judging.structure import USUALLY
from symderiv.documents.matrix.orders import OTHER_ORDER
from symderiv.documents.matrix.vectors import pairs_of
from symderiv.documents.text.latex import DOTS, Unread
from symderiv.documents.text.marks import condition_of
from symderiv.documents.text.rows import A_PLACE, A_QUESTION, A_SET, Element, Row, Statement
from symderiv.documents.text.syntax import Deriv, Node, Number, Sym, walk
from symderiv.verify.claims import CHECKERS

#: Processor seconds of a row after which no further reading is tried.
ROW_SECONDS = 4.0
#: Faults that are ours, not the document's.
OURS = (AttributeError, TypeError, KeyError, IndexError, AssertionError)


class Judge(Choices):
    """Judges the rows of one document in order."""

    def __init__(
        self, book: Book, seconds: float = 5.0, total: float = 300.0, checkers: tuple[str, ...] = CHECKERS
    ) -> None:
        super().__init__(book, seconds, checkers)
        self.lacking: set[int] = set()  # where derivatives stand that lack a sign, as far as that is said
        self.deadline = time.thread_time() + total
        self.found: list[Judged] = []
        self.trail: list[tuple[Element | None, Element | None, Formula]] = []  # ends of displayed chains
        self.rows, self.goes_on, self.aside = 0, False, False
        self.unsolved: set[str] = set()  # names that do not solve what they are said to
        self.misnamed: list[tuple[Definition, Node]] = []  # definitions, and what their names say
        self.solving = -1  # the section with an equation that is to be solved
        self.relations = Relations(self)
        self.origin: Element | None = None  # what the chain of rows begins with

    def run(self) -> list[Judged]:
        """The verdicts in order."""
        self.inverses()
        self.pass_over()
        if self.is_logistic():
            self.book.logistic = True
            self.pass_over()
        if not self.settle():  # the names are not meant so: once more, as definitions
            forget(self.book)
            self.pass_over()
        if not self.book.symmetric:
            other_layout(self.found, self.book.source.raw, USUALLY)
        return self.found

    def pass_over(self) -> None:
        """Judge all rows in order."""
        self.found = []
        self.trail, self.origin, self.current = [], None, None
        self.rows, self.goes_on, self.solving = 0, False, -1
        for formula in self.book.formulas:
            self.formula(formula)

    def settle(self) -> bool:
        """Rows that are false in a sense that the document only implies: wrong where others hold in it."""
        held = [r for r in self.found if r.implied and r.word == "proved"]
        false = [r for r in self.found if r.implied and r.witness is not None]
        meant = len(held) > 1 and len(held) > len(false)
        for r in false if meant else ():
            r.word, r.reason = "wrong", ""
        return meant or not false

    # --- rows -------------------------------------------------------------------------------------

    def formula(self, f: Formula) -> None:
        if f.hidden:
            return
        if f.error is not None:
            self.rows += 1
            self.note("unread", f.error.at if f.error.at >= 0 else f.item.at, f, f.error.message)
            return
        heads: dict[int, tuple[Element | None, Element | None]] = {}  # of the chains, by their columns
        for row in f.rows:
            self.rows += 1
            leads = [t.text for t in row.tokens if t.kind != "quad" and t.text != "&"][-1:] == [":"]
            stated = [
                Held(c, row.at, "row")
                for c in conditions_of(row)
                if between_letters(c, f.places) or (leads and is_of_letters(c))
            ]
            before = len(self.found)
            for s in row.statements:
                said = condition_of(tokens(s))
                if said is not None and any(c.condition == said for c in stated):
                    continue
                head, self.origin = heads.get(s.column) or heads.get(0) or (None, self.origin)
                heads[s.column] = self.chain(f, row, s, stated, head), self.origin
            if len(self.found) == before:
                self.current = spoken_target(f, row) or self.current
                if stated:  # a row of its own: "if i = j:"
                    f.scope, f.conditional = held_on(f.scope, stated), False
                self.note("not a claim", row.at, f, "")

    def note(self, word: str, at: int, f: Formula, reason: str) -> None:
        self.found.append(Judged(word, at, at + 1, reason=reason, row=self.rows, display=f.item.display))

    def chain(
        self, f: Formula, row: Row, s: Statement, stated: list[Held], head: Element | None
    ) -> Element | None:
        """The links of one statement; its last element, which a row that begins with "=" goes on from."""
        elements = list(s.elements)
        relations = list(s.relations)
        self.goes_on, self.aside = s.leading, s.aside
        if not s.leading:
            self.origin = elements[0]
        if sets_to_zero(f, s):
            self.solving = f.section
        if s.leading and len(elements) == 1 and is_zero(elements[0].node) and is_slope(self.origin):
            self.solving = f.section  # "= 0" behind a derivative
        if s.leading:
            shown = (r for r in f.rows if r.statements or any(t.kind in ("num", "letter") for t in r.tokens))
            first = next(shown, row)  # not behind w \to w - d in one formula
            before = head or (self.left_off(f) if f.item.display and row is first else None)
            if before is not None:
                elements.insert(0, before)
                relations.insert(0, "")
        previous: Element | None = None
        for element, relation in zip(elements, relations, strict=True):
            if element.error is not None:
                word = "unread" if is_mathematics(element, s) else "not a claim"
                word = "not a claim" if element.error.message in (A_SET, A_PLACE, A_QUESTION) else word
                self.note(word, element.error.at, f, element.error.message)
                cut = relation not in ("", "=") or any(t.text == "begin" for t in element.tokens)  # cases
                cut = cut or (element.error.message == DOTS and is_zero(elements[-1].node))  # all of them 0
                previous = None if cut else previous
                continue
            if previous is not None:
                if relation == "=":
                    self.link(f, row, previous, element, stated, elements)
                    if s.leading and previous is elements[0] and head is None:
                        self.past_aside(f, row, element, stated, elements)
                else:
                    far = relation == "~" and is_far(previous, element, row.tokens)
                    word, why = ("wrong", FAR) if far else ("not a claim", "not an equation")
                    self.note(word, element.at, f, why)
                    if is_zero(element.node) and is_slope(self.origin):
                        self.solving = f.section
            previous = element if relation in ("", "=", "~") or previous is None else None
        if len(elements) == 2 and isinstance(elements[0].node, Sym) and isinstance(elements[1].node, Number):
            return previous  # x = 2: nothing goes on from a value that is given
        if previous is not None and f.item.display:
            self.trail.append((None if s.leading else elements[0], previous, f))
        elif previous is None and f.item.display:
            self.trail.append((None, None, f))  # what follows goes on from what was not read, or is no value
            return None if any(e.error is not None for e in elements) else head
        return previous or head

    def past_aside(
        self, f: Formula, row: Row, element: Element, stated: list[Held], elements: list[Element]
    ) -> None:
        """A formula that begins with "=" may go on from the chain before an equation in passing."""
        made = self.found[-1]
        if made.word != "wrong" or len(self.trail) < 2 or self.trail[-1][0] is None:
            return
        _, last, g = self.trail[-2]
        if last is not None and g.section == f.section:
            self.link(f, row, last, element, stated, [last, *elements[1:]])
            again = self.found.pop()
            if again.word == "proved":
                self.found[-1] = again

    def left_off(self, f: Formula) -> Element | None:
        """What a formula that begins with "=" goes on from: the last chain; where that is of the other case,
        what this one began with, or went on from."""
        start: Element | None = None
        for first, last, g in reversed(self.trail[-20:]):
            if g.section != f.section or not are_contrary(f, g):
                return start or last
            start = first or start
        return start

    def link(
        self, f: Formula, row: Row, a: Element, b: Element, stated: list[Held], chain: list[Element]
    ) -> None:
        assert a.node is not None
        assert b.node is not None
        self.current = target_of(a.node) or target_of(b.node) or self.current
        end = b.tokens[-1].at + len(str(b.tokens[-1]))
        made = Judged("undecided", b.at, end, row=self.rows, display=f.item.display, elements=(a, b))
        made.left, made.right = shown(self.book, a), shown(self.book, b)
        if a.at > row.at - 1 and a.at <= b.at:
            made.at = a.at
        self.found.append(made)
        definition = self.definition_of(a, b)
        if definition is not None and definition.version == 0 and not definition.active:
            definition = None  # it says backward what is defined elsewhere
        if definition is not None and (definition.version == 0 or definition.overload):
            judge_definition(self, f, made, definition, chain)
            return
        if any(x.link in ((id(a), id(b)), (id(b), id(a))) for x in self.book.totals.values()):
            made.word, made.reason = "definition", "a sum over steps"
            return
        made.implied = definition is not None and definition.implied and not definition.sure
        if is_delta(self.book, a.node, b.node):
            made.reason = "delta"
        keep = (
            frozenset(
                self.book.usage.letter(m.text)
                for e in chain
                if e.node is not None
                for n in walk(e.node)
                if isinstance(n, Sym)
                for m in self.book.usage.split(n)[1]
            )
            if not any(bare_sum(e.node) for e in chain if e.node is not None)
            else head_letters(self.book, chain)
        )
        one = len(chain) < 3 and is_value(self.book, a.node, b.node)
        passing = self.aside or not f.item.display
        if passing and (one or in_passing(chain) or self.is_other_value(definition)):
            made.word, made.reason = "not a claim", "a value"
            return
        try:
            self.decide(f, made, a, b, stated, keep, definition, chain)
            if made.word == "wrong" and definition is None and sides.is_posed(a, b, row.tokens):
                made.word, made.witness, made.reason = "undecided", None, "it is stated as a definition"
        except OURS as error:
            if os.environ.get("SYMDERIV_DEBUG"):
                raise
            made.word, made.witness = "undecided", None  # the other rows are judged all the same
            made.reason = f"internal error ({type(error).__name__}); please report it"

    def definition_of(self, a: Element, b: Element) -> Definition | None:
        for versions in self.book.definitions.values():
            for d in versions:
                if d.link in ((id(a), id(b)), (id(b), id(a))):
                    return d
        return None

    # --- deciding ---------------------------------------------------------------------------------

    def decide(
        self, f: Formula, made: Judged, a: Element, b: Element, stated: list[Held], keep: frozenset[str],
        definition: Definition | None, chain: list[Element],
    ) -> None:  # fmt: skip
        outcomes: list[Outcome] = []
        try:
            pairs = pairs_of(a, b)
        except Unread as error:
            made.word, made.reason = ("definition", made.reason) if definition else ("unread", error.message)
            if error.message == OTHER_ORDER and sides.slope_of_vector(self.book, a, b):
                made.reason = "as vectors: the shapes of the two sides differ"
            return
        if sides.are_sizes(a, b):
            made.word, made.reason = "not a claim", "sizes"
            return
        if sides.is_convention(self.book, a, b):
            made.word, made.reason = "not a claim", "a convention"
            return
        if sides.is_over_parts(a, b):
            made.reason = "its sums are over several sets"
            return
        if lacking := [n for n in lacking_in(a, b) if n.at not in self.lacking]:
            self.lacking.update(n.at for n in lacking)
            made.word, made.reason = "wrong", LACKS[lacking[0].lacks]
            made.suggestion = in_full(lacking[0], self.book.source.text)
            return
        assert a.node is not None
        assert b.node is not None
        update = definition is None and len(chain) < 3 and self.is_update(a.node, b.node)
        skip = {d.link[0] for d in ([definition] if definition else [])}
        started, cut_short = time.thread_time(), False
        for conditions, assume, reading, notes in self.readings(f, a, b, stated, keep, len(chain) < 3):
            if time.thread_time() > self.deadline:
                made.word, made.reason = "undecided", "the time for this document is over"
                return
            unstated = bool(conditions or reading.labels) and not assume
            unstated = unstated and any(n.startswith("needs ") for n in notes)
            if unstated and not any(o.word == "refuted" for o in outcomes):
                continue  # a row that is not understood without it is not understood
            if outcomes and time.thread_time() - started > ROW_SECONDS:
                cut_short = True  # undecided in many readings
                break
            outcome = self.best(pairs, a.at, reading, conditions, assume, skip)
            lettered = any(not x.isdigit() for x in reading.labels)
            if lettered and outcome.word == "proved" and self.is_nothing(pairs, a.at, reading, skip):
                made.reason = "no entry of this letter stands in what is differentiated"
                continue  # 0 = 0: the letter's entry is not there
            hollow = unstated and not (lettered or is_zero(a.node) or is_zero(b.node))
            hollow = hollow and outcome.word == "proved"
            if hollow and self.is_nothing(pairs, a.at, reading, skip, conditions):
                continue  # under what nobody says, 0 = 0
            step = update and any(isinstance(n, Deriv) for n in walk(b.node))  # one that is 0 here
            if step or rests_on_nothing(self, outcome, pairs, a, b, reading, skip):
                outcome = replace(outcome, word="undecided")
            made.skip = skip
            made.tried.append((conditions, assume, reading))
            if outcome.word == "proved":
                made.word, made.claim, made.checkers = "proved", outcome.claim, outcome.checkers
                made.under = [*notes, *filter(None, [two_sizes(a.node, b.node)])]
                made.reason = outcome.reason
                made.unstated, made.layout = unstated and not of_others(f), outcome.layout
                if definition is not None:
                    definition.agrees = definition.agrees or not notes
                    definition.active = definition.active or bool(reading.hot[0])  # of all labels
                false = self.vanishing(pairs, a.at, reading, conditions, skip)
                if false is not None:
                    made.word, made.witness, made.reason = "wrong", false.witness, false.reason
                return
            outcomes.append(outcome)
        outcomes = settled(outcomes, made.tried)
        decisive = [o for o in outcomes if o.word == "refuted"]
        clear = [o for o in outcomes if o.word != "meaningless"]
        first = (decisive or outcomes)[0]
        made.reason, made.claim = first.reason, first.claim
        if update:
            made.word, made.reason = "not a claim", "an update"
            return
        if (
            decisive
            and not cut_short
            and len(decisive) == len(clear)
            and not any(o.weak for o in decisive[:1])
        ):
            if definition is not None and made.implied:
                made.word, made.reason = "definition", definition.key
                made.witness = None if has_mean(definition) else first.witness
                definition.active = has_mean(definition)
                return
            ways = list(self.readings(f, a, b, stated, keep, len(chain) < 3))
            plain = [(c, reading) for c, assume, reading, _ in ways if not assume]
            if definition is not None and self.in_case(f, made, definition, pairs, b, skip, plain):
                return
            if definition is not None and self.is_anew(f, definition, a, b):
                made.word, made.reason = "definition", f"{definition.key} is defined anew"
                definition.active = definition.anew = not self.is_value_only(definition)
                return
            if definition is not None and not f.item.display and self.speaks_of_entry(definition):
                made.word, made.reason = "undecided", f"{definition.key} is said here of one entry"
                return
            case = (f.conditional and not f.item.display) or is_case(self.book.source, f)
            if case or (a.let and definition is None):
                made.word, made.reason = "not a claim", "said under a condition, or to be so"
                return
            if why := self.is_repeated(a, b, chain) or ("" if self.goes_on else self.assumed(f, a, b, chain)):
                made.word, made.reason = "not a claim", why
                self.solving = f.section if is_zero(a.node) and self.says_to_solve() else self.solving
                return
            written = [x.written or x.node for x in (a, b)]
            if bare := unmarked_in_sum(self.book, *written):
                made.word, made.reason = "undecided", f"{bare} is written without its index in a sum"
                return
            if pair := unpaired(self.book, *written):
                made.word, made.reason = "undecided", f"{pair} stands for a vector and for a number"
                return
            nodes = [n for x in written if x is not None for n in walk(x)]
            if is_step(chain) and any(isinstance(n, Deriv) for n in nodes):
                made.word, made.reason = "undecided", "the gradient is that at the step before"
                return
            if to_solve(self, f, made, chain):
                return
            if self.is_implicit(a, b) or self.is_open_equation(f, a, b, chain) or self.is_led(f, a, b, chain):
                made.word, made.reason = "undecided", SOUGHT
                return
            for conditions, assume, reading, notes in ways:
                said = self.as_otherwise_defined(f, pairs, a.at, reading, conditions, assume, skip)
                unstated = bool(conditions or reading.labels) and any(n.startswith("needs ") for n in notes)
                if said is not None and (assume or not unstated):
                    made.word, made.claim, made.checkers = "proved", said.claim, said.checkers
                    made.under, made.reason = notes, said.reason
                    return
            if why := self.why_not(f, a, b):
                made.word, made.reason = "undecided", why
                return
            if self.by_range(made, self.in_range(f, pairs, b, a.at, skip, plain)):
                return
            made.word, made.witness = "wrong", first.witness
            made.unless = first.apart or (self.of_two_senses(f, a, b) if definition is None else "")
            if len(chain) == 2 and (name := spells_out(a.node, b.node)):
                made.unless = f"{name} may be another function here"
            if made.at < first.place < made.end:
                made.at = first.place
            self.same_slip(f, made, stated, keep)
            if made.word == "wrong":
                self.slip_before(f, made, stated, keep)
            return
        if definition is None and clear and sides.is_own_value(self.book, a, b):
            made.word, made.reason, made.witness = "wrong", LACKS["value"], first.witness
            return
        undecided = next((o for o in outcomes if o.word == "undecided"), first)
        made.word, made.reason = "undecided", undecided.reason or "neither proved nor refuted"
        if definition is None and (is_zero(a.node) or is_zero(b.node)) and to_solve(self, f, made, chain):
            return
        if all(o.word in ("unread", "meaningless") for o in outcomes):
            made.word = "unread" if any(o.word == "unread" for o in outcomes) else "undecided"
        if definition is not None:
            made.word = "definition"
            mixed = any(o.mixed for o in outcomes)
            definition.active = definition.active or self.takes_over(definition, mixed)


__all__ = ["WORDS", "Judge", "Judged"]

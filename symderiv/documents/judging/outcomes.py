"""A reading of a row to what it comes to: written in the notation, and judged by the verifier."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

from symderiv.definitions import Function
from symderiv.documents.content.hypotheses import Stated, under
from symderiv.documents.content.solving import is_zero
from symderiv.documents.judging.asked import Asked, Outcome
from symderiv.documents.judging.extent import ends_apart, one_more, uneven
from symderiv.documents.judging.hints import target_of
from symderiv.documents.judging.rounded import agrees, is_instance, nearly
from symderiv.documents.matrix.vectors import Pair, Ways
from symderiv.documents.meaning.claims import NO_INDEX, function_of, sized, tied
from symderiv.documents.meaning.derivatives import UNSTATED
from symderiv.documents.meaning.implied import free_letters, summed
from symderiv.documents.meaning.reading import Circular, Reading, Unclear, padded
from symderiv.documents.meaning.scoped import narrowed
from symderiv.documents.meaning.writer import Writer
from symderiv.documents.text.syntax import (
    Add,
    Condition,
    Deriv,
    Mark,
    Node,
    Number,
    Sym,
    walk,
    widened,
)
from symderiv.errors import InputError

#: What depends on how many entries there are.
_COUNTED = re.compile(r"\b(?:sum|prod|max|min)\[|<")
_ZERO = Number(Fraction(0))
#: What is said of a row whose conditions contradict one another.
NAUGHT = "it is 0 for all values"
NO_DIVISOR = "it divides by what is 0 for all values"
HOW_MANY = "how many entries there are may decide"
NO_INSTANCE = "its conditions leave no instance: nothing is claimed"


#: What is said of a row whose sum may come to one term.
MAY_BE_HOT = "it may rest on a label that is one-hot"
#: What is assumed to be a number.
_VALUE = re.compile(r"\w+ = -?\d+(?:/\d+)?")
#: A reason that is this one alone.
_BARE = re.compile(r"[^;]* is written without its indices")


class Outcomes(Asked):
    """Judges single readings."""

    def best(
        self, pairs: list[list[Pair]], at: int, reading: Reading, conditions: list[Condition],
        assume: list[str], skip: set[int],
    ) -> Outcome:  # fmt: skip
        """The best that the ways to read a row come to: refuted only where each of them is."""
        found: list[Outcome] = []
        for pair in pairs:
            each: list[Outcome] = []
            for x, y in pair:
                each.append(self.outcome(x, y, at, reading, conditions, assume, skip))
                if each[-1].word == "refuted" and not each[-1].weak:
                    break
            worst = next((o for o in each if o.word == "refuted" and not o.weak), None)
            if worst is not None and len(pair) > 1:
                worst = replace(worst, place=pair[len(each) - 1][1].at)
            worst = worst or next((o for o in each if o.word != "proved"), each[0])
            if worst.word == "proved":
                return replace(worst, layout=pairs.layout(pair)) if isinstance(pairs, Ways) else worst
            if worst.word == "refuted" and "taken as the logistic" in worst.reason and not reading.generic:
                each = [
                    self.outcome(x, y, at, replace(reading, generic=True), conditions, assume, skip)
                    for x, y in pair
                ]
                worst = next((o for o in each if o.word == "refuted" and not o.weak), worst)
            found.append(worst)
        last = found[-1]
        bare = _BARE.fullmatch(last.reason) is not None
        bare = bare and last.word == "refuted"
        if len(found) > 1 and (
            last.mixed or bare or (last.word == "undecided" and UNSTATED in last.reason)
        ):  # not as it stands, but with the shapes that fit
            found.pop()
        clear = [o for o in found if o.word != "meaningless"]
        return next((o for o in clear if o.word != "refuted" or o.weak), found[0])

    def is_nothing(
        self, pairs: list[list[Pair]], at: int, reading: Reading, skip: set[int],
        conditions: Sequence[Condition] = (),
    ) -> bool:  # fmt: skip
        """Whether a row says no more than that 0 is 0, or that nothing is added to a name."""
        a, b = pairs[0][0]
        naught = self.outcome(b, _ZERO, at, reading, list(conditions), [], skip, quick=True)
        return self.is_update(a, b) or naught.word == "proved"

    def vanishing(
        self, pairs: list[list[Pair]], at: int, reading: Reading, conditions: list[Condition], skip: set[int]
    ) -> Outcome | None:
        """A partial by a defined name that is false as it stands, though both sides agree once the name is
        written out: since a term of it, false in itself, vanishes then."""
        a, b = pairs[0][0]
        if reading.formal or len(pairs[0]) > 1 or not isinstance(a, Deriv) or len(a.targets) != 1:
            return None
        target = a.targets[0]
        if not isinstance(target, Sym):
            return None
        key, marks = self.book.usage.split(target)
        if self.book.find(key, len(marks), at) is None:
            return None
        loose = replace(reading, loose=self.book.usage.ident(key, len(marks)))
        found = self.outcome(a, b, at, loose, conditions, [], skip)
        if found.word != "refuted" or found.weak:
            return None
        formal = replace(loose, formal=True)
        if self.outcome(a, b, at, formal, conditions, [], skip, quick=True).word == "proved":
            return None  # a chain rule by two ways, each with the other name held
        for term in b.terms if isinstance(b, Add) else (b,):
            if not isinstance(term, Number):
                zero = self.outcome(term, _ZERO, at, reading, conditions, [], skip, quick=True)
                if zero.word == "proved":
                    return replace(found, reason=f"a term of it is 0 only once {key} is written out")
        return None

    def outcome(
        self, a: Node | None, b: Node | None, at: int, reading: Reading, conditions: list[Condition],
        assume: list[str], skip: set[int], quick: bool = False,
    ) -> Outcome:  # fmt: skip
        """One reading, judged by the verifier."""
        saved, self.book.usage.labels = self.book.usage.labels, reading.labels
        try:
            found = self.outcome_of(a, b, at, reading, conditions, assume, skip, quick)
            if found.word == "refuted" and self.of_bare(found, a, b) and not (quick or reading.total):
                # C of the entries C_ij is one of them or their sum, or their mean where a size is named
                total = replace(reading, total=True)
                summed = self.outcome_of(a, b, at, total, conditions, assume, skip, quick)
                if summed.word == "proved":
                    return summed
                both = summed.word == "refuted" and not summed.weak and "<" not in summed.claim
                return replace(found, weak=not both)
            if found.word == "proved" or reading.tied or not self.ones:
                return found
            again = self.outcome_of(a, b, at, replace(reading, tied=True), conditions, assume, skip, quick)
            better = again.word == "proved" or (NO_INDEX in found.reason and NO_INDEX not in again.reason)
            return again if better else found
        finally:
            self.book.usage.labels = saved

    def with_values(self, w: Writer, assume: list[str], *sides: Node) -> Function:
        """The function of a claim; what is assumed to be a number, and is no variable, is that number."""
        by = {self.book.usage.ident(*x) for x in self.targets_in([n for x in sides for n in walk(x)])}
        free = set(w.inputs) - by
        found = [t for t in assume if _VALUE.fullmatch(t) and t.partition(" ")[0] in free]
        solved = [t for t in assume if " := " in t]
        plain = function_of(w, [t for t in assume if t not in found and t not in solved])
        found += [t.replace(" := ", " = ") for t in solved if re.split(r"\W", t)[0] in free]
        return under(plain, found, []) if found else plain

    def of_bare(self, found: Outcome, *sides: Node | None) -> bool:
        """Whether the one doubt is how a loss is meant that stands without the indices of its definition."""
        bodies = [n.body for x in sides if x is not None for n in walk(x) if isinstance(n, Deriv)]
        losses = {self.book.usage.split(n)[0] for n in bodies if isinstance(n, Sym)}
        return _BARE.fullmatch(found.reason) is not None and self.dropped <= losses

    def outcome_of(
        self, a: Node | None, b: Node | None, at: int, reading: Reading, conditions: list[Condition],
        assume: list[str], skip: set[int], quick: bool,
    ) -> Outcome:  # fmt: skip
        """One reading, with its labels set."""
        assert a is not None
        assert b is not None
        self.ones = False  # whether vectors of ones stand in it, of one size
        if reading.wide:
            a, b = widened(a), widened(b)
        if reading.narrow:
            a, b = narrowed(a), narrowed(b)
        same: dict[str, str] = {}
        apart = []
        usage = self.book.usage
        if reading.implied:
            outer = free_letters(usage, a) | free_letters(usage, b)
            a, b = summed(usage, a, outer), summed(usage, b, outer)
        for c in conditions:
            if not (isinstance(c.left, Mark) and isinstance(c.right, Mark)):
                continue
            one, two = (
                f"pos{m.text}" if m.kind == "number" else usage.letter(m.text) for m in (c.left, c.right)
            )
            if c.op == "=":
                same |= {t: one for m in (c.left, c.right) for t in (m.text, usage.letter(m.text))}
            elif c.op == "neq":
                apart.append((one, two))
        names = {x: same.get(text, x) for text, x in ((t, usage.letter(t)) for t in same)}
        apart = [(names.get(one, one), names.get(two, two)) for one, two in apart]
        if any(one == two for one, two in apart):
            return Outcome("undecided", NO_INSTANCE)
        w = Writer(self.book, at, replace(reading, same=tuple(sorted(same.items()))))
        w.skip = skip
        met: list[tuple[str, Stated]] = []
        listed = False
        w.cut = {reading.loose} if reading.loose else set()
        w.current = target_of(a) or target_of(b) or self.current
        try:
            left = w.text(a)
            left_free, left_opaque, left_inputs = dict(w.free), set(w.opaque), set(w.inputs)
            w.inputs = {}
            w.free, w.opaque = dict(left_free), set()
            right = w.text(b)
            self.ones = bool(w.ones) and len(set(re.findall(r"<\w+>", f"{left} {right} {w.statements}"))) == 1
            free = list(w.free)
            counted = any(_COUNTED.search(x) for x in (left, right, *w.statements))
            listed = sorted(w.places) in ([f"pos{n + k}" for n in range(len(w.places))] for k in (0, 1))
            lettered = listed and set(free) > set(w.places)  # z = w_1 x_1 + w_2 x_2, dz/dw_i = x_i
            if len(w.places) > 1 and (lettered or (counted and (self.book.few or listed))):
                w.weak.append(HOW_MANY)
                more = self.other_places(w.places)  # so that a witness has all of them
                w.places, free = w.places | dict.fromkeys(more), [*free, *more]
            self.doubt(w, left_inputs, set(w.inputs), a, b)
            lone = self.apart(left_inputs, set(w.inputs), a, b)
            if w.places or isinstance(a, Number) or isinstance(b, Number):
                for name in sorted({*w.free, *left_inputs, *w.inputs} & self.valued()):
                    w.weak.append(f"{name} is given a number")
            one_letters, two_letters = set(left_free), set(w.free) - set(left_free)
            if 0 <= self.book.implied_sums <= at and not reading.implied:
                w.weak.append("indices that stand twice may be summed over")
            labels = one_letters & {usage.letter(x) for x in usage.bases}  # 1{y = j}: y is the label
            one_hot = self.book.one_hot and not reading.hot[0]
            if one_hot and two_letters and one_letters <= labels and not self.sums_labels(b):
                w.weak.append(MAY_BE_HOT)
            if self.book.one_hot and self.for_label(left_inputs, set(w.inputs)):
                w.weak.append("a label that is one-hot may stand for its place")
            w.inputs = {**dict.fromkeys(left_inputs, 0), **w.inputs}
            plain = (left, right)
            right = tied(w, left, right)
            left, right = sized(w, padded(left, free)), sized(w, padded(right, free))
            if w.places and w.ranged:
                raise Unclear("entries by number beside a sum that begins at one")
            for one, two in [*apart, *combinations(w.places, 2)]:
                if one in free and two in free:
                    left, right = (f"where({one} != {two}, {x}, 0)" for x in (left, right))
            claim = f"{left} = {right}"
            kept = [t for t in assume if _about(t) & set(w.inputs)]
            if assume and not kept:
                return Outcome("meaningless", "the assumption is about nothing here")
            function = self.with_values(w, kept, a, b)
            first = self.verified(function, claim, min(self.seconds, 1.0) if quick else self.seconds)
            if first.word == "proved" and w.constant and not (is_zero(a) or is_zero(b)):
                said = f"what {min(w.constant)} depends on is not said"
                word = "meaningless" if reading.labels else "undecided"  # w_i that is none of the w_d
                return Outcome(word, said, None, claim, (), True)
            below = [self.with_definitions([*walk(x)]) for x in (a, b)]
            longer = one_more(*below) or one_more(*below[::-1])
            if first.word == "proved" and (longer or uneven(a, b) or ends_apart(a, b)):
                return Outcome(
                    "undecided", "the sums do not run over the same numbers", None, claim, (), True
                )
            if first.word == "proved" and quick:
                return Outcome("proved")
            if first.word == "proved":
                agreed = self.agreed(function, claim, first)
                return Outcome("proved", "; ".join(dict.fromkeys([*w.weak, *w.noted])), None, claim, agreed)
            if first.word == "refuted" and first.witness is not None:
                if self.has_so_many(first.witness, len(w.places) if listed else 0):
                    w.weak = [x for x in w.weak if x != HOW_MANY]
                said = agrees(a, b, first.witness, not w.inputs)
                if said and not w.inputs:
                    return Outcome("proved", said, None, claim, ("balls",))
                if not said and (worked := self.at_values(w, function, claim, a, b)) is not None:
                    return worked
                if not w.inputs and nearly(a, b, first.witness):
                    return Outcome("undecided", "the last digit differs", None, claim, (), True)
                if said or (w.inputs and is_instance(a, b)):
                    return Outcome("undecided", said or "numbers are put in for names", None, claim, (), True)
            if not quick:
                met, first = self.if_stated(w, function, claim, first)
                if first.word == "proved":
                    said = "; ".join(dict.fromkeys([*w.weak, *w.noted, *(x.say() for _, x in met)]))
                    return Outcome("proved", said, None, claim, ("calculus",))
                milder = self.if_positive(w, function, claim, kept, first)
                milder = milder or self.if_slope(w, claim, kept, first)
                if milder is not None:
                    return milder
        except Circular as error:
            return self.held(a, b, at, reading, conditions, assume, skip, quick, error)
        except Unclear as error:
            return Outcome(error.word, error.message)
        except InputError as error:
            no_sense = bool(reading.labels) or "an assumption constrains" in error.message
            return Outcome("meaningless" if no_sense else "undecided", error.message)
        except RecursionError:
            return Outcome("undecided", "the terms are nested too deeply")
        twice = self.more_doubt(w, a, b, plain)
        if first.witness is not None and self.past_ends([*walk(a), *walk(b)], first.witness):
            w.weak.append("an entry before the first one, or behind the last, stands in it")
        self.dropped = w.dropped_names
        one_sided = left_opaque != w.opaque or self.slope_of_unknown(w, a, b)
        weak = bool(w.weak) or one_sided
        reason = "; ".join(dict.fromkeys(w.weak)) or (
            "an unknown function stands on one side only" if one_sided else first.reason
        )
        witness = first.witness
        for ident, x in met:
            witness = x.seen(ident, witness)
        mixed = bool(twice or w.dropped_names)
        return Outcome(first.word, reason, witness, claim, (), weak, mixed, apart=lone)

    def held(
        self, a: Node, b: Node, at: int, reading: Reading, conditions: list[Condition],
        assume: list[str], skip: set[int], quick: bool, error: Circular,
    ) -> Outcome:  # fmt: skip
        """A reading with a name held as an input that is defined by itself: it is said of two layers."""
        for name in dict.fromkeys(error.names) if not reading.loose else ():
            loose = replace(reading, loose=name)
            found = self.outcome(a, b, at, loose, conditions, assume, skip, quick)
            if found.word == "proved" and "depends on" not in found.reason:
                return found
        return Outcome("undecided", error.message)


def settled(
    outcomes: list[Outcome], tried: list[tuple[list[Condition], list[str], Reading]]
) -> list[Outcome]:
    """Outcomes without those whose one doubt is a label that is one-hot, where such a reading is refuted."""
    rest = [o for o in outcomes if o.word != "refuted" or o.reason != MAY_BE_HOT]
    hot = any(reading.hot[0] for *_, reading in tried)
    return rest if hot and any(o.word == "refuted" and not o.weak for o in rest) else outcomes


def _about(assumption: str) -> set[str]:
    """The inputs that an assumption is about."""
    found = set(re.findall(r"(?<!\w)([A-Za-z]\w*)\[", assumption)) - {"sum"}
    return found or set(re.findall(r"(?<!\w)[A-Za-z]\w*(?!\w*\()", assumption))

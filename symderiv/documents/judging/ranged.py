"""Rows that are said for some values only: "for $x > 0$", where what a maximum is taken of is positive.

Input: a row and the readings of it.  Output: what it comes to for these values.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from symderiv.documents.content.definition import Definition
from symderiv.documents.content.formulas import Formula
from symderiv.documents.judging.asked import Outcome
from symderiv.documents.judging.assumed import ARROWS
from symderiv.documents.judging.judged import Judged
from symderiv.documents.judging.outcomes import Outcomes
from symderiv.documents.judging.ranges import active_in, only_ranges, ranges_beside, said_positive
from symderiv.documents.matrix.vectors import Pair
from symderiv.documents.meaning.reading import Reading
from symderiv.documents.text.rows import Element, Row
from symderiv.documents.text.syntax import (
    Add,
    Apply,
    Cases,
    Condition,
    Deriv,
    Div,
    Fn,
    Node,
    Number,
    Sym,
    walk,
)

#: Words of what is left out, of a choice, and of what it is for.
_LESS = re.compile(r"\W*(?:without|ignoring|omitting|dropping|neglecting|leaving out|up to|ohne|sans|sin)\b")
_LET_BEHIND = re.compile(
    r"(?:[\s$\\\])]|</?\w+>|end\{[a-z]+\*?\})*"
    r"(?:とする|とおく|とします|と定義|라고? 하|라고? 두|로 두|으?로 정의)"
)
_OR = re.compile(r"(?:\bor(?: simply| just)?|或者?|oder|\bou)[\s,]*$")
_QUALIFIED = re.compile(r"[$)\\\s,(]*(?:for|without|with|if|when|in|under|depending|per|instead)\b")


def _sloped(nodes: list[Node]) -> bool:
    return any(isinstance(n, Deriv) or (isinstance(n, Sym) and bool(n.primes)) for n in nodes)


class Ranged(Outcomes):
    """Judges rows for the values that are said beside them."""

    def in_range(
        self, f: Formula, pairs: list[list[Pair]], b: Element, at: int, skip: set[int],
        readings: Sequence[tuple[list[Condition], Reading]],
    ) -> Outcome | None:  # fmt: skip
        """A row for the values that are said beside it; None where none are, or it is false for them."""
        row = next(r for r in f.rows if any(e is b for s in r.statements for e in s.elements))
        positive = active_in(self.book, f, row)
        told = ranges_beside(self.book, f, row, positive)
        said = bool(positive) or said_positive(self.book, f)
        if (positive and "" not in told) or (not told and (said or self.has_margin(row))):
            active = [self.best(pairs, at, replace(x, active=True), c, told, skip) for c, x in readings]
            held = next((o for o in active if o.word == "proved"), None)
            if held is not None and not said:
                return Outcome("undecided", "it holds where what a maximum is taken of is positive")
            return held and replace(held, reason="where what a maximum is taken of is positive")
        if not told:
            return None
        if "" in told:
            return Outcome("undecided", "it is said of some values only")
        outcomes = [self.best(pairs, at, reading, conditions, told, skip) for conditions, reading in readings]
        found = next((o for o in outcomes if o.word == "proved"), None)
        found = found or next((o for o in outcomes if o.word == "undecided"), None)
        return found and replace(found, reason=f"for {' and '.join(told)}")

    def by_range(self, made: Judged, ranged: Outcome | None) -> bool:
        """Set the verdict of a row for the values that are said beside it."""
        if ranged is not None:
            made.word, made.reason = ranged.word, ranged.reason
            made.claim, made.checkers = ranged.claim, ranged.checkers
        return ranged is not None

    def in_case(
        self, f: Formula, made: Judged, d: Definition, pairs: list[list[Pair]], b: Element, skip: set[int],
        readings: Sequence[tuple[list[Condition], Reading]],
    ) -> bool:  # fmt: skip
        """Whether a definition only says what another one is for some values: "for $x > 1$, $f(x) = x$"."""
        first = self.book.definitions[d.key, len(d.letters)][0]
        if first is d or not any(isinstance(n, Cases) for n in walk(first.body)) or not self.in_other_case(f):
            return False
        return self.by_range(made, self.in_range(f, pairs, b, made.at, skip, readings))

    def has_margin(self, row: Row) -> bool:
        """Whether a row without a maximum has the derivative of a loss that is one of 0 and a difference."""
        sides = [e.node for s in row.statements for e in s.elements if e.node is not None]
        nodes = [n for x in sides for n in walk(x)]
        if any(isinstance(n, Fn) and n.name == "max" for n in nodes):
            return False
        below = [n.args for n in self.with_definitions(nodes) if isinstance(n, Fn) and n.name == "max"]
        return any(Number(Fraction(0)) in x and any(isinstance(y, Add) for y in x) for x in below)

    def is_led(self, f: Formula, a: Element, b: Element, chain: list[Element]) -> bool:
        """Whether an arrow stands between a relation and another one that is the same, solved for something:
        ``1 = c Z => c = 1/Z``; both are equations, and none is a claim."""
        row = next((r for r in f.rows if any(e is b for s in r.statements for e in s.elements)), None)
        if row is None or len(chain) > 2 or a.node is None or b.node is None:
            return False
        nodes = [n for x in (a.node, b.node) for n in walk(x)]
        names = [n for n in nodes if isinstance(n, Sym) and not (n.sub or n.sup)]
        free = {key for n in names for key, _ in [self.book.usage.split(n)] if not self.book.arities(key)}
        if isinstance(a.node, (Sym, Apply)) or not free - set(self.book.usage.sizes) or _sloped(nodes):
            return False  # a claim, and what comes of it
        here = next(n for n, s in enumerate(row.statements) if any(e is b for e in s.elements))
        for n in (here - 1, here + 1):
            other = row.statements[n] if 0 <= n < len(row.statements) else None
            if other is None or other.relations != ["", "="] or other.leading:
                continue
            c, d = (e.node for e in other.elements)
            ends = sorted((b.at, other.elements[0].at))
            arrow = any(t.text in ARROWS and ends[0] < t.at < ends[1] for t in row.tokens)
            if not arrow or c is None or d is None:
                continue
            whole = Div(a.node, b.node)
            for turned in (Div(c, d), Div(d, c)):
                found = self.outcome(whole, turned, a.at, Reading(), [], [], set(), quick=True)
                if found.word == "proved":
                    return True
        return False

    def is_alternative(self, f: Formula) -> bool:
        """Whether the words around say that another one may be taken: "or ... without the bias", or, in
        languages in which this stands behind, that it is to be so: "とする"."""
        text = self.book.source.text
        before = re.split(r"[.;:!?](?:\s|$)", f.before.lower().replace("@", " "))[-1]
        behind = text[f.item.at + len(f.item.text) :][:60].lower()
        return bool(
            _LET_BEHIND.match(behind)
            or _LESS.match(before)
            or (_OR.search(f.before.lower()) and _QUALIFIED.match(behind))
        )

    def is_value_only(self, d: Definition) -> bool:
        """Whether it is worked out what a name is for some numbers, ``y = 5 \\cdot 2`` of ``y = w x``."""
        first = self.book.definitions[d.key, len(d.letters)][0]
        one, two = (any(isinstance(n, (Sym, Apply)) for n in walk(x.body)) for x in (first, d))
        return one and not two

    def is_other_value(self, d: Definition | None) -> bool:
        """Whether a name is given another number than before: one of two solutions."""
        if d is None or not d.version:
            return False
        versions = self.book.definitions[d.key, len(d.letters)]
        return not any(isinstance(n, (Sym, Apply)) for x in versions for n in walk(x.body))

    def of_other_values(self, d: Definition, first: Definition) -> bool:
        """Whether two definitions are said for some values each: "for $x \\geq 0$:", "for $x < 0$:"."""
        told = []
        for x in (d, first):
            f = self.book.formula_at(x.at)
            rows = [r for r in f.rows if r.at <= x.at <= r.tokens[-1].at] if f is not None else []
            told.append(ranges_beside(self.book, f, rows[0]) if f is not None and rows else [])
        return all(told) and set(told[0]) != set(told[1])

    def in_other_case(self, f: Formula) -> bool:
        """Whether a range of values stands right before what is said: "for $x < 0$: $f(x) = 0$"."""
        place = next(n for n, g in enumerate(self.book.formulas) if g is f)
        last = self.book.formulas[place - 1] if place and not f.item.display else None
        beside = last is not None and re.search(r"@\W*(?:(?:let|then|we have|define)\W*)?$", f.before.lower())
        return last is not None and bool(beside) and only_ranges(last)

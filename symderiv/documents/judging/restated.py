"""A name that is defined a second time: said anew (of something else), or restated, and then it must agree.

What decides, in this order: words (let, now; recall, as above), the rows behind it that hold with one of the
two definitions only, and whether a slip at one place would make the one of the other.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace

from symderiv.documents.content.defining import elements_of
from symderiv.documents.content.definition import Definition
from symderiv.documents.content.formulas import Formula
from symderiv.documents.content.heads import is_constant, is_named, is_written
from symderiv.documents.content.letting import is_let
from symderiv.documents.judging.asked import Outcome
from symderiv.documents.judging.cues import CUES, FOLLOWS, RECALLS, words_before
from symderiv.documents.judging.judged import Judged
from symderiv.documents.judging.otherwise import otherwise
from symderiv.documents.judging.parallel import (
    are_exercises,
    are_titled_apart,
    is_contrasted,
    is_parallel,
    is_refined,
)
from symderiv.documents.judging.ranged import Ranged
from symderiv.documents.matrix.vectors import Pair, pairs_of
from symderiv.documents.meaning.reading import Circular, Reading, Unclear
from symderiv.documents.meaning.writer import Writer
from symderiv.documents.text.changes import changes, exchanged
from symderiv.documents.text.latex import Unread
from symderiv.documents.text.rows import Element
from symderiv.documents.text.syntax import (
    Add,
    Apply,
    Big,
    Condition,
    Deriv,
    Fn,
    Neg,
    Node,
    Pow,
    Sym,
    walk,
)
from symderiv.documents.usage.ranked import factors_of
from symderiv.errors import InputError

_LABEL = re.compile(r"[\s*_+-]*([A-Za-z][\w /-]{0,40}?)[*_]*[:.][*_]*\s*(?:\$+|\\[\[(])?\s*")
#: What opens a display.
_OPENING = re.compile(r"(?:\s|\$\$|\\\[|```math|\\begin\{[a-z]+\*?\}|&)+\Z")
#: What is said of a relation between inputs.
ASSUMED = "a relation that is assumed"
#: Rows that are asked which definition they rest on, changes tried, seconds for them.
_ROWS, _TRIED, _SECONDS = 4, 120, 3.0

#: Words of rows that do not hold as they should.
_NO = ("refuted", "doubted", "meaningless")

#: What puts a value in for a name.
_PUT_IN = re.compile(
    r"substitut|plug|insert|put(?:ting)? in|代入|带入|대입|einsetz|einsetzen|sustitu|reemplaz|remplaç|подстав"
)
Link = tuple[Element, Element]


class Restated(Ranged):
    """Tells a definition said anew from one that is restated."""

    found: list[Judged]  #: the verdicts so far
    origin: Element | None  #: what the chain of rows begins with

    def as_otherwise_defined(
        self, f: Formula, pairs: list[list[Pair]], at: int, reading: Reading, conditions: list[Condition],
        assume: list[str], skip: set[int],
    ) -> Outcome | None:  # fmt: skip
        """A row that holds with the other one of two definitions of a name in the same section."""
        nodes = self.with_definitions([n for pair in pairs[:1] for one in pair for x in one for n in walk(x)])
        keys = {self.book.usage.split(n)[0] for n in nodes if isinstance(n, Sym)}
        again = [
            d
            for versions in self.book.definitions.values()
            for d in versions[1:]
            if d.key in keys and not d.overload and d.at <= at
            if not any(r.at <= d.at < r.end for r in self.found if r.word == "wrong")  # one is a slip
            if d.section == versions[0].section == f.section
        ]
        active = [d for d in again if d.active]
        for newer in (*(active[n:] for n in range(len(active))), [d for d in again if not d.active]):
            if not newer:
                continue
            first = newer[0].active
            for d in newer:
                d.active = True
            others = {d.link[0] for d in newer} if first else set()
            try:
                found = self.best(pairs, at, reading, conditions, assume, skip | others)
            finally:
                for d in newer:
                    d.active = first
            if found.word == "proved":
                how = "before" if first and newer != active else "at first" if first else "later on"
                return replace(found, reason=f"with {newer[0].key} as it is defined {how}")
        for d, body in self.not_followed(keys, f, at):
            before, d.body = d.body, body
            try:
                found = self.best(pairs, at, reading, conditions, assume, skip)
            finally:
                d.body = before
            if found.word == "proved":
                return replace(found, reason=f"with {d.key} as the chain goes on that defines it")
        return None

    def why_not(self, f: Formula, a: Element, b: Element) -> str:
        """Why a row that is refuted in every reading may be meant otherwise."""
        if self.follows(f, a):
            return "it holds only with the equation that it stands beside"
        if self.is_lone(a, b):
            return "a name in it stands nowhere else"
        if self.is_slope_of_unknown_name(a, b):
            return "what is differentiated is not defined"
        put = "a value is put in for a name" if self.is_put_in(f, a, b) else ""
        return put or otherwise(self.book, self.origin, a, b)

    def of_two_senses(self, f: Formula, a: Element, b: Element) -> str:
        """That a name in a row, or in what it rests on, is defined anew: which one is meant is not sure but
        in a section that has one of the two alone, or where a small repair makes the row true."""
        slips = [r for r in self.found if r.word == "wrong"]
        nodes = [n for x in (a.node, b.node) if x is not None for n in walk(x)]
        names = {self.book.usage.split(n) for n in self.with_definitions(nodes) if isinstance(n, Sym)}
        for key, count in sorted({(key, len(marks)) for key, marks in names}):
            senses = [
                d
                for d in self.book.definitions.get((key, count), [])
                if d.active and not (d.agrees or d.overload) and not any(r.at <= d.at < r.end for r in slips)
            ]
            own = [d for d in senses if d.section == f.section]
            if len({d.body for d in senses}) > 1 and len(own) != 1:
                return f"{key} has two senses here"
        return ""

    def not_followed(self, keys: set[str], f: Formula, at: int) -> Iterator[tuple[Definition, Node]]:
        """Definitions of these names whose chain goes on with a link that is not decided, or is a slip that
        is told there, and what comes: ``s = -\\sum_i y_i \\log p_i = -\\log p_k``, where the words say which
        label is 1."""
        links = [r for r in self.found if r.elements is not None]
        for d in (d for versions in self.book.definitions.values() for d in versions):
            if d.key not in keys or not d.active or d.section != f.section or d.at > at:
                continue
            last = d.link[1]
            for r in links:
                assert r.elements is not None
                here = [n for e in r.elements if e.node is not None for n in walk(e.node)]
                slip = r.word == "wrong" and self.rests_on_none(here)  # that of no definition
                if id(r.elements[0]) == last and (slip or r.word in ("undecided", "proved")):
                    last = id(r.elements[1])
                    needs = r.word != "proved" or any(u.startswith("needs ") for u in r.under)
                    if needs and r.elements[1].node is not None:
                        yield d, r.elements[1].node

    def assumed(self, f: Formula, a: Element, b: Element, chain: list[Element]) -> str:
        """Why a relation is no claim: it is one between inputs, or it says what the one name of a side is
        that nothing defines, as ``t^2 = ...`` does."""
        if self.is_assumed(f, chain):
            return ASSUMED
        sides = [e.written or e.node for e in (a, b)]
        if sides[0] is not None and sides[1] is not None and is_written(sides[1]):
            worked = {type(n) for n in walk(sides[0])}.isdisjoint((Deriv, Apply))  # y - t = (1, 2, 3)
            if is_named(sides[0]) or (worked and any(isinstance(n, Sym) for n in walk(sides[0]))):
                return "an example"
        for name, value in (sides, sides[::-1]) if len(chain) == 2 else ():
            if isinstance(name, Sym) and not name.sub and value is not None and is_constant(value):
                self.by_example.setdefault(name.base, (f.section, name.at))
                return "an example"
        if len(chain) == 2 and isinstance(a.node, Pow) and not f.item.display and is_let(f):
            self.renamed = self.renamed | {a.node.base}
            return "it says what a power of a name is from here on"
        for one, two in ((a, b), (b, a)):
            if one.node is None or two.node is None:
                continue
            sums = any(isinstance(n, (Deriv, Big)) for n in walk(one.node))
            if sums or not (isinstance(one.node, Pow) and isinstance(one.node.base, Sym)):
                continue
            if any(
                isinstance(n, (Apply, Deriv)) or (isinstance(n, Sym) and n.primes) for n in walk(two.node)
            ):
                continue
            names = {self.book.usage.split(n) for n in walk(one.node) if isinstance(n, Sym)}
            rest = {
                self.book.usage.split(n)[0]
                for n in self.with_definitions([*walk(two.node)])
                if isinstance(n, Sym)
            }
            if len(names) != 1:
                continue
            ((key, marks),) = names
            free = not self.book.arities(key) and key not in rest and key not in self.book.usage.sizes
            if free and key not in self.differentiated() and key not in ("delta", "pi", "e") and not marks:
                return f"it says what {key} is"
        return ""

    def is_lone(self, a: Element, b: Element) -> bool:
        """Whether a side is what a name is defined as, with a name in it that stands nowhere else."""
        if all(d.link[1] != id(a) for versions in self.book.definitions.values() for d in versions):
            return False
        counts: dict[str, int] = {}
        for e in elements_of(self.book.formulas):
            for n in walk(e.node) if e.node is not None else ():
                if isinstance(n, Sym):
                    key = self.book.usage.split(n)[0]
                    counts[key] = counts.get(key, 0) + 1
        names = [self.book.usage.split(n)[0] for n in walk(a.node) if isinstance(n, Sym)] if a.node else []
        return any(counts.get(k) == 1 and not self.book.arities(k) and k not in ("pi", "e") for k in names)

    def is_slope_of_unknown_name(self, a: Element, b: Element) -> bool:
        """Whether a side is ``\\hat y'`` of a name that no row defines: it may be any function."""
        names = [x.node for x in (a, b) if isinstance(x.node, Sym) and x.node.primes]
        keys = (self.book.usage.split(k)[0] for n in names for k in (n, replace(n, primes=0)))
        return bool(names) and not any(self.book.arities(k) for k in keys)

    def is_constraint(self, a: Element, b: Element) -> str:
        """Whether a definition has a multiplier before the difference of two sides: a Lagrangian."""
        sides = {(a.node, b.node), (b.node, a.node)}
        bodies = (d.body for versions in self.book.definitions.values() for d in versions)
        for n in (n for body in bodies for n in walk(body)):
            flat = [n.head, *n.args] if isinstance(n, Apply) else factors_of(n)
            for x in flat[1:] if isinstance(flat[0], Sym) else ():
                pair = x.terms if isinstance(x, Add) and len(x.terms) == 2 else ()
                if pair and isinstance(pair[1], Neg) and (pair[0], pair[1].body) in sides:
                    return ASSUMED
        return ""

    def is_put_in(self, f: Formula, a: Element, b: Element) -> bool:
        """Whether the text right before puts a value in for a name that one side has no more: "with
        $\\mu = \\bar x$ substituted"."""
        if not _PUT_IN.search(f.before.lower()):
            return False
        place = next(n for n, g in enumerate(self.book.formulas) if g is f)
        sides = ([*walk(x.node)] for x in (a, b) if x.node is not None)
        one, two = (
            {self.book.usage.split(n)[0] for n in self.with_definitions(nodes) if isinstance(n, Sym)}
            for nodes in sides
        )
        for g in reversed(self.book.formulas[:place]):
            if g.item.display:
                return False
            heads = (s.elements[0].node for r in g.rows for s in r.statements if s.relations[1:2] == ["="])
            names = {self.book.usage.split(h)[0] for h in heads if isinstance(h, Sym)}
            if names & (one ^ two):
                return True
        return False

    def is_repeated(self, a: Element, b: Element, chain: list[Element]) -> str:
        """Whether two sides are those of a relation that is assumed before: a constraint, put in again; also
        one whose side was worked out before the other is put in: ``\\sum_k p_k = N / c = 1``."""
        assumed = [r.elements for r in self.found if r.reason == ASSUMED and r.elements is not None]
        links = [r for r in self.found if r.elements and any(r.elements[1] is e for e in chain[1:-1])]
        if b is chain[-1] and len(links) == len(chain) - 2 and all(r.word == "proved" for r in links):
            a = chain[0]
        if len(chain) == 2 and (why := self.is_constraint(a, b)):
            return why
        here = ((a.node, b.node), (b.node, a.node))
        again = any((x.node, y.node) in here and x is not a and y is not a for x, y in assumed)
        return ASSUMED if again else ""

    def inverses(self) -> None:
        """Definitions that say backward what others say, and are true of them: claims, not definitions.  They
        are of what derivatives are by, as the other names of their circle are not."""
        by = self.differentiated()
        for versions in self.book.definitions.values():
            d = versions[0]
            if d.params or d.name is None or d.key not in by or any(isinstance(n, Big) for n in walk(d.body)):
                continue
            circle = self.circle(d) - {self.book.usage.ident(d.key, len(d.letters))}
            if circle and not circle & {self.book.usage.ident(*name) for name in by.items()}:
                found = self.outcome(d.name, d.body, d.at, Reading(), [], [], {d.link[0]})
                d.active = found.word != "proved"

    def differentiated(self) -> dict[str, int]:
        """The names that derivatives are by, with how many indices."""
        nodes = (e.node for e in elements_of(self.book.formulas) if e.node is not None)
        return {key: n for node in nodes for key, n in self.targets_in(list(walk(node)))}

    def circle(self, d: Definition) -> set[str]:
        """The names by way of which a name comes to be defined by itself."""
        try:
            Writer(self.book, d.at, Reading()).text(d.name or d.body)
        except Circular as error:
            return set(error.names)
        except (Unclear, InputError, RecursionError):
            pass
        return set()

    def is_anew(self, f: Formula, d: Definition, a: Element, b: Element) -> bool:
        """Whether a second definition, which differs from the first, is meant as one of its own."""
        versions = self.book.definitions[d.key, len(d.letters)]
        first = versions[0]
        if self.in_other_case(f) or a.let or self.of_other_values(d, first) or self.is_alternative(f):
            return True
        before = f.before
        if isinstance(first.body, Deriv):  # what is said of the formula at hand
            before = re.split(r"[.;!?。](?:\s|$)|@", before)[-1]
        words = words_before(before)
        for n, x in enumerate(words):
            if x in FOLLOWS:  # "let a = ..., so that b = ..."
                words[: n + 1] = [""] * (n + 1)
        recalled = any(x in RECALLS for x in words) and "define" not in words  # "once again, we define"
        together = first.at >= f.item.at  # "let y = softmax(z), y_i = ...": said at once, of one y
        if not recalled and not together and (any(x in CUES for x in words) or is_contrasted(self, f, first)):
            return True
        if (label := self.label(d.at)) and label != (self.label(first.at) or label):
            return True  # "MSE: C = ...", "CE: C = ..."
        if isinstance(first.body, Deriv):
            return False
        if not (recalled or any(isinstance(n, (Sym, Apply)) for x in (d, first) for n in walk(x.body))):
            return True  # a value, and another one
        apart = are_titled_apart(self.book, d, first) or are_exercises(self.book, d, first)
        if not recalled and (apart or is_parallel(self, d) or is_refined(self.book, versions)):
            return True
        for anew, rests in ((True, self.rests(d, True)), (False, self.rests(d, False))):
            if rests:
                return anew
        if any(v.anew for v in versions):
            return True
        own, others = (self.roots(x) - self.params(x) for x in (d, first))
        if self.is_function(d) and not recalled and self.params(d) != self.params(first) and own != others:
            return True
        same = self.roots(first) == self.roots(d)
        if any(isinstance(x.node, (Sym, Apply)) for x in (a, b)):  # not \\log p = ...
            same = same and self.functions(first) == self.functions(d)
        if same and (recalled or first.section == d.section) and not self.is_function(d):
            return False
        return not self.is_near(d, a, b)

    def label(self, at: int) -> str:
        """What stands with a colon before a formula that a paragraph begins with."""
        before = _OPENING.sub("", self.book.source.text[:at])  # of a display below it
        found = _LABEL.fullmatch(re.split(r"\n\s*\n|\n\s*[-*+] ", before)[-1])
        return found[1].lower() if found is not None else ""

    def takes_over(self, d: Definition, mixed: bool = False) -> bool:
        """Whether a second definition, which cannot be compared with the first, holds behind it; ``mixed``:
        it is of several of what the first is of one."""
        first = self.book.definitions[d.key, len(d.letters)][0]
        if any(isinstance(n, Deriv) for x in (first, d) for n in walk(x.body)) or self.rests(d, False):
            return False
        return mixed or first.section != d.section or self.rests(d, True)

    def is_function(self, d: Definition) -> bool:
        """Whether a name is one of those that stand for one function after the other."""
        return bool(d.params) and d.key in ("f", "g", "h", "y", "F", "G", "phi")

    def params(self, d: Definition) -> set[str]:
        """The names of what a function is of."""
        return {self.book.usage.split(n)[0] for p in d.params for n in walk(p) if isinstance(n, Sym)}

    def functions(self, d: Definition) -> set[str]:
        """The functions that a name is made of: a loss with a logarithm is another one than with a square."""
        return {n.name for n in self.with_definitions([*walk(d.body)]) if isinstance(n, Fn)}

    def rests(self, d: Definition, anew: bool) -> bool:
        """Whether some row behind a second definition holds with one of the two only; a name that only the
        second has, as in the row, is none that is missing."""
        first = self.book.definitions[d.key, len(d.letters)][0]
        more = self.roots(d) - self.roots(first) - self.params(d) or first.section != d.section
        found = False
        for one, two in self.behind(d):
            words = []
            for active in (anew, not anew):
                d.active = active
                words.append(self.asked(one, two))
            d.active = False
            if words == ["proved", "refuted"] or (anew and more and words[0] == "proved" and words[1] in _NO):
                found = True
        return found

    def asked(self, a: Element, b: Element) -> str:
        """The word of a row in its plainest readings; *doubted*: refuted where something is not defined."""
        word = "undecided"
        try:
            pairs = pairs_of(a, b)
        except Unread:
            return word
        for formal in (False, True):
            outcome = self.best(pairs, a.at, Reading(formal=formal), [], [], set())
            word = "doubted" if outcome.weak and outcome.word == "refuted" else outcome.word
            if word == "proved":
                break
        return word

    def behind(self, d: Definition) -> Iterator[Link]:
        """The first links behind a definition that speak of its name, up to the next definition of it."""
        own = {v.link for vs in self.book.definitions.values() for v in vs if v.version == 0}
        links = {x for v in self.book.definitions[d.key, len(d.letters)] for x in (v.link, v.link[::-1])}
        count = 0
        for f in self.book.formulas:
            for row in f.rows:
                for s in row.statements:
                    for a, b, relation in zip(s.elements, s.elements[1:], s.relations[1:], strict=False):
                        if a.at <= d.at or relation != "=" or a.node is None or b.node is None:
                            continue
                        if d.link in ((id(a), id(b)), (id(b), id(a))):
                            continue
                        if (id(a), id(b)) in links:
                            return
                        names = {
                            self.book.usage.split(n)[0]
                            for x in (a.node, b.node)
                            for n in walk(x)
                            if isinstance(n, Sym)
                        }
                        slope = any(isinstance(n, (Deriv, Sym)) and _is_slope(n) for n in walk(a.node))
                        if (names & {d.key, d.key + "'"} or slope) and (id(a), id(b)) not in own:
                            yield a, b
                            count += 1
                            if count >= _ROWS:
                                return

    def is_near(self, d: Definition, a: Element, b: Element) -> bool:
        """Whether one slip makes a second definition of the first."""
        deadline = time.thread_time() + _SECONDS
        if a.node is None or b.node is None:
            return False
        head, body = (a, b) if d.link[0] == id(a) else (b, a)
        assert head.node is not None
        assert body.node is not None
        letters = sorted({m.text for n in walk(body.node) if isinstance(n, Sym)
                          for m in self.book.usage.split(n)[1] if m.kind == "letter"})[:4]  # fmt: skip
        first = self.book.definitions[d.key, len(d.letters)][0]
        names = self.roots(first) - self.roots(d)
        if first.section != d.section and names:
            names = set()  # the loss of another output
        tried = [new for new, _, _ in changes(body.node, letters)][:_TRIED]
        for new in [*exchanged(body.node, names), *tried]:
            if time.thread_time() > deadline:
                break
            found = self.outcome(head.node, new, a.at, Reading(), [], [], {d.link[0]}, quick=True)
            if found.word == "proved":
                return True
        return False


def _is_slope(n: object) -> bool:
    return isinstance(n, Deriv) or (isinstance(n, Sym) and bool(n.primes))

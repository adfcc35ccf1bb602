"""What the verifier is asked of a reading, and under which assumptions that people leave unsaid.

Input: a claim in the notation, with the writer that made it.  Output: the verifier's result, or an
:class:`Outcome`.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from fractions import Fraction

from symderiv.definitions import Function
from symderiv.documents.content.book import Book
from symderiv.documents.content.hypotheses import Stated, given, holding, stated, under
from symderiv.documents.judging.doubts import Doubts
from symderiv.documents.judging.rounded import agrees, is_named
from symderiv.documents.meaning.claims import function_of
from symderiv.documents.meaning.roots import under_roots
from symderiv.documents.meaning.writer import Writer
from symderiv.documents.text.syntax import Apply, Deriv, Node, Sym, walk
from symderiv.errors import InputError
from symderiv.verify.claims import CHECKERS, Disagreement, Result, verify
from symderiv.verify.verdict import Witness

#: Seconds that the slower checkers get for one document.
OPINIONS = 5.0
#: Seconds that a claim gets at first; one that they do not decide is asked again.
_SHORT = 0.5
#: Processor seconds of a document for asking again what was not decided at first.
PATIENCE = 8.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one reading came to."""

    word: str
    reason: str = ""
    witness: Witness | None = None
    claim: str = ""
    checkers: tuple[str, ...] = ()
    weak: bool = False
    mixed: bool = False  # a name stands without indices that it has elsewhere
    layout: str = ""  # of derivatives by matrices, where it matters
    place: int = -1  # of the entry that it is about, in a matrix that is written out
    apart: str = ""  # inputs that stand on one side only, while others do on the other


class Asked(Doubts):
    """Asks the verifier, and remembers what was asked."""

    def __init__(self, book: Book, seconds: float, checkers: tuple[str, ...] = CHECKERS) -> None:
        self.book, self.seconds, self.checkers = book, seconds, checkers
        self.current: Node | None = None
        self.known: dict[tuple[str, str, tuple[str, ...]], Result] = {}
        self.opinions = OPINIONS
        self.ones = False
        self.dropped: set[str] = set()  # names that stood without their indices in the last reading
        self.slopes: dict[str, set[str]] | None = None
        self.placed: dict[str, Sym] | None = None  # names put in for others in what functions are of
        self.unbound: set[int] | None = None  # definitions that have a letter which is bound wrongly
        self.listed: set[str] | None = None  # names that lists go up to
        self.renamed: frozenset[Node] = frozenset()  # names that the text gives another sense, by a power
        self.by_example: dict[str, tuple[int, int]] = {}  # names that an example gives a value, where
        self.patience = PATIENCE
        self.stated: list[Stated] | None = None
        self.given: dict[tuple[str, int], set[Fraction]] | None = None

    def if_positive(
        self, w: Writer, function: Function, claim: str, assume: list[str], first: Result
    ) -> Outcome | None:
        """A row that is not proved only since something under a logarithm or a root may be negative: people
        mean positive numbers there (a standard deviation, a probability) and do not say so."""
        names = {n: k for n, k in under_roots(function, claim).items() if n in w.inputs}
        if not names:
            return None
        entries = {}
        for name, count in sorted(names.items()):
            axes = ",".join(f"h{n}" for n in range(count))
            entries[name] = f"{name}[{axes}]" if axes else name
        texts = [f"{x} > 0" for x in entries.values()]
        result = self.verified(function_of(w, [*assume, *texts]), claim, self.seconds)
        shown = f"{' and '.join(sorted(names))} > 0"
        shares = [x for x in names if re.search(rf"\(1 \+ \(-{x}(?:\[[^\]]*\])?\)\)", claim)]
        if shares and result.word != "proved":  # a probability: log(1 - p)
            texts += [f"{entries[x]} < 1" for x in shares]
            result = self.verified(function_of(w, [*assume, *texts]), claim, self.seconds)
            shown += f" and {' and '.join(sorted(shares))} < 1"
        if result.word == "refuted" or result.word == first.word:
            return None
        note = f"needs {shown}, which the document does not state"
        if result.word == "proved":
            return Outcome("proved", "; ".join(dict.fromkeys([*w.weak, note])), None, claim, ("calculus",))
        return Outcome("undecided", note, None, claim, (), True)

    def if_stated(
        self, w: Writer, function: Function, claim: str, first: Result
    ) -> tuple[list[tuple[str, Stated]], Result]:
        """A row that is not proved, under what the document states of the values of its inputs."""
        if self.stated is None:
            self.stated = stated(self.book, self.variables())
        choices: list[str] = []
        bounds: list[str] = []
        used: list[tuple[str, Stated]] = []
        for name, ident in self.book.usage.idents.items():
            for x in holding(self.stated, name, w.at) if ident in w.inputs else ():
                used.append((ident, x))
                if x.values:
                    choices.append(x.choice(ident))
                bounds += x.text(ident)
        if not used:
            return [], first
        try:
            return used, self.verified(under(function, choices, bounds), claim, self.seconds)
        except InputError:
            return [], first

    def at_values(self, w: Writer, function: Function, claim: str, a: Node, b: Node) -> Outcome | None:
        """A row with a number on one side, for the values that the document gives its names."""
        if self.given is None:
            self.given = given(self.book)
        names = {ident: name for name, ident in self.book.usage.idents.items() if ident in w.inputs}
        if is_named(a) == is_named(b) or not names or any(n not in self.given for n in names.values()):
            return None
        note = "numbers are put in for names"
        values = {ident: self.given[name] for ident, name in names.items()}
        if any(len(v) > 1 or names[ident][1] for ident, v in values.items()):
            return Outcome("undecided", note, None, claim, (), True)
        try:
            made = [f"{ident} = ({next(iter(v))})" for ident, v in values.items()]
            result = self.verified(under(function, made, []), claim, self.seconds)
        except InputError:  # by a name that is given a value
            return Outcome("undecided", note, None, claim, (), True)
        near = result.witness is not None and agrees(a, b, result.witness, True)
        if result.word == "proved" or near:
            return Outcome("proved", "for the values that are stated", None, claim, ("balls",))
        return None

    def if_slope(self, w: Writer, claim: str, assume: list[str], first: Result) -> Outcome | None:
        """A row about max(a x, x): the a of a leaky unit is between 0 and 1, whether or not that is said."""
        whole = " ".join([*w.statements, claim])
        if first.word != "refuted" or not re.search(r"\b(?:max|min)\(", whole):
            return None
        by = self.variables()
        free = {ident for (key, _), ident in self.book.usage.idents.items() if key in by}
        free |= {t.partition(" ")[0] for t in assume}  # of these something else is assumed
        names = [n for n in sorted(w.inputs) if n not in free and re.search(rf"\b{n}\b(?!\[)", whole)]
        names = [n for n in names if (n, 0) in {(i, a) for (_, a), i in self.book.usage.idents.items()}]
        for name in names[:3]:
            function = function_of(w, [*assume, f"{name} > 0", f"{name} < 1"])
            if self.verified(function, claim, self.seconds).word == "proved":
                note = f"needs 0 < {name} < 1, which the document does not state"
                said = "; ".join(dict.fromkeys([*w.weak, note]))
                return Outcome("proved", said, None, claim, ("calculus",))
        return None

    def slope_of_unknown(self, w: Writer, a: Node, b: Node) -> bool:
        """Whether an unknown function is differentiated on one side only: its derivative may be the other."""
        if not any(w.book.usage.ident(f"{key}_c0", 0) in w.inputs for key in w.opaque):
            return False

        def of_layer(sym: Sym) -> str:  # z^l, where the output is of z^L
            return self.book.usage.level(self.book.usage.split(sym)[0])

        def sloped(x: Node) -> bool:
            nodes = self.with_definitions([*walk(x)])
            primed = [self.book.usage.split(n) for n in nodes if isinstance(n, Sym) and n.primes]
            if any((key, len(marks)) not in self.book.definitions for key, marks in primed):
                return True
            targets = (t for n in nodes if isinstance(n, Deriv) for t in n.targets if isinstance(t, Sym))
            by = {of_layer(t) for t in targets}
            bodies = [m for n in nodes if isinstance(n, Deriv) and n.body is not None for m in walk(n.body)]
            below = self.with_definitions(bodies)  # not g(\theta^T x) beside a derivative by theta
            unknown = [n for n in below if isinstance(n, Apply) and w.book.usage.split(n.head)[0] in w.opaque]
            inner = self.with_definitions([m for n in unknown for arg in n.args for m in walk(arg)])
            return any(isinstance(m, Sym) and of_layer(m) in by for m in inner)

        one, two = sloped(a), sloped(b)
        return one != two

    def verified(self, function: Function, claim: str, seconds: float) -> Result:
        """The word of the two checkers that decide, asked once for a claim."""
        key = (function.define, claim, tuple(function.assume))
        for limit in (min(_SHORT, seconds), seconds):  # most rows are decided by few instances
            again = limit > _SHORT and self.patience > 0
            if key not in self.known or (self.known[key].word == "undecided" and again):
                started = time.thread_time()
                self.known[key] = verify(function, claim, checkers=("balls", "calculus"), seconds=limit)
                self.patience -= time.thread_time() - started if again else 0
        return self.known[key]

    def agreed(self, function: Function, claim: str, first: Result) -> tuple[str, ...]:
        """The checkers that agree with a proof; the slower ones are asked while the document's time for
        second opinions lasts."""
        checkers = dict(first.checkers)
        rest = tuple(c for c in self.checkers if c not in checkers)
        if rest and self.opinions > 0:
            started = time.monotonic()  # they work in another process
            second = verify(function, claim, checkers=rest, seconds=min(self.seconds, 1.0))
            self.opinions -= time.monotonic() - started
            if second.word == "refuted":
                raise Disagreement(f"checkers disagree about '{claim}'; please report this")
            checkers |= second.checkers
        return tuple(n for n, v in checkers.items() if v.word in ("proved", "confirmed", "unrefuted"))

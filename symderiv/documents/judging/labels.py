"""Labels that are one-hot: where they are 1, and what rows that say so in passing rest on."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from symderiv.documents.content.defining import elements_of
from symderiv.documents.content.formulas import Formula
from symderiv.documents.judging.hints import conditional
from symderiv.documents.meaning.closure import DELTAS, Closure
from symderiv.documents.text.syntax import Big, Condition, Deriv, Fn, Mark, Node, Number, Sym, bound_in, walk

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book

#: Names of what may add up to 1 without being said to.
ADD_TO_ONE = frozenset("y t p q l d pi target label".split())
#: What follows ``y_i = 1`` where this is said of each entry: "if the class is $i$, and 0 otherwise".
_EACH = re.compile(
    r"[\s$\\)]*(?:if|when|iff|only|for|当|如果|若)\b.*?(?:otherwise|else|the rest|the others|否则|其他|其余)",
    re.S,
)
_IF = re.compile(r"\b(?:if|when|iff|whether)\b", re.I)
#: What the text says before the letter of the true class.
_WHICH = r"(?:true|correct|actual|target|ground[- ]truth|gold|observed)"
_CLASS = r"(?:word|class|label|category|index|token)"
_TRUE = re.compile(
    rf"(?:\b{_WHICH}\s+(?:[a-z]+\s+){{0,2}}{_CLASS}(?:\s+(?:is|be))?|(?:真实|正确|正解|目标|정답)\w{{0,4}}|"
    r"nhãn đúng|"
    rf"\bone[- ]hot\s+(?:for|at|on|with|in|of)\s+(?:the\s+)?(?:class|index|position|label|entry|word)?)"
    r"\s*(?:\$\s*|\\{1,2}\(\s*)([a-z])\s*(?:\$|\\)",
    re.I,
)
#: The same behind it: "$c$ is the true class".
_TRUE_BEHIND = re.compile(
    r"(?:\$\s*|\\\(\s*)([a-z])\s*(?:\$|\\\))\s*"
    r"(?:is|be|being|denotes|represents|as|for|,|:|：|是|为|表示|ist|est|es|é|là)"
    rf"\s*(?:the\s+)?(?:index\s+(?:of|for)\s+(?:the\s+)?)?(?:{_WHICH}\s+(?:[a-z]+\s+)?{_CLASS}|"
    r"(?:真实|正确|目标)\w{0,4}(?:类|标签)|die\s+(?:wahre|richtige|korrekte)\s+Klasse|la\s+vraie\s+classe|"
    r"la\s+clase\s+(?:correcta|verdadera|real)|nhãn đúng)",
    re.I,
)
#: A name that the text says to be one-hot.
_CALLED_HOT = re.compile(r"\$\s*([A-Za-z])\s*\$\s+(?:is|be|being)\s+(?:an?\s+|the\s+)?one[- ]hot", re.I)


def in_entropy(book: Book, key: str) -> bool:
    """Whether a name stands in a formula with a logarithm: labels do, in the loss of a classifier."""
    for e in elements_of(book.formulas):
        nodes = [*walk(e.node)] if e.node is not None else []
        logs = any(isinstance(n, Fn) and n.name == "log" for n in nodes)
        if logs and any(isinstance(n, Sym) and book.usage.split(n)[0] == key for n in nodes):
            return True
    return False


class Labels(Closure):
    """What a book says of labels."""

    def stated_hot(
        self, nodes: list[Node], both: frozenset[str] = frozenset(), held: Collection[str] = ()
    ) -> Iterator[tuple[tuple[str, str], str]]:
        """Names that are one-hot, each with the index of a row where the document says that it is 1:
        ``y_k = 1``; ``both``: those on both sides, for which this is not meant where it is said of each k;
        ``held``: letters that stand in the conditions of the row."""
        rested = self.with_definitions(nodes)
        targets = {key for key, _ in self.targets_in(rested)}
        letters = self.letters_in(rested) | conditional(nodes) | set(held)
        found: list[tuple[tuple[str, str], str]] = []
        for f in self.book.formulas if self.book.one_hot else ():
            for s in (s for r in f.rows for s in r.statements if len(s.elements) == 2):
                name, value = (e.node for e in s.elements)
                one = isinstance(value, Number) and value.value == 1 and s.relations[1] == "="
                if not (one and isinstance(name, Sym)):
                    continue
                key, marks = self.book.usage.split(name)
                fits = len(marks) == 1 and marks[0].kind == "letter" and marks[0].text in letters
                if fits and key not in targets and not self.is_known(key, 1):
                    end = f.item.at + len(f.item.text)
                    if key in both and _EACH.match(self.book.source.text, end, end + 120):
                        return  # the letter is any
                    line = self.book.source.line_of(f.item.at)
                    found.append(((key, marks[0].text), f"{key} is one-hot at {marks[0].text} (line {line})"))
        yield from found
        labels = self.labels_of(rested) - targets
        for letter in self.called_true() if labels else ():
            for key in sorted(labels) if letter in letters else ():
                yield (key, letter), f"{key}, which is one-hot, is 1 at {letter}"

    def stated_cold(self, f: Formula, nodes: list[Node]) -> Iterator[tuple[Condition, tuple[str, str], str]]:
        """That a label is 1 at another index than one of a row, for which the words right before say that it
        is 0: "for a wrong class ($y_i = 0$)"."""
        labels = self.labels_of(self.with_definitions(nodes))
        letters = self.letters_in(nodes)
        near = [g for g in self.book.formulas if g.item.at < f.item.at and g.section == f.section][-2:]
        for s in (s for g in near if g.place == f.place for r in g.rows for s in r.statements):
            name, value = s.elements[0].node, s.elements[-1].node
            if isinstance(name, Sym) and value == Number(Fraction(0)) and s.relations == ["", "="]:
                key, marks = self.book.usage.split(name)
                if key in labels and len(marks) == 1 and marks[0].text in letters:
                    apart = Condition("neq", marks[0], Mark("letter", "hotone"))
                    yield apart, (key, "hotone"), f"{key}, which is one-hot, is 0 at {marks[0].text}"

    def called_true(self) -> list[str]:
        """Letters that the text calls the true class: "a 1 for the true word $o$"."""
        text = self.book.source.raw[:200_000]
        every = (m for pattern in (_TRUE, _TRUE_BEHIND) for m in pattern.finditer(text))
        found = (m for m in every if _IF.search(text, max(m.start() - 24, 0), m.start()) is None)
        return list(dict.fromkeys(m.group(1) for m in found))

    def one_hot(self, a: Node, b: Node, held: Collection[str] = ()) -> Iterator[tuple[tuple[str, str], str]]:
        """The same of a row, and labels that are 1 where nothing else can be: ``p_i - delta_{ic}``; ``held``:
        letters in its conditions."""
        nodes = [n for x in (a, b) for n in walk(x)]
        rested = self.with_definitions(nodes)
        targets = {key for key, _ in self.targets_in(rested)}
        one, two = ({key for key, _ in self.names([*walk(x)])} for x in (a, b))
        yield from self.stated_hot(nodes, frozenset(one & two), held)
        for key in sorted(self.labels_of(rested) - one - two - targets):
            for letter in sorted(self.others(a, b)):
                yield (key, letter), f"{key}, which is one-hot, is 1 at {letter}"
        if any(isinstance(n, Deriv) for n in walk(a)):  # dz_o/dz = y
            for key in sorted(self.labels_of([*walk(b)]) - one - targets):
                for letter in sorted(self.others(b, a)):
                    yield (key, letter), f"{key}, which is one-hot, is 1 at {letter}"

        for x, y, own in ((a, b, two - one), (b, a, one - two)):  # p_i - 1_{i = c} = p_i - y_i
            for key in sorted(self.labels_of([*walk(y)]) & own - targets):
                deltas = [m.text for n in walk(x) if isinstance(n, Sym) and n.base in DELTAS for m in n.sub]
                for letter in sorted({*conditional([*walk(x)]), *deltas} - self.letters_in([*walk(y)])):
                    yield (key, letter), f"{key}, which is one-hot, is 1 at {letter}"

    def hot_unsaid(self, a: Node, b: Node) -> Iterator[tuple[tuple[str, str], str]]:
        """Labels in a sum of logarithms on one side, of which the other is the logarithm at one place, where
        the text has no word of one-hot ones that is known: ``-\\sum_i t_i \\log p_i = -\\log p_r``."""
        for x, y in ((a, b), (b, a)):
            names = {key for key, marks in self.names([*walk(x)]) if len(marks) == 1}
            names -= {key for key, _ in self.names([*walk(y)])}
            labels = {
                k for k in names if k.partition("_")[0].lower() in ADD_TO_ONE and not self.book.arities(k)
            }
            sums = any(isinstance(n, Big) for n in walk(x)) and not any(isinstance(n, Big) for n in walk(y))
            logs = all(any(isinstance(n, Fn) and n.name == "log" for n in walk(z)) for z in (x, y))
            slopes = any(isinstance(n, Deriv) for z in (x, y) for n in walk(z))
            for key in sorted(labels) if sums and logs and not (slopes or self.book.one_hot) else ():
                for letter in sorted(self.others(x, y)):
                    note = f"needs {key} one-hot, 1 at {letter}, which the document does not state"
                    yield (key, letter), note

    def taken_as_one(self, a: Node, b: Node) -> Iterator[tuple[str, tuple[Mark, ...]]]:
        """Labels that stand beside a logarithm on one side only, and are gone on the other, where the text
        has no word of one-hot ones: ``-y_o \\log p_o = -\\log p_o``."""
        sides = [list(walk(x)) for x in (a, b)]
        every = [n for side in sides for n in side]
        logs = all(any(isinstance(n, Fn) and n.name == "log" for n in side) for side in sides)
        if self.book.one_hot or not logs or any(isinstance(n, Deriv) for n in every):
            return
        bound = bound_in(every)
        one, two = ({n for n in side if isinstance(n, Sym) and n.sub and not n.primes} for side in sides)
        for n in sorted(one ^ two, key=str):
            key, marks = self.book.usage.split(n)
            label = n.base.lower() in ADD_TO_ONE and not self.is_known(key, len(marks))
            if label and len(n.sub) == 1 and n.sub[0].text.isalpha() and not {m.text for m in n.sub} & bound:
                yield key, marks

    def others(self, a: Node, b: Node) -> set[str]:
        """The letters that the right side has, the left side lacks and no sum binds."""
        left, right = list(walk(a)), list(walk(b))
        found = self.letters_in(right) | conditional(right)
        return {x for x in found - self.letters_in(left) - bound_in(right) if not x.isdigit()}

    def names(self, nodes: list[Node]) -> list[tuple[str, tuple[Mark, ...]]]:
        """What the names of nodes are, and their indices."""
        return [self.book.usage.split(n) for n in nodes if isinstance(n, Sym)]

    def labels_of(self, nodes: list[Node]) -> set[str]:
        """The names in a text with one-hot labels that are what these are called, and that no row defines."""
        one = {key for key, marks in self.names(nodes) if len(marks) == 1} if self.book.one_hot else set()
        called = set(_CALLED_HOT.findall(self.book.source.raw)) if one else set()
        one = {k for k in one if k.partition("_")[0].lower() in ADD_TO_ONE or k in called}
        return {k for k in one if not self.book.arities(k)}

    def compared(self) -> set[str]:
        """Letters that stand in conditions, and are never summed over: ``w = o``."""
        every = [n for e in elements_of(self.book.formulas) if e.node is not None for n in walk(e.node)]
        return conditional(every) - bound_in(every)

    def for_label(self, one: set[str], two: set[str]) -> bool:
        """Whether a label stands on one side only, and a name of one class on the other: u_o for U y."""
        names = {ident: key for (key, _), ident in self.book.usage.idents.items()}
        bases = {key for key, _ in self.book.usage.idents}

        def one_of(ident: str) -> bool:
            base, _, label = names.get(ident, ident).rpartition("_")
            return len(label) == 1 and base in bases

        for own, others in ((two - one, one - two), (one - two, two - one)):
            if any(map(one_of, others)) and any(
                names.get(x, x).partition("_")[0].lower() in ADD_TO_ONE for x in own
            ):
                return True
        return False

    def sums_labels(self, node: Node) -> bool:
        """Whether a side still sums over terms with a label: then no one-hot one has been put into it."""
        for big in walk(node):
            if isinstance(big, Big):
                for n in walk(big.body):
                    if isinstance(n, Sym) and n.sub:
                        key = self.book.usage.split(n)[0]
                        if key.partition("_")[0] in ADD_TO_ONE and not self.book.arities(key):
                            return True
        return False

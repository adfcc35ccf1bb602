"""What the words beside a row say or hint of its indices: that two are apart, or the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import combinations

from symderiv.documents.content.defining import elements_of
from symderiv.documents.content.formulas import Formula
from symderiv.documents.judging.apart import apart_in, opposed
from symderiv.documents.meaning.closure import DELTAS, Closure
from symderiv.documents.text.grammar import parse
from symderiv.documents.text.latex import Unread
from symderiv.documents.text.rows import Row, element_of
from symderiv.documents.text.syntax import Cases, Condition, Deriv, Indicator, Mark, Node, Sym, bound_in, walk

#: Words that hint at two indices being apart, or the same.
_APART = frozenset(
    "different differ differs distinct unequal other otherwise off diagonal cross case cases not".split()
)
_SAME = frozenset("same equal equals diagonal case cases correct true itself identical coincide".split())
#: Words of a clause that say so.
_SAY_APART = frozenset("different differ differs distinct unequal offdiagonal".split())
_SAY_SAME = frozenset("same equal equals diagonal correct identical coincide agree agrees true".split())

#: The same words in other languages.
_ABROAD = (
    (re.compile(r"否则|否則|其他|其它|其余|不同|不等(?!式)|不相等|非[对對対]角|それ以外|異なる|그 외|그렇지|"
                r"나머지|다른|다를|다르|残り|他の|остальн|"
                r"\b(?:übrigen?|restlichen?|andere[nrs]?|autres|restants?|otr[oa]s|demás|outr[oa]s|altr[ie])\b|"
                r"\b(?:sonst|andernfalls|verschieden\w*|ungleich|sinon|autrement)\b|"
                r"\b(?:différente?s?|distint[oa]s?|diferentes?)\b|contr[aá]rio|иначе|различн"), "otherwise"),
    (re.compile(r"相同|相等|同一|等しい|같은|같을|같으|"
                r"\b(?:gleich|même|mism[oa]s?|mesm[oa]s?|igual|iguais|iguales|égaux|égal)\b|"
                r"одинаков|совпада"), "itself"),
    (re.compile(r"情况|情況|情形|場合|경우|\b(?:fall|fälle|cas|caso|casos)\b|случа"), "case"),
)  # fmt: skip

#: What stands right before the name that derivatives are by from there on.
_BY_WORDS = re.compile(
    r"(?:with respect to|w\.?r\.?t\.?|(?:differentiat\w+|derivatives?|primes?)\b[^.@$]{0,40}\bby)"
    r"(?: the)?(?: \w+)?\s*$",
    re.IGNORECASE,
)
#: Things that are none of the one that a text is about.
_NEGATIVE = re.compile(r"negative (?:class|sample|example|pair|word)", re.IGNORECASE)
#: What stands right before a row that is about those.
_REST = re.compile(r"\b(?:all|any|every|each)(?: of)?(?: the)? others?\b[^.$]{0,40}$", re.IGNORECASE)


def _words(text: str) -> set[str]:
    """The words of a text, off-diagonal as one."""
    text = re.sub(r"\b(?:off|non)[- ]diagonal", "offdiagonal", text.lower())
    text = re.sub(r"\b(?:un|in|not )(equal|same|correct)", r"un\1", text)
    return set(re.findall(r"[a-z]+", text)) | {word for said, word in _ABROAD if said.search(text)}


def conditional(nodes: list[Node]) -> set[str]:
    """The letters that stand in conditions of terms."""
    conditions = [c for n in nodes if isinstance(n, Cases) for _, c in n.rows if c is not None]
    conditions += [n.condition for n in nodes if isinstance(n, Indicator)]
    return {m.text for c in conditions for m in (c.left, c.right) if isinstance(m, Mark)}


def target_of(node: Node) -> Node | None:
    return next((n.targets[0] for n in walk(node) if isinstance(n, Deriv) and n.targets), None)


def spoken_target(f: Formula, row: Row) -> Node | None:
    """What a derivative that is named alone is by, or that is said behind "with respect to"."""
    if _BY_WORDS.search(f.before) and isinstance(by := element_of(row.tokens).node, Sym):
        return by
    for piece in row.notes:
        with suppress(Unread, RecursionError):
            return target_of(parse(piece))
    return None


class Hints(Closure):
    """Asks the words beside a row."""

    def sloped(self) -> set[str]:
        """The names that something is a derivative of."""
        nodes = (n for e in elements_of(self.book.formulas) if e.node is not None for n in walk(e.node))
        bodies = (n.body for n in nodes if isinstance(n, Deriv))
        return {self.book.usage.split(x)[0] for x in bodies if isinstance(x, Sym)}

    def implied(self, f: Formula, nodes: list[Node]) -> Iterator[tuple[Condition, str]]:
        """Conditions between two letters of a row that its clause says in words, or that words beside it only
        hint at: these are needed, and not stated."""
        said = {frozenset(map(str, (h.condition.left, h.condition.right))) for h in f.clause}
        headed = [{str(h.condition.left), str(h.condition.right)} for h in f.scope if h.how == "heading"]
        for x, y in apart_in(self.book.usage, self.with_definitions(nodes), nodes):
            apart = Condition("neq", Mark("letter", x), Mark("letter", y))
            yield apart, f"{x} ≠ {y}, as in the sum of its definition"
        every = self.with_definitions(nodes)
        own_marks, every_mark = ({m.text for n in x if isinstance(n, Sym) for m in n.sub if m.kind == "word"}
                                 for x in (nodes, every))  # fmt: skip
        for m in sorted(every_mark - own_marks):  # y, of one example, beside p_{y_i} in what the row rests on
            x, _, i = m.partition("_")
            if len(x) == len(i) == 1 and x in conditional(nodes) and i not in self.letters_in(nodes):
                yield Condition("=", Mark("letter", x), Mark("word", m)), f"{x} is {x}_{i}, of one example"
        told: list[set[str]] = []  # what the row says both cases of
        for n in nodes:
            if isinstance(n, Sym) and n.base in DELTAS:
                told.append({str(m) for m in n.sub})
            own_cases = [c for _, c in n.rows] if isinstance(n, Cases) else []
            own_cases += [n.condition] if isinstance(n, Indicator) else []
            told += [{str(c.left), str(c.right)} for c in own_cases if c is not None]
        for (x, y), at in opposed(self.book, nodes, f.section):
            if {x, y} not in told and {x, y} not in said:
                apart = Condition("neq", Mark("letter", x), Mark("letter", y))
                yield apart, f"{x} ≠ {y}, as opposed to line {self.book.source.line_of(at)}"
        words = _words(f"{f.before} {f.heading}")
        own = _words(f"{f.words} {f.heading}")
        found = self.letters_in(nodes) | (self.letters_in(every) - bound_in(every))  # L = -\log p_t has t
        letters = sorted(x for x in found if not re.fullmatch(r"in\d+|row|col", x))[:3]
        for op, hints, cues, shown in (("neq", _APART, _SAY_APART, "≠"), ("=", _SAME, _SAY_SAME, "=")):
            stated = bool(own & cues) and not own & (_SAY_APART | _SAY_SAME) - cues
            if op == "neq" and not stated:
                rest = _REST.search(f.before.rpartition("@")[2]) is not None
                stated = rest or _NEGATIVE.search(self.book.source.raw) is not None
            if stated or (words | own) & hints:
                for x, y in combinations(letters, 2):
                    if {x, y} not in told and {x, y} not in said and (stated or {x, y} not in headed):
                        note = f"{x} {shown} {y}"
                        note += ", said in words" if stated else ", which the document does not state"
                        yield (
                            Condition(op, Mark("letter", x), Mark("letter", y)),
                            note if stated else f"needs {note}",
                        )

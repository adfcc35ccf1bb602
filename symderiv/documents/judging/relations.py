"""What a document assumes of its inputs: ``u^T u = 1``, ``\\|w\\| = 1``, ``\\sum_k \\pi_k = 1``, and of
eigenvectors, ``S u = \\lambda u``.

Input: the rows of a book.  Output: each such relation in the notation, with the names it is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from symderiv.documents.judging.facts import shown
from symderiv.documents.matrix.entries import GENERAL
from symderiv.documents.matrix.inverses import COLUMN, INNER, ROW, is_symmetric
from symderiv.documents.matrix.values import KRONECKER
from symderiv.documents.matrix.vectors import pairs_of
from symderiv.documents.meaning.reading import Reading, Unclear
from symderiv.documents.meaning.writer import Writer
from symderiv.documents.text.latex import Unread
from symderiv.documents.text.syntax import Big, Fn, Mark, Mul, Node, Number, Sym, walk
from symderiv.documents.usage.ranked import factors_of

if TYPE_CHECKING:
    from symderiv.documents.content.formulas import Formula
    from symderiv.documents.judging.facts import Facts
    from symderiv.documents.text.rows import Statement

#: Words before what is assumed.
_IF = re.compile(
    r"(?:\b(?:if|when|whenever|suppose|such that|given|provided|with|where|assum\w+|wenn|falls|wobei|mit|si|"
    r"où|avec|donde|cuando|con|se|onde|com|quando|dove|если|где|при)(?: that)?|"
    r"其中|当|當|若|如果|假设|假設|ただし|여기서)\W*$"
)
#: Names of matrices that are symmetric by what they are called.
_COVARIANCE = ("Sigma", "Lambda", "Omega")


@dataclass(frozen=True, slots=True)
class Relation:
    """``text`` in the notation, ``names``: the inputs it is about, ``at``: where it stands, ``note``;
    ``loose``: a name that is an input then though it may be defined; ``behind``: whether it holds from there
    on only."""

    text: str
    names: frozenset[str]
    at: int
    note: str
    loose: str = ""
    behind: bool = False


class Relations:
    """Those of a book, found once they are asked for."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.found: list[Relation] | None = None

    def about(self, nodes: list[Node], at: int) -> Iterator[Relation]:
        """Relations between inputs of a row."""
        facts, split = self.facts, self.facts.book.usage.split
        if self.found is None:
            statements = ((f, s) for f in facts.book.formulas for row in f.rows for s in row.statements)
            found = [r for f, s in statements for r in (*_of(facts, f, s), *_of_eigenvector(facts, s))]
            self.found = list({r.text: r for r in reversed(found)}.values())
        if self.found:
            names = [split(n) for n in facts.with_definitions(nodes) if isinstance(n, Sym)]
            idents = {facts.book.usage.ident(key, len(marks)) for key, marks in names}
            by = {facts.book.usage.ident(*name) for name in facts.targets_in(facts.with_definitions(nodes))}
            for r in self.found:
                told = r.at < at if r.behind else r.at != at  # an eigenvector is one from there on
                if told and r.names <= idents and not r.names & by:
                    yield r


def _of(facts: Facts, f: Formula, s: Statement) -> Iterator[Relation]:
    if s.relations != ["", "="] or any(e.node is None for e in s.elements):
        return
    a, b = reversed(s.elements) if isinstance(s.elements[0].node, Number) else s.elements  # 0 = \\sum_i a_i
    assert a.node is not None
    assert b.node is not None
    said = not f.item.display and _IF.search(f.before.lower()) is not None
    whole = isinstance(b.written or b.node, Sym) and (b.written or b.node) == Sym("I")
    whole = whole and not _defined(facts, [a.node], a.at)  # Q^T Q = I, of a Q that is any
    if not (said or whole or facts.is_hypothesis(a.node, b.node, f)):
        return
    try:
        pairs = pairs_of(a, b)[0]
        if len(pairs) != 1 or not (isinstance(b.node, Number) or said or whole):
            return
        left, right = _squared(*pairs[0])
        held = _defined(facts, [left, right], a.at) if said else set()
        loose = next(iter(held), "")
        w = Writer(facts.book, a.at, Reading(loose=loose))
        w.cut = {loose} if loose else set()
        text = f"{w.text(left)} = {w.text(right)}"
    except (Unread, Unclear):
        return
    of_sums = isinstance(left, Big) or any(isinstance(n, Big) for n in walk(left))
    places = {facts.book.usage.letter(m.text): f"h{n}" for n, m in enumerate(GENERAL)}
    entries = w.free.keys() <= places.keys()  # of a matrix, W^T W = I
    plain = entries and not (w.statements or w.opaque or w.weak or "<" in text)
    text = re.sub(r"\b[a-z]+\b", lambda m: places.get(m[0], m[0]), text)
    if of_sums and w.inputs and plain and len(held) < 2:
        note = f"{shown(facts.book, a)} = {shown(facts.book, b)} (line {facts.book.source.line_of(a.at)})"
        yield Relation(text, frozenset(w.inputs), a.at, note, loose)


def _defined(facts: Facts, nodes: list[Node], at: int) -> set[str]:
    """The names in an expression that something defines."""
    usage = facts.book.usage
    names = [usage.split(n) for x in nodes for n in walk(x) if isinstance(n, Sym)]
    return {
        usage.ident(key, len(marks))
        for key, marks in names
        if key != KRONECKER and facts.book.find(key, len(marks), at) is not None
    }


def _of_eigenvector(facts: Facts, s: Statement) -> Iterator[Relation]:
    """``S u = \\lambda u``."""
    if s.relations != ["", "="] or any(e.node is None for e in s.elements):
        return
    a, b = s.elements
    sides = [factors_of(e.written or e.node) for e in s.elements if e.node is not None]
    same = all(len(x) == 2 and isinstance(x[0], Sym) for x in sides) and sides[0][1] == sides[1][1]
    if not same or not isinstance(sides[0][1], Sym):
        return
    usage = facts.book.usage
    for (first, _), e in zip(sides, s.elements, strict=True):
        key, marks = usage.split(first) if isinstance(first, Sym) else ("", ())
        if marks or (key, 2) not in {(k, len(m)) for k, m in _names(facts, e.node)}:
            continue
        loose = usage.ident(key, 2)
        try:
            pairs = pairs_of(a, b)[0]
            w = Writer(facts.book, a.at, Reading(loose=loose))
            w.cut = {loose}
            text = " = ".join(w.text(x) for x in pairs[0])
        except (Unread, Unclear):
            return
        if not (w.statements or w.opaque or w.weak or w.dropped_names or "<" in text):
            note = f"{shown(facts.book, a)} = {shown(facts.book, b)}"
            note += f" (line {facts.book.source.line_of(a.at)})"
            text = re.sub(r"\b(?:row)\b", "h0", text)
            yield Relation(text, frozenset(w.inputs), a.at, note, loose, True)
        return


def _names(facts: Facts, node: Node | None) -> list[tuple[str, tuple[Mark, ...]]]:
    return [facts.book.usage.split(n) for n in walk(node) if isinstance(n, Sym)] if node is not None else []


def _squared(left: Node, right: Node) -> tuple[Node, Node]:
    """``\\|u\\| = 1`` without its root."""
    if isinstance(left, Fn) and left.name == "sqrt" and isinstance(right, Number):
        return left.args[0], Number(right.value**2)
    if isinstance(left, Fn) and isinstance(right, Fn) and left.name == right.name == "sqrt":
        return left.args[0], right.args[0]
    return left, right


def inverse_facts(facts: Facts, nodes: list[Node], at: int) -> Iterator[tuple[list[str], str, str]]:
    """What may be assumed of the inverses in a row: the texts, a name to hold as an input, what to say."""
    book = facts.book
    every = facts.with_definitions(nodes)
    names = [book.usage.split(n)[0] for n in every if isinstance(n, Sym)]
    texts: list[str] = []
    loose = ""
    said = []
    for name in dict.fromkeys(x for x in names if x in book.inverses.of and x.startswith("inverse")):
        base, v = book.inverses.of[name]
        ident = book.usage.ident(name, 2)
        plain = isinstance(base, Sym) and (book.symmetric or base.base in _COVARIANCE)
        if plain or (not isinstance(base, Sym) and is_symmetric(base)):
            texts.append(f"{ident}[h0,h1] = {ident}[h1,h0]")
            said.append("it is symmetric")
        used = {book.usage.split(n)[0] for n in walk(v.entry((ROW, COLUMN))) if isinstance(n, Sym)}
        if not used & set(names):
            continue
        for inverse_first in (True, False):
            one = Sym(name, (ROW, INNER) if inverse_first else (INNER, COLUMN), style="word")
            other = v.entry((INNER, COLUMN) if inverse_first else (ROW, INNER))
            product = Big("sum", (INNER.text,), "", "", (), Mul((one, other)))
            try:
                text, held = _text(facts, product, at)
            except Unclear:
                return
            if held and loose not in ("", held):
                return
            loose = loose or held
            texts.append(text)
        said.append("its product with the matrix is I")
    if texts:
        yield texts, loose, f"of an inverse: {' and '.join(dict.fromkeys(said))}"


def _text(facts: Facts, product: Node, at: int) -> tuple[str, str]:
    """A product that is I, in the notation, and the one defined name in it."""
    usage = facts.book.usage
    usage.letters.update(m.text for m in (ROW, COLUMN, INNER))
    defined = _defined(facts, [product], at)
    if len(defined) > 1:
        raise Unclear("an inverse of several names that are defined")
    held = next(iter(defined), "")
    w = Writer(facts.book, at, Reading(loose=held))
    w.cut = {held} if held else set()
    left = w.text(product)
    if w.statements or w.opaque or w.weak or "<" in left:
        raise Unclear("an inverse that is not understood")
    return f"{left} = delta[{usage.letter(ROW.text)},{usage.letter(COLUMN.text)}]", held

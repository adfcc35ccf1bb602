"""What a document assumes of its inputs: ``u^T u = 1``, ``\\|w\\| = 1``, ``\\sum_k \\pi_k = 1``.

Input: the rows of a book.  Output: each such relation in the notation, with the names it is about.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from symderiv.documents.facts import shown
from symderiv.documents.latex import Unread
from symderiv.documents.reading import Reading, Unclear
from symderiv.documents.syntax import Big, Fn, Node, Number, Sym, walk
from symderiv.documents.vectors import pairs_of
from symderiv.documents.writer import Writer

if TYPE_CHECKING:
    from symderiv.documents.book import Formula
    from symderiv.documents.facts import Facts
    from symderiv.documents.rows import Statement


@dataclass(frozen=True, slots=True)
class Relation:
    """``text`` in the notation, ``names``: the inputs it is about, ``at``: where it stands, ``note``."""

    text: str
    names: frozenset[str]
    at: int
    note: str


class Relations:
    """Those of a book, found once they are asked for."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.found: list[Relation] | None = None

    def about(self, nodes: list[Node], at: int) -> Iterator[tuple[str, str]]:
        """Relations between inputs of a row, with what to say of them."""
        facts, split = self.facts, self.facts.book.usage.split
        if self.found is None:
            statements = ((f, s) for f in facts.book.formulas for row in f.rows for s in row.statements)
            found = [r for f, s in statements for r in _of(facts, f, s)]
            self.found = list({r.text: r for r in reversed(found)}.values())
        if self.found:
            names = [split(n) for n in facts.with_definitions(nodes) if isinstance(n, Sym)]
            idents = {facts.book.usage.ident(key, len(marks)) for key, marks in names}
            by = {facts.book.usage.ident(*name) for name in facts.targets_in(facts.with_definitions(nodes))}
            for r in self.found:
                if r.names <= idents and r.at != at and not r.names & by:
                    yield r.text, r.note


def _of(facts: Facts, f: Formula, s: Statement) -> Iterator[Relation]:
    if s.relations != ["", "="] or any(e.node is None for e in s.elements):
        return
    a, b = s.elements
    assert a.node is not None
    assert b.node is not None
    if not isinstance(b.node, Number) or not facts.is_hypothesis(a.node, b.node, f):
        return
    try:
        pairs = pairs_of(a, b)[0]
        if len(pairs) != 1:
            return
        left, right = _squared(*pairs[0])
        w = Writer(facts.book, a.at, Reading())
        text = f"{w.text(left)} = {w.text(right)}"
    except (Unread, Unclear):
        return
    of_sums = isinstance(left, Big) or any(isinstance(n, Big) for n in walk(left))
    if of_sums and w.inputs and not (w.statements or w.free or w.opaque or w.weak or "<" in text):
        note = f"{shown(facts.book, a)} = {shown(facts.book, b)} (line {facts.book.source.line_of(a.at)})"
        yield Relation(text, frozenset(w.inputs), a.at, note)


def _squared(left: Node, right: Node) -> tuple[Node, Node]:
    """``\\|u\\| = 1`` without its root."""
    if isinstance(left, Fn) and left.name == "sqrt" and isinstance(right, Number):
        return left.args[0], Number(right.value**2)
    return left, right

"""What holds where derivatives are set to zero: ``w - \\sum_i a_i x_i = 0``, in the rows behind it.

Input: a row of a book.  Output: the equations before it in its section, in the notation; one that tells what
a name is, that nothing else defines, as ``name := value``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from symderiv.documents.content.solving import zeroed
from symderiv.documents.matrix.entries import GENERAL
from symderiv.documents.matrix.vectors import pairs_of
from symderiv.documents.meaning.reading import Reading, Unclear
from symderiv.documents.meaning.writer import Writer
from symderiv.documents.text.latex import Unread
from symderiv.documents.text.syntax import Add, Deriv, Neg, Node, Sym, walk

if TYPE_CHECKING:
    from symderiv.documents.judging.facts import Facts
    from symderiv.documents.judging.relations import Relations
    from symderiv.documents.text.rows import Element


def at_zeros(
    facts: Facts, relations: Relations, nodes: list[Node], at: int
) -> Iterator[tuple[list[str], str]]:
    """All such equations at once, for a row that has no derivative."""
    if any(isinstance(n, Deriv) or (isinstance(n, Sym) and n.primes) for n in nodes):
        return
    book = facts.book
    section = book.section_at(at)
    texts: dict[str, str] = {}
    lines = []
    for g, chain in zeroed(book.formulas):
        if g.section == section and chain[-1].at < at and len(chain) > 2:
            made = _text(facts, chain[-2], chain[-1])
            if made and texts.setdefault(made.partition(" := ")[0], made) == made:
                lines.append(book.source.line_of(chain[-1].at))
    if texts:
        also = [r.text for r in relations.about(nodes, at) if not r.loose]
        said = ", ".join(str(n) for n in dict.fromkeys(lines))
        yield [*texts.values(), *also], f"what is set to zero (line {said})"


def _text(facts: Facts, body: Element, zero: Element) -> str:
    """An equation in the notation; nothing where it rests on what something defines."""
    if body.node is None or zero.node is None:
        return ""
    try:
        pairs = pairs_of(body, zero)[0]
        ((left, _),) = pairs if len(pairs) == 1 else ((None, None),)
        if left is None or isinstance(left, Deriv):
            return ""
        w = Writer(facts.book, body.at, Reading())
        solved = _solved(facts, left, body.at)
        text = f"{w.text(solved[0])} := {w.text(solved[1])}" if solved else f"{w.text(left)} = 0"
    except (Unread, Unclear):
        return ""
    places = {facts.book.usage.letter(m.text): f"h{n}" for n, m in enumerate(GENERAL)}
    if w.statements or w.opaque or w.weak or w.dropped_names or not w.inputs or "<" in text:
        return ""
    own = {facts.book.usage.letter(m.text) for m in facts.book.usage.split(solved[0])[1]} if solved else set()
    if not w.free.keys() <= own:
        return ""
    return re.sub(r"\b[a-z]+\b", lambda m: places.get(m[0], m[0]), text)


def _solved(facts: Facts, left: Node, at: int) -> tuple[Sym, Node] | None:
    """The name that stands once in a side, as a term of its own, and what it is where the side is zero."""
    for n, term in enumerate(left.terms if isinstance(left, Add) else ()):
        assert isinstance(left, Add)
        name = term.body if isinstance(term, Neg) else term
        rest = left.terms[:n] + left.terms[n + 1 :]
        if not isinstance(name, Sym) or name.primes or not rest:
            continue
        key, marks = facts.book.usage.split(name)
        others = {facts.book.usage.split(x)[0] for r in rest for x in walk(r) if isinstance(x, Sym)}
        if key in others or facts.book.find(key, len(marks), at) is not None or key in facts.book.usage.sizes:
            continue
        return name, Add(rest) if isinstance(term, Neg) else Neg(Add(rest))
    return None

"""Entries that are defined one by one: ``y_1 = e^{z_1} / (e^{z_1} + e^{z_2} + e^{z_3})``, and y_2, y_3 alike.

Input: a book, of which the vectors whose entries are all written out are known.  What is set: the definition
of an entry, with a letter in the place of its number, up to the end of the section.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from symderiv.documents.content.defining import elements_of
from symderiv.documents.content.definition import Definition
from symderiv.documents.content.instances import moved
from symderiv.documents.text.rows import Element, Statement
from symderiv.documents.text.syntax import Add, Deriv, Mark, Node, Sym, map_nodes, walk
from symderiv.documents.text.written import collapsed
from symderiv.documents.usage.census import counted_from, intercepts

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book
    from symderiv.documents.content.formulas import Formula

#: The letter of such a definition.
LETTER = "entry"
_SLOT = Mark("letter", LETTER)


def numbered(book: Book) -> None:
    """Add such definitions."""
    found: dict[str, dict[str, tuple[Node, Statement, Formula]]] = {}
    for f in book.formulas:
        for s in (s for r in f.rows for s in r.statements):
            head = s.elements[0].node
            body = s.elements[1].node if s.relations[1:2] == ["="] and not s.leading else None
            if not isinstance(head, Sym) or body is None or len(head.sub) != 1 or head.sup or head.primes:
                continue
            (mark,) = head.sub
            key, marks = book.usage.split(head)
            known = (key, 1) in book.definitions or (key, 1) in book.poisoned
            if (
                mark.kind != "number"
                or len(marks) != 1
                or known
                or any(isinstance(n, Deriv) for n in walk(body))
            ):
                continue
            general = _general(book, body, mark)
            if general is not None:
                found.setdefault(head.base, {}).setdefault(mark.text, (general, s, f))
    for base, entries in found.items():
        (general, s, f), *others = entries.values()
        if (not others and not _lettered(book, base)) or any(_bare(o[0]) != _bare(general) for o in others):
            continue
        book.usage.letters.add(LETTER)
        ends = [g.item.at for g in book.formulas if g.section > f.section and not g.hidden]
        link = (id(s.elements[0]), id(s.elements[1]))
        name = Sym(base, (_SLOT,))
        made = Definition(base, (LETTER,), (), general, s.elements[0].at, f.section, 0, link, name)
        made.until = min(ends, default=-1) if others else -1
        made.example = not others
        book.definitions[base, 1] = [made]


def zeroth(statements: Sequence[Statement], nodes: Sequence[Node]) -> list[Statement]:
    """``p_i = e^{s_i} / Z`` at 0, where s_0 is none of the s_i: ``Z = e^{s_0} + \\sum_i e^{s_i}``."""
    apart = (intercepts(nodes) | counted_from("1", nodes)) - counted_from("0", nodes)
    used = {n.base for n in nodes if isinstance(n, Sym) and _is_at(n, "0")} - apart if apart else set()
    heads = {s.elements[0].node for s in statements}
    made = []
    for s in (s for s in statements if s.relations[1:2] == ["="] and not s.leading):
        head, body = s.elements[0].node, s.elements[1].node
        if not isinstance(head, Sym) or body is None or len(head.sub) != 1 or head.base not in used:
            continue
        (mark,) = head.sub
        entries = {n.base for n in walk(body) if isinstance(n, Sym) and n.sub == (mark,)}
        first = replace(head, sub=(Mark("number", "0"),))
        if mark.kind == "letter" and entries & apart and first not in heads and not (head.sup or head.primes):
            tokens = s.elements[0].tokens
            sides = [Element(tokens, moved(x, mark.text, Mark("number", "0"))) for x in (head, body)]
            made.append(Statement(sides, ["", "="]))
    return made


def _is_at(n: Sym, number: str) -> bool:
    return [m.text for m in n.sub] == [number] and not (n.sup or n.primes)


def _lettered(book: Book, base: str) -> bool:
    """Whether entries are differentiated by a letter, beside which z_1 is an example."""
    nodes = (n for e in elements_of(book.formulas) if e.node is not None for n in walk(e.node))
    of = [n.body for n in nodes if isinstance(n, Deriv) and isinstance(n.body, Sym) and n.body.base == base]
    return any([m.kind for m in x.sub] == ["letter"] for x in of)


def _general(book: Book, body: Node, mark: Mark) -> Node | None:
    """A body with the letter for the number of its entry; None where other numbers stand in it."""

    def put(node: Node) -> Node:
        if isinstance(node, Add) and book.entries:
            node = collapsed(node, book.entries)
        if isinstance(node, Sym):
            entry = node.sub == (mark,) and book.usage.is_index(node, mark, "sub")
            return replace(node, sub=(_SLOT,)) if entry else node
        return map_nodes(node, put)

    made = put(body)
    syms = [n for n in walk(made) if isinstance(n, Sym)]
    if any(book.usage.is_index(n, m, "sub") for n in syms for m in n.sub if m.kind == "number"):
        return None
    return made if any(_SLOT in n.sub for n in syms) else None


def _bare(node: Node) -> Node:
    """A tree without the places that it was read from."""
    return map_nodes(replace(node, at=-1, end=-1), _bare)

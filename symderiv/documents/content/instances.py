"""What is said of layer l holds of l + 1: definitions at l + 1 and at the last layer L, where the document
uses these and states none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from symderiv.documents.text.syntax import Apply, Deriv, Mark, Node, Sym, map_nodes, walk

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book
    from symderiv.documents.content.definition import Definition


def instances(book: Book) -> None:
    """Add the definitions at l + 1 and L that the document needs and does not state."""
    letters = book.usage.layers
    if not letters:
        return
    used = {
        book.usage.split(n)[0]
        for f in book.formulas for r in f.rows for s in r.statements for e in s.elements
        if e.node is not None for n in walk(e.node) if isinstance(n, Sym)
    }  # fmt: skip
    for versions in book.definitions.values():
        _best(book, versions).active = True
    for _ in range(2):
        for d in [_best(book, v) for v in book.definitions.values()]:
            for made in _copies(book, d, letters):
                name = (made.key, len(made.letters))
                known = book.definitions.get(name)
                if known and known[0].at > d.at and isinstance(d.body, Deriv) and d.link != (-1, -1):
                    _first(book, made)  # delta^L, once delta^l is said to be a derivative
                elif name not in book.definitions and (made.key in used or _needed(book, made.key)):
                    book.definitions[name] = [made]


def _first(book: Book, made: Definition) -> None:
    """Put a definition before those that the document states of a name, which are claims then."""
    known = book.definitions[made.key, len(made.letters)]
    if isinstance(known[0].body, Deriv):
        return
    for d in known:
        d.version, d.active = d.version + 1, False
    book.definitions[made.key, len(made.letters)] = [made, *known]


def _best(book: Book, versions: list[Definition]) -> Definition:
    """``a = f(z)`` rather than a written out, once z has a name."""
    first = versions[0]
    if any(isinstance(n, Deriv) for n in walk(first.body)):
        return first
    size = {id(d): sum(1 for _ in walk(d.body)) for d in versions}
    named = [d for d in versions if _rests(book, d) and not any(isinstance(n, Deriv) for n in walk(d.body))]
    return min([first, *named], key=lambda d: size[id(d)])


def _rests(book: Book, d: Definition) -> set[str]:
    """The defined names in a definition."""
    found = {book.usage.split(n)[0] for n in walk(d.body) if isinstance(n, Sym)}
    return {k for k in found if book.arities(k)} if d.key not in found else set()


def _needed(book: Book, key: str) -> bool:
    return any(
        isinstance(n, Sym) and book.usage.split(n)[0] == key
        for versions in book.definitions.values() for d in versions for n in walk(d.body)
    )  # fmt: skip


def _copies(book: Book, d: Definition, letters: set[str]) -> Iterator[Definition]:
    if d.name is None:
        return
    own = {m for m in _marks(d.name) if m.kind in ("letter", "shift") and m.text in letters}
    for m in own:
        x = m.text
        if m.kind == "shift":  # said of l + 1: of l, and then of the others
            others = [Mark("shift", x, -m.shift)]
        else:
            others = [Mark("shift", x, 1), Mark("letter", x.upper()), *book.usage.last]
            others += [Mark("letter", y) for y in sorted(letters) if y != x]
        for to in others:
            head = moved(d.name, x, to)
            inner = head.head if isinstance(head, Apply) else head
            assert isinstance(inner, Sym)
            yield replace(
                d, key=book.usage.split(inner)[0], name=head, body=moved(d.body, x, to), link=(-1, -1)
            )


def _marks(node: Node) -> Sequence[Mark]:
    head = node.head if isinstance(node, Apply) else node
    return (*head.sub, *head.sup) if isinstance(head, Sym) else ()


def moved(node: Node, letter: str, to: Mark) -> Node:
    """``node`` at another layer."""
    if isinstance(node, Sym):
        return replace(
            node,
            sub=tuple(_moved(m, letter, to) for m in node.sub),
            sup=tuple(_moved(m, letter, to) for m in node.sup),
        )
    return map_nodes(node, lambda n: moved(n, letter, to))


def _moved(m: Mark, letter: str, to: Mark) -> Mark:
    if m.kind not in ("letter", "shift") or m.text != letter:
        return m
    shift = m.shift + to.shift
    return Mark("shift", to.text, shift) if shift else Mark("letter", to.text) if to.shift else to

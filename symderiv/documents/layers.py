"""Layers and steps: ``a^{l-1}``, ``h_{t-1}`` are names of their own, and what is said of l holds of l + 1.

A letter that names carry shifted, and that nothing sums over, counts layers (or steps in time): it is a
label, not an index.  A definition at l is one at l + 1 and at the last layer L as well, where the document
uses these.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from symderiv.documents.latex import Token
from symderiv.documents.syntax import Apply, Deriv, Mark, Node, Sym, map_nodes, walk

if TYPE_CHECKING:
    from symderiv.documents.book import Book
from symderiv.documents.defining import Definition

_BARE = re.compile(r"\^\{?\s*(?:l|\\ell)\s*[-+]\s*1")


def speaks_of_layers(formulas: Iterable[str]) -> bool:
    """Whether superscripts l, l - 1, L count layers."""
    return any(_BARE.search(f) for f in formulas)


def bracketed(tokens: list[Token]) -> list[Token]:
    """``a^l`` as ``a^{(l)}``."""
    made: list[Token] = []
    n = 0
    while n < len(tokens):
        t = tokens[n]
        made.append(t)
        n += 1
        if t.text != "^" or t.kind != "sym" or n >= len(tokens):
            continue
        end = n + 1
        inner = tokens[n:end]
        if tokens[n].text == "{":
            while end < len(tokens) and tokens[end].text != "}" and end - n < 6:
                end += 1
            inner, end = tokens[n + 1 : end], end + 1
        if "".join(x.text for x in inner) in ("l", "L", "ell", "l-1", "l+1", "L-1", "ell-1", "ell+1"):
            at = inner[0].at
            made += [Token("sym", "{", at), Token("sym", "(", at), *inner]
            made += [Token("sym", ")", at), Token("sym", "}", at)]
            n = end
    return made


_PREFIX = re.compile(r"(?:^|\\\\|\n)[\s&]*\\(delta|Delta)\s*([A-Za-z])(?:[_^](?:\{[^{}=]*\}|\w))*\s*&?\s*=")


def prefixed(formulas: Iterable[str]) -> set[str]:
    """Signs that name a gradient or a change: ``\\delta c`` where rows begin ``\\delta c_t =``."""
    return {m.group(1) for f in formulas for m in _PREFIX.finditer(f)}


def joined(tokens: list[Token], signs: set[str]) -> list[Token]:
    """A sign and the letter behind it as one name."""
    made: list[Token] = []
    for t in tokens:
        before = made[-1] if made else None
        sign = before is not None and before.kind == "cmd" and before.text in signs
        if before is not None and sign and t.kind in ("letter", "word") and t.text:
            made[-1] = Token("word", before.text + t.text, before.at)
        else:
            made.append(t)
    return made


def counted(syms: Iterable[Sym], bound: set[str]) -> set[str]:
    """Letters that count layers or steps."""
    shifted = {m.text for s in syms for m in (*s.sub, *s.sup) if m.kind == "shift" and abs(m.shift) == 1}
    return {x for x in shifted if x not in bound and len(x) == 1}


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
    own = {m.text for m in _marks(d.name) if m.kind == "letter"} & letters
    for x in own:
        for to in (Mark("shift", x, 1), Mark("letter", x.upper())):
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
    return Mark("shift" if shift else "letter", to.text, shift)

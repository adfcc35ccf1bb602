"""Which axes have as many entries as a named size: those that it is said of, and what meets them.

Input: a book and the name of a size.  Output: the axes, as keys with their number of indices.  A space says
it of x; a vector that is defined by x, entry by entry, or summed with it, has as many entries.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from symderiv.documents.text.syntax import Apply, Big, Node, Sym, walk

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book

#: Key, number of indices, which of them.
Axis = tuple[str, int, int]


def spans(book: Book, size: str) -> set[Axis]:
    """All axes with so many entries."""
    if size not in book.spans:
        found = {a for letter, body in book.usage.sizes[size] if body for a in _carrying(book, body, letter)}
        groups = list(_groups(book))
        more = True
        while found and more:
            reached = {a for g in groups if g & found for a in g} - found
            more = bool(reached)
            found |= reached
        book.spans[size] = found
    return book.spans[size]


def _groups(book: Book) -> Iterator[set[Axis]]:
    """Axes that share a letter in a definition, or below a sum in one."""
    for versions in book.definitions.values():
        for d in versions:
            for axis, letter in enumerate(d.letters):
                yield {(d.key, len(d.letters), axis), *_carrying(book, d.body, letter)}
            for big in walk(d.body):
                if isinstance(big, Big):
                    for letter in big.letters:
                        yield set(_carrying(book, big.body, letter))


def _carrying(book: Book, body: Node, letter: str) -> Iterator[Axis]:
    arguments = {id(a) for n in walk(body) if isinstance(n, Apply) for a in n.args}
    for n in walk(body):
        if isinstance(n, Sym):
            key, marks = book.usage.split(n)
            if n.base == "1" or (key == "delta" and len(marks) == 2 and not book.arities(key)):
                continue  # vectors of ones, and Kronecker's delta, are of any axis
            if id(n) in arguments and (key, len(marks) + 1) in book.usage.carried:
                continue  # x^{(i)}, a vector with entries x_j^{(i)}
            if len(marks) == 1 and n.sup and not n.sub and key in book.declared:
                if marks[0].text == letter:
                    yield key, 2, 1  # x^{(i)}, a vector of which entries are taken elsewhere
                continue
            if len(marks) == 1 and (key, 2) in book.usage.carried and _both_ways(book, n.base):
                continue  # x^i is a vector, x_j an entry of one
            yield from ((key, len(marks), axis) for axis, m in enumerate(marks) if m.text == letter)


def _both_ways(book: Book, base: str) -> bool:
    """Whether a name has indices above it and below it."""
    return {(base, "sub"), (base, "sup")} <= book.usage.indexed

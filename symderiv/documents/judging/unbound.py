"""Definitions with a letter that is bound wrongly: a sum over one that its terms do not have, an index on one
side only.

Input: a book.  Output: such definitions, where, and what is said of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.documents.content.book import Book
from symderiv.documents.content.defining import elements_of
from symderiv.documents.content.definition import Definition
from symderiv.documents.content.heads import opaque_letters
from symderiv.documents.text.syntax import Big, Node, Sym, children, walk

#: Letters of vectors that are written without any.
_PLACES = {"row", "col"}


def unbound(book: Book) -> Iterator[tuple[Definition, int, str]]:
    """The definitions."""
    yield from in_sums(book)
    yield from _one_side(book)


def in_sums(book: Book) -> Iterator[tuple[Definition, int, str]]:
    """Those in which a sum is over a letter that its terms do not have."""
    yield from _loose(book)
    yield from _lone(book)


def _loose(book: Book) -> Iterator[tuple[Definition, int, str]]:
    """Definitions with a sum over a letter that its terms do not have, which have one that nothing binds."""
    labels = labels_in(book)
    for versions in book.definitions.values():
        for d in versions[:1]:
            own = {x.base for p in d.params for x in walk(p) if isinstance(x, Sym)}
            own.update(d.letters, *(letters_at(book, p) for p in d.params))
            for n, outer in sums_in(d.body, own):
                if len(n.letters) == 1 and n.letters[0] in book.usage.letters:
                    free = free_in(book, n.body) - outer - labels - _PLACES
                    bare = any(isinstance(x, Sym) and x.base == n.letters[0] for x in walk(n.body))  # p_t(k)
                    if n.letters[0] not in letters_at(book, n.body) and free and not bare:
                        shown = ", ".join(sorted(free))
                        yield d, n.at, f"the {word_of(n.op)} runs over {n.letters[0]}; its terms have {shown}"


def labels_in(book: Book) -> set[str]:
    """Letters that no sum binds, under names which never have another index: the t of ``p_t`` and
    ``\\alpha_t``, the true class."""
    marks: dict[str, set[str]] = {}
    for x in syms_of(book):
        for m in book.usage.split(x)[1]:
            marks.setdefault(book.usage.split(x)[0], set()).add(m.text)
    bound = {
        x
        for e in elements_of(book.formulas)
        if e.node is not None
        for n in walk(e.node)
        if isinstance(n, Big)
        for x in n.letters
    }
    others = {x for texts in marks.values() if len(texts) > 1 for x in texts}
    return {x for texts in marks.values() for x in texts} - bound - others


def sums_in(node: Node, bound: set[str]) -> Iterator[tuple[Big, set[str]]]:
    """The sums of a node with the letters that are bound where they stand."""
    if isinstance(node, Big):
        yield node, bound
        bound = bound | set(node.letters)
    for x in children(node):
        yield from sums_in(x, bound)


def _lone(book: Book) -> Iterator[tuple[Definition, int, str]]:
    """Definitions of a number with a letter in a sum over another one, which stands nowhere else at all."""
    count: dict[str, int] = {}
    for s in syms_of(book):
        for m in (*s.sub, *s.sup):
            count[m.text] = count.get(m.text, 0) + 1
    for versions in book.definitions.values():
        d = versions[0]
        if d.params or d.letters or d.link == (-1, -1) or len(book.arities(d.key)) > 1:
            continue
        for n, outer in sums_in(d.body, set()):
            for x in sorted(free_in(book, n.body) - outer - set(n.letters)):
                if count.get(x) == 1 and same_axis(book, x, set(n.letters)):
                    yield d, n.at, f"nothing binds the index {x} in the {word_of(n.op)} over {n.letters[0]}"


def _one_side(book: Book) -> Iterator[tuple[Definition, int, str]]:
    """Definitions of an entry whose body has another entry's letter, and not its own."""
    for versions in book.definitions.values():
        for d in versions[:1]:
            if d.params or len(d.letters) != 1 or d.link == (-1, -1):
                continue
            inside = letters_at(book, d.body)
            (own,) = d.letters
            free = free_in(book, d.body)
            if own not in inside and len(free) == 1 and own not in _PLACES and same_axis(book, own, free):
                yield d, d.at, f"the index {own} stands on the left only, {min(free)} on the right only"


def same_axis(book: Book, own: str, free: set[str]) -> bool:
    """Whether two letters stand at the same place of some name, so that one may be a slip for the other."""
    slots = [
        {(s.base, n) for s in syms_of(book) for n, m in enumerate((*s.sub, *s.sup)) if m.text == x}
        for x in (own, *free)
    ]
    return len(slots) > 1 and bool(slots[0] & slots[1])


def syms_of(book: Book) -> Iterator[Sym]:
    for e in elements_of(book.formulas):
        for n in walk(e.node) if e.node is not None else ():
            if isinstance(n, Sym):
                yield n


def free_in(book: Book, node: Node) -> set[str]:
    """The index letters of a node that nothing in it binds where they stand."""
    if isinstance(node, Big):
        return free_in(book, node.body) - set(node.letters)
    if isinstance(node, Sym):
        return {m.text for m in book.usage.split(node)[1] if m.kind == "letter"}
    found = set(opaque_letters(book.usage, getattr(node, "opaque", "")))
    return found.union(*(free_in(book, x) for x in children(node)))


def letters_at(book: Book, node: Node) -> set[str]:
    found: set[str] = set()
    for n in walk(node):
        if isinstance(n, Sym):
            marks = [m.text for m in book.usage.split(n)[1]]
            found.update(marks, (x.rpartition("_")[2] for x in marks))  # u_{n_i} has i
        found.update(opaque_letters(book.usage, getattr(n, "opaque", "")))
    return found


def word_of(op: str) -> str:
    return {"sum": "sum", "prod": "product"}.get(op, op)

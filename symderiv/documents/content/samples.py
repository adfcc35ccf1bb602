"""One of several examples: ``\\hat y^{(i)}`` where ``\\hat y = w^T x``, and x^{(i)} is the input of one.

Input: a book with its definitions.  What is set: the definitions of such names, with the letter above those
names that have one elsewhere.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from symderiv.documents.content.defining import elements_of
from symderiv.documents.content.definition import Definition
from symderiv.documents.matrix.values import put
from symderiv.documents.text.syntax import (
    Add,
    Apply,
    Big,
    Deriv,
    Mark,
    Neg,
    Node,
    Sym,
    bound_in,
    map_nodes,
    walk,
)

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book

#: How often one such name may rest on another.
_DEEP = 4


def samples(book: Book, each: set[str]) -> None:
    """Add the definitions of one example that the document needs and does not state; ``each``: names that
    belong to one example."""
    usage = book.usage
    syms = [
        n
        for e in elements_of(book.formulas)
        if e.node is not None
        for n in walk(e.node)
        if isinstance(n, Sym)
    ]
    above = each | {n.base for n in syms if _letter(book, n) is not None}
    if not above:
        return
    for _ in range(_DEEP):
        wanted: dict[tuple[str, int], Sym] = {}
        for n in [*syms, *(n for v in book.definitions.values() for d in v for n in walk(d.body))]:
            if isinstance(n, Sym) and _letter(book, n) is not None:
                key, marks = usage.split(n)
                wanted.setdefault((key, len(marks)), n)
        made = False
        for name, sym in wanted.items():
            if _is_target(book, sym, syms):
                continue
            if name not in book.definitions and (d := _of_one(book, name, sym, above)) is not None:
                book.definitions[name] = [d]
                made = True
        if not made:
            return


def _is_target(book: Book, sym: Sym, syms: list[Sym]) -> bool:
    """Whether a name above which an example stands is what the one without is compared with, ``y = a + b x``
    beside ``y^{(i)} - a - b x^{(i)}``: it is told by the data then."""
    mark = sym.sup[0]
    key, marks = book.usage.split(sym)
    bodies = [d.body for d in book.definitions.get((key, len(marks) - 1), [])]
    if not bodies or sym not in syms:
        return False
    told = [frozenset(_terms(x)) for x in bodies]
    for e in elements_of(book.formulas):
        for n in walk(e.node) if e.node is not None else ():
            terms = [_bare(t, mark) for t in _terms(n)] if isinstance(n, Add) else []
            own = _bare(sym, mark)
            for side in (terms, [_negated(t) for t in terms]):  # y - a - b x, a + b x - y
                if own in side and frozenset(_negated(t) for t in side if t != own) in told:
                    return True
    return False


def _terms(node: Node) -> tuple[Node, ...]:
    return node.terms if isinstance(node, Add) else (node,)


def _negated(node: Node) -> Node:
    return node.body if isinstance(node, Neg) else Neg(node)


def _bare(node: Node, mark: Mark) -> Node:
    """A tree without the example above its names."""
    if isinstance(node, Sym):
        return replace(node, sup=tuple(m for m in node.sup if m != mark))
    return map_nodes(node, lambda n: _bare(n, mark))


def _letter(book: Book, sym: Sym) -> Mark | None:
    """The letter above a name that says which example it is of."""
    if len(sym.sup) != 1 or sym.sup[0].kind != "letter" or sym.primes:
        return None
    return sym.sup[0] if book.usage.is_index(sym, sym.sup[0], "sup") else None


def _of_one(book: Book, name: tuple[str, int], sym: Sym, above: set[str]) -> Definition | None:
    mark = _letter(book, sym)
    versions = book.definitions.get((name[0], name[1] - 1), [])
    if mark is None or not versions:
        return None
    d = versions[0]
    own = d.name
    plain = isinstance(own, Sym) and own.base == sym.base and not (own.sup or own.primes)
    nodes = list(walk(d.body))
    heads = {id(n.head) for n in nodes if isinstance(n, Apply)}
    opaque = any(isinstance(n, Deriv) or (isinstance(n, Apply) and n.opaque) for n in nodes)
    if not plain or d.params or opaque:
        return None
    if any(isinstance(n, Sym) and n.sup for n in nodes) or mark.text in d.letters:
        return None
    names = [n for n in nodes if isinstance(n, Sym) and id(n) not in heads]
    carried = {n.base for n in names if _carries(book, n, above, _DEEP)}
    if not carried:
        return None
    assert isinstance(own, Sym)
    head = replace(own, sup=(mark,))
    letters = tuple(m.text for m in book.usage.split(head)[1])
    if len(letters) != name[1]:
        letters = (*d.letters, mark.text)
    other = f"{mark.text}prime"
    book.usage.letters |= {other} if mark.text in bound_in(nodes) else set()
    body = _put(_renamed(d.body, mark, Mark("letter", other)), carried, mark)
    return Definition(name[0], letters, (), body, d.at, d.section, 0, (-1, -1), head)


def _renamed(node: Node, old: Mark, new: Mark) -> Node:
    """The tree with another letter for that of its own sums which counts the examples outside."""
    if isinstance(node, Big) and old.text in node.letters:
        letters = tuple(new.text if x == old.text else x for x in node.letters)
        return replace(node, letters=letters, body=put(node.body, old, new))
    return map_nodes(node, lambda n: _renamed(n, old, new))


def _carries(book: Book, sym: Sym, above: set[str], depth: int) -> bool:
    """Whether a name is of one example, as it is or by what it rests on."""
    if sym.base in above:
        return True
    key, marks = book.usage.split(sym)
    bodies = [d.body for d in book.definitions.get((key, len(marks)), [])[:1]] if depth else []
    return any(_carries(book, n, above, depth - 1) for b in bodies for n in walk(b) if isinstance(n, Sym))


def _put(node: Node, names: set[str], mark: Mark) -> Node:
    if isinstance(node, Sym):
        return replace(node, sup=(mark,)) if node.base in names and not node.sup else node
    if isinstance(node, Apply):
        return replace(node, args=tuple(_put(a, names, mark) for a in node.args))
    return map_nodes(node, lambda n: _put(n, names, mark))

"""A function of what has a name is a function of that name: ``a = s(W x + b)`` beside ``z = W x + b``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from symderiv.documents.content.defining import is_by, mentions
from symderiv.documents.matrix.values import put
from symderiv.documents.text.syntax import Add, Apply, Big, Fn, Mark, Node, Number, Sym, map_nodes, walk

if TYPE_CHECKING:
    from symderiv.documents.content.book import Book
    from symderiv.documents.content.definition import Definition


def fold(book: Book) -> None:
    """Write such arguments as the names that stand for them, so that derivatives go by way of these."""
    every = [d for known in book.definitions.values() for d in known if d.active]
    once = [known[0] for known in book.definitions.values() if len(known) == 1]
    named = [d for d in once if isinstance(d.name, Sym) and not d.params and _is_sum(d.body)]
    for d in every:
        body = d.body
        if not isinstance(body, Apply | Fn) or len(body.args) != 1 or not _is_sum(body.args[0]):
            continue
        for one in named:
            name = _as_in(one, d)
            if one.key != d.key and name is not None and alike(_body_as_in(one, d)) == alike(body.args[0]):
                d.body = replace(body, args=(name,))
                break
    _fold_targets(book, once, every)


def _fold_targets(book: Book, once: list[Definition], every: list[Definition]) -> None:
    """``y = softmax(W h + b)``, and behind it derivatives by ``z = W h + b``: what has that name is written
    with it, where nothing else that y is made of is in it."""
    for one in once:
        known = isinstance(one.name, Sym) and not one.params and len(one.letters) < 2
        if not known or not isinstance(one.body, Add) or not is_by(book, one.key):
            continue
        if any(mentions(book, d.body, one.key, len(one.letters)) for d in every):
            continue  # it is stated with the name
        for d in (d for d in every if d.key != one.key):
            if any(_keys(book, p) & _keys(book, one.body) for p in d.params):
                continue  # f(b) = 1 + e^b = v: its argument would be lost
            put = _put_name(d.body, one)
            if put != d.body and not _keys(book, put) & _keys(book, one.body):
                d.body = put


def _put_name(node: Node, one: Definition) -> Node:
    assert one.name is not None
    if isinstance(node, Add):
        free = {m.text for n in walk(node) if isinstance(n, Sym) for m in (*n.sub, *n.sup) if one.letters}
        for letter in sorted(free) if one.letters else [""]:
            old, new = (Mark("letter", x) for x in (*one.letters, letter)) if letter else (Mark("", ""),) * 2
            if put(one.body, old, new) == node:
                return put(one.name, old, new)
    return map_nodes(node, lambda n: _put_name(n, one))


def _keys(book: Book, node: Node) -> set[str]:
    return {book.usage.split(n)[0] for n in walk(node) if isinstance(n, Sym)}


def _is_sum(node: Node) -> bool:
    """Whether a term is worth a name: it sums over an index."""
    return not isinstance(node, Sym | Number) and any(isinstance(n, Big) for n in walk(node))


def _as_in(one: Definition, d: Definition) -> Node | None:
    """The name of ``one`` with the letters of ``d``."""
    if len(one.letters) != len(d.letters) or one.name is None:
        return None
    return _renamed(one.name, one, d)


def _body_as_in(one: Definition, d: Definition) -> Node:
    return _renamed(one.body, one, d)


def _renamed(node: Node, one: Definition, d: Definition) -> Node:
    for n, (old, new) in enumerate(zip(one.letters, d.letters, strict=True)):
        if old != new:
            node = put(node, Mark("letter", old), Mark("letter", f"#{n}"))
    for n, (old, new) in enumerate(zip(one.letters, d.letters, strict=True)):
        if old != new:
            node = put(node, Mark("letter", f"#{n}"), Mark("letter", new))
    return node


def alike(node: Node, depth: int = 0) -> Node:
    """The term with the letters of its sums named by how deep they stand."""
    if isinstance(node, Big):
        for n, old in enumerate(node.letters):
            body = put(node.body, Mark("letter", old), Mark("letter", f"@{depth}.{n}"))
            letters = tuple(f"@{depth}.{n}" if x == old else x for x in node.letters)
            node = replace(node, body=body, letters=letters, upper="", lower="")
        depth += 1
    return map_nodes(node, lambda n: alike(n, depth))


__all__ = ["alike", "fold"]

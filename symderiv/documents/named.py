"""A name that is given, later on, to a part of what another one is defined by: ``L = -\\log \\sigma(a - b)``,
then ``d = a - b`` and the derivative of L by d."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symderiv.documents.syntax import Add, Neg, Node, Sym, map_nodes, walk

if TYPE_CHECKING:
    from symderiv.documents.references import References


def with_name(w: References, body: Node, target: Sym) -> Node:
    """What defines ``body``, with ``target`` in the place of what it stands for, where all of that is gone
    then; else ``body``."""
    usage = w.book.usage
    key, marks = usage.split(target)
    part = w.definition(key, 0)
    if not isinstance(body, Sym) or body.primes or marks or part is None or part.params:
        return body
    own, own_marks = usage.split(body)
    whole = w.definition(own, len(own_marks))
    if whole is None or part.at < whole.at or whole.letters != tuple(m.text for m in own_marks):
        return body
    turned = _turned(part.body)

    def put(n: Node) -> Node:
        if n == part.body:
            return target
        return Neg(target) if n == turned else map_nodes(n, put)

    made = put(whole.body)
    inner = {usage.split(n)[0] for n in walk(part.body) if isinstance(n, Sym)}
    left = {usage.split(n)[0] for n in walk(made) if isinstance(n, Sym)}
    return body if made == whole.body or inner & left else made


def _turned(node: Node) -> Node | None:
    """``b - a`` for ``a - b``."""
    if not isinstance(node, Add) or len(node.terms) != 2:
        return None
    first, second = node.terms
    return Add((second.body, Neg(first))) if isinstance(second, Neg) else None

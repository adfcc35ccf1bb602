"""Functions whose argument is left out where they are defined: ``\\sigma = 1/(1 + e^{-z})``, with
``\\sigma(2z)`` elsewhere.

Input: statements as they are written.  What is set: the head of such a definition, with its argument.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from symderiv.documents.text.syntax import Apply, Node, Sym, walk
from symderiv.documents.text.vocabulary import FUNCTION_LIKE

if TYPE_CHECKING:
    from symderiv.documents.text.rows import Statement

_NUMBERS = frozenset(("pi", "e"))


def arguments_of_heads(statements: Sequence[Statement]) -> None:
    """Write the one name of such an expression behind its head."""
    nodes = [n for s in statements for e in s.elements if e.node is not None for n in walk(e.node)]
    calls = [n for n in nodes if isinstance(n, Apply) and len(n.args) == 1 and not isinstance(n.args[0], Sym)]
    for s in statements if calls else ():
        head, body = s.elements[0].node, s.elements[1].node if s.relations[1:2] == ["="] else None
        if s.leading or not isinstance(head, Sym) or body is None or head.base not in FUNCTION_LIKE:
            continue
        names = {n for n in walk(body) if isinstance(n, Sym) and n.base not in _NUMBERS}
        name = next(iter(names)) if len({n.base for n in names}) == 1 else None
        if name is None or name.sub or name.sup or name.primes or head.sub or head.sup or head.primes:
            continue
        if any(n.head.base == head.base and _is_value(n.args[0], head, name) for n in calls):
            s.elements[0].node = Apply(head, (Sym(name.base, style=name.style),), at=head.at, end=head.end)


def _is_value(arg: Node, head: Sym, name: Sym) -> bool:
    """Whether a function may be taken of a term, and no product be meant: it has no other name in it."""
    return {n.base for n in walk(arg) if isinstance(n, Sym)} == {name.base} != {head.base}

"""Places that are told by a list: ``$(x, y) = (1, 2)$`` is x = 1 and y = 2.

Input: the formulas of a document.  What is set: such a statement in the text becomes one for each entry; a
derivative of a function at ``(1, 2)`` is that where its arguments, as they are written elsewhere, are so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from symderiv.documents.content.formulas import Formula
from symderiv.documents.content.heads import is_named, is_written
from symderiv.documents.text.latex import Unread
from symderiv.documents.text.rows import Element, Statement
from symderiv.documents.text.syntax import Apply, At, Deriv, Matrix, Node, Sym, map_nodes, walk

#: What is said of such a derivative where nothing says what the function is of, or names change places.
NO_NAMES = "a derivative at a place that a list says: which argument is which is not clear"
_Params = dict[tuple[str, int], tuple[Sym, ...]]


def places_by_lists(formulas: Sequence[Formula]) -> None:
    """Write out those of a document."""
    for row in (r for f in formulas if not f.item.display for r in f.rows):
        row.statements = [x for s in row.statements for x in _written_out(s)]
    elements = [e for f in formulas for r in f.rows for s in r.statements for e in s.elements]
    nodes = [n for e in elements if e.node is not None for n in walk(e.node)]
    if not any(isinstance(n, At) and not n.name.base for n in nodes):
        return
    params: _Params = {}
    for n in nodes:
        if isinstance(n, Apply) and n.args and all(isinstance(a, Sym) for a in n.args):
            named = tuple(a for a in n.args if isinstance(a, Sym))
            params.setdefault((n.head.base, len(n.args)), named)
    for e in elements:
        try:
            e.node = None if e.node is None else _placed(e.node, params)
        except Unread as error:
            e.node, e.error = None, error


def _written_out(s: Statement) -> Iterator[Statement]:
    names, values = (e.node for e in s.elements) if s.relations == ["", "="] else (None, None)
    one, two = _entries(names), _entries(values)
    told = values is not None and is_written(values) and is_named(names) and len(one) == len(two)
    if not (one and told):
        yield s
        return
    a, b = s.elements
    for x, y in zip(one, two, strict=True):
        yield replace(s, elements=[Element(a.tokens, x), Element(b.tokens, y)])


def _entries(node: Node | None) -> list[Node]:
    cells = [x for row in node.rows for x in row] if isinstance(node, Matrix) else []
    return [x for x in cells if x is not None]


def _placed(node: Node, params: _Params) -> Node:
    """A tree with the names in the places of the lists."""
    if not isinstance(node, At) or node.name.base:
        return map_nodes(node, lambda n: _placed(n, params))
    values = _entries(node.value)
    of, by = (node.body.body, set(node.body.targets)) if isinstance(node.body, Deriv) else (None, set())
    of = of.head if isinstance(of, Apply) else of
    names = params.get((of.base, len(values))) if isinstance(of, Sym) else None
    plain = all(isinstance(v, Sym) for v in values) and by <= {*values}
    if names == tuple(values) or (names is None and plain):
        return node.body
    mixed = {n for v in values for n in walk(v)} & set(names or ())
    if names is None or mixed:
        raise Unread(NO_NAMES, node.at)
    made: Node = node.body
    for name, value in zip(names, values, strict=True):
        made = At(made, name, value, True, at=node.at, end=node.end)
    return made

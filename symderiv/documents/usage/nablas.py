"""Gradients of a loss that is not said again: ``\\nabla_X = \\nabla_Y \\odot w``, ``\\nabla Q = \\nabla S``.

Input: the sides of all rows.  What is set: such a nabla with the name that it is by becomes one name, which
:mod:`.content.gradients` then takes as a derivative.  A nabla before a name alone is one where the
document says so: ``\\nabla S = \\partial L / \\partial S``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeGuard

from symderiv.documents.text.syntax import (
    Apply,
    Big,
    Deriv,
    Mark,
    Matrix,
    Mul,
    Node,
    Sym,
    Transpose,
    map_nodes,
    walk,
)

if TYPE_CHECKING:
    from symderiv.documents.text.rows import Statement

#: What such a name begins with.
SIGN = "nabla"
#: What a name begins with that is said to be a derivative, ``\\delta_o``.
SLOPE = "slope_"
_BAR = "_bar"
#: An index that is the name of an entry: ``h_t``.
_NESTED = re.compile(r"([A-Za-z])_(\w)")


def name_nablas(statements: Sequence[Statement]) -> None:
    """Write them as names."""
    _write_out(statements)
    elements = [e for s in statements for e in s.elements if e.node is not None]
    nodes = [n for e in elements if e.node is not None for n in walk(e.node)]
    functions = {n.head.base for n in nodes if isinstance(n, Apply)}  # \\nabla_f is of f, not by it
    alone = {n.targets[0].base for n in nodes if _is_bare(n) and isinstance(n.targets[0], Sym)} - functions
    told = bool(alone) or any(_is_told(s) for s in statements)

    def put(n: Node) -> Node:
        if isinstance(n, Deriv) and n.kind == "gradient":
            if n.body is None and len(n.targets) == 1 and isinstance(n.targets[0], Sym):
                return _named(n.targets[0], n) if n.targets[0].base in alone else n
            by = n.targets[0] if len(n.targets) == 1 else None
            if isinstance(by, Sym) and isinstance(n.body, Sym) and {by.base, n.body.base} <= alone:
                return Mul((_named(by, n), n.body), at=n.at, end=n.end)  # \\nabla_x x, beside \\nabla_x
            if told and not n.targets and isinstance(n.body, Sym):
                return _named(n.body, n)
            if told and not n.targets and isinstance(n.body, Transpose) and isinstance(n.body.body, Sym):
                return replace(n.body, body=_named(n.body.body, n))
        return map_nodes(n, put)

    for e in elements if told else ():
        assert e.node is not None
        e.node = put(e.node)


def _write_out(statements: Sequence[Statement]) -> None:
    """``\\nabla f = (2x, 3)`` of ``f(x, y)``, or beside its partial derivatives: as a vector of these."""
    params: dict[str, tuple[Node, ...]] = {}
    for s in (s for s in statements if s.relations[1:2] == ["="] and not s.leading):
        head = s.elements[0].node
        if isinstance(head, Apply) and len(head.args) > 1 and all(isinstance(a, Sym) for a in head.args):
            params.setdefault(head.head.base, head.args)
    for s in statements:
        tables = [e.node for e in s.elements if isinstance(e.node, Matrix)]
        for e in s.elements if tables else ():
            if isinstance(e.node, Deriv) and e.node.kind == "gradient" and not e.node.targets:
                e.node = _entries(e.node, tables, params) or e.node


def _entries(nabla: Deriv, tables: list[Matrix], params: dict[str, tuple[Node, ...]]) -> Matrix | None:
    """A gradient with as many entries as the first table, by what its function is of, or what one is by."""
    body = nabla.body
    name = body.head if isinstance(body, Apply) else body
    if body is None or not isinstance(name, Sym) or name.primes:
        return None
    shape = tables[0].rows
    flat = [x for row in shape for x in row]
    by: Sequence[Node] = params.get(name.base, ())
    if isinstance(body, Apply) and body.args != by:
        by = ()  # \\nabla f(1, 2), at a place
    for table in tables:
        entries = [x for row in table.rows for x in row]
        slopes = [x for x in entries if isinstance(x, Deriv) and len(x.targets) == 1 and x.body == body]
        by = [x.targets[0] for x in slopes] if len(slopes) == len(entries) else by
    if len(by) != len(flat) or len(flat) < 2 or (len(shape) > 1 and len(shape[0]) > 1):
        return None
    made = iter([Deriv("partial", body, (t,), at=nabla.at, end=nabla.end) for t in by])
    rows = tuple(tuple(next(made) for _ in row) for row in shape)
    return Matrix(rows, tables[0].column, at=nabla.at, end=nabla.end)


def errors_of_entries(statements: Sequence[Statement]) -> None:
    """``\\delta_{h_t}``, ``\\delta_{c_t}``, and ``\\delta_{ht}`` beside such ones: names with the index t."""
    elements = [e for s in statements for e in s.elements if e.node is not None]
    nodes = [n for e in elements if e.node is not None for n in walk(e.node)]
    marks = {n.sub for n in nodes if isinstance(n, Sym) and n.base == "delta" and not n.sup}
    nested = {x for x in marks if len(x) == 1 and x[0].kind == "word" and _NESTED.fullmatch(x[0].text)}
    known = {(n.base, n.sub) for n in nodes if isinstance(n, Sym)}
    flat = {x for x in marks if len(x) == 2 and x[0].kind == "letter" and (x[0].text, x[1:]) in known}
    named: dict[tuple[Mark, ...], tuple[str, Mark]] = {x: (x[0].text, x[1]) for x in flat}
    for (mark,) in nested:
        base, _, at = mark.text.partition("_")
        named[mark,] = base, Mark("letter" if at.isalpha() else "number", at)

    def put(n: Node) -> Node:
        if isinstance(n, Sym) and n.base == "delta" and n.sub in named:
            base, mark = named[n.sub]
            return replace(n, base=f"delta{base}", sub=(mark,))
        return map_nodes(n, put)

    for e in elements if nested else ():
        e.node = None if e.node is None else put(e.node)


def name_errors(statements: Sequence[Statement]) -> None:
    """``\\delta_o = \\partial L / \\partial o``, then ``\\delta_h``, ``\\bar h`` alike: derivatives by h."""
    elements = [e for s in statements for e in s.elements if e.node is not None]
    nodes = [n for e in elements if e.node is not None for n in walk(e.node)]
    bases = {b for s in statements for b in _errors(s)}
    known = {n.base for n in nodes if isinstance(n, Sym) and not (n.sub or n.primes)}
    bars = any(_is_barred(s) for s in statements)
    bare = {n.base for n in nodes if isinstance(n, Sym) and not n.base.endswith(_BAR)}
    marked = {m.text for n in nodes if isinstance(n, Sym) and n.base not in bases for m in n.sub}
    known -= marked | {x for n in nodes if isinstance(n, Big) for x in n.letters}

    def put(n: Node) -> Node:
        if isinstance(n, Sym) and n.base in bases and len(n.sub) == 1 and n.sub[0].text in known:
            return replace(n, base=SLOPE + n.sub[0].text, sub=())
        if bars and isinstance(n, Sym) and n.base.endswith(_BAR) and n.base.removesuffix(_BAR) in bare:
            return replace(n, base=SLOPE + n.base.removesuffix(_BAR))
        return map_nodes(n, put)

    for e in elements if bases or bars else ():
        assert e.node is not None
        e.node = put(e.node)


def _errors(s: Statement) -> dict[str, str]:
    """What a row says such a name to be short for: its own sign, and what the derivative is by."""
    if s.leading or "in" in s.relations:
        return {}
    nodes = [e.node for e in s.elements]
    signs = [n for n in nodes if isinstance(n, Sym) and len(n.sub) == 1 and not (n.sup or n.primes)]
    slopes = (n.targets[0] for n in nodes if n is not None and _is_by_name(n))
    by = {t.base for t in slopes if isinstance(t, Sym)}
    return {n.base: n.sub[0].text for n in signs if n.sub[0].text in by and len(n.base) in (1, 5)}


def _is_barred(s: Statement) -> bool:
    """Whether a row says that ``\\bar h`` is the derivative by h."""
    head, *others = (e.node for e in s.elements)
    slopes = [n.targets[0] for n in others if isinstance(n, Deriv) and len(n.targets) == 1]
    if not isinstance(head, Sym) or s.leading or not head.base.endswith(_BAR):
        return False
    by = replace(head, base=head.base.removesuffix(_BAR), style="")
    return any(isinstance(t, Sym) and replace(t, style="") == by for t in slopes)


def _is_by_name(n: Node) -> TypeGuard[Deriv]:
    if not isinstance(n, Deriv) or n.kind == "gradient" or len(n.targets) != 1:
        return False
    (by,) = n.targets
    return isinstance(n.body, Sym) and isinstance(by, Sym) and not (by.sub or by.sup or by.primes)


def _named(sym: Sym, of: Deriv) -> Sym:
    return replace(sym, base=SIGN + sym.base, at=of.at, end=of.end)


def _is_bare(n: Node) -> TypeGuard[Deriv]:
    return isinstance(n, Deriv) and n.kind == "gradient" and n.body is None


def _is_told(s: Statement) -> bool:
    """Whether a nabla before a name is said to be a derivative by it."""
    slopes = [n for e in s.elements for n in (e.node,) if isinstance(n, Deriv)]
    by = {n.targets[0] for n in slopes if n.kind == "partial" and len(n.targets) == 1}
    return any(n.kind == "gradient" and not n.targets and n.body in by for n in slopes)


def styles_of(n: Node) -> set[str]:
    """How the names are written that a gradient is by."""
    by = n.targets if isinstance(n, Deriv) and n.kind == "gradient" else ()
    return {t.style if isinstance(t, Sym) else "term" for t in by}

"""Names that are given late: ``L = -\\log\\sigma(w^T x)``, then "let z = w^T x", and derivatives by z.

Input: the statements of a section, as they are written.  A side before the one that names an expression gets
the name in its place, where derivatives are by that name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from symderiv.documents.text.rows import Statement
from symderiv.documents.text.syntax import (
    Add,
    Apply,
    Cases,
    Deriv,
    Div,
    Fn,
    Mul,
    Neg,
    Node,
    Number,
    Pow,
    Sym,
    map_nodes,
    walk,
)
from symderiv.documents.usage.ranked import factors_of


def introduce(statements: Sequence[Statement]) -> None:
    """Put such names in their places."""
    nodes = [(n, s) for s in statements for e in s.elements if e.node is not None for n in walk(e.node)]
    sought = {t for n, _ in nodes if isinstance(n, Deriv) for t in n.targets if isinstance(t, Sym)}
    gradients = {n: _of_gradient(n) for n, _ in nodes if isinstance(n, Sym) and n.base[:1] == "d"}
    sought.update(gradients.values())
    first: dict[Node, int] = {}
    for n, s in nodes:
        for name in (n, gradients.get(n) if isinstance(n, Sym) else None):
            if name is not None and name in sought:
                first.setdefault(name, s.elements[0].at)
    for s in statements:
        head = s.elements[0].node
        if s.leading or s.relations != ["", "="] or head not in sought or s.elements[0].at > first[head]:
            continue
        if sum(x.elements[0].node == head and x.relations[1:2] == ["="] for x in statements) > 1:
            continue  # it stands for several terms in turn
        if any(_is_of(x, head) and x.elements[0].node in sought for x in statements):
            continue  # what derivatives are by is stated with the name
        body = s.elements[1].node
        if isinstance(body, (Mul, Add, Div)) and sum(isinstance(n, Sym) for n in walk(body)) > 1:
            before = [
                (x, e) for x in statements for e in x.elements if x is not s and e.at < s.elements[0].at
            ]
            for x, e in before:
                value = isinstance(x.elements[0].node, Sym) and len(x.elements) == 2
                if isinstance(e.node, Apply) and body in e.node.args and not value:
                    continue  # 1/(1 + e^{-(a - b)}) = f(a - b) says nothing of f(d) alone
                if e.node is not None and not any(isinstance(n, Deriv) for n in walk(e.node)):
                    e.node = _named(e.node, body, head)


def own_functions(statements: Sequence[Statement]) -> None:
    """The sign of a number where the text says in cases what it is: at 0 it may be another one than ours."""
    sides = [(a.node, b.node) for s in statements for a, b in pairwise(s.elements)]
    if not any(isinstance(a, Fn) and a.name == "sign" and isinstance(b, Cases) for a, b in sides):
        return

    def put(node: Node) -> Node:
        node = map_nodes(node, put)
        if isinstance(node, Fn) and node.name == "sign":
            return Apply(Sym("sgn", style="word"), node.args, at=node.at, end=node.end)
        return node

    for e in (e for s in statements for e in s.elements):
        e.node = None if e.node is None else put(e.node)


def entries_of_d(statements: Sequence[Statement]) -> None:
    """``D_i D_j``, where ``D_i = ...`` says what an entry of D is: a product and no derivative."""
    heads = [s.elements[0].node for s in statements if s.relations[1:2] == ["="]]
    if not any(isinstance(n, Sym) and n.base == "D" and len(n.sub) == 1 and not n.primes for n in heads):
        return

    def put(node: Node) -> Node:
        node = map_nodes(node, put)
        by = node.targets[0] if isinstance(node, Deriv) and node.kind == "index" else None
        if isinstance(node, Deriv) and isinstance(by, Sym) and by.style == "D" and node.body is not None:
            return Mul((replace(by, base="D", style=""), node.body), at=node.at, end=node.end)
        return node

    for e in (e for s in statements for e in s.elements):
        e.node = None if e.node is None else put(e.node)


def values_at_numbers(statements: Sequence[Statement]) -> None:
    """``\\pi(1) = p``, ``\\pi(0) = 1 - p``: values of a function that is of numbers only, and no products."""
    elements = [e for s in statements for e in s.elements if e.node is not None]
    nodes = [n for e in elements if e.node is not None for n in walk(e.node)]
    places: dict[Sym, set[Node]] = {}
    for s in (s for s in statements if s.relations[1:2] == ["="]):
        if isinstance(head := s.elements[0].node, Apply) and _at_number(head):
            places.setdefault(head.head, set()).add(head.args[0])
    heads = [n.head for n in nodes if isinstance(n, Apply)]
    others = {n.head for n in nodes if isinstance(n, Apply) and not _at_number(n)}
    bare = {n for n in nodes if isinstance(n, Sym) and all(n is not h for h in heads)} - {Sym("pi")}
    found = {x for x, at in places.items() if (len(at) > 1 or x == Sym("pi")) and x not in others | bare}

    def put(node: Node) -> Node:
        if isinstance(node, Apply) and node.head in found and isinstance(node.args[0], Number):
            name = f"{node.head.base}at{node.args[0].value}"
            return replace(node.head, base=name, style="word", at=node.at, end=node.end)
        return map_nodes(node, put)

    for e in elements if found else ():
        e.node = None if e.node is None else put(e.node)


def _at_number(node: Apply) -> bool:
    """Whether a node is ``f(1)``."""
    number = (
        node.args[0] if len(node.args) == 1 and not (node.sub or node.opaque or node.head.primes) else None
    )
    return isinstance(number, Number) and number.value.denominator == 1 and number.value >= 0


def squares_of_values(statements: Sequence[Statement]) -> None:
    """``\\sigma^2(x)``, where the text has ``\\sigma(x)``: its square, and no product with x."""
    elements = [e for s in statements for e in s.elements if e.node is not None]
    nodes = [n for e in elements if e.node is not None for n in walk(e.node)]
    values = {(n.head, n.args): n for n in nodes if isinstance(n, Apply) and not n.opaque and not n.sub}

    def put(node: Node) -> Node:
        node = map_nodes(node, put)
        if not isinstance(node, Mul) or node.dot or len(node.factors) != 2:
            return node
        left, arg = node.factors
        *before, power = left.factors if isinstance(left, Mul) else (left,)
        head = power.base if isinstance(power, Pow) and isinstance(power.exponent, Number) else None
        value = values.get((head, (arg,))) if isinstance(head, Sym) else None
        if value is None or not isinstance(power, Pow):
            return node
        made = replace(power, base=value)
        return Mul((*before, made), at=node.at, end=node.end) if before else made

    for e in elements if values else ():
        e.node = None if e.node is None else put(e.node)


def _is_of(s: Statement, name: Node) -> bool:
    """Whether what a statement defines is written with a name."""
    body = s.elements[1].node if s.relations[:2] == ["", "="] else None
    return body is not None and not isinstance(body, Deriv) and any(n == name for n in walk(body))


def _of_gradient(sym: Sym) -> Sym:
    """The name that ``dx`` names the gradient by."""
    return replace(sym, base=sym.base[1:])


def _turned(node: Node) -> Node | None:
    """``b - a`` for ``a - b``."""
    if not isinstance(node, Add) or len(node.terms) != 2:
        return None
    first, second = node.terms
    return Add((second.body, Neg(first))) if isinstance(second, Neg) else None


def _named(node: Node, body: Node, name: Node) -> Node:
    if node == body:
        return name
    if node == _turned(body):
        return Neg(name)
    if isinstance(node, Mul) and isinstance(body, Mul):
        parts, own = factors_of(node), factors_of(body)
        made: list[Node] = []
        n = 0
        while n < len(parts):
            found = parts[n : n + len(own)] == own
            made.append(name if found else _named(parts[n], body, name))
            n += len(own) if found else 1
        if any(x is name for x in made):
            return Mul(tuple(made), at=node.at, end=node.end) if len(made) > 1 else name
    return map_nodes(node, lambda n: _named(n, body, name))

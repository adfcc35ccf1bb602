"""Differentials of matrices: ``d(XY) = (dX) Y + X (dY)``, ``d\\det(X)``.

Input: the sides of all rows.  What is set: ``d(...)``, where the document writes the differential of a name
in it, is worked out by the rules of differentials, which keep the order of factors; a name without one is
constant.  What these rules do not know stays as it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from symderiv.documents.text.syntax import (
    Add,
    Apply,
    Deriv,
    Div,
    Fn,
    Hadamard,
    Mul,
    Neg,
    Node,
    Number,
    Pow,
    Sym,
    Transpose,
    map_nodes,
    walk,
)

if TYPE_CHECKING:
    from symderiv.documents.text.rows import Element, Statement

_ONE = Number(Fraction(1))


class Unknown(Exception):
    """A differential that no rule gives."""


def slopes(statements: Sequence[Statement]) -> None:
    """``dy/dx`` as a derivative, where nothing gives these names a meaning of their own."""
    sides = [e for s in statements for e in s.elements if e.node is not None]
    bases = {n.base for e in sides if e.node is not None for n in walk(e.node) if isinstance(n, Sym)}
    heads = {s.elements[0].node.base for s in statements if isinstance(s.elements[0].node, Sym)}

    def put(n: Node) -> Node:
        n = map_nodes(n, put)
        if not (isinstance(n, Div) and isinstance(n.top, Sym) and isinstance(n.bottom, Sym)):
            return n
        over, by = n.top, n.bottom
        if {over.base, by.base} & heads or any(x.base[:1] != "d" or len(x.base) != 2 for x in (over, by)):
            return n
        names = [replace(x, base=x.base[1:]) for x in (over, by)]
        known = names[1].base in bases and not (over.primes or by.primes)
        return Deriv("total", names[0], (names[1],), at=n.at, end=n.end) if known else n

    for e in sides if any(x[:1] == "d" and len(x) == 2 for x in bases) else ():
        e.node = None if e.node is None else put(e.node)
    for name, value in _values(statements, heads):
        for e in sides:
            e.node = None if e.node is None else _of_value(e.node, name, value)


def _values(statements: Sequence[Statement], heads: set[str]) -> Iterator[tuple[Sym, Apply]]:
    """Names that only derivatives are of: the y of ``f'(x) = dy/dx`` is f(x)."""
    nodes = [n for s in statements for e in s.elements if e.node is not None for n in walk(e.node)]
    for s in statements:
        for a, b in ((a.node, b.node) for a in s.elements for b in s.elements if a is not b):
            fits = (
                isinstance(a, Apply) and a.head.primes == 1 and isinstance(b, Deriv) and b.targets == a.args
            )
            if (
                not fits
                or not isinstance(a, Apply)
                or not isinstance(b, Deriv)
                or not isinstance(b.body, Sym)
            ):
                continue
            slopes = sum(isinstance(n, Deriv) and n.body == b.body for n in nodes)
            if b.body.base not in heads and sum(n == b.body for n in nodes) == slopes:
                yield b.body, replace(a, head=replace(a.head, primes=0))


def _of_value(node: Node, name: Sym, value: Apply) -> Node:
    if isinstance(node, Deriv) and node.body == name:
        return replace(node, body=value)
    return map_nodes(node, lambda n: _of_value(n, name, value))


def differentials(elements: Sequence[Element]) -> None:
    """Work them out in all sides."""
    nodes = [n for e in elements if e.node is not None for n in walk(e.node)]
    bases = {n.base for n in nodes if isinstance(n, Sym)}
    known = {b for b in bases if f"d{b}" in bases and len(b) == 1}

    worked: list[Node] = []

    def put(n: Node) -> Node:
        n = map_nodes(n, put)
        try:
            if isinstance(n, Apply) and _is_sign(n.head) and len(n.args) == 1 and not n.sub:
                arg = n.args[0]
                if not isinstance(arg, Sym) or arg.base.isupper():  # d(x) may be a distance
                    return _of(n, arg)
            if isinstance(n, Mul):
                return _in_product(n)
        except Unknown:
            pass
        factor = isinstance(n, Apply) and len(n.head.base) == 1 and n.head.base.isupper()
        if isinstance(n, Apply) and factor and len(n.args) == 1 and _is_named(n.args[0]):
            return Mul((n.head, n.args[0]), at=n.at, end=n.end)  # X (dY)
        return n

    def _of(whole: Node, body: Node) -> Node:
        if not any(isinstance(x, Sym) and x.base in known for x in walk(body)):
            raise Unknown
        worked.append(body)
        return replace(_differential(body, known) or Number(Fraction(0)), at=whole.at, end=whole.end)

    def _in_product(n: Mul) -> Node:
        """``d \\det(X)``, where the sign stands before a function without a bracket."""
        made: list[Node] = []
        for f in n.factors:
            if made and isinstance(f, Fn) and f.name in ("det", "tr", "log") and _is_sign(made[-1]):
                made[-1] = _of(f, f)
            else:
                made.append(f)
        return n if len(made) == len(n.factors) else replace(n, factors=tuple(made))

    def _is_named(n: Node) -> bool:
        return isinstance(n, Sym) and n.base[:1] == "d" and n.base[1:] in known

    for e in elements if known else ():
        if e.node is not None:
            worked.clear()
            e.node = put(e.node)
            e.claimed = bool(worked)


def _is_sign(n: Node) -> bool:
    return isinstance(n, Sym) and n.base == "d" and not (n.sub or n.sup or n.primes)


def _differential(n: Node, known: set[str]) -> Node | None:
    """The differential of a tree; None where it is zero."""

    def of(x: Node) -> Node | None:
        return _differential(x, known)

    match n:
        case Sym():
            return replace(n, base=f"d{n.base}") if n.base in known else None
        case Number():
            return None
        case Neg(body):
            return _changed(of(body), Neg)
        case Transpose(body):
            return _changed(of(body), Transpose)
        case Add(terms):
            parts = [x for t in terms if (x := of(t)) is not None]
            return Add(tuple(parts)) if len(parts) > 1 else parts[0] if parts else None
        case Mul(factors):
            sums = [Mul((*factors[:k], x, *factors[k + 1 :])) for k, f in enumerate(factors)
                    if (x := of(f)) is not None]  # fmt: skip
            return Add(tuple(sums)) if len(sums) > 1 else sums[0] if sums else None
        case Hadamard(left, right):
            one, two = of(left), of(right)
            both = [Hadamard(one, right)] if one is not None else []
            both += [Hadamard(left, two)] if two is not None else []
            return Add(tuple(both)) if len(both) > 1 else both[0] if both else None
        case Div(top, bottom) if of(bottom) is None:
            return _changed(of(top), lambda x: Div(x, bottom))
        case Pow(base, exponent) if exponent == Neg(_ONE):
            return _changed(of(base), lambda x: Neg(Mul((n, x, n))))
        case Fn("tr", (body,)):
            return _changed(of(body), lambda x: Fn("tr", (x,)))
        case Fn("det", (body,)):
            return _changed(of(body), lambda x: Mul((n, Fn("tr", (Mul((Pow(body, Neg(_ONE)), x)),)))))
        case Fn("log", (body,)):
            return _changed(of(body), lambda x: Div(x, body))
        case _ if not any(isinstance(x, Sym) and x.base in known for x in walk(n)):
            return None
        case _:
            raise Unknown


def _changed(x: Node | None, change: Callable[[Node], Node]) -> Node | None:
    return None if x is None else change(x)

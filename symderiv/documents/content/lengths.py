"""``|a|`` of a vector: its Euclidean length, where ``a`` stands bare nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from symderiv.documents.text.syntax import (
    Apply,
    Big,
    Fn,
    Mark,
    Node,
    Number,
    Pow,
    Sym,
    children,
    map_nodes,
    walk,
)

if TYPE_CHECKING:
    from symderiv.documents.text.rows import Element
    from symderiv.documents.usage.usage import Usage


def lengths(elements: Iterable[Element], usage: Usage) -> None:
    """Write bars around vectors as what they stand for."""
    read = [e for e in elements if e.node is not None]
    numbers = {s.base for e in read if e.node is not None for s in _bare(e.node)} | usage.pairs
    inner = (n for e in read if e.node is not None for n in walk(e.node))
    others = {n.args[0] for n in inner if isinstance(n, Fn) and n.name == "abs"}
    numbers |= {n.base for n in others if isinstance(n, Sym) and n.sub}  # sum_i |a_i|: another length

    def put(n: Node) -> Node:
        if isinstance(n, Fn) and n.name == "abs":
            (arg,) = n.args
            alone = isinstance(arg, Sym) and not (arg.sub or arg.sup or arg.primes) and arg.base[:1].islower()
            if isinstance(arg, Sym) and alone and (arg.base, "sub") in usage.indexed:
                if arg.style == "bold":
                    return Fn("norm", n.args, at=n.at, end=n.end)
                if arg.base not in numbers:
                    return _length(arg, n)
        return map_nodes(n, put)

    for e in read:
        assert e.node is not None
        e.node = put(e.node)


def _length(vector: Sym, where: Node) -> Node:
    square = Pow(replace(vector, sub=(Mark("letter", "i"),)), Number(Fraction(2)))
    return Fn("sqrt", (Big("sum", ("i",), "", "", (), square),), at=where.at, end=where.end)


def _bare(node: Node) -> Iterator[Sym]:
    """Names that stand without indices, but for arguments and what is between bars."""
    if isinstance(node, Sym) and not node.sub and not node.sup and node.style != "bold":
        yield node
    elif isinstance(node, Apply) or (isinstance(node, Fn) and node.name == "abs"):
        parts = (n for n in children(node) if not isinstance(n, Sym))
        for n in parts:
            yield from _bare(n)
    else:
        for n in children(node):
            yield from _bare(n)

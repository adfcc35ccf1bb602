"""Sums of one term: ``\\sum_{i = j} a_i``, beside a ``\\sum_{i \\neq j}``, is a_j, not a sum from j on.

Input: the trees of all formulas.  What is set: such sums, as those of an indicator.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from symderiv.documents.text.rows import Element
from symderiv.documents.text.syntax import Big, Condition, Indicator, Mark, Mul, Node, map_nodes, walk


def sums_of_one_term(elements: Iterable[Element]) -> None:
    """Write such sums so, where another one is over all that they are not."""
    read = [e for e in elements if e.node is not None]
    sums = [n for e in read if e.node is not None for n in walk(e.node) if isinstance(n, Big)]
    others = {frozenset((str(c.left), str(c.right))) for n in sums for c in n.apart}

    def put(n: Node) -> Node:
        n = map_nodes(n, put)
        if isinstance(n, Big) and n.op == "sum" and not n.upper and {*n.letters, n.lower} in others:
            letter, other = (Mark("letter", x) for x in (n.letters[0], n.lower))
            only = Indicator(Condition("=", letter, other))
            return replace(n, lower="", body=Mul((only, n.body), at=n.body.at, end=n.body.end))
        return n

    for e in read if others else ():
        assert e.node is not None
        e.node = put(e.node)

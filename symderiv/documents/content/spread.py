"""Sums over more than their signs say: ``L = \\sum_i a_i - b_i`` is the sum of the differences.

Input: formulas with trees as they are written.  A sum takes in the terms and factors behind it in which its
letter stands free, where the left side of the chain lacks that letter: there it could mean nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from symderiv.documents.text.rows import Row
from symderiv.documents.text.syntax import (
    Add,
    Big,
    Deriv,
    Mark,
    Mul,
    Neg,
    Node,
    Sym,
    children,
    map_nodes,
    walk,
)


def single(nodes: Iterable[Node]) -> frozenset[str]:
    """The letters that stand anywhere but in sums that name them."""
    return frozenset().union(*(free_in(n, frozenset(), True) for n in nodes))


def summed(nodes: Iterable[Node]) -> frozenset[str]:
    """The letters that a sum binds anywhere."""
    return frozenset(x for node in nodes for n in walk(node) if isinstance(n, Big) for x in n.letters)


def spread(
    rows: list[Row], fixed: frozenset[str], bound: frozenset[str], head: Node | None = None
) -> Node | None:
    """Widen the sums of one formula; ``fixed``: letters that mean one thing in the document; ``bound``: those
    that a sum binds anywhere, which mean one thing in a statement only where they stand free in it; ``head``:
    of the chain before it, which it may go on.  Returns the head of its last chain."""
    for row in rows:
        for s in row.statements:
            nodes = [e.node for e in s.elements if e.node is not None]
            held = fixed - (bound - single(nodes))
            if not s.leading:
                head = s.elements[0].node
            if head is not None and head is s.elements[0].node:
                others = (free_in(e.node) for e in s.elements[1:] if e.node is not None)
                s.elements[0].node = head = _paired(head, frozenset().union(*others), held)
            known = {m.text for n in walk(head) for m in _marks(n)} if head is not None else None
            if head is not None and known is not None:
                known -= summed([head]) - single([head])
            for e in s.elements[0 if s.leading else 1 :]:
                if e.node is not None and known is not None:
                    e.node = _wide_within(e.node, known)
                if e.node is not None and known is not None:
                    e.node = _over_factors(e.node, known)
                if e.node is not None and known is not None:
                    e.node = _paired(e.node, frozenset(known), held)
    return head


def _paired(node: Node, known: frozenset[str], fixed: frozenset[str]) -> Node:
    """``Z = \\sum_{k \\neq l} w_{kl}``: over both letters, where the left side has neither; of a letter that
    means one thing elsewhere only below a name with both.  Over l, where the left side has the k alone."""
    if isinstance(node, Big):
        node = _over_the_other(node, known)
        known |= frozenset(node.letters)
        if node.op == "sum" and len(node.letters) == 1 and len(node.apart) == 1:
            (c,) = node.apart
            x, y = str(c.left), str(c.right)
            lone = isinstance(c.right, Mark) and c.op == "neq" and c.right.kind == "letter" and len(y) == 1
            if lone and y not in known and y in free_in(node.body):
                names = (n for n in walk(node.body) if isinstance(n, Sym))
                if y not in fixed or any([m.text for m in n.sub] in ([x, y], [y, x]) for n in names):
                    return replace(node, letters=(*node.letters, y))
    return map_nodes(node, lambda n: _paired(n, known, fixed))


def _over_the_other(node: Big, known: frozenset[str]) -> Big:
    """``\\sum_{i \\neq j} y_j p_i`` over j, where i is known outside of it, and j is not."""
    if node.op == "sum" and len(node.letters) == 1 and len(node.apart) == 1:
        (c,) = node.apart
        x, y = str(c.left), str(c.right)
        letters = c.op == "neq" and isinstance(c.right, Mark) and c.right.kind == "letter"
        if letters and (x,) == node.letters and x in known and y not in known | {x}:
            swapped = replace(node, letters=(y,), apart=(replace(c, left=c.right, right=c.left),))
            return swapped if y in free_in(node.body) else node
    return node


def _wide_within(node: Node, known: set[str]) -> Node:
    """Also in brackets: ``-(\\sum_i a_i + b_i)``, ``\\nabla (\\sum_i a_i + b_i)``."""
    if isinstance(node, (Add, Neg, Mul, Deriv)):
        node = map_nodes(node, lambda n: _wide_within(n, known))
    return _wide(node, known) if isinstance(node, Add) else node


def _wide(node: Add, known: set[str]) -> Node:
    for n, term in enumerate(node.terms[:-1]):
        big = _last(term)
        if big is None or big.op != "sum" or not known.isdisjoint(big.letters):
            continue
        reached = [k for k, t in enumerate(node.terms) if k > n and free_in(t) & set(big.letters)]
        if reached:
            last = reached[-1] + 1
            behind = node.terms[n + 1 : last]
            turned = isinstance(term, Neg) and any(isinstance(t, Neg) for t in behind)
            if turned:
                if not all(isinstance(t, Neg) for t in behind):
                    continue
                behind = tuple(t.body for t in behind if isinstance(t, Neg))  # -\\sum_i a_i - b_i
            made = _with_last(term, replace(big, body=Add((big.body, *behind)), turned=turned))
            terms = (*node.terms[:n], made, *node.terms[last:])
            return Add(terms, at=node.at, end=node.end) if len(terms) > 1 else terms[0]
    return node


def _over_factors(node: Node, known: set[str]) -> Node:
    """``(-\\sum_j a_j) b_j`` is the sum of the products."""
    if isinstance(node, Neg):
        return replace(node, body=_over_factors(node.body, known))
    if not isinstance(node, Mul):
        return node
    first = _over_factors(node.factors[0], known)
    minus = isinstance(first, Neg)
    big = first.body if isinstance(first, Neg) else first
    if not isinstance(big, Big) or big.op != "sum" or not known.isdisjoint(big.letters):
        return replace(node, factors=(first, *node.factors[1:])) if first is not node.factors[0] else node
    if not any(free_in(x) & set(big.letters) for x in node.factors[1:]):
        return node
    made = replace(big, body=Mul((big.body, *node.factors[1:])), at=node.at, end=node.end)
    return Neg(made, at=node.at, end=node.end) if minus else made


def _last(term: Node) -> Big | None:
    """The sum that a term ends in, also below a derivative without a bracket."""
    inner = term.body if isinstance(term, Neg) else term
    inner = inner.factors[-1] if isinstance(inner, Mul) else inner
    if isinstance(inner, Deriv) and inner.open and inner.body is not None:
        return _last(inner.body)
    return inner if isinstance(inner, Big) else None


def _with_last(term: Node, big: Big) -> Node:
    if isinstance(term, Neg | Deriv) and term.body is not None:
        return replace(term, body=_with_last(term.body, big))
    if isinstance(term, Mul):
        return replace(term, factors=(*term.factors[:-1], _with_last(term.factors[-1], big)))
    return big


def free_in(node: Node, bound: frozenset[str] = frozenset(), apart: bool = False) -> set[str]:
    """The letters below and above names that no sum in a tree binds; ``apart``: or says not to be its own."""
    if isinstance(node, Big):
        bound |= frozenset(node.letters)
        bound |= frozenset(str(c.right) for c in node.apart if apart)
    found = {m.text for m in _marks(node)} - bound
    for part in children(node):
        found |= free_in(part, bound, apart)
    return found


def _marks(node: Node) -> Iterator[Mark]:
    if isinstance(node, Sym):
        yield from (m for m in (*node.sub, *node.sup) if m.kind == "letter")


__all__ = ["single", "spread", "summed"]

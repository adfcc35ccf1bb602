"""A term at concrete sizes as a graph of scalar operations (for ball arithmetic and reference values).

Input: a term, the sizes of its dimensions and the values of its free letters (from 1).  Output: a
:class:`Node` of a :class:`Graph`.  Reductions are written out, deltas and sizes become numbers, equal
subterms become one node and like terms of a sum are collected, so what cancels for structural reasons
(``x[c] - x[d]`` at c = d) is the number 0 and not a small ball around it.

Positions are whole numbers here: an entry outside its axis is the number 0, and of a where on positions
only the part that holds is written out, so that a range is simply shorter; the other part may be undefined.

A cancelled or multiplied-by-zero part is kept with coefficient 0 unless it is defined everywhere: where
it is undefined, so is the whole.  Derivatives stay as ``diff`` nodes; no derivative rule lives here.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product

from symderiv.terms import (
    Add,
    Call,
    Compare,
    Delta,
    Diff,
    Entry,
    Index,
    Mul,
    Neutral,
    Num,
    Order,
    Pi,
    Position,
    Pow,
    Reduce,
    Size,
    Term,
    Where,
    free_indices,
)
from symderiv.verify._nodes import Node, Nodes, holds_for


class Graph(Nodes):
    """Nodes of terms at the given sizes; names that ``bodies`` define are written out."""

    def ground(self, term: Term, letters: Mapping[str, int]) -> Node:
        """The node of ``term`` at the given values of its free letters."""
        known = self._letters.get(id(term))
        if known is None:
            known = term, tuple(sorted(i.name for i in free_indices(term)))
            self._letters[id(term)] = known
        key = (id(term), *[letters[n] for n in known[1]])
        found = self._memo.get(key)
        if found is None:
            # most terms may become one node, the number 0
            if not len(self._memo) % 4096:
                self.check_time()
            outer, self.sides = self.sides, 0
            found = self._memo[key] = self._ground(term, letters), self.sides
            self.sides = outer
        self.sides |= found[1]
        return found[0]

    def _ground(self, term: Term, letters: Mapping[str, int]) -> Node:
        match term:
            case Num(value):
                return self.number(value)
            case Pi():
                return self._make("pi", (), total=True)
            case Size(dim):
                return self.number(Fraction(self.sizes[dim]))
            case Entry(name, indices):
                values = tuple(self.place(i, letters) for i in indices)
                if any(not 1 <= v <= self.sizes[i.dim] for i, v in zip(indices, values, strict=True)):
                    return self.zero
                if name not in self.bodies:
                    return self.entry(name, values)
                head, body = self.bodies[name]
                return self.ground(body, {i.name: v for i, v in zip(head, values, strict=True)})
            case Delta(left, right):
                return self.one if self.place(left, letters) == self.place(right, letters) else self.zero
            case Add(terms):
                return self.add([(self.ground(t, letters), Fraction(1)) for t in terms])
            case Mul(factors):
                return self.mul([self.ground(t, letters) for t in factors])
            case Pow(base, exponent):
                return self.power(self.ground(base, letters), self.ground(exponent, letters))
            case Call(name, args):
                nodes = [self.ground(a, letters) for a in args]
                if name in ("max", "min"):
                    return self.larger(name, nodes[0], nodes[1], term)
                return self.unary(name, nodes[0], term)
            case Where(Order(op, left, right), then, other):
                apart = self.place(left, letters) - self.place(right, letters)
                holds = holds_for(op, (apart > 0) - (apart < 0))
                self.sides |= 1 << (self._branch(term) + (not holds))
                return self.ground(then if holds else other, letters)
            case Where(Compare() as condition, then, other):
                gap = self.gap(condition, letters)
                return self.where(
                    condition.op, gap, self.ground(then, letters), self.ground(other, letters), term
                )
            case Neutral():
                return self._make("neutral", ())
            case Reduce():
                return self._reduce(term, letters)
            case Diff(body, targets):
                nodes = [self.ground(t, letters) for t in targets]
                inner = self.ground(body, letters)
                return self._make("diff", (inner,), tuple(n.id for n in nodes), total=True)
        raise TypeError(f"not a term: {term!r}")

    def place(self, position: Position, letters: Mapping[str, int]) -> int:
        """The whole number that a position is."""
        if isinstance(position, Index):
            return letters[position.name]
        total = position.constant
        for s, k in position.parts:
            total += k * (letters[s.name] if isinstance(s, Index) else self.sizes[s.dim])
        return total

    def gap(self, condition: Compare, letters: Mapping[str, int]) -> Node:
        """Left minus right of a comparison."""
        left, right = self.ground(condition.left, letters), self.ground(condition.right, letters)
        return self.add([(left, Fraction(1)), (right, Fraction(-1))])

    def _reduce(self, term: Reduce, letters: Mapping[str, int]) -> Node:
        inner = dict(letters)
        names = [i.name for i in term.indices]
        nodes = []
        for values in product(*(range(1, self.sizes[i.dim] + 1) for i in term.indices)):
            inner.update(zip(names, values, strict=True))
            node = self.ground(term.body, inner)
            if node.op != "neutral":
                nodes.append(node)
        if term.op in ("max", "min"):
            return self.extreme(term.op, nodes)
        if term.op == "prod":
            return self.mul(nodes)
        factor = Fraction(1) if term.op == "sum" else Fraction(1, len(nodes))
        return self.add([(n, factor) for n in nodes])

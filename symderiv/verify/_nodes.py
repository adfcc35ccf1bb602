"""Nodes of a graph of scalar operations: made once each, like terms of a sum collected.

Input: nodes and numbers.  Output: nodes.  What cancels for structural reasons is the number 0 and not a
small ball around it.  A cancelled or multiplied-by-zero part is kept with coefficient 0 unless it is defined
everywhere: where it is undefined, so is the whole.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

from symderiv.terms import Bodies, Num, Term

#: Functions defined and differentiable on the whole line.
_ENTIRE = frozenset(("exp", "expm1", "sin", "cos", "tanh", "sinh", "cosh", "erf", "erfc", "sigmoid"))
_EVEN = frozenset(("cos", "cosh"))
#: A graph's terms at given letters, for each of its nodes, beyond which it is too large.
_TERMS = 6
_AT_ZERO: dict[str, Fraction] = {
    **dict.fromkeys(("sin", "tanh", "sinh", "erf", "expm1", "log1p", "sqrt"), Fraction(0)),
    **dict.fromkeys(("exp", "cos", "cosh", "erfc"), Fraction(1)),
    "sigmoid": Fraction(1, 2),
}


class OutOfTime(Exception):
    """The time allowed for grounding or evaluating is used up."""


class TooLarge(Exception):
    """The graph has grown beyond its limit of nodes."""


class Node:
    """One scalar operation: ``op`` on ``args`` with ``data``; ``const`` is its value if it is a number.

    ``deps`` is the set of input entries it depends on, as bits; ``total``: defined and smooth everywhere.
    """

    __slots__ = ("args", "const", "data", "deps", "id", "op", "total")

    def __init__(self, number: int, op: str, args: tuple[Node, ...], data: Any) -> None:
        self.id = number
        self.op = op
        self.args = args
        self.data = data
        self.const: Fraction | None = None
        self.deps = 0
        self.total = False


class Nodes:
    """Nodes in an order in which arguments come first, with the entries and the branch points met."""

    def __init__(
        self,
        sizes: Mapping[str, int],
        bodies: Bodies,
        *,
        deadline: float = math.inf,
        track: bool = True,
        collect: bool = True,
        most_nodes: int = 300_000,
        clock: Callable[[], float] = time.thread_time,
    ) -> None:
        self.sizes = dict(sizes)
        self.bodies = bodies
        self.deadline = deadline
        self.clock = clock
        self.track = track
        #: Whether x - x is 0; otherwise it stays two terms, which the condition of a formula counts.
        self.collect = collect
        self.most_nodes = most_nodes
        self.nodes: list[Node] = []
        self.entries: list[Node] = []
        self.branches: dict[tuple[Term, int], int] = {}
        #: Sides of the conditions on positions that :meth:`ground` has gone through, as bits of branches.
        self.sides = 0
        self._known: dict[tuple[object, ...], Node] = {}
        self._memo: dict[tuple[object, ...], tuple[Node, int]] = {}
        self._letters: dict[int, tuple[Term, tuple[str, ...]]] = {}
        self.zero = self.number(Fraction(0))
        self.one = self.number(Fraction(1))

    # --- building nodes ---------------------------------------------------------------------------

    def _make(
        self,
        op: str,
        args: tuple[Node, ...],
        data: Any = None,
        *,
        const: Fraction | None = None,
        total: bool = False,
        kind: Any = None,
    ) -> Node:
        # branches of one kind at the same arguments are one node, named by the first of their sources
        key = (op, data if kind is None else kind, *[a.id for a in args])
        node = self._known.get(key)
        if node is None:
            node = Node(len(self.nodes), op, args, data)
            node.const = const
            node.total = total and all(a.total for a in args)
            if self.track:
                for a in args:
                    node.deps |= a.deps
            self._known[key] = node
            self.nodes.append(node)
            if not len(self.nodes) % 4096:
                self.check_time()
        return node

    def check_time(self) -> None:
        """Raise :class:`OutOfTime` after the deadline, :class:`TooLarge` with too many nodes."""
        if self.clock() > self.deadline:
            raise OutOfTime
        if len(self.nodes) > self.most_nodes or len(self._memo) > _TERMS * self.most_nodes:
            raise TooLarge

    def number(self, value: Fraction) -> Node:
        """A rational number."""
        return self._make("const", (), value, const=value, total=True)

    def undefined(self) -> Node:
        """What has no value at any point."""
        return self._make("undefined", ())

    def entry(self, name: str, where: tuple[int, ...]) -> Node:
        """An entry of an input."""
        count = len(self.nodes)
        node = self._make("entry", (), (name, where), total=True)
        if len(self.nodes) > count:
            if self.track:
                node.deps = 1 << len(self.entries)
            self.entries.append(node)
        return node

    def _plain(self, node: Node) -> tuple[Node, tuple[Node, ...]]:
        """A number that carries guards as (the bare number, the guards)."""
        if node.const is None or node.op == "const":
            return node, ()
        return self.number(node.const), () if node.total else (node,)

    def _guarded(self, node: Node, guards: Iterable[Node]) -> Node:
        pairs = [(g, Fraction(0)) for g in guards if not g.total]
        return self.add([(node, Fraction(1)), *pairs]) if pairs else node

    def add(self, pairs: Iterable[tuple[Node, Fraction]], constant: Fraction = Fraction(0)) -> Node:
        """``constant`` plus each node times its coefficient, like terms collected if they are to be."""
        found: dict[Node, Fraction] = {}
        again: list[tuple[Node, Fraction]] = []
        for node, factor in pairs:
            if node.const is not None:
                constant += node.const * factor
                if node.op != "const":
                    found.setdefault(node, Fraction(0))
                continue
            if node.op == "add" and len(node.args) == 1:
                (scale,), offset = node.data
                constant += offset * factor
                term, times = node.args[0], factor * scale
            else:
                term, times = node, factor
            if self.collect or term not in found:
                found[term] = found.get(term, Fraction(0)) + times
            else:
                again.append((term, times))
        kept = sorted(
            ((n, f) for n, f in (*found.items(), *again) if f or not n.total), key=lambda item: item[0].id
        )
        if not kept:
            return self.number(constant)
        if len(kept) == 1 and kept[0][0].op == "add":
            (inner, factor), *_ = kept
            coefficients, offset = inner.data
            scaled = [(a, f * factor) for a, f in zip(inner.args, coefficients, strict=True)]
            return self.add(scaled, constant + offset * factor)
        if len(kept) == 1 and kept[0][1] == 1 and not constant:
            return kept[0][0]
        factors = tuple(f for _, f in kept)
        const = None if any(factors) else constant
        return self._make("add", tuple(n for n, _ in kept), (factors, constant), const=const, total=True)

    def mul(self, args: Iterable[Node]) -> Node:
        """A product; its number is kept in a surrounding sum."""
        factor, factors, guards = Fraction(1), list[Node](), list[Node]()
        for a in args:
            if a.const is not None:
                factor *= a.const
                if not a.total:
                    guards.append(a)
                continue
            scaled = a.op == "add" and len(a.args) == 1 and not a.data[1]
            if scaled:
                factor *= a.data[0][0]
            inner = a.args[0] if scaled else a
            factors.extend(inner.args if inner.op == "mul" else (inner,))
        if not factors:
            return self._guarded(self.number(factor), guards)
        factors.sort(key=lambda n: n.id)
        node = factors[0] if len(factors) == 1 else self._make("mul", tuple(factors), total=True)
        return self.add([(node, factor), *((g, Fraction(0)) for g in guards)])

    def power(self, base: Node, exponent: Node) -> Node:
        """A power: exact for rational exponents, else exp(exponent*log(base))."""
        base, guards = self._plain(base)
        exponent, more = self._plain(exponent)
        guards += more
        q = exponent.const
        if q is None:
            return self._guarded(self.unary("exp", self.mul([exponent, self.unary("log", base)])), guards)
        if q == 1:
            return self._guarded(base, guards)
        if not q:
            return self._guarded(self.one, (*guards, base))
        b = base.const
        if b is not None and q.denominator == 1 and (b or q > 0) and abs(q) * _bits(b) < 8192:
            return self._guarded(self.number(b ** int(q)), guards)
        if b is not None and not b:
            return self._guarded(self.undefined() if q < 0 else self.zero, guards)
        if q.denominator == 1:
            made = self._even("powi", base, int(q)) if q % 2 == 0 else None
            return self._guarded(made or self._make("powi", (base,), int(q), total=q > 0), guards)
        if q.denominator == 2 and b is not None and (root := _root(b)) is not None and (b or q > 0):
            return self._guarded(self.number(root**q.numerator), guards)
        return self._guarded(self._make("powq", (base,), q), guards)

    def unary(self, name: str, arg: Node, source: Term | None = None) -> Node:
        """A function of one argument; ``source`` names the branches of abs and sign."""
        if name == "sqrt":
            return self.power(arg, self.number(Fraction(1, 2)))
        arg, guards = self._plain(arg)
        b = arg.const
        if name in ("abs", "sign"):
            branch = self._branch(source or Num(Fraction(0)))
            if b is not None:
                value = self.number(abs(b) if name == "abs" else Fraction((b > 0) - (b < 0)))
                return self._guarded(self._taken(value, branch, 0 if b > 0 else 1) if b else value, guards)
            made = self._even(name, arg, name) if name == "abs" else None
            return self._guarded(made or self._make(name, (arg,), branch, kind=name), guards)
        if b is not None and ((not b and name in _AT_ZERO) or (b == 1 and name == "log")):
            return self._guarded(self.number(_AT_ZERO.get(name, Fraction(0))), guards)
        made = self._even(name, arg, None) if name in _EVEN else None
        return self._guarded(made or self._make(name, (arg,), total=name in _ENTIRE), guards)

    def _even(self, op: str, arg: Node, data: Any) -> Node | None:
        """The node of an even function at -arg, where there is one: ``abs(x[c] - x[d])`` for both orders."""
        return self._known.get((op, data, self.add([(arg, Fraction(-1))]).id))

    def extreme(self, name: str, args: Iterable[Node]) -> Node:
        """max or min over an index; of nothing it is undefined."""
        guards: tuple[Node, ...] = ()
        best: Fraction | None = None
        rest: dict[Node, None] = {}
        for arg in args:
            a, more = self._plain(arg)
            guards += more
            if a.const is None:
                rest[a] = None
            elif best is None or (a.const > best) == (name == "max"):
                best = a.const
        kept = sorted(rest, key=lambda n: n.id) + ([self.number(best)] if best is not None else [])
        if not kept:
            return self.undefined()
        node = kept[0] if len(kept) == 1 else self._make(name, tuple(kept))
        return self._guarded(node, guards)

    def larger(self, name: str, a: Node, b: Node, source: Term) -> Node:
        """max or min of two: a branch on the sign of their difference."""
        gap = self.add([(a, Fraction(1)), (b, Fraction(-1))])
        return a if a is b else self.where(">" if name == "max" else "<", gap, a, b, source)

    def where(self, op: str, gap: Node, then: Node, other: Node, source: Term) -> Node:
        """``then`` if ``gap op 0`` else ``other``; the two are branches."""
        gap, guards = self._plain(gap)
        branch = self._branch(source)
        if gap.const is not None:
            holds = holds_for(op, (gap.const > 0) - (gap.const < 0))
            return self._guarded(self._taken(then if holds else other, branch, 0 if holds else 1), guards)
        bound = self._beyond(gap)
        if bound and (holds_for(op, 0) == holds_for(op, bound)):
            holds = holds_for(op, bound)
            taken = self._taken(then if holds else other, branch, 0 if holds else 1)
            return self._guarded(taken, (*guards, gap))
        if bound:
            op = "==" if holds_for(op, 0) else "!="
        return self._guarded(self._make("where", (gap, then, other), (op, branch), kind=op), guards)

    def _beyond(self, gap: Node) -> int:
        """-1 where a gap is never positive, 1 where never negative, as a number is never above the maximum of
        it and others; else 0.  So ``x[i] >= max[c](x[c])`` asks whether they are equal."""
        if gap.op != "add":
            return 0
        factors, offset = gap.data
        for extreme, factor in zip(gap.args, factors, strict=True):
            if extreme.op in ("max", "min") and abs(factor) == 1:
                others = [
                    (a, -factor * f) for a, f in zip(gap.args, factors, strict=True) if a is not extreme
                ]
                if self.add(others, -factor * offset) in extreme.args:
                    return int(factor) * (1 if extreme.op == "max" else -1)
        return 0

    def _branch(self, source: Term) -> int:
        return self.branches.setdefault((source, 0), 2 * len(self.branches))

    def _taken(self, node: Node, branch: int, side: int) -> Node:
        """``node``, with a note that this side of the branch point was taken."""
        return self._make("taken", (node,), 1 << (branch + side), const=node.const)


def holds_for(op: str, sign: int) -> bool:
    """Whether ``gap op 0`` for a gap of this sign."""
    true_for = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1), "==": (0,), "!=": (-1, 1)}
    return sign in true_for[op]


def _bits(value: Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def _root(value: Fraction) -> Fraction | None:
    """The exact square root of a perfect square."""
    if value < 0:
        return None
    top, bottom = math.isqrt(value.numerator), math.isqrt(value.denominator)
    return Fraction(top, bottom) if Fraction(top, bottom) ** 2 == value else None

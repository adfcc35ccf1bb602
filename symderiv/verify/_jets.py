"""Ball arithmetic over a :class:`~symderiv.verify._ground.Graph`, with derivatives by truncated jets.

Every node gets an ``arb`` ball that contains its value for all inputs within their balls, or one of two
notes: ``UNDEFINED`` (log of a negative number, division by 0, a tie of max or abs where a derivative is
taken) and ``UNSURE`` (the balls are too wide to tell).

A derivative by the entries e_1 … e_n is the coefficient of ε_1⋯ε_n when each e_k is moved by its own
infinitesimal ε_k with ε_k² = 0.  A node's nilpotent part is kept as {set of ε's as bits: ball}; a function
f acts by its Taylor coefficients at the ball, f(a + N) = f(a) + c_1 N + c_2 N² + …, which FLINT's power
series give.  A derivative inside a derivative runs with both lots of infinitesimals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

from flint import arb

from symderiv.verify._functions import UNDEFINED, UNSURE, Poison, Value, apply, ball, power, sign_of, taylor
from symderiv.verify._ground import Graph
from symderiv.verify._nodes import Node, holds_for

#: Bits of the infinitesimals -> coefficient; the part without infinitesimals is kept apart.
Nil: TypeAlias = dict[int, arb]

#: Operations with a branch point or a pole at 0 of their (first) argument.
_POINTED = frozenset(("where", "abs", "sign", "powi", "powq", "log"))
#: How many nodes are evaluated between two looks at the clock.
_OFTEN = 64
_ZERO = arb(0)
_ONE = arb(1)


class Evaluation:
    """Values of the nodes of ``graph`` where its entries have ``values`` (in the order of the entries).

    ``exact`` gives entries (by node number) that are known exactly: where a ball around 0 leaves open
    which side of a branch or a pole holds, rational arithmetic is tried.  Works at the current precision
    of ``flint.ctx``.
    """

    def __init__(
        self, graph: Graph, values: Sequence[arb], exact: Mapping[int, Fraction] | None = None
    ) -> None:
        self.graph = graph
        self._exact: dict[int, Fraction | None] = dict(exact or {})
        self.values: dict[int, Value] = {n.id: v for n, v in zip(graph.entries, values, strict=True)}
        #: Bits of the branches a node's value came through.
        self.hits: dict[int, int] = {}
        #: Index of the argument a where, max or min took; None: a tie or not known.
        self._taken: dict[int, int | None] = {}
        self._taylor: dict[int, list[arb]] = {}
        self._nils: dict[tuple[int, ...], dict[int, Nil | Poison]] = {}
        self._work = _OFTEN

    def value(self, root: Node) -> Value:
        """The ball of one node."""
        values = self.values
        found = values.get(root.id)
        if found is not None:
            return found
        todo: dict[int, Node] = {}
        stack = [root]
        while stack:
            node = stack.pop()
            if node.id not in todo and node.id not in values:
                todo[node.id] = node
                stack.extend(node.args)
        self._tick(len(todo))
        follow = bool(self.graph.branches)
        for number in sorted(todo):
            node = todo[number]
            values[number] = self._value(node)
            if follow:
                self._follow(node)
        return values[root.id]

    def slope(self, root: Node, entry: Node) -> Value:
        """The derivative of a node by one entry."""
        value = self.value(root)
        if isinstance(value, Poison):
            return value
        nil = self._nil(root, (entry.id,))
        return nil if isinstance(nil, Poison) else nil.get(1, _ZERO)

    def _tick(self, count: int) -> None:
        """Look at the clock, which takes as long as a few nodes do, once for a number of nodes."""
        self._work += count
        if self._work >= _OFTEN:
            self._work = 0
            self.graph.check_time()

    def side(self, node: Node) -> int | None:
        """Index of the argument whose value a where, max or min has; None where not known."""
        return self._taken.get(node.id)

    def taken(self, node: Node) -> int | None:
        """Like :meth:`side`, but None at a tie too."""
        if node.op == "where":
            gap = self.values[node.args[0].id]
            if isinstance(gap, Poison) or not sign_of(gap):
                return None
        return self._taken.get(node.id)

    # --- values -----------------------------------------------------------------------------------

    def _value(self, node: Node) -> Value:
        op = node.op
        if op in _POINTED:
            self._sharpen(node.args[0])
        args: list[Value] = [self.values[a.id] for a in node.args]
        if op == "where":
            return self._where(node, args)
        for a in args:
            if type(a) is Poison:
                return UNDEFINED if UNDEFINED in args else UNSURE
        match op:
            case "add":
                factors, offset = node.data
                total = ball(offset) if offset else None
                for a, f in zip(args, factors, strict=True):
                    if f == 1:
                        total = a if total is None else total + a
                    elif f == -1:
                        total = -a if total is None else total - a
                    elif f:
                        part = a * f.numerator if f.denominator == 1 else a * ball(f)
                        total = part if total is None else total + part
                return _ZERO if total is None else total
            case "mul":
                result = args[0]
                for a in args[1:]:
                    result = result * a
                return result
            case "const":
                return ball(node.data)
            case "powi" | "powq":
                return power(args[0], node.data)
            case "diff":
                return self._derivative(node, ())
            case "max" | "min":
                return self._extreme(node, args)
            case "taken":
                return args[0]
            case "pi":
                return arb.pi()
            case "undefined" | "neutral":
                return UNDEFINED
            case "abs":
                return abs(args[0])
            case "sign":
                sign = sign_of(args[0])
                return UNSURE if sign is None else arb(sign)
            case _:
                return apply(op, args[0])

    def _sharpen(self, node: Node) -> None:
        """Replace a ball around 0 by the exact value where that is rational."""
        value = self.values[node.id]
        if type(value) is arb and value.contains(0) and not value.is_zero():
            exact = self._rational(node)
            if exact is not None:
                self.values[node.id] = ball(exact)

    def _rational(self, node: Node) -> Fraction | None:
        if node.id not in self._exact:
            self._exact[node.id] = self._compute_rational(node)
        return self._exact[node.id]

    def _compute_rational(self, node: Node) -> Fraction | None:
        if node.op not in ("add", "mul", "powi", "const"):
            return None
        if node.op == "const":
            return node.const
        args = [self._rational(a) for a in node.args]
        known = [a for a in args if a is not None]
        if len(known) < len(args) or any(a.numerator.bit_length() > 4096 for a in known):
            return None
        if node.op == "add":
            factors, offset = node.data
            total: Fraction = offset + sum((f * a for f, a in zip(factors, known, strict=True)), Fraction(0))
            return total
        if node.op == "mul":
            result = Fraction(1)
            for a in known:
                result *= a
            return result
        power = int(node.data)
        return known[0] ** power if 0 <= power <= 64 else None

    def _where(self, node: Node, args: list[Value]) -> Value:
        gap = args[0]
        if isinstance(gap, Poison):
            return gap
        sign = sign_of(gap)
        if sign is None:
            return UNSURE
        op, _ = node.data
        side = 0 if holds_for(op, sign) else 1
        self._taken[node.id] = side + 1
        return args[side + 1]

    def _extreme(self, node: Node, args: list[Value]) -> Value:
        pick = arb.max if node.op == "max" else arb.min
        best = args[0]
        for a in args[1:]:
            best = pick(best, a)
        near = [k for k, a in enumerate(args) if a.overlaps(best)]
        self._taken[node.id] = near[0] if len(near) == 1 else None
        return best

    def _follow(self, node: Node) -> None:
        """Note the branches through which the value of ``node`` came."""
        hits = self.hits
        seen = 0
        match node.op:
            case "where":
                seen = hits.get(node.args[0].id, 0)
                side = self._taken.get(node.id)
                if side is not None:
                    op, branch = node.data
                    seen |= hits.get(node.args[side].id, 0)
                    # a tie decides nothing about an open branch
                    if op in ("==", "!=") or sign_of(self.values[node.args[0].id]):
                        seen |= 1 << (branch + side - 1)
            case "abs" | "sign":
                seen = hits.get(node.args[0].id, 0)
                arg = self.values[node.args[0].id]
                sign = None if isinstance(arg, Poison) else sign_of(arg)
                if sign:
                    seen |= 1 << (int(node.data) + (sign < 0))
            case "taken":
                seen = hits.get(node.args[0].id, 0) | int(node.data)
            case _:
                for a in node.args:
                    seen |= hits.get(a.id, 0)
        hits[node.id] = seen

    # --- derivatives ------------------------------------------------------------------------------

    def _derivative(self, node: Node, tags: tuple[int, ...]) -> Value:
        """Coefficient of all the infinitesimals of the targets (plain value; ``tags`` is empty)."""
        targets: tuple[int, ...] = node.data
        inner = self._nil(node.args[0], (*targets, *tags))
        if isinstance(inner, Poison):
            return inner
        return inner.get((1 << len(targets)) - 1, _ZERO)

    def _nil(self, root: Node, tags: tuple[int, ...]) -> Nil | Poison:
        """The nilpotent part of ``root`` when the entries ``tags`` are moved, one infinitesimal each."""
        table = self._nils.setdefault(tags, {})
        moved = 0
        for t in tags:
            moved |= self.graph.nodes[t].deps
        if not root.deps & moved:
            return {}
        if root.id not in table:
            todo: dict[int, Node] = {}
            stack = [root]
            while stack:
                node = stack.pop()
                if node.id not in todo and node.id not in table and node.deps & moved:
                    todo[node.id] = node
                    stack.extend(node.args)
            self._tick(len(todo))
            for number in sorted(todo):
                table[number] = self._one_nil(todo[number], tags, table)
        return table[root.id]

    def _one_nil(self, node: Node, tags: tuple[int, ...], table: dict[int, Nil | Poison]) -> Nil | Poison:
        value = self.values[node.id]
        if isinstance(value, Poison):
            return value
        op = node.op
        if op == "entry":
            return {1 << k: _ONE for k, t in enumerate(tags) if t == node.id}
        if op == "diff":
            return self._inner_nil(node, tags)
        parts: list[Nil | Poison] = [table.get(a.id, {}) for a in node.args]
        if op in ("where", "max", "min"):
            return self._branch_nil(node, parts)
        for p in parts:
            if type(p) is Poison:
                return UNDEFINED if UNDEFINED in parts else UNSURE
        nils = [p for p in parts if isinstance(p, dict)]
        if node.const is not None:
            return {}
        if op == "add":
            return _combine(nils, node.data[0])
        if op == "mul":
            product, nil = self.values[node.args[0].id], nils[0]
            for a, other in zip(node.args[1:], nils[1:], strict=True):
                factor = self.values[a.id]
                nil = _times(product, nil, factor, other)
                product = product * factor
            return nil
        if op == "taken":
            return nils[0]
        if not nils[0]:
            return {}
        if op in ("abs", "sign"):
            sign = sign_of(self.values[node.args[0].id])
            if not sign:
                return UNSURE if sign is None else UNDEFINED
            if op == "sign":
                return {}
            return nils[0] if sign > 0 else {m: -v for m, v in nils[0].items()}
        return self._compose(node, nils[0], len(tags))

    def _inner_nil(self, node: Node, tags: tuple[int, ...]) -> Nil | Poison:
        targets: tuple[int, ...] = node.data
        inner = self._nil(node.args[0], (*targets, *tags))
        if isinstance(inner, Poison):
            return inner
        count = len(targets)
        full = (1 << count) - 1
        return {m >> count: v for m, v in inner.items() if m & full == full and m != full}

    def _branch_nil(self, node: Node, parts: list[Nil | Poison]) -> Nil | Poison:
        """The nilpotent part of the argument taken; a tie that can move is no point of differentiability."""
        side = self._taken.get(node.id)
        if node.op == "where":
            moving = parts[0]
            if isinstance(moving, Poison):
                return moving
            sign = sign_of(self.values[node.args[0].id])
            if sign is None or side is None:
                return UNSURE
            return UNDEFINED if moving and not sign else parts[side]
        if side is not None:
            return parts[side]
        if not any(parts):
            return {}
        best = self.values[node.id]
        tied = [k for k, a in enumerate(node.args) if (self.values[a.id] - best).is_zero()]
        return UNDEFINED if len(tied) > 1 else UNSURE

    def _compose(self, node: Node, nil: Nil, order: int) -> Nil | Poison:
        series = self._taylor.get(node.id)
        if series is None or len(series) <= order:
            arg = self.values[node.args[0].id]
            made = taylor(node.op, node.data, arg, order)
            if isinstance(made, Poison):
                return made
            series = self._taylor[node.id] = made
        result = {m: series[1] * v for m, v in nil.items()}
        power = nil
        for k in range(2, order + 1):
            power = _times(_ZERO, power, _ZERO, nil)
            if not power:
                break
            for m, v in power.items():
                part = series[k] * v
                result[m] = result[m] + part if m in result else part
        return result


# --- arithmetic of nilpotent parts ----------------------------------------------------------------


def _combine(nils: list[Nil], factors: tuple[Fraction, ...]) -> Nil:
    result: Nil = {}
    for nil, f in zip(nils, factors, strict=True):
        if not f:
            continue
        scale = None if f == 1 else ball(f)
        for m, v in nil.items():
            part = v if scale is None else v * scale
            result[m] = result[m] + part if m in result else part
    return result


def _times(a: arb, left: Nil, b: arb, right: Nil) -> Nil:
    """Nilpotent part of (a + left)(b + right)."""
    result: Nil = {}
    if left and not b.is_zero():
        result = {m: v * b for m, v in left.items()}
    if right and not a.is_zero():
        for m, v in right.items():
            part = v * a
            result[m] = result[m] + part if m in result else part
    for m, v in left.items():
        for n, w in right.items():
            if not m & n:
                part = v * w
                result[m | n] = result[m | n] + part if (m | n) in result else part
    return result

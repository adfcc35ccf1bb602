"""Which sides of where, abs, sign, max and min have been reached by instances that count.

A side is (the source term, 0 or 1).  Sides that no point can reach, by the signs of their arguments, are
not wanted: ``abs(exp(x))`` has one side.  Of a where on positions those sides are wanted that some sizes and
letters give.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from symderiv.notation.show import condition_text, text
from symderiv.terms import (
    Bodies,
    Call,
    Compare,
    Delta,
    Entry,
    Order,
    Reduce,
    Size,
    Term,
    Where,
    children,
    walk,
)
from symderiv.verify._cover import signs_of_order
from symderiv.verify._functions import Poison, sign_of
from symderiv.verify._ground import Graph
from symderiv.verify._instances import Pattern
from symderiv.verify._jets import Evaluation
from symderiv.verify._nodes import Node, holds_for
from symderiv.verify._signs import NEGATIVE, POSITIVE, Signs

Side = tuple[Term, int]
KINDS = ("where", "abs", "sign")


@dataclass(slots=True)
class Coverage:
    """Sides wanted, sides met by any instance, sides hit by an instance that counts.

    ``spanned``: all letters were tried at sizes at which conditions on positions hold and fail in every way
    they can together; a side of one that was not met is then never reached.
    """

    wanted: dict[Side, None] = field(default_factory=dict)
    met: set[Side] = field(default_factory=set)
    hit: set[Side] = field(default_factory=set)
    spanned: bool = False

    def want(self, pattern: Pattern) -> None:
        """Note which sides some point of this pattern might reach."""
        graph = pattern.graph
        if not graph.branches:
            return
        for term, _ in graph.branches:
            if isinstance(term, Where) and isinstance(term.condition, Order):
                holds = {holds_for(term.condition.op, s) for s in signs_of_order(term.condition)}
                self.wanted.update(dict.fromkeys((term, int(not h)) for h in sorted(holds, reverse=True)))
        signs = Signs(pattern.sampler.bits)
        for node in graph.nodes:
            if node.op == "taken":
                for term, side in _decode(graph, int(node.data)):
                    both = _decided_by_sizes(term)
                    self.wanted.update(dict.fromkeys([(term, 0), (term, 1)] if both else [(term, side)]))
            elif node.op in KINDS:
                possible = signs.of(node.args[0])
                for op, bit in ((">", POSITIVE), ("<", NEGATIVE)):
                    if possible & bit:
                        self.wanted[side_of(graph, node, op)] = None
                if _tests_equality(node) and possible & ~(POSITIVE | NEGATIVE):
                    self.wanted[side_of(graph, node, "=")] = None

    def note(self, graph: Graph, bits: int, *, counted: bool) -> None:
        """Note the sides through which an instance's values came."""
        if bits:
            sides = list(_decode(graph, bits))
            self.met.update(sides)
            if counted:
                self.hit.update(sides)

    def missing(self) -> list[Side]:
        """Sides wanted and not reached; the tie of == need only be met (no derivative exists there)."""
        idle = self.idle()
        return [
            s
            for s in self.wanted
            if s not in self.hit and s not in idle and not (_is_tie(s) and s in self.met)
        ]

    def idle(self) -> list[Side]:
        """Sides of conditions on positions that no sizes and letters reach."""
        return [s for s in self.wanted if self.spanned and _of_positions(s) and s not in self.met]


def side_of(graph: Graph, node: Node, op: str) -> Side:
    """The side that a branch node takes where its argument is positive (>), negative (<) or 0 (=)."""
    branch = int(node.data[1] if node.op == "where" else node.data)
    sign = {">": 1, "<": -1, "=": 0}[op]
    first = holds_for(str(node.data[0]), sign) if node.op == "where" else sign > 0
    return _sources(graph)[branch], 0 if first else 1


def out_of_reach(side: Side, patterns: Sequence[Pattern]) -> bool:
    """Whether the ball of the argument over all inputs excludes a side: ``where(sin(x) > 2, ...)``.

    Not said of what reductions or sizes decide: at larger sizes it may be reached.
    """
    term, seen = side[0], False
    for p in patterns:
        if (term, 0) not in p.graph.branches or _grows(term, p.graph.bodies):
            return False
        run = Evaluation(p.graph, [p.sampler.range(n) for n in p.graph.entries])
        for node in [n for n in p.graph.nodes if n.op in KINDS]:
            if side_of(p.graph, node, ">")[0] != term:
                continue
            value = run.value(node.args[0])
            sign = None if isinstance(value, Poison) else sign_of(value)
            if sign is None or side_of(p.graph, node, "=><"[sign]) == side:
                return False
            seen = True
    return seen


def _grows(term: Term, bodies: Bodies) -> bool:
    """Whether what decides a branch has more terms at larger sizes."""
    todo, seen = list(_tested(term)), set[str]()
    while todo:
        for t in walk(todo.pop()):
            if isinstance(t, Reduce | Size):
                return True
            if isinstance(t, Entry) and t.name in bodies and t.name not in seen:
                seen.add(t.name)
                todo.append(bodies[t.name][1])
    return False


def side_name(side: Side) -> str:
    """For a person, such as "x[j] > 0 false in where(x[j] > 0, 1, 0)"."""
    term, number = side
    match term:
        case Where(condition, _, _):
            return f"{condition_text(condition)} {'false' if number else 'true'} in {text(term)}"
        case Call("abs" | "sign", (arg,)):
            return f"{text(arg)} {'<' if number else '>'} 0 in {text(term)}"
        case Call(name, (a, b)):
            first, second = (a, b) if (name == "max") != bool(number) else (b, a)
            return f"{text(first)} > {text(second)} in {text(term)}"
        case _:
            return text(term)


def _decided_by_sizes(term: Term) -> bool:
    """Whether the side depends on sizes and letters only (then both are wanted)."""
    inside = [t for part in _tested(term) for t in walk(part)]
    return any(isinstance(t, Size | Delta) for t in inside) and not any(isinstance(t, Entry) for t in inside)


def _tested(term: Term) -> tuple[Term, ...]:
    """What decides the side of a branch on values."""
    if isinstance(term, Where) and isinstance(term.condition, Compare):
        return term.condition.left, term.condition.right
    return children(term)


def _sources(graph: Graph) -> dict[int, Term]:
    return {number: term for (term, _), number in graph.branches.items()}


def _decode(graph: Graph, bits: int) -> Iterator[Side]:
    for (term, _), number in graph.branches.items():
        for side in (0, 1):
            if bits >> (number + side) & 1:
                yield term, side


def _tests_equality(node: Node) -> bool:
    return node.op == "where" and node.data[0] in ("==", "!=")


def _is_tie(side: Side) -> bool:
    term, number = side
    return (
        isinstance(term, Where)
        and isinstance(term.condition, Compare)
        and (term.condition.op, number) in (("==", 0), ("!=", 1))
    )


def _of_positions(side: Side) -> bool:
    return isinstance(side[0], Where) and isinstance(side[0].condition, Order)

"""What a formula says, before its names have a meaning: the tree that :mod:`.grammar` builds.

Names keep their marks (subscripts, bracketed superscripts) as they are written; whether a mark is an index, a
label or a class is decided later, from the whole document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from typing import Any


@dataclass(frozen=True, slots=True)
class Mark:
    """Part of a subscript or superscript.  ``kind``: letter, number, word, shift (``i+1``) or other."""

    kind: str
    text: str
    shift: int = 0

    def __str__(self) -> str:
        return f"{self.text}{self.shift:+d}" if self.shift else self.text


@dataclass(frozen=True, slots=True)
class Node:
    """Base class; ``at`` is the offset where it begins, ``end`` the one after it, in the document."""

    at: int = field(default=-1, compare=False, kw_only=True)
    end: int = field(default=-1, compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number; ``places``: how many digits behind the point it is written with."""

    value: Fraction
    places: int = field(default=0, compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Sym(Node):
    """A name: ``sub`` its subscripts, ``sup`` the superscripts in brackets, ``primes`` of them."""

    base: str
    sub: tuple[Mark, ...] = ()
    sup: tuple[Mark, ...] = ()
    primes: int = 0
    style: str = ""


@dataclass(frozen=True, slots=True)
class Apply(Node):
    """``head(args)``: a function's value, or a product; ``sub`` are indices behind the bracket."""

    head: Sym
    args: tuple[Node, ...]
    sub: tuple[Mark, ...] = ()
    opaque: str = ""


@dataclass(frozen=True, slots=True)
class Fn(Node):
    """A known function such as exp.  ``open``: no bracket says how far its argument goes."""

    name: str
    args: tuple[Node, ...]
    open: bool = False


@dataclass(frozen=True, slots=True)
class Add(Node):
    """A sum; ``open``: only braces, which are not seen, hold its terms together."""

    terms: tuple[Node, ...]
    open: bool = field(default=False, compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Mul(Node):
    """A product; ``dot``: written with a dot between its factors."""

    factors: tuple[Node, ...]
    dot: bool = field(default=False, compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Div(Node):
    top: Node
    bottom: Node


@dataclass(frozen=True, slots=True)
class Neg(Node):
    body: Node


@dataclass(frozen=True, slots=True)
class Pow(Node):
    base: Node
    exponent: Node


@dataclass(frozen=True, slots=True)
class Condition(Node):
    """``left op right`` between marks (positions) or nodes (values)."""

    op: str
    left: Any
    right: Any


@dataclass(frozen=True, slots=True)
class Big(Node):
    """A sum or product: its letters, upper limit (a size), what its letters are not, its body.  ``open``:
    only braces, which are not seen, hold the terms of the body together.  ``bracket``: where the bracket
    ends that the body begins with, if factors stand behind it.  ``turned``: it takes in the terms behind it,
    ``-\\sum_i a_i - b_i``, with the sign that the whole has."""

    op: str
    letters: tuple[str, ...]
    upper: str
    lower: str
    apart: tuple[Condition, ...]
    body: Node
    open: bool = False
    bracket: int = field(default=-1, compare=False, kw_only=True)
    turned: bool = field(default=False, compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Deriv(Node):
    """The derivative of ``body`` by ``targets`` in turn; ``kind``: partial or total (written d).
    ``open``: an operator before a product, where no bracket says how far it goes; ``lacks``: above or below,
    where its sign is missing there."""

    kind: str
    body: Node | None
    targets: tuple[Node, ...]
    open: bool = False
    lacks: str = field(default="", compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class At(Node):
    """``body|_{name = value}``: what is said of ``name``, at a place; ``listed``: one of several names."""

    body: Node
    name: Sym
    value: Node
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Cases(Node):
    """Values with conditions; None is otherwise."""

    rows: tuple[tuple[Node, Condition | None], ...]


@dataclass(frozen=True, slots=True)
class Indicator(Node):
    condition: Condition


@dataclass(frozen=True, slots=True)
class Hadamard(Node):
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Transpose(Node):
    body: Node


@dataclass(frozen=True, slots=True)
class Marked(Node):
    """Indices behind a bracket: ``[y]_i``."""

    body: Node
    sub: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Matrix(Node):
    """An explicit matrix; entries may be None (an ellipsis).  ``column``: written ``(a, b, c)``, a column."""

    rows: tuple[tuple[Node | None, ...], ...]
    column: bool = False


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below."""
    for name in _parts(type(node)):
        value = getattr(node, name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from _nodes(value)


_PARTS: dict[type, tuple[str, ...]] = {}


def _parts(kind: type) -> tuple[str, ...]:
    """The fields of a kind of nodes that may hold nodes."""
    if kind in _PARTS:
        return _PARTS[kind]
    plain = ("int", "str", "bool", "Fraction", "tuple[str, ...]", "tuple[Mark, ...]")
    _PARTS[kind] = tuple(f.name for f in fields(kind) if f.type not in plain)
    return _PARTS[kind]


def _nodes(value: Any) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for v in value:
            yield from _nodes(v)


def bound_in(nodes: Iterable[Node]) -> set[str]:
    """The letters that sums and products among some nodes name."""
    return {x for n in nodes if isinstance(n, Big) for x in n.letters}


def bare_names(node: Node) -> set[Sym]:
    """The names in a tree that are no heads of ``P(y | x)``."""
    heads = {id(n.head) for n in walk(node) if isinstance(n, Apply) and n.opaque}
    return {n for n in walk(node) if isinstance(n, Sym) and id(n) not in heads}


def walk(node: Node) -> Iterator[Node]:
    """The node and all below."""
    stack = [node]
    while stack:
        yield (n := stack.pop())
        stack.extend([*children(n)][::-1])


def widened(node: Node) -> Node:
    """``node`` with open operators that act on all factors behind them, ``\\log x (1 + x)`` a product,
    ``\\sum_k {a + b}`` as it is seen, a sum of the a, and in ``-\\sum_i a_i - b_i`` the sum of the a - b."""
    terms = _as_seen(node)
    if len(terms) > 1:
        return Add(tuple(map(widened, terms)), at=node.at, end=node.end)
    node = map_nodes(node, widened)
    if isinstance(node, Add):
        return _gathered(node)
    if isinstance(node, Big) and node.turned and isinstance(node.body, Add):
        first, *rest = node.body.terms
        return replace(node, body=Add((first, *map(Neg, rest))), turned=False)
    if isinstance(node, Fn) and node.open and isinstance(node.args[0], Apply):
        inner = node.args[0]
        return Mul((replace(node, args=(inner.head,)), inner.args[0]), at=node.at, end=node.end)
    return (_absorbed(*node.factors) if isinstance(node, Mul) and len(node.factors) == 2 else None) or node


def _gathered(node: Add) -> Node:
    """``\\sum_i -a_i - b`` as the sum of ``-a_i - b``."""
    for n, t in enumerate(node.terms[:-1]):
        rest = node.terms[n + 1 :]
        bare = isinstance(t, Big) and t.op == "sum" and isinstance(t.body, Neg) and t.bracket <= 0
        if bare and isinstance(t, Big) and not any(isinstance(x, Big) for r in rest for x in walk(r)):
            made = replace(t, body=Add((t.body, *rest)))
            return Add((*node.terms[:n], made), at=node.at, end=node.end) if n else made
    return node


def _as_seen(node: Node) -> tuple[Node, ...]:
    """The terms of what ends in a sum over terms that only braces hold together."""
    match node:
        case Big(body=Add(terms), open=True):
            return replace(node, body=terms[0], open=False), *terms[1:]
        case Neg(body):
            first, *rest = _as_seen(body)
            return replace(node, body=first), *rest
        case Mul(factors):
            for n, f in enumerate(factors):
                if isinstance(f, Add) and f.open:  # y {a + b} c
                    one, *more, two = f.terms
                    apart = n > 0 and isinstance(one, Neg)  # y {-a + b}
                    first, *rest = (_product(factors[:n]), one) if apart else (_product((*factors[:n], one)),)
                    return first, *rest, *more, _product((two, *factors[n + 1 :]))
            first, *rest = _as_seen(factors[-1])
            return replace(node, factors=(*factors[:-1], first)), *rest
    return (node,)


def _product(factors: tuple[Node, ...]) -> Node:
    """A product, with the sign of its first factor before it."""
    first = factors[0]
    if isinstance(first, Neg) and len(factors) > 1:
        return Neg(_product((first.body, *factors[1:])))
    return first if len(factors) == 1 else Mul(factors)


def _absorbed(left: Node, right: Node) -> Node | None:
    """A product whose left side ends in an open operator, with the right side below it."""
    if isinstance(right, Deriv):
        return None
    if isinstance(left, Deriv) and left.open and left.body is not None:
        return replace(left, body=Mul((left.body, right)))
    if isinstance(left, Fn) and left.open and not isinstance(left.args[0], Apply):
        return replace(left, args=(Mul((left.args[0], right)),))  # \\log p^y (1 - p)^{1 - y}
    if isinstance(left, Mul) and (last := _absorbed(left.factors[-1], right)) is not None:
        return replace(left, factors=(*left.factors[:-1], last))
    return None


def map_nodes(node: Node, function: Callable[[Node], Node]) -> Node:
    """``node`` with ``function`` applied to the nodes directly below it."""

    def mapped(value: Any) -> Any:
        if isinstance(value, Node):
            return function(value)
        if isinstance(value, tuple):
            return tuple(mapped(v) for v in value)
        return value

    changes = {}
    for name in _parts(type(node)):
        old = getattr(node, name)
        if isinstance(old, (Node, tuple)):
            new = mapped(old)
            if new != old or new is not old:
                changes[name] = new
    return replace(node, **changes) if changes else node


def outer_of(node: Node) -> Node:
    """``y^T y`` as the product of the column and the row."""
    match node:
        case Neg(body):
            return replace(node, body=outer_of(body))
        case Mul((Transpose(first), second)) if first == second:
            return replace(node, factors=(second, Transpose(first)))
    return node

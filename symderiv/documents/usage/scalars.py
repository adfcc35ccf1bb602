"""Names that stand for numbers, though what they stand beside is a vector: ``\\hat y = mx + b``, with y_i.

Input: the shapes of a document so far and its chains.  Output: names without indices that are added to
entries, ``y_i - (m x_i + b)``, or whose derivative of a number is a sum over all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from symderiv.documents.text.syntax import (
    Add,
    Apply,
    Big,
    Deriv,
    Div,
    Fn,
    Mul,
    Neg,
    Node,
    Number,
    Pow,
    Sym,
    Transpose,
    bound_in,
    children,
    walk,
)
from symderiv.documents.text.vocabulary import SOFTMAX
from symderiv.documents.usage.ranked import factors_of, is_entrywise

if TYPE_CHECKING:
    from symderiv.documents.usage.shapes import Name, Shapes


_OF_NUMBERS = frozenset("exp log sqrt abs tanh sigmoid".split())


def numbers(shapes: Shapes, statements: Sequence[Sequence[Node]]) -> set[Name]:
    """All such names."""
    nodes = [n for s in statements for e in s for n in walk(e)]
    turned = {shapes.name(x) for n in nodes if _of_vectors(n) for x in walk(n) if isinstance(x, Sym)}
    found = {shapes.name(x) for n in nodes if isinstance(n, Add) for x in _beside_entries(shapes, n)}
    found |= {shapes.name(x) for n in nodes if isinstance(n, (Mul, Div)) for x in _before_direction(n)}
    found |= {shapes.name(s[0]) for s in statements if isinstance(s[0], Sym) and _is_linear(shapes, *s)}
    for s in statements:
        if isinstance(s[0], Deriv) and s[0].kind != "gradient" and len(s[0].targets) == 1:
            (target,) = s[0].targets
            plain = isinstance(s[0].body, Sym) and shapes.counts.get(shapes.name(s[0].body)[0]) == {0}
            if isinstance(target, Sym) and plain and any(_is_total(shapes, e) for e in s[1:]):
                found.add(shapes.name(target))
    for n in (n for n in nodes if isinstance(n, Add)):  # wx + b: with w, b is a number as well
        beside = {shapes.name(x) for t in n.terms for x in _factors(t)}
        found |= beside if beside & (found - turned) else set()
    return {name for name in found - turned if shapes.counts.get(name[0]) == {0} and name[0][:1].islower()}


def states(statements: Sequence[Sequence[Node]], nodes: Sequence[Node]) -> Iterator[Sym]:
    """Names with a prime that are no derivatives: ``h' = (1 - z) \\odot n + z \\odot h``, the next h."""
    applied = {n.head.base for n in nodes if isinstance(n, Apply)}
    for head, *sides in statements:
        if isinstance(head, Sym) and head.primes == 1 and head.base not in applied and sides:
            names = (n for n in walk(sides[0]) if isinstance(n, Sym))
            if any(n.base == head.base and not n.primes for n in names):
                yield head


def of_products(shapes: Shapes, statements: Sequence[Sequence[Node]]) -> set[Name]:
    """Names with an index that are functions of inner products: ``p_i = \\sigma(w^T x_i)`` is a number."""
    found = set()
    for head, *sides in statements:
        plain = isinstance(head, Sym) and not head.primes and head.style != "bold"
        if plain and isinstance(head, Sym) and shapes.name(head)[1:] == (1, 0):
            found |= {shapes.name(head) for side in sides if _products_in(side) > 0}
        elif plain and isinstance(head, Sym) and not any(shapes.name(head)[1:]):
            found |= {shapes.name(head) for side in sides if _is_mean(side)}
    return found


def _is_mean(node: Node) -> bool:
    """Whether a side is the mean of a vector's entries, ``\\frac1D 1^T x``, or their sum."""
    factors = [f for f in factors_of(node) if not isinstance(f, Number)]
    factors = [f for f in factors if not (isinstance(f, Div) and isinstance(f.top, Number))]
    if len(factors) != 2 or not isinstance(factors[0], Transpose):
        return False
    one, x = factors[0].body, factors[1]
    vector = isinstance(x, Sym) and x.base[:1].islower() and not (x.primes or x.base == "1")
    return isinstance(one, Sym) and one.base == "1" and vector


def of_softmax(shapes: Shapes, statements: Sequence[Sequence[Node]]) -> set[Name]:
    """Names with an index in a derivative of a softmax: in ``\\partial softmax(z_j) / \\partial z_i`` z_j is
    an entry, and no vector that one is taken of."""
    found = set()
    for n in (n for s in statements for e in s for n in walk(e)):
        if isinstance(n, Deriv) and isinstance(n.body, Apply) and n.body.head.base in SOFTMAX:
            ends = [shapes.name(x) for x in (*n.targets, *n.body.args) if isinstance(x, Sym)]
            if len(ends) == 2 and ends[0] == ends[1] and any(ends[0][1:]):
                found.add(ends[0])
    return found


def _products_in(node: Node) -> int:
    """How many inner products of small letters make up a value; -1 where something else may be a vector."""
    if isinstance(node, Mul) and len(node.factors) == 2 and isinstance(node.factors[0], Transpose):
        names = [x for x in (node.factors[0].body, node.factors[1]) if isinstance(x, Sym) and not x.primes]
        return 1 if len(names) == 2 and all(x.base[:1].islower() for x in names) else -1
    if isinstance(node, Sym):
        return 0 if node.base[:1].islower() and node.style != "bold" else -1
    parts = list(children(node))
    if isinstance(node, Apply):
        parts = list(node.args)
        known = is_entrywise(node)
    else:
        known = isinstance(node, (Number, Add, Neg, Div, Mul, Pow)) or (
            isinstance(node, Fn) and node.name in _OF_NUMBERS
        )
    counts = [_products_in(x) for x in parts] if known else [-1]
    return -1 if -1 in counts else sum(counts)


def _of_vectors(node: Node) -> bool:
    """Whether a node says of a name right in it that it is a vector."""
    if isinstance(node, Transpose):
        return True
    bold = isinstance(node, Sym) and node.style == "bold"
    return bold or (isinstance(node, Fn) and node.name in ("norm", "normF", "diag", "inner"))


def _beside_entries(shapes: Shapes, node: Add) -> Iterator[Sym]:
    """Bare names of a sum, or factors in it, beside entries of what has one index."""
    names = [n for n in walk(node) if isinstance(n, Sym)]
    entries = [
        n for n in names if sum(shapes.name(n)[1:]) == 1 and max(shapes.counts[shapes.name(n)[0]]) == 1
    ]
    large = any(n.base[:1].isupper() and not any(shapes.name(n)[1:]) for n in names)
    if entries and not large and all(sum(shapes.name(n)[1:]) < 2 for n in names):
        for t in node.terms:
            yield from _factors(t)


def _is_linear(shapes: Shapes, head: Node, *sides: Node) -> bool:
    """Whether a side is ``w \\cdot x + b``, of two vectors."""
    for side in sides:
        terms = side.terms if isinstance(side, Add) else (side,)
        for t in (t for t in terms if isinstance(t, Mul) and t.dot and len(t.factors) == 2):
            one, two = t.factors
            if isinstance(one, Sym) and isinstance(two, Sym) and one.base in ("w", "theta", "beta"):
                return max(shapes.counts.get(shapes.name(one)[0], {0})) == 1
    return False


def _before_direction(node: Mul | Div) -> Iterator[Sym]:
    """The length before a direction: g of ``g \\frac{v}{\\|v\\|}``, of ``\\frac{g}{\\|v\\|} v``."""
    factors = [x for f in (node.factors if isinstance(node, Mul) else (node,)) for x in _split(f)]
    tops = [x for x, below in factors if not below]
    norms = [x.args[0] for x, below in factors if below and isinstance(x, Fn) and x.name == "norm"]
    if len(tops) == 2 and isinstance(tops[0], Sym) and tops[1] in norms and tops[0] != tops[1]:
        yield tops[0]


def _split(node: Node) -> Iterator[tuple[Node, bool]]:
    """The factors of a product of quotients, and whether they stand below."""
    if isinstance(node, Div):
        yield from _split(node.top)
        yield from ((x, not below) for x, below in _split(node.bottom))
    elif isinstance(node, Mul):
        for f in node.factors:
            yield from _split(f)
    else:
        yield node, False


def _factors(node: Node) -> Iterator[Sym]:
    if isinstance(node, Sym):
        yield node
    elif isinstance(node, Mul) and any(isinstance(n, Transpose) for n in walk(node)):
        return  # u^T v: v is a vector
    elif isinstance(node, (Neg, Mul, Add)):
        for n in children(node):
            yield from _factors(n)


def _is_total(shapes: Shapes, node: Node) -> bool:
    """Whether a side is a number times a sum over all that is in it."""
    if isinstance(node, Neg):
        return _is_total(shapes, node.body)
    flat = list(node.factors) if isinstance(node, Mul) else [node]
    while isinstance(flat[0], Mul):
        flat = [*flat[0].factors, *flat[1:]]
    big = flat[-1]
    if not isinstance(big, Big) or big.op != "sum" or not all(_is_factor(shapes, x) for x in flat[:-1]):
        return False
    names = [(n, shapes.usage.split(n)[1]) for n in walk(big.body) if isinstance(n, Sym)]
    inner = bound_in(walk(big))
    bare = any(not marks and shapes.counts.get(shapes.name(n)[0], {0}) != {0} for n, marks in names)
    return not bare and bool(names) and all(m.text in inner for _, marks in names for m in marks)


def _is_factor(shapes: Shapes, node: Node) -> bool:
    if isinstance(node, Div):
        return _is_factor(shapes, node.top) and _is_factor(shapes, node.bottom)
    return isinstance(node, Number) or (isinstance(node, Sym) and node.base in shapes.usage.sizes)


def bold_entries(shapes: Shapes, statements: Sequence[Sequence[Node]]) -> set[Name]:
    """Bold names with an index, where one of them is said to be 1, ``y_c = 1``: an entry is bold as well."""
    nodes = [n for s in statements for e in s for n in walk(e) if isinstance(n, Sym) and n.style == "bold"]
    one = Number(Fraction(1))
    told = any(a in nodes and b == one and len(a.sub) == 1 for s in statements for a, b in pairwise(s)
               if isinstance(a, Sym))  # fmt: skip
    return {name for n in nodes if sum((name := shapes.name(n))[1:]) == 1} if told else set()

"""Sums over inputs by their name: ``C = \\frac{1}{n} \\sum_x (y - a)^2``, where x is what ``a`` is made of.

Input: statements as they are written.  What is set: their trees, with the number of the example as a letter
above x and above what belongs to each example: what rests on x, and what only such sums speak of (y).  A sum
stays as it is where its letter is an index or a function's argument in it (``\\sum_x p(x)``), or where it is
open what belongs to an example.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from symderiv.documents.content.of_samples import at_samples
from symderiv.documents.text.rows import Statement
from symderiv.documents.text.syntax import (
    Apply,
    Big,
    Deriv,
    Div,
    Fn,
    Mark,
    Mul,
    Neg,
    Node,
    Number,
    Sym,
    map_nodes,
    walk,
)

#: Letters that may count the examples, the first that the document does not use.
_LETTERS = "s r t q u v"


def over_inputs(statements: Sequence[Statement]) -> set[str]:
    """Put letters to what belongs to each example; the names of all that does."""
    at_samples(statements)
    found: set[str] = set()
    nodes = [e.node for s in statements for e in s.elements if e.node is not None]
    sums = [n for x in nodes for n in walk(x) if isinstance(n, Big) and _is_over_one(n)]
    for name in dict.fromkeys(n.letters[0] for n in sums):
        own = [n.body for n in sums if n.letters == (name,) and not _is_argument(name, n.body)]
        letter = _unused(nodes)
        each = _each(name, own, statements, nodes)
        if letter and each:
            found |= each
            for e in (e for s in statements for e in s.elements if e.node is not None):
                e.node = _put(e.node, name, each, letter) if e.node is not None else None
    return found


def _is_over_one(n: Big) -> bool:
    return n.op == "sum" and len(n.letters) == 1 and not (n.upper or n.lower or n.apart)


def _unused(nodes: Iterable[Node]) -> str:
    used = {x for n in nodes for y in walk(n) for x in _names(y)}
    return next((x for x in _LETTERS.split() if x not in used), "")


def _names(n: Node) -> Iterable[str]:
    if isinstance(n, Big):
        return n.letters
    return (n.base, *(m.text for m in (*n.sub, *n.sup))) if isinstance(n, Sym) else ()


def _each(name: str, bodies: list[Node], statements: Sequence[Statement], nodes: list[Node]) -> set[str]:
    """Names of which each example has its own; none where that is not clear."""
    syms = [n for x in nodes for n in walk(x) if isinstance(n, Sym)]
    as_index = any(m.text == name for n in syms for m in (*n.sub, *n.sup))
    if as_index or not bodies or not any(n.base == name for n in syms):
        return set()
    made = [
        (s.elements[0].node.base, s.elements[1].node)
        for s in statements
        if len(s.elements) > 1 and s.relations[1] == "=" and isinstance(s.elements[0].node, Sym)
    ]
    each = {name}
    for _ in made:
        each |= {head for head, body in made if body is not None and _speaks(body, name, each)}
    targets = {
        t.base
        for x in nodes
        for n in walk(x)
        if isinstance(n, Deriv)
        for t in n.targets
        if isinstance(t, Sym)
    }
    heads = {head for head, _ in made}
    inside = {n.base for b in bodies for n in walk(_with_arguments(b)) if isinstance(n, Sym)}
    inside -= each | {n.head.base for b in bodies for n in walk(b) if isinstance(n, Apply) and not n.head.sub}
    if inside & targets - heads:
        inside -= {x for x in inside & targets if all(_only_below(b, x) for b in bodies)}
    if any(n.sup for n in syms if n.base in each | inside) or inside & targets - heads:
        return set()
    return each | (inside - heads - targets)


def _is_argument(name: str, body: Node) -> bool:
    """Whether a name stands in brackets behind a function: ``p(x)``."""
    calls = [n for n in walk(body) if isinstance(n, Apply) and not n.head.sub]
    return any(isinstance(y, Sym) and y.base == name for n in calls for a in n.args for y in walk(a))


def _speaks(body: Node, name: str, each: set[str]) -> bool:
    """Whether a value rests on one example; a sum over all of them does not."""
    if isinstance(body, Big) and body.letters == (name,):
        return False
    if isinstance(body, Sym):
        return body.base in each
    found: list[bool] = []

    def look(n: Node) -> Node:
        found.append(_speaks(n, name, each))
        return n

    map_nodes(body, look)
    return any(found)


def _only_below(body: Node, name: str) -> bool:
    """Whether a name stands in a sum only as what is differentiated by."""
    below = [t for n in walk(body) if isinstance(n, Deriv) for t in n.targets]
    every = [n for n in walk(body) if isinstance(n, Sym) and n.base == name]
    return len(every) == sum(isinstance(t, Sym) and t.base == name for t in below)


def _put(node: Node, name: str, each: set[str], letter: str) -> Node:
    mark = Mark("letter", letter)

    def mark_each(n: Node) -> Node:
        if isinstance(n, Sym):
            return replace(n, sup=(mark,)) if n.base in each and not n.primes else n
        if isinstance(n, Apply) and n.head.base not in each:
            return replace(n, args=tuple(mark_each(a) for a in n.args))
        return map_nodes(n, mark_each)

    def put(n: Node) -> Node:
        if isinstance(n, Mul):  # 1/n before the sum says how many they are
            counts = [c for f in n.factors if (c := _count(f))]
            factors = tuple(
                replace(f, upper=counts[0])
                if counts and isinstance(f, Big) and f.letters == (name,) and _is_over_one(f)
                else f
                for f in n.factors
            )
            n = replace(n, factors=factors)
        if isinstance(n, Big) and n.letters == (name,) and n.op == "sum" and not _is_argument(name, n.body):
            body = mark_each(_with_arguments(n.body))
            return replace(n, letters=(letter,), body=body, lower="1" if n.upper else "")
        return map_nodes(n, put)

    return put(node)


def _count(factor: Node) -> str:
    """The name in ``1/n`` and ``1/(2n)``."""
    factor = factor.body if isinstance(factor, Neg) else factor
    if not isinstance(factor, Div) or not isinstance(factor.top, Number):
        return ""
    under = factor.bottom.factors if isinstance(factor.bottom, Mul) else (factor.bottom,)
    names = [x.base for x in under if isinstance(x, Sym) and not (x.sub or x.sup)]
    plain = all(isinstance(x, (Sym, Number)) for x in under)
    return names[0] if plain and len(names) == 1 and factor.top.value == Fraction(1) else ""


def _with_arguments(body: Node) -> Node:
    """``\\partial\\sigma`` beside ``\\sigma(z)`` is that of sigma(z)."""
    values = {(n.head.base, n) for n in walk(body) if isinstance(n, Apply) and len(n.args) == 1}
    fns = {(n.name, n) for n in walk(body) if isinstance(n, Fn)}
    whole: dict[str, set[Node]] = {}
    for base, n in (*values, *fns):
        whole.setdefault(base, set()).add(n)

    def put(n: Node) -> Node:
        if isinstance(n, Deriv) and isinstance(n.body, Sym) and not (n.body.sub or n.body.sup):
            found = whole.get(n.body.base, set())
            return replace(n, body=next(iter(found))) if len(found) == 1 else n
        return map_nodes(n, put)

    return put(body)

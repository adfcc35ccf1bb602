"""What rows need of their inputs that the text says in words, or leaves unsaid: that a matrix is symmetric or
orthogonal, that a vector has length 1.

Input: a row and what it rests on.  Output: assumptions in the notation, and what is said of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from symderiv.documents.content.defining import elements_of
from symderiv.documents.matrix.values import TWO
from symderiv.documents.meaning.closure import DELTAS
from symderiv.documents.text.syntax import Add, Apply, Big, Mark, Mul, Neg, Node, Pow, Sym, map_nodes, walk
from symderiv.documents.usage.ranked import factors_of

if TYPE_CHECKING:
    from symderiv.documents.judging.facts import Facts

Name = tuple[str, int]
Assumption = tuple[list[str], str]
_SYM = Mark("word", "sym")
_UNIT = re.compile(r"\bunit[- ](?:vector|norm|length|direction)|\bof (?:unit )?(?:length|norm) (?:1|one)\b")
_ORTHOGONAL = re.compile(r"\borthogonal\b|\borthonormal\b|\bunitary\b|\brotation\b")
#: Names of matrices that are symmetric where they stand in a quadratic form: Hessians, kernels, covariances,
#: scatter.  For others, x^T A x, it is a common slip to take it for granted.
USUALLY = frozenset("Q S K H C P M G Sigma Lambda Omega".split())
#: How far from such words the name stands that they are said of.
_NEAR = 60
_END = re.compile(r"[.;!?](?=\s|$)")
_FORMULA = re.compile(r"\$+([^$]+)\$+|\\\((.+?)\\\)")


def structured(facts: Facts, nodes: list[Node]) -> Iterator[Assumption]:
    """What may be assumed of the inputs of a row."""
    every = facts.with_definitions(nodes)
    by = {key for key, _ in facts.targets_in(every)}
    names: dict[Name, Sym] = {}
    for n in every:
        if isinstance(n, Sym) and not n.primes:
            key, marks = facts.book.usage.split(n)
            name = key, len(marks)
            if key not in by and key not in DELTAS and name not in facts.book.definitions:
                names.setdefault(name, n)
    yield from _symmetric(facts, every, names)
    for name in _said_near(facts, names, 1, _UNIT):
        ident = facts.book.usage.ident(*name)
        yield [f"sum[h0]({ident}[h0]*{ident}[h0]) = 1"], f"{name[0]} has length 1, said in words"
    for name in _said_near(facts, names, 2, _ORTHOGONAL):
        ident = facts.book.usage.ident(*name)
        columns = f"sum[h2]({ident}[h2,h0]*{ident}[h2,h1]) = delta[h0,h1]"
        rows = f"sum[h2]({ident}[h0,h2]*{ident}[h1,h2]) = delta[h0,h1]"
        yield [columns], f"{name[0]} is orthogonal, said in words"
        yield [columns, rows], f"{name[0]} is orthogonal, said in words"


def _symmetric(facts: Facts, every: list[Node], names: dict[Name, Sym]) -> Iterator[Assumption]:
    """Matrices of quadratic forms, and others where the text speaks of a symmetric one."""
    book = facts.book
    stated = _stated(facts)
    said = {x for x, n in names.items() if x[1] == 2 and (book.symmetric or _SYM in n.sub or x[0] in stated)}
    forms = {x for x in _of_forms(facts, every) if x in said or (x in names and names[x].base in USUALLY)}
    two_ways = _two_ways(facts) if forms - said else set()
    if own := [x for x in names if x in forms and (x in said or x[0] not in two_ways)]:
        shown = f"{' and '.join(key for key, _ in own)} symmetric"
        if set(own) - said:
            shown = f"needs {shown}, which the document does not state"
        yield [_turned(facts, x) for x in own], shown
    for x in names:
        if x in said and own != [x]:
            yield [_turned(facts, x)], f"{x[0]} symmetric"


def _turned(facts: Facts, name: Name) -> str:
    ident = facts.book.usage.ident(*name)
    return f"{ident}[h0,h1] = {ident}[h1,h0]"


def _stated(facts: Facts) -> set[str]:
    """Names whose two indices change places in an equation: ``w_{ij} = w_{ji}``."""
    found = set()
    for f in facts.book.formulas:
        for s in (s for row in f.rows for s in row.statements):
            for a, b in pairwise(e.node for e in s.elements):
                if isinstance(a, Sym) and isinstance(b, Sym):
                    (one, first), (two, second) = map(facts.book.usage.split, (a, b))
                    if one == two and len(first) == 2 and first == second[::-1]:
                        found.add(one)
    return found


def _of_forms(facts: Facts, every: list[Node]) -> set[Name]:
    """Names of two indices in terms whose other factors stay the same when these change places."""
    found: set[Name] = set()
    for n in every:
        if not isinstance(n, (Mul, Big)):
            continue
        factors = _flat(n)
        for f in factors:
            if not isinstance(f, Sym):
                continue
            key, marks = facts.book.usage.split(f)
            if len(marks) != 2 or marks[0] == marks[1] or any(m.kind != "letter" for m in marks):
                continue
            rest = [x for x in factors if x is not f]
            held = {m for x in rest for s in walk(x) if isinstance(s, Sym) for m in (*s.sub, *s.sup)}
            one, two = marks
            if {one, two} <= held and _renamed(rest, {}) == _renamed(rest, {one: two, two: one}):
                found.add((key, 2))
    return found


def _flat(node: Node) -> list[Node]:
    """The factors of a term, those below its sums as well."""
    if isinstance(node, Big) and node.op == "sum":
        return _flat(node.body)
    if isinstance(node, Neg):
        return _flat(node.body)
    if isinstance(node, Mul):
        return [x for f in factors_of(node) for x in _flat(f)]
    inner = node.base if isinstance(node, Pow) else node
    if isinstance(inner, Apply) and len(inner.args) == 1 and inner.head.sub and not inner.opaque:
        (last,) = inner.args  # w_{ij} (x - y)^2
        return [inner.head, *_flat(replace(node, base=last) if isinstance(node, Pow) else last)]
    return [node]


def _renamed(nodes: list[Node], to: dict[Mark, Mark]) -> Counter[Node]:
    """Factors with other letters."""

    def put(n: Node) -> Node:
        if isinstance(n, Sym):
            sub, sup = (tuple(to.get(m, m) for m in marks) for marks in (n.sub, n.sup))
            return Sym(n.base, sub, sup, n.primes, n.style)
        n = map_nodes(n, put)
        if isinstance(n, Pow) and n.exponent == TWO and isinstance(n.base, Add):  # of f_j - f_i, or f_i - f_j
            signed = [t.body if isinstance(t, Neg) else Neg(t) for t in reversed(n.base.terms)]
            return min(n, replace(n, base=Add(tuple(signed))), key=_marks)
        return n

    return Counter(map(put, nodes))


def _two_ways(facts: Facts) -> set[str]:
    """Matrices that stand both ways in one formula, ``A + A^T``: whoever writes so means no symmetric one."""
    found: set[str] = set()
    for e in elements_of(facts.book.formulas):
        pairs: dict[str, set[tuple[Mark, ...]]] = {}
        for n in walk(e.node) if e.node is not None else ():
            if isinstance(n, Sym):
                key, marks = facts.book.usage.split(n)
                if len(marks) == 2 and marks[0] != marks[1]:
                    pairs.setdefault(key, set()).add(marks)
        found |= {key for key, own in pairs.items() if any(m[::-1] in own for m in own)}
    return found


def _said_near(facts: Facts, names: dict[Name, Sym], arity: int, words: re.Pattern[str]) -> list[Name]:
    """The names of so many indices that stand in a formula beside such words, in one sentence with them."""
    text = facts.book.source.raw[:200_000]
    held = ""
    for m in words.finditer(text.lower()):
        before, behind = text[max(m.start() - _NEAR, 0) : m.start()], text[m.end() : m.end() + _NEAR]
        clear = _END.split(before)[-1] + m[0] + _END.split(behind)[0]
        held += " ; ".join(found[1] or found[2] for found in _FORMULA.finditer(clear)) + " ; "
    return [
        x
        for x, n in names.items()
        if x[1] == arity and re.search(rf"(?<![A-Za-z]){re.escape(n.base)}(?![A-Za-z])", held)
    ]


def _marks(node: Node) -> list[tuple[str, ...]]:
    return [tuple(map(str, (*n.sub, *n.sup))) for n in walk(node) if isinstance(n, Sym)]

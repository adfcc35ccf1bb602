"""One-place changes of a tree, as slips are made: a sign, an index, a factor, a power, a number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, replace
from fractions import Fraction
from typing import Any

from symderiv.documents.text.syntax import (
    Add,
    Apply,
    Big,
    Condition,
    Deriv,
    Div,
    Fn,
    Mark,
    Mul,
    Neg,
    Node,
    Number,
    Pow,
    Sym,
    map_nodes,
    walk,
)

Change = tuple[Node, Node, Node]
_NAUGHT = Number(Fraction(0))


def changes(node: Node, letters: list[str]) -> Iterator[Change]:
    """Trees that differ from ``node`` at one place, with the old and the new part."""
    yield from _here(node, letters)
    for f in fields(node):
        value = getattr(node, f.name)
        for new, old_part, new_part in _inside(value, letters):
            if isinstance(node, Apply) and f.name == "head" and not isinstance(new, Sym):
                continue
            if isinstance(node, Deriv) and not isinstance(new_part, Sym):
                continue  # of a name, by a name
            if isinstance(node, (Div, Mul)) and new_part == _NAUGHT and new_part in (new, *_factors(new)):
                continue  # what is left is nothing
            changed: Any = {f.name: new}
            yield replace(node, **changed), old_part, new_part


def _factors(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()


def likeliest(node: Node, letters: list[str], count: int) -> list[Change]:
    """The first ``count`` changes, those that people make by mistake before the others."""
    return sorted(changes(node, letters), key=_rank)[:count]


def _rank(change: Change) -> int:
    """0 for a sign of a term, 1 for an index, a power or a number, 2 for what is lost, 3 for others."""
    _, old, new = change
    match old, new:
        case (Add(), Add()):  # a sign before the first term is seldom one that was lost
            return int(isinstance(new.terms[0], Neg) and not isinstance(old.terms[0], Neg))
        case (Neg(), _):
            return 0
        case (Fn("sqrt"), Sym()) | (Sym(), Fn("sqrt")):
            return 1
        case (Big(), Mul()):
            return 2
        case (Sym(), Sym()) | (Number(), Number()) | (Pow(), Pow()) | (Condition(), _):
            return 1
        case (Pow(), _) if new == old.base:
            return 1
        case (Big(_, one), Big(_, two)) if one != two:
            return 1
        case (Sym() | Apply() | Add() | Big() | Fn(), Pow()) | (Mul(), Mul()) | (_, Neg()):
            return 2
        case _:
            return 3


def _inside(value: object, letters: list[str]) -> Iterator[tuple[object, Node, Node]]:
    if isinstance(value, Node):
        yield from changes(value, letters)
    elif isinstance(value, tuple) and value and not isinstance(value[0], Mark):
        for n, part in enumerate(value):
            for new, old_part, new_part in _inside(part, letters):
                yield (*value[:n], new, *value[n + 1 :]), old_part, new_part


def _here(node: Node, letters: list[str]) -> Iterator[Change]:
    """Changes of the node itself."""
    for other in _others(node, letters):
        new = replace(other, at=node.at, end=node.end) if other.at < 0 else other
        yield new, node, new


def _others(node: Node, letters: list[str]) -> Iterator[Node]:
    match node:
        case Condition(op, _, _):
            if op in ("=", "neq"):
                yield replace(node, op="neq" if op == "=" else "=")
            return
        case Sym(_, sub, sup, primes, _):
            for name, marks in (("sub", sub), ("sup", sup)):
                for n, m in enumerate(marks):
                    if m.kind == "letter" and m.text in letters:
                        for x in letters:
                            if x != m.text:
                                put: Any = {name: (*marks[:n], replace(m, text=x), *marks[n + 1 :])}
                                yield replace(node, **put)
            if node.base.endswith("_sq"):
                yield Fn("sqrt", (node,))  # sigma for sigma^2
            if primes:
                yield replace(node, primes=0)
            if sub or sup:
                yield Fn("exp", (node,))
        case Add(terms):
            for n, t in enumerate(terms):
                flipped = t.body if isinstance(t, Neg) else Neg(t)
                yield Add((*terms[:n], flipped, *terms[n + 1 :]))
            yield Pow(node, Number(Fraction(2)))
        case Neg(body):
            yield body
        case Mul(factors):
            for n in range(len(factors)):
                rest = (*factors[:n], *factors[n + 1 :])
                yield rest[0] if len(rest) == 1 else Mul(rest)
        case Pow(base, Number(value)) if value.denominator == 1:
            yield base
            yield Pow(base, Number(value + 1))
            yield Pow(base, Number(-value))
        case Pow(base, Number(value)):
            yield Pow(base, Number(value + 1))
            yield Pow(base, Number(value - 1))
            yield Pow(base, Number(-value))
        case Number(value):
            yield Number(value + 1)
            yield Number(value - 1)
        case Fn("sqrt", (Sym(base) as inner,)) if base.endswith("_sq"):
            yield inner
        case Fn("exp", (inner,)):
            yield inner
        case Div(top, bottom) if not isinstance(top, Number):
            yield Div(bottom, top)
        case Big(_, (letter,), upper):
            for x in letters:
                if x != letter and not upper:
                    yield replace(node, letters=(x,))
            if re.fullmatch(r"[A-Za-z]", upper):  # a mean that lost its 1/N
                yield Mul((Div(Number(Fraction(1)), Sym(upper)), node))
        case Apply(head, args, _, opaque) if not head.primes:
            if len(args) == 1 and isinstance(args[0], Add) and not opaque:
                yield args[0]  # h (1 - h), of which h is one too many
            yield replace(node, head=replace(head, primes=1))
        case _:
            pass
    if not isinstance(node, (Number, Add, Neg)):
        yield Neg(node)
    if isinstance(node, Sym) and not (node.sub or node.sup):
        yield Mul((Number(Fraction(2)), node))
    if isinstance(node, (Sym, Apply, Big, Fn)):
        yield Pow(node, Number(Fraction(2)))


def exchanged(node: Node, names: set[str]) -> Iterator[Node]:
    """Trees with a plain name at all its places taken for one of ``names``: epsilon where beta stands."""
    plain = {n.base for n in walk(node) if isinstance(n, Sym) and not (n.sub or n.sup or n.primes)}
    for old in sorted(plain - names):
        for new in sorted(names):
            yield _exchanged(node, old, new)


def _exchanged(node: Node, old: str, new: str) -> Node:
    if isinstance(node, Sym):
        return replace(node, base=new) if node.base == old and not (node.sub or node.sup) else node
    return map_nodes(node, lambda n: _exchanged(n, old, new))

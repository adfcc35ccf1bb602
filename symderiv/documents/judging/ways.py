"""The ways to take what is ambiguous in a row, the plainest first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from symderiv.documents.content.spread import free_in
from symderiv.documents.judging.apart import numbered_apart
from symderiv.documents.judging.dependence import chain_letters
from symderiv.documents.meaning.reading import Reading
from symderiv.documents.meaning.routes import routes
from symderiv.documents.meaning.scoped import is_shadowed
from symderiv.documents.meaning.ties import has_kink
from symderiv.documents.text.syntax import Apply, Big, Deriv, Fn, Node, Sym, walk, widened

if TYPE_CHECKING:
    from symderiv.documents.judging.facts import Facts
    from symderiv.documents.text.rows import Element


#: Words that say that a row is about one term of a sum.
_ONE = re.compile(
    r"stochastic|\bsgd\b|\bper[- ](?:sample|example|rating|instance)|"
    r"\b(?:single|one|each|every|given|particular)\s+(?:\w+\s+)?"
    r"(?:rating|sample|example|instance|observation|data|pair|entry|term)"
)


def _of_one(facts: Facts, a: Element, b: Element, every: list[Node]) -> frozenset[str]:
    """The letters that stand free on the right only, where the text speaks of one term of a sum over them."""
    if a.node is None or b.node is None or _ONE.search(facts.book.source.raw.lower()) is None:
        return frozenset()
    left, right = free_in(a.node), free_in(b.node)
    summed = {x for n in every if isinstance(n, Big) and n.op == "sum" for x in n.letters}
    return frozenset((right - left) & summed)


def _of_many(facts: Facts, every: list[Node]) -> bool:
    """Whether a name with a number is defined for a letter: ``o_1``, of ``o_i``; it is an entry then."""
    for n in (n for n in every if isinstance(n, Sym) and any(m.kind == "number" for m in n.sub)):
        key, marks = facts.book.usage.split(n)
        told = facts.book.definitions.get((key, len(marks)), []) if marks else []
        if any(isinstance(d.name, Sym) and any(m.kind == "letter" for m in d.name.sub) for d in told):
            return True
    return False


def _own_variable(facts: Facts, nodes: Sequence[Node]) -> str:
    """The z of ``d\\sigma(z)/dz``, and of what follows, where only z_i is defined: a variable of its own."""
    usage, book = facts.book.usage, facts.book
    slopes = [n for n in nodes if isinstance(n, Deriv)]
    targets = [t for n in slopes for t in n.targets] if slopes else [facts.current]
    by = {usage.split(t) for t in targets if isinstance(t, Sym)}
    if len(by) != 1 or any(isinstance(n.body, Sym) for n in slopes):  # L, which depends on all z_i
        return ""
    ((key, marks),) = by
    defined = book.arities(key)
    if marks or not defined or 0 in defined:
        return ""
    own = {m for name, m in (usage.split(n) for n in nodes if isinstance(n, Sym)) if name == key}
    below = {
        n.base for k in defined for d in book.definitions[key, k] for n in walk(d.body) if isinstance(n, Sym)
    }
    here = {n.base for n in nodes if isinstance(n, Sym)} - {key}
    return usage.ident(key, 0) if own == {()} and not below & here else ""


def ways(
    facts: Facts, a: Element, b: Element, nodes: Sequence[Node], every: list[Node], keep: frozenset[str]
) -> list[Reading]:
    """The readings of a link; ``every``: its nodes and those of the definitions that it rests on."""
    book = facts.book
    assert a.node is not None
    assert b.node is not None
    slopes = any(isinstance(n, Deriv) for n in nodes)
    steps = any(isinstance(n, Big) and set(n.letters) & book.usage.layers for n in nodes)
    plain = not (a.lowered or b.lowered or _of_many(facts, every))
    numbers = numbered_apart(book.usage, every, book.entries) if plain else frozenset()
    base = Reading(keep=keep, steps=steps, labels=numbers, loose=_own_variable(facts, nodes))
    einstein = 0 <= book.implied_sums <= a.at
    own = [replace(base, implied=True), base] if einstein else [base]
    if slopes and not steps:
        own.append(replace(base, formal=True))
        if by_ways := routes(nodes):
            own.append(replace(base, routes=by_ways))
    if slopes:
        along = frozenset(facts.targets_in(every))
        if len(along) > 1 and facts.has_unstated_loss(every):
            own.append(replace(base, along=along))
        for loss in facts.told_later(list(nodes), a.at):
            own += [replace(base, loose=loss), replace(base, loose=loss, along=along)]
        if (chain_letters(a.node) | chain_letters(b.node)) & (free_in(a.node) ^ free_in(b.node)):
            own += [replace(base, implied=True), replace(base, implied=True, formal=True)]
        if one := _of_one(facts, a, b, every):
            own.append(replace(base, single=one))
    primed = any(isinstance(n, Sym) and n.primes for n in nodes)
    own += [replace(base, ties=True)] if (slopes or primed) and any(map(has_kink, every)) else []
    own += [replace(base, loose=x) for x in facts.below_maxima(every)]
    if is_shadowed(nodes, free_in(a.node) | free_in(b.node)):
        own += [replace(x, narrow=True) for x in own]
    logs = any(isinstance(n, Fn) and n.open for n in every)
    if logs or any(widened(x) != x for x in (a.node, b.node)):
        own.append(replace(base, wide=True))
    if primed or any(isinstance(n, Apply) and n.head.primes for n in nodes):
        own.append(replace(base, prime=False))
    return own + ([replace(x, net=True) for x in own] if facts.has_net(list(nodes)) else [])

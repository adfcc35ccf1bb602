"""What is said to solve a derivative that is set to zero, put into it.

Input: the judge of a book and a definition behind such an equation.  Output: what the equation comes to, or
nothing where it has other unknowns, or where none of the equations is by this name.  ``\\hat\\mu`` solves an
equation by mu.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from symderiv.documents.content.definition import Definition
from symderiv.documents.content.solving import zeroed
from symderiv.documents.judging.asked import Outcome
from symderiv.documents.judging.relations import inverse_facts
from symderiv.documents.matrix.vectors import Pair, pairs_of
from symderiv.documents.meaning.reading import Reading
from symderiv.documents.text.latex import Unread
from symderiv.documents.text.rows import Element
from symderiv.documents.text.syntax import Apply, Deriv, Mul, Neg, Node, Number, Pow, Sym, map_nodes, walk

if TYPE_CHECKING:
    from symderiv.documents.content.formulas import Formula
    from symderiv.documents.judging.restated import Restated

#: What is said of a row that is no solution.
UNSOLVED = "it does not solve the equation before it"
_ZERO = Number(Fraction(0))


def solves(judge: Restated, f: Formula, d: Definition, apart: set[str]) -> Outcome | None:
    """The outcome of the equation by a name with its solution in it: refuted only in every reading, and not
    where it rests on a name of ``apart``, whose own solution is none."""
    if not (d.solution or "_hat" in d.key) or _has_own_counts(judge, d):
        return None
    for equation in _equations(judge, f, d):
        pairs = [[(_plugged(judge, x, d), y) for x, y in pair] for pair in equation]
        nodes = [n for pair in pairs for x, _ in pair for n in walk(x)]
        names = {judge.book.usage.split(n)[0] for n in nodes if isinstance(n, Sym)}
        if names & apart or d.key not in names or not _inputs(judge, nodes) <= judge.roots(d) | {d.key}:
            return None
        found: Outcome | None = None
        for assume in ([], *([text] for text, _ in judge.hypotheses(nodes))):
            made = judge.best(pairs, d.at, Reading(), [], assume, set())
            if made.word == "proved":
                return made
            if found is None or made.word != "refuted" or made.weak:
                found = made
        every = judge.with_definitions(nodes)
        if any(isinstance(n, Sym) and n.base in judge.book.inverses.of for n in every):
            for texts, loose, _ in inverse_facts(judge, every, d.at):
                made = judge.best(pairs, d.at, replace(Reading(), loose=loose), [], texts, set())
                if made.word == "proved":
                    return made
            return None  # any matrix is taken for the inverse
        return found
    return None


def _has_own_counts(judge: Restated, d: Definition) -> bool:
    """Whether a solution holds counts of which nothing is said: N_k, where N is a length."""
    usage = judge.book.usage
    names = [usage.split(n) for n in judge.with_definitions(list(walk(d.body))) if isinstance(n, Sym)]
    return any(marks and key in usage.sizes and not judge.book.arities(key) for key, marks in names)


def _equations(judge: Restated, f: Formula, d: Definition) -> Iterator[list[list[Pair]]]:
    """Those by the name of a definition, each as sides that are to agree: what ends in "= 0", and where the
    text says "setting this to zero", the row before it."""
    for g, chain in zeroed(judge.book.formulas):
        body, zero = chain[-2:]
        fits = g.section == d.section and zero.at < d.at and len(chain) > 2 and _by(judge, chain[0], d)
        if fits and body.node is not None and body.error is None and not isinstance(body.node, Deriv):
            try:
                yield pairs_of(body, zero)
            except Unread:
                return
    if judge.is_set(f):
        for g in reversed([g for g in judge.book.formulas if g.item.at < f.item.at and g.item.display]):
            for s in (s for row in g.rows for s in row.statements):
                body = s.elements[-1]
                if _by(judge, s.elements[0], d) and body.node is not None and not body.lowered:
                    yield [[(body.node, _ZERO)]]
            return


def _by(judge: Restated, first: Element, d: Definition) -> bool:
    """Whether a derivative is by the name that is defined."""
    node, wanted = first.written or first.node, _bare(d.key)
    if isinstance(node, Deriv):
        targets = [judge.book.usage.split(t)[0] for t in node.targets if isinstance(t, Sym)]
        return targets in ([wanted], [f"{wanted}_sq"])  # sigma solves an equation by sigma^2
    head = node.head if isinstance(node, Apply) else None
    if isinstance(node, Apply) and head is not None and head.primes and len(node.args) == 1:
        arg = node.args[0]
        return isinstance(arg, Sym) and judge.book.usage.split(arg)[0] == wanted
    return False


def _bare(key: str) -> str:
    return key.replace("_hat", "", 1)


def _plugged(judge: Restated, node: Node, d: Definition) -> Node:
    """A side with the names that are solved for as they are written where they are, without factors that hold
    no such name: these are not zero."""
    if isinstance(node, Neg):
        return _plugged(judge, node.body, d)
    if isinstance(node, Mul):
        wanted = _bare(d.key)
        kept = [
            x
            for x in node.factors
            if {wanted, f"{wanted}_sq"} & {s.base for s in walk(x) if isinstance(s, Sym)}
        ]
        if len(kept) == 1 and len(node.factors) > 1:
            return _plugged(judge, kept[0], d)
    hats = {
        _bare(v.name.base): v.name.base
        for versions in judge.book.definitions.values()
        for v in versions
        if isinstance(v.name, Sym) and "_hat" in v.name.base and v.at <= d.at
    }

    def put(n: Node) -> Node:
        if isinstance(n, Sym) and n.base in hats:
            return replace(n, base=hats[n.base])
        if isinstance(n, Sym) and n.base.endswith("_sq") and n.base.removesuffix("_sq") in hats:
            return Pow(replace(n, base=hats[n.base.removesuffix("_sq")]), Number(Fraction(2)))
        return map_nodes(n, put)

    return put(node)


def _inputs(judge: Restated, nodes: list[Node]) -> set[str]:
    """The names of a side that nothing defines, through those that something does."""
    usage = judge.book.usage
    names = {usage.split(n)[0] for n in judge.with_definitions(nodes) if isinstance(n, Sym)}
    return {
        x for x in names if not judge.book.arities(x) and x not in usage.sizes and x not in ("delta", "Sum")
    }

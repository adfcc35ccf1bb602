"""What is said about a result: where it holds, what its cases turn on, how its vectors are read."""

from __future__ import annotations

from dataclasses import dataclass

from symderiv.calculus.assumptions import normalizer
from symderiv.calculus.atoms import padd
from symderiv.calculus.conditions import open_conditions
from symderiv.calculus.normal import Normalizer
from symderiv.definitions import Function
from symderiv.derive.algebra import powers, product, shape, terms_of
from symderiv.derive.cases import Case
from symderiv.derive.matrix import Matrix
from symderiv.derive.patterns import match
from symderiv.derive.prove import GIVEN_UP
from symderiv.derive.steps import Derivation
from symderiv.explain.blocks import Equals, Word, Words
from symderiv.explain.sentences import listed_letters
from symderiv.terms import (
    ZERO,
    Bodies,
    Call,
    Diff,
    Entry,
    Index,
    Mul,
    Pow,
    Term,
    Where,
    add,
    children,
    free_indices,
    instantiate,
    neg,
    tensor_names,
    unfold,
    walk,
)

_TIE = "has no tie at"


@dataclass(frozen=True, slots=True)
class _Need:
    """A relation; ``every`` are the letters that it holds for all values of."""

    relation: str
    left: Term
    right: Term
    every: frozenset[Index]

    @property
    def gap(self) -> Term:
        return add(self.left, neg(self.right))


def needed_by(function: Function, left: Diff, right: Term) -> Words:
    """What ``left = right`` needs, each condition once; a letter that neither side has is any letter.

    Ties matter in what is differentiated, where the input moves them; all else has to be defined only.
    """
    free = free_indices(left) | free_indices(right)
    found: list[_Need] = []
    nf = normalizer(function.assumptions)
    defined = open_conditions(nf, (left.body,), function.bodies)
    for side in (left, right):
        for relation, one, two in open_conditions(nf, (side,), function.bodies):
            moved = {t.name for t in left.targets} & _inputs((one, two), function.bodies)
            if side == left and not moved and (relation, one, two) not in defined:
                continue
            a, b = (two, one) if relation == "!=" and one == ZERO else (one, two)
            letters = free_indices(a) | (free_indices(b) if relation != _TIE else frozenset())
            found.append(_Need(relation, a, b, letters - free))
    kept: list[_Need] = []
    for n in found:
        if not any(_implies(m, n) or _same(m, n, nf, function.bodies) for m in kept):
            kept = [m for m in kept if not _implies(n, m)] + [n]
    kept = [n for n in kept if not any(_root_of(m, n, function.bodies) for m in kept)]
    words: list[Word] = []
    for k, n in enumerate(kept):
        words.append(" and " if k and k == len(kept) - 1 else ", " if k else "")
        if n.relation == _TIE:
            words += [n.left, " without a tie"]
        else:
            words.append(Equals(n.left, n.right, n.relation))
        later = kept[k + 1].every if k + 1 < len(kept) else frozenset()
        if n.every and n.every != later:
            words += [" for every ", *listed_letters(sorted(n.every))]
    return tuple(words)


def _inputs(terms: tuple[Term, ...], bodies: Bodies) -> frozenset[str]:
    """The inputs that the terms depend on."""
    return frozenset().union(*(tensor_names(unfold(t, bodies)) for t in terms))


def _same(one: _Need, two: _Need, nf: Normalizer, bodies: Bodies) -> bool:
    """Whether the needs are the same by the calculus: sum[c](p[c]**2 + t[c]**2) != 0, the sums apart."""
    if one.relation != two.relation or one.relation == _TIE:
        return False
    try:
        a, b = (nf.poly(unfold(n.gap, bodies)) for n in (one, two))
        signs = (-1, 1) if one.relation == "!=" else (-1,)
        return any(nf.is_zero(padd(a, b, sign)) for sign in signs)
    except GIVEN_UP:
        return False


def _implies(one: _Need, two: _Need) -> bool:
    """Whether ``two`` is ``one`` at some letters, or ``one`` turned round."""
    if one.relation != two.relation or one.relation == _TIE:
        return False
    goals = [two.gap] + ([neg(two.gap)] if one.relation == "!=" else [])
    return any(_instance(one.gap, g, one.every) for g in goals)


def _instance(pattern: Term, term: Term, wild: frozenset[Index]) -> bool:
    """Whether ``term`` is ``pattern`` with other letters for the ``wild`` ones."""
    return next(match(_flat(pattern), _flat(term), wild, {}), None) is not None


def _flat(term: Term) -> Term:
    """A sum of products in an order of its own, signs inside."""
    parts = []
    for t in terms_of(term):
        c, factors = powers(t)
        inner = factors[0][0] if len(factors) == 1 and factors[0][1] == 1 else None
        whole = [(c * k, f) for k, f in map(powers, terms_of(inner))] if inner is not None else [(c, factors)]
        parts += [product(k, f) for k, f in whole]
    return add(*sorted(parts, key=shape))


def _root_of(one: _Need, two: _Need, bodies: Bodies) -> bool:
    """Whether ``one`` says a != 0 of a root a = sqrt(u), and ``two`` no more than u > 0."""
    if one.relation != "!=" or one.right != ZERO or not isinstance(one.left, Entry):
        return False
    if two.relation not in (">", ">=") or two.right != ZERO or one.left.name not in bodies:
        return False
    head, body = bodies[one.left.name]
    if not (isinstance(body, Call) and body.function == "sqrt"):
        return False
    return shape(instantiate(head, body.args[0], one.left.indices)) == shape(two.left)


def by_entry(m: Matrix) -> bool:
    """Whether a gradient holds vectors that are multiplied, or put into functions, entry by entry."""
    for part in m.parts:
        for t in walk(part.left) if part.kind == "vector" else ():
            vectors = [c for c in children(t) if free_indices(c)]
            if isinstance(t, Call | Where | Pow) and vectors:
                return True
            if isinstance(t, Mul) and len(vectors) > 1:
                return True
    return False


# --- cases ----------------------------------------------------------------------------------------


def case_words(d: Derivation) -> Words:
    """What the cases of a derivative turn on."""
    zero = [c for c in d.cases if c.right == ZERO and not all(k.equal for k in c.conditions)]
    if zero and len(d.cases) == 2:
        return _alone(d, next(c for c in d.cases if c not in zero))
    pairs = dict.fromkeys((c.left, c.right) for case in d.cases for c in case.conditions)
    if len(pairs) == 1:
        return ("What it comes to depends on whether ", *listed_letters(sorted(*pairs)), " are equal:")
    words: list[Word] = ["What it comes to depends on whether "]
    for n, (a, b) in enumerate(pairs):
        words += [
            "" if not n else " and " if n == len(pairs) - 1 else ", ",
            Equals(Entry(a.name), Entry(b.name)),
        ]
    return (*words, ":")


def _alone(d: Derivation, case: Case) -> Words:
    """Only where letters are equal a derivative is not 0: one entry of the input, or some of them."""
    fixed = {i for c in case.conditions for i in (c.left, c.right)}
    if set(d.target.letters) <= fixed:
        return (d.output, " depends on one entry of ", Entry(d.target.name),
                " only, so the other derivatives are 0:")  # fmt: skip
    words: list[Word] = [d.output, " depends only on the entries of ", Entry(d.target.name), " with "]
    for n, c in enumerate(case.conditions):
        words += [" and " if n else "", Equals(Entry(c.left.name), Entry(c.right.name))]
    return (*words, ", so the other derivatives are 0:")

"""Proofs of equations between terms, for derivations and kernels: nothing is used that is not proved."""

from __future__ import annotations

from collections.abc import Sequence

from symderiv.calculus.assumptions import normalizer
from symderiv.calculus.equations import refusal
from symderiv.calculus.normal import Exhausted, Normalizer, Undefined
from symderiv.calculus.ties import Ties
from symderiv.definitions import Assumption, Claim, Function
from symderiv.derive.rules import evaluate
from symderiv.terms import Bodies, Diff, Term, free_indices, rename, unfold, walk

#: What ends a normal form without an answer.
GIVEN_UP = (Exhausted, Undefined, NotImplementedError, RecursionError)


def stated(terms: Sequence[Term], bodies: Bodies) -> list[Term]:
    """Terms over inputs only; a bound letter is not the free one of its name."""
    free = frozenset(i.name for t in terms for i in free_indices(t))
    return [rename(unfold(t, bodies), {}, avoid=free) for t in terms]


def leave_out(
    nf: Normalizer,
    terms: Sequence[Term],
    assumptions: tuple[Assumption, ...],
    *,
    seconds: float = 10.0,
    budget: int = 400_000,
) -> None:
    """Leave out the ties of what ``terms`` (over inputs only) differentiate."""
    if any(isinstance(t, Diff) for term in terms for t in walk(term)):
        nf.ties = Ties(
            normalizer(assumptions, seconds=seconds, budget=budget), terms, lambda t: evaluate(t, {})
        )


def equal(left: Term, right: Term, claim_like: Claim | Function) -> bool:
    """Whether two terms are proved equal under a claim's definitions and assumptions."""
    nf = normalizer(claim_like.assumptions)
    terms = stated((left, right), claim_like.bodies)
    leave_out(nf, terms, claim_like.assumptions)
    return refusal(nf, [evaluate(t, {}) for t in terms], terms) is None

"""Proofs of equations between terms, for derivations and kernels: nothing is used that is not proved."""

from __future__ import annotations

from symderiv.calculus.assumptions import normalizer
from symderiv.calculus.equations import refusal
from symderiv.definitions import Claim, Function
from symderiv.derive.rules import evaluate
from symderiv.terms import Term, unfold


def equal(left: Term, right: Term, claim_like: Claim | Function) -> bool:
    """Whether two terms are proved equal under a claim's definitions and assumptions."""
    nf = normalizer(claim_like.assumptions)
    bodies = claim_like.bodies
    sides = [evaluate(t, bodies) for t in (left, right)]
    return refusal(nf, sides, [unfold(t, bodies) for t in (left, right)]) is None

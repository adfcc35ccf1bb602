"""Checker (a): the index calculus.  Proves a claim for every size; it never refutes.

The claim's definitions are unfolded, its derivatives evaluated by the table of rules, and
left - right is brought to normal form under the assumptions; zero is a proof.
"""

from __future__ import annotations

import time

from symderiv.calculus.assumptions import normalizer
from symderiv.calculus.equations import refusal
from symderiv.calculus.normal import Exhausted, Undefined
from symderiv.definitions import Claim
from symderiv.derive.rules import evaluate
from symderiv.terms import Call, Diff, Reduce, Term, Where, unfold, walk
from symderiv.verify.verdict import Verdict


def check(claim: Claim, *, seconds: float = 10.0) -> Verdict:
    """``proved`` or ``undecided`` with the reason."""
    start = time.perf_counter()
    try:
        word, reason = _decide(claim, seconds)
    except Exhausted as error:
        word, reason = False, str(error)
    except Undefined as error:
        word, reason = False, f"a side is defined nowhere: {error}"
    except NotImplementedError as error:
        word, reason = False, str(error)
    except RecursionError:
        word, reason = False, "the terms are nested too deeply"
    verdict = Verdict("proved" if word else "undecided", reason)
    verdict.seconds = time.perf_counter() - start
    return verdict


def _decide(claim: Claim, seconds: float) -> tuple[bool, str]:
    bodies = claim.bodies
    terms = (claim.left, claim.right, *(body for _, body in bodies.values()))
    # ties are left out only where something that has ties is differentiated
    smooth = any(
        _has_ties(unfold(t.body, bodies)) for term in terms for t in walk(term) if isinstance(t, Diff)
    )
    nf = normalizer(claim.assumptions, seconds=seconds, strict=not smooth)
    nf.moving = {i.name for term in terms for t in walk(term) if isinstance(t, Diff) for i in t.targets}
    sides = [evaluate(t, bodies) for t in (claim.left, claim.right)]
    reason = refusal(nf, sides, [unfold(t, bodies) for t in (claim.left, claim.right)])
    return reason is None, reason or ""


def _has_ties(term: Term) -> bool:
    for t in walk(term):
        match t:
            case Where() | Call("abs" | "sign" | "max" | "min") | Reduce("max" | "min"):
                return True
    return False

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
from symderiv.derive.prove import leave_out, stated
from symderiv.derive.rules import evaluate
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
    nf = normalizer(claim.assumptions, seconds=seconds)
    sides = stated((claim.left, claim.right), claim.bodies)
    leave_out(nf, sides, claim.assumptions, seconds=seconds)
    reason = refusal(nf, [evaluate(t, {}) for t in sides], sides)
    return reason is None, reason or ""

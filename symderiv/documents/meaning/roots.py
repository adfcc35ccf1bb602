"""Names that people mean positive numbers by: what stands under a logarithm or a root."""

from __future__ import annotations

from symderiv.definitions import Function
from symderiv.terms import Call, Entry, Num, Pow, Term, children


def under_roots(function: Function, claim: str) -> dict[str, int]:
    """Names and axes of inputs that stand under a logarithm, a root or a power that is not whole."""
    stated = function.claim(claim)
    found: dict[str, int] = {}
    bodies = {s.name: s.body for s in stated.statements}

    def visit(term: Term, below: bool, open_: frozenset[str]) -> None:
        match term:
            case Entry(name, indices):
                if name in bodies:
                    if name not in open_:
                        visit(bodies[name], below, open_ | {name})
                elif below:
                    found[name] = len(indices)
            case Call(called, _):
                below = called in ("log", "sqrt") or (below and called != "exp")
            case Pow(_, exponent):
                below = below or not (isinstance(exponent, Num) and exponent.value.denominator == 1)
        for part in children(term):
            visit(part, below, open_)

    for side in (stated.left, stated.right):
        visit(side, False, frozenset())
    return found

"""Terms as one writes them: signs, the order of factors, which branch comes first.

Like :mod:`.algebra`, whose moves change what a term is built of, this takes a term to an equal one and is
not trusted.
"""

from __future__ import annotations

from symderiv.derive import algebra
from symderiv.derive.algebra import everywhere, powers
from symderiv.terms import ZERO, Add, Compare, Delta, Mul, Num, Reduce, Term, Where, add, kronecker, mul, neg


def pleasing(term: Term) -> Term:
    """As one writes it: a - b for -(b - a), -(a + b) for -a - b, the positive term first; deltas lead a
    product, their letters in alphabetical order."""
    return everywhere(term, _pleasing)


_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _branch_first(term: Where, c: Compare) -> Term:
    """where(x >= 0, a, 0) for where(0 > x, 0, a): what is not 0 first, what varies on the left."""
    if not isinstance(c.left, Num) or isinstance(c.right, Num):
        return term
    op, then, other = _TURNED.get(c.op, c.op), term.then, term.other
    if then == ZERO:
        op, then, other = _OPPOSITE[op], other, then
    return Where(Compare(op, c.right, c.left), then, other)


def _pleasing(term: Term) -> Term:
    if isinstance(term, Delta):
        return kronecker(term.left, term.right)
    if isinstance(term, Where) and isinstance(term.condition, Compare):
        return _branch_first(term, term.condition)
    if isinstance(term, Mul):
        term = mul(*sorted(term.factors, key=lambda f: not isinstance(f, Delta)))
    if isinstance(term, Add):
        signs = [powers(t)[0] > 0 for t in term.terms]
        if not any(signs):
            return neg(add(*(neg(t) for t in term.terms)))
        if not signs[0]:
            return add(*(t for t, s in zip(term.terms, signs, strict=True) if s),
                       *(t for t, s in zip(term.terms, signs, strict=True) if not s))  # fmt: skip
    if isinstance(term, Mul) and powers(term)[0] < 0:
        for n, f in enumerate(term.factors):
            if isinstance(f, Add) and any(powers(t)[0] < 0 for t in f.terms):
                turned = _pleasing(add(*(neg(t) for t in f.terms)))
                return neg(mul(*term.factors[:n], turned, *term.factors[n + 1 :]))
            if isinstance(f, Reduce) and f.op in ("sum", "mean"):
                turned = _pleasing(neg(f.body))
                if powers(turned)[0] > 0 and isinstance(turned, Mul):
                    inside = Reduce(f.op, f.indices, turned)
                    return neg(mul(*term.factors[:n], inside, *term.factors[n + 1 :]))
    return term


def settle(term: Term) -> Term:
    """Cancel, move factors out of sums and contract deltas until nothing changes."""
    for _ in range(24):
        new = algebra.contract(algebra.expand(algebra.hoist(algebra.cancel(term))))
        if new == term:
            break
        term = new
    return pleasing(term)

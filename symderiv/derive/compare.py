"""Where two forms of one value differ: what a reader must still be told to go from one to the other."""

from __future__ import annotations

from fractions import Fraction

from symderiv.derive import algebra
from symderiv.terms import Add, Call, Mul, Num, Pow, Reduce, Term, add, mul, power


def difference(one: Term, two: Term) -> tuple[Term, Term]:
    """The smallest parts in which two forms of one value differ (their common parts dropped)."""
    match one, two:
        case Add(a), Add(b):
            left, right = _leftover(a, b)
            if len(left) < len(a) and left and right:
                return difference(add(*left), add(*right))
        case ((Mul() | Pow()), (Mul() | Pow())):
            c, a1 = algebra.powers(one)
            d, b1 = algebra.powers(two)
            left, right = _leftover(_flat(a1), _flat(b1))
            if len(left) < len(_flat(a1)) and (left or right):
                top = Fraction(c, d) if d else c
                return difference(mul(Num(top), *left), mul(*right))
        case Call(f, (u,)), Call(g, (v,)) if f == g:
            return difference(u, v)
        case Reduce(op, i, u), Reduce(op2, j, v) if op == op2 and i == j:
            return difference(u, v)
    return one, two


def _flat(factors: list[tuple[Term, Fraction]]) -> tuple[Term, ...]:
    """Each whole power as repeated factors."""
    out: list[Term] = []
    for base, e in factors:
        if e.denominator == 1:
            out.extend([power(base, Num(Fraction(1 if e > 0 else -1)))] * abs(int(e)))
        else:
            out.append(power(base, Num(e)))
    return tuple(out)


def _leftover(a: tuple[Term, ...], b: tuple[Term, ...]) -> tuple[list[Term], list[Term]]:
    right = list(b)
    left = []
    for t in a:
        key = algebra.shape(t)
        found = next((n for n, u in enumerate(right) if algebra.shape(u) == key), None)
        if found is None:
            left.append(t)
        else:
            del right[found]
    return left, right

"""A normalizer that knows a definition's assumptions: signs, symmetric axes, and what equals what."""

from __future__ import annotations

from fractions import Fraction

from symderiv.calculus.atoms import letters_of, padd, pscale
from symderiv.calculus.normal import Normalizer
from symderiv.calculus.signs import Sign
from symderiv.definitions import Assumption
from symderiv.terms import MINUS_ONE, Add, Call, Entry, Index, Mul, Num, Where, walk


def normalizer(
    assumptions: tuple[Assumption, ...], *, seconds: float = 10.0, budget: int = 400_000, flat: bool = True
) -> Normalizer:
    """A normalizer that knows the assumptions."""
    nf = Normalizer(seconds=seconds, budget=budget, flat=flat)
    for a in assumptions:
        if a.op == "=":
            _equate(nf, a)
        elif a.op != "!=":
            gap = padd(nf.poly(a.left), nf.poly(a.right), -1)
            if a.op in ("<", "<="):
                gap = {m: -c for m, c in gap.items()}
            sign: Sign = "positive" if a.op in ("<", ">") else "nonnegative"
            nf.signs.assume(gap, sign)
            nf.signs.stated.append((gap, sign))
    nf.constrained = _constrained(assumptions)
    nf.forget()
    return nf


def _constrained(assumptions: tuple[Assumption, ...]) -> set[str]:
    """Inputs that may be bound to a thin set: those in an equality, in inequalities <= and >= unless it is
    one, linear, with each name once, and in relations of terms that jump."""
    names: list[str] = []
    for a in assumptions:
        parts = [t for side in (a.left, a.right) for t in walk(side)]
        jumps = any(isinstance(t, Where) or (isinstance(t, Call) and t.function == "sign") for t in parts)
        if jumps or a.op in ("=", "<=", ">="):
            here = [t.name for t in parts if isinstance(t, Entry)]
            linear = all(isinstance(t, (Entry, Num, Add)) for t in parts)
            names += here if linear and a.op != "=" else here * 2
    return {name for name in names if names.count(name) > 1}


def _equate(nf: Normalizer, a: Assumption) -> None:
    """Use an equality as a rewrite: symmetric axes, or one atom by what it equals."""
    if _swaps_axes(nf, a):
        return
    for left, right in ((a.left, a.right), (a.right, a.left)):
        found, value = nf.poly(left), nf.poly(right)
        if len(found) != 1:
            continue
        ((mono, c),) = found.items()
        if len(mono) != 1:
            continue
        ((atom, e),) = mono
        fits = atom.kind == "sum" or (atom.kind == "entry" and not atom.args[1])
        if not fits or e != 1 or atom in {x for m in value for x, _ in m}:
            continue
        value = pscale(value, 1 / Fraction(c))
        if not atom.free:
            nf.rules[atom] = value
            return
        if letters_of(value) <= atom.free and len(atom.free) <= 3:
            # it holds for all values of the free letters, so at any letters it is read at
            nf.patterns.append((atom, tuple(sorted(atom.free)), value))
            return


def _swaps_axes(nf: Normalizer, a: Assumption) -> bool:
    """Note ``A[i,j] = A[j,i]`` or ``A[i,j] = -A[j,i]``; False where the equality says something else."""
    right, table = a.right, nf.symmetric
    if isinstance(right, Mul) and len(right.factors) == 2 and right.factors[0] == MINUS_ONE:
        right, table = right.factors[1], nf.antisymmetric
    if not (isinstance(a.left, Entry) and isinstance(right, Entry) and a.left.name == right.name):
        return False
    one, two = a.left.indices, right.indices
    moved = [n for n, (x, y) in enumerate(zip(one, two, strict=True)) if x != y]
    plain = all(isinstance(i, Index) for i in one) and len(set(one)) == len(one)
    if not plain or len(moved) != 2 or [one[n] for n in moved] != [two[n] for n in moved][::-1]:
        return False
    table.setdefault(a.left.name, []).append((moved[0], moved[1]))
    return True

"""Side conditions: what a claim needs in order to be defined (and, with D, differentiable).

Denominators are nonzero, arguments of log positive, of roots not negative, ties absent where a
derivative is taken.  A condition that structure or the assumptions establish is discharged; the rest
is listed in the user's own names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from symderiv.calculus.atoms import Exhausted, Undefined
from symderiv.calculus.normal import Normalizer
from symderiv.calculus.powers import content
from symderiv.calculus.signs import term_sign
from symderiv.notation.show import text
from symderiv.terms import (
    ONE,
    ZERO,
    Affine,
    Bodies,
    Call,
    Compare,
    Diff,
    Entry,
    Mul,
    Num,
    Pow,
    Reduce,
    Term,
    Where,
    add,
    tensor_names,
    unfold,
    walk,
)


def side_conditions(nf: Normalizer, sides: Sequence[Term], bodies: Bodies) -> list[str]:
    """The conditions under which the sides are defined that are not known to hold, as texts."""
    found = {f"{text(a)} {op} {text(b)}": None for op, a, b in open_conditions(nf, sides, bodies)}
    for term in _terms(sides, bodies):
        for t in walk(term):
            if isinstance(t, Entry):
                for p in t.indices:
                    if isinstance(p, Affine):
                        found.setdefault(f"{text(t)} = 0 where {p.name} is not in 1..size[{p.dim}]")
    return list(found)


def open_conditions(nf: Normalizer, sides: Sequence[Term], bodies: Bodies) -> list[tuple[str, Term, Term]]:
    """Relations that the sides need and that are not known to hold; each once."""
    smooth = any(isinstance(t, Diff) for side in sides for t in walk(side))
    found: dict[str, tuple[str, Term, Term]] = {}
    for term in _terms(sides, bodies):
        for relation, left, right in needs(term, smooth=smooth):
            if not _holds(nf, relation, left, right, bodies):
                found.setdefault(f"{text(left)} {relation} {text(right)}", (relation, left, right))
    return list(found.values())


def _terms(sides: Sequence[Term], bodies: Bodies) -> list[Term]:
    used = _used(sides, bodies)
    return [*sides, *(bodies[name][1] for name in bodies if name in used)]


def needs(term: Term, *, smooth: bool) -> Iterable[tuple[str, Term, Term]]:
    """Relations that every subterm needs; with ``smooth`` also that ties are absent."""
    for t in walk(term):
        match t:
            case Pow(base, Num(value)):
                if value < 0:
                    root = value.denominator != 1
                    yield from _factors(base, ">" if root else "!=")
                elif value.denominator != 1:
                    yield (">" if smooth else ">="), base, ZERO
            case Pow(base, _):
                yield ">", base, ZERO
            case Call("log", (u,)):
                yield ">", u, ZERO
            case Call("log1p", (u,)):
                yield ">", add(ONE, u), ZERO
            case Call("sqrt", (u,)):
                yield (">" if smooth else ">="), u, ZERO
            case Call("abs" | "sign", (u,)) if smooth:
                yield "!=", u, ZERO
            case Call("max" | "min", (a, b)) if smooth:
                yield "!=", a, b
            case Where(Compare(_, a, b), _, _) if smooth:
                yield "!=", a, b
            case Reduce("max" | "min", _, body) if smooth and not isinstance(body, Num):
                yield "has no tie at", t, body


def _factors(base: Term, relation: str) -> Iterable[tuple[str, Term, Term]]:
    """A product is nonzero where each factor is."""
    for f in base.factors if isinstance(base, Mul) and relation == "!=" else (base,):
        whole = isinstance(f, Pow) and isinstance(f.exponent, Num) and relation == "!="
        yield relation, (f.base if whole and isinstance(f, Pow) else f), ZERO


def _holds(nf: Normalizer, relation: str, left: Term, right: Term, bodies: Bodies) -> bool:
    if relation == "has no tie at":
        return False
    gap = unfold(left if right == ZERO else add(left, Mul((Num(Fraction(-1)), right))), bodies)
    if any(isinstance(t, Diff) for t in walk(gap)):
        return False
    signs = [term_sign(gap, nf.signs.entries)]
    try:
        poly = nf.poly(gap)
        signs.append(nf.signs.of(poly))
        signs.append(nf.signs.of(content(nf, poly, positive=True)[1]))  # 1 - e/(1 + e) is 1/(1 + e)
        if relation == "!=":
            signs.append(nf.signs.of({m: -c for m, c in poly.items()}))
    except (Exhausted, Undefined, NotImplementedError):
        pass
    if "positive" in signs:
        return True
    return relation == ">=" and "nonnegative" in signs


def _used(sides: Sequence[Term], bodies: Bodies) -> set[str]:
    """Names of the definitions that the sides speak of, directly or through others."""
    used: set[str] = set()
    queue = [n for s in sides for n in tensor_names(s)]
    while queue:
        name = queue.pop()
        if name in bodies and name not in used:
            used.add(name)
            queue.extend(tensor_names(bodies[name][1]))
    return used

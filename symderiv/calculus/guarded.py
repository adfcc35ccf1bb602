"""Denominators that are not looked at everywhere: a proof must not use that they are not 0.

The normal form knows ``where(c, a/b, 0)`` as [c]*a*b**-1.  It proves an equation at the points where every
denominator that occurs is not 0.  Where a branch is not taken its denominators may be 0 and the side is still
defined.  For fixed sizes, letters and signs of all conditions both sides are continuous, so the
equation holds there too if such a point is a limit of points with a nonzero denominator and the same
signs.  That is so if an input moves the denominator of which no condition speaks, or none whose border
meets its zeros; else, unless the denominator is known not to be 0 or is evaluated in any case, nothing
is proved.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from symderiv.calculus import cases, functions
from symderiv.calculus.atoms import ZERO_ONE, Mono, Poly, freeze, padd, pscale, rational_content
from symderiv.calculus.signs import Sign, Signs, term_sign
from symderiv.terms import (
    ONE,
    Affine,
    Call,
    Compare,
    Delta,
    Diff,
    Entry,
    Index,
    Num,
    Order,
    Position,
    Pow,
    Reduce,
    Size,
    Term,
    Where,
    add,
    affine,
    children,
    free_indices,
    letters_in,
    linear,
    solved,
    split_range,
    tensor_names,
    walk,
)

if TYPE_CHECKING:
    from symderiv.calculus.normal import Normalizer


@dataclass(frozen=True, slots=True)
class Denominator:
    """What is divided by: ``inside`` a branch; with a ``bound`` letter, which is not the free letter of that
    name."""

    base: Term
    inside: bool
    bound: bool


#: So many positions make a range empty at most.
_POSITIONS = 4
#: Bases that only meet their own powers: no sum of other terms can become one of them.
_ALONE = frozenset(("entry", "exp", "pi", "prime", "size"))


def may_be_lost(
    nf: Normalizer, sides: Sequence[Term], stated: Sequence[Term], apart: Collection[Term] = ()
) -> Denominator | None:
    """A denominator of the sides (which hold no derivative) that may be 0 where its branch is not taken.

    ``stated`` are the sides before their derivatives were taken: what these divide by outside of branches
    and derivatives is not 0.  Where indices are moved, a delta may put a letter outside its axis: there every
    denominator counts as one in a branch and has to be positive whatever the entries are.  Those ``apart``
    are known not to be 0 where their letters are free letters of the sides.
    """
    moved = any(_moves_index(t) for side in (*sides, *stated) for t in walk(side))
    found = [d for side in sides for d in _denominators(side, inside=moved) if d.inside]
    if not found:
        return None
    gaps = [g for side in sides for g in _gaps(nf, side)]
    evaluated = {
        _key(p)
        for side in stated
        for d in _denominators(side, inside=moved)
        if not d.inside and not d.bound
        for p in _parts(nf, nf.poly(d.base))
    }
    for d in dict.fromkeys(found):
        if (d.base in apart and not d.bound) or _positive_as_written(nf, d.base, moved):
            continue
        for part in _parts(nf, nf.poly(d.base)):
            known = not d.bound and _key(part) in evaluated
            if not known and not (_positive(nf, part) if moved else _safe(nf, part, gaps)):
                return d
    return None


def _moves_index(term: Term) -> bool:
    match term:
        case Entry(_, indices):
            return any(isinstance(i, Affine) for i in indices)
        case Delta(left, right):
            return isinstance(left, Affine) or isinstance(right, Affine)
        case Where(Order(_, left, right)):
            return any(len(letters_in((p,))) > 1 for p in (left, right))
    return False


def _positive_as_written(nf: Normalizer, base: Term, moved: bool) -> bool:
    """Whether a base is positive at every point by its structure (which cases of abs or max take apart)."""
    if term_sign(base, _weaker(nf) if moved else nf.signs.entries, total=True) == "positive":
        return True
    return not moved and empty_at(nf, base) == []


def empty_at(nf: Normalizer, base: Term) -> list[tuple[Index, Position]] | None:
    """A letter and the positions in its axis at which a sum of positive terms over a range is empty, which is
    all that can make it 0; None where that is not known."""
    if not isinstance(base, Reduce) or base.op != "sum" or len(base.indices) != 1:
        return None
    (letter,) = base.indices
    conditions, body = split_range("sum", base.indices, base.body)
    if len(conditions) != 1 or term_sign(body, nf.signs.entries, total=True) != "positive":
        return None
    bound = solved(conditions[0], letter)
    if bound is None:
        return None
    parts, constant = linear(bound.right)
    own = [s for s in parts if isinstance(s, Index)]
    if len(parts) != 1 or len(own) != 1 or own[0].dim != letter.dim or parts[own[0]] != 1:
        return None
    # c <= i + k is empty for i <= -k, and c >= i + k for i > size - k
    last = -constant + (1 if bound.op == "<" else 0)
    first = constant + (1 if bound.op == ">" else 0)
    if bound.op in ("<", "<=") and last <= _POSITIONS:
        return [(own[0], affine({}, n, letter.dim)) for n in range(1, last + 1)]
    if bound.op in (">", ">=") and first <= _POSITIONS:
        return [(own[0], affine({Size(letter.dim): 1}, -n, letter.dim)) for n in range(first)]
    return None


def _weaker(nf: Normalizer) -> dict[str, Sign]:
    """The signs of entries of which one may stand outside its axis."""
    return {name: "nonnegative" for name, sign in nf.signs.entries.items() if sign}


def _positive(nf: Normalizer, base: Poly) -> bool:
    """Whether a base has a sign although entries may be 0."""
    signs = Signs()
    signs.entries = _weaker(nf)
    return "positive" in (signs.of(base), signs.of(pscale(base, -1)))


def _denominators(
    term: Term, *, inside: bool, bound: frozenset[Index] = frozenset()
) -> Iterator[Denominator]:
    """Bases of negative powers and arguments of logarithms."""

    def found(base: Term) -> Denominator:
        return Denominator(base, inside, not bound.isdisjoint(free_indices(base)))

    match term:
        case Where(condition, then, other):
            if isinstance(condition, Compare):
                yield from _denominators(condition.left, inside=inside, bound=bound)
                yield from _denominators(condition.right, inside=inside, bound=bound)
            yield from _denominators(then, inside=True, bound=bound)
            yield from _denominators(other, inside=True, bound=bound)
            return
        case Diff():
            return
        case Reduce(_, indices, _):
            bound |= frozenset(indices)
        case Pow(_, Num(value)) if value > 0:
            pass
        case Pow(base, _) | Call("log", (base,)):
            yield found(base)
        case Call("log1p", (u,)):
            yield found(add(ONE, u))
    for part in children(term):
        yield from _denominators(part, inside=inside, bound=bound)


def _gaps(nf: Normalizer, term: Term) -> Iterator[Poly | frozenset[str]]:
    """What is compared with 0 by a condition on values, a maximum or a sign; of a maximum over letters the
    names only."""
    for t in walk(term):
        match t:
            case Where(Compare(_, left, right)) | Call("max" | "min", (left, right)):
                yield padd(nf.poly(left), nf.poly(right), -1)
            case Call("abs" | "sign", (u,)):
                yield nf.poly(u)
            case Reduce("max" | "min"):
                yield tensor_names(t)


def _parts(nf: Normalizer, poly: Poly) -> Iterator[Poly]:
    """The factors of a base that other terms can add up to."""
    if len(poly) != 1:
        yield poly
        return
    for atom, _ in next(iter(poly)):
        if atom.kind == "poly":
            yield dict(atom.args[0])
        elif atom.kind not in _ALONE or (atom.kind == "entry" and atom.args[0] in nf.constrained):
            yield {frozenset(((atom, 1),)): 1}


def _key(poly: Mapping[Mono, Any]) -> Any:
    return freeze(pscale(poly, 1 / rational_content(poly)) if poly else {})


def _safe(nf: Normalizer, base: Poly, gaps: Sequence[Poly | frozenset[str]]) -> bool:
    if "positive" in (nf.signs.of(base), nf.signs.of(pscale(base, -1))):
        return True
    bound: set[str] = set()  # inputs that the signs of the conditions may hold fast where the base is 0
    for gap in gaps:
        if isinstance(gap, frozenset):
            bound |= gap
        elif not _apart(base, gap):
            bound |= functions.names_of(gap)
    return any(
        functions.moves(nf, mono, name, [n for n in base if n != mono])
        for mono in base
        if bound.isdisjoint(functions.names_of({mono: 1}))  # no factor is held at 0 either
        for name in sorted(functions.names_of({mono: 1}))
    )


def _apart(base: Poly, gap: Poly) -> bool:
    """Whether a base and what a condition compares with 0 cannot both be 0 (so that near a zero of the
    base the condition stays what it is)."""
    rows = [(pscale(p, s), False) for p in (base, gap) for s in (1, -1)]
    return not any(a.kind in ZERO_ONE for m in gap for a, _ in m) and cases.impossible(rows)


__all__ = ["Denominator", "empty_at", "may_be_lost"]

"""Where a claim that holds derivatives says nothing: at the ties of what it differentiates.

A condition that compares g with 0 inside a D by t leaves out the points where g = 0, the condition is looked
at, and t moves g (its derivative by t is not 0).  Only there: [g = 0] is [g = 0]*(1 - e) for the 0/1-valued
e of those points.  The same condition elsewhere in the claim keeps its ties, at other letters, at other
values, in branches where no D is looked at.

Letters that are bound around or in the D stand for any value, so what is left out is left out for each; the
free letters of the claim stand for themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from symderiv.calculus import positions
from symderiv.calculus.atoms import UNIT, Atom, Mono, Poly, freeze, letters_of, number, padd, pscale, single
from symderiv.terms import (
    ONE,
    ZERO,
    Affine,
    Call,
    Compare,
    Diff,
    Entry,
    Index,
    Neutral,
    Order,
    Position,
    Reduce,
    Term,
    Where,
    add,
    children,
    free_indices,
    letters_in,
    neg,
    rename,
    tensor_names,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from symderiv.calculus.normal import Normalizer

    #: A term with its derivatives taken.
    Evaluate = Callable[[Term], Term]


@dataclass(frozen=True, slots=True)
class Tie:
    """[gap = 0] is ``value``, whatever the letters of ``own`` are."""

    gap: Poly
    value: Poly
    own: tuple[Index, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A condition in a D (what it compares with 0; None for a maximum over letters), or such a maximum.

    ``jump`` is how far apart the branches are.  What is ``hidden`` in the values of a maximum over letters is
    left out nowhere.
    """

    gap: Term | None
    extreme: Reduce | None
    looked_at: Poly
    own: frozenset[Index]
    targets: tuple[Entry, ...]
    jump: Term = ZERO
    hidden: bool = False


class Ties:
    """What is left out of a claim.  ``nf`` makes the same atoms and leaves nothing out."""

    def __init__(self, nf: Normalizer, sides: Sequence[Term], evaluate: Evaluate) -> None:
        self.nf, self.evaluate = nf, evaluate
        self.ties: list[Tie] = []
        self._limited: dict[Atom, Poly] = {}
        #: maxima over letters of which one value only is the greatest, for any values of the letters
        self.single: list[tuple[Atom, tuple[Index, ...], str]] = []
        #: what may be 0 together with its slope, where the rules do not know the derivative
        self.doubtful: Term | None = None
        for side in sides:
            for found in self._find(side, number(1), frozenset(), ()):
                if self.doubtful is None and self._is_doubtful(found):
                    self.doubtful = found.gap or found.extreme
                if found.gap is not None and not found.hidden:
                    self._leave_out(found)
                elif found.extreme is not None and found.looked_at == number(1) and not found.hidden:
                    self._note_single(found.extreme, found)

    def limited(self, atom: Atom) -> Poly:
        """A ``tie`` atom without the points that are left out."""
        found = self._limited.get(atom)
        if found is not None:
            return found
        result = self._limited[atom] = single(atom)
        for tie in self.ties:
            for mapping in _instances(tie.own, atom, tie.gap):
                moved = self.nf.rename(tie.gap, mapping)
                if freeze(moved) == atom.args[0] or freeze(pscale(moved, -1)) == atom.args[0]:
                    result = self.nf.mul(result, self._valued(tie, mapping))
        self._limited[atom] = result = self._limit_others(atom, result)
        return result

    def _valued(self, tie: Tie, mapping: dict[Index, Position]) -> Poly:
        """The value at given letters; at a position only where it is in its axis."""
        inside = number(1)
        for letter, at in mapping.items():
            if not isinstance(at, Index):
                inside = self.nf.mul(inside, positions.within(self.nf, at, letter.dim))
        value = self.nf.mul(inside, self.nf.rename(tie.value, mapping))
        return padd(value, padd(number(1), inside, -1))

    def _limit_others(self, atom: Atom, poly: Poly) -> Poly:
        result: Poly = {}
        for m, c in poly.items():
            others = [(a, e) for a, e in m if a.kind == "tie" and a is not atom]
            product: Poly = {m - frozenset(others): c}
            for other, _ in others:
                product = self.nf.mul(product, self.limited(other))
            result = padd(result, product)
        return result

    def single_by(self, atom: Atom) -> set[str]:
        """Inputs by all entries of which a maximum is differentiated."""
        return {
            name
            for known, own, name in self.single
            for mapping in _instances(own, atom, single(known))
            if self.nf.rename_atom(known, mapping) == single(atom)
        }

    def _holds(self, op: str, gap: Term) -> Poly:
        return self.nf.holds(Compare(op, self.evaluate(gap), ZERO))

    # --- what is differentiated -------------------------------------------------------------------

    def _find(
        self,
        term: Term,
        looked_at: Poly,
        own: frozenset[Index],
        targets: tuple[Entry, ...],
        hidden: bool = False,
    ) -> Iterator[Found]:
        nf = self.nf

        def further(part: Term, condition: Poly | None = None) -> Iterator[Found]:
            there = looked_at if condition is None else nf.mul(looked_at, condition)
            yield from self._find(part, there, own, targets, hidden)

        def condition(gap: Term, jump: Term) -> Iterator[Found]:
            if targets:
                yield Found(gap, None, looked_at, own, targets, jump, hidden)

        match term:
            case Neutral():
                return
            case Diff(body, more):
                # the letters of the targets are not those that the body binds
                names = frozenset(i.name for i in letters_in(p for t in more for p in t.indices))
                apart = rename(body, {}, avoid=names)
                yield from self._find(apart, looked_at, own, (*targets, *more), hidden)
                return
            case Where(Compare(_, left, right) as compared, then, other):
                gap = add(left, neg(right))
                yield from condition(gap, add(then, neg(other)))
                yield from further(left)
                yield from further(right)
                if _says_more(then) or _says_more(other):
                    holds = self._holds(compared.op, gap)
                    yield from further(then, holds)
                    yield from further(other, padd(number(1), holds, -1))
                return
            case Where(Order() as order, then, other):
                holds = nf.holds(order)
                yield from further(then, holds)
                yield from further(other, padd(number(1), holds, -1))
                return
            case Call("max" | "min" as op, (a, b)) if targets:
                gap = add(a, neg(b)) if op == "max" else add(b, neg(a))
                yield from condition(gap, gap)
                if _says_more(a):
                    yield from further(a, self._holds(">", gap))
                if _says_more(b):
                    yield from further(b, self._holds("<", gap))
                return
            case Call("abs" | "sign" as function, (u,)):
                yield from condition(u, ONE if function == "sign" else u)
            case Reduce(op, indices, body):
                extreme = bool(targets) and op in ("max", "min")
                if extreme:
                    yield Found(None, term, looked_at, own, targets, ZERO, hidden)
                yield from self._find(body, looked_at, own | frozenset(indices), targets, hidden or extreme)
                return
        for part in children(term):
            yield from further(part)

    def _leave_out(self, found: Found) -> None:
        nf, gap = self.nf, found.gap
        assert gap is not None
        if any(isinstance(t, Reduce) and t.op == "prod" for t in walk(gap)):
            return  # its derivative is not known where a factor is 0
        equal = self._holds("==", gap)
        still = number(1)
        for target in found.targets:
            still = nf.mul(still, self._holds("==", Diff(gap, (target,))))
        out = nf.mul(nf.mul(equal, found.looked_at), padd(number(1), still, -1))
        if not out:
            return
        for atom in sorted({a for m in equal for a, _ in m if a.kind == "tie"}, key=lambda a: a.key):
            own = found.own & atom.free
            if letters_of(out) & found.own <= own:
                value = nf.mul(single(atom), padd(number(1), out, -1))
                self.ties.append(Tie(dict(atom.args[0]), value, tuple(sorted(own))))

    def _is_doubtful(self, found: Found) -> bool:
        """Whether a rule may give another value than the derivative has, at a tie that is not left out.

        Where the slope of g is 0 at g = 0, and g does not stay 0 on the way, the derivative is that of the
        branches around: known if all have the same value and slope (of a maximum or abs: once), and as many
        derivatives as are taken.
        """
        names = {t.name for t in found.targets}

        def slopes(terms: Sequence[Term]) -> list[Term]:
            return [self.evaluate(Diff(u, (t,))) for u in terms for t in found.targets]

        if found.gap is None:
            assert found.extreme is not None
            return len(found.targets) > 1 and _hold(slopes([found.extreme.body]), names)
        if not _hold([found.gap], names) or (found.jump == found.gap and len(found.targets) == 1):
            return False
        where = self.nf.mul(self._holds("==", found.gap), found.looked_at)
        first = slopes([found.gap])
        if not _hold(first, names):
            return False  # what is linear, with slope 0, stays 0
        for slope in first:
            where = self.nf.mul(where, self._holds("==", slope))
        second = slopes(first)
        if not _hold(second, names):
            still = number(1)
            for slope in second:
                still = self.nf.mul(still, self._holds("==", slope))
            where = self.nf.mul(where, padd(number(1), still, -1))
        where = {m: c for m, c in where.items() if not _contradict(m)}
        gaps = [found.jump]
        for _ in found.targets:
            gaps += slopes(gaps)
        return not all(self.nf.is_zero(self.nf.mul(where, self.nf.poly(self.evaluate(g)))) for g in gaps)

    def _note_single(self, term: Reduce, found: Found) -> None:
        """D(max[c](x[c]), x[i]) for all i is there only where one value is the greatest."""
        (target,) = found.targets if len(found.targets) == 1 else (None,)
        if target is None or not _reaches_all(term, target, found.own):
            return
        atoms = [a for m in self.nf.poly(self.evaluate(term)) for a, _ in m if a.kind == "max"]
        if len(atoms) == 1:
            self.single.append((atoms[0], tuple(sorted(found.own & atoms[0].free)), target.name))


def _says_more(term: Term) -> bool:
    """Whether a term may hold a D or a condition."""
    return any(isinstance(t, Where | Diff | Call | Reduce) for t in walk(term))


def _hold(terms: Sequence[Term], names: set[str]) -> bool:
    return any(not names.isdisjoint(tensor_names(t)) for t in terms)


def _contradict(mono: Mono) -> bool:
    """Whether [a = 0] of an atom makes another [p = 0] of the product one of a number, as in
    [x = 0]*[x**2 - 1 = 0]."""
    gaps = [dict(a.args[0]) for a, _ in mono if a.kind == "tie"]
    zero = {a for g in gaps if len(g) == 1 for m in g if len(m) == 1 for a, _ in m}
    for gap in gaps:
        if all(e > 0 for m in gap for _, e in m):
            left = [m for m in gap if zero.isdisjoint(a for a, _ in m)]
            if left == [UNIT]:
                return True
    return False


def _instances(own: Sequence[Index], atom: Atom, gap: Poly) -> Iterator[dict[Index, Position]]:
    """Letters and positions of an atom in the place of a pattern's own."""
    if len(gap) != _terms(atom):
        return
    moved = {
        p
        for m in (dict(atom.args[0]) if atom.kind == "tie" else ())
        for a, _ in m
        if a.kind == "entry"
        for p in a.args[1]
        if isinstance(p, Affine)
    }
    places: list[Position] = [*sorted(atom.free), *sorted(moved, key=str)]
    for chosen in product(places, repeat=len(own)):
        if all(a.dim == b.dim for a, b in zip(own, chosen, strict=True)):
            yield dict(zip(own, chosen, strict=True))


def _terms(atom: Atom) -> int:
    return len(atom.args[0]) if atom.kind == "tie" else 1


def _reaches_all(term: Reduce, target: Entry, own: frozenset[Index]) -> bool:
    """Whether a target at letters of ``own`` is, for one of their values each, any entry of its tensor that
    the maximum is taken over, the other letters as they are."""
    uses = {t.indices for t in walk(term.body) if isinstance(t, Entry) and t.name == target.name}
    if len(uses) != 1:
        return False
    (indices,) = uses
    free = free_indices(term)
    seen: set[Index] = set()
    for here, there in zip(indices, target.letters, strict=True):
        if here in term.indices:
            if there not in own or there in seen or there in free:
                return False
            seen.add(there)
        elif here != there:
            return False
    return True


__all__ = ["Ties"]

"""The products with a Jacobian, derived: sum[j](g[j]*D(y[j], z[i])) from the derivative, one move a line.

Backward differentiation needs the product with a gradient that comes from behind, forward differentiation
the product with a direction; neither needs the Jacobian itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from symderiv.calculus.normal import Exhausted, Undefined
from symderiv.derive import algebra, moves
from symderiv.derive.chain import Chain
from symderiv.derive.fold import cost, fold
from symderiv.derive.notebook import Derivation, Notebook, Step
from symderiv.derive.patterns import Pattern
from symderiv.derive.prove import equal
from symderiv.derive.reading import pleasing, settle
from symderiv.derive.staged import Stage, depth, direction, staged, upstream
from symderiv.terms import Compare, Entry, Reduce, Term, Where, all_indices, map_children, mul

#: How much longer than the shortest form the one that the steps arrive at may be.
_MARGIN = 3


@dataclass(frozen=True, slots=True)
class Product:
    """A product with the Jacobian: ``left = right``; ``given`` is what it is multiplied by, ``stages`` the
    names that are introduced on the way."""

    backward: bool
    given: Entry
    left: Term
    right: Term
    steps: tuple[Step, ...]
    stages: tuple[Stage, ...] = ()


def adjoint_products(d: Derivation) -> list[Product]:
    """Backward, then forward; none where a name is taken or nothing would be summed."""
    letters = {i.name for s in d.function.statements for i in (*s.head, *all_indices(s.body))}
    taken = {*d.function.inputs, *d.function.bodies, *letters, *(i.name for i in d.target.letters)}
    made = []
    for backward, name, over in (
        (True, upstream(d.output.name), d.output.letters),
        (False, direction(d.target.name), d.target.letters),
    ):
        if over and name not in taken:
            given = Entry(name, over)
            product = mul(given, d.left) if backward else mul(d.left, given)
            made.append(_made(d, backward, given, Reduce("sum", over, product)))
    return [p for p in made if p is not None]


def _made(d: Derivation, backward: bool, given: Entry, left: Term) -> Product | None:
    """At once; or by stages where sums would stand in sums and stages avoid that."""
    found = _derived(d, left)
    deep = depth(found[1]) if found else 0
    if found is None or deep > 1:
        passed = staged(d, backward, left, _derived)
        values = [passed.value, *(s.value for s in passed.stages)] if passed else []
        if passed and (not deep or max(map(depth, values)) < deep):
            return Product(backward, given, left, passed.value, passed.steps, passed.stages)
    return Product(backward, given, left, found[1], found[0]) if found else None


def _derived(d: Derivation, left: Term) -> tuple[tuple[Step, ...], Term] | None:
    """The steps from the product ``left`` with the derivative to its shortest form."""
    goal = _shortest(d, left)
    if goal is None:
        return None
    notes = Notebook(d.function, d.target, list(d.function.statements))
    chain = Chain(notes, left, left)
    if not chain.to(moves.replace_diffs(left, lambda _: d.result), "put in", [d.left]):
        # under a sum over the input's letter the calculus wants the branch that the rules take at a tie
        reached = _reached(d.result)
        chain.to(moves.replace_diffs(left, lambda _: reached), "put in", [d.left])
    chain.simplify([Pattern(s.entry, s.body) for s in d.function.statements], goal)
    own = pleasing(algebra.cancel(chain.right))
    if algebra.same(own, goal):
        goal = own  # in the letters of the lines above
    elif not moves.standing(own) and cost(own) <= cost(goal) + _MARGIN and equal(left, own, d.function):
        goal = own
    if chain.right != goal:
        chain.finish_at(goal)
    return tuple(notes.steps), goal


def _reached(term: Term) -> Term:
    """Conditions > and < with the tie itself."""
    term = map_children(term, _reached)
    if isinstance(term, Where) and isinstance(term.condition, Compare):
        c = term.condition
        op = {">": ">=", "<": "<="}.get(c.op, c.op)
        return Where(Compare(op, c.left, c.right), term.then, term.other)
    return term


def _shortest(d: Derivation, term: Term) -> Term | None:
    """The shortest proved form of a product with the Jacobian: folded, or from the result's own form."""
    own = settle(moves.replace_diffs(term, lambda _: d.result))
    try:
        folded = pleasing(algebra.hoist(fold(d.function, term)))
        ways = sorted((folded, own), key=cost)
        return next((w for w in ways if equal(term, w, d.function)), None)
    except (Exhausted, Undefined, NotImplementedError):
        return None


__all__ = ["Product", "adjoint_products"]

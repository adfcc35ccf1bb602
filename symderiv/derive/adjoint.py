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
from symderiv.terms import Entry, Reduce, Term, all_indices, mul

#: How much longer than the shortest form the one that the steps arrive at may be.
_MARGIN = 3


@dataclass(frozen=True, slots=True)
class Product:
    """A product with the Jacobian: ``left = right``; ``given`` is what it is multiplied by."""

    backward: bool
    given: Entry
    left: Term
    right: Term
    steps: tuple[Step, ...]


def upstream(d: Derivation) -> str:
    """The name of the gradient that comes from behind."""
    return f"g{d.output.name}"


def direction(d: Derivation) -> str:
    """The name of a change of the input."""
    return f"d{d.target.name}"


def adjoint_products(d: Derivation) -> list[Product]:
    """Backward, then forward; none where a name is taken or nothing would be summed."""
    letters = {i.name for s in d.function.statements for i in (*s.head, *all_indices(s.body))}
    taken = {*d.function.inputs, *d.function.bodies, *letters, *(i.name for i in d.target.letters)}
    made = []
    for backward, name, over in (
        (True, upstream(d), d.output.letters),
        (False, direction(d), d.target.letters),
    ):
        if over and name not in taken:
            given = Entry(name, over)
            product = mul(given, d.left) if backward else mul(d.left, given)
            made.append(_derived(d, backward, given, Reduce("sum", over, product)))
    return [p for p in made if p is not None]


def _derived(d: Derivation, backward: bool, given: Entry, left: Term) -> Product | None:
    goal = _shortest(d, left)
    if goal is None:
        return None
    notes = Notebook(d.function, d.target, list(d.function.statements))
    assert isinstance(left, Reduce)
    chain = Chain(notes, left, left)
    chain.to(moves.replace_diffs(left, lambda _: d.result), "put in", [d.left])
    chain.simplify([Pattern(s.entry, s.body) for s in d.function.statements], goal)
    own = algebra.pleasing(algebra.cancel(chain.right))
    if algebra.same(own, goal):
        goal = own  # in the letters of the lines above
    elif not moves.standing(own) and cost(own) <= cost(goal) + _MARGIN and equal(left, own, d.function):
        goal = own
    if chain.right != goal:
        chain.finish_at(goal)
    return Product(backward, given, left, goal, tuple(notes.steps))


def _shortest(d: Derivation, term: Term) -> Term | None:
    """The shortest proved form of a product with the Jacobian: folded, or from the result's own form."""
    own = algebra.settle(moves.replace_diffs(term, lambda _: d.result))
    try:
        ways = sorted((fold(d.function, term), own), key=cost)
        return next((w for w in ways if equal(term, w, d.function)), None)
    except (Exhausted, Undefined, NotImplementedError):
        return None


__all__ = ["Product", "adjoint_products", "direction", "upstream"]

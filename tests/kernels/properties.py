"""What a definition says of special points: which inputs show, what is undefined, which side is taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from symderiv.definitions import Function
from symderiv.run import reference
from symderiv.terms import Call, Compare, Entry, Pow, Term, Where, children, free_indices, walk


def certainly_read(function: Function, name: str) -> bool:
    """Whether the output reads the input whichever sides of where are taken."""
    bodies = function.bodies

    def reads(term: Term) -> bool:
        if isinstance(term, Where):  # a NaN in a condition only makes it false
            return reads(term.then) and reads(term.other)
        if isinstance(term, Entry):
            return term.name == name or (term.name in bodies and reads(bodies[term.name][1]))
        return any(reads(t) for t in children(term))

    return reads(function.output.body)


def possibly_read(function: Function, name: str) -> bool:
    """Whether the output reads the input anywhere but in a condition."""
    bodies = function.bodies

    def reads(term: Term) -> bool:
        if isinstance(term, Where):
            return reads(term.then) or reads(term.other)
        if isinstance(term, Entry):
            return term.name == name or (term.name in bodies and reads(bodies[term.name][1]))
        return any(reads(t) for t in children(term))

    return reads(function.output.body)


def undefined(function: Function, inputs: Mapping[str, np.ndarray]) -> bool:
    """Whether the definition divides by 0 somewhere, or has there a root or logarithm of 0."""
    for term in _subterms(function):
        match term:
            case Pow(base, exponent) if not _whole(exponent):
                below = base
            case Call("sqrt" | "log", (below,)):
                pass
            case _:
                continue
        if any(v.contains(0) for v in _values(function, below, inputs)):
            return True
    return False


def sides(function: Function, inputs: Mapping[str, np.ndarray]) -> list[int]:
    """On which side of its threshold every condition on values lies."""
    found = []
    for term in _subterms(function):
        if isinstance(term, Where) and isinstance(term.condition, Compare):
            ahead = _values(function, term.condition.left - term.condition.right, inputs)
            found += [0 if v.contains(0) else 1 if v > 0 else -1 for v in ahead]
    return found


def _whole(exponent: Term) -> bool:
    value = getattr(exponent, "value", None)
    return value is not None and value >= 0 and value.denominator == 1


def _subterms(function: Function) -> Iterator[Term]:
    for statement in function.statements:
        yield from walk(statement.body)


def _values(function: Function, term: Term, inputs: Mapping[str, np.ndarray]) -> list:
    letters = sorted(free_indices(term), key=lambda i: i.name)
    shapes = ((function.inputs[name], x.shape) for name, x in inputs.items())
    sizes = {d: n for dims, shape in shapes for d, n in zip(dims, shape, strict=True)}
    return list(reference.evaluate(term, function.bodies, dict(inputs), letters, sizes=sizes).ravel())

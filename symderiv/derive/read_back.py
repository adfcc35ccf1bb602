"""A derivative as the notation can state it, so that what is printed reads back.

What the rules give may name an entry by a number (w[2]), take a letter twice in an index (x[2*j]) or bind
a letter that is free elsewhere in the equation; it is a value nowhere where a constant has none (log(-2)).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from symderiv.definitions import Function
from symderiv.errors import InputError, Place
from symderiv.notation.parse import constant
from symderiv.terms import (
    Add,
    Call,
    Delta,
    Entry,
    Index,
    Mul,
    Num,
    Order,
    Position,
    Pow,
    Reduce,
    Size,
    Term,
    Where,
    affine,
    all_indices,
    free_indices,
    fresh_name,
    letters_in,
    linear,
    map_children,
    neutral,
    over,
    rename,
    split_range,
    tensor_names,
    walk,
)

#: Below what a function of a constant has no value, and whether at it.
_LOW = {"log": (0, True), "log1p": (-1, True), "sqrt": (0, False)}


def read_back(term: Term, around: Iterable[Index] = (), function: Function | None = None) -> Term:
    """``term``, equal everywhere, in an equation of ``function`` whose other side has letters ``around``."""
    names = {*function.inputs, *function.bodies, *function.declared} if function else set()
    dims = dict(function.letters) if function else {}
    free = {*around, *free_indices(term)}
    dims |= {i.name: i.dim for i in free}
    return _Stating(dims).of(term, frozenset({*(i.name for i in free), *names, *tensor_names(term)}))


def require_value(term: Term) -> None:
    """Refuse a term with a constant part that has no value in the real numbers."""
    place = Place("")
    for t in walk(term):
        match t:
            case Call(function, (u,)) if function in _LOW:
                value, (low, open_) = constant(u, place), _LOW[function]
                if value is not None and (value < low or (open_ and value == low)):
                    raise InputError("domain", f"{function} of {value} is not defined in the real numbers")
            case Pow(base, Num(exponent)):
                value = constant(base, place) if isinstance(base, Num | Add | Mul | Pow) else None
                if value == 0 and exponent < 0:
                    raise InputError("zero-division", "0 to a negative power")
                if value is not None and value < 0 and exponent.denominator != 1:
                    raise InputError("domain", "a fractional power of a negative number")


class _Stating:
    """One pass over a term; ``dims`` is what each letter of the equation ranges over."""

    def __init__(self, dims: dict[str, str]) -> None:
        self.dims = dims

    def of(self, term: Term, outer: frozenset[str]) -> Term:
        """``term`` inside of what has the names ``outer``."""
        bound: list[tuple[Index, Position]] = []
        match term:
            case Reduce():
                return self.reduction(term, outer)
            case Entry(name, indices) if not all(_readable(p) and _at_home(p) for p in indices):
                moved, bound = self.apart(indices, outer)
                term = Entry(name, tuple(moved))
            case Delta(left, right) if not (_readable(left) and _readable(right)):
                (left, right), bound = self.apart((left, right), outer)
                term = Delta(left, right)
            case Where(Order() as order, then, other) if (known := _decided(order)) is not None:
                return self.of(then if known else other, outer)
            case Where(Order(op, left, right), then, other):
                if not (_once(left) and _once(right)):
                    (left, right), bound = self.apart((left, right), outer, numbers=False)
                    outer |= {c.name for c, _ in bound}
                term = Where(_sided(Order(op, left, right)), self.of(then, outer), self.of(other, outer))
            case _:
                return map_children(term, lambda t: self.of(t, outer))
        for letter, position in bound:  # a sum over the one value that it has
            term = over("sum", (letter,), [_sided(Order("==", letter, position))], term)
        return term

    def reduction(self, term: Reduce, outer: frozenset[str]) -> Term:
        taken = {*outer, *(i.name for i in all_indices(term))}
        new = {i: self.letter(i, taken) for i in term.indices if not self.free(i, outer)}
        indices = tuple(new.get(i, i) for i in term.indices)
        self.dims |= {i.name: i.dim for i in indices}
        conditions, body = split_range(term.op, indices, rename(term.body, dict(new)))
        conditions = [_sided(c) for c in conditions]
        if term.op in ("sum", "prod"):
            for c in [c for c in conditions if not _stands(c)]:
                conditions.remove(c)
                body = Where(c, body, neutral(term.op))
        return over(term.op, indices, conditions, self.of(body, outer | {i.name for i in indices}))

    def free(self, letter: Index, outer: frozenset[str]) -> bool:
        """Whether it may be bound here: a letter has one meaning at a time, and one dimension throughout."""
        return letter.name not in outer and self.dims.get(letter.name, letter.dim) == letter.dim

    def letter(self, like: Index, taken: set[str]) -> Index:
        others = {n for n, dim in self.dims.items() if dim != like.dim}
        made = Index(fresh_name(like.name, taken | others), like.dim)
        taken.add(made.name)
        self.dims[made.name] = made.dim
        return made

    def apart(
        self, positions: Sequence[Position], outer: frozenset[str], *, numbers: bool = True
    ) -> tuple[list[Position], list[tuple[Index, Position]]]:
        """Positions that can be written, and the new letters in them with what each is."""
        taken = {*outer, *(i.name for i in letters_in(positions))}
        found: list[Position] = []
        bound: list[tuple[Index, Position]] = []
        for p in positions:
            if numbers and not (letters_in((p,)) and _led(p) and _at_home(p)):
                c = self.letter(Index("c", p.dim), taken)
                found.append(c)
                bound.append((c, p))
                continue
            parts, shift = linear(p)
            for s, k in list(parts.items()):
                if isinstance(s, Index):
                    step = 1 if k > 0 else -1
                    for _ in range(abs(k) - 1):
                        bound.append((self.letter(s, taken), s))
                        parts[bound[-1][0]] = step
                        parts[s] -= step
            found.append(affine(parts, shift, p.dim))
        return found, bound


def _sided(condition: Order) -> Order:
    """The condition, what is taken away on one side added on the other where a side starts with that,
    and what one side has twice on both; letters of two dimensions on one side."""
    (one, a), (two, b) = linear(condition.left), linear(condition.right)
    if _foreign(condition):
        (letter,) = (s for s in one if isinstance(s, Index))
        gap = {s: one.get(s, 0) - two.get(s, 0) for s in {**one, **two}}
        apart = affine(gap, a - b, letter.dim)
        return Order(condition.op, apart, affine({}, 0, letter.dim))
    if _stands(condition):
        return condition
    left: dict[Index | Size, int] = {}
    right: dict[Index | Size, int] = {}
    for s, k in {s: one.get(s, 0) - two.get(s, 0) for s in {**one, **two}}.items():
        here = k // 2 if isinstance(s, Index) and abs(k) == 2 else max(k, 0)
        left[s], right[s] = here, here - k
    dim = condition.left.dim
    return Order(condition.op, affine(left, max(a - b, 0), dim), affine(right, max(b - a, 0), dim))


def _decided(condition: Order) -> bool | None:
    """Whether it holds, if the same letters and sizes stand on both sides (two numbers alone are values)."""
    (one, a), (two, b) = linear(condition.left), linear(condition.right)
    if one != two:
        return None
    return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b, "==": a == b, "!=": a != b}[condition.op]


def _foreign(condition: Order) -> bool:
    """Whether one letter on each side, of two dimensions, would be read as letters of one."""
    both = [[s for s in linear(p)[0] if isinstance(s, Index)] for p in (condition.left, condition.right)]
    return [len(x) for x in both] == [1, 1] and both[0][0].dim != both[1][0].dim and _stands(condition)


def _stands(condition: Order) -> bool:
    """Whether both sides can be written."""
    return all(_led(p) and _once(p) for p in (condition.left, condition.right))


def _led(position: Position) -> bool:
    """Whether it has no letter, or one that is added."""
    letters = [k for s, k in linear(position)[0].items() if isinstance(s, Index)]
    return not letters or max(letters) > 0


def _at_home(position: Position) -> bool:
    """Whether one of its letters is of the axis where it stands, as the first one is read to be."""
    if isinstance(position, Index):
        return True
    return any(isinstance(s, Index) and k > 0 and s.dim == position.dim for s, k in position.parts)


def _readable(position: Position) -> bool:
    return bool(letters_in((position,))) and _once(position) and _led(position)


def _once(position: Position) -> bool:
    """Whether no letter stands more than once in it."""
    return all(isinstance(s, Size) or abs(k) == 1 for s, k in linear(position)[0].items())

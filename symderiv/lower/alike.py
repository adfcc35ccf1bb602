"""When are two terms the same but for the names of their letters."""

from __future__ import annotations

from typing import Any

from symderiv.terms import (
    Affine,
    Delta,
    Entry,
    Index,
    Neutral,
    Num,
    Order,
    Position,
    Reduce,
    Size,
    Term,
    Where,
    children,
)

Key = tuple[Any, ...]


def key(term: Term, fixed: frozenset[Index] = frozenset()) -> tuple[Key, tuple[Index, ...]]:
    """A structural key in which letters are numbered, and the free letters in the order numbered.

    Letters in ``fixed`` (labels) keep their names.  Equal keys mean: the same term after renaming the
    free letters of one, in order, to those of the other.
    """
    free: list[Index] = []

    def letter(i: Index, bound: dict[Index, int]) -> Any:
        if i in bound:
            return ("b", bound[i], i.dim)
        if i in fixed:
            return ("l", i.name)
        if i not in free:
            free.append(i)
        return ("f", free.index(i), i.dim)

    def place(p: Position, bound: dict[Index, int]) -> Any:
        if not isinstance(p, Affine):
            return letter(p, bound)
        # letters in an order that does not hang on their names, as far as they have been met
        known: dict[Index | Size, int] = {i: n for n, i in enumerate(free)}
        known |= {i: n - len(bound) for i, n in bound.items()}
        parts = sorted(p.parts, key=lambda part: (-part[1], known.get(part[0], len(known))))
        shown = (("size", s.dim) if isinstance(s, Size) else letter(s, bound) for s, _ in parts)
        return ("moved", p.dim, p.constant, *((s, k) for s, (_, k) in zip(shown, parts, strict=True)))

    def visit(t: Term, bound: dict[Index, int]) -> Key:
        match t:
            case Entry(name, indices):
                return ("entry", name, *(place(i, bound) for i in indices))
            case Delta(left, right):
                return ("delta", place(left, bound), place(right, bound))
            case Num(value):
                return ("num", value)
            case Size(dim):
                return ("size", dim)
            case Neutral(op):
                return ("neutral", op)
            case Where(Order(op, left, right), then, other):
                sides = (place(left, bound), place(right, bound))
                return ("order", op, *sides, visit(then, bound), visit(other, bound))
            case Reduce(op, indices, body):
                inner = dict(bound)
                for i in indices:
                    inner[i] = len(inner)
                return (op, len(indices), visit(body, inner))
            case _:
                head = getattr(t, "function", type(t).__name__)
                if isinstance(t, Where):
                    head = ("where", t.condition.op)
                return (head, *(visit(part, bound) for part in children(t)))

    return visit(term, {}), tuple(free)

"""When are two terms the same but for the names of their letters."""

from __future__ import annotations

from typing import Any

from symderiv.terms import Delta, Entry, Index, Num, Reduce, Size, Term, Where, children

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

    def visit(t: Term, bound: dict[Index, int]) -> Key:
        match t:
            case Entry(name, indices):
                return ("entry", name, *(letter(i, bound) for i in indices))
            case Delta(left, right):
                return ("delta", letter(left, bound), letter(right, bound))
            case Num(value):
                return ("num", value)
            case Size(dim):
                return ("size", dim)
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

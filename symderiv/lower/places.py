"""Positions in kernels: what the loops around a place say of its letters, and what follows from that.

A form is a whole-number combination of letters and sizes.  Letters lie in 1..size; a size may be 0, but is
at least 1 where a letter of its dimension has a value.  Nothing here guesses: what is not seen to hold is
tested by the emitted code.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from symderiv.terms import (
    Affine,
    Delta,
    Entry,
    Index,
    Order,
    Position,
    Size,
    Term,
    Where,
    affine,
    letters_in,
    linear,
    neutral,
    solved,
)

Symbol = Index | Size
#: Coefficients and a constant.
Form = tuple[dict[Symbol, int], int]
#: How a condition reads when it does not hold.
DENIED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
#: So many facts are added to see that a condition holds.
_STEPS = 2


def difference(order: Order) -> Form:
    """Left minus right."""
    one, two = linear(order.left), linear(order.right)
    return _minus(one, two)


def _minus(one: Form, two: Form) -> Form:
    parts = dict(one[0])
    for s, k in two[0].items():
        parts[s] = parts.get(s, 0) - k
    return {s: k for s, k in parts.items() if k}, one[1] - two[1]


def _turned(form: Form, plus: int = 0) -> Form:
    return {s: -k for s, k in form[0].items()}, plus - form[1]


def facts_of(order: Order) -> list[Form]:
    """The forms that are at most 0 where a condition holds."""
    gap = difference(order)
    match order.op:
        case "<=":
            return [gap]
        case "<":
            return [(gap[0], gap[1] + 1)]
        case ">=":
            return [_turned(gap)]
        case ">":
            return [_turned(gap, 1)]
        case "==":
            return [gap, _turned(gap)]
    return []


@dataclass(frozen=True)
class Known:
    """What is known where a piece of code stands: forms that are at most 0."""

    facts: tuple[Form, ...] = ()

    def told(self, orders: Iterable[Order]) -> Known:
        """With more conditions that hold."""
        return Known((*self.facts, *(f for o in orders for f in facts_of(o))))

    def holds(self, order: Order) -> bool:
        """Whether a condition is seen to hold."""
        if order.op == "!=":
            return any(self.holds(Order(op, order.left, order.right)) for op in ("<", ">"))
        return all(_at_most_zero(f, self.facts, _STEPS) for f in facts_of(order))

    def without(self, letters: Iterable[Index]) -> Known:
        """With nothing known of some letters."""
        gone = frozenset(letters)
        return Known(tuple(f for f in self.facts if gone.isdisjoint(f[0])))

    def fails(self, order: Order) -> bool:
        """Whether a condition is seen not to hold."""
        return self.holds(Order(DENIED[order.op], order.left, order.right))


def _at_most_zero(form: Form, facts: Sequence[Form], steps: int) -> bool:
    """form <= 0: by the ranges of its letters, or because form <= form - fact for a fact <= 0."""
    parts: dict[str, int] = {}
    most = form[1]
    for symbol, k in form[0].items():
        if isinstance(symbol, Size) or k > 0:  # a letter is at most its size
            parts[symbol.dim] = parts.get(symbol.dim, 0) + k
        else:
            most += k
    lived = {s.dim for s in form[0] if isinstance(s, Index)}
    if all(k <= 0 for k in parts.values()) and most + sum(k for d, k in parts.items() if d in lived) <= 0:
        return True
    if not steps:
        return False
    return any(
        _at_most_zero(_minus(form, fact), facts, steps - 1)
        for fact in facts
        if not form[0].keys().isdisjoint(fact[0])
    )


def within(position: Position) -> tuple[Order, Order]:
    """The conditions that a position is in 1..size of its axis."""
    last = affine({Size(position.dim): 1}, 0, position.dim)
    return Order(">=", position, Affine((), 1, position.dim)), Order("<=", position, last)


def moved(position: Position, by: int) -> Position:
    """The position ``by`` places on."""
    parts, constant = linear(position)
    return affine(parts, constant + by, position.dim)


def split(op: str, letters: Sequence[Index], body: Term) -> tuple[dict[Index, list[Order]], Term]:
    """A reduction's body as bounds of the letters, each by letters before it or from outside, and the rest.

    What is no bound of a letter (an order with !=, or of a letter taken twice) stays in the rest.
    """
    bounds: dict[Index, list[Order]] = {i: [] for i in letters}
    left: list[Order] = []
    while isinstance(body, Where) and isinstance(body.condition, Order) and body.other == neutral(op):
        condition = body.condition
        own = letters_in((condition.left, condition.right))
        last = next((i for i in reversed(letters) if i in own), None)
        alone = solved(condition, last) if last is not None and condition.op != "!=" else None
        if alone is None or last is None:
            left.append(condition)
        else:
            bounds[last].append(alone)
        body = body.then
    for condition in reversed(left):
        body = Where(condition, body, neutral(op))
    return bounds, body


def nonempty(letters: Sequence[Index], conditions: Iterable[Order]) -> list[Order] | None:
    """The conditions under which a range holds some value (sizes are not 0), but for those that hold anyway;
    None where they are not simple."""
    forms: list[Form] = []
    for condition in conditions:
        if condition.op == "!=":
            return None
        forms += facts_of(condition)
    for letter in reversed(letters):
        own = [f for f in forms if letter in f[0]]
        if any(abs(f[0][letter]) != 1 for f in own):
            return None
        lows = [f for f in own if f[0][letter] < 0]
        highs = [f for f in own if f[0][letter] > 0]
        first: Form = ({letter: -1}, 1)
        last: Form = ({letter: 1, Size(letter.dim): -1}, 0)
        forms = [f for f in forms if letter not in f[0]]
        forms += [_minus(high, _turned(low)) for low in lows for high in (*highs, last)]
        forms += [_minus(high, _turned(first)) for high in highs]
    kept = [f for f in dict.fromkeys(map(_frozen, forms)) if not _at_most_zero(_thawed(f), (), 0)]
    return [_written(_thawed(f)) for f in kept]


def _frozen(form: Form) -> tuple[tuple[tuple[Symbol, int], ...], int]:
    return tuple(form[0].items()), form[1]


def _thawed(form: tuple[tuple[tuple[Symbol, int], ...], int]) -> Form:
    return dict(form[0]), form[1]


def _written(form: Form) -> Order:
    """form <= 0, with a letter alone on the left where there is one."""
    plain = Order("<=", affine(*form, ""), Affine((), 0, ""))
    letter = min((s for s, k in form[0].items() if isinstance(s, Index) and abs(k) == 1), default=None)
    return (solved(plain, letter) if letter is not None else None) or plain


def sizes_in(term: Term) -> set[str]:
    """The dimensions whose sizes the positions of a term itself need: to compare or to find an entry."""
    match term:
        case Entry(_, indices):
            sides: tuple[Position, ...] = tuple(p for p in indices if isinstance(p, Affine))
        case Delta(left, right) | Where(Order(_, left, right)):
            sides = (left, right)
        case _:
            return set()
    found = {p.dim for p in sides} if not isinstance(term, Where) else set()
    return found | {s.dim for p in sides for s in linear(p)[0]}

"""Terms to text of the notation; the text parses back to an equal term, but for the order of factors."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symderiv.terms import (
    MINUS_ONE,
    Add,
    Call,
    Condition,
    Delta,
    Diff,
    Entry,
    Index,
    Mul,
    Neutral,
    Num,
    Order,
    Pi,
    Pow,
    Reduce,
    Size,
    Term,
    Where,
    power,
    split_range,
)

_SUM, _PRODUCT, _UNARY, _POWER, _ATOM = range(5)


def text(term: Term) -> str:
    """``term`` in the notation of definitions and claims."""
    return _show(term)[0]


def equation(left: Term, right: Term) -> str:
    """``left = right``."""
    return f"{text(left)} = {text(right)}"


def condition_text(condition: Condition) -> str:
    """A condition such as ``z[j] > 0`` or ``c <= j``."""
    if isinstance(condition, Order):
        return f"{condition.left.name} {condition.op} {condition.right.name}"
    return f"{text(condition.left)} {condition.op} {text(condition.right)}"


def range_text(indices: tuple[Index, ...], conditions: Sequence[Order]) -> str:
    """What stands in a reduction's brackets, such as ``c <= j,d``; it reads back in the same order."""
    conditions = [_bound_first(c, indices) for c in conditions]
    left = list(conditions)
    parts: list[Index | Order] = []
    for i in indices:
        own = next((c for c in left if c.left == i), None)
        if own is not None:
            left.remove(own)
        parts.append(i if own is None else own)
    parts += left
    if [p for p in parts if isinstance(p, Order)] != conditions:
        parts = [*indices, *conditions]
    return ",".join(p.name if isinstance(p, Index) else condition_text(p) for p in parts)


def _bound_first(condition: Order, indices: tuple[Index, ...]) -> Order:
    """A range's condition does not start with a letter that it does not bind."""
    op, one, two = condition.op, condition.left, condition.right
    if one in indices or (two not in indices and not isinstance(one, Index)):
        return condition
    return Order(_TURNED[op], two, one)


def digits(number: int) -> str:
    """A whole number's digits, however many."""
    if abs(number) < _LONG:
        return str(number)
    return digits(number // _LONG) + str(number % _LONG).zfill(4_000)


_LONG = 10**4_000  # Python refuses to convert longer ones
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def _number(value: Fraction) -> tuple[str, int]:
    shown = digits(abs(value.numerator))
    if value.denominator != 1:
        shown += f"/{digits(value.denominator)}"
    level = _ATOM if value.denominator == 1 else _PRODUCT
    return (f"-{shown}", _SUM) if value < 0 else (shown, level)


def _wrap(term: Term, level: int) -> str:
    shown, own = _show(term)
    return shown if own >= level else f"({shown})"


def _show(term: Term) -> tuple[str, int]:
    match term:
        case Num(value):
            return _number(value)
        case Pi():
            return "pi", _ATOM
        case Size(dim):
            return f"size[{dim}]", _ATOM
        case Entry(name, indices):
            return (f"{name}[{','.join(i.name for i in indices)}]" if indices else name), _ATOM
        case Delta(left, right):
            return f"delta[{left.name},{right.name}]", _ATOM
        case Add(terms):
            return _sum(terms), _SUM
        case Mul(factors):
            return _product(factors)
        case Pow() if _is_inverse(term):
            return _product((term,))
        case Pow(base, exponent):
            return f"{_wrap(base, _ATOM)}**{_wrap(exponent, _ATOM)}", _POWER
        case Call(function, args):
            return f"{function}({', '.join(text(a) for a in args)})", _ATOM
        case Where(condition, then, other):
            return f"where({condition_text(condition)}, {text(then)}, {text(other)})", _ATOM
        case Reduce(op, indices, body):
            conditions, body = split_range(op, indices, body)
            return f"{op}[{range_text(indices, conditions)}]({text(body)})", _ATOM
        case Neutral(op):
            return "-inf" if op == "max" else "inf", _ATOM
        case Diff(body, targets):
            return f"D({', '.join(text(t) for t in (body, *targets))})", _ATOM
        case _:
            raise TypeError(f"not a term: {term!r}")


def _sum(terms: tuple[Term, ...]) -> str:
    shown = ""
    for t in terms:
        part = _wrap(t, _SUM)
        if isinstance(t, Add):
            part = f"({part})"
        if not shown:
            shown = part
        elif part.startswith("-"):
            shown += f" - {part[1:]}"
        else:
            shown += f" + {part}"
    return shown


def _is_inverse(term: Term) -> bool:
    """Whether a factor stands below the line; 2**(-1) is written so, as 1/2 is another term."""
    match term:
        case Pow(base, Num(value)):
            return value < 0 and not (isinstance(base, Num) and value.denominator == 1)
    return False


def _inverted(factor: Term) -> tuple[Term, ...]:
    """The factors of 1/(2*x), which reads back as 1/2*(1/x)."""
    match factor:
        case Pow(Mul(factors), Num(value)) if value == -1:
            return tuple(Num(1 / f.value) if isinstance(f, Num) else power(f, MINUS_ONE) for f in factors)
    return (factor,)


def _product(factors: tuple[Term, ...]) -> tuple[str, int]:
    """Numerator over denominator; a leading -1 becomes a sign, in front of the whole product."""
    top: list[Term] = []
    bottom: list[Term] = []
    sign, constant = "", Fraction(1)
    for f in (g for factor in factors for g in _inverted(factor)):
        match f:
            case Num(value):
                constant *= value
            case Pow(base, Num(value)) if _is_inverse(f):
                bottom.append(base if value == -1 else Pow(base, Num(-value)))
            case _:
                top.append(f)
    if constant < 0:
        sign, constant = "-", -constant
    parts = [_wrap(t, _POWER) for t in top]
    if constant.numerator != 1 or not parts:
        parts.insert(0, digits(constant.numerator))
    under = [_wrap(t, _POWER) for t in bottom]
    if constant.denominator != 1:
        under.insert(0, digits(constant.denominator))
    shown = "*".join(parts)
    if under:
        shown += "/" + (under[0] if len(under) == 1 else f"({'*'.join(under)})")
    if sign:
        return sign + shown, _SUM
    return shown, _PRODUCT if under or len(parts) > 1 else _UNARY

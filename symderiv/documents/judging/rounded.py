"""Decimals that a person rounded, and numbers that are put in for names: no slip where the digits agree."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

from symderiv.documents.text.latex import Token
from symderiv.documents.text.rows import Element
from symderiv.documents.text.syntax import (
    Add,
    Apply,
    At,
    Div,
    Fn,
    Matrix,
    Mul,
    Neg,
    Node,
    Number,
    Pow,
    Sym,
    children,
    map_nodes,
    walk,
)
from symderiv.verify.verdict import Witness

#: How many digits a decimal has that is taken as rounded, wherever it stands.
_MEASURED = 3
#: How many numbers make of a side without names an instance of the other: (-2 + 5) (-4).
_PUT_IN = 3
#: What is said of numbers that are not about the same.
FAR = "it is another number by far"
_KNOWN: dict[str, Callable[[float], float]] = {
    "exp": math.exp, "log": math.log, "sqrt": math.sqrt, "tanh": math.tanh, "abs": abs,
    "sin": math.sin, "cos": math.cos, "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
}  # fmt: skip


def agrees(a: Node, b: Node, witness: Witness, constant: bool) -> str:
    """What is said of two sides that differ by no more than their decimals leave open; "" where they differ.

    ``constant``: neither side depends on anything, so that the witness is all there is to it.
    """
    decimals = [n for side in (a, b) for n in walk(side) if isinstance(n, Number) and n.places]
    if not decimals:
        return ""
    try:
        left, right = float(witness.left), float(witness.right)
    except ValueError:
        return ""
    if constant and abs(left - right) <= _open(a, b, left, right):
        return "to the digits that are written"
    digits = [_digits(n) for n in decimals if _digits(n) > _MEASURED]
    if (
        not constant
        and digits
        and abs(left - right) <= max(abs(left), abs(right)) * 10.0 ** (2 - min(digits))
    ):
        return "the sides agree to the digits that are written"
    return ""


def _is_whole_part(a: Node, b: Node) -> bool:
    """Whether a large whole number stands for what has no end of digits: ``e^{10} = 22,026``."""
    for one, two in ((a, b), (b, a)):
        endless = any(isinstance(n, Fn) for n in walk(one))
        if endless and isinstance(two, Number) and not two.places and _digits(two) > _MEASURED:
            value = _value(one)
            return value is not None and abs(value - float(two.value)) <= 1
    return False


def nearly(a: Node, b: Node, witness: Witness) -> bool:
    """Whether two sides without names differ in the last digit that is written only, or by no more than their
    decimals leave open if each is rounded."""
    if _is_whole_part(a, b):
        return True
    results = [n.body if isinstance(n, Neg) else n for n in (a, b)]
    places = [n.places for n in results if isinstance(n, Number) and n.places and _digits(n) >= _MEASURED]
    put_in = [_digits(x) for x in _put_in(a, b)]
    try:
        left, right = float(witness.left), float(witness.right)
    except ValueError:
        return False
    if put_in and abs(left - right) <= abs(left) * 5 * 10.0 ** -min(put_in):
        return True
    measured = any(
        _digits(n) >= _MEASURED for x in (a, b) for n in walk(x) if isinstance(n, Number) and n.places
    )
    if measured and abs(left - right) <= _open(a, b, left, right, fewest=1):
        return True  # the product of 0.622 and 0.378, which are rounded
    return bool(places) and abs(left - right) <= 1.6 * 10.0 ** -min(places)


def _put_in(a: Node, b: Node) -> list[Number]:
    """The decimals at which sides are taken: ``a (1 - a) |_{a = 0.75}``."""
    places = [n.value for side in (a, b) for n in walk(side) if isinstance(n, At)]
    return [x for x in places if isinstance(x, Number) and x.places]


def is_far(a: Element, b: Element, row: Sequence[Token]) -> bool:
    """Whether numbers that are said to be about the same are not, ``1/(1 + e^{-1.1}) \\approx 0.87``: by more
    than a tenth, and than a last digit leaves open."""
    signs = [t.text for t in row if a.tokens[-1].at < t.at < b.at]
    if a.node is None or b.node is None or signs[-1:] != ["approx"] or is_named(a.node) or is_named(b.node):
        return False
    result = b.node.body if isinstance(b.node, Neg) else b.node
    decimals = [result.places] if isinstance(result, Number) and result.places else []
    if not decimals or any(isinstance(n, Fn) and n.name in ("log", "sin", "cos") for n in walk(a.node)):
        return False  # logarithms may be of any base, angles in degrees
    one, two = _value(a.node), _value(b.node)
    if one is None or two is None:
        return False
    return abs(one - two) > max(abs(one), abs(two)) / 10 and abs(one - two) > 2 * 10.0 ** -min(decimals)


def is_instance(a: Node, b: Node) -> bool:
    """Whether one side is the other with numbers put in for its names."""
    plain = [side for side in (a, b) if not is_named(side)]
    value = plain[0].body if len(plain) == 1 and isinstance(plain[0], Neg) else None
    worked_out = len(plain) == 1 and not any(isinstance(x, Number) for x in (plain[0], value))
    if worked_out and any(_has_put_in(one, two, {}) for one, two in ((a, b), (b, a)) if two in plain):
        return True
    for one, two in ((a, b), (b, a)):  # for some of the names
        put: dict[Node, Node] = {}
        if not plain and _has_put_in(one, two, put) and len(put) > 1:
            return True
    worked = [side for side in (a, b) if is_worked(side)]  # \sigma(0.7)
    if len(plain) != 1:
        return not plain and len(worked) == 1
    side = plain[0].body if isinstance(plain[0], Neg) else plain[0]
    numbers = [n for n in walk(side) if isinstance(n, Number)]
    if isinstance(side, Number):
        return bool(_put_in(a, b)) or (bool(side.places) and _digits(side) >= _MEASURED)
    measured = any(_digits(n) >= _MEASURED or _ends_in_zero(n) for n in numbers if n.places)  # 5.0 \sqrt 5
    counts = any(_is_unreduced(n) for n in walk(side))
    return len(numbers) >= _PUT_IN or measured or counts


def _has_put_in(named: Node, plain: Node, put: dict[Node, Node]) -> bool:
    """Whether a side has numbers where the other has names, one for each: ``(-2.5)^2`` for ``d^2``."""
    if named == plain:
        return True
    if isinstance(named, Sym) and is_named(named):
        value = plain.body if isinstance(plain, Neg) else plain
        return isinstance(value, Number) and put.setdefault(named, plain) == plain
    if type(named) is not type(plain) or not children_of(named):
        return named == plain
    one, two = children_of(named), children_of(plain)
    return len(one) == len(two) and all(_has_put_in(x, y, put) for x, y in zip(one, two, strict=True))


def children_of(node: Node) -> list[Node]:
    return list(children(node)) if isinstance(node, (Add, Div, Mul, Neg, Pow)) else []


def is_named(node: Node) -> bool:
    return any(isinstance(n, (Sym, Apply)) and getattr(n, "base", "") not in ("pi", "e") for n in walk(node))


def is_worked(node: Node) -> bool:
    """Whether all names of a side are functions at decimals."""
    numbers = {n for n in walk(node) if isinstance(n, Apply) and not any(is_named(x) for x in n.args)}
    heads = {id(n.head) for n in numbers}
    rest = (n for n in walk(node) if isinstance(n, (Sym, Apply)) and n not in numbers)
    decimal = any(isinstance(x, Number) and x.places for n in numbers for x in walk(n))
    return decimal and all(id(n) in heads or getattr(n, "base", "") in ("pi", "e") for n in rest)


def _is_unreduced(node: Node) -> bool:
    """``20 / 10``: counts, and no value of a formula."""
    top, bottom = (node.top, node.bottom) if isinstance(node, Div) else (None, None)
    if not (isinstance(top, Number) and isinstance(bottom, Number)) or top.places or bottom.places:
        return False
    return math.gcd(int(top.value), int(bottom.value)) > 1


def _ends_in_zero(n: Number) -> bool:
    return int(n.value * 10**n.places) % 10 == 0


def _digits(n: Number) -> int:
    """The significant digits of a decimal."""
    return len(str(abs(int(n.value * 10**n.places))).lstrip("0"))


def _open(a: Node, b: Node, left: float, right: float, fewest: int = _MEASURED) -> float:
    """By how much two sides without names may differ for the decimals in them: for those with as many places
    as the result, or with more digits than ``fewest``."""
    found = 0.0
    alone = [n.body if isinstance(n, Neg) else n for n in (a, b)]
    results = [n for n in alone if isinstance(n, Number)]
    least = min((n.places for n in results), default=0)
    for side, own in ((alone[0], left), (alone[1], right)):
        if isinstance(side, Number):
            other = right if own is left else left
            cut = abs(other) > abs(own)  # 0.66 for 2/3: its last digit is true
            found += 10.0**-side.places * (0.999 if cut else 0.5001) if side.places else 0.0
            continue
        for n in walk(side):
            rounded = (
                isinstance(n, Number)
                and n.places
                and (_digits(n) > fewest or (n.places >= max(least, 2) and _digits(n) > 1))
            )
            if rounded and isinstance(n, Number):
                step = Fraction(1, 2 * 10**n.places)
                before, after = _value(side), _value(_moved(side, n, step))
                if before is not None and after is not None:
                    found += abs(after - before) * 1.01
    return found + 1e-12 * abs(left)


def _moved(node: Node, which: Number, step: Fraction) -> Node:
    if node is which:
        return replace(which, value=which.value + step)
    return map_nodes(node, lambda n: _moved(n, which, step))


def is_of_other_base(a: Node, b: Node) -> bool:
    """Whether numbers with decimals agree where their logarithms are to base 2, or 10."""
    both = [n for x in (a, b) for n in walk(x)]
    logs = any(isinstance(n, Fn) and n.name == "log" for n in both)
    if not logs or not any(isinstance(n, Number) and n.places for n in both):
        return False
    for base in (2, 10):
        one, two = (_value(_to_base(x, Number(Fraction(base)))) for x in (a, b))
        if one is not None and two is not None and abs(one - two) <= 0.01 * max(abs(one), abs(two)):
            return True
    return False


def _to_base(node: Node, base: Number) -> Node:
    node = map_nodes(node, lambda n: _to_base(n, base))
    return Div(node, Fn("log", (base,))) if isinstance(node, Fn) and node.name == "log" else node


def _value(node: Node) -> float | None:
    """A side without names, as a number; None where it is not understood."""
    try:
        return _number(node)
    except (ValueError, ZeroDivisionError, OverflowError, TypeError):
        return None


def _number(node: Node) -> float:
    match node:
        case Number(value):
            return float(value)
        case Add(terms):
            return sum(_number(t) for t in terms)
        case Neg(body):
            return -_number(body)
        case Mul(factors):
            return math.prod(_number(f) for f in factors)
        case Div(top, bottom):
            return _number(top) / _number(bottom)
        case Pow(base, exponent):
            return float(math.pow(_number(base), _number(exponent)))
        case Fn(name, (arg,)) if name in _KNOWN:
            return _KNOWN[name](_number(arg))
        case Sym("pi", (), ()):
            return math.pi
        case Matrix(((entry,),)) if entry is not None:
            return _number(entry)
    raise ValueError("not a number")

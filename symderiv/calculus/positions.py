"""Conditions on positions as 0/1-valued polynomials, and where they let a letter be replaced.

A form is a whole-number combination of letters and sizes, kept in an :class:`~symderiv.terms.Affine`.
Two kinds of atom speak of positions: ``eq`` for [form = 0] and ``le`` for [form <= 0].  Each condition has
one way to be written: the greatest letter has a positive coefficient (the complement is taken where it has
not), and an ``le`` has no constant, since [p + 1 <= 0] = [p <= 0] - [p = 0].  What follows from 1 <= letter
<= size and 1 <= size is decided at once.  Two upper bounds of one letter are split by which is less.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import gcd
from typing import TYPE_CHECKING, Any

from symderiv.calculus.atoms import Atom, Mono, Poly, accumulate, make, number, padd, single
from symderiv.terms import Affine, Index, Order, Position, Size, affine, letters_in, linear, move

if TYPE_CHECKING:
    from symderiv.calculus.normal import Normalizer

Symbol = Index | Size
Form = tuple[dict[Symbol, int], int]
#: How far apart the constant of a condition may be from its plain form.
LIMIT = 256


def minus(a: Form, b: Form) -> Form:
    """``a - b``."""
    parts = dict(a[0])
    for s, k in b[0].items():
        parts[s] = parts.get(s, 0) - k
    return {s: k for s, k in parts.items() if k}, a[1] - b[1]


def plus(form: Form, constant: int) -> Form:
    """``form + constant``."""
    return form[0], form[1] + constant


def negative(form: Form) -> Form:
    """``-form``."""
    return {s: -k for s, k in form[0].items()}, -form[1]


def bounds(form: Form) -> tuple[int | None, int | None]:
    """The least and greatest value for all sizes >= 1 and letters in 1..size, None where unbounded."""
    least = most = form[1]
    low: dict[str, int] = {}  # coefficients of the sizes, each at least 1
    high: dict[str, int] = {}
    for symbol, k in form[0].items():
        if not isinstance(symbol, Index) or k < 0:
            low[symbol.dim] = low.get(symbol.dim, 0) + k
        else:
            least += k
        if not isinstance(symbol, Index) or k > 0:
            high[symbol.dim] = high.get(symbol.dim, 0) + k
        else:
            most += k
    return (
        least + sum(low.values()) if all(k >= 0 for k in low.values()) else None,
        most + sum(high.values()) if all(k <= 0 for k in high.values()) else None,
    )


def never_above(form: Form, value: int) -> bool:
    """Whether a form is at most ``value`` for all letters and sizes."""
    most = bounds(form)[1]
    return most is not None and most <= value


def always_above(form: Form, value: int) -> bool:
    """Whether a form is greater than ``value`` for all letters and sizes."""
    least = bounds(form)[0]
    return least is not None and least > value


def _rank(symbol: Symbol) -> tuple[int, int, str, str]:
    """Sizes first, then the letters of a text, then bound letters, the innermost last: so that an order is
    an upper bound of what is summed over."""
    if isinstance(symbol, Size):
        return (0, 0, symbol.dim, "")
    if not symbol.name.startswith("~"):
        return (1, 0, symbol.name, symbol.dim)
    height = int(symbol.name[1:].split(".", 1)[0])
    return (3 if height else 2, -height, symbol.name, symbol.dim)


def _greatest(parts: Mapping[Symbol, int]) -> Symbol:
    return max(parts, key=_rank)


def _form_atom(kind: str, form: Form) -> Poly:
    return single(make(kind, affine(form[0], form[1], "")))


def form_of(atom: Atom) -> Form:
    """The form that an atom ``delta``, ``eq`` or ``le`` speaks of."""
    if atom.kind == "delta":
        return {atom.args[1]: 1, atom.args[0]: -1}, 0
    return linear(atom.args[0])


def is_zero(form: Form) -> Poly:
    """[form = 0]."""
    parts = {s: k for s, k in form[0].items() if k}
    constant = form[1]
    if not parts:
        return number(0 if constant else 1)
    common = gcd(*parts.values())
    if constant % common:
        return {}
    sign = common if parts[_greatest(parts)] > 0 else -common
    parts = {s: k // sign for s, k in parts.items()}
    constant //= sign
    if always_above((parts, constant), 0) or never_above((parts, constant), -1):
        return {}
    if not constant and len(parts) == 2:
        two, one = sorted(parts, key=_rank, reverse=True)
        plain = isinstance(one, Index) and isinstance(two, Index) and one.dim == two.dim
        if plain and parts[one] == -1 and parts[two] == 1:
            return single(make("delta", one, two))
    return _form_atom("eq", (parts, constant))


def is_low(form: Form) -> Poly:
    """[form <= 0]."""
    parts = {s: k for s, k in form[0].items() if k}
    constant = form[1]
    if not parts:
        return number(1 if constant <= 0 else 0)
    common = gcd(*parts.values())
    parts = {s: k // common for s, k in parts.items()}
    constant = -(-constant // common)
    if always_above((parts, constant), 0):
        return {}
    if never_above((parts, constant), 0):
        return number(1)
    if parts[_greatest(parts)] < 0:
        return padd(number(1), is_low(plus(negative((parts, constant)), 1)), -1)
    if abs(constant) > LIMIT:
        raise NotImplementedError(f"a condition on positions more than {LIMIT} apart")
    if always_above((parts, 0), 0):
        result: Poly = {}
    else:
        result = number(1) if never_above((parts, 0), 0) else _form_atom("le", (parts, 0))
    # [p + c <= 0] = [p <= 0] - [p = 0] - ... - [p = 1 - c], and [p - c <= 0] = [p <= 0] + [p = 1] + ...
    for t in range(constant):
        result = padd(result, is_zero((parts, t)), -1)
    for t in range(1, 1 - constant):
        result = padd(result, is_zero((parts, -t)))
    return result


def holds(condition: Order) -> Poly:
    """A condition on positions as a 0/1-valued polynomial."""
    gap = minus(linear(condition.left), linear(condition.right))
    match condition.op:
        case "<=":
            return is_low(gap)
        case "<":
            return is_low(plus(gap, 1))
        case ">=":
            return is_low(negative(gap))
        case ">":
            return is_low(plus(negative(gap), 1))
        case "==":
            return is_zero(gap)
    return padd(number(1), is_zero(gap), -1)


def limits(position: Position, dim: str) -> tuple[Form, Form]:
    """The forms that are <= 0 where a position lies in 1..size."""
    form = linear(position)
    return plus(negative(form), 1), minus(form, ({Size(dim): 1}, 0))


def within(nf: Normalizer, position: Position, dim: str) -> Poly:
    """[1 <= position <= size]."""
    low, high = limits(position, dim)
    return nf.mul(is_low(low), is_low(high))


def outside(position: Position) -> bool:
    """Whether a position lies outside its axis at all sizes."""
    if isinstance(position, Index):
        return False
    return any(always_above(f, 0) for f in limits(position, position.dim))


# --- solving --------------------------------------------------------------------------------------


def solve_for(form: Form, letter: Index) -> Position:
    """The position at which ``letter`` (of coefficient 1 or -1) makes the form 0."""
    k = form[0][letter]
    rest = {s: -k * v for s, v in form[0].items() if s != letter}
    return affine(rest, -k * form[1], letter.dim)


def solve(forms: Iterable[Form]) -> tuple[dict[Index, Position], list[Form]] | None:
    """Letters that equations replace, greatest first, and the equations left over; None where they
    contradict each other."""
    solved: dict[Index, Position] = {}
    left: list[Form] = []
    for raw in forms:
        form = substitute(raw, solved)
        if not form[0]:
            if form[1]:
                return None
            continue
        unit = [s for s, k in form[0].items() if isinstance(s, Index) and abs(k) == 1]
        if not unit:
            left.append(form)
            continue
        letter = max(unit, key=_rank)
        position = solve_for(form, letter)
        solved = {i: affine(*substitute(linear(p), {letter: position}), i.dim) for i, p in solved.items()} | {
            letter: position
        }
    rest = [substitute(f, solved) for f in left]
    if any(not f[0] and f[1] for f in rest):
        return None
    return solved, [f for f in rest if f[0]]


def substitute(form: Form, mapping: Mapping[Index, Position]) -> Form:
    """A form with letters replaced by positions."""
    parts: dict[Symbol, int] = {}
    constant = form[1]
    for symbol, k in form[0].items():
        more, extra = linear(mapping.get(symbol, symbol)) if isinstance(symbol, Index) else ({symbol: 1}, 0)
        constant += k * extra
        for s, n in more.items():
            parts[s] = parts.get(s, 0) + k * n
    return {s: k for s, k in parts.items() if k}, constant


def equations(solved: Mapping[Index, Position], rest: Sequence[Form]) -> Poly:
    """The product of the solved equations (a monomial of ``delta`` and ``eq``), 0 where one cannot hold."""
    base: Mono = frozenset()
    for form in [*(minus(({i: 1}, 0), linear(p)) for i, p in solved.items()), *rest]:
        found = is_zero(form)
        if not found:
            return {}
        ((mono, _),) = found.items()
        base |= mono
    return {base: 1}


# --- products -------------------------------------------------------------------------------------


def simplify(nf: Normalizer, exponents: Mapping[Atom, Any], solved: Mapping[Index, Position]) -> Poly | None:
    """A product that holds ``le`` atoms, where one of them follows from, or contradicts, what is known
    (entries are 0 outside their axes, a replaced letter is in its range), or two bound one letter;
    None where nothing changes."""
    orders = [a for a in exponents if a.kind == "le"]
    known = [f for i, p in solved.items() for f in limits(p, i.dim)]
    for atom, e in exponents.items():
        if atom.kind == "entry" and e > 0:
            for p in atom.args[1]:
                if isinstance(p, Affine) and _absorbs(p, exponents):
                    known.extend(limits(p, p.dim))
    for atom in orders:
        form = form_of(atom)
        rest = {a: e for a, e in exponents.items() if a is not atom}
        for fact in known:
            if never_above(minus(form, fact), 0):
                return nf.settle(rest)  # fact <= 0 gives form <= 0
            parts, constant = minus(form, negative(fact))
            if always_above((parts, constant), 0):
                return {}  # both cannot be <= 0
            if not parts and -constant <= LIMIT:
                # constant <= form <= 0
                values: Poly = {}
                for t in range(constant, 1):
                    values = padd(values, is_zero(plus(form, -t)))
                return nf.mul(values, {frozenset(rest.items()): 1})
    return _split(nf, exponents, orders)


def _absorbs(position: Position, exponents: Mapping[Atom, Any]) -> bool:
    """Whether all factors that depend on the position's letters are defined where it lies outside: what is
    not defined there needs the order that keeps it away."""
    letters = letters_in((position,))
    return all(total(a, e) for a, e in exponents.items() if not a.free.isdisjoint(letters))


def total(atom: Atom, exponent: Any) -> bool:
    """Whether a factor is defined at every integer position of its letters."""
    match atom.kind:
        case "entry":
            return exponent > 0 and Fraction(exponent).denominator == 1
        case "delta" | "eq" | "le" | "ind" | "tie" if exponent > 0:
            return all(total(a, e) for m in _polynomial(atom) for a, e in m)
        case "exp":
            return all(total(a, e) for a, e in atom.args[0])
        case "sin" | "cos" | "erf":
            return exponent > 0 and all(total(a, e) for m in _polynomial(atom) for a, e in m)
    return not atom.free


def _polynomial(atom: Atom) -> Mapping[Mono, Any]:
    return dict(atom.args[0]) if isinstance(atom.args[0], frozenset) else {}


def _split(nf: Normalizer, exponents: Mapping[Atom, Any], orders: Sequence[Atom]) -> Poly | None:
    """[c <= p][c <= q] = [p <= q][c <= p] + (1 - [p <= q])[c <= q]."""
    uppers: dict[Symbol, Atom] = {}
    for atom in orders:
        form = form_of(atom)
        letter = _greatest(form[0])
        if form[0][letter] != 1:
            continue
        other = uppers.setdefault(letter, atom)
        if other is atom:
            continue
        # c - p <= 0 and c - q <= 0: p <= q where (c - q) - (c - p) <= 0
        less = is_low(minus(form_of(other), form))
        first = {frozenset((a, e) for a, e in exponents.items() if a is not other): 1}
        second = {frozenset((a, e) for a, e in exponents.items() if a is not atom): 1}
        out = nf.mul(less, first)
        accumulate(out, nf.mul(padd(number(1), less, -1), second), 1)
        return out
    return None


def moved(atom: Atom, mapping: Mapping[Index, Position]) -> Poly:
    """A ``delta``, ``eq`` or ``le`` with its letters replaced."""
    form = substitute(form_of(atom), mapping)
    return is_low(form) if atom.kind == "le" else is_zero(form)


def moved_order(c: Order, mapping: Mapping[Index, Position]) -> Order:
    """A condition with its letters replaced."""
    return Order(c.op, move(c.left, mapping), move(c.right, mapping))


def plain(atom: Atom) -> bool:
    """Whether an entry stands at plain letters only."""
    return all(isinstance(i, Index) for i in atom.args[1])


def has_moved_entry(poly: Mapping[Mono, Any]) -> bool:
    """Whether an entry at a moved position occurs, inside other atoms too."""
    return any(_holds_moved(a) for m in poly for a, _ in m)


def _holds_moved(atom: Atom) -> bool:
    if atom.kind == "entry":
        return not plain(atom)
    return any(
        _holds_moved(item) if isinstance(item, Atom) else has_moved_entry({item: 1})
        for arg in atom.args
        if isinstance(arg, frozenset)
        for item, _ in arg
    )

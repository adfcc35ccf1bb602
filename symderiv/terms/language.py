"""The closed term language: what every stage speaks.

A term is a real-valued expression over tensors with symbolic sizes.  An :class:`Index` is a letter
that carries its dimension (the name of a class of letters that range over the same 1..size), so a
Kronecker delta needs no range condition and shapes are checked when a term is built.

The language is exactly the dataclasses below: ``Num Pi Size Entry Delta Add Mul Pow Call Where
Reduce Neutral Diff`` and the conditions ``Compare`` (of values) and ``Order`` (of positions).  Where an
index stands, a letter may be moved: an :class:`Affine` position such as ``j+1``.  Terms are immutable and
compared by structure; a bound letter belongs to its :class:`Reduce` only (a :class:`Diff` binds nothing).
No mathematics lives here.

Positions are counted from 1.  An entry at a position outside 1..size is 0 (zero padding); a delta or an
order of positions is true or false as for any integers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

#: Functions of one argument that a :class:`Call` may name.
UNARY = (
    "exp", "log", "log1p", "expm1", "sqrt", "sin", "cos", "tanh", "sinh", "cosh",
    "erf", "erfc", "sigmoid", "abs", "sign",
)  # fmt: skip
#: Functions of exactly two arguments.
BINARY = ("max", "min")
#: Reductions over one or more letters.
REDUCTIONS = ("sum", "mean", "max", "min", "prod")
#: Comparison operators of a condition.
COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")


@dataclass(frozen=True, slots=True, order=True)
class Index:
    """An index letter and the dimension it ranges over (1..size of ``dim``)."""

    name: str
    dim: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Affine:
    """A position that is no plain letter: letters and sizes with whole coefficients, plus ``constant``.

    ``dim`` is the dimension of the axis where it stands.  Made by :func:`affine`, which keeps ``parts``
    sorted and returns the plain letter where it is one.
    """

    parts: tuple[tuple[Index | Size, int], ...]
    constant: int
    dim: str

    @property
    def name(self) -> str:
        """The position in the notation, the letter that gives the axis its dimension first; an index adds
        and does not multiply, so a size stands as often as it counts."""
        parts = sorted(
            self.parts,
            key=lambda p: (p[1] < 0, not (isinstance(p[0], Index) and p[0].dim == self.dim)),
        )
        shown = ""
        for symbol, k in parts:
            name = symbol.name if isinstance(symbol, Index) else f"size[{symbol.dim}]"
            sign = "-" if k < 0 else "+" if shown else ""
            if isinstance(symbol, Size):
                shown += f"{sign}{name}" + f"{'-' if k < 0 else '+'}{name}" * (abs(k) - 1)
            else:
                shown += f"{sign}{name}" if abs(k) == 1 else f"{sign}{abs(k)}*{name}"
        if self.constant or not shown:
            shown += f"{self.constant:+d}" if shown else str(self.constant)
        return shown

    def __str__(self) -> str:
        return self.name


class Term:
    """Base class; gives every term the arithmetic operators and a cached structural hash."""

    __slots__ = ("_hash",)
    _hash: int

    def __hash__(self) -> int:
        try:
            return self._hash
        except AttributeError:
            value = hash((type(self).__name__, *(getattr(self, f) for f in self.__match_args__)))  # type: ignore[attr-defined]
            object.__setattr__(self, "_hash", value)
            return value

    def __add__(self, other: Term | int) -> Term:
        return add(self, as_term(other))

    def __sub__(self, other: Term | int) -> Term:
        return add(self, neg(as_term(other)))

    def __mul__(self, other: Term | int) -> Term:
        return mul(self, as_term(other))

    def __truediv__(self, other: Term | int) -> Term:
        return div(self, as_term(other))

    def __pow__(self, other: Term | int) -> Term:
        return power(self, as_term(other))

    def __neg__(self) -> Term:
        return neg(self)


@dataclass(frozen=True, slots=True, eq=True)
class Num(Term):
    """An exact rational number."""

    value: Fraction
    __hash__ = Term.__hash__


@dataclass(frozen=True, slots=True, eq=True)
class Pi(Term):
    """The constant pi."""

    __hash__ = Term.__hash__


@dataclass(frozen=True, slots=True, eq=True)
class Size(Term):
    """How many values the letters of a dimension range over (a positive integer)."""

    dim: str
    __hash__ = Term.__hash__


@dataclass(frozen=True, slots=True, eq=True)
class Entry(Term):
    """One entry of a tensor (0 at a position outside its axis); no indices means a scalar."""

    name: str
    indices: tuple[Position, ...] = ()
    __hash__ = Term.__hash__

    @property
    def letters(self) -> tuple[Index, ...]:
        """The indices of an entry at plain letters: a head, or the target of a derivative."""
        plain = tuple(i for i in self.indices if isinstance(i, Index))
        if len(plain) != len(self.indices):
            raise TypeError(f"{self.name} stands at a position that is no plain letter")
        return plain


@dataclass(frozen=True, slots=True, eq=True)
class Delta(Term):
    """Kronecker delta: 1 where both positions are equal, else 0."""

    left: Position
    right: Position
    __hash__ = Term.__hash__


@dataclass(frozen=True, slots=True, eq=True)
class Add(Term):
    """A sum of two or more terms."""

    terms: tuple[Term, ...]
    __hash__ = Term.__hash__


@dataclass(frozen=True, slots=True, eq=True)
class Mul(Term):
    """A product of two or more factors; division is a factor ``Pow(x, -1)``."""

    factors: tuple[Term, ...]
    __hash__ = Term.__hash__


@dataclass(frozen=True, slots=True, eq=True)
class Pow(Term):
    """A power; the exponent is any term."""

    base: Term
    exponent: Term
    __hash__ = Term.__hash__


@dataclass(frozen=True, slots=True, eq=True)
class Call(Term):
    """A function of :data:`UNARY` or :data:`BINARY` applied to its arguments."""

    function: str
    args: tuple[Term, ...]
    __hash__ = Term.__hash__


@dataclass(frozen=True, slots=True, eq=True)
class Compare:
    """A condition ``left op right`` on values; not a term, it stands only in :class:`Where`."""

    op: str
    left: Term
    right: Term


@dataclass(frozen=True, slots=True, eq=True)
class Order:
    """A condition ``left op right`` on positions; it has no tie and depends on no tensor."""

    op: str
    left: Position
    right: Position


@dataclass(frozen=True, slots=True, eq=True)
class Where(Term):
    """``then`` where the condition holds, else ``other``."""

    condition: Condition
    then: Term
    other: Term
    __hash__ = Term.__hash__


@dataclass(frozen=True, slots=True, eq=True)
class Reduce(Term):
    """A reduction of :data:`REDUCTIONS` that binds ``indices`` in ``body``.

    A range that depends on a letter is a :class:`Where` in the body: ``sum[c <= j](x[c])`` is
    ``sum[c](where(c <= j, x[c], 0))``, with 1 for a product and :class:`Neutral` for max and min.
    """

    op: str
    indices: tuple[Index, ...]
    body: Term
    __hash__ = Term.__hash__


@dataclass(frozen=True, slots=True, eq=True)
class Neutral(Term):
    """What a max (-inf) or min (inf) takes where its range leaves a letter out; it stands only as the
    last part of a :class:`Where` of :class:`Order` directly in that reduction."""

    op: str
    __hash__ = Term.__hash__


@dataclass(frozen=True, slots=True, eq=True)
class Diff(Term):
    """The derivative of ``body`` by each entry of ``targets`` in turn (unevaluated)."""

    body: Term
    targets: tuple[Entry, ...]
    __hash__ = Term.__hash__


#: Where an index stands; conditions of a :class:`Where`.
Position = Index | Affine
Condition = Compare | Order

ZERO = Num(Fraction(0))
ONE = Num(Fraction(1))
MINUS_ONE = Num(Fraction(-1))


# --- light constructors: flatten, drop units, fold numbers; they never expand or reorder ---------


def as_term(value: Term | int | Fraction) -> Term:
    """A term for an integer or fraction; terms pass through."""
    return value if isinstance(value, Term) else Num(Fraction(value))


def add(*terms: Term) -> Term:
    """The sum of ``terms``; numbers are collected at the end."""
    flat: list[Term] = []
    constant = Fraction(0)
    for t in terms:
        for part in t.terms if isinstance(t, Add) else (t,):
            if isinstance(part, Num):
                constant += part.value
            else:
                flat.append(part)
    if constant:
        # keep "1 - x" readable: a leading number stays in front
        first = terms[0].terms[0] if isinstance(terms[0], Add) else terms[0]
        flat.insert(0 if isinstance(first, Num) else len(flat), Num(constant))
    if not flat:
        return ZERO
    return flat[0] if len(flat) == 1 else Add(tuple(flat))


def mul(*factors: Term) -> Term:
    """The product of ``factors``; numbers are collected in front."""
    flat: list[Term] = []
    constant = Fraction(1)
    for f in factors:
        for part in f.factors if isinstance(f, Mul) else (f,):
            if isinstance(part, Num):
                constant *= part.value
            else:
                flat.append(part)
    if not constant:
        return ZERO
    if constant != 1:
        flat.insert(0, Num(constant))
    if not flat:
        return ONE
    return flat[0] if len(flat) == 1 else Mul(tuple(flat))


def neg(term: Term) -> Term:
    """``-term``."""
    return mul(MINUS_ONE, term)


def power(base: Term, exponent: Term) -> Term:
    """``base ** exponent`` with the exponents 0 and 1 and integer powers of numbers folded."""
    if exponent == ONE:
        return base
    if exponent == ZERO:
        return ONE
    if isinstance(base, Num) and isinstance(exponent, Num) and exponent.value.denominator == 1:
        if base.value == 1:
            return ONE
        if base.value and abs(exponent.value) <= 64:
            return Num(base.value ** int(exponent.value))
    if isinstance(base, Pow) and exponent == MINUS_ONE and isinstance(base.exponent, Num):
        return power(base.base, Num(-base.exponent.value))
    return Pow(base, exponent)


def div(top: Term, bottom: Term) -> Term:
    """``top / bottom``."""
    return mul(top, power(bottom, MINUS_ONE))


def call(function: str, *args: Term) -> Call:
    """A function application."""
    return Call(function, args)


def affine(parts: Mapping[Index | Size, int], constant: int, dim: str) -> Position:
    """The position ``sum of coefficient*symbol + constant``; a plain letter where it is one."""
    kept = tuple(
        sorted(((s, k) for s, k in parts.items() if k), key=lambda p: (isinstance(p[0], Size), _symbol(p[0])))
    )
    if len(kept) == 1 and not constant:
        ((symbol, k),) = kept
        if k == 1 and isinstance(symbol, Index) and symbol.dim == dim:
            return symbol
    return Affine(kept, constant, dim)


def _symbol(symbol: Index | Size) -> str:
    return symbol.name if isinstance(symbol, Index) else symbol.dim


def linear(position: Position) -> tuple[dict[Index | Size, int], int]:
    """Coefficients and constant of a position."""
    if isinstance(position, Index):
        return {position: 1}, 0
    return dict(position.parts), position.constant


def kronecker(left: Position, right: Position) -> Term:
    """The delta of two positions, two letters in alphabetical order; a number where they are the same or a
    fixed distance apart."""
    (one, a), (two, b) = linear(left), linear(right)
    if one == two:
        return ONE if a == b else ZERO
    if isinstance(left, Index) and isinstance(right, Index) and right < left:
        return Delta(right, left)
    return Delta(left, right)


def order(op: str, left: Position, right: Position | int) -> Order:
    """A condition on positions; a whole number may stand on the right."""
    return Order(op, left, Affine((), right, left.dim) if isinstance(right, int) else right)


def neutral(op: str) -> Term:
    """What a reduction takes where its range leaves a letter out."""
    return {"sum": ZERO, "prod": ONE}.get(op) or Neutral(op)

"""The closed term language: what every stage speaks.

A term is a real-valued expression over tensors with symbolic sizes.  An :class:`Index` is a letter
that carries its dimension (the name of a class of letters that range over the same 1..size), so a
Kronecker delta needs no range condition and shapes are checked when a term is built.

The language is exactly the dataclasses below: ``Num Pi Size Entry Delta Add Mul Pow Call Where
Reduce Diff`` and the condition ``Compare``.  Terms are immutable and compared by structure; a bound
letter belongs to its :class:`Reduce` only (a :class:`Diff` binds nothing).  Functions below the
classes are structural only (letters, renaming, unfolding); no mathematics lives here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

#: Functions of one argument that a :class:`Call` may name.
UNARY = (
    "exp", "log", "log1p", "expm1", "sqrt", "sin", "cos", "tanh", "sinh", "cosh",
    "erf", "sigmoid", "abs", "sign",
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
    """One entry of a tensor; no indices means a scalar."""

    name: str
    indices: tuple[Index, ...] = ()
    __hash__ = Term.__hash__


@dataclass(frozen=True, slots=True, eq=True)
class Delta(Term):
    """Kronecker delta: 1 where both letters are equal, else 0."""

    left: Index
    right: Index
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
    """A condition ``left op right``; not a term, it stands only in :class:`Where`."""

    op: str
    left: Term
    right: Term


@dataclass(frozen=True, slots=True, eq=True)
class Where(Term):
    """``then`` where the condition holds, else ``other``."""

    condition: Compare
    then: Term
    other: Term
    __hash__ = Term.__hash__


@dataclass(frozen=True, slots=True, eq=True)
class Reduce(Term):
    """A reduction of :data:`REDUCTIONS` that binds ``indices`` in ``body``."""

    op: str
    indices: tuple[Index, ...]
    body: Term
    __hash__ = Term.__hash__


@dataclass(frozen=True, slots=True, eq=True)
class Diff(Term):
    """The derivative of ``body`` by each entry of ``targets`` in turn (unevaluated)."""

    body: Term
    targets: tuple[Entry, ...]
    __hash__ = Term.__hash__


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


# --- structure ------------------------------------------------------------------------------------


def children(term: Term) -> tuple[Term, ...]:
    """The direct subterms, in order (a condition counts as its two sides)."""
    match term:
        case Add(terms):
            return terms
        case Mul(factors):
            return factors
        case Pow(base, exponent):
            return (base, exponent)
        case Call(_, args):
            return args
        case Where(condition, then, other):
            return (condition.left, condition.right, then, other)
        case Reduce(_, _, body):
            return (body,)
        case Diff(body, targets):
            return (body, *targets)
        case _:
            return ()


def rebuild(term: Term, parts: tuple[Term, ...]) -> Term:
    """``term`` with its direct subterms replaced, through the light constructors."""
    match term:
        case Add():
            return add(*parts)
        case Mul():
            return mul(*parts)
        case Pow():
            return power(*parts)
        case Call(function, _):
            return Call(function, parts)
        case Where(condition, _, _):
            return Where(Compare(condition.op, parts[0], parts[1]), parts[2], parts[3])
        case Reduce(op, indices, _):
            return Reduce(op, indices, parts[0])
        case Diff():
            return Diff(parts[0], tuple(p for p in parts[1:] if isinstance(p, Entry)))
        case _:
            return term


def map_children(term: Term, function: Callable[[Term], Term]) -> Term:
    """Apply ``function`` to every direct subterm; the term itself when nothing changed."""
    old = children(term)
    if not old:
        return term
    new = tuple(function(t) for t in old)
    return term if all(a is b for a, b in zip(old, new, strict=True)) else rebuild(term, new)


def walk(term: Term) -> Iterator[Term]:
    """Every subterm, outermost first."""
    stack = [term]
    while stack:
        t = stack.pop()
        yield t
        stack.extend(reversed(children(t)))


@lru_cache(maxsize=65536)
def free_indices(term: Term) -> frozenset[Index]:
    """Letters that are not bound by a reduction inside ``term``."""
    match term:
        case Entry(_, indices):
            return frozenset(indices)
        case Delta(left, right):
            return frozenset((left, right))
        case Reduce(_, indices, body):
            return free_indices(body) - frozenset(indices)
        case _:
            parts = children(term)
            return frozenset().union(*(free_indices(p) for p in parts)) if parts else frozenset()


def all_indices(term: Term) -> frozenset[Index]:
    """Every letter, free or bound."""
    found: set[Index] = set()
    for t in walk(term):
        match t:
            case Entry(_, indices) | Reduce(_, indices, _):
                found.update(indices)
            case Delta(left, right):
                found.update((left, right))
    return frozenset(found)


def tensor_names(term: Term) -> frozenset[str]:
    """Names of the tensors and scalars whose entries occur."""
    return frozenset(t.name for t in walk(term) if isinstance(t, Entry))


def fresh_name(wanted: str, taken: Iterable[str]) -> str:
    """``wanted`` or the next letter of the alphabet, then numbered, that is not ``taken``."""
    taken = set(taken)
    if wanted not in taken:
        return wanted
    for letter in "cdeabklmnpqrstuvw":
        if letter not in taken:
            return letter
    number = 1
    while f"{wanted}{number}" in taken:
        number += 1
    return f"{wanted}{number}"


def rename(term: Term, mapping: Mapping[Index, Index], avoid: frozenset[str] = frozenset()) -> Term:
    """Replace free letters, renaming bound ones where they would capture.

    ``avoid`` names letters that bound ones must not be called either (used to keep a letter from
    being free and bound in one printed equation).
    """
    mapping = {a: b for a, b in mapping.items() if a != b}
    if not mapping and not avoid:
        return term
    match term:
        case Entry(name, indices):
            return Entry(name, tuple(mapping.get(i, i) for i in indices))
        case Delta(left, right):
            return Delta(mapping.get(left, left), mapping.get(right, right))
        case Reduce(op, indices, body):
            free = free_indices(term)
            inner = {a: b for a, b in mapping.items() if a in free}
            taken = {i.name for i in inner.values()} | avoid
            used = {i.name for i in all_indices(body)} | taken
            bound = []
            for i in indices:
                if i.name in taken:
                    j = Index(fresh_name(i.name, used), i.dim)
                    used.add(j.name)
                    inner[i] = j
                    bound.append(j)
                else:
                    bound.append(i)
            if not inner and not avoid:
                return term
            return Reduce(op, tuple(bound), rename(body, inner, avoid))
        case _:
            return map_children(term, lambda t: rename(t, mapping, avoid))


def replace_entries(term: Term, name: str, make: Callable[[Entry], Term]) -> Term:
    """Replace each entry of tensor ``name`` by ``make(entry)``, avoiding capture.

    ``make`` must return a term whose free letters are among the entry's own letters or letters that
    no reduction around the entry binds (callers that insert other letters rename first).
    """
    if isinstance(term, Entry):
        return make(term) if term.name == name else term
    return map_children(term, lambda t: replace_entries(t, name, make))


def instantiate(head: tuple[Index, ...], body: Term, indices: tuple[Index, ...]) -> Term:
    """``body`` of a definition ``name[head]`` read at ``indices``; its bound letters stay apart."""
    taken = frozenset(i.name for i in indices)
    return rename(body, dict(zip(head, indices, strict=True)), avoid=taken)


Bodies = Mapping[str, tuple[tuple[Index, ...], Term]]


def unfold(term: Term, bodies: Bodies) -> Term:
    """Replace every defined name by its body, all the way down to inputs.

    ``bodies`` maps a name to its head letters and body.  Definitions are acyclic by construction.
    The targets of a :class:`Diff` are inputs and stay.
    """
    if isinstance(term, Entry):
        found = bodies.get(term.name)
        if found is None:
            return term
        return unfold(instantiate(found[0], found[1], term.indices), bodies)
    if isinstance(term, Diff):
        return Diff(unfold(term.body, bodies), term.targets)
    return map_children(term, lambda t: unfold(t, bodies))


def count_nodes(term: Term) -> int:
    """Number of subterms: the cost by which folded forms are ranked."""
    return sum(1 for _ in walk(term))

"""Atoms, monomials and polynomials: the shape of the normal form.

A polynomial is a dict from monomial to a nonzero rational coefficient; a monomial is a frozenset of
(atom, rational exponent) pairs.  Atoms are interned, so equality is identity; their structural
``key`` (never a user's string alone: the kind comes first) gives the order that canonical choices
use.  Letters that an atom binds itself are named ``~height.position``; a user's letter cannot start
with ``~``, and an atom inside has a smaller height, so no renaming can capture.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import gcd
from typing import Any

from symderiv.terms import Affine, Index, Order, letters_in

#: Kinds whose powers or products rewrite (0/1-valued, prime powers, powers of sums, cos).
SPECIAL = frozenset(("delta", "eq", "le", "ind", "tie", "poly", "prime", "cos"))
#: Kinds whose values are 0 and 1.
ZERO_ONE = frozenset(("delta", "eq", "le", "ind", "tie"))
#: Those that say that two positions are the same.
LINKS = frozenset(("delta", "eq"))
#: Those that speak of positions.
POSITIONAL = frozenset(("delta", "eq", "le"))


class Exhausted(Exception):
    """The term budget or the time limit ran out: the claim stays undecided."""


class Undefined(Exception):
    """A term is defined nowhere (a denominator that is identically zero, a log of zero)."""


class Atom:
    """One interned atom.  ``kind`` decides what ``args`` holds:

    ``pi`` (); ``prime`` (p,); ``size`` (dim,); ``entry`` (name, positions); ``delta`` (i, j); ``eq le``
    (form,) for [form = 0] and [form <= 0] (see :mod:`.positions`);
    ``exp`` (monomial,); ``log erf sin cos`` (polynomial,); ``ind tie`` (polynomial,) for [p > 0] and
    [p = 0]; ``poly`` (polynomial,) as the base of a power; ``sum`` (letters, monomial);
    ``prod`` (letters, polynomial); ``max`` (letters, polynomial, conditions of its range).
    """

    __slots__ = ("_key", "args", "free", "height", "kind", "special")
    kind: str
    args: tuple[Any, ...]
    free: frozenset[Index]
    height: int
    special: bool
    _key: str | None

    @property
    def key(self) -> str:
        """Structural sort key."""
        if self._key is None:
            self._key = self.kind + "(" + ",".join(_arg_key(a) for a in self.args) + ")"
        return self._key

    def __repr__(self) -> str:
        return self.key


Mono = frozenset[tuple[Atom, Any]]
Poly = dict[Mono, Any]
Frozen = frozenset[tuple[Mono, Any]]

UNIT: Mono = frozenset()
_atoms: dict[tuple[Any, ...], Atom] = {}


def make(kind: str, *args: Any) -> Atom:
    """The interned atom of this kind and arguments."""
    found = _atoms.get((kind, *args))
    if found is not None:
        return found
    atom = Atom()
    atom.kind, atom.args, atom._key = kind, args, None
    atom.special = kind in SPECIAL
    free: frozenset[Index] = frozenset()
    height = 0
    for inner in _inner(args):
        free |= inner.free
        height = max(height, inner.height)
    match kind:
        case "entry":
            free = letters_in(args[1])
        case "delta" | "eq" | "le":
            free = letters_in(args)
        case "sum" | "prod":
            free -= frozenset(args[0])
            height += 1
        case "max":
            ranges = frozenset().union(*(letters_in((c.left, c.right)) for c in args[2]))
            free = (free | ranges) - frozenset(args[0])
            height += 1
    atom.free, atom.height = free, height
    _atoms[(kind, *args)] = atom
    return atom


def _inner(args: Iterable[Any]) -> Iterable[Atom]:
    for a in args:
        if isinstance(a, frozenset):
            for item, _ in a:
                if isinstance(item, Atom):
                    yield item
                elif isinstance(item, frozenset):
                    for atom, _ in item:
                        yield atom


def _arg_key(arg: Any) -> str:
    if isinstance(arg, frozenset):
        if arg and isinstance(next(iter(arg))[0], frozenset):
            return poly_key(dict(arg))
        return mono_key(arg)
    if isinstance(arg, Index):
        return f"{arg.name}:{arg.dim}"
    if isinstance(arg, Affine):
        shown = "".join(f"{k:+d}{_arg_key(s) if isinstance(s, Index) else f'#{s.dim}'}" for s, k in arg.parts)
        return f"{shown}{arg.constant:+d}@{arg.dim}"
    if isinstance(arg, Order):
        return f"{_arg_key(arg.left)}{arg.op}{_arg_key(arg.right)}"
    if isinstance(arg, tuple):
        return "<" + ",".join(_arg_key(a) for a in arg) + ">"
    return str(arg)


def mono_key(mono: Mono) -> str:
    """Structural sort key of a monomial."""
    return "*".join(sorted(f"{a.key}^{e}" for a, e in mono))


def poly_key(poly: Mapping[Mono, Any]) -> str:
    """Structural sort key of a polynomial."""
    return "+".join(sorted(f"{mono_key(m)}@{c}" for m, c in poly.items()))


def freeze(poly: Mapping[Mono, Any]) -> Frozen:
    """A polynomial as a hashable argument of an atom."""
    return frozenset(poly.items())


def tidy(value: Any) -> Any:
    """An int where the fraction is whole (the two compare and hash alike; ints are faster)."""
    if type(value) is int:
        return value
    if type(value) is Fraction:
        return value.numerator if value.denominator == 1 else value
    raise TypeError(f"a coefficient is an exact number, not {value!r}")


def number(value: Any) -> Poly:
    """The constant polynomial."""
    return {UNIT: tidy(value)} if value else {}


def single(atom: Atom, exponent: Any = 1) -> Poly:
    """``atom ** exponent`` as a polynomial (no rewriting)."""
    return {frozenset(((atom, exponent),)): 1}


def padd(a: Mapping[Mono, Any], b: Mapping[Mono, Any], scale: Any = 1) -> Poly:
    """``a + scale * b``."""
    out = dict(a)
    for m, c in b.items():
        value = out.get(m, 0) + scale * c
        if value:
            out[m] = tidy(value)
        else:
            out.pop(m, None)
    return out


def accumulate(out: Poly, more: Mapping[Mono, Any], scale: Any) -> None:
    """Add ``scale * more`` to ``out`` in place."""
    for m, c in more.items():
        value = out.get(m, 0) + c * scale
        if value:
            out[m] = tidy(value)
        else:
            out.pop(m, None)


def pscale(a: Mapping[Mono, Any], scale: Any) -> Poly:
    """``scale * a``."""
    return {m: tidy(c * scale) for m, c in a.items()} if scale else {}


def constant_value(poly: Mapping[Mono, Any]) -> Any | None:
    """The number a constant polynomial is, else None."""
    if not poly:
        return 0
    return poly.get(UNIT) if len(poly) == 1 else None


def letters_of(poly: Mapping[Mono, Any]) -> frozenset[Index]:
    """Free letters."""
    return frozenset().union(*(a.free for m in poly for a, _ in m))


def rational_content(poly: Mapping[Mono, Any]) -> Fraction:
    """The positive rational c for which poly/c has coprime integer coefficients."""
    top = bottom = 0
    for c in poly.values():
        f = Fraction(c)
        top = gcd(top, f.numerator)
        bottom = f.denominator if not bottom else bottom * f.denominator // gcd(bottom, f.denominator)
    return Fraction(top, bottom)


def degree(mono: Mono) -> Any:
    """Total degree."""
    return sum(e for _, e in mono)


def leading(poly: Mapping[Mono, Any]) -> Mono:
    """The leading monomial in graded lexicographic order (an admissible order on exponents >= 0)."""
    atoms = sorted({a for m in poly for a, _ in m}, key=lambda a: a.key, reverse=True)

    def order(mono: Mono) -> tuple[Any, ...]:
        exponents = dict(mono)
        return (degree(mono), *(exponents.get(a, 0) for a in atoms))

    return max(poly, key=order)

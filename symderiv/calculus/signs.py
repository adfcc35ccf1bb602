"""What is known to be positive or non-negative, by structure and by the assumptions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Literal

from symderiv.calculus.atoms import UNIT, Atom, Mono, Poly, padd, poly_key, pscale, rational_content
from symderiv.calculus.positions import moved, plain
from symderiv.terms import (
    Add,
    Affine,
    Call,
    Delta,
    Entry,
    Mul,
    Neutral,
    Num,
    Pi,
    Position,
    Pow,
    Reduce,
    Size,
    Term,
    Where,
    affine,
    walk,
)

Sign = Literal["positive", "nonnegative"] | None


class Signs:
    """Sign of polynomials; inequalities from assumptions are added with :meth:`assume`."""

    def __init__(self) -> None:
        self.entries: dict[str, Sign] = {}
        self._polys: dict[str, Sign] = {}
        #: what was assumed, as polynomials (with the letters of the assumption)
        self.stated: list[tuple[Poly, Sign]] = []

    def assume(self, gap: Mapping[Mono, Any], sign: Sign) -> None:
        """Note that ``gap`` is positive (or non-negative) for all values of its letters."""
        if not gap:
            return
        shifted = padd(gap, {UNIT: gap[UNIT]}, -1) if UNIT in gap else dict(gap)
        if len(shifted) == 1:
            ((m, c),) = shifted.items()
            if len(m) == 1 and c > 0:
                ((atom, e),) = m
                distinct = (
                    atom.kind == "entry" and plain(atom) and len(set(atom.args[1])) == len(atom.args[1])
                )
                floor = -gap.get(UNIT, 0)  # entry > floor (or >=)
                if distinct and e == 1 and floor >= 0:
                    strict = sign == "positive" or floor > 0
                    if self.entries.get(atom.args[0]) != "positive":
                        self.entries[atom.args[0]] = "positive" if strict else "nonnegative"
        self._polys[_scaled_key(gap)] = sign

    def of(self, poly: Mapping[Mono, Any]) -> Sign:
        """The sign of a polynomial, None where it is not known."""
        if not poly:
            return "nonnegative"
        known = self._polys.get(_scaled_key(poly)) if self._polys else None
        if known == "positive":
            return known
        signs = [self.mono(m) if c > 0 else None for m, c in poly.items()]
        if None in signs:
            return known
        return "positive" if "positive" in signs else "nonnegative"

    def mono(self, mono: Mono) -> Sign:
        """The sign of a product of atoms."""
        result: Sign = "positive"
        for atom, e in mono:
            sign = self.atom(atom)
            if sign != "positive":
                even = Fraction(e).denominator == 1 and e % 2 == 0
                root = Fraction(e).denominator != 1  # a root is defined where it is >= 0
                if even or root or sign == "nonnegative":
                    # a negative even power or root is positive where it is defined
                    result = result if e < 0 and (even or root) else "nonnegative"
                else:
                    return None
        return result

    def atom(self, atom: Atom) -> Sign:
        """The sign of one atom."""
        match atom.kind:
            case "pi" | "prime" | "size" | "exp":
                return "positive"
            case "entry":
                known = self.entries.get(atom.args[0])
                return "nonnegative" if known and not plain(atom) else known  # 0 outside its axis
            case "delta" | "eq" | "le" | "ind" | "tie":
                return "nonnegative"
            case "sum":
                sign = self.mono(atom.args[1])
                return "positive" if sign and self._holds_a_positive(atom) else sign
            case "poly":
                return self.of(dict(atom.args[0]))
            case "max" | "prod":
                return self.of(dict(atom.args[1]))
            case "log":
                # log p > 0 where p - 1 > 0
                return "positive" if self.of(padd(dict(atom.args[0]), {UNIT: -1})) == "positive" else None
            case _:
                return None

    def _holds_a_positive(self, atom: Atom) -> bool:
        """Whether a sum of terms that are not negative holds a positive one at some letter that occurs:
        sum[c]([c <= i]*f(c)) holds f(i)."""
        letters, mono = atom.args
        orders = [a for a, _ in mono if a.kind in ("le", "eq")]
        rest = frozenset((a, e) for a, e in mono if a not in orders)
        if not orders or len(letters) != 1 or self.mono(rest) != "positive":
            return False
        (letter,) = letters
        ends: list[Position] = [i for i in sorted(atom.free) if i.dim == letter.dim]
        ends += [affine({}, 1, letter.dim), affine({Size(letter.dim): 1}, 0, letter.dim)]
        return any(all(moved(a, {letter: end}) == {UNIT: 1} for a in orders) for end in ends)


def term_sign(term: Term, entries: Mapping[str, Sign], *, total: bool = False) -> Sign:
    """The sign of a term by its structure alone; ``entries`` gives the signs of inputs.

    With ``total`` nothing is concluded from a root, a logarithm, a denominator or a symbolic power being
    defined: the sign holds at every point, as the term may stand in a branch that is not taken there.
    """
    if total and any(_partial(t, entries) for t in walk(term)):
        return None

    def sign(t: Term) -> Sign:
        return term_sign(t, entries)

    match term:
        case Num(value):
            return "positive" if value > 0 else "nonnegative" if value == 0 else None
        case Pi() | Size() | Call("exp" | "cosh" | "erfc" | "sigmoid"):
            return "positive"
        case Delta() | Call("abs"):
            return "nonnegative"
        case Entry(name, indices):
            moved = any(isinstance(i, Affine) for i in indices)
            return "nonnegative" if moved and entries.get(name) else entries.get(name)
        case Neutral():
            return "positive"  # the reduction takes what is in its range only
        case Call("sqrt", (u,)):
            return "positive" if sign(u) == "positive" else "nonnegative"
        case Call("log", (Add(terms),)):
            ones = sum((t.value for t in terms if isinstance(t, Num)), Fraction(0))
            rest = [sign(t) for t in terms if not isinstance(t, Num)]
            if ones >= 1 and None not in rest:
                return "positive" if ones > 1 or "positive" in rest else "nonnegative"
            return None
        case Call("log1p" | "expm1" | "tanh" | "sinh" | "erf" | "sign", (u,)):
            return sign(u)
        case Call("max", (a, b)):
            both = (sign(a), sign(b))
            return "positive" if "positive" in both else "nonnegative" if "nonnegative" in both else None
        case Call("min", (a, b)) | Where(_, a, b):
            return _least((sign(a), sign(b)))
        case Add(terms):
            signs = [sign(t) for t in terms]
            if None in signs:
                return None
            return "positive" if "positive" in signs else "nonnegative"
        case Mul(factors):
            return _product_sign(factors, sign)
        case Pow(base, Num(value)):
            known = sign(base)
            if known == "positive":
                return known
            if value.denominator == 1 and value % 2:
                return known if value > 0 else "positive" if known else None
            return "nonnegative" if value > 0 else "positive"
        case Pow(base, _):
            return "positive"  # a symbolic power is defined for a positive base
        case Reduce(_, _, body):
            return sign(body)
        case _:
            return None


def _partial(term: Term, entries: Mapping[str, Sign]) -> bool:
    """Whether a term may be undefined at some point although its parts are defined."""
    match term:
        case Pow(base, Num(value)):
            known = term_sign(base, entries)
            return known != "positive" and (value < 0 or (value.denominator != 1 and known is None))
        case Pow(base, _) | Call("log", (base,)):
            return term_sign(base, entries) != "positive"
        case Call("log1p", (u,)) | Call("sqrt", (u,)):
            return term_sign(u, entries) is None
        case _:
            return False


def _least(signs: tuple[Sign, ...]) -> Sign:
    if None in signs:
        return None
    return "nonnegative" if "nonnegative" in signs else "positive"


def _product_sign(factors: tuple[Term, ...], sign: Callable[[Term], Sign]) -> Sign:
    """Factors that stand twice make a square."""
    left = list(factors)
    found: list[Sign] = []
    while left:
        f = left.pop()
        if f in left and sign(f) is None:
            left.remove(f)
            found.append("nonnegative")
        else:
            found.append(sign(f))
    return _least(tuple(found))


def _scaled_key(poly: Mapping[Mono, Any]) -> str:
    """Key up to a positive rational factor and the names of the free letters, in order."""
    letters = sorted({i for m in poly for a, _ in m for i in a.free})
    key = poly_key(pscale(poly, 1 / rational_content(poly)))
    for n, i in enumerate(letters):  # no letter's name starts with ?, and none is free and bound
        key = key.replace(f"{i.name}:{i.dim}", f"?{n}:{i.dim}")
    return key

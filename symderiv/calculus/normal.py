"""Terms to normal form.  Every rewrite here is an equality wherever both of its sides are defined.

:class:`Normalizer` holds what a proof is made under: the assumptions, a budget, and the side
conditions that rewrites have used.  ``poly(term)`` gives the normal form; ``is_zero`` decides by
clearing denominators.  Derivatives are not known here: a :class:`~symderiv.terms.Diff` must have been
evaluated before (see :mod:`symderiv.derive.rules`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import floor, isqrt
from typing import Any

from symderiv.calculus import sums
from symderiv.calculus.atoms import (
    UNIT,
    Atom,
    Mono,
    Poly,
    constant_value,
    freeze,
    leading,
    letters_of,
    make,
    number,
    padd,
    poly_key,
    pscale,
    rational_content,
    single,
    tidy,
)
from symderiv.calculus.signs import Signs, term_sign
from symderiv.terms import (
    Add,
    Call,
    Compare,
    Delta,
    Diff,
    Entry,
    Index,
    Mul,
    Num,
    Pi,
    Pow,
    Reduce,
    Size,
    Term,
    Where,
)


class Exhausted(Exception):
    """The term budget or the time limit ran out: the claim stays undecided."""


class Undefined(Exception):
    """A term is defined nowhere (a denominator that is identically zero, a log of zero)."""


class Normalizer:
    """Normal forms under a fixed set of assumptions.

    ``signs`` knows the inequalities, ``symmetric`` the declared symmetric axes of each tensor (pairs),
    ``rules`` an atom and what an equality says it equals, ``used`` the ties that a rewrite relied on
    being absent.
    """

    def __init__(self, *, budget: int = 400_000, seconds: float = 10.0) -> None:
        self.budget = budget
        self.deadline = time.monotonic() + seconds
        self.signs = Signs(self)
        self.symmetric: dict[str, list[tuple[int, int]]] = {}
        self.rules: dict[Atom, Poly] = {}
        self.used: dict[str, Poly] = {}
        self._memo: dict[Term, Poly] = {}
        self._renamed: dict[tuple[Atom, frozenset[tuple[Index, Index]]], Poly] = {}

    def spend(self, amount: int) -> None:
        """Count work; raises :class:`Exhausted` at the limit."""
        self.budget -= amount
        if self.budget < 0:
            raise Exhausted("the term budget is used up")
        if time.monotonic() > self.deadline:
            raise Exhausted("the time limit is reached")

    def forget(self) -> None:
        """Drop normal forms made before the last assumption was added."""
        self._memo.clear()
        self._renamed.clear()

    # --- terms ------------------------------------------------------------------------------------

    def poly(self, term: Term) -> Poly:
        """The normal form of ``term``."""
        found = self._memo.get(term)
        if found is None:
            found = self._memo[term] = self._poly(term)
        return found

    def _poly(self, term: Term) -> Poly:
        match term:
            case Num(value):
                return number(value)
            case Pi():
                return single(make("pi"))
            case Size(dim):
                return single(make("size", dim))
            case Entry(name, indices):
                return self.entry(name, indices)
            case Delta(left, right):
                return self.delta(left, right)
            case Add(terms):
                total: Poly = {}
                for t in terms:
                    total = padd(total, self.poly(t))
                return total
            case Mul(factors):
                product = number(1)
                for f in factors:
                    product = self.mul(product, self.poly(f))
                return product
            case Pow(base, exponent):
                return self.power(self._noted(base), self.poly(exponent))
            case Call("log" | "sqrt" as function, (argument,)):
                return self.call(function, [self._noted(argument)])
            case Call(function, args):
                return self.call(function, [self.poly(a) for a in args])
            case Where(condition, then, other):
                chosen = self.holds(condition)
                rest = padd(number(1), chosen, -1)
                return padd(self.mul(chosen, self.poly(then)), self.mul(rest, self.poly(other)))
            case Reduce(op, indices, body):
                return sums.reduce(self, op, indices, self.poly(body))
            case Diff():
                raise TypeError("a derivative must be evaluated before it is normalised")
            case _:
                raise TypeError(f"not a term: {term!r}")

    def _noted(self, term: Term) -> Poly:
        """The normal form of a base or argument; expanding loses squares, so its sign is noted."""
        poly = self.poly(term)
        if len(poly) > 1 and self.signs.of(poly) != "positive":
            sign = term_sign(term, self.signs.entries)
            if sign is not None:
                self.signs.assume(poly, sign)
                self.signs.assume(self.content(poly, positive=True)[1], sign)
        return poly

    def entry(self, name: str, indices: tuple[Index, ...]) -> Poly:
        """A tensor entry; declared symmetric axes are put in order."""
        for a, b in self.symmetric.get(name, ()):
            if indices[b] < indices[a]:
                swapped = list(indices)
                swapped[a], swapped[b] = swapped[b], swapped[a]
                indices = tuple(swapped)
        atom = make("entry", name, indices)
        return self.rules.get(atom) or single(atom)

    def delta(self, left: Index, right: Index) -> Poly:
        if left == right:
            return number(1)
        return single(make("delta", min(left, right), max(left, right)))

    def holds(self, condition: Compare) -> Poly:
        """A condition as a 0/1-valued polynomial in indicators [p > 0]."""
        gap = padd(self.poly(condition.left), self.poly(condition.right), -1)
        back = pscale(gap, -1)
        one = number(1)
        match condition.op:
            case ">":
                return self.indicator(gap)
            case "<":
                return self.indicator(back)
            case ">=":
                return padd(one, self.indicator(back), -1)
            case "<=":
                return padd(one, self.indicator(gap), -1)
        either = padd(self._strict(gap), self._strict(back))
        return either if condition.op == "!=" else padd(one, either, -1)

    def _strict(self, gap: Poly) -> Poly:
        """[gap > 0] without the off-tie rule (for == and !=, where the tie is the point)."""
        return self.split(gap, lambda p: self._indicator(p, off_ties=False))

    def call(self, function: str, args: Sequence[Poly]) -> Poly:
        """A function of normal forms."""
        u = args[0]
        one = number(1)
        match function:
            case "exp":
                return self.exp(u)
            case "expm1":
                return padd(self.exp(u), one, -1)
            case "log":
                return self.log(u)
            case "log1p":
                return self.log(padd(one, u))
            case "sqrt":
                return self.power(u, number(Fraction(1, 2)))
            case "sigmoid":
                return self.power(padd(one, self.exp(pscale(u, -1))), number(-1))
            case "tanh":
                e = self.exp(pscale(u, 2))
                return self.mul(padd(e, one, -1), self.power(padd(e, one), number(-1)))
            case "sinh" | "cosh":
                sign = -1 if function == "sinh" else 1
                return pscale(padd(self.exp(u), self.exp(pscale(u, -1)), sign), Fraction(1, 2))
            case "abs":
                return self.mul(u, self.sign(u))
            case "sign":
                return self.sign(u)
            case "erf" | "sin" | "cos":
                return self.split(u, lambda p: self._odd_even(function, p))
            case "max":
                gap = padd(u, args[1], -1)
                return padd(args[1], self.mul(self.indicator(gap), gap))
            case "min":
                gap = padd(u, args[1], -1)
                return padd(u, self.mul(self.indicator(gap), gap), -1)
        raise TypeError(f"unknown function {function}")

    # --- products ---------------------------------------------------------------------------------

    def mul(self, a: Mapping[Mono, Any], b: Mapping[Mono, Any]) -> Poly:
        """The product, with 0/1-valued atoms, powers of sums and deltas rewritten."""
        self.spend(len(a) * len(b))
        out: Poly = {}
        for m, c in a.items():
            for n, d in b.items():
                self._accumulate(out, self.product(m, n), c * d)
        return out

    @staticmethod
    def _accumulate(out: Poly, more: Mapping[Mono, Any], scale: Any) -> None:
        for m, c in more.items():
            value = out.get(m, 0) + c * scale
            if value:
                out[m] = tidy(value)
            else:
                out.pop(m, None)

    def product(self, m: Mono, n: Mono) -> Poly:
        """The product of two monomials."""
        if not m:
            return {n: 1}
        if not n:
            return {m: 1}
        merged = dict(m)
        special = False
        for atom, e in n:
            old = merged.get(atom)
            if old is None:
                merged[atom] = e
                special = special or atom.special
            else:
                merged[atom] = tidy(old + e)
                if not merged[atom]:
                    del merged[atom]
                special = special or atom.special
        if special or any(a.special for a, _ in m):
            return self.settle(merged)
        return {frozenset(merged.items()): 1}

    def settle(self, exponents: Mapping[Atom, Any]) -> Poly:
        """A product of atoms to normal form: letters that deltas equate are made one, then 0/1
        values, prime powers, cos^2 and non-negative whole powers of sums are rewritten."""
        deltas = [a for a in exponents if a.kind == "delta"]
        plain: dict[Atom, Any] = {a: e for a, e in exponents.items() if a.kind != "delta"}
        if deltas:
            mapping = _representatives(deltas)
            kept = {frozenset(((make("delta", min(x, r), max(x, r)), 1),)) for x, r in mapping.items()}
            base: Mono = frozenset().union(*kept)
            if any(not a.free.isdisjoint(mapping) for a in plain):
                rest = self.rename({frozenset(plain.items()): 1}, mapping)
                return self.mul({base: 1}, rest) if _has_delta(rest) else self._attach(base, rest)
            return self._attach(base, self._settle_plain(plain))
        return self._settle_plain(plain)

    @staticmethod
    def _attach(base: Mono, rest: Mapping[Mono, Any]) -> Poly:
        return {base | m: c for m, c in rest.items()}

    def _settle_plain(self, exponents: Mapping[Atom, Any]) -> Poly:
        factor: Any = 1
        keep: dict[Atom, Any] = {}
        expand: list[tuple[Atom, int]] = []
        for atom, e in exponents.items():
            match atom.kind:
                case "ind":
                    keep[atom] = 1
                    flipped = make("ind", freeze(pscale(dict(atom.args[0]), -1)))
                    if flipped in exponents:
                        return {}
                case "prime" if not 0 < e < 1:
                    whole = floor(e)
                    factor = factor * Fraction(atom.args[0]) ** whole
                    if e != whole:
                        keep[atom] = e - whole
                case "poly" | "cos" if e >= (2 if atom.kind == "cos" else 1):
                    step = 2 if atom.kind == "cos" else 1
                    times = floor(e / step)
                    expand.append((atom, times))
                    if e != times * step:
                        keep[atom] = tidy(e - times * step)
                case _:
                    keep[atom] = e
        result: Poly = {frozenset(keep.items()): tidy(factor)}
        for atom, times in expand:
            base = dict(atom.args[0])
            if atom.kind == "cos":
                sine = self.call("sin", [base])
                base = padd(number(1), self.mul(sine, sine), -1)
            result = self.mul(result, self.whole_power(base, times))
        return result

    # --- renaming letters -------------------------------------------------------------------------

    def rename(self, poly: Mapping[Mono, Any], mapping: Mapping[Index, Index]) -> Poly:
        """Substitute letters and renormalise what they occur in."""
        if letters_of(poly).isdisjoint(mapping):
            return dict(poly)
        out: Poly = {}
        for m, c in poly.items():
            still = frozenset((a, e) for a, e in m if a.free.isdisjoint(mapping))
            product: Poly = {still: 1}
            for atom, e in m - still:
                product = self.mul(product, self._rename_power(atom, e, mapping))
            self._accumulate(out, product, c)
        return out

    def _rename_power(self, atom: Atom, exponent: Any, mapping: Mapping[Index, Index]) -> Poly:
        if atom.kind == "poly":
            base = self.rename(dict(atom.args[0]), mapping)
            return self.power(base, number(exponent))
        base = self.rename_atom(atom, mapping)
        return base if exponent == 1 else self.power(base, number(exponent))

    def rename_atom(self, atom: Atom, mapping: Mapping[Index, Index]) -> Poly:
        """One atom under a substitution of letters."""
        key = (atom, frozenset((a, b) for a, b in mapping.items() if a in atom.free))
        found = self._renamed.get(key)
        if found is None:
            found = self._renamed[key] = self._rename_atom(atom, mapping)
        return found

    def _rename_atom(self, atom: Atom, mapping: Mapping[Index, Index]) -> Poly:
        match atom.kind:
            case "entry":
                name, indices = atom.args
                return self.entry(name, tuple(mapping.get(i, i) for i in indices))
            case "delta":
                left, right = atom.args
                return self.delta(mapping.get(left, left), mapping.get(right, right))
            case "exp":
                return self.exp(self.rename({atom.args[0]: 1}, mapping))
            case "ind":
                gap = dict(atom.args[0])
                canonical = gap[leading(gap)] > 0
                return self.split(self.rename(gap, mapping), lambda p: self._indicator(p, off_ties=canonical))
            case "log":
                return self.log(self.rename(dict(atom.args[0]), mapping))
            case "erf" | "sin" | "cos":
                return self.call(atom.kind, [self.rename(dict(atom.args[0]), mapping)])
            case "sum":
                letters, mono = atom.args
                return sums.total(self, letters, self.rename({mono: 1}, mapping))
            case "max" | "prod":
                letters, body = atom.args
                return sums.reduce(self, atom.kind, letters, self.rename(dict(body), mapping))
        raise TypeError(f"no letters in {atom.kind}")

    # --- functions --------------------------------------------------------------------------------

    def split(self, u: Mapping[Mono, Any], function: Callable[[Poly], Poly]) -> Poly:
        """f(s*a + b) = s*f(a+b) + (1-s)*f(b) for a 0/1-valued atom s (delta or indicator) of u."""
        chosen = min(
            (a for m in u for a, _ in m if a.kind in ("delta", "ind")), key=lambda a: a.key, default=None
        )
        if chosen is None:
            return function(dict(u))
        self.spend(1)
        on: Poly = {}
        off: Poly = {}
        for m, c in u.items():
            exponents = dict(m)
            if exponents.pop(chosen, None) is None:
                self._accumulate(off, {m: c}, 1)
            self._accumulate(on, {frozenset(exponents.items()): c}, 1)
        if chosen.kind == "delta":
            on = self.rename(on, {chosen.args[1]: chosen.args[0]})
        s = single(chosen)
        rest = padd(number(1), s, -1)
        return padd(self.mul(s, self.split(on, function)), self.mul(rest, self.split(off, function)))

    def exp(self, u: Mapping[Mono, Any]) -> Poly:
        """exp of a sum is a product of exp(monomial)^coefficient; exp(c*log p) is p^c."""
        return self.split(u, self._exp)

    def _exp(self, u: Poly) -> Poly:
        u = sums.reduce_leading(self, u, lambda b: True)
        result = number(1)
        plain: dict[Atom, Any] = {}
        for m, c in u.items():
            inner = next(iter(m)) if len(m) == 1 else None
            if inner and inner[0].kind == "log" and inner[1] == 1:
                result = self.mul(result, self.power(dict(inner[0].args[0]), number(c)))
            else:
                plain[make("exp", m)] = c
        return self.mul(result, {frozenset(plain.items()): 1})

    def log(self, u: Mapping[Mono, Any]) -> Poly:
        """log of a product, for the factors that are known to be positive."""
        return self.split(u, self._log)

    def _log(self, u: Poly) -> Poly:
        if not u:
            raise Undefined("log of 0")
        result: Poly = {}
        outer, rest = self.content(u, positive=True)
        for atom, e in outer:
            result = padd(result, pscale(self._log_atom(atom), e))
        scale = rational_content(rest)
        result = padd(result, self._log_number(scale))
        rest = pscale(rest, 1 / scale)
        if constant_value(rest) == 1:
            return result
        return padd(result, single(make("log", freeze(rest))))

    def _log_atom(self, atom: Atom) -> Poly:
        if atom.kind == "exp":
            return {atom.args[0]: 1}
        if atom.kind == "poly":
            return self.log(dict(atom.args[0]))
        if atom.kind == "prime":
            return self._log_number(Fraction(atom.args[0]))
        return single(make("log", freeze(single(atom))))

    def _log_number(self, value: Fraction) -> Poly:
        result: Poly = {}
        for p, e in _factors(value):
            result = padd(result, single(make("log", freeze(number(p)))), e)
        return result

    def _odd_even(self, function: str, u: Poly) -> Poly:
        """erf and sin are odd, cos is even: one sign of the argument is kept."""
        u = sums.reduce_leading(self, u, lambda b: True)
        if not u:
            return number(1 if function == "cos" else 0)
        sign = -1 if u[leading(u)] < 0 else 1
        atom = single(make(function, freeze(pscale(u, sign))))
        return atom if function == "cos" else pscale(atom, sign)

    def sign(self, u: Mapping[Mono, Any]) -> Poly:
        """sign(u) = [u > 0] - [-u > 0]."""
        return padd(self.indicator(u), self.indicator(pscale(u, -1)), -1)

    def indicator(self, u: Mapping[Mono, Any]) -> Poly:
        """[u > 0]."""
        return self.split(u, lambda p: self._indicator(p, off_ties=True))

    def _indicator(self, u: Poly, *, off_ties: bool) -> Poly:
        if not u:
            return {}
        known = self.signs.of(u)
        if known == "positive":
            return number(1)
        if self.signs.of(pscale(u, -1)) in ("positive", "nonnegative"):
            return {}
        _, rest = self.content(u, positive=True)
        rest = pscale(rest, 1 / rational_content(rest))
        flipped = pscale(rest, -1)
        if off_ties and not _may_tie(rest) and rest[leading(rest)] < 0:
            # off the tie u = 0, [u > 0] = 1 - [-u > 0]
            self.used[f"{poly_key(flipped)} != 0"] = flipped
            return padd(number(1), single(make("ind", freeze(flipped))), -1)
        return single(make("ind", freeze(rest)))

    # --- powers -----------------------------------------------------------------------------------

    def power(self, u: Mapping[Mono, Any], exponent: Mapping[Mono, Any]) -> Poly:
        """u ** exponent: whole powers of sums stay sums' powers, symbolic ones are exp(e*log u)."""
        e = constant_value(exponent)
        if e is None:
            return self.exp(self.mul(exponent, self.log(u)))
        if e == 0:
            return number(1)
        if e == 1:
            return dict(u)
        if e > 0 and Fraction(e).denominator == 1 and (len(u) <= 1 or e <= 64):
            return self.whole_power(dict(u), int(e))
        return self.split(u, lambda p: self._power(p, tidy(Fraction(e))))

    def whole_power(self, u: Poly, times: int) -> Poly:
        """u ** times by repeated squaring."""
        result = number(1)
        while times:
            if times & 1:
                result = self.mul(result, u)
            times >>= 1
            if times:
                u = self.mul(u, u)
        return result

    def _power(self, u: Poly, e: Any) -> Poly:
        whole = Fraction(e).denominator == 1
        if not u:
            if e > 0:
                return {}
            raise Undefined("a denominator is identically 0")
        outer, rest = self.content(u, positive=not whole)
        scale = rational_content(rest)
        rest = pscale(rest, 1 / scale)
        if whole and constant_value(rest) is None and rest[leading(rest)] < 0:
            rest, scale = pscale(rest, -1), -scale
        result = self._number_power(scale, e)
        if whole and constant_value(rest) == -1:
            rest, result = number(1), pscale(result, (-1) ** int(e))
        for atom, k in outer:
            result = self.mul(result, self.settle({atom: tidy(k * e)}))
        if constant_value(rest) == 1:
            return result
        if len(rest) == 1 and not whole:
            return self.mul(result, self._root_of_monomial(rest, e))
        if len(rest) == 1:
            ((m, c),) = rest.items()
            part = self.settle({a: tidy(k * e) for a, k in m})
            return self.mul(result, pscale(part, Fraction(c) ** int(e)))
        return self.mul(result, self.settle({make("poly", freeze(rest)): e}))

    def _root_of_monomial(self, rest: Poly, e: Any) -> Poly:
        """(c * a^k * ...)^e for a fractional e, with factors of unknown sign: even powers give
        |a|^(k*e); a single factor keeps its fractional power; else the product stays together."""
        ((m, c),) = rest.items()
        result = number(1)
        together: dict[Atom, Any] = {}
        for atom, k in m:
            if Fraction(k).denominator == 1 and k % 2 == 0:
                size = self.mul(single(atom), self.sign(single(atom)))
                half = tidy(Fraction(k) * Fraction(e))
                if Fraction(half).denominator == 1 and half % 2 == 0:
                    size = single(atom)
                if Fraction(half).denominator == 1:
                    result = self.mul(result, self.power(size, number(half)))
                else:
                    result = self.mul(result, self.settle({make("poly", freeze(size)): half}))
            else:
                together[atom] = k
        if not together:
            if c != 1:
                raise Undefined("a fractional power of a negative number")
            return result
        if c == 1 and len(together) == 1:
            ((atom, k),) = together.items()
            if k == 1:
                return self.mul(result, self.settle({atom: e}))
        base = {frozenset(together.items()): c}
        return self.mul(result, self.settle({make("poly", freeze(base)): e}))

    def _number_power(self, value: Fraction, e: Any) -> Poly:
        if Fraction(e).denominator == 1:
            return number(value ** int(e))
        result: dict[Atom, Any] = {}
        for p, k in _factors(value):
            result[make("prime", p)] = tidy(Fraction(k) * Fraction(e))
        return self.settle(result)

    def content(self, u: Mapping[Mono, Any], *, positive: bool) -> tuple[Mono, Poly]:
        """The common monomial of u (least exponent of each atom, negative ones clear denominators)
        and the rest; with ``positive`` only atoms known to be positive are taken out."""
        outer: Mono = UNIT
        rest: Poly = dict(u)
        while True:
            common = _common(rest)
            if positive:
                common = {a: e for a, e in common.items() if self.signs.atom(a) == "positive"}
            common = {a: e for a, e in common.items() if a.kind not in ("delta", "ind")}
            if not common:
                return outer, rest
            merged = dict(outer)
            for a, e in common.items():
                merged[a] = tidy(merged.get(a, 0) + e)
            outer = frozenset((a, e) for a, e in merged.items() if e)
            for a, e in sorted(common.items(), key=lambda x: x[0].key):
                rest = self._raise(rest, a, -e)

    # --- deciding ---------------------------------------------------------------------------------

    def _raise(self, u: Mapping[Mono, Any], atom: Atom, by: Any) -> Poly:
        """u * atom**by, exponents added before anything is expanded."""
        self.spend(len(u))
        out: Poly = {}
        for m, c in u.items():
            exponents = dict(m)
            exponents[atom] = tidy(exponents.get(atom, 0) + by)
            self._accumulate(out, self.settle({a: e for a, e in exponents.items() if e}), c)
        return out

    def is_zero(self, u: Mapping[Mono, Any]) -> bool:
        """Whether u is zero as a polynomial after its denominators are cleared."""
        current: Poly = dict(u)
        for _ in range(24):
            if not current:
                return True
            low: dict[Atom, Any] = {}
            for m in current:
                for a, e in m:
                    if a.kind == "poly" and e < low.get(a, 0):
                        low[a] = e
            if not low:
                return False
            # one base at a time, the tallest first: clearing may bring up the bases inside it
            atom = max(low, key=lambda a: (a.height, len(a.args[0]), a.key))
            current = self._raise(current, atom, -low[atom])
        return not current


def _common(poly: Mapping[Mono, Any]) -> dict[Atom, Any]:
    """Least exponent of each atom over all monomials, where not 0."""
    rows = [dict(m) for m in poly]
    low = {a: min(row.get(a, 0) for row in rows) for a in {a for row in rows for a in row}}
    return {a: e for a, e in low.items() if e}


def _representatives(deltas: Sequence[Atom]) -> dict[Index, Index]:
    """Letter -> the least letter that the deltas make it equal to (letters that change only)."""
    parent: dict[Index, Index] = {}

    def find(i: Index) -> Index:
        while parent.get(i, i) != i:
            i = parent[i]
        return i

    for d in deltas:
        a, b = find(d.args[0]), find(d.args[1])
        parent[max(a, b)] = min(a, b)
    return {i: find(i) for d in deltas for i in d.args if find(i) != i}


def _has_delta(poly: Mapping[Mono, Any]) -> bool:
    return any(a.kind == "delta" for m in poly for a, _ in m)


def _may_tie(poly: Mapping[Mono, Any]) -> bool:
    """Whether letters may coincide so that the polynomial vanishes identically (conservative)."""
    dims = [i.dim for i in letters_of(poly)]
    return len(dims) != len(set(dims))


def _factors(value: Fraction) -> list[tuple[int, int]]:
    """Prime factors with exponents; a large cofactor stays whole."""
    found: list[tuple[int, int]] = []
    for part, sign in ((value.numerator, 1), (value.denominator, -1)):
        n = abs(part)
        p = 2
        while p * p <= n and p < 10_000:
            k = 0
            while n % p == 0:
                n //= p
                k += 1
            if k:
                found.append((p, sign * k))
            p += 1
        if n > 1:
            root = isqrt(n)
            found.append((root, 2 * sign) if root * root == n else (n, sign))
    return found

"""Explicit SymPy expressions as rational functions of generators.

``exp``, ``log``, roots, signs, ``sin``/``cos`` and ``erf`` of something are replaced by generators:
symbols that stand for ``exp(m/N)`` (m a monomial), ``log|f|`` (f an irreducible polynomial),
``|f|**(1/N)``, ``sign(f)``, a cosine and sine of ``m/N``, ``erf(u)``.  Every replacement is an identity
wherever the expression is defined, so what vanishes as a rational function of the generators, modulo
their relations (``R**N = sign(f)*f``, ``s**2 = 1``, ``c**2 + s**2 = 1``), vanishes in the real numbers.
The converse may fail; a value that does not vanish is decided elsewhere, by numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint
import sympy as sp
from sympy.ntheory import factorint

from symderiv.verify.expansion.explicit import Undefined, Unsupported

_MAX_TERMS = 400  # of a polynomial inside a function that is factored; larger ones count as one factor


class TooLarge(Exception):
    """An exact polynomial outgrew its limit."""


@dataclass(frozen=True)
class Generator:
    """What a symbol stands for: its kind, the expression it is taken of, and the order N."""

    kind: str  # exp, log, root, sign, cos, sin, erf, pi
    of: Any
    order: int = 1


class Fractions:
    """Exact rational functions over Q: numerator and denominator as flint polynomials in ``symbols``."""

    def __init__(self, symbols: Iterable[sp.Symbol], limit: int) -> None:
        self.symbols = sorted(symbols, key=lambda s: s.name)
        names = tuple(f"v{n}" for n in range(len(self.symbols))) or ("v0",)
        self.context = flint.fmpq_mpoly_ctx.get(names, "deglex")
        self.limit = limit
        self.one = self.context.constant(1)
        self._memo: dict[Any, tuple[Any, Any]] = {
            s: (g, self.one) for s, g in zip(self.symbols, self.context.gens(), strict=False)
        }

    def evaluate(self, expr: Any, resolve: Any) -> tuple[Any, Any]:
        """``expr`` as (numerator, denominator), functions replaced by ``resolve``."""
        found = self._memo.get(expr)
        if found is None:
            found = self._memo[expr] = self._evaluate(expr, resolve)
        return found

    def _evaluate(self, expr: Any, resolve: Any) -> tuple[Any, Any]:
        if isinstance(expr, sp.Rational):
            return self.context.constant(flint.fmpq(int(expr.p), int(expr.q))), self.one
        if isinstance(expr, sp.Add):
            top, bottom = self.evaluate(expr.args[0], resolve)
            for a in expr.args[1:]:
                n, d = self.evaluate(a, resolve)
                if d == bottom:
                    top = top + n
                else:
                    common = d.gcd(bottom)
                    top, bottom = top * (d / common) + n * (bottom / common), bottom * (d / common)
                self._check(top, bottom)
            return top, bottom
        if isinstance(expr, sp.Mul):
            top, bottom = self.one, self.one
            for a in expr.args:
                n, d = self.evaluate(a, resolve)
                top, bottom = top * n, bottom * d
                self._check(top, bottom)
            return top, bottom
        if isinstance(expr, sp.Pow) and isinstance(expr.args[1], sp.Integer):
            n, d = self.evaluate(expr.args[0], resolve)
            k = int(expr.args[1])
            if k < 0:
                if n == 0:
                    raise Undefined("a denominator is 0")
                n, d, k = d, n, -k
            if max(len(n), len(d)) > 1 and k > 40:
                raise TooLarge
            n, d = n**k, d**k
            self._check(n, d)
            return n, d
        return self.evaluate(resolve(expr), resolve)

    def _check(self, *polys: Any) -> None:
        if sum(len(p) for p in polys) > self.limit:
            raise TooLarge

    def monomial(self, exponents: tuple[int, ...]) -> sp.Expr:
        """The SymPy monomial with these exponents."""
        return sp.Mul(*(s**e for s, e in zip(self.symbols, map(int, exponents), strict=False)))

    def expression(self, poly: Any) -> sp.Expr:
        """A flint polynomial as a SymPy expression."""
        return sp.Add(*(_number(c) * self.monomial(e) for e, c in poly.to_dict().items()))


def _number(value: Any) -> sp.Rational:
    q = flint.fmpq(value)
    return sp.Rational(int(q.p), int(q.q))


class Atoms:
    """The generators met so far, and what each function application becomes in them."""

    def __init__(self) -> None:
        self.meaning: dict[sp.Symbol, Generator] = {}
        self._symbols: dict[Generator, sp.Symbol] = {}
        self._resolved: dict[Any, Any] = {}
        self._free: dict[Any, frozenset[sp.Symbol]] = {}
        self._factored: dict[Any, tuple[Fraction, tuple[tuple[Any, int], ...]]] = {}

    # --- generators -------------------------------------------------------------------------------

    def generator(self, kind: str, of: Any, order: int = 1) -> sp.Symbol:
        """The symbol that stands for this generator."""
        key = Generator(kind, of, order)
        symbol = self._symbols.get(key)
        if symbol is None:
            known = {"positive": True} if kind in ("exp", "root", "pi") else {"real": True}
            symbol = sp.Symbol(f"{kind}{len(self._symbols)}?", **known)
            self._symbols[key] = symbol
            self.meaning[symbol] = key
        return symbol

    def generators(self, expr: Any) -> frozenset[sp.Symbol]:
        """The symbols of ``expr`` after every function is replaced."""
        found = self._free.get(expr)
        if found is None:
            if isinstance(expr, sp.Symbol):
                found = frozenset((expr,))
            elif isinstance(expr, sp.Rational):
                found = frozenset()
            elif self.plain(expr):
                found = frozenset().union(*(self.generators(a) for a in expr.args))
            else:
                found = self.generators(self.resolve(expr))
            self._free[expr] = found
        return found

    @staticmethod
    def plain(expr: Any) -> bool:
        """Whether ``expr`` is a sum, a product or an integer power."""
        return isinstance(expr, (sp.Add, sp.Mul)) or (
            isinstance(expr, sp.Pow) and isinstance(expr.args[1], sp.Integer)
        )

    # --- canonical arguments ----------------------------------------------------------------------

    def fraction(self, u: Any) -> tuple[Fractions, Any, Any]:
        """``u`` as a reduced fraction of polynomials in its generators."""
        field = Fractions(self.generators(u), _MAX_TERMS)
        n, d = field.evaluate(u, self.resolve)
        common = n.gcd(d)
        if common != 0 and not common.is_constant():
            n, d = n / common, d / common
        return field, n, d

    def factors(self, u: Any) -> tuple[Fraction, tuple[tuple[Any, int], ...]]:
        """``u = content * product f**e``, the f irreducible polynomials with leading coefficient > 0."""
        found = self._factored.get(u)
        if found is None:
            try:
                found = self._factors(u)
            except TooLarge:
                found = Fraction(1), ((u, 1),)
            self._factored[u] = found
        return found

    def _factors(self, u: Any) -> tuple[Fraction, tuple[tuple[Any, int], ...]]:
        field, n, d = self.fraction(u)
        if n == 0:
            return Fraction(0), ()
        content = Fraction(1)
        powers: dict[Any, int] = {}
        for poly, sign in ((n, 1), (d, -1)):
            constant, parts = poly.factor()
            pieces = [(constant, sign)]
            for f, e in parts:
                terms = f.to_dict()
                lead = terms[max(terms)]
                lowest = flint.fmpz(1)
                for c in terms.values():
                    lowest = lowest.lcm(flint.fmpq(c).q)
                scale = flint.fmpq(lowest) if lead > 0 else -flint.fmpq(lowest)
                powers[field.expression(f * scale)] = int(e) * sign
                pieces.append((scale, -int(e) * sign))
            for c, k in pieces:
                q = flint.fmpq(c)
                content *= Fraction(int(q.p), int(q.q)) ** k
        return content, tuple(sorted(powers.items(), key=lambda fe: sp.default_sort_key(fe[0])))

    def sign_of(self, f: Any) -> sp.Expr:
        """1, -1 or the sign generator of an irreducible factor."""
        if f.is_positive:
            return sp.S.One
        if f.is_negative:
            return sp.S.NegativeOne
        return self.generator("sign", f)

    def sign(self, u: Any) -> sp.Expr:
        """``sign(u)`` in sign generators."""
        content, parts = self.factors(u)
        if content == 0:
            return sp.S.Zero
        s = sp.Mul(*(self.sign_of(f) for f, e in parts if e % 2))
        return s if content > 0 else -s

    def domain(self, expr: Any) -> list[Any]:
        """Signs that are not negative where ``expr`` is defined (of logarithms and fractional powers)."""
        found: list[Any] = []
        stack, seen = [expr], set()
        while stack:
            e = stack.pop()
            if e in seen:
                continue
            seen.add(e)
            if isinstance(e, sp.log) or (isinstance(e, sp.Pow) and not isinstance(e.args[1], sp.Integer)):
                found.append(self.sign(e.args[0]))
            stack.extend(e.args)
        return [s for s in found if s.free_symbols]

    # --- functions --------------------------------------------------------------------------------

    def resolve(self, expr: Any) -> Any:
        """A function application (or pi, or a fractional power) in generators."""
        found = self._resolved.get(expr)
        if found is None:
            found = self._resolved[expr] = self._resolve(expr)
        return found

    def _resolve(self, expr: Any) -> Any:
        if expr is sp.pi:
            return self.generator("pi", sp.pi)
        if expr is sp.E:
            return self.exponential(sp.S.One)
        if isinstance(expr, sp.exp):
            return self.exponential(expr.args[0])
        if isinstance(expr, sp.log):
            return self.logarithm(expr.args[0])
        if isinstance(expr, sp.Pow):
            base, exponent = expr.args
            if isinstance(exponent, sp.Rational):
                return self.power(base, Fraction(int(exponent.p), int(exponent.q)))
            return self.exponential(exponent * sp.log(base, evaluate=False))
        if isinstance(expr, sp.Abs):
            return expr.args[0] * self.sign(expr.args[0])
        if isinstance(expr, sp.sign):
            return self.sign(expr.args[0])
        if isinstance(expr, sp.DiracDelta):
            return sp.S.Zero  # the derivative of a sign where it is differentiable
        if isinstance(expr, (sp.tanh, sp.sinh, sp.cosh)):
            e = self.exponential(expr.args[0])
            if isinstance(expr, sp.tanh):
                return (e**2 - 1) / (e**2 + 1)
            return (e - 1 / e) / 2 if isinstance(expr, sp.sinh) else (e + 1 / e) / 2
        if isinstance(expr, (sp.sin, sp.cos)):
            cosine, sine = self.angle(expr.args[0])
            return sine if isinstance(expr, sp.sin) else cosine
        if isinstance(expr, sp.erf):
            content, parts = self.factors(expr.args[0])
            if content == 0:
                return sp.S.Zero
            u = sp.Mul(sp.Rational(abs(content.numerator), content.denominator), *(f**e for f, e in parts))
            g = self.generator("erf", u)
            return g if content > 0 else -g
        raise Unsupported(f"SymPy's {type(expr).__name__} is not decided here")

    def linear(self, w: Any) -> list[tuple[Fraction, Any]]:
        """``w`` as a sum of rational multiples of monomials (over one canonical denominator)."""
        try:
            field, n, d = self.fraction(w)
        except TooLarge:
            return [(Fraction(1), w)]
        lead = d.to_dict()[max(d.to_dict())]
        under = field.expression(d / flint.fmpq(lead))
        parts: dict[Any, Fraction] = {}
        for e, c in n.to_dict().items():
            q = flint.fmpq(c) / flint.fmpq(lead)
            monomial = self._rooted(field.monomial(e) / under)
            parts[monomial] = parts.get(monomial, Fraction(0)) + Fraction(int(q.p), int(q.q))
        return [(q, m) for m, q in parts.items() if q]

    def _rooted(self, monomial: Any) -> Any:
        """A monomial in which the N-th power of an N-th root of a positive symbol is that symbol."""
        product = sp.S.One
        for s, k in monomial.as_powers_dict().items():
            what = self.meaning.get(s)
            if what and what.kind == "root" and what.of.is_Symbol and what.of.is_positive and k.is_Integer:
                times, left = divmod(int(k), what.order)
                product *= what.of**times * s**left
            else:
                product *= s**k
        return product

    def exponential(self, w: Any) -> Any:
        """``exp(w)``: a product of generators, of powers where ``w`` holds logarithms."""
        product = sp.S.One
        for q, m in self.linear(w):
            what = self.meaning.get(m)
            if what is not None and what.kind == "log":
                product *= self.factor_power(what.of, q)
            else:
                product *= self.generator("exp", m, q.denominator) ** q.numerator
        return product

    def logarithm(self, u: Any) -> Any:
        """``log(u)`` as a sum of ``log|f|`` over the factors of ``u``."""
        content, parts = self.factors(u)
        if content == 0:
            raise Undefined("the logarithm of 0")
        total = sp.S.Zero
        for q, sign in ((abs(content.numerator), 1), (content.denominator, -1)):
            for prime, e in _primes(q):
                total += sign * e * self.generator("log", sp.Integer(prime))
        for f, e in parts:
            what = self.meaning.get(f)
            if what is not None and what.kind == "exp":
                total += e * what.of / what.order
            elif what is not None and what.kind == "root":
                total += e * self.generator("log", what.of) / what.order
            else:
                total += e * self.generator("log", f)
        return total

    def power(self, u: Any, q: Fraction) -> Any:
        """``u**q`` for ``u > 0``: a product of powers of ``|f|``."""
        content, parts = self.factors(u)
        if content == 0:
            if q < 0:
                raise Undefined("a denominator is 0")
            return sp.S.Zero
        product = sp.S.One
        for value, sign in ((abs(content.numerator), 1), (content.denominator, -1)):
            for prime, e in _primes(value):
                product *= self.factor_power(sp.Integer(prime), q * e * sign)
        for f, e in parts:
            product *= self.factor_power(f, q * e)
        return product

    def factor_power(self, f: Any, q: Fraction) -> Any:
        """``|f|**q`` for an irreducible f."""
        what = self.meaning.get(f) if isinstance(f, sp.Symbol) else None
        if what is not None and what.kind == "exp":
            return self.exponential(sp.Rational(q.numerator, q.denominator * what.order) * what.of)
        if what is not None and what.kind == "root":
            return self.factor_power(what.of, q / what.order)
        if q.denominator > 1:
            return self.generator("root", f, q.denominator) ** q.numerator
        power = f**q.numerator
        return power * self.sign_of(f) if q.numerator % 2 else power

    def angle(self, w: Any) -> tuple[Any, Any]:
        """Cosine and sine of ``w`` by adding up its monomials."""
        c, s = sp.S.One, sp.S.Zero
        for q, m in self.linear(w):
            if abs(q.numerator) > 64:
                raise Unsupported("a large multiple of an angle")
            dc = self.generator("cos", m, q.denominator)
            ds = self.generator("sin", m, q.denominator) * (1 if q > 0 else -1)
            for _ in range(abs(q.numerator)):
                c, s = c * dc - s * ds, s * dc + c * ds
        return c, s


def _primes(value: int) -> list[tuple[int, int]]:
    if value >= 10**24:
        return [(value, 1)]
    return list(factorint(value).items())

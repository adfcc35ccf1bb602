"""A claim at given sizes as explicit scalar expressions.

Every tensor becomes its scalar symbols, reductions and deltas are unrolled with letters bound to
numbers, so nothing can be captured.  Derivatives are SymPy's ``Matrix.jacobian`` on those symbols; no
rule of differentiation is written here.  ``abs sign max min where`` are decided by an oracle, which
knows the sign of their arguments around one real point: there the claim is free of branches.
"""

from __future__ import annotations

import copy
import itertools
import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import sympy as sp

from symderiv.definitions import Claim
from symderiv.terms import (
    Add,
    Call,
    Compare,
    Delta,
    Diff,
    Entry,
    Index,
    Mul,
    Neutral,
    Num,
    Order,
    Pi,
    Position,
    Pow,
    Reduce,
    Size,
    Term,
    Where,
    free_indices,
)
from symderiv.verify.expansion.scope import positive_entry

Env = Mapping[str, int]
#: The sign (-1, 0, 1) of an expression, on behalf of a term that compares it with 0 by an operator.
Oracle = Callable[[Term, sp.Expr, str], int]
_RELATIONS: dict[str, Any] = {
    "<": sp.StrictLessThan, "<=": sp.LessThan, ">": sp.StrictGreaterThan, ">=": sp.GreaterThan,
    "==": sp.Equality, "!=": sp.Unequality,
}  # fmt: skip
_COMPARE: dict[str, Any] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
_SIMPLE: dict[str, Any] = {
    "exp": sp.exp, "sin": sp.sin, "cos": sp.cos, "tanh": sp.tanh, "sinh": sp.sinh, "cosh": sp.cosh,
    "erf": sp.erf,
}  # fmt: skip
_ROW = 12  # a tensor with at most so many entries gets its whole row of the Jacobian at once


Key = tuple[Term, tuple[tuple[str, int], ...]]


def _key(term: Term, env: Env) -> Key:
    return term, tuple(sorted((i.name, env[i.name]) for i in free_indices(term)))


class Unsupported(Exception):
    """This checker cannot treat the claim; the text says why."""


class Contradiction(Exception):
    """The assumptions cannot hold at these sizes."""


class Undefined(Exception):
    """A side has no value (0 in a denominator, the logarithm of 0 ...)."""


def compare(op: str, gap: Any) -> bool:
    """Whether ``gap op 0``."""
    return bool(_COMPARE[op](gap, 0))


class Expansion:
    """The scalar symbols of a claim's inputs at given sizes, and its sides written out in them."""

    def __init__(self, claim: Claim, sizes: Mapping[str, int]) -> None:
        self.claim = claim
        self.sizes = dict(sizes)
        self.bodies = claim.bodies
        positive = {positive_entry(a) for a in claim.assumptions}
        self.symbols: dict[str, dict[tuple[int, ...], sp.Symbol]] = {}
        for name, dims in claim.inputs.items():
            known = {"positive": True} if name in positive else {"real": True}
            ranges = [range(1, self.sizes.get(d, 1) + 1) for d in dims]
            self.symbols[name] = {
                at: sp.Symbol(f"{name}[{','.join(map(str, at))}]" if at else name, **known)
                for at in itertools.product(*ranges)
            }
        self.solved: dict[sp.Symbol, sp.Expr] = {}
        self.conditions: list[tuple[str, sp.Expr, sp.Expr]] = []
        self.oracle: Oracle | None = None
        self._terms: dict[Key, sp.Expr] = {}
        self._needs: dict[Key, frozenset[sp.Expr]] = {}
        self._noted: set[sp.Expr] = set()
        self._rows: dict[tuple[sp.Expr, str], Any] = {}
        self._constrain()

    def around(self, oracle: Oracle) -> Expansion:
        """The same symbols and assumptions, with branches chosen by ``oracle``."""
        other = copy.copy(self)
        other.oracle, other._terms, other._needs, other._rows = oracle, {}, {}, {}
        return other

    # --- assumptions ------------------------------------------------------------------------------

    def _constrain(self) -> None:
        """Solve equalities for one entry each; keep inequalities for the choice of points."""
        for a in self.claim.assumptions:
            if a.op == "=":
                for env in self.assignments(free_indices(a.left) | free_indices(a.right)):
                    self._solve(self.side(a.left, env) - self.side(a.right, env), a.text)
        self._terms.clear()
        for a in self.claim.assumptions:
            if a.op != "=":
                for env in self.assignments(free_indices(a.left) | free_indices(a.right)):
                    self.conditions.append((a.op, self.side(a.left, env), self.side(a.right, env)))
        self._terms.clear()

    def _solve(self, equation: sp.Expr, text: str) -> None:
        equation = sp.expand(equation.xreplace(self.solved))
        if equation == 0:
            return
        symbols = sorted(equation.free_symbols, key=lambda s: s.name, reverse=True)
        if not symbols:
            raise Contradiction(text)
        if not equation.is_polynomial(*symbols):
            raise Unsupported(f"the assumption {text} is not polynomial")
        for s in symbols:
            poly = sp.Poly(equation, s)
            if poly.degree() == 1 and poly.LC().is_Rational:
                value = sp.expand(-poly.coeff_monomial(1) / poly.LC())
                self.solved = {k: sp.expand(v.xreplace({s: value})) for k, v in self.solved.items()}
                self.solved[s] = value
                return
        raise Unsupported(f"the assumption {text} is not linear in any entry")

    @property
    def unknowns(self) -> list[sp.Symbol]:
        """The symbols that may be chosen freely, in order."""
        return [s for group in self.symbols.values() for s in group.values() if s not in self.solved]

    # --- terms ------------------------------------------------------------------------------------

    def assignments(self, letters: frozenset[Index]) -> Iterator[dict[str, int]]:
        """Every value of ``letters``."""
        ordered = sorted(letters)
        for values in itertools.product(*(range(1, self.sizes[i.dim] + 1) for i in ordered)):
            yield {i.name: v for i, v in zip(ordered, values, strict=True)}

    def side(self, term: Term, env: Env) -> sp.Expr:
        """``term`` with its free letters valued by ``env``, written out."""
        key = _key(term, env)
        found = self._terms.get(key)
        if found is None:
            around, self._noted = self._noted, set()
            try:
                found = self._side(term, env)
                if found.is_infinite is True or found is sp.nan:
                    raise Undefined("a denominator is 0")
                self._terms[key] = found
                self._needs[key] = frozenset(self._noted)
            finally:
                self._noted |= around
        else:
            self._noted |= self._needs[key]
        return found

    def needs(self, term: Term, env: Env) -> frozenset[sp.Expr]:
        """What must have a value for :meth:`side` to have one, although it may not hold it any more:
        ``exp(log(x))`` becomes x, and the derivative of ``log(x)`` has a value where x < 0."""
        return self._needs[_key(term, env)]

    def _side(self, term: Term, env: Env) -> sp.Expr:
        match term:
            case Num(value):
                return sp.Rational(value.numerator, value.denominator)
            case Pi():
                return sp.pi
            case Size(dim):
                return sp.Integer(self.sizes[dim])
            case Entry(name, indices):
                return self._entry(name, tuple(self._position(p, env) for p in indices))
            case Delta(left, right):
                return sp.Integer(self._position(left, env) == self._position(right, env))
            case Add(terms):
                return sp.Add(*(self.side(t, env) for t in terms))
            case Mul(factors):
                return sp.Mul(*(self.side(f, env) for f in factors))
            case Pow(base, exponent):
                return self._power(self.side(base, env), self.side(exponent, env))
            case Call("sqrt", (square,)):
                return self._power(self.side(square, env), sp.Rational(1, 2))
            case Call("log" | "log1p" as function, (u,)):
                return self._log(self.side(u, env) + (1 if function == "log1p" else 0))
            case Call(function, args):
                return self._call(term, function, [self.side(a, env) for a in args])
            case Where(Order() as condition, then, other):
                # only the branch that is taken needs a value
                return self.side(then if self._ordered(condition, env) else other, env)
            case Where(Compare() as condition, _, _):
                return self._where(term, condition, env)
            case Reduce(op, indices, body):
                return self._reduce(term, op, list(self._values(op, indices, body, env)))
            case Diff(body, targets):
                expr = self.side(body, env)
                for target in targets:
                    at = tuple(env[i.name] for i in target.letters)
                    expr = self._derivative(expr, target.name, at)
                return expr
            case _:
                raise Unsupported(f"the term {type(term).__name__}")

    def _power(self, base: sp.Expr, exponent: sp.Expr) -> sp.Expr:
        if base.free_symbols and not (isinstance(exponent, sp.Integer) and exponent >= 0):
            self._noted.add(sp.Pow(base, exponent, evaluate=False))
        return sp.Pow(base, exponent)

    def _log(self, u: sp.Expr) -> sp.Expr:
        if u.free_symbols:
            self._noted.add(sp.log(u, evaluate=False))
        return sp.log(u)

    def _position(self, position: Position, env: Env) -> int:
        if isinstance(position, Index):
            return env[position.name]
        return position.constant + sum(
            k * (env[s.name] if isinstance(s, Index) else self.sizes[s.dim]) for s, k in position.parts
        )

    def _ordered(self, condition: Order, env: Env) -> bool:
        gap = self._position(condition.left, env) - self._position(condition.right, env)
        return compare(condition.op, gap)

    def _entry(self, name: str, at: tuple[int, ...]) -> sp.Expr:
        """The entry at these positions; 0 outside the axes."""
        defined = self.bodies.get(name)
        dims = [i.dim for i in defined[0]] if defined else self.claim.inputs[name]
        if not all(1 <= n <= self.sizes.get(d, 1) for n, d in zip(at, dims, strict=True)):
            return sp.S.Zero
        if defined:
            head, body = defined
            return self.side(body, {h.name: n for h, n in zip(head, at, strict=True)})
        symbol = self.symbols[name][at]
        return self.solved.get(symbol, symbol)

    def _values(self, op: str, letters: tuple[Index, ...], body: Term, env: Env) -> Iterator[sp.Expr]:
        """What a reduction is over; values of the letters that a max or min leaves out give nothing."""
        for inner in self.assignments(frozenset(letters)):
            at, term = {**env, **inner}, body
            while isinstance(term, Where) and isinstance(term.condition, Order):
                term = term.then if self._ordered(term.condition, at) else term.other
            if not isinstance(term, Neutral):
                yield self.side(term, at)

    def _where(self, term: Where, condition: Compare, env: Env) -> sp.Expr:
        op, left, right = condition.op, self.side(condition.left, env), self.side(condition.right, env)
        if self.oracle is None:
            then, other = self.side(term.then, env), self.side(term.other, env)
            return sp.Piecewise((then, _RELATIONS[op](left, right)), (other, True), evaluate=False)
        gap = sp.expand(left - right)
        if op in ("==", "!=") and not gap.is_Rational:
            raise Unsupported("a condition with == or != holds on no open set; it is not decided here")
        return self.side(term.then if compare(op, self.oracle(term, gap, op)) else term.other, env)

    def _call(self, term: Term, function: str, args: list[sp.Expr]) -> sp.Expr:
        u = args[0]
        if function in _SIMPLE:
            return _SIMPLE[function](u)
        match function:
            case "expm1":
                return sp.exp(u) - 1
            case "erfc":
                return 1 - sp.erf(u)
            case "sigmoid":
                return 1 / (1 + sp.exp(-u))
            case "abs" | "sign":
                if self.oracle is None:
                    return sp.Abs(u) if function == "abs" else sp.sign(u)
                s = sp.Integer(self.oracle(term, sp.expand(u), ""))
                return s * u if function == "abs" else s
            case "max" | "min":
                return self._extreme(term, function, args)
        raise Unsupported(f"the function {function}")

    def _reduce(self, term: Term, op: str, values: list[sp.Expr]) -> sp.Expr:
        if op == "sum":
            return sp.Add(*values)
        if op == "mean":
            return sp.Add(*values) / len(values)
        if op == "prod":
            return sp.Mul(*values)
        if not values:
            raise Undefined(f"a {op} over an empty range")
        return self._extreme(term, op, values)

    def _extreme(self, term: Term, op: str, values: list[sp.Expr]) -> sp.Expr:
        if self.oracle is None:
            return sp.Max(*values) if op == "max" else sp.Min(*values)
        best = values[0]
        for v in values[1:]:
            s = self.oracle(term, sp.expand(v - best), "")
            if s == (1 if op == "max" else -1):
                best = v
        return best

    def _derivative(self, expr: sp.Expr, name: str, at: tuple[int, ...]) -> sp.Expr:
        found = self._partial(expr, name, at)
        if found.has(sp.zoo, sp.nan, sp.oo, sp.Derivative, sp.Subs):
            raise Undefined("SymPy's derivative has no value")
        return found

    def _partial(self, expr: sp.Expr, name: str, at: tuple[int, ...]) -> sp.Expr:
        symbol = self.symbols[name][at]
        if symbol not in expr.free_symbols:
            return sp.S.Zero
        entries = list(self.symbols[name].values())
        if len(entries) > _ROW:
            return sp.Matrix([expr]).jacobian([symbol])[0]
        row = self._rows.get((expr, name))
        if row is None:
            row = self._rows[expr, name] = sp.Matrix([expr]).jacobian(entries)
        return row[entries.index(symbol)]

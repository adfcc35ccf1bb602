"""A claim's sides as SymPy expressions at symbolic size (part of :mod:`symderiv.verify.by_sympy`).

Letters are carried by an environment, so a definition is read at other letters without any
substitution; derivatives are SymPy's own ``diff`` by an entry with fresh letters, which are renamed to
the claim's letters afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp

from symderiv.definitions import Assumption, Claim
from symderiv.terms import (
    Add,
    Call,
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
    free_indices,
)
from symderiv.verify.symbolic.sums import Letters, Sums, Undecided

_CALLS = ("exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "erf", "sigmoid", "tanh", "sinh", "cosh")
Env = Mapping[str, sp.Symbol]


class Builder:
    """Terms to SymPy for one claim."""

    def __init__(self, claim: Claim) -> None:
        self.bodies = claim.bodies
        self.letters = Letters()
        self.sums = Sums(self.letters, (s for a in claim.assumptions if (s := symmetric(a))))
        positive = {positive_input(a) for a in claim.assumptions}
        self.inputs: dict[str, Any] = {}
        for name, dims in claim.inputs.items():
            known = {"positive": True} if name in positive else {"real": True}
            self.inputs[name] = sp.IndexedBase(name, **known) if dims else sp.Symbol(name, **known)
        self._opaque: dict[Term, Any] = {}
        self._differentiating = 0
        self._sizes: dict[str, sp.Symbol] = {}

    def size(self, dim: str) -> sp.Symbol:
        """The size symbol of a dimension; no user can name it."""
        return self._sizes.setdefault(dim, sp.Symbol(f"|{dim}|", integer=True, positive=True))

    def term(self, term: Term, env: Env) -> Any:
        """``term`` with its free letters named by ``env``, all sums in normal form."""
        match term:
            case Num(value):
                return sp.Rational(value.numerator, value.denominator)
            case Pi():
                return sp.pi
            case Size(dim):
                return self.size(dim)
            case Entry(name, indices):
                return self.entry(name, [env[i.name] for i in indices])
            case Delta(left, right):
                return sp.KroneckerDelta(env[left.name], env[right.name])
            case Add(terms):
                return sp.Add(*(self.term(t, env) for t in terms))
            case Mul(factors):
                return sp.Mul(*(self.term(f, env) for f in factors))
            case Pow(base, exponent):
                return finite(sp.Pow(self.term(base, env), self.term(exponent, env)))
            case Call(function, args) if function in _CALLS:
                return finite(self.call(function, [self.term(a, env) for a in args]))
            case Reduce(op, indices, body) if op in ("sum", "mean"):
                return self.reduction(op, indices, body, env)
            case Diff(body, targets):
                self._differentiating += 1
                expr = self.term(body, env)
                self._differentiating -= 1
                for target in targets:
                    expr = self.derivative(expr, target, env)
                return expr
            case _:
                return self.opaque(term, env)

    def opaque(self, term: Term, env: Env) -> Any:
        """A tensor about which nothing is known but its letters; not to be differentiated."""
        if self._differentiating:
            what = term.function if isinstance(term, Call) else getattr(term, "op", "where")
            raise Undecided(f"SymPy has no safe derivative of {what}")
        base = self._opaque.setdefault(term, sp.IndexedBase(f"?f{len(self._opaque)}", real=True))
        letters = sorted(free_indices(term))
        return base[tuple(env[i.name] for i in letters)] if letters else sp.Symbol(base.label.name, real=True)

    def entry(self, name: str, at: list[sp.Symbol]) -> Any:
        if name in self.bodies:
            head, body = self.bodies[name]
            return self.term(body, {h.name: s for h, s in zip(head, at, strict=True)})
        return self.sums.ordered(self.inputs[name][tuple(at)]) if at else self.inputs[name]

    def reduction(self, op: str, indices: tuple[Index, ...], body: Term, env: Env) -> Any:
        fresh = {i.name: self.letters.fresh() for i in indices}
        expr = self.term(body, {**env, **fresh})
        for i in indices:
            expr = self.sums.over(fresh[i.name], self.size(i.dim), expr)
            if op == "mean":
                expr = expr / self.size(i.dim)
        return expr

    def call(self, function: str, args: list[Any]) -> Any:
        u = args[0]
        match function:
            case "exp":
                return sp.exp(u)
            case "expm1":
                return sp.exp(u) - 1
            case "log":
                return logarithm(u)
            case "log1p":
                return logarithm(1 + u)
            case "sqrt" | "sin" | "cos" | "erf":
                return getattr(sp, function)(u)
            case "sigmoid":
                return 1 / (1 + sp.exp(-u))
            case "tanh":
                return 1 - 2 / (sp.exp(2 * u) + 1)
            case "sinh":
                return (sp.exp(u) - sp.exp(-u)) / 2
            case "cosh":
                return (sp.exp(u) + sp.exp(-u)) / 2
        raise Undecided(f"SymPy has no safe rule for {function}")

    def derivative(self, expr: Any, target: Entry, env: Env) -> Any:
        base = self.inputs[target.name]
        fresh = [self.letters.fresh() for _ in target.indices]
        made = expr.diff(base[tuple(fresh)] if fresh else base) if isinstance(expr, sp.Expr) else sp.S.Zero
        if made.has(sp.Derivative, sp.Subs, sp.Piecewise, sp.DiracDelta, sp.Heaviside, sp.nan, sp.zoo, sp.oo):
            raise Undecided("SymPy's derivative is not usable")
        made = self.sums.normal(made)
        named = {f: env[i.name] for f, i in zip(fresh, target.indices, strict=True)}
        return self.sums.ordered(made.xreplace(named))


def finite(expr: Any) -> Any:
    """``expr``, unless it has no finite value."""
    if expr is sp.nan or expr.is_infinite is True:
        raise Undecided("a side has no value")
    return expr


def logarithm(u: Any) -> Any:
    """``log(u)``, of a product of positive factors as a sum of logarithms."""
    if isinstance(u, sp.Add) and any(
        isinstance(p, sp.Pow) and p.exp.is_number and p.exp.is_negative for p in u.atoms(sp.Pow)
    ):
        top, bottom = sp.fraction(sp.together(u))
        u = sp.expand_mul(top) / bottom
    if isinstance(u, sp.exp):
        return u.args[0]
    if isinstance(u, sp.Pow) and positive(u.base):
        return u.exp * logarithm(u.base)
    if isinstance(u, sp.Mul) and all(positive(f) for f in u.args):
        return sp.Add(*(logarithm(f) for f in u.args))
    return sp.log(u)


def positive(expr: Any) -> bool:
    """Whether ``expr`` is positive for certain (False: not known)."""
    if isinstance(expr, sp.exp):
        return True
    if isinstance(expr, sp.Sum):
        return positive(expr.function)
    if isinstance(expr, sp.Pow):
        return positive(expr.base)
    if isinstance(expr, (sp.Add, sp.Mul)):
        return all(positive(a) for a in expr.args)
    return bool(expr.is_positive)


def positive_input(a: Assumption) -> str | None:
    """The input that the assumption makes positive in every entry."""
    sides = {">": (a.left, a.right), "<": (a.right, a.left)}.get(a.op)
    match sides:
        case (Entry(name, indices), Num(value)) if value >= 0 and len(set(indices)) == len(indices):
            return name
    return None


def symmetric(a: Assumption) -> str | None:
    """The tensor that ``A[i,j] = A[j,i]`` makes symmetric."""
    match (a.op, a.left, a.right):
        case ("=", Entry(name, (i, j)), Entry(other, (k, l))) if name == other and i != j:
            return name if (i, j) == (l, k) else None
    return None

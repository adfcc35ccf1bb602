"""A claim's sides as SymPy expressions at symbolic size (part of :mod:`symderiv.verify.by_sympy`).

Letters are carried by an environment, so a definition is read at other letters or positions without any
substitution; derivatives are SymPy's own ``diff`` by an entry with fresh letters, which are renamed to
the claim's letters afterwards.  Whether an order of positions holds, and whether a moved position is in
range, is asked of :mod:`.regions` before anything is read there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp

from symderiv.definitions import Assumption, Claim
from symderiv.terms import (
    Add,
    Affine,
    Call,
    Delta,
    Diff,
    Entry,
    Index,
    Mul,
    Num,
    Order,
    Pi,
    Position,
    Pow,
    Reduce,
    Size,
    Term,
    Where,
    children,
    free_indices,
)
from symderiv.verify.symbolic.regions import Regions, Undecided
from symderiv.verify.symbolic.sums import Letters, Sums

_CALLS = (
    "exp",
    "expm1",
    "log",
    "log1p",
    "sqrt",
    "sin",
    "cos",
    "erf",
    "erfc",
    "sigmoid",
    "tanh",
    "sinh",
    "cosh",
)
Env = Mapping[str, Any]  # letters of the claim to positions


class Builder:
    """Terms to SymPy for one claim; ``sizes`` may give a size another value."""

    def __init__(self, claim: Claim, letters: Letters, sizes: Mapping[sp.Symbol, Any]) -> None:
        self.claim, self.bodies = claim, claim.bodies
        self.letters = letters
        self.regions = Regions()
        symmetries = (s for a in claim.assumptions if (s := symmetric(a)))
        self.sums = Sums(self.letters, symmetries, self.regions)
        positive = {positive_input(a) for a in claim.assumptions}
        self.inputs: dict[str, Any] = {}
        for name, dims in claim.inputs.items():
            known = {"positive": True} if name in positive else {"real": True}
            self.inputs[name] = sp.IndexedBase(name, **known) if dims else sp.Symbol(name, **known)
        self._opaque: dict[Term, Any] = {}
        self._differentiating = 0
        self._sizes = sizes

    def size(self, dim: str) -> Any:
        """The size of a dimension."""
        return self._sizes.get(size_symbol(dim), size_symbol(dim))

    def position(self, position: Position, env: Env) -> Any:
        if isinstance(position, Index):
            return env[position.name]
        parts = (k * (env[s.name] if isinstance(s, Index) else self.size(s.dim)) for s, k in position.parts)
        return sp.Add(position.constant, *parts)

    def ordered(self, condition: Order, env: Env) -> bool:
        """Whether an order of positions holds here."""
        gap = self.position(condition.left, env) - self.position(condition.right, env)
        match condition.op:
            case "<=":
                return self.regions.holds(-gap)
            case "<":
                return self.regions.holds(-gap - 1)
            case ">=":
                return self.regions.holds(gap)
            case ">":
                return self.regions.holds(gap - 1)
            case "==":
                return self.regions.equal(gap, sp.S.Zero)
        return not self.regions.equal(gap, sp.S.Zero)

    def term(self, term: Term, env: Env) -> Any:
        """``term`` with its free letters named by ``env``, all sums in normal form."""
        match term:
            case Num(value):
                return sp.Rational(value.numerator, value.denominator)
            case Pi():
                return sp.pi
            case Size(dim):
                return self.size(dim)
            case Entry():
                return self.entry(term, env)
            case Delta(left, right):
                return sp.KroneckerDelta(self.position(left, env), self.position(right, env))
            case Add(terms):
                return sp.Add(*(self.term(t, env) for t in terms))
            case Mul(factors):
                return sp.Mul(*(self.term(f, env) for f in factors))
            case Pow(base, exponent):
                return finite(sp.Pow(self.term(base, env), self.term(exponent, env)))
            case Call(function, args) if function in _CALLS:
                return finite(self.call(function, [self.term(a, env) for a in args]))
            case Where(Order() as condition, then, other):
                return self.term(then if self.ordered(condition, env) else other, env)
            case Reduce(op, indices, body) if op in ("sum", "mean"):
                total = self.total(indices, body, env)
                return total / sp.Mul(*(self.size(i.dim) for i in indices)) if op == "mean" else total
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

    def entry(self, term: Entry, env: Env) -> Any:
        """An entry, 0 at a position outside its axis; a plain letter is never outside."""
        at = []
        for p in term.indices:
            n = self.position(p, env)
            if isinstance(p, Affine) and not (
                self.regions.holds(n - 1) and self.regions.holds(self.size(p.dim) - n)
            ):
                return sp.S.Zero
            at.append(n)
        if term.name in self.bodies:
            head, body = self.bodies[term.name]
            return self.term(body, {h.name: n for h, n in zip(head, at, strict=True)})
        base = self.inputs[term.name]
        return self.sums.ordered(base[tuple(at)]) if at else base

    def total(self, indices: tuple[Index, ...], body: Term, env: Env) -> Any:
        if not indices:
            return self.term(body, env)
        (first, *rest), c = indices, self.letters.fresh()
        inner = {**env, first.name: c}
        return self.sums.scoped(
            c, sp.S.One, self.size(first.dim), lambda: self.total(tuple(rest), body, inner)
        )

    def call(self, function: str, args: list[Any]) -> Any:
        u = args[0]
        match function:
            case "exp":
                return sp.exp(u)
            case "expm1":
                return sp.exp(u) - 1
            case "log":
                return self.logarithm(u)
            case "log1p":
                return self.logarithm(1 + u)
            case "sqrt" | "sin" | "cos" | "erf":
                return getattr(sp, function)(u)
            case "erfc":
                return 1 - sp.erf(u)
            case "sigmoid":
                return 1 / (1 + sp.exp(-u))
            case "tanh":
                return 1 - 2 / (sp.exp(2 * u) + 1)
            case "sinh":
                return (sp.exp(u) - sp.exp(-u)) / 2
            case "cosh":
                return (sp.exp(u) + sp.exp(-u)) / 2
        raise Undecided(f"SymPy has no safe rule for {function}")

    def logarithm(self, u: Any) -> Any:
        """``log(u)``, of a product of positive factors as a sum of logarithms."""
        if isinstance(u, sp.Add) and any(
            isinstance(p, sp.Pow) and p.exp.is_number and p.exp.is_negative for p in u.atoms(sp.Pow)
        ):
            top, bottom = sp.fraction(sp.together(u))
            u = sp.expand_mul(top) / bottom
        if isinstance(u, sp.exp):
            return u.args[0]
        if isinstance(u, sp.Pow) and self.positive(u.base):
            return u.exp * self.logarithm(u.base)
        if isinstance(u, sp.Mul) and all(self.positive(f) for f in u.args):
            return sp.Add(*(self.logarithm(f) for f in u.args))
        return sp.log(u)

    def positive(self, expr: Any) -> bool:
        """Whether ``expr`` is positive for certain (False: not known)."""
        if isinstance(expr, sp.exp):
            return True
        if isinstance(expr, sp.Sum):
            filled = all(self.regions.implied(high - low) for _, low, high in expr.limits)
            return filled and self.positive(expr.function)
        if isinstance(expr, sp.Pow):
            return self.positive(expr.base)
        if isinstance(expr, (sp.Add, sp.Mul)):
            return all(self.positive(a) for a in expr.args)
        return bool(expr.is_positive)

    def derivative(self, expr: Any, target: Entry, env: Env) -> Any:
        base = self.inputs[target.name]
        fresh = [self.letters.fresh() for _ in target.letters]
        made = expr.diff(base[tuple(fresh)] if fresh else base) if isinstance(expr, sp.Expr) else sp.S.Zero
        if made.has(sp.Derivative, sp.Subs, sp.Piecewise, sp.DiracDelta, sp.Heaviside, sp.nan, sp.zoo, sp.oo):
            raise Undecided("SymPy's derivative is not usable")
        # letters in sums are named apart from all positions, so none is captured
        named = {f: env[i.name] for f, i in zip(fresh, target.letters, strict=True)}
        return self.sums.ordered(self.sums.normal(made.xreplace(named)))


def size_symbol(dim: str) -> sp.Symbol:
    """The size symbol of a dimension; no user can name it."""
    return sp.Symbol(f"|{dim}|", integer=True, positive=True)


def finite(expr: Any) -> Any:
    """``expr``, unless it has no finite value."""
    if expr is sp.nan or expr.is_infinite is True:
        raise Undecided("a side has no value")
    return expr


def told_apart(claim: Claim) -> frozenset[str]:
    """Dimensions with an order or a moved position: their letters are put in order case by case."""
    dims: set[str] = set()
    stack = [claim.left, claim.right, *(body for _, body in claim.bodies.values())]
    stack += [t for a in claim.assumptions for t in (a.left, a.right)]
    while stack:
        t = stack.pop()
        at: tuple[Position, ...] = ()
        match t:
            case Entry(_, indices):
                at = tuple(p for p in indices if isinstance(p, Affine))
            case Delta(left, right) if isinstance(left, Affine) or isinstance(right, Affine):
                at = (left, right)
            case Where(Order(_, left, right), _, _):
                at = (left, right)
        for p in at:
            dims |= {p.dim, *({s.dim for s, _ in p.parts} if isinstance(p, Affine) else ())}
        stack.extend(children(t))
    return frozenset(dims)


def positive_input(a: Assumption) -> str | None:
    """The input that the assumption makes positive in every entry."""
    sides = {">": (a.left, a.right), "<": (a.right, a.left)}.get(a.op)
    match sides:
        case (Entry(name, indices), Num(value)) if value >= 0 and len(set(indices)) == len(indices):
            return name if all(isinstance(i, Index) for i in indices) else None
    return None


def symmetric(a: Assumption) -> str | None:
    """The tensor that ``A[i,j] = A[j,i]`` makes symmetric."""
    match (a.op, a.left, a.right):
        case ("=", Entry(name, (Index() as i, Index() as j)), Entry(other, (k, l))) if name == other:
            return name if (i, j) == (l, k) and i != j else None
    return None

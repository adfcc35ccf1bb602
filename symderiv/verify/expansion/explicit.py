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
    Where,
    children,
    free_indices,
)

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
    "exp": sp.exp, "log": sp.log, "sqrt": sp.sqrt, "sin": sp.sin, "cos": sp.cos, "tanh": sp.tanh,
    "sinh": sp.sinh, "cosh": sp.cosh, "erf": sp.erf,
}  # fmt: skip
_ROW = 12  # a tensor with at most so many entries gets its whole row of the Jacobian at once


class Unsupported(Exception):
    """This checker cannot treat the claim; the text says why."""


class Contradiction(Exception):
    """The assumptions cannot hold at these sizes."""


class Undefined(Exception):
    """A side has no value (0 in a denominator, the logarithm of 0 ...)."""


def compare(op: str, gap: Any) -> bool:
    """Whether ``gap op 0``."""
    return bool(_COMPARE[op](gap, 0))


def reached(claim: Claim) -> list[Term]:
    """Every subterm of the claim, of its assumptions and of the statements they use."""
    seen: set[str] = set()
    found: list[Term] = []
    stack: list[Term] = [claim.left, claim.right]
    stack += [t for a in claim.assumptions for t in (a.left, a.right)]
    bodies = claim.bodies
    while stack:
        t = stack.pop()
        found.append(t)
        if isinstance(t, Entry) and t.name in bodies and t.name not in seen:
            seen.add(t.name)
            stack.append(bodies[t.name][1])
        stack.extend(children(t))
    return found


def relevant_dims(claim: Claim) -> list[str]:
    """Dimensions that :func:`reached` terms speak of."""
    dims: set[str] = set()
    for t in reached(claim):
        match t:
            case Entry(_, letters) | Reduce(_, letters, _):
                dims.update(i.dim for i in letters)
            case Delta(left, right):
                dims.update((left.dim, right.dim))
            case Size(dim):
                dims.add(dim)
    return sorted(dims)


def branches(claim: Claim) -> bool:
    """Whether the claim holds a function whose form depends on a sign."""
    return any(
        isinstance(t, Where)
        or (isinstance(t, Call) and t.function in ("abs", "sign", "max", "min"))
        or (isinstance(t, Reduce) and t.op in ("max", "min"))
        for t in reached(claim)
    )


def positive_entry(assumption: Assumption) -> str | None:
    """The input that ``x[c] > 0`` (or ``0 < x[c]``) makes positive in every entry."""
    left, right = assumption.left, assumption.right
    if assumption.op == "<":
        left, right = right, left
    elif assumption.op != ">":
        return None
    if isinstance(left, Entry) and isinstance(right, Num) and right.value >= 0:
        return left.name if len(set(left.indices)) == len(left.indices) else None
    return None


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
        self._terms: dict[tuple[Term, tuple[tuple[str, int], ...]], sp.Expr] = {}
        self._rows: dict[tuple[sp.Expr, str], Any] = {}
        self._constrain()

    def around(self, oracle: Oracle) -> Expansion:
        """The same symbols and assumptions, with branches chosen by ``oracle``."""
        other = copy.copy(self)
        other.oracle, other._terms, other._rows = oracle, {}, {}
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
        key = (term, tuple(sorted((i.name, env[i.name]) for i in free_indices(term))))
        found = self._terms.get(key)
        if found is None:
            found = self._side(term, env)
            if found.is_infinite is True or found is sp.nan:
                raise Undefined("a denominator is 0")
            self._terms[key] = found
        return found

    def _side(self, term: Term, env: Env) -> sp.Expr:
        match term:
            case Num(value):
                return sp.Rational(value.numerator, value.denominator)
            case Pi():
                return sp.pi
            case Size(dim):
                return sp.Integer(self.sizes[dim])
            case Entry(name, indices):
                at = tuple(env[i.name] for i in indices)
                if name in self.bodies:
                    head, body = self.bodies[name]
                    return self.side(body, {h.name: v for h, v in zip(head, at, strict=True)})
                symbol = self.symbols[name][at]
                return self.solved.get(symbol, symbol)
            case Delta(left, right):
                return sp.Integer(env[left.name] == env[right.name])
            case Add(terms):
                return sp.Add(*(self.side(t, env) for t in terms))
            case Mul(factors):
                return sp.Mul(*(self.side(f, env) for f in factors))
            case Pow(base, exponent):
                return sp.Pow(self.side(base, env), self.side(exponent, env))
            case Call(function, args):
                return self._call(term, function, [self.side(a, env) for a in args])
            case Where(condition, _, _):
                return self._where(term, self.side(condition.left, env), self.side(condition.right, env), env)
            case Reduce(op, indices, body):
                values = []
                for inner in self.assignments(frozenset(indices)):
                    values.append(self.side(body, {**env, **inner}))
                return self._reduce(term, op, values)
            case Diff(body, targets):
                expr = self.side(body, env)
                for target in targets:
                    at = tuple(env[i.name] for i in target.indices)
                    expr = self._derivative(expr, target.name, at)
                return expr
            case _:
                raise Unsupported(f"the term {type(term).__name__}")

    def _where(self, term: Where, left: sp.Expr, right: sp.Expr, env: Env) -> sp.Expr:
        op = term.condition.op
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
            case "log1p":
                return sp.log(1 + u)
            case "expm1":
                return sp.exp(u) - 1
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

"""Checker: stock SymPy at symbolic size.

Method: the definitions are read into SymPy expressions (:mod:`.symbolic.build`), differentiated by
SymPy's ``diff``, their sums kept in one form (:mod:`.symbolic.sums`), and the difference of the two
sides is shown to be 0 (:mod:`.symbolic.zero`), or it is not: the words are ``proved`` and
``undecided``, never ``refuted``.

Soundness: every step is an equality for all sizes and all values of the free letters, wherever both
sides are defined.  SymPy's known faults are kept out: a derivative is taken by an entry with fresh
letters only, bound letters are named so that no replacement can be captured, deltas are contracted
without ``Piecewise``, nothing is simplified, ``max`` and ``where`` of values are refused, and a letter
that escapes its sum stops the proof.  Orders of positions and moved entries are decided before they are
read, in as many cases of the free letters and parts of a range as that takes (:mod:`.symbolic.regions`);
no SymPy object ever holds a condition.  Inequalities that make an input positive are used; others are
not needed.  Equalities are used where they give a value to one sum, or make a tensor symmetric.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sympy as sp

from symderiv.definitions import Assumption, Claim
from symderiv.terms import all_indices, free_indices
from symderiv.verify import _worker
from symderiv.verify.symbolic.build import Builder, size_symbol, symmetric, told_apart
from symderiv.verify.symbolic.regions import (
    Regions,
    Scope,
    Split,
    Undecided,
    coefficients,
    contradictory,
    row,
    solve,
)
from symderiv.verify.symbolic.sums import Letters, Sums, check_letters, expand, match
from symderiv.verify.symbolic.zero import Zero, at_case, cases
from symderiv.verify.verdict import Verdict

_MAX_CASES = 60  # of equal letters
_MAX_PLACES = 300  # cases of positions


def check(claim: Claim, *, seconds: float = 10.0) -> Verdict:
    """The verdict on ``claim`` within ``seconds`` (in a worker process)."""
    return _worker.call("sympy", __name__, claim, {}, seconds)


def run(claim: Claim) -> Verdict:
    """As :func:`check`, in this process and without a limit."""
    start = time.perf_counter()
    try:
        reason = _prove(claim)
        verdict = Verdict("undecided", reason) if reason else Verdict("proved")
    except Undecided as error:
        verdict = Verdict("undecided", str(error))
    except Exception as error:  # SymPy raises almost anything, StopIteration included
        verdict = Verdict("undecided", f"SymPy failed: {type(error).__name__}: {error}"[:200])
    verdict.seconds = time.perf_counter() - start
    return verdict


def _prove(claim: Claim) -> str:
    """Empty if proved, else why not."""
    todo, number = [_Case(claim)], 0
    while todo:
        case = todo.pop()
        if not case.possible:
            continue
        number += 1
        if number > _MAX_PLACES:
            return "too many cases of positions"
        try:
            reason = case.prove()
        except Split as split:
            todo += [case.where(split.condition), case.where(-split.condition - 1)]
            continue
        if reason:
            return reason
    return ""


class _Case:
    """The claim where some conditions on its free letters and sizes hold."""

    def __init__(self, claim: Claim, conditions: Sequence[Any] = ()) -> None:
        self.claim, self.conditions = claim, tuple(conditions)
        self.letters = Letters()
        self.free = sorted(claim.free)
        self.names = {i.name: self.letters.fresh() for i in self.free}
        sizes = {size_symbol(d): size_symbol(d) for d in sorted({d for g in _axes(claim) for d in g})}
        ranges = [
            e for i in self.free for e in (self.names[i.name] - 1, size_symbol(i.dim) - self.names[i.name])
        ]
        self.base = (*ranges, *(n - 1 for n in sizes))
        self.solved: dict[sp.Symbol, Any] = {}
        self.possible = self._solve()
        self.sizes = {n: n.xreplace(self.solved) for n in sizes}

    def where(self, condition: Any) -> _Case:
        """The part of this case where the condition holds too."""
        return _Case(self.claim, (*self.conditions, condition))

    def _known(self) -> list[Any]:
        return [sp.expand(e.xreplace(self.solved)) for e in (*self.base, *self.conditions)]

    def _solve(self) -> bool:
        """Give letters and sizes the positions at which the conditions fix them; False if none is left."""
        regions = Regions()
        while self.conditions:
            known = self._known()
            if contradictory(frozenset(map(row, known))):
                return False
            with regions.inside((), known):
                fixed = next((e for e in known if e.free_symbols and regions.implied(-e)), None)
            if fixed is None:
                break
            single = [s for s, k in coefficients(fixed)[0].items() if abs(k) == 1]
            if not single:
                raise Undecided("a letter stands more than once in a position")
            # letters first, the last one of the claim first
            s = max(single, key=lambda s: (s in self.names.values(), str(s)))
            at = solve(fixed, s)
            self.solved = {a: sp.expand(e.xreplace({s: at})) for a, e in self.solved.items()} | {s: at}
        return True

    def prove(self) -> str:
        """Empty if proved in this case, else why not."""
        builder = Builder(self.claim, self.letters, self.sizes)
        env = {name: s.xreplace(self.solved) for name, s in self.names.items()}
        scope = (*self.names.values(), *self.sizes)
        builder.regions.scopes.append(Scope(scope, tuple(self._known())))
        equalities = [a for a in self.claim.assumptions if a.op == "=" and symmetric(a) is None]
        rules = [_rule(builder, a) for a in equalities]

        def rewrite(expr: Any) -> Any:
            for rule in rules:
                expr = rule(expr)
            return builder.sums.normal(expr) if rules else expr

        difference = builder.term(self.claim.left, env) - builder.term(self.claim.right, env)
        zero = Zero(builder.sums, rewrite)
        ordered = told_apart(self.claim)
        letters = [(env[i.name], i.dim) for i in self.free if i.dim not in ordered]
        allowed = frozenset(self.names.values())
        for number, renaming in enumerate(cases(letters)):
            if number >= _MAX_CASES:
                return "too many cases of equal letters"
            expr = self._without_deltas(builder, at_case(difference, renaming))
            check_letters(expr, allowed)
            if expr.has(sp.nan, sp.zoo, sp.oo):
                return "a side has no value"
            if not zero.holds(expr):
                return "the difference was not shown to be 0" + self._told(renaming)
        return ""

    def _without_deltas(self, builder: Builder, expr: Any) -> Any:
        """The deltas of free letters and sizes as numbers."""
        free = {*self.names.values(), *self.sizes}
        deltas = [d for d in expr.atoms(sp.KroneckerDelta) if d.free_symbols <= free]
        return expr.xreplace(
            {d: sp.Integer(builder.regions.equal(*d.args[:2])) for d in sorted(deltas, key=str)}
        )

    def _told(self, renaming: Mapping[sp.Symbol, sp.Symbol]) -> str:
        """In which case."""
        shown = {s: name for name, s in self.names.items()} | {n: f"size[{str(n)[1:-1]}]" for n in self.sizes}
        equal = [f"{shown[s]} = {shown[renaming[s]]}" for s in renaming if renaming[s] != s]
        for condition in self.conditions:
            parts, constant = coefficients(condition)
            left, right = (
                [
                    f"{k if k > 1 else ''}{'*' * (k > 1)}{shown[s]}"
                    for s, q in parts.items()
                    if (k := sign * q) > 0
                ]
                for sign in (-1, 1)
            )
            (right if constant > 0 else left).extend([str(abs(constant))] * bool(constant))
            equal.append(f"{' + '.join(left) or 0} <= {' + '.join(right) or 0}")
        return f" where {', '.join(equal)}" if equal else ""


def _axes(claim: Claim) -> Iterator[Iterable[str]]:
    """The dimensions of all that a claim may speak of."""
    yield (i.dim for i in claim.free)
    yield from claim.inputs.values()
    for statement in claim.statements:
        yield (i.dim for i in all_indices(statement.body) | frozenset(statement.head))
    for term in (claim.left, claim.right, *(t for a in claim.assumptions for t in (a.left, a.right))):
        yield (i.dim for i in all_indices(term))


def _rule(builder: Builder, a: Assumption) -> Any:
    """The rewriting of one sum that an equality assumption allows."""
    letters = sorted(free_indices(a.left) | free_indices(a.right))
    if letters and told_apart(builder.claim):
        raise Undecided(f"the assumption {a.text} is not used where positions are ordered or moved")
    env = {i.name: builder.letters.fresh() for i in letters}
    ranges = [e for i in letters for e in (env[i.name] - 1, builder.size(i.dim) - env[i.name])]
    with builder.regions.inside(tuple(env.values()), ranges):
        equation = builder.term(a.left, env) - builder.term(a.right, env)
    scalars = [] if letters else [s for s in equation.free_symbols if s in builder.inputs.values()]
    for s in (*sorted(equation.atoms(sp.Sum), key=sp.default_sort_key), *sorted(scalars, key=str)):
        coefficient = equation.coeff(s)
        rest = expand(equation - coefficient * s)
        holes = [env[i.name] for i in letters]
        if not coefficient.is_Rational or coefficient == 0 or rest.has(s):
            continue
        if not set(holes) <= s.free_symbols:
            continue
        value = -rest / coefficient

        def rule(expr: Any, s: Any = s, value: Any = value, holes: Any = holes) -> Any:
            found = {}
            for other in expr.atoms(type(s)):
                letters = match(s, other, holes)
                if letters is not None:
                    found[other] = value.xreplace(letters)
                elif isinstance(other, sp.Sum) and len(other.limits) > 1:
                    made = _inner(builder.sums, other, s, value, holes)
                    if made is not None:
                        found[other] = made
            return expr.xreplace(found) if found else expr

        return rule
    raise Undecided(f"the assumption {a.text} gives no single sum or scalar a value")


def _inner(sums: Sums, total: sp.Sum, s: sp.Sum, value: Any, holes: Any) -> Any:
    """A sum over several letters, with the part over one of them replaced by its value."""
    body, bound = sums.opened(total)
    for c, low, high in bound:
        inside = [f for f in sp.Mul.make_args(body) if c in f.free_symbols]
        part = sums.over(c, low, high, sp.Mul(*inside))
        letters = match(s, part, holes) if isinstance(part, sp.Sum) else None
        if letters is not None:
            rest = sp.Mul(*(f for f in sp.Mul.make_args(body) if c not in f.free_symbols))
            made = rest * value.xreplace(letters)
            others = [b for b in bound if b[0] != c]
            ranges = [e for d, least, most in others for e in (d - least, most - d)]
            with sums.regions.inside([d for d, _, _ in others], ranges):
                for d, least, most in reversed(others):
                    made = sums.over(d, least, most, made)
            return made
    return None

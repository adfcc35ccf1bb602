"""Checker: stock SymPy at symbolic size.

Method: the definitions are read into SymPy expressions (:mod:`.symbolic.build`), differentiated by
SymPy's ``diff``, their sums kept in one form (:mod:`.symbolic.sums`), and the difference of the two
sides is shown to be 0 (:mod:`.symbolic.zero`), or it is not: the words are ``proved`` and
``undecided``, never ``refuted``.

Soundness: every step is an equality for all sizes and all values of the free letters, wherever both
sides are defined.  SymPy's known faults are kept out: a derivative is taken by an entry with fresh
letters only, bound letters are named so that no replacement can be captured, deltas are contracted
without ``Piecewise``, nothing is simplified, ``max`` and ``where`` are refused, and a letter that
escapes its sum stops the proof.  Inequalities that make an input positive are used; others are not
needed.  Equalities are used where they give a value to one sum, or make a tensor symmetric.
"""

from __future__ import annotations

import time
from typing import Any

import sympy as sp

from symderiv.definitions import Assumption, Claim
from symderiv.terms import free_indices
from symderiv.verify import _worker
from symderiv.verify.symbolic.build import Builder, symmetric
from symderiv.verify.symbolic.sums import Sums, Undecided, check_letters, expand, match
from symderiv.verify.symbolic.zero import Zero, at_case, cases
from symderiv.verify.verdict import Verdict

_MAX_CASES = 60


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
    builder = Builder(claim)
    free = sorted(claim.free)
    env = {i.name: builder.letters.fresh() for i in free}
    rules = [_rule(builder, a) for a in claim.assumptions if a.op == "=" and symmetric(a) is None]

    def rewrite(expr: Any) -> Any:
        for rule in rules:
            expr = rule(expr)
        return builder.sums.normal(expr) if rules else expr

    difference = builder.term(claim.left, env) - builder.term(claim.right, env)
    zero = Zero(builder.sums, rewrite)
    letters = [(env[i.name], i.dim) for i in free]
    for number, renaming in enumerate(cases(letters)):
        if number >= _MAX_CASES:
            return "too many cases of equal letters"
        case = at_case(difference, renaming)
        check_letters(case, frozenset(renaming.values()))
        if case.has(sp.nan, sp.zoo, sp.oo):
            return "a side has no value"
        if not zero.holds(case):
            equal = [f"{i.name} = {j.name}" for i, j in _equal(free, env, renaming)]
            return "the difference was not shown to be 0" + (f" where {', '.join(equal)}" if equal else "")
    return ""


def _equal(free: Any, env: Any, renaming: Any) -> list[tuple[Any, Any]]:
    back = {s: i for i in free for s in (env[i.name],)}
    return [(i, back[renaming[env[i.name]]]) for i in free if renaming[env[i.name]] != env[i.name]]


def _rule(builder: Builder, a: Assumption) -> Any:
    """The rewriting of one sum that an equality assumption allows."""
    letters = sorted(free_indices(a.left) | free_indices(a.right))
    env = {i.name: builder.letters.fresh() for i in letters}
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
    for c, size in bound:
        inside = [f for f in sp.Mul.make_args(body) if c in f.free_symbols]
        part = sums.over(c, size, sp.Mul(*inside))
        letters = match(s, part, holes) if isinstance(part, sp.Sum) else None
        if letters is not None:
            rest = sp.Mul(*(f for f in sp.Mul.make_args(body) if c not in f.free_symbols))
            made = rest * value.xreplace(letters)
            for other, other_size in bound:
                if other != c:
                    made = sums.over(other, other_size, made)
            return made
    return None

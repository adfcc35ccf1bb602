"""One derivative, one rule, one line: the rules of calculus as a student applies them.

``apply`` takes an unevaluated derivative and gives the name of the rule that fits its body and what
the rule makes of it, with smaller derivatives inside.  The derivatives of the elementary functions
come from the table in :mod:`symderiv.derive.rules`; nothing else is known about any function.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from symderiv.derive.algebra import powers, product, terms_of
from symderiv.derive.rules import FUNCTIONS
from symderiv.terms import (
    MINUS_ONE,
    ONE,
    ZERO,
    Add,
    Call,
    Compare,
    Diff,
    Entry,
    Index,
    Mul,
    Num,
    Pow,
    Reduce,
    Term,
    Where,
    add,
    all_indices,
    call,
    count_nodes,
    div,
    fresh_name,
    instantiate,
    kronecker,
    map_children,
    mul,
    over,
    power,
    rename,
    split_range,
    tensor_names,
    walk,
)

#: Rules that only look something up; they are applied last, all at once.
LOOKUPS = ("variable", "constant", "known")


@dataclass
class Scope:
    """What a derivation knows: which names depend on the input, and what was derived before."""

    target: Entry
    moving: set[str]
    #: name -> (head letters, its derivative by the target)
    known: dict[str, tuple[tuple[Index, ...], Term]] = field(default_factory=dict)
    #: gives a long part a name of its own; the entry to write instead (or the term itself if short)
    name: Callable[[Term, tuple[str, ...], bool], Term] = lambda term, wanted, always: term

    def depends(self, term: Term) -> bool:
        """Whether ``term`` can change with the target."""
        return not self.moving.isdisjoint(tensor_names(term))

    def diff(self, term: Term) -> Term:
        """The derivative still to be taken; 0 of what does not depend on the input."""
        return Diff(term, (self.target,)) if self.depends(term) else ZERO


def rule_of(d: Diff, scope: Scope) -> str:
    """The rule that fits the body of ``d``."""
    body = d.body
    if not scope.depends(body):
        return "constant"
    match body:
        case Entry(name):
            if name == scope.target.name:
                return "variable"
            return "known" if name in scope.known else "pending"
        case Add():
            return "sum"
        case Mul() | Pow():
            return _product_rule(body, scope)
        case Call("max" | "min", (_, _)):
            return "larger"
        case Call():
            return "chain"
        case Where(condition):
            if not isinstance(condition, Compare):
                return "by position"
            moves = scope.depends(condition.left) or scope.depends(condition.right)
            return "branches" if moves else "still branches"
        case Reduce(op):
            return {"sum": "linear", "mean": "linear", "prod": "product over"}.get(op, "extreme")
        case _:
            raise TypeError(f"no rule for {type(body).__name__}")


def _product_rule(body: Term, scope: Scope) -> str:
    coefficient, factors = powers(body)
    moving = [(b, e) for b, e in factors if scope.depends(b)]
    still = [(b, e) for b, e in factors if not scope.depends(b)]
    one_below = len(moving) == 1 and moving[0][1] == -1
    if one_below and coefficient.denominator == 1 and all(e > 0 for _, e in still):
        return "reciprocal"
    if still or coefficient != 1:
        return "constant factor"
    if len(moving) > 1:
        return "quotient" if any(e < 0 for _, e in moving) else "product"
    base, _ = moving[0]
    return "exponent" if isinstance(base, Pow) and scope.depends(base.exponent) else "power"


def apply(d: Diff, scope: Scope) -> Term:
    """What the rule of :func:`rule_of` makes of ``d``."""
    return _MOVES[rule_of(d, scope)](d.body, scope)


# --- one function a rule --------------------------------------------------------------------------


def _constant(body: Term, scope: Scope) -> Term:
    return ZERO


def _variable(body: Term, scope: Scope) -> Term:
    assert isinstance(body, Entry)
    return mul(*(kronecker(a, b) for a, b in zip(body.indices, scope.target.indices, strict=True)))


def _known(body: Term, scope: Scope) -> Term:
    assert isinstance(body, Entry)
    head, value = scope.known[body.name]
    return instantiate(head, value, body.indices)


def _sum(body: Term, scope: Scope) -> Term:
    parts = []
    for t in terms_of(body):
        coefficient, factors = powers(t)
        parts.append(mul(Num(coefficient), scope.diff(product(Fraction(1), factors))))
    return add(*parts)


def _factor(body: Term, scope: Scope) -> Term:
    coefficient, factors = powers(body)
    still = [(b, e) for b, e in factors if not scope.depends(b)]
    moving = [(b, e) for b, e in factors if scope.depends(b)]
    return mul(product(coefficient, still), scope.diff(product(Fraction(1), moving)))


def _product(body: Term, scope: Scope) -> Term:
    assert isinstance(body, Mul)
    fs = body.factors
    return add(*(mul(*fs[:n], scope.diff(f), *fs[n + 1 :]) for n, f in enumerate(fs)))


def _fraction(body: Term) -> tuple[Term, Term]:
    coefficient, factors = powers(body)
    top = product(Fraction(coefficient.numerator), [(b, e) for b, e in factors if e > 0])
    bottom = product(Fraction(coefficient.denominator), [(b, -e) for b, e in factors if e < 0])
    return top, bottom


def _quotient(body: Term, scope: Scope) -> Term:
    top, bottom = _fraction(body)
    f = scope.name(top, ("f", "p", "a"), True)
    g = scope.name(bottom, ("g", "q", "b"), True)
    return div(add(mul(scope.diff(f), g), mul(MINUS_ONE, f, scope.diff(g))), power(g, Num(Fraction(2))))


def _reciprocal(body: Term, scope: Scope) -> Term:
    top, bottom = _fraction(body)
    g = bottom if isinstance(bottom, Entry) else scope.name(bottom, ("g", "q", "b"), True)
    return div(mul(MINUS_ONE, top, scope.diff(g)), power(g, Num(Fraction(2))))


def _power(body: Term, scope: Scope) -> Term:
    base, exponent = (body.base, body.exponent) if isinstance(body, Pow) else (body, ONE)
    u = scope.name(base, ("u", "v", "w"), False)
    return mul(exponent, power(u, add(exponent, MINUS_ONE)), scope.diff(u))


def _exponent(body: Term, scope: Scope) -> Term:
    assert isinstance(body, Pow)
    return mul(body, scope.diff(mul(body.exponent, call("log", body.base))))


def _chain(body: Term, scope: Scope) -> Term:
    assert isinstance(body, Call)
    u = scope.name(body.args[0], ("u", "v", "w"), False)
    return mul(FUNCTIONS[body.function](u), scope.diff(u))


def _larger(body: Term, scope: Scope) -> Term:
    assert isinstance(body, Call)
    a, b = body.args
    if not scope.depends(a):
        a, b = b, a  # the moving one first: where(x > 0, ..., 0)
    a, b = (scope.name(t, ("v", "w", "h"), False) if scope.depends(t) else t for t in (a, b))
    return Where(Compare(">" if body.function == "max" else "<", a, b), scope.diff(a), scope.diff(b))


def _branches(body: Term, scope: Scope) -> Term:
    assert isinstance(body, Where)
    branches: tuple[Term, ...] = (body.then, body.other)
    if all(scope.depends(t) and not isinstance(t, Entry) for t in branches):  # each line would hold both
        branches = tuple(scope.name(t, ("f", "g", "p"), True) for t in branches)
    then, other = map(scope.diff, branches)
    return Where(body.condition, then, other)


def _linear(body: Term, scope: Scope) -> Term:
    assert isinstance(body, Reduce)
    ranges, inner = split_range(body.op, body.indices, body.body)
    return over(body.op, body.indices, ranges, scope.diff(inner))


def _again(term: Reduce, taken: frozenset[str]) -> Term:
    used = {i.name for i in all_indices(term)} | taken
    mapping: dict[Index, Index] = {}
    for i in term.indices:
        mapping[i] = Index(fresh_name(i.name, used), i.dim)
        used.add(mapping[i].name)
    return Reduce(term.op, tuple(mapping.values()), rename(term.body, mapping))


def _extreme(body: Term, scope: Scope) -> Term:
    assert isinstance(body, Reduce)
    again = _again(body, frozenset(i.name for i in scope.target.letters))
    ranges, inner = split_range(body.op, body.indices, body.body)
    reached = Compare(">=" if body.op == "max" else "<=", inner, again)
    return over("sum", body.indices, ranges, Where(reached, scope.diff(inner), ZERO))


def _product_over(body: Term, scope: Scope) -> Term:
    assert isinstance(body, Reduce)
    again = _again(body, frozenset(i.name for i in scope.target.indices))
    return mul(again, Reduce("sum", body.indices, div(scope.diff(body.body), body.body)))


_MOVES: Mapping[str, Callable[[Term, Scope], Term]] = {
    "constant": _constant,
    "variable": _variable,
    "known": _known,
    "sum": _sum,
    "constant factor": _factor,
    "product": _product,
    "quotient": _quotient,
    "reciprocal": _reciprocal,
    "power": _power,
    "exponent": _exponent,
    "chain": _chain,
    "larger": _larger,
    "branches": _branches,
    "by position": _branches,
    "still branches": _branches,
    "linear": _linear,
    "extreme": _extreme,
    "product over": _product_over,
}


# --- in a larger term -----------------------------------------------------------------------------


def standing(term: Term) -> list[Diff]:
    """The derivatives that still stand in ``term``, in reading order."""
    return [t for t in walk(term) if isinstance(t, Diff)]


def replace_diffs(term: Term, make: Callable[[Diff], Term]) -> Term:
    """Each derivative replaced by ``make`` of it."""
    if isinstance(term, Diff):
        return make(term)
    return map_children(term, lambda t: replace_diffs(t, make))


def is_long(term: Term) -> bool:
    """Whether a part is worth a name of its own before it is differentiated."""
    return any(isinstance(t, Reduce) for t in walk(term)) or count_nodes(term) > 12


__all__ = ["LOOKUPS", "Scope", "apply", "is_long", "replace_diffs", "rule_of", "standing"]

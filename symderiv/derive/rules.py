"""Differentiation: one table of rules, one line a rule.

``FUNCTIONS`` maps a function to the derivative by its argument; the rest of the language is the
match in :func:`differentiate`.  Bound letters that meet a letter of the target are renamed first, so
nothing is captured.  max, min, abs, sign and where are differentiated off their ties.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache

from symderiv.terms import (
    MINUS_ONE,
    ONE,
    ZERO,
    Add,
    Bodies,
    Call,
    Compare,
    Diff,
    Entry,
    Index,
    Mul,
    Num,
    Pi,
    Pow,
    Reduce,
    Term,
    Where,
    add,
    all_indices,
    call,
    div,
    fresh_name,
    kronecker,
    letters_in,
    map_children,
    mul,
    neg,
    over,
    power,
    rename,
    split_range,
    tensor_names,
    unfold,
    walk,
)

TWO = Num(Fraction(2))

#: Derivative of each function of one argument (standard calculus; abs and sign off 0).
FUNCTIONS: dict[str, Callable[[Term], Term]] = {
    "exp": lambda u: call("exp", u),
    "expm1": lambda u: call("exp", u),
    "log": lambda u: power(u, MINUS_ONE),
    "log1p": lambda u: power(add(ONE, u), MINUS_ONE),
    "sqrt": lambda u: div(ONE, mul(TWO, call("sqrt", u))),
    "sin": lambda u: call("cos", u),
    "cos": lambda u: neg(call("sin", u)),
    "tanh": lambda u: add(ONE, neg(power(call("tanh", u), TWO))),
    "sinh": lambda u: call("cosh", u),
    "cosh": lambda u: call("sinh", u),
    "erf": lambda u: div(mul(TWO, call("exp", neg(power(u, TWO)))), call("sqrt", Pi())),
    "erfc": lambda u: neg(div(mul(TWO, call("exp", neg(power(u, TWO)))), call("sqrt", Pi()))),
    "sigmoid": lambda u: mul(call("sigmoid", u), add(ONE, neg(call("sigmoid", u)))),
    "abs": lambda u: call("sign", u),
    "sign": lambda u: ZERO,
}


@lru_cache(maxsize=65536)
def differentiate(term: Term, target: Entry) -> Term:
    """The derivative of ``term`` (definitions unfolded, no ``Diff`` inside) by the entry ``target``."""
    if target.name not in tensor_names(term):
        return ZERO
    match term:
        case Entry(_, indices):
            return mul(*(kronecker(a, b) for a, b in zip(indices, target.indices, strict=True)))
        case Add(terms):
            return add(*(differentiate(t, target) for t in terms))
        case Mul(factors):
            return add(
                *(
                    mul(*factors[:n], differentiate(f, target), *factors[n + 1 :])
                    for n, f in enumerate(factors)
                    if target.name in tensor_names(f)
                )
            )
        case Pow(base, exponent) if target.name not in tensor_names(exponent):
            return mul(exponent, power(base, add(exponent, MINUS_ONE)), differentiate(base, target))
        case Pow(base, exponent):
            inner = mul(exponent, call("log", base))
            return mul(term, differentiate(inner, target))
        case Call("max", (a, b)):
            return Where(Compare(">", a, b), differentiate(a, target), differentiate(b, target))
        case Call("min", (a, b)):
            return Where(Compare("<", a, b), differentiate(a, target), differentiate(b, target))
        case Call(function, (u,)):
            return mul(FUNCTIONS[function](u), differentiate(u, target))
        case Where(condition, then, other):
            return Where(condition, differentiate(then, target), differentiate(other, target))
        case Reduce():
            return _reduction(term, target)
        case _:
            raise TypeError(f"no rule for {type(term).__name__}")


def _reduction(term: Reduce, target: Entry) -> Term:
    names = frozenset(i.name for i in letters_in(target.indices))
    fresh = rename(term, {}, avoid=names)
    assert isinstance(fresh, Reduce)
    op, indices, body = fresh.op, fresh.indices, fresh.body
    inner = differentiate(body, target)
    if inner == ZERO:
        return ZERO
    match op:
        case "sum" | "mean":
            return Reduce(op, indices, inner)
        case "max" | "min":
            again = _relettered(fresh, names)
            conditions, body = split_range(op, indices, body)
            reached = Compare(">=" if op == "max" else "<=", body, again)
            inner = Where(reached, differentiate(body, target), ZERO)
            if _moves_one(indices, body, target):
                # no other value moves: where two reach the maximum it has a derivative only if that is 0
                return over("sum", indices, conditions, inner)
            # where it is differentiable all values that are reached have its derivative: their mean
            count = over("sum", indices, conditions, Where(reached, ONE, ZERO))
            return div(over("sum", indices, conditions, inner), count)
        case _:
            again = _relettered(fresh, names)
            return mul(again, Reduce("sum", indices, div(inner, body)))


def _moves_one(indices: tuple[Index, ...], body: Term, target: Entry) -> bool:
    """Whether an entry moves the body for one value of the letters at most."""
    uses = {t.indices for t in walk(body) if isinstance(t, Entry) and t.name == target.name}
    return len(uses) == 1 and set(indices) <= set(next(iter(uses)))


def _relettered(term: Reduce, taken: frozenset[str]) -> Term:
    """The same reduction with bound letters of its own."""
    used = {i.name for i in all_indices(term)} | taken
    mapping: dict[Index, Index] = {}
    for i in term.indices:
        j = Index(fresh_name(i.name, used), i.dim)
        used.add(j.name)
        mapping[i] = j
    return Reduce(term.op, tuple(mapping.values()), rename(term.body, mapping))


def evaluate(term: Term, bodies: Bodies) -> Term:
    """``term`` unfolded to inputs, with every ``Diff`` replaced by the derivative it stands for."""
    return _evaluate(unfold(term, bodies))


def _evaluate(term: Term) -> Term:
    if isinstance(term, Diff):
        result = _evaluate(term.body)
        for target in term.targets:
            result = differentiate(result, target)
        return result
    return map_children(term, _evaluate)


__all__ = ["FUNCTIONS", "Mul", "differentiate", "evaluate"]

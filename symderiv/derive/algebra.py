"""Algebra in small moves, each a line that a person would write; the form of a term is kept.

Every function here takes a term to an equal term (where both are defined) by one kind of move:
``cancel``, ``expand``, ``contract``, ``hoist``, ``factor``, ``divide_through`` ...  They are not trusted:
each use is proved by the index calculus.  ``same`` compares terms up to order and bound letters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import gcd

from symderiv.derive.deltas import contracted, split_delta
from symderiv.derive.recognise import delta_of_branches
from symderiv.terms import (
    ZERO,
    Add,
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
    add,
    children,
    free_indices,
    kronecker,
    map_children,
    mul,
    power,
)

#: A product as a number and (base, exponent) pairs, in reading order.
Powers = tuple[Fraction, list[tuple[Term, Fraction]]]


def everywhere(term: Term, move: Callable[[Term], Term]) -> Term:
    """``move`` at every subterm, innermost first; derivatives that still stand are left alone."""
    if isinstance(term, Diff):
        return term
    return move(map_children(term, lambda t: everywhere(t, move)))


# --- products as lists of powers ------------------------------------------------------------------


def powers(term: Term) -> Powers:
    """``term`` as a number times powers."""
    coefficient = Fraction(1)
    out: list[tuple[Term, Fraction]] = []
    for f in term.factors if isinstance(term, Mul) else (term,):
        match f:
            case Num(value):
                coefficient *= value
            case Pow(Mul() as base, Num(value)) if value.denominator == 1:
                inner, parts = powers(base)
                coefficient *= inner ** int(value)
                out.extend((b, e * value) for b, e in parts)
            case Pow(base, Num(value)):
                out.append((base, value))
            case _:
                out.append((f, Fraction(1)))
    return coefficient, out


def product(coefficient: Fraction, factors: list[tuple[Term, Fraction]]) -> Term:
    """The inverse of :func:`powers`."""
    return mul(Num(coefficient), *(power(b, Num(e)) for b, e in factors if e))


def terms_of(term: Term) -> tuple[Term, ...]:
    """The summands."""
    return term.terms if isinstance(term, Add) else (term,)


# --- comparing ------------------------------------------------------------------------------------


def shape(term: Term, bound: Mapping[Index, str] | None = None) -> str:
    """A text that equal terms share, whatever the order of sums and products or the bound letters."""
    names = bound or {}

    def letter(p: Position) -> str:
        if isinstance(p, Index):
            return names.get(p, p.name)
        parts = (f"{k:+d}{letter(s) if isinstance(s, Index) else f'#{s.dim}'}" for s, k in p.parts)
        return f"{''.join(sorted(parts))}{p.constant:+d}"

    match term:
        case Num(value):
            return str(value)
        case Size(dim):
            return f"#{dim}"
        case Entry(name, indices):
            return f"{name}[{','.join(map(letter, indices))}]"
        case Delta(left, right):
            return f"d[{','.join(sorted((letter(left), letter(right))))}]"
        case Add(terms):
            return f"({'+'.join(sorted(shape(t, names) for t in terms))})"
        case Mul():
            coefficient, factors = powers(term)
            return f"({coefficient}*{'*'.join(sorted(shape(b, names) + f'^{e}' for b, e in factors))})"
        case Pow(base, Num(value)):
            return f"(1*{shape(base, names)}^{value})"
        case Reduce(op, indices, body):
            inner = {**names, **{i: f"~{len(names)}.{n}" for n, i in enumerate(indices)}}
            return f"{op}({shape(body, inner)})"
        case _:
            label = getattr(term, "function", "") or type(term).__name__
            if isinstance(term, Where):
                label += term.condition.op
                if isinstance(term.condition, Order):
                    label += f"[{letter(term.condition.left)},{letter(term.condition.right)}]"
            return f"{label}({','.join(shape(t, names) for t in children(term))})"


def same(one: Term, two: Term) -> bool:
    """Whether the terms differ at most in the order of sums and products and in bound letters."""
    return one == two or shape(one) == shape(two)


# --- cancelling and collecting --------------------------------------------------------------------


def cancel(term: Term) -> Term:
    """Equal factors join their exponents, equal summands their coefficients."""
    return everywhere(term, _cancel)


def _cancel(term: Term) -> Term:
    match term:
        case Mul():
            coefficient, factors = powers(term)
            merged: dict[str, tuple[Term, Fraction]] = {}
            for base, e in factors:
                key = shape(base)
                known = merged.get(key, (base, Fraction(0)))
                merged[key] = (known[0], known[1] + e)
            out: list[tuple[Term, Fraction]] = []
            for base, e in merged.values():
                if isinstance(base, Call) and base.function == "sqrt" and e.denominator == 1 and abs(e) >= 2:
                    whole = Fraction(int(e / 2))
                    out.extend([(base.args[0], whole), (base, e - 2 * whole)])
                else:
                    out.append((base, Fraction(1) if isinstance(base, Delta) else e))
            return product(coefficient, _one_root(out))
        case Add(terms):
            totals: dict[str, tuple[Fraction, list[tuple[Term, Fraction]]]] = {}
            for t in terms:
                c, factors = powers(t)
                key = shape(product(Fraction(1), factors))
                totals[key] = (totals[key][0] + c if key in totals else c, factors)
            if len(totals) == len(terms):
                return term
            return add(*(product(c, factors) for c, factors in totals.values()))
        case Delta(left, right) if isinstance(value := kronecker(left, right), Num):
            return value
        case Reduce(op, _, body) if body == ZERO and op in ("sum", "mean", "max", "min"):
            return ZERO
        case Where(_, then, other) if then == other:
            return then
        case _:
            return term


def _one_root(factors: list[tuple[Term, Fraction]]) -> list[tuple[Term, Fraction]]:
    """sqrt(2)*sqrt(pi) = sqrt(2*pi): roots of positive constants join."""
    for e in (Fraction(1), Fraction(-1)):
        roots = [f for f in factors if f[1] == e and isinstance(f[0], Call) and _root_of_constant(f[0])]
        if len(roots) > 1:
            inside = mul(*sorted((b.args[0] for b, _ in roots if isinstance(b, Call)), key=_pi_last))
            at = factors.index(roots[0])
            factors = [f for f in factors if f not in roots]
            factors.insert(at, (Call("sqrt", (inside,)), e))
    return factors


def _root_of_constant(call: Call) -> bool:
    inside = call.args[0].factors if isinstance(call.args[0], Mul) else call.args[:1]
    return call.function == "sqrt" and all(
        isinstance(t, Pi) or (isinstance(t, Num) and t.value > 0) for t in inside
    )


def _pi_last(term: Term) -> bool:
    return not isinstance(term, Num)


def out_of_branches(term: Term) -> Term:
    """where(c, d*a, d*b) = d*where(c, a, b) for deltas d that both branches share."""
    for _ in range(4):
        before, term = term, everywhere(term, lambda t: delta_of_branches(t) if isinstance(t, Where) else t)
        if term == before:
            break
    return term


# --- sums: expanding, contracting, moving out -----------------------------------------------------


def expand(term: Term) -> Term:
    """Multiply out a bracket under a sum where it holds a delta that the sum will contract."""
    return everywhere(term, _expand)


def _expand(term: Term) -> Term:
    if not (isinstance(term, Reduce) and term.op in ("sum", "mean") and isinstance(term.body, Mul)):
        return term
    bound = frozenset(term.indices)
    factors = term.body.factors
    for n, f in enumerate(factors):
        if isinstance(f, Add) and any(split_delta(t, bound) for t in f.terms):
            rest = (*factors[:n], *factors[n + 1 :])
            return Reduce(term.op, term.indices, add(*(_cancel(mul(*rest, t)) for t in f.terms)))
    return term


def contract(term: Term) -> Term:
    """sum[c](delta[c,i]*f(c)) = f(i); a sum of several terms is split where one of them contracts."""
    return everywhere(term, _contract)


def _contract(term: Term) -> Term:
    if not (isinstance(term, Reduce) and term.op in ("sum", "mean")):
        return term
    bound = frozenset(term.indices)
    parts = terms_of(term.body)
    if not any(split_delta(t, bound) for t in parts):
        return term
    return add(*(_contract_one(term, t) for t in parts))


def _contract_one(term: Reduce, body: Term) -> Term:
    found = split_delta(body, frozenset(term.indices))
    if found is None:
        coefficient, factors = powers(body)
        return mul(Num(coefficient), Reduce(term.op, term.indices, product(Fraction(1), factors)))
    gone, rest = contracted(*found, frozenset(term.indices))
    if term.op == "mean":
        rest = mul(rest, power(Size(gone.dim), Num(Fraction(-1))))
    others = tuple(i for i in term.indices if i != gone)
    if not others:
        return rest
    coefficient, factors = powers(rest)
    return mul(Num(coefficient), _contract(Reduce(term.op, others, product(Fraction(1), factors))))


def hoist(term: Term) -> Term:
    """Factors that do not depend on the summation letter move in front of the sum."""
    return everywhere(term, _hoist)


def _hoist(term: Term) -> Term:
    if not (isinstance(term, Reduce) and term.op in ("sum", "mean")):
        return term
    bound = frozenset(term.indices)
    if not free_indices(term.body) & bound:
        if term.op == "mean":
            return term.body
        return mul(*(Size(i.dim) for i in term.indices), term.body)
    if not isinstance(term.body, Mul):
        return term
    outside = [f for f in term.body.factors if not free_indices(f) & bound]
    inside = [f for f in term.body.factors if free_indices(f) & bound]
    return mul(*outside, Reduce(term.op, term.indices, mul(*inside))) if outside else term


def split_means(term: Term) -> Term:
    """mean[c](x[c] - a) = mean[c](x[c]) - a: split where a summand does not depend on the letter."""
    return everywhere(term, _split_means)


def _split_means(term: Term) -> Term:
    if not (isinstance(term, Reduce) and term.op == "mean" and isinstance(term.body, Add)):
        return term
    bound = frozenset(term.indices)
    if all(free_indices(t) & bound for t in term.body.terms):
        return term
    return add(*(_hoist(Reduce(term.op, term.indices, t)) for t in term.body.terms))


# --- brackets -------------------------------------------------------------------------------------


def factor(term: Term) -> Term:
    """Common factors of a sum's terms move in front of a bracket."""
    return everywhere(term, _factor)


def _factor(term: Term) -> Term:
    if not isinstance(term, Add):
        return term
    split = [powers(t) for t in term.terms]
    common: list[tuple[Term, Fraction]] = []
    for base, _ in split[0][1]:
        key = shape(base)
        exponents = [next((k for b, k in factors if shape(b) == key), Fraction(0)) for _, factors in split]
        if all(k > 0 for k in exponents):
            common.append((base, min(exponents)))
        elif all(k < 0 for k in exponents):
            common.append((base, max(exponents)))
    numbers = [c for c, _ in split]
    content = _content(numbers)
    if all(c < 0 for c in numbers):
        content = -content
    if content == 1 and not common:
        return term
    inside = []
    for c, factors in split:
        left = list(factors)
        for base, e in common:
            n = next(n for n, (b, _) in enumerate(left) if shape(b) == shape(base))
            left[n] = (left[n][0], left[n][1] - e)
        inside.append(product(c / content, left))
    bracket = add(*inside)
    if common and all(isinstance(t, Num) for t in inside):
        return term
    return _cancel(mul(product(content, common), bracket))


def _content(numbers: list[Fraction]) -> Fraction:
    """The greatest number that divides all; a denominator only where all share it."""
    shared = {c.denominator for c in numbers}
    return Fraction(gcd(*(c.numerator for c in numbers)), shared.pop()) if len(shared) == 1 else Fraction(1)


def divide_through(term: Term) -> Term:
    """(a*S - b)/S = a - b/S: denominators go into a bracket that holds them as factors."""
    for _ in range(4):
        term, before = everywhere(term, _divide_through), term
        if term == before:
            break
    return term


def _divide_through(term: Term) -> Term:
    if not isinstance(term, Mul):
        return term
    coefficient, factors = powers(term)
    for n, (bracket, one) in enumerate(factors):
        if not (isinstance(bracket, Add) and one == 1):
            continue
        for m, (bottom, e) in enumerate(factors):
            if e > -1 or m == n:
                continue
            key = shape(bottom)
            if not any(shape(b) == key and k >= 1 for t in bracket.terms for b, k in powers(t)[1]):
                continue
            inside = add(*(_cancel(mul(t, power(bottom, Num(Fraction(-1))))) for t in bracket.terms))
            rest = list(factors)
            rest[m] = (bottom, e + 1)
            rest[n] = (inside, Fraction(1))
            return product(coefficient, rest)
    return term

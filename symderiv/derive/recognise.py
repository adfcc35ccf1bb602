"""Structural tidying of terms: deltas contracted, a definition's body recognised as its name."""

from __future__ import annotations

from collections.abc import Sequence

from symderiv.definitions import Statement
from symderiv.derive.deltas import contracted, split_delta
from symderiv.terms import (
    ONE,
    ZERO,
    Add,
    Call,
    Delta,
    Entry,
    Index,
    Mul,
    Num,
    Order,
    Position,
    Pow,
    Reduce,
    Size,
    Term,
    Where,
    add,
    call,
    children,
    kronecker,
    letters_in,
    map_children,
    move,
    mul,
    power,
)


def clean(term: Term) -> Term:
    """Contract deltas under sums, drop zero branches; equal to ``term`` everywhere."""
    term = map_children(term, clean)
    if isinstance(term, Delta) and isinstance(known := kronecker(term.left, term.right), Num):
        return known
    if isinstance(term, Where) and term.then == term.other:
        return term.then
    if isinstance(term, Add):
        return _common_delta(term)
    if isinstance(term, Where):
        return _out_of_branches(term)
    if isinstance(term, Reduce):
        if term.body == ZERO and term.op in ("sum", "mean", "max", "min"):
            return ZERO
        if term.op in ("sum", "mean"):
            return _contract(term)
    return term


def _out_of_branches(term: Where) -> Term:
    """where(c, delta*a, delta*b) = delta*where(c, a, b)."""
    return _without_delta(term, set(_factors(term.then)) & set(_factors(term.other)))


def delta_of_branches(term: Where) -> Term:
    """The same, also where one branch is 0."""
    sides = [set(_factors(t)) for t in (term.then, term.other) if t != ZERO]
    return _without_delta(term, set.intersection(*sides)) if sides else term


def _without_delta(term: Where, shared: set[Term]) -> Term:
    delta = min((f for f in shared if isinstance(f, Delta)), default=None, key=repr)
    if delta is None:
        return term
    a, b = (t if t == ZERO else mul(*(f for f in _factors(t) if f != delta)) for t in (term.then, term.other))
    return mul(delta, Where(term.condition, a, b))


def _factors(term: Term) -> tuple[Term, ...]:
    return term.factors if isinstance(term, Mul) else (term,)


def _common_delta(term: Add) -> Term:
    """delta*a + delta*b = delta*(a + b)."""
    shared = set(_factors(term.terms[0]))
    for t in term.terms[1:]:
        shared &= set(_factors(t))
    delta = min((f for f in shared if isinstance(f, Delta)), default=None, key=repr)
    if delta is None:
        return term
    rest = []
    for t in term.terms:
        factors = list(_factors(t))
        factors.remove(delta)
        rest.append(mul(*factors))
    return mul(delta, add(*rest))


def _contract(term: Reduce) -> Term:
    """sum[c](delta[c,i]*f(c)) = f(i); for a mean, divided by the size."""
    factors = _factors(term.body)
    bound = frozenset(term.indices)
    for n, f in enumerate(factors):
        if isinstance(f, Add) and any(split_delta(t, bound) for t in f.terms):
            parts = [mul(*factors[:n], t, *factors[n + 1 :]) for t in f.terms]
            return clean(add(*(_contract(Reduce(term.op, term.indices, p)) for p in parts)))
    found = split_delta(term.body, bound)
    if found is None:
        return term
    gone, rest = contracted(*found, bound)
    others = tuple(i for i in term.indices if i != gone)
    if term.op == "mean":
        rest = mul(rest, Num(ONE.value)) / Size(gone.dim)
    return clean(Reduce(term.op, others, rest)) if others else clean(rest)


def as_tanh(term: Term) -> Term:
    """sinh(u)/cosh(u) is tanh(u), shorter to read and finite where both are not."""
    term = map_children(term, as_tanh)
    if not isinstance(term, Mul):
        return term
    for n, f in enumerate(term.factors):
        for m, g in enumerate(term.factors):
            match f, g:
                case Call("sinh", (u,)), Pow(Call("cosh", (v,)) as below, Num(e)) if u == v and e <= -1:
                    known = {n: call("tanh", u), m: power(below, Num(e + 1))}
                    return as_tanh(mul(*(known.get(k, t) for k, t in enumerate(term.factors))))
    return term


def recognise(term: Term, statements: Sequence[Statement]) -> Term:
    """Replace subterms that are the body of a definition (at any letters) by its name."""
    for s in reversed(statements):
        if not isinstance(s.body, (Entry, Num)):
            term = _replace(term, s)
    return term


def _replace(term: Term, s: Statement) -> Term:
    mapping: dict[Index, Index] = {}
    if _matches(s.body, term, mapping, frozenset(s.head)) and all(i in mapping for i in s.head):
        return Entry(s.name, tuple(mapping[i] for i in s.head))
    return map_children(term, lambda t: _replace(t, s))


def _matches(pattern: Term, term: Term, mapping: dict[Index, Index], head: frozenset[Index]) -> bool:
    """One-way matching: head letters and bound letters of the pattern stand for letters."""
    if type(pattern) is not type(term):
        return False

    def letter(a: Position, b: Position) -> bool:
        if not (isinstance(a, Index) and isinstance(b, Index)):
            return letters_in((a,)) <= mapping.keys() and move(a, mapping) == b
        if a.dim != b.dim:
            return False
        return mapping.setdefault(a, b) == b

    match pattern, term:
        case Entry(n, a), Entry(m, b):
            return n == m and all(letter(x, y) for x, y in zip(a, b, strict=True))
        case Delta(a, b), Delta(c, d):
            return letter(a, c) and letter(b, d)
        case Reduce(op, a, body), Reduce(op2, b, body2):
            if op != op2 or len(a) != len(b):
                return False
            inner = {k: v for k, v in mapping.items() if k not in a}
            inner.update(zip(a, b, strict=True))
            if not _matches(body, body2, inner, head):
                return False
            if any(v in b for k, v in inner.items() if k not in a):
                return False
            mapping.update({k: v for k, v in inner.items() if k not in a})
            return True
        case (Num(), _) | (Size(), _):
            return pattern == term
        case _:
            one, two = children(pattern), children(term)
            if len(one) != len(two) or _label(pattern) != _label(term):
                return False
            if not all(_matches(x, y, mapping, head) for x, y in zip(one, two, strict=True)):
                return False
            match pattern, term:
                case Where(Order(_, a, b)), Where(Order(_, c, d)):
                    return letter(a, c) and letter(b, d)
            return True


def _label(term: Term) -> str:
    if isinstance(term, Where):
        return f"{type(term.condition).__name__} {term.condition.op}"
    return getattr(term, "function", "")

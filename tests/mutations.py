"""Claims that differ in one place from a given one: test data for the checkers.

* :func:`claim_mutants`   one place of either side: a sign, a factor, an exponent, a delta dropped or
  re-lettered, letters swapped, a reduction over another expression, a dropped or doubled addend
* :func:`slips`           mistakes that people make, each under its name: a chain factor dropped,
  (1 - t)**2 for 1 - t**2, a reduction's letter, the size of another dimension, a lost assumption, a
  derivative by another input, what holds at size 1 or 2 or for equal letters only, ...

Which of them are false is for others to say.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from fractions import Fraction

from symderiv.definitions import Claim
from symderiv.notation.show import equation
from symderiv.terms import (
    COMPARISONS,
    MINUS_ONE,
    ONE,
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
    Position,
    Pow,
    Reduce,
    Size,
    Term,
    Where,
    add,
    affine,
    children,
    free_indices,
    linear,
    map_children,
    mul,
    neg,
    power,
    rebuild,
    rename,
    split_range,
    tensor_names,
    walk,
)

TWO = Num(Fraction(2))


def mutants(term: Term) -> list[Term]:
    """Every one-place change of ``term``, each once, in a fixed order."""
    found: dict[Term, None] = {}
    for changed in _everywhere(term):
        if changed != term and free_indices(changed) <= free_indices(term):
            found.setdefault(changed)
    return list(found)


def claim_mutants(claim: Claim) -> list[Claim]:
    """Every one-place change of either side of a claim; of its definition too where these are few."""
    found = [dataclasses.replace(claim, right=t) for t in mutants(claim.right)]
    found += [dataclasses.replace(claim, left=t) for t in mutants(claim.left)]
    found = [dataclasses.replace(c, text=equation(c.left, c.right)) for c in found if _balanced(c)]
    if len(found) < 40:  # a short claim: change the definition under it as well
        for n, s in enumerate(claim.statements):
            for body in mutants(s.body):
                if free_indices(body) == frozenset(s.head) and _speakable(body):
                    changed = dataclasses.replace(s, body=body)
                    statements = (*claim.statements[:n], changed, *claim.statements[n + 1 :])
                    text = f"{claim.text} with {equation(s.entry, body)}"
                    found.append(dataclasses.replace(claim, statements=statements, text=text))
    return found


def _balanced(claim: Claim) -> bool:
    left, right = free_indices(claim.left), free_indices(claim.right)
    speakable = all(_speakable(t) for t in (claim.left, claim.right, *(s.body for s in claim.statements)))
    return speakable and (left == right or not left or not right)


def _speakable(term: Term) -> bool:
    """Whether what a maximum takes outside its range stands there only."""
    if isinstance(term, Reduce):
        return _speakable(split_range(term.op, term.indices, term.body)[1])
    return not isinstance(term, Neutral) and all(_speakable(t) for t in children(term))


def _everywhere(term: Term) -> Iterator[Term]:
    yield from _here(term)
    if isinstance(term, Diff):
        return
    parts = children(term)
    for n, part in enumerate(parts):
        for changed in _everywhere(part):
            yield rebuild(term, (*parts[:n], changed, *parts[n + 1 :]))


def _here(term: Term) -> Iterator[Term]:
    match term:
        case Num(value):
            yield Num(value + 1)
            yield Num(value - 1)
            yield Num(value + 2)
            yield Num(value / 2 + Fraction(1, 3))
            return
        case Add(terms):
            for n, t in enumerate(terms):
                others = (*terms[:n], *terms[n + 1 :])
                yield add(*others)
                yield add(*others, neg(t))
                yield add(*others, mul(TWO, t))
        case Mul(factors):
            for n, f in enumerate(factors):
                others = (*factors[:n], *factors[n + 1 :])
                yield mul(*others)
                if not isinstance(f, Delta):  # 1/delta is defined at i = j only
                    yield mul(*others, power(f, MINUS_ONE))
                yield mul(*others, power(f, TWO))
        case Pow(base, Num(value)):
            yield power(base, Num(value + 1))
            yield power(base, Num(-value))
        case Delta():
            yield ONE
            yield add(ONE, neg(term))
        case Call(function, args) if len(args) == 1:
            yield args[0]
            yield Call(function, (neg(args[0]),))
        case Reduce(op, indices, body):
            yield Reduce(op, indices, power(body, TWO))
            yield Reduce("mean" if op == "sum" else "sum", indices, body)
        case Diff(body, _):
            yield power(term, TWO)
            yield add(term, ONE)
            yield mul(term, body)
            yield add(term, body)
            yield add(term, neg(body))
        case Entry():
            yield power(term, TWO)
            yield add(term, ONE)
    yield neg(term)
    yield mul(TWO, term)
    letters = sorted(free_indices(term))
    for a in letters:
        for b in letters:
            if a != b and a.dim == b.dim:
                yield rename(term, {a: b})
                if a < b:
                    yield _swap(term, a, b)


def _swap(term: Term, a: Index, b: Index) -> Term:
    spare = Index("spare", a.dim)
    return rename(rename(rename(term, {a: spare}), {b: a}), {spare: b})


# --- mistakes that people make --------------------------------------------------------------------

#: Functions that are taken for one another.
TWINS = {
    "sin": "cos", "cos": "sin", "sinh": "cosh", "cosh": "sinh", "tanh": "sigmoid", "sigmoid": "tanh",
    "exp": "expm1", "expm1": "exp", "log": "log1p", "log1p": "log", "abs": "sign", "sign": "abs",
    "max": "min", "min": "max",
}  # fmt: skip
_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "!=", "!=": "=="}


def slips(claim: Claim) -> list[tuple[str, Claim]]:
    """Each mistake with its name, each claim once, in a fixed order."""
    found: dict[tuple[object, ...], tuple[str, Claim]] = {}
    for name, changed in _slips(claim):
        key = (changed.left, changed.right, changed.statements, changed.assumptions)
        if key != (claim.left, claim.right, claim.statements, claim.assumptions) and _balanced(changed):
            found.setdefault(key, (name, changed))
    return list(found.values())


def _slips(claim: Claim) -> Iterator[tuple[str, Claim]]:
    dims = sorted({d for i in claim.inputs.values() for d in i} | _dims(claim.left) | _dims(claim.right))

    def sides(name: str, change: Callable[[Term], Iterator[Term]]) -> Iterator[tuple[str, Claim]]:
        for side in ("right", "left"):
            term = getattr(claim, side)
            for changed in _at_each(term, change):
                # a letter may go (y[i] for sum[j](...)), none may come in
                if free_indices(changed) <= free_indices(term):
                    yield name, _restated(claim, side, changed)

    yield from sides("(1 - t)**2 for 1 - t**2", _square)
    yield from sides("function taken for its twin", _twin)
    yield from sides("branch or comparison", _branch)
    yield from sides("letter of a reduction", _reduction_letter)
    yield from sides("order of positions", _order)
    yield from sides("moved index", _moved)
    yield from sides("size of another dimension", lambda t: _other_size(t, dims))
    yield from sides("derivative by another input", lambda t: _other_target(t, claim))
    yield from _chain_factor(claim)
    yield from _lost_assumption(claim)
    for d in dims:
        gap = add(Size(d), MINUS_ONE)
        for factor in (Size(d), gap, power(Size(d), MINUS_ONE)):
            yield "right at size 1 or 2 only", _restated(claim, "right", mul(claim.right, factor))
        high = mul(gap, add(Size(d), neg(TWO)))
        yield "right at sizes 1 and 2 only", _restated(claim, "right", add(claim.right, high))
    letters = sorted(free_indices(claim.left) | free_indices(claim.right))
    pairs = [(a, b) for n, a in enumerate(letters) for b in letters[n + 1 :] if a.dim == b.dim]
    for a, b in pairs:
        yield "right for equal letters only", _restated(claim, "right", mul(claim.right, Delta(a, b)))
        unequal = add(ONE, neg(Delta(a, b)))
        yield "right for unequal letters only", _restated(claim, "right", mul(claim.right, unequal))
    if len(pairs) >= 3:
        distinct = mul(*(add(ONE, neg(Delta(a, b))) for a, b in pairs))
        yield "right unless all letters differ", _restated(claim, "right", add(claim.right, distinct))


def _restated(claim: Claim, side: str, term: Term) -> Claim:
    left, right = (term, claim.right) if side == "left" else (claim.left, term)
    return dataclasses.replace(claim, left=left, right=right, text=equation(left, right))


def _dims(term: Term) -> set[str]:
    return {i.dim for t in walk(term) if isinstance(t, Reduce) for i in t.indices} | {
        i.dim for i in free_indices(term)
    }


def _at_each(term: Term, change: Callable[[Term], Iterator[Term]]) -> Iterator[Term]:
    """``change`` at every place of ``term``, one place at a time; the body of a ``Diff`` is left alone."""
    yield from change(term)
    if isinstance(term, Diff):
        return
    parts = children(term)
    for n, part in enumerate(parts):
        for changed in _at_each(part, change):
            yield rebuild(term, (*parts[:n], changed, *parts[n + 1 :]))


def _square(term: Term) -> Iterator[Term]:
    match term:
        case Add((Num(Fraction(numerator=1, denominator=1)), rest)):
            for t in walk(rest):
                if isinstance(t, Pow) and t.exponent == TWO and rest == neg(t):
                    yield power(add(ONE, neg(t.base)), TWO)
        case Pow(Add(terms), exponent) if exponent == TWO:
            yield add(*(power(t, TWO) for t in terms))
            yield add(terms[0], *(neg(power(t, TWO)) for t in terms[1:]))


def _twin(term: Term) -> Iterator[Term]:
    match term:
        case Call(function, args) if function in TWINS:
            yield Call(TWINS[function], args)
        case Reduce(op, indices, body) if op in TWINS:
            yield Reduce(TWINS[op], indices, body)


def _branch(term: Term) -> Iterator[Term]:
    match term:
        case Where(condition, then, other):
            yield Where(condition, other, then)
            yield Where(condition, then, then)
            yield Where(condition, other, other)
            if isinstance(condition, Compare):
                yield Where(Compare(_FLIPPED[condition.op], condition.left, condition.right), then, other)
        case Call("max" | "min", (a, b)):
            yield a
            yield b


def _order(term: Term) -> Iterator[Term]:
    """A condition on positions that is strict for not strict, turned, or off by one."""
    match term:
        case Where(Order(op, left, right), then, other):
            for o in COMPARISONS:
                if o != op:
                    yield Where(Order(o, left, right), then, other)
            for by in (-1, 1):
                yield Where(Order(op, left, _by(right, by)), then, other)


def _moved(term: Term) -> Iterator[Term]:
    """One index of an entry or delta moved by one."""
    match term:
        case Entry(name, indices):
            for n, p in enumerate(indices):
                for by in (-1, 1):
                    yield Entry(name, (*indices[:n], _by(p, by), *indices[n + 1 :]))
        case Delta(left, right):
            yield Delta(_by(left, 1), right)
            yield Delta(left, _by(right, 1))


def _by(position: Position, by: int) -> Position:
    parts, constant = linear(position)
    return affine(parts, constant + by, position.dim)


def _reduction_letter(term: Term) -> Iterator[Term]:
    """One entry under a reduction with the outer letter for the bound one, or the other way round."""
    if not isinstance(term, Reduce):
        return
    outer = sorted(free_indices(term))
    for bound in term.indices:
        for other in (i for i in (*outer, *term.indices) if i.dim == bound.dim and i != bound):
            for a, b in ((bound, other), (other, bound)):

                def letter(t: Term, a: Index = a, b: Index = b) -> Iterator[Term]:
                    if isinstance(t, Entry | Delta) and a in free_indices(t):
                        yield rename(t, {a: b})

                for body in _at_each(term.body, letter):
                    yield Reduce(term.op, term.indices, body)
            if len(term.indices) > 1:
                kept = tuple(i for i in term.indices if i != bound)
                yield Reduce(term.op, kept, rename(term.body, {bound: other}))


def _other_size(term: Term, dims: list[str]) -> Iterator[Term]:
    if isinstance(term, Size):
        yield from (Size(d) for d in dims if d != term.dim)
        yield ONE
        yield TWO
    if isinstance(term, Reduce) and term.op == "mean":
        total = Reduce("sum", term.indices, term.body)
        yield from (mul(total, power(Size(d), MINUS_ONE)) for d in dims)


def _other_target(term: Term, claim: Claim) -> Iterator[Term]:
    """A derivative by another input of the same shape that no equality constrains."""
    if not isinstance(term, Diff):
        return
    fixed = {
        n for a in claim.assumptions if a.op == "=" for n in tensor_names(a.left) | tensor_names(a.right)
    }
    for n, target in enumerate(term.targets):
        shape = tuple(i.dim for i in target.indices)
        for name in sorted(set(claim.inputs) - {target.name} - fixed):
            if tuple(claim.inputs[name]) == shape:
                swapped = Entry(name, target.indices)
                yield Diff(term.body, (*term.targets[:n], swapped, *term.targets[n + 1 :]))


def _chain_factor(claim: Claim) -> Iterator[tuple[str, Claim]]:
    """Definitions of g(x) for x with g' != 1, under a claim that was right for x itself."""
    fixed = {n for a in claim.assumptions for n in tensor_names(a.left) | tensor_names(a.right)}
    for name in sorted(set(claim.inputs) - fixed):
        for word, inner in (
            ("2*x", lambda x: mul(TWO, x)),
            ("x + x**3", lambda x: add(x, power(x, Num(Fraction(3))))),
        ):

            def put(term: Term, name: str = name, inner: Callable[[Term], Term] = inner) -> Term:
                if isinstance(term, Entry) and term.name == name:
                    return inner(term)
                return map_children(term, put)

            statements = tuple(dataclasses.replace(s, body=put(s.body)) for s in claim.statements)
            text = f"{claim.text} with {word} for {name}"
            yield "chain factor dropped", dataclasses.replace(claim, statements=statements, text=text)


def _lost_assumption(claim: Claim) -> Iterator[tuple[str, Claim]]:
    for n, a in enumerate(claim.assumptions):
        kept = (*claim.assumptions[:n], *claim.assumptions[n + 1 :])
        text = f"{claim.text} without {a.text}"
        yield "lost assumption", dataclasses.replace(claim, assumptions=kept, text=text)

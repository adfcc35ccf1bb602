"""Folding: a derivative written with the names its user knows (y, S, mu ...), as short as we can.

Each defined name is solved for one atom of its body (softmax: exp(z[k]) = y[k]*S; layernorm:
x[k] = h[k]*s + mu), the atom is replaced in the normal form, and the result is factored and written
out.  Several ways are tried; the shortest that the index calculus proves equal is kept, so nothing
here needs to be trusted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from typing import Any

from symderiv.calculus.assumptions import normalizer
from symderiv.calculus.atoms import (
    ZERO_ONE,
    Atom,
    Frozen,
    Mono,
    Poly,
    freeze,
    padd,
    pscale,
    rational_content,
    tidy,
)
from symderiv.calculus.normal import Normalizer
from symderiv.calculus.reify import Reifier
from symderiv.calculus.sums import reduce, reduce_leading, total
from symderiv.definitions import Claim, Function, Statement
from symderiv.derive.prove import GIVEN_UP, leave_out, stated
from symderiv.derive.read_back import read_back, require_value
from symderiv.derive.recognise import as_tanh, clean, recognise
from symderiv.derive.rules import evaluate
from symderiv.errors import InputError
from symderiv.notation.show import text
from symderiv.terms import (
    Add,
    Bodies,
    Diff,
    Entry,
    Index,
    Mul,
    Num,
    Pow,
    Reduce,
    Term,
    all_indices,
    children,
    fresh_name,
    letters_in,
    walk,
)

#: Steps of the calculus for each choice of names; folding what a person writes down takes a few thousand.
_STEPS = 12_000


@dataclass(frozen=True, slots=True)
class Derivative:
    """d output / d target: as the rules give it, and folded (proved equal to it)."""

    function: Function
    target: Entry
    raw: Term
    folded: Term

    @property
    def left(self) -> Diff:
        """The left-hand side of the equation this states."""
        return Diff(self.function.output.entry, (self.target,))


def derivative(function: Function, wrt: str | None = None) -> Derivative:
    """The derivative of the function's output by an entry of input ``wrt`` (default: the first)."""
    target = target_entry(function, wrt)
    wanted = Diff(function.output.entry, (target,))
    head = (*function.output.head, *letters_in(target.indices))
    raw = evaluate(wanted, function.bodies)
    plain, folded = (read_back(t, head, function) for t in (clean(raw), fold(function, wanted)))
    require_value(folded)
    return Derivative(function, target, plain, folded)


def target_entry(function: Function, wrt: str | None = None) -> Entry:
    """An entry of an input with letters that occur nowhere in the definition."""
    free = [n for n in function.inputs if n not in function.constrained]
    if wrt is None:
        if not free:
            raise InputError("diff-unknown", f"{function.name} has no input to differentiate by")
        wrt = free[0]
    if wrt not in function.inputs:
        known = ", ".join(function.inputs)
        code = "diff-intermediate" if wrt in function.bodies else "diff-unknown"
        raise InputError(code, f"'{wrt}' is no input of {function.name}; its inputs are {known}")
    if wrt in function.constrained:
        raise InputError(
            "diff-constrained", f"an assumption constrains '{wrt}'; differentiate by another input"
        )
    taken = {i.name for s in function.statements for i in (*s.head, *all_indices(s.body))}
    taken |= {*function.inputs, *function.bodies, *function.declared}
    letters = []
    for dim in function.inputs[wrt]:
        others = {n for n, d in function.letters.items() if d != dim}  # declared, or an assumption's
        others |= taken
        name = next((n for n in "ilkabpqrstuvw" if n not in others), None) or fresh_name("i", others)
        taken.add(name)
        letters.append(Index(name, dim))
    return Entry(wrt, tuple(letters))


def fold(function: Function | Claim, term: Term) -> Term:
    """The shortest proved form of ``term`` over the function's names; ``term`` itself if none."""
    bodies, known = function.bodies, _known(function)
    unfolded = evaluate(term, bodies)
    nf = normalizer(function.assumptions, flat=False)
    try:
        with _allowance(nf):
            leave_out(nf, stated((term,), bodies), function.assumptions, budget=_STEPS)
            goal = nf.poly(unfolded)
    except GIVEN_UP:
        return clean(unfolded)
    plain = clean(unfolded)
    ways = [plain, recognise(plain, known), recognise(as_tanh(plain), known)]
    reifier = Reifier(nf, _letter_names(function), ())
    try:
        with _allowance(nf):
            ways.extend(reifier.ways(goal))
        allowed = _denominators(nf, plain, {})
    except GIVEN_UP:
        return plain
    for names in _choices(known):
        try:
            with _allowance(nf):
                ways.extend(reifier.ways(_solve_all(nf, goal, names, function)))
        except (*GIVEN_UP, ZeroDivisionError):
            continue
    longest = cost(plain)
    ways.extend([recognise(w, known) for w in ways[3:] if cost(w) <= 4 * longest])
    head = function.statements[-1].head
    ways = [w for w in ways if cost(w) <= longest]
    ways.sort(key=lambda way: (cost(way), _leads_elsewhere(way, head), text(way)))
    for way in ways:
        try:
            if not _denominators(nf, way, bodies) <= allowed:
                continue  # dividing by what may be 0 where the original does not is no simplification
            if nf.is_zero(padd(goal, nf.poly(evaluate(way, bodies)), -1)):
                return way
        except GIVEN_UP:
            continue
    return plain


def _known(function: Function | Claim) -> tuple[Statement, ...]:
    """The names to fold into: an output at a label is asked for at that one, and no name for the others."""
    labels = function.labels if isinstance(function, Function) else ()
    *inner, last = function.statements
    return tuple(inner) if any(i.name in labels for i in last.head) else (*inner, last)


@contextmanager
def _allowance(nf: Normalizer) -> Iterator[None]:
    """At most so many steps for what follows, whatever else is left."""
    before = nf.budget
    nf.budget = min(before, _STEPS)
    try:
        yield
    finally:
        nf.budget = before


def cost(term: Term) -> int:
    """How long a term is to read: leaves, operators and brackets, without sign factors."""
    match term:
        case Num(value):
            return 0 if value == -1 else 2 if value.denominator == 1 else 3
        case Add(terms):
            return sum(cost(t) for t in terms) + 2 * len(terms) - 1
        case Mul(factors):
            return sum(cost(t) for t in factors) + len(factors) - 1
        case Pow(base, exponent):
            return cost(base) + 1 + cost(exponent)
        case Reduce(_, _, body):
            return cost(body) + 4
        case _:
            return 2 + sum(cost(t) for t in children(term))


def _leads_elsewhere(term: Term, head: tuple[Index, ...]) -> bool:
    """Whether the first tensor read has other letters than the output's (y[j]*(...) reads best)."""
    first = next((t for t in walk(term) if isinstance(t, Entry) and t.indices), None)
    return first is not None and not set(first.indices) <= set(head)


def _denominators(nf: Normalizer, term: Term, bodies: Bodies) -> set[Frozen]:
    """What a term divides by, as far as it is not known to be positive."""
    found: set[Frozen] = set()
    for t in walk(term):
        if isinstance(t, Pow) and not (isinstance(t.exponent, Num) and t.exponent.value > 0):
            base = nf.poly(evaluate(t.base, bodies))
            if nf.signs.of(base) == "positive":
                continue
            letters = sorted({i for m in base for a, _ in m for i in a.free})
            by_dim: dict[Index, Index] = {i: Index(f"~0.{n}", i.dim) for n, i in enumerate(letters)}
            base = nf.rename(base, by_dim)
            for m in base:
                if len(base) == 1:
                    found |= {
                        freeze({frozenset(((a, 1),)): 1}) for a, e in m if nf.signs.atom(a) != "positive"
                    }
            if len(base) > 1:
                found.add(freeze(pscale(base, 1 / rational_content(base))))
    return found


def _choices(statements: Sequence[Statement]) -> Iterable[tuple[Statement, ...]]:
    """Subsets of the names to fold into: all of them when few, else all, the last, none."""
    if len(statements) <= 3:
        for n in range(len(statements), -1, -1):
            yield from combinations(statements, n)
    else:
        yield tuple(statements)
        yield from ((s,) for s in statements)
        yield ()


def _letter_names(function: Function | Claim) -> dict[str, list[str]]:
    """Names for bound letters, by dimension: those the definition sums over come first."""
    bound: dict[str, list[str]] = {}
    free: dict[str, list[str]] = {}
    for s in function.statements:
        heads = set(s.head)
        for i in sorted(all_indices(s.body)):
            box = free if i in heads else bound
            if i.name not in box.setdefault(i.dim, []):
                box[i.dim].append(i.name)
    return {d: [*bound.get(d, []), *free.get(d, [])] for d in {*bound, *free}}


# --- solving a definition for one atom ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Rule:
    """``atom`` at ``head`` is ``value ** inverse``; atoms of ``guard`` are left alone.  With conditions on
    positions in ``where`` their product with a power of the atom is that power of the value."""

    atom: Atom
    inverse: Any
    head: tuple[Index, ...]
    value: Poly
    guard: frozenset[Atom]
    where: Mono = frozenset()


def _solve_all(nf: Normalizer, goal: Poly, names: Sequence[Statement], function: Function | Claim) -> Poly:
    rules: list[_Rule] = []
    current = reduce_leading(nf, goal, lambda a: True)
    for s in names:
        body = reduce_leading(nf, nf.poly(evaluate(s.body, function.bodies)), lambda a: True)
        for rule in rules:
            body = _apply(nf, body, rule)
        made = _solve(nf, s, body)
        if made is None:
            continue
        rules.append(made)
        current = _apply(nf, current, made)
    return current


def _solve(nf: Normalizer, s: Statement, body: Poly) -> _Rule | None:
    """Solve ``s.name[head] = body`` for an atom that holds exactly the head letters."""
    head = frozenset(s.head)
    options: list[tuple[tuple[int, str], Mono, Atom, Any]] = []
    count = Counter(a for m in body for a in {a for a, _ in m})
    for m in body:
        for atom, e in m:
            if atom.free == head and atom.kind not in ("size", "prime", "pi", *ZERO_ONE):
                root = len(body) == 1 and Fraction(1 / Fraction(e)).denominator == 1  # A = (A^e)^(1/e)
                if count[atom] == 1 and (e in (1, -1) or root):
                    options.append(((_preference(atom), atom.key), m, atom, e))
    if not options:
        return None
    _, m, atom, e = min(options, key=lambda o: o[0])
    rest = {n: c for n, c in body.items() if n != m}
    name = nf.entry(s.name, s.head)
    where = frozenset((a, k) for a, k in m if a.kind in ZERO_ONE)
    if where and (rest or e != 1):
        return None
    cofactor: Poly = {frozenset((a, k) for a, k in m - where if a is not atom): body[m]}
    value = nf.mul(padd(name, rest, -1), nf.power(cofactor, {frozenset(): -1}))
    inverse = tidy(1 / Fraction(e))  # value = A^e
    guard = frozenset(_nested(value))
    if atom.kind == "log" and inverse == 1 and not head:
        inner = dict(atom.args[0])
        if len(inner) == 1 and next(iter(inner.values())) == 1:
            ((only, _),) = inner.items()
            if len(only) == 1 and next(iter(only))[1] == 1:
                # log A = value, so A = exp(value)
                return _Rule(next(iter(only))[0], 1, s.head, nf.exp(value), guard)
    return _Rule(atom, inverse, s.head, value, guard, where)


def _nested(poly: Mapping[Mono, Any]) -> Iterable[Atom]:
    """Every atom of a polynomial, those inside others too."""
    for m in poly:
        for atom, _ in m:
            yield atom
            for arg in atom.args:
                if isinstance(arg, frozenset) and arg:
                    first = next(iter(arg))[0]
                    yield from _nested({arg: 1} if isinstance(first, Atom) else dict(arg))


def _preference(atom: Atom) -> int:
    order = ("poly", "log", "erf", "sum", "max", "prod", "exp", "sin", "cos", "entry")
    return order.index(atom.kind) if atom.kind in order else len(order)


def _apply(nf: Normalizer, poly: Poly, rule: _Rule) -> Poly:
    """Replace the rule's atom, at any letters, in ``poly`` and inside its atoms."""
    out: Poly = {}
    for m, c in poly.items():
        term: Poly = {frozenset(): 1}
        left = m
        if rule.where:
            left, term = _under(nf, m, rule)
        for atom, e in left:
            term = nf.mul(term, _apply_atom(nf, atom, e, rule))
        out = padd(out, term, c)
    return out


def _under(nf: Normalizer, mono: Mono, rule: _Rule) -> tuple[Mono, Poly]:
    """What is left of a monomial that holds the rule's atom and conditions, and the value they make."""
    for atom, e in mono:
        mapping = _match(rule, atom) if e > 0 and Fraction(e).denominator == 1 else None
        if mapping is None:
            continue
        renamed = nf.rename({rule.where: 1}, mapping)
        conditions = next(iter(renamed)) if len(renamed) == 1 else frozenset()
        if conditions and conditions <= mono:
            value = nf.power(nf.rename(rule.value, mapping), {frozenset(): e})
            left, more = _under(nf, mono - conditions - {(atom, e)}, rule)
            return left, nf.mul(value, more)
    return mono, {frozenset(): 1}


def _apply_atom(nf: Normalizer, atom: Atom, e: Any, rule: _Rule) -> Poly:
    mapping = _match(rule, atom) if not rule.where else None
    if mapping is not None:
        value = nf.rename(rule.value, mapping)
        return nf.power(value, {frozenset(): tidy(Fraction(e) * rule.inverse)})
    if any(_at(g, rule.head, atom) is not None for g in rule.guard if g.kind == atom.kind):
        return nf.settle({atom: e})  # what the value itself is made of stays
    if rule.atom.height > atom.height + 1:
        return nf.settle({atom: e})
    exponent: Poly = {frozenset(): e}
    match atom.kind:
        case "exp":
            inside = _apply(nf, {atom.args[0]: 1}, rule)
            return nf.exp(pscale(inside, e))
        case "sum":
            letters, mono = atom.args
            inside = _apply(nf, {mono: 1}, rule)
            return nf.power(total(nf, letters, inside), exponent)
        case "max" | "prod":
            letters, body, *ranges = atom.args
            inside = _apply(nf, dict(body), rule)
            return nf.power(reduce(nf, atom.kind, letters, inside, *ranges), exponent)
        case "poly":
            return nf.power(_apply(nf, dict(atom.args[0]), rule), exponent)
        case "log" | "erf" | "sin" | "cos":
            return nf.power(nf.call(atom.kind, [_apply(nf, dict(atom.args[0]), rule)]), exponent)
        case _:
            return nf.settle({atom: e})


def _match(rule: _Rule, atom: Atom) -> Mapping[Index, Index] | None:
    """The letters at which ``atom`` is the rule's atom."""
    return _at(rule.atom, rule.head, atom)


def _at(pattern: Atom, head: tuple[Index, ...], atom: Atom) -> Mapping[Index, Index] | None:
    """Letters to read the head letters as, so that ``pattern`` is ``atom``."""
    if pattern is atom:
        return {}
    letters = sorted(pattern.free & frozenset(head))
    if atom.kind != pattern.kind or not letters or len(letters) > 3:
        return None
    for values in product(sorted(atom.free), repeat=len(letters)):
        if all(a.dim == b.dim for a, b in zip(letters, values, strict=True)):
            mapping = dict(zip(letters, values, strict=True))
            if _renamed(pattern, mapping) is atom:
                return mapping
    return None


_rename_only = Normalizer(seconds=1e9, flat=False)


def _renamed(atom: Atom, mapping: Mapping[Index, Index]) -> Atom | None:
    _rename_only.budget = 400_000
    poly = (
        _rename_only.power(_rename_only.rename(dict(atom.args[0]), mapping), {frozenset(): -1})
        if atom.kind == "poly"
        else _rename_only.rename_atom(atom, mapping)
    )
    if len(poly) != 1:
        return None
    ((m, c),) = poly.items()
    if len(m) != 1 or c != 1:
        return None
    return next(iter(m))[0]

"""Recognising a definition's right-hand side inside a term, at whatever letters it stands.

A :class:`Pattern` says ``name[head] = body``; ``match`` finds the letters, and ``name_back`` replaces what
matches by the name: whole subterms, factors of a product (``exp(z[j])/S**2`` holds ``exp(z[j])/S``), and
factors that a sum hides (``sum[c](exp(z[c])*z[c])/S`` is ``sum[c](y[c]*z[c])``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from symderiv.derive.algebra import Powers, everywhere, powers, product
from symderiv.terms import (
    Add,
    Call,
    Delta,
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
    instantiate,
    letters_in,
    move,
    mul,
    power,
)

Letters = Mapping[Index, Index]


@dataclass(frozen=True, slots=True)
class Pattern:
    """``entry = body`` where the letters of ``entry`` stand for any letters."""

    entry: Entry
    body: Term

    @property
    def trivial(self) -> bool:
        """A number or a single entry: naming it back would say nothing."""
        return isinstance(self.body, Num | Entry | Size | Pi | Delta)

    def at(self, letters: Letters) -> Entry:
        """The name at the letters found."""
        return Entry(self.entry.name, tuple(letters[i] for i in self.entry.letters))


def match(pattern: Term, term: Term, wild: frozenset[Index], known: Letters) -> Iterator[dict[Index, Index]]:
    """Ways to read ``term`` as ``pattern`` with the ``wild`` letters replaced."""
    match pattern, term:
        case Entry(n, a), Entry(m, b) if n == m:
            yield from _letters(a, b, wild, known)
        case Delta(a1, a2), Delta(b1, b2):
            yield from _letters((a1, a2), (b1, b2), wild, known)
            yield from _letters((a1, a2), (b2, b1), wild, known)
        case Reduce(op, a, body), Reduce(op2, b, body2) if op == op2 and len(a) == len(b):
            inner = {k: v for k, v in known.items() if k not in a}
            for found in match(body, body2, wild | frozenset(a), inner):
                if all(found.get(x, y) == y for x, y in zip(a, b, strict=True)):
                    outer = {k: v for k, v in found.items() if k not in a}
                    if not set(outer.values()) & set(b):
                        yield {**known, **outer}
        case (Add(), Add()) | (Mul(), Mul()):
            one, two = children(pattern), children(term)
            if len(one) == len(two):
                yield from _unordered(one, two, wild, known)
        case ((Num() | Size() | Pi()), _):
            if pattern == term:
                yield dict(known)
        case Where(Order(op, a1, a2)), Where(Order(op2, b1, b2)) if op == op2:
            for inner in _in_order(children(pattern), children(term), wild, known):
                yield from _letters((a1, a2), (b1, b2), wild, inner)
        case ((Call() | Pow() | Where()), _) if type(pattern) is type(term) and _label(pattern) == _label(
            term
        ):
            yield from _in_order(children(pattern), children(term), wild, known)


def _letters(
    a: tuple[Position, ...], b: tuple[Position, ...], wild: frozenset[Index], known: Letters
) -> Iterator[dict[Index, Index]]:
    found = dict(known)
    moved: list[tuple[Position, Position]] = []
    for x, y in zip(a, b, strict=True):
        if not (isinstance(x, Index) and isinstance(y, Index)):
            moved.append((x, y))  # once the letters are known
        elif x.dim != y.dim or (x not in wild and x != y) or found.setdefault(x, y) != y:
            return
    if all(letters_in((x,)) & wild <= found.keys() and move(x, found) == y for x, y in moved):
        yield found


def _label(term: Term) -> str:
    if isinstance(term, Where):
        return f"{type(term.condition).__name__} {term.condition.op}"
    return getattr(term, "function", "")


def _in_order(
    one: tuple[Term, ...], two: tuple[Term, ...], wild: frozenset[Index], known: Letters
) -> Iterator[dict[Index, Index]]:
    if len(one) != len(two):
        return
    if not one:
        yield dict(known)
        return
    for found in match(one[0], two[0], wild, known):
        yield from _in_order(one[1:], two[1:], wild, found)


def _unordered(
    one: tuple[Term, ...], two: tuple[Term, ...], wild: frozenset[Index], known: Letters
) -> Iterator[dict[Index, Index]]:
    if not one:
        yield dict(known)
        return
    for n, t in enumerate(two):
        for found in match(one[0], t, wild, known):
            yield from _unordered(one[1:], (*two[:n], *two[n + 1 :]), wild, found)


# --- naming back ----------------------------------------------------------------------------------


@dataclass
class NamedBack:
    """A term with names put back, and the instances that were recognised, in order."""

    term: Term
    found: list[tuple[Entry, Term]]


def name_back(term: Term, patterns: list[Pattern]) -> NamedBack:
    """Put the names of ``patterns`` back into ``term`` wherever their bodies stand."""
    found: list[tuple[Entry, Term]] = []
    for p in patterns:
        if not p.trivial:
            term = everywhere(term, lambda t, p=p: _replace(t, p, found))  # type: ignore[misc]
    return NamedBack(term, found)


def _replace(term: Term, p: Pattern, found: list[tuple[Entry, Term]]) -> Term:
    wild = frozenset(p.entry.letters)
    split = powers(term)
    for _ in range(8):
        step = _one_in_product(split, p, wild)
        if step is None:
            break
        split, entry = step
        _note(found, entry, p)
    changed = product(*split)
    return _into_sums(changed, p, found)


def _note(found: list[tuple[Entry, Term]], entry: Entry, p: Pattern) -> None:
    if any(e == entry for e, _ in found):
        return
    found.append((entry, instantiate(p.entry.letters, p.body, entry.indices)))


def _one_in_product(split: Powers, p: Pattern, wild: frozenset[Index]) -> tuple[Powers, Entry] | None:
    """One occurrence of the pattern among the factors, replaced by its name."""
    coefficient, factors = split
    own, wanted = powers(p.body)
    if not wanted:
        return None
    for letters, used in _choose(wanted, factors, wild, {}, ()):
        if not wild <= letters.keys():
            continue
        ratios = [factors[n][1] / e for n, (_, e) in zip(used, wanted, strict=True)]
        whole = [int(r) for r in ratios]
        if len(wanted) == 1 and whole[0] == ratios[0]:
            times = whole[0]
        elif min(whole) >= 1:
            times = min(whole)
        else:
            continue
        entry = p.at(letters)
        out = list(factors)
        for n, (_, e) in zip(used, wanted, strict=True):
            out[n] = (out[n][0], out[n][1] - times * e)
        out.insert(min(used), (entry, Fraction(times)))
        return (coefficient / own**times, [(b, e) for b, e in out if e]), entry
    return None


def _choose(
    wanted: list[tuple[Term, Fraction]],
    factors: list[tuple[Term, Fraction]],
    wild: frozenset[Index],
    known: Letters,
    used: tuple[int, ...],
) -> Iterator[tuple[Letters, tuple[int, ...]]]:
    """Assignments of the pattern's factors to different factors of the product."""
    if not wanted:
        yield known, used
        return
    base, _ = wanted[0]
    for n, (b, _) in enumerate(factors):
        if n not in used:
            for found in match(base, b, wild, known):
                yield from _choose(wanted[1:], factors, wild, found, (*used, n))


def _into_sums(term: Term, p: Pattern, found: list[tuple[Entry, Term]]) -> Term:
    """Take a denominator of the pattern under a sum where the sum holds the rest of the pattern."""
    if not isinstance(term, Mul):
        return term
    coefficient, factors = powers(term)
    bottoms = [b for b, e in powers(p.body)[1] if e < 0]
    wild = frozenset(p.entry.letters)
    if not bottoms:
        return term
    for n, (r, one) in enumerate(factors):
        if not (isinstance(r, Reduce) and r.op in ("sum", "mean") and one == 1):
            continue
        for m, (b, e) in enumerate(factors):
            fits = e <= -1 and not free_indices(b) & frozenset(r.indices)
            if not fits or not any(True for x in bottoms for _ in match(x, b, wild, {})):
                continue
            inner = _one_in_product(powers(mul(r.body, power(b, Num(Fraction(-1))))), p, wild)
            if inner is None:
                continue
            _note(found, inner[1], p)
            out = list(factors)
            out[n] = (Reduce(r.op, r.indices, product(*inner[0])), one)
            out[m] = (b, e + 1)
            return product(coefficient, [(x, k) for x, k in out if k])
    return term

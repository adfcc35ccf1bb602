"""Reductions in normal form: deltas contract, independent factors move out, sums split into
connected components, and bound letters get canonical names (the least over their permutations)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import permutations, product
from typing import TYPE_CHECKING, Any

from symderiv.calculus import positions
from symderiv.calculus import ranges as sum_ranges
from symderiv.calculus.atoms import (
    LINKS,
    POSITIONAL,
    Atom,
    Mono,
    Poly,
    Undefined,
    accumulate,
    freeze,
    leading,
    letters_of,
    make,
    mono_key,
    number,
    padd,
    poly_key,
    pscale,
    rational_content,
    single,
    tidy,
)
from symderiv.terms import Index, Order, Position, letters_in

if TYPE_CHECKING:
    from symderiv.calculus.normal import Normalizer


def reduce(
    nf: Normalizer, op: str, letters: Sequence[Index], body: Poly, ranges: Sequence[Order] = ()
) -> Poly:
    """``op[letters](body)``; ``ranges`` are the conditions under which max or min takes a value."""
    match op:
        case "sum":
            return total(nf, letters, body)
        case "mean":
            count = {frozenset((make("size", i.dim), -1) for i in letters): 1}
            if len({i.dim for i in letters}) != len(letters):
                count = number(1)
                for i in letters:
                    count = nf.mul(count, single(make("size", i.dim), -1))
            return nf.mul(total(nf, letters, body), count)
        case "max":
            return extreme(nf, letters, body, ranges)
        case "min":
            return pscale(extreme(nf, letters, pscale(body, -1), ranges), -1)
        case "prod":
            return _product(nf, letters, body)
    raise TypeError(f"unknown reduction {op}")


# --- sums -----------------------------------------------------------------------------------------


def total(nf: Normalizer, letters: Sequence[Index], body: Mapping[Mono, Any]) -> Poly:
    """The sum of ``body`` over ``letters``."""
    out: Poly = {}
    for mono, c in body.items():
        nf.spend(1)
        out = padd(out, _sum_mono(nf, tuple(letters), mono), c)
    return out


def _sum_mono(nf: Normalizer, letters: tuple[Index, ...], mono: Mono) -> Poly:
    bound = set(letters)
    for atom, _ in mono:
        if atom.kind in LINKS:
            form = positions.form_of(atom)
            gone = next((i for i in letters if abs(form[0].get(i, 0)) == 1), None)
            if gone is None:
                continue
            at = positions.solve_for(form, gone)
            rest = nf.rename({mono - {(atom, 1)}: 1}, {gone: at})
            if not isinstance(at, Index):
                rest = nf.mul(positions.within(nf, at, gone.dim), rest)
            return total(nf, [i for i in letters if i != gone], rest)
    opened = _open_inner(nf, bound, mono)
    if opened is not None:
        more, body = opened
        return total(nf, [*letters, *more], body)
    reduced = reduce_leading(nf, {mono: 1}, lambda base: not base.free.isdisjoint(bound))
    if len(reduced) != 1 or mono not in reduced:
        return total(nf, letters, reduced)
    if nf.patterns and len(letters) > 1:
        # an assumption may give the sum over one letter of the factors that hold it
        for i in letters:
            inner = frozenset((a, e) for a, e in mono if i in a.free)
            value = total(nf, [i], {inner: 1})
            if value != total(nf.without_patterns(), [i], {inner: 1}):
                rest = nf.mul({mono - inner: 1}, value)
                return total(nf, [k for k in letters if k != i], rest)
    inside = _tied(nf, letters, mono) if len(letters) > 1 else None
    if inside is not None:
        return inside
    outer = frozenset((a, e) for a, e in mono if a.free.isdisjoint(bound))
    result: Poly = {outer: 1}
    for group, part in _components(letters, mono - outer):
        if not part:
            size = make("size", group[0].dim)
            result = nf.mul(result, single(size))
        else:
            result = nf.mul(result, _close(nf, group, part))
    return result


def _open_inner(nf: Normalizer, bound: set[Index], mono: Mono) -> tuple[list[Index], Poly] | None:
    """A factor that is itself a sum over terms with our letters: its letters join ours, under names
    that no canonical letter has."""
    for atom, e in mono:
        whole = nf.flat and Fraction(e).denominator == 1 and 0 < e <= 4
        if atom.kind != "sum" or not whole or atom.free.isdisjoint(bound):
            continue
        opened: Poly = {mono - {(atom, e)}: 1}
        letters: list[Index] = []
        for _ in range(int(e)):
            names = {i: nf.fresh(i.dim) for i in atom.args[0]}
            letters.extend(names.values())
            opened = nf.mul(opened, nf.rename({atom.args[1]: 1}, names))
        return letters, opened
    return None


def _tied(nf: Normalizer, letters: Sequence[Index], mono: Mono) -> Poly | None:
    """sum[j,d]([S(j) = 0]*f(j,d)) where S is the sum over d of f: at the tie it has the value that S has."""
    for tie in (a for a, _ in mono if a.kind == "tie"):
        if not any(a.kind == "sum" for a, _ in leading(dict(tie.args[0]))):
            continue
        for i in (i for i in letters if i not in tie.free):
            inner = frozenset((a, e) for a, e in mono if i in a.free)
            value = total(nf, [i], {inner: 1})
            plain = {frozenset(((tie, 1),)) | m: c for m, c in value.items()}
            tied = nf.mul(single(tie), value)
            if tied != plain:
                return total(nf, [k for k in letters if k != i], nf.mul({mono - inner - {(tie, 1)}: 1}, tied))
    return None


def _components(letters: Sequence[Index], mono: Mono) -> list[tuple[list[Index], Mono]]:
    """Letters and the factors they connect; a letter that occurs nowhere comes with no factor."""
    groups: list[tuple[set[Index], set[tuple[Atom, Any]]]] = [({i}, set()) for i in letters]
    for atom, e in mono:
        touched = [g for g in groups if not g[0].isdisjoint(atom.free)]
        merged: tuple[set[Index], set[tuple[Atom, Any]]] = (set(), {(atom, e)})
        for g in touched:
            merged[0].update(g[0])
            merged[1].update(g[1])
            groups.remove(g)
        groups.append(merged)
    return [(sorted(g), frozenset(part)) for g, part in groups]


def _close(nf: Normalizer, letters: Sequence[Index], mono: Mono) -> Poly:
    """One connected component as an atom with canonical bound letters."""
    height = 1 + max(a.height for a, _ in mono)
    forms: list[tuple[Sequence[Index], Mono]] = [(letters, mono)]
    others = sum_ranges.all_but_one(nf, letters, mono)
    if others is not None:
        return others
    ordered = sum_ranges.oriented(nf, height, letters, mono)
    if ordered is not None:
        return ordered
    if any(a.kind in POSITIONAL or (a.kind == "entry" and not positions.plain(a)) for a, _ in mono):
        other = sum_ranges.anchored(nf, letters, mono)
        if isinstance(other, dict):
            return other
        forms += other
    best: tuple[str, tuple[Index, ...], Mono, Any] | None = None
    for own, start in forms:
        for order in permutations(own) if len(own) <= 5 else [tuple(own)]:
            names = tuple(Index(f"~{height}.{n}", i.dim) for n, i in enumerate(order))
            body = nf.relettered({start: 1}, dict(zip(order, names, strict=True)))
            if len(body) != 1:
                if sum_ranges.paired(own, start):
                    continue  # an order the other way round; the order of letters that keeps it is found
                # renaming made something inside simpler: sum what came of it
                return total(nf, names, body)
            ((m, c),) = body.items()
            key = "".join(i.dim + "," for i in names) + mono_key(m)
            if best is None or key < best[0]:
                best = (key, names, m, c)
            elif key == best[0] and c == -best[3] and m == best[2]:
                return {}  # the sum is its own negative
    if best is None:
        raise NotImplementedError("the conditions on several bound letters have no canonical order")
    _, names, m, c = best
    lower = 1 + max((a.height for a, _ in m), default=0) != height
    if lower or any(a.free.isdisjoint(names) or a.kind == "delta" for a, _ in m):
        # renaming made something inside simpler: sum what is left
        return pscale(total(nf, names, {m: 1}), c)
    atom = make("sum", names, m)
    known = nf.rules.get(atom)
    if known is None and nf.patterns:
        known = _by_pattern(nf, atom)
    return pscale(known if known is not None else single(atom), c)


def _by_pattern(nf: Normalizer, atom: Atom) -> Poly | None:
    """What an assumption with free letters says about ``atom``, read at its letters."""
    for pattern, letters, value in nf.patterns:
        for chosen in product(sorted(atom.free), repeat=len(letters)):
            if any(a.dim != b.dim for a, b in zip(letters, chosen, strict=True)):
                continue
            mapping = dict(zip(letters, chosen, strict=True))
            if nf.without_patterns().rename_atom(pattern, mapping) == single(atom):
                return nf.rename(value, mapping)
    return None


def reduce_leading(nf: Normalizer, poly: Poly, wanted: Callable[[Atom], bool]) -> Poly:
    """Canonical numerators over each base b of a power: LM(b)*b^e = b^(e+1) - (b - LM(b))*b^e."""
    done: Poly = {}
    work = [(m, c) for m, c in poly.items()]
    while work:
        mono, c = work.pop()
        bases = [a for a, e in mono if a.kind == "poly" and e < 0 and wanted(a)]
        found = _reducible(bases, dict(mono)) if bases else None
        if found is None:
            accumulate(done, {mono: c}, 1)
            continue
        nf.spend(1)
        exponents = dict(mono)
        base = dict(found.args[0])
        top = _leading_of(found)
        cofactor = dict(exponents)
        for a, e in top:
            cofactor[a] = tidy(cofactor.get(a, 0) - e)
        rest = pscale(padd(base, {top: base[top]}, -1), Fraction(-1) / base[top])
        numerator = frozenset((a, e) for a, e in cofactor.items() if e and a != found)
        e = exponents[found]
        more = nf.mul(
            {numerator: Fraction(1) / base[top]}, nf.settle({found: tidy(e + 1)}) if e != -1 else number(1)
        )
        more = padd(more, nf.mul({numerator | {(found, e)}: 1}, rest))
        work.extend((m, c * k) for m, k in more.items())
    return done


def _reducible(bases: list[Atom], exponents: Mapping[Atom, Any]) -> Atom | None:
    """The first base whose leading monomial divides the product."""
    for atom in sorted(bases, key=lambda a: a.key) if len(bases) > 1 else bases:
        top = _leading_of(atom)
        if top and all(exponents.get(a, 0) >= e for a, e in top):
            return atom
    return None


@lru_cache(maxsize=65536)
def _leading_of(atom: Atom) -> Mono:
    """Leading monomial of a base; the unit where it has negative exponents (nothing is reduced then)."""
    base = dict(atom.args[0])
    return frozenset() if any(e < 0 for m in base for _, e in m) else leading(base)


# --- other reductions -----------------------------------------------------------------------------


def _opaque(
    nf: Normalizer, kind: str, letters: Sequence[Index], body: Poly, ranges: Sequence[Order] | None = None
) -> Poly:
    height = 1 + max((a.height for m in body for a, _ in m), default=0)
    best: tuple[str, tuple[Index, ...], Poly, tuple[Order, ...]] | None = None
    for order in permutations(letters) if len(letters) <= 4 else [tuple(letters)]:
        names = tuple(Index(f"~{height}.{n}", i.dim) for n, i in enumerate(order))
        mapping: dict[Index, Position] = dict(zip(order, names, strict=True))
        renamed = nf.rename(body, mapping)
        kept = tuple(sorted((positions.moved_order(c, mapping) for c in ranges or ()), key=str))
        key = "".join(i.dim + "," for i in names) + poly_key(renamed) + str(kept)
        if best is None or key < best[0]:
            best = (key, names, renamed, kept)
    assert best is not None
    args = (best[1], freeze(best[2])) if ranges is None else (best[1], freeze(best[2]), best[3])
    return single(make(kind, *args))


def extreme(nf: Normalizer, letters: Sequence[Index], body: Poly, ranges: Sequence[Order]) -> Poly:
    """max over letters: terms without the letters move out, positive factors too.  An empty range has no
    maximum, so what moves out is as right as where the range is not empty."""
    bound = set(letters)
    ranges = [c for c in ranges if positions.holds(c) != number(1)]
    if any(not positions.holds(c) for c in ranges):
        raise Undefined("a maximum over nothing")
    outside = {m: c for m, c in body.items() if letters_of({m: c}).isdisjoint(bound)}
    inside = {m: c for m, c in body.items() if m not in outside}
    if not inside:
        return outside
    ruled = letters_in(p for c in ranges for p in (c.left, c.right))
    used = sorted(i for i in letters if i in letters_of(inside) or i in ruled)
    outer, rest = nf.content(inside, positive=True)
    if not rest:
        return outside
    hoisted = frozenset((a, e) for a, e in outer if a.free.isdisjoint(bound))
    scale = rational_content(rest)
    rest = nf.mul({outer - hoisted: 1}, pscale(rest, 1 / scale))
    return padd(outside, nf.mul({hoisted: scale}, _largest(nf, used, rest, ranges)))


def _largest(nf: Normalizer, letters: Sequence[Index], body: Poly, ranges: Sequence[Order]) -> Poly:
    """A maximum whose terms all hold letters: exp grows, and terms without a letter in common are
    largest one by one."""
    if len(body) == 1:
        ((mono, c),) = body.items()
        if c == 1 and all(a.kind == "exp" for a, _ in mono):
            exponent: Poly = {}
            for a, e in mono:
                exponent = padd(exponent, {a.args[0]: e})
            return nf.exp(extreme(nf, letters, exponent, ranges))
    groups: list[tuple[set[Index], Poly, list[Order]]] = []
    linked: list[tuple[Iterable[Index], Poly, list[Order]]] = [
        (letters_of({m: c}), {m: c}, []) for m, c in body.items()
    ]
    linked += [(letters_in((r.left, r.right)), {}, [r]) for r in ranges]
    for found, part, rule in linked:
        merged = (set(letters).intersection(found), part, rule)
        for g in [g for g in groups if not g[0].isdisjoint(merged[0])]:
            groups.remove(g)
            merged = (merged[0] | g[0], padd(merged[1], g[1]), merged[2] + g[2])
        groups.append(merged)
    if len(groups) == 1:
        return _opaque(nf, "max", letters, body, ranges)
    result: Poly = {}
    for own, part, rules in groups:
        result = padd(result, extreme(nf, sorted(own), part, rules))
    return result


def _product(nf: Normalizer, letters: Sequence[Index], body: Poly) -> Poly:
    """prod over letters: of a monomial, factor by factor; prod of exp is exp of the sum."""
    if not body:
        return {}
    if len(body) != 1:
        outer, inner = nf.content(body, positive=True)
        if outer and inner:  # of y^t (1 - y)^(1 - t), which is expanded
            return nf.mul(_product(nf, letters, {outer: 1}), _product(nf, letters, inner))
        used = sorted(i for i in letters if i in letters_of(body))
        result = _opaque(nf, "prod", used, body)
        return _repeat(nf, result, [i for i in letters if i not in used])
    ((mono, c),) = body.items()
    result = _repeat(nf, number(c), letters)
    for atom, e in mono:
        here = [i for i in letters if i in atom.free]
        rest = [i for i in letters if i not in atom.free]
        if atom.kind == "exp":
            part = nf.exp(pscale(total(nf, here, {atom.args[0]: 1}), e))
        elif here and Fraction(e).denominator == 1:
            inner = dict(atom.args[0]) if atom.kind == "poly" else single(atom)
            part = nf.power(_opaque(nf, "prod", sorted(here), inner), number(e))
        elif here:
            part = _opaque(nf, "prod", sorted(here), {frozenset(((atom, e),)): 1})
        else:
            part = nf.settle({atom: e})
        result = nf.mul(result, _repeat(nf, part, rest))
    return result


def _repeat(nf: Normalizer, value: Poly, letters: Sequence[Index]) -> Poly:
    """value ** (product of the letters' sizes)."""
    if not letters or value == number(1) or not value:
        return value
    count = number(1)
    for i in letters:
        count = nf.mul(count, single(make("size", i.dim)))
    if nf.signs.of(value) != "positive":
        raise NotImplementedError("a symbolic power of a value not known to be positive")
    return nf.power(value, count)

"""Normal form back to a term a person would write: factored, sums merged, letters named.

Nothing here is trusted: whoever shows a reified term proves it equal to what it came from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from symderiv.calculus.atoms import Atom, Mono, Poly, letters_of, make, mono_key, padd, tidy
from symderiv.calculus.factoring import factor
from symderiv.calculus.normal import Normalizer
from symderiv.calculus.positions import form_of, is_zero, negative, plus, solve_for
from symderiv.terms import (
    ONE,
    ZERO,
    Call,
    Compare,
    Delta,
    Entry,
    Index,
    Num,
    Order,
    Pi,
    Position,
    Size,
    Term,
    Where,
    add,
    affine,
    call,
    count_nodes,
    move,
    mul,
    over,
    power,
)

_FACTOR_LIMIT = 60  # monomials


class Reifier:
    """Turns normal forms into terms; ``letters`` offers names for bound letters, by dimension."""

    def __init__(
        self, nf: Normalizer, letters: Mapping[str, Sequence[str]], taken: Iterable[str] = ()
    ) -> None:
        self.nf = nf
        self.letters = letters
        self.taken = frozenset(taken)

    def ways(self, poly: Poly) -> list[Term]:
        """A few ways to write ``poly``: as a sum, and factored with either letter of each delta."""
        taken = self.taken | {i.name for i in letters_of(poly)}
        variants = [v for p in order_variants(self.nf, poly) for v in self._delta_variants(p)]
        return [self._sum(poly, taken), *(self._factored(p, taken) for p in variants)]

    # --- plain sums and products ------------------------------------------------------------------

    def _sum(self, poly: Mapping[Mono, Any], taken: frozenset[str]) -> Term:
        """One term a monomial; sums with a common outer factor merged."""
        groups: dict[tuple[Mono, tuple[str, ...]], list[tuple[Atom, Any]]] = {}
        parts: list[tuple[str, Term]] = []
        for m, c in poly.items():
            inner = [a for a, e in m if a.kind == "sum" and e == 1]
            if len(inner) == 1:
                dims = tuple(i.dim for i in inner[0].args[0])
                groups.setdefault((m - {(inner[0], 1)}, dims), []).append((inner[0], c))
            else:
                parts.append((mono_key(m), self._mono(m, c, taken)))
        for (outer, _), members in groups.items():
            if len(members) == 1:
                atom, c = members[0]
                parts.append((mono_key(outer) + atom.key, self._mono(outer | {(atom, 1)}, c, taken)))
                continue
            height = 1 + max(a.height for a, _ in members)
            names = tuple(Index(f"~{height}.{n}", i.dim) for n, i in enumerate(members[0][0].args[0]))
            body: Poly = {}
            for atom, c in members:
                mapping = dict(zip(atom.args[0], names, strict=True))
                body = padd(body, self.nf.rename({atom.args[1]: 1}, mapping), c)
            merged = self._reduction("sum", names, body, taken)
            parts.append((mono_key(outer), mul(self._mono(outer, 1, taken), merged)))
        parts.sort(key=lambda p: (count_nodes(p[1]), p[0]))
        positive = [t for _, t in parts if not _is_negative(t)]
        negative = [t for _, t in parts if _is_negative(t)]
        return add(*positive, *negative)

    def _mono(self, mono: Mono, c: Any, taken: frozenset[str]) -> Term:
        self.nf.spend(1)
        exponents: Poly = {}
        others: list[tuple[int, str, Term]] = []
        mono, logistic = _take_sigmoids(mono)
        for inner in logistic:
            others.append(
                (
                    _rank(make("log", frozenset())),
                    mono_key(inner),
                    call("sigmoid", self._mono(inner, 1, taken)),
                )
            )
        for atom, e in mono:
            if atom.kind == "exp":
                exponents = padd(exponents, {atom.args[0]: e})
                continue
            base, scale = self._atom(atom, taken), e
            if isinstance(base, Call) and base.function == "sqrt":
                base, scale = base.args[0], tidy(Fraction(e) / 2)
            others.append((_rank(atom), atom.key, _power(base, scale)))
        factors = [t for _, _, t in sorted(others, key=lambda x: x[:2])]
        if exponents:
            factors.append(call("exp", self._sum(exponents, taken)))
        return mul(Num(Fraction(c)), *factors)

    def _atom(self, atom: Atom, taken: frozenset[str]) -> Term:
        match atom.kind:
            case "pi":
                return Pi()
            case "prime":
                return Num(Fraction(atom.args[0]))
            case "size":
                return Size(atom.args[0])
            case "entry":
                return Entry(*atom.args)
            case "delta":
                return Delta(*atom.args)
            case "eq" | "le":
                return _condition(atom)
            case "poly":
                return self._factored(dict(atom.args[0]), taken)
            case "ind" | "tie":
                gap = self._sum(dict(atom.args[0]), taken)
                return Where(Compare(">" if atom.kind == "ind" else "==", gap, ZERO), ONE, ZERO)
            case "sum":
                letters, mono = atom.args
                return self._reduction("sum", letters, {mono: 1}, taken)
            case "max" | "prod":
                letters, body, *ranges = atom.args
                return self._reduction(atom.kind, letters, dict(body), taken, *ranges)
            case _:
                return call(atom.kind, self._sum(dict(atom.args[0]), taken))

    def _reduction(
        self,
        op: str,
        letters: Sequence[Index],
        body: Poly,
        taken: frozenset[str],
        ranges: Sequence[Order] = (),
    ) -> Term:
        used = set(taken)
        names: dict[Index, Position] = {}
        for i in letters:
            wanted = [n for n in self.letters.get(i.dim, ()) if n not in used]
            name = wanted[0] if wanted else next(n for n in _alphabet() if n not in used)
            used.add(name)
            names[i] = Index(name, i.dim)
        own = tuple(i for i in names.values() if isinstance(i, Index))
        kept = [Order(c.op, move(c.left, names), move(c.right, names)) for c in ranges]
        renamed = self.nf.rename(body, names)
        if op == "sum":
            renamed = order_variants(self.nf, renamed)[0]
            # orders that stand in every term are the range of the sum
            orders = [a for a in next(iter(renamed)) if a[0].kind == "le"] if renamed else []
            for atom, e in orders:
                bound = [i for i in own if i in atom.free]
                if bound and all((atom, e) in m for m in renamed):
                    kept.append(_order(atom, bound[0]))
                    renamed = {m - {(atom, e)}: c for m, c in renamed.items()}
        return over(op, own, kept, self._factored(renamed, frozenset(used)))

    # --- factoring --------------------------------------------------------------------------------

    def _delta_variants(self, poly: Poly) -> list[Poly]:
        """The same polynomial with the letters that a delta equates read one way or the other."""
        variants = [poly]
        deltas = sorted({a for m in poly for a, _ in m if a.kind == "delta"}, key=lambda a: a.key)[:3]
        for delta in deltas:
            for known in list(variants):
                other: Poly = {}
                for m, c in known.items():
                    if (delta, 1) in m:
                        rest = self.nf.rename({m - {(delta, 1)}: 1}, {delta.args[0]: delta.args[1]})
                        other = padd(other, {n | {(delta, 1)}: k for n, k in rest.items()}, c)
                    else:
                        other = padd(other, {m: c})
                variants.append(other)
        return variants

    def _factored(self, poly: Poly, taken: frozenset[str]) -> Term:
        plain = self._sum(poly, taken)
        if len(poly) < 2 or len(poly) > _FACTOR_LIMIT:
            return plain
        factors = factor(poly)
        if factors is None:
            return plain
        outer, c, parts = factors
        pieces = [_power(self._sum(p, taken), k) for p, k in parts]
        if len(parts) == 1 and not outer and parts[0][1] == 1:
            return min((plain, mul(Num(Fraction(c)), *pieces)), key=count_nodes)
        written = mul(self._mono(outer, c, taken), *pieces)
        return min((written, plain), key=count_nodes)


def order_variants(nf: Normalizer, poly: Poly) -> list[Poly]:
    """The same polynomial with its orders of positions stood the other way round, or made strict, where
    that leaves fewer terms: 1 - [j <= i] + [j = i] is [i <= j].  The orders made are for printing only, as
    the normal form has one way to write each."""
    variants = [poly]
    orders = sorted({a for m in poly for a, _ in m if a.kind == "le"}, key=lambda a: a.key)[:3]
    for atom in orders:
        form = form_of(atom)
        equal = is_zero(form)
        # [form <= 0] = a + b*[form = 0] + c*[other <= 0]
        for a, b, c, other in (
            (1, 1, -1, negative(form)),
            (1, 0, -1, plus(negative(form), 1)),
            (0, 1, 1, plus(form, 1)),
        ):
            written = (make("le", affine(*other, "")), 1)
            for known in list(variants):
                new: Poly = {}
                for m, k in known.items():
                    if (atom, 1) not in m:
                        new = padd(new, {m: k})
                        continue
                    rest = m - {(atom, 1)}
                    new = padd(padd(new, {rest: k}, a), nf.mul({rest: k}, equal) if b else {})
                    new = padd(new, {rest | {written}: c * k})
                if len(new) < len(known):
                    variants.append(new)
    return sorted(variants, key=len)[:4]


def _condition(atom: Atom) -> Term:
    """A condition on positions as a term; two letters that are the same, one moved, make a delta."""
    parts, _constant = form_of(atom)
    plain = [s for s, k in parts.items() if isinstance(s, Index) and k == 1]
    condition = _order(atom, plain[0] if plain else None)
    other = [s for s in parts if isinstance(s, Index) and s not in plain[:1]]
    if atom.kind == "eq" and plain and other:
        return Delta(condition.left, condition.right)
    return Where(condition, ONE, ZERO)


def _order(atom: Atom, letter: Index | None) -> Order:
    """[form = 0] or [form <= 0] with ``letter`` (of coefficient 1 or -1) alone on the left."""
    form = form_of(atom)
    op = "==" if atom.kind == "eq" else "<="
    if letter is None:
        return Order(op, affine(*form, ""), affine({}, 0, ""))
    if form[0][letter] == -1:
        op = {"<=": ">="}.get(op, op)
    return Order(op, letter, solve_for(form, letter))


def _take_sigmoids(mono: Mono) -> tuple[Mono, list[Mono]]:
    """exp(m)/(1 + exp(m)) is sigmoid(m): such pairs taken out of a monomial."""
    exponents = dict(mono)
    found: list[Mono] = []
    for atom, e in sorted(mono, key=lambda x: x[0].key):
        if atom.kind != "poly" or e != -1:
            continue
        rest = dict(atom.args[0])
        if rest.pop(frozenset(), 0) != 1 or len(rest) != 1:
            continue
        ((m, c),) = rest.items()
        if c == 1 and len(m) == 1:
            ((inner, k),) = m
            if inner.kind == "exp" and k == 1 and exponents.get(inner, 0) >= 1:
                del exponents[atom]
                exponents[inner] = exponents[inner] - 1
                found.append(inner.args[0])
    return frozenset((a, e) for a, e in exponents.items() if e), found


def _power(base: Term, e: Any) -> Term:
    f = Fraction(e)
    if f == Fraction(1, 2):
        return call("sqrt", base)
    if f == Fraction(-1, 2):
        return power(call("sqrt", base), Num(Fraction(-1)))
    return power(base, Num(f))


def _rank(atom: Atom) -> int:
    order = (
        "prime",
        "pi",
        "size",
        "delta",
        "eq",
        "le",
        "entry",
        "ind",
        "tie",
        "log",
        "erf",
        "sin",
        "cos",
        "poly",
        "max",
        "prod",
        "sum",
    )
    return order.index(atom.kind)


def _is_negative(term: Term) -> bool:
    from symderiv.terms import Mul

    if isinstance(term, Num):
        return term.value < 0
    return isinstance(term, Mul) and isinstance(term.factors[0], Num) and term.factors[0].value < 0


def _alphabet() -> Iterable[str]:
    yield from "cdeklmnpqrstuvw"
    n = 1
    while True:
        yield f"c{n}"
        n += 1

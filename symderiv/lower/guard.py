"""The overflow guard: every subterm as mantissa * exp(exponent), so that nothing large is ever formed.

===================  ==========================================================================
subterm              mantissa, exponent
===================  ==========================================================================
exp(u)               1, u
a * b                mantissas multiply, exponents add
a ** n               m ** n, n * X
a + b, sum[c](a)     terms m * exp(X - M) with a shift M, exponent M (mean likewise)
prod[c](a)           prod[c](m), sum[c](X)
log(a)               log(m) + X, no exponent
where(cond, a, 0)    where(cond, m, 0), X
anything else        its parts' values m * exp(X), no exponent
===================  ==========================================================================

A shift M stays a name here: the result is proved for every M by whoever asked, and then M is chosen
to be the largest exponent, so each exp is at most 1 and one of them is 1.  The shift of sum[c <= j](a) is
a maximum over the same range: an entry outside it that is larger would take all digits of those inside.
Likewise the entries that a condition on values leaves out of a sum count as the smallest ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symderiv.calculus.normal import Normalizer
from symderiv.lower.alike import Key, key
from symderiv.lower.names import Names
from symderiv.lower.places import Known, nonempty
from symderiv.lower.plan import Shift
from symderiv.terms import (
    ONE,
    ZERO,
    Add,
    Call,
    Compare,
    Entry,
    Index,
    Mul,
    Num,
    Order,
    Pow,
    Reduce,
    Term,
    Where,
    add,
    call,
    free_indices,
    instantiate,
    map_children,
    mul,
    neg,
    neutral,
    over,
    power,
    rename,
    split_range,
    walk,
)

Pair = tuple[Term, Term | None]


class Guard:
    """Guards terms that belong together; equal sums get equal shifts.

    With ``everywhere`` false only reductions are shifted: enough where each term of a + b is bounded.
    """

    def __init__(
        self, names: Names, fixed: frozenset[Index], normalizer: Normalizer, *, everywhere: bool = True
    ) -> None:
        self.names = names
        self.everywhere = everywhere
        self.fixed = fixed
        self.shifts: list[Shift] = []
        self._known: dict[Key, tuple[str, tuple[int, ...]]] = {}
        self._nf = normalizer

    def value(self, term: Term) -> Term:
        """``term``, formed without overflow."""
        return _joined(*self.split(term))

    def split(self, term: Term) -> Pair:
        """Mantissa and exponent."""
        if not any(isinstance(t, Call) and t.function == "exp" for t in walk(term)):
            return term, None
        match term:
            case Call("exp", (u,)):
                return ONE, self.value(u)
            case Call("log", (u,)):
                mantissa, exponent = self.split(u)
                logarithm = self._log(mantissa)
                return (logarithm if exponent is None else tidy(add(exponent, logarithm))), None
            case Mul(factors):
                mantissa, exponent = self._product([self.split(f) for f in factors])
                return tidy(_spread(mantissa)), exponent
            case Pow(base, Num(n)):
                mantissa, exponent = self.split(base)
                return power(mantissa, Num(n)), None if exponent is None else tidy(mul(Num(n), exponent))
            case Add(terms):
                mantissa, exponent = self._sum([self.split(t) for t in terms])
                return tidy(mantissa), exponent
            case Reduce(op, indices, body) if op in ("sum", "mean", "prod"):
                conditions, inner = split_range(op, indices, body)
                return self._reduction(op, indices, conditions, *self.split(inner))
            case Where(Compare() as condition, then, other) if other == ZERO:
                mantissa, exponent = self.split(then)
                return Where(condition, mantissa, ZERO), exponent
            case Where(condition, then, other):
                return Where(condition, self.value(then), self.value(other)), None
            case _:
                return map_children(term, self.value), None

    def _product(self, pairs: list[Pair]) -> Pair:
        exponents = [x for _, x in pairs if x is not None]
        return mul(*(m for m, _ in pairs)), tidy(add(*exponents)) if exponents else None

    def _sum(self, pairs: list[Pair]) -> Pair:
        exponents = {x for _, x in pairs}
        if len(exponents) == 1:
            (only,) = exponents
            return add(*(m for m, _ in pairs)), only
        if not self.everywhere:
            return add(*(_joined(*pair) for pair in pairs)), None
        largest: Term | None = None
        for x in dict.fromkeys(ZERO if x is None else x for _, x in pairs):
            largest = x if largest is None else call("max", largest, x)
        assert largest is not None
        shift = self._shift(largest)
        shifted = [mul(m, call("exp", tidy(add(ZERO if x is None else x, neg(shift))))) for m, x in pairs]
        return add(*shifted), shift

    def _reduction(
        self,
        op: str,
        indices: tuple[Index, ...],
        conditions: Sequence[Order],
        mantissa: Term,
        exponent: Term | None,
    ) -> Pair:
        def reduced(how: str, body: Term) -> Term:
            return over(how, indices, conditions, body)

        if exponent is None:
            return reduced(op, mantissa), None
        if op == "prod":
            return ONE if mantissa == ONE else reduced(op, mantissa), reduced("sum", exponent)
        if free_indices(exponent).isdisjoint(indices):
            return reduced(op, mantissa), exponent
        factor, rest = self._positive_factor(exponent, indices)
        if self._at_most_zero(indices, conditions, rest):
            return reduced(op, _joined(mantissa, exponent)), None
        some = nonempty(indices, conditions)
        if some is None:
            return reduced(op, _joined(mantissa, exponent)), None
        if isinstance(mantissa, Where):  # what is left out has no say in the largest exponent
            rest = Where(mantissa.condition, rest, reduced("min", rest))
        shift = mul(self._shift(reduced("max", rest), some), factor)
        return reduced(op, _joined(mantissa, tidy(add(exponent, neg(shift))))), shift

    def _positive_factor(self, exponent: Term, indices: tuple[Index, ...]) -> tuple[Term, Term]:
        """k and w with exponent = k*w, k > 0 and free of the bound letters: k*(w - max w) is exactly 0."""
        if not isinstance(exponent, Mul):
            return ONE, exponent
        out: list[Term] = []
        rest: list[Term] = []
        for f in exponent.factors:
            fixed = not isinstance(f, Num) and free_indices(f).isdisjoint(indices) and self._positive(f)
            (out if fixed else rest).append(f)
        return mul(*out), mul(*rest)

    def _shift(self, largest: Term, some: Sequence[Order] = ()) -> Entry:
        """The name for a shift; the same one for the same largest exponent, whatever its letters.

        It is 0 unless ``some`` hold: a maximum of nothing would be -inf, and -inf - -inf is no number.
        """
        shape, letters = key(largest, self.fixed)
        head = tuple(sorted(letters))
        found = self._known.get(shape)
        if found is None:
            name = self.names.usual("max")
            chosen = largest
            for condition in some:
                chosen = Where(condition, chosen, ZERO)
            self.shifts.append(Shift(name, head, chosen, guards=True))
            found = self._known[shape] = (name, tuple(letters.index(i) for i in head))
        name, places = found
        return Entry(name, tuple(letters[n] for n in places))

    def _at_most_zero(self, indices: tuple[Index, ...], conditions: Sequence[Order], exponent: Term) -> bool:
        """Whether the exponent is X - M with M already chosen as the largest X, or as the largest of some of
        which X is one."""
        for t in exponent.terms if isinstance(exponent, Add) else ():
            match t:
                case Mul((Num(n), Entry() as shift)) if n == -1:
                    rest = tidy(add(exponent, shift))
                    shape, letters = key(over("max", indices, conditions, rest), self.fixed)
                    found = self._known.get(shape)
                    if found and Entry(found[0], tuple(letters[k] for k in found[1])) == shift:
                        return True
                    if self._is_one_of(rest, shift, Known().told(conditions)):
                        return True
        return False

    def _is_one_of(self, term: Term, shift: Entry, known: Known) -> bool:
        """Whether a term is one of those whose largest a shift is, given what is known of its letters."""
        for s in self.shifts:
            if s.name != shift.name or not isinstance(s.body, Reduce) or len(s.body.indices) != 1:
                continue
            largest = instantiate(s.head, s.body, shift.indices)
            if not isinstance(largest, Reduce):
                continue
            (c,) = largest.indices
            for i in (i for i in free_indices(term) if i.dim == c.dim):
                one = rename(largest.body, {c: i})
                while isinstance(one, Where) and isinstance(one.condition, Order):
                    if not known.holds(one.condition) or one.other != neutral("max"):
                        break
                    one = one.then
                if one == term:
                    return True
        return False

    def _log(self, mantissa: Term) -> Term:
        """log(m); positive factors and powers come out."""
        if mantissa == ONE:
            return ZERO
        factors = mantissa.factors if isinstance(mantissa, Mul) else (mantissa,)
        out: list[Term] = []
        rest: list[Term] = []
        for f in factors:
            base, n = (f.base, f.exponent) if isinstance(f, Pow) else (f, ONE)
            if isinstance(n, Num) and len(factors) + (n != ONE) > 1 and self._positive(base):
                out.append(mul(n, call("log", base)))
            else:
                rest.append(f)
        if rest:
            out.insert(0, call("log", mul(*rest)))
        return add(*out)

    def _positive(self, term: Term) -> bool:
        return self._nf.signs.of(self._nf.poly(term)) == "positive"


def _joined(mantissa: Term, exponent: Term | None) -> Term:
    if exponent is None or exponent == ZERO:
        return mantissa
    factors = mantissa.factors if isinstance(mantissa, Mul) else (mantissa,)
    for n, f in enumerate(factors):
        if isinstance(f, Where) and isinstance(f.condition, Compare) and f.other == ZERO:
            # not 0*exp(exponent), which is no number where the exp overflows
            inside = Where(f.condition, _joined(f.then, exponent), ZERO)
            return mul(*factors[:n], inside, *factors[n + 1 :])
    factor = call("exp", exponent)
    if isinstance(mantissa, Mul):
        top = [f for f in mantissa.factors if not isinstance(f, Pow)]
        return mul(*top, factor, *(f for f in mantissa.factors if isinstance(f, Pow)))
    return mul(factor, mantissa) if isinstance(mantissa, Pow) else mul(mantissa, factor)


def _spread(term: Term) -> Term:
    """A number times a sum, written out: -(m + log(S)) is -m - log(S), to be added term by term."""
    match term:
        case Mul((Num() as n, Add(terms))):
            return add(*(mul(n, t) for t in terms))
    return term


def tidy(term: Term) -> Term:
    """A sum with opposite terms cancelled; nothing is expanded."""
    if not isinstance(term, Add):
        return term
    count: dict[Term, Fraction] = {}
    spread = add(*(_spread(t) for t in term.terms))
    for t in spread.terms if isinstance(spread, Add) else (spread,):
        number, rest = Fraction(1), t
        if isinstance(t, Mul) and isinstance(t.factors[0], Num):
            number, rest = t.factors[0].value, mul(*t.factors[1:])
        elif isinstance(t, Num):
            number, rest = t.value, ONE
        count[rest] = count.get(rest, Fraction(0)) + number
    # z - m, not -m + z; and logarithms last, since z - m is exact or nearly so
    ordered = sorted(count.items(), key=lambda item: (isinstance(item[0], Call), item[1] < 0))
    return _collected([mul(Num(n), t) for t, n in ordered if n])


def _collected(terms: list[Term]) -> Term:
    """z/T - m/T as (z - m)/T, which is exactly 0 where z is m."""
    if len(terms) < 2:
        return add(*terms)
    parts = [list(t.factors) if isinstance(t, Mul) else [t] for t in terms]
    common: list[Term] = []
    for f in list(parts[0]):  # a factor may stand twice in one term and once in another
        if not isinstance(f, Num) and all(f in p for p in parts):
            common.append(f)
            for p in parts:
                p.remove(f)
    inner = add(*(mul(*p) for p in parts))
    return mul(inner, *common) if common else add(*terms)

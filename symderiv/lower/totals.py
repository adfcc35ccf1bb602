"""The steps of a kernel as numbers and totals of a row: what :mod:`.planner` makes a plan of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from symderiv.lower.kernel import Kernel, Step
from symderiv.lower.names import Names
from symderiv.lower.passes import (
    SHIFTED,
    WEIGHT,
    Scalar,
    Total,
)
from symderiv.terms import (
    MINUS_ONE,
    ONE,
    ZERO,
    Add,
    Bodies,
    Call,
    Compare,
    Delta,
    Entry,
    Index,
    Mul,
    Num,
    Pow,
    Size,
    Term,
    Where,
    add,
    all_indices,
    free_indices,
    map_children,
    mul,
    rename,
    unfold,
    walk,
)


class NoProgramError(Exception):
    """The kernel is none that passes can compute."""


class Totals:
    """What is known of a kernel while its steps are taken one by one."""

    def __init__(self, kernel: Kernel, *, keep: bool) -> None:
        self.kernel = kernel
        self.keep = keep
        letters = {i.name for s in kernel.steps for i in (*s.head, *s.over, *all_indices(s.body))}
        own = {a.name for a in kernel.arguments} | {s.name for s in kernel.steps if not s.head} | letters
        self.names = Names(own | {s.name for s in kernel.outputs})
        head = kernel.output.head
        over = [i for s in kernel.steps for i in s.over]
        self.letter = head[-1] if head else over[0] if over else Index("c", kernel.dims[0])
        self.outer = head[0] if len(head) == 2 else None
        self.vectors: Bodies = {s.name: (s.head, s.body) for s in kernel.steps[:-1] if s.head}
        self.level: dict[str, int] = {a.name: 0 for a in kernel.arguments}
        self.scalars: list[Scalar] = []
        self.totals: list[Total] = []
        bodies = [unfold(s.body, self.vectors) for s in kernel.steps]
        self.exact = self.outer is not None or any(_adds_exp(_off_the_delta(b)) for b in bodies)
        self.small: set[str] = set()  # sums of exp(x - m): finite, or NaN
        self.reads: dict[Entry, str] = {}
        self.largest: dict[Term, str] = {}  # body of a maximum -> its name
        self.weights: dict[str, str] = {}
        self.factors: dict[Term, str] = {}
        self.before: dict[str, int] = {}  # totals: the pass they are in

    # --- steps ------------------------------------------------------------------------------------

    def _scalar_step(self, s: Step) -> None:
        if not s.op:
            if s.name in self.kernel.free and self._some(s.name, s.body):
                return
            self._define(s.name, self._at_scalars(self._inline(s.body)))
            return
        (c,) = s.over
        body = self._inline(rename(s.body, {c: self.letter} if c != self.letter else {}))
        if any(isinstance(t, Delta) for t in walk(body)):
            raise NoProgramError
        formula = s.formula
        if s.start:
            self._counted(s, body, formula)
            return
        if s.op == "max":
            self.largest.setdefault(body, s.name)
        self._total(s.name, s.op, body, formula)

    def _some(self, name: str, mean: Term) -> bool:
        """A mean over all places of a maximum that may have any value: what is at one of them is enough."""
        match mean:
            case Mul((Entry(one, ()), Pow(Entry(two, ()), Num(n)))) if n == -1:
                both = [t for t in self.totals if t.name in (one, two)]
                count = next((t for t in both if t.body == ONE), None)
                users = [s for s in self.kernel.steps for t in walk(s.body) if t in (Entry(one), Entry(two))]
                if count is None or len(both) != 2 or len(users) != 2 or len({t.at for t in both}) != 1:
                    return False
                (other,) = (t for t in both if t is not count)
                if not other.at or other.factor != ONE:
                    return False
                formula = f"{name}: {other.formula}, of one place only"
                self.totals = [t for t in self.totals if t not in both]
                self.totals.append(replace(other, name=name, formula=formula, some=True))
                self.before[name] = self.before[other.name]
                self.level[name] = self.before[name] + 1
                return True
        return False

    def _counted(self, s: Step, body: Term, formula: str) -> None:
        """start + sum of exp(x - m): the terms that are 1 are counted, not added."""
        found = (
            self._distance(body.args[0], self.letter)
            if isinstance(body, Call) and body.function == "exp"
            else None
        )
        if s.op != "sum" or found is None:
            raise NoProgramError
        x, m = found
        top = Compare("==", x, Entry(m))
        rest, count = self.names.usual("sum"), self.names.pick("count")
        # a product, not a choice: NaN where the largest is infinite
        self._total(rest, "sum", mul(body, Where(top, ZERO, ONE)), f"{formula}, but for the terms that are 1")
        self._total(count, "sum", Where(top, ONE, ZERO), f"{count}: how many terms are 1")
        whole = add(add(Num(s.start), Entry(count)), Entry(rest))
        self._define(s.name, whole)
        self.small.add(s.name)

    def _total(self, name: str, op: str, body: Term, formula: str) -> None:
        match body:
            case Where(Compare(">=", weight, Entry(top, ())), then, other) if other == ZERO and op == "sum":
                if self.largest.get(weight) == top and self._levels(then) <= self.before[top]:
                    then = self._hoisted(self._shifted(then, {self.letter}))
                    self.totals.append(Total(name, op, then, formula, at=top))
                    self.before[name] = self.before[top]
                    self.level[name] = self.before[top] + 1
                    return
        body = self._hoisted(self._shifted(body, {self.letter}))
        factor: Term = ONE
        match body:  # a factor of what is chosen is a factor of the sum
            case Where(condition, Mul() as product, other) if other == ZERO:
                fixed, rest = self._split(product)
                body = mul(*fixed, Where(condition, rest, ZERO))
            case Where(condition, then, Mul() as product) if then == ZERO:
                fixed, rest = self._split(product)
                body = mul(*fixed, Where(condition, ZERO, rest))
        if op in ("sum", "mean") and isinstance(body, Mul):
            fixed, body = self._split(body)
            if not _apart(body):  # a weight stays with its exp: no product overflows
                body = mul(body, *(f for f in fixed if f in self._weights()))
                fixed = [f for f in fixed if f not in self._weights()]
            factor = mul(*fixed)
        at = self._levels(body)
        if self._levels(factor) <= at:
            self.totals.append(Total(name, op, body, formula, factor))
            self.before[name], self.level[name] = at, at + 1
            return
        # the factor is known only after the pass; a sum of nothing is 0 whatever its factor
        plain = self.names.pick(f"{name}_plain", "plain")
        self.totals.append(Total(plain, op, body, formula))
        self.before[plain], self.level[plain] = at, at + 1
        some = Compare(">", Size(self.letter.dim), ZERO)
        self._define(name, Where(some, mul(factor, Entry(plain)), ZERO))

    def _weights(self) -> set[Term]:
        return {Entry(w) for w in self.weights.values()}

    def _read_labels(self, term: Term) -> Term:
        if isinstance(term, Entry) and self.letter not in free_indices(term):
            return self._at_scalars(term)
        return map_children(term, self._read_labels)

    def _split(self, product: Mul) -> tuple[list[Term], Term]:
        """The factors that are the same at every place, and the others."""
        fixed = [f for f in product.factors if self.letter not in free_indices(f)]
        return fixed, mul(*(f for f in product.factors if self.letter in free_indices(f)))

    def _define(self, name: str, value: Term) -> None:
        self.scalars.append(Scalar(name, value))
        self.level[name] = self._levels(value)

    def _scalar(self, wanted: str, value: Term) -> str:
        """The name of a scalar with that value."""
        if value not in self.factors:
            name = self.factors[value] = self.names.pick(wanted)
            self._define(name, value)
        return self.factors[value]

    def _levels(self, term: Term) -> int:
        return max((self.level.get(t.name, 0) for t in walk(term) if isinstance(t, Entry)), default=0)

    # --- terms ------------------------------------------------------------------------------------

    def _inline(self, term: Term) -> Term:
        """``term`` over arguments and scalars."""
        return unfold(term, self.vectors)

    def _at_scalars(self, term: Term) -> Term:
        """A term that is one number a row: its entries at labels are read into scalars."""

        def visit(t: Term) -> Term:
            if isinstance(t, Entry) and t.indices:
                (k,) = t.letters
                if k == self.outer:
                    return t
                if k not in self.kernel.labels:
                    raise NoProgramError
                name = self.reads.get(t) or self.names.pick(f"{t.name}_{k.name}")
                self.reads[t] = name
                self.level[name] = 0
                return Entry(name)
            if isinstance(t, Delta):
                raise NoProgramError
            return map_children(t, visit)

        return visit(term)

    def _without_delta(self, term: Term) -> tuple[Term, tuple[Index, Term] | None]:
        """The row without its delta, the letter at which that is 1, and the entry there."""
        deltas = {t for t in walk(term) if isinstance(t, Delta)}
        places = {p for d in deltas for p in (d.left, d.right)} - {self.letter}
        if not deltas:
            return term, None
        if len(places) != 1 or any(self.letter not in (d.left, d.right) for d in deltas):
            raise NoProgramError
        (place,) = places
        if not isinstance(place, Index) or place not in (self.outer, *self.kernel.labels):
            raise NoProgramError

        factors = term.factors if isinstance(term, Mul) else ()
        shown = self._spoils(f for f in factors if not isinstance(f, Add))

        def put(t: Term, value: Term) -> Term:
            return value if isinstance(t, Delta) else map_children(t, lambda u: put(u, value))

        def away(t: Term) -> Term:
            """``t`` where the delta is 0: a product with it stays one, 0 times infinity and NaN are NaN,
            unless that NaN shows anyway."""
            if isinstance(t, Delta):
                return ZERO
            if isinstance(t, Mul) and any(isinstance(f, Delta) for f in t.factors):
                rest = [away(f) for f in t.factors if not isinstance(f, Delta)]
                read = {e.name for f in rest for e in walk(f) if isinstance(e, Entry)}
                if not read <= self.small & shown:
                    return mul(Entry(self._scalar("zero", ZERO)), *rest)
            return map_children(t, away)

        return away(term), (place, rename(put(term, ONE), {self.letter: place}))

    def _spoils(self, terms: Iterable[Term]) -> set[str]:
        """The scalars with which one of some terms is NaN."""
        values = {s.name: s.value for s in self.scalars}
        found: set[str] = set()
        left = list(terms)
        while left:
            match left.pop():
                case Entry(name, _) if name not in found:
                    found.add(name)
                    left += [values[name]] if name in values else []
                case Add(parts) | Mul(parts):
                    left += parts
                case Pow(base, _):
                    left.append(base)
        return found

    def _distance(self, argument: Term, letter: Index) -> tuple[Entry, str] | None:
        """x and m where ``argument`` has the factor x - m, x an entry and m the largest of its row."""
        for f in argument.factors if isinstance(argument, Mul) else (argument,):
            match f:
                case Add((Entry(_, (i,)) as x, Mul((Num(n), Entry(m, ()))))) if n == -1 and i == letter:
                    if self.largest.get(Entry(x.name, (self.letter,))) == m:
                        return x, m
        return None

    def _shifted(self, term: Term, letters: set[Index]) -> Term:
        """exp(x - m), m the largest x, as a shifted exp and a scalar."""
        if isinstance(term, Call) and term.function == "exp" and isinstance(term.args[0], Add):
            for i in letters:
                found = self._distance(term.args[0], i)
                if found is not None:
                    x, m = found
                    if m not in self.weights:
                        self.weights[m] = self._scalar("w", Call(WEIGHT, (Entry(m),)))
                    weight = Entry(self.weights[m])
                    if self.exact:
                        return Call(SHIFTED, (x, Entry(m), weight))
                    return mul(Call(SHIFTED, (x, Entry(m))), weight)
        return map_children(term, lambda t: self._shifted(t, letters))

    def _hoisted(self, term: Term) -> Term:
        """What does not depend on the pass's letter becomes a scalar, factors of a product together."""
        if self.letter not in free_indices(term):
            if isinstance(term, Num) or (isinstance(term, Entry) and not term.indices):
                return term
            match term:
                case Mul((Num(n), Entry(_, ()))) if n == -1:
                    return term
            return Entry(self._scalar(word_for(term), self._at_scalars(term)))
        if isinstance(term, Call) and term.function == "exp":
            return self._read_labels(term)  # its argument is worked out with what rounding takes from it
        if isinstance(term, Mul):
            fixed = [f for f in term.factors if self.letter not in free_indices(f)]
            sign = MINUS_ONE if MINUS_ONE in fixed else ONE
            factor = mul(*(f for f in fixed if f != MINUS_ONE))
            rest = [self._hoisted(f) for f in term.factors if self.letter in free_indices(f)]
            weights = [f for f in fixed if f in self._weights()]
            others = [f for f in fixed if f != MINUS_ONE and f not in weights]
            if weights and not all(isinstance(f, Pow) and isinstance(f.base, Entry) for f in others):
                return mul(
                    sign, *rest, *weights, self._hoisted(mul(*others))
                )  # exp*weight first: no underflow
            return mul(sign, self._hoisted(factor), *rest)
        return map_children(term, self._hoisted)


def _apart(body: Term) -> bool:
    """Whether the sum of ``body`` needs no weight to stay in range: of one value, counted or not."""
    factors = body.factors if isinstance(body, Mul) else (body,)
    counts = [
        f for f in factors if isinstance(f, Where) and isinstance(f.then, Num) and isinstance(f.other, Num)
    ]
    values = [f for f in factors if f not in counts]
    return len(values) <= 1 and all(isinstance(f, (Where, Call)) for f in values)


def _off_the_delta(term: Term) -> Term:
    """``term`` where its deltas are 0."""
    return ZERO if isinstance(term, Delta) else map_children(term, _off_the_delta)


def _adds_exp(term: Term) -> bool:
    """Whether an exp is added to something: where that cancels, exp(0) must be 1 exactly."""
    sums = [t for t in walk(term) if isinstance(t, Add)]
    parts = [f for t in sums for p in t.terms for f in (p.factors if isinstance(p, Mul) else (p,))]
    return any(isinstance(f, Call) and f.function == "exp" for f in parts)


def word_for(term: Term) -> str:
    """What a value is called after."""
    if isinstance(term, Call):
        return {SHIFTED: "exp"}.get(term.function, term.function)
    return "f"

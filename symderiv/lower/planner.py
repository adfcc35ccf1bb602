"""A kernel -> its passes (:mod:`symderiv.lower.passes`), or None where it is none of their kind.

* All totals that need the same earlier totals share a pass; the store shares the pass of what it needs last.
* Factors that are the same at every place are one scalar, taken out of sums; a division by one is a product.
* A costly value that a later pass needs again is kept in the output's row, else computed again.
* exp(x - m) with m the largest x becomes a power of two that is exact, times a polynomial, times one number a
  row (exp(x - m) is the same for every m that is taken off and put back, so m may be rounded to a power of two).
* -1 + sum of exp(x - m) leaves the terms that are 1 out and counts them: nothing cancels.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from symderiv.lower.kernel import Argument, Kernel, Step
from symderiv.lower.names import Names
from symderiv.lower.passes import BATCH, SHIFTED, WEIGHT, Item, Pass, Program, Scalar, Total, is_costly, names_read
from symderiv.terms import (
    MINUS_ONE,
    ONE,
    ZERO,
    Add,
    Affine,
    Bodies,
    Call,
    Compare,
    Delta,
    Entry,
    Index,
    Mul,
    Neutral,
    Num,
    Order,
    Pow,
    Reduce,
    Term,
    Where,
    add,
    all_indices,
    free_indices,
    map_children,
    mul,
    neg,
    rename,
    unfold,
    walk,
)


def program(kernel: Kernel, *, keep: bool = True) -> Program | None:
    """The kernel in passes.  ``keep``: whether the output holds values as precisely as they are worked out."""
    batch = not kernel.dims and not kernel.labels
    if batch:
        kernel = _along_batch(kernel)
    if not _fits(kernel):
        return None
    try:
        return _Planner(kernel, keep=keep).plan(batch=batch)
    except _NoProgramError:
        return None


class _NoProgramError(Exception):
    """The kernel is none that passes can compute."""


def _along_batch(kernel: Kernel) -> Kernel:
    """A kernel of scalars as one over the axis of its batch."""

    def visit(t: Term) -> Term:
        return Entry(t.name, (BATCH,)) if isinstance(t, Entry) else map_children(t, visit)

    arguments = tuple(Argument(a.name, (BATCH,)) for a in kernel.arguments)
    return replace(
        kernel,
        arguments=arguments,
        steps=tuple(replace(s, head=(BATCH,), body=visit(s.body)) for s in kernel.steps),
    )


def _fits(kernel: Kernel) -> bool:
    """Whether the kernel has one dimension and nothing that hangs on positions but deltas."""
    heads = [len(s.head) for s in kernel.steps[:-1]]
    if len(kernel.dims) != 1 or len(kernel.output.head) > 2 or max(heads, default=0) > 1:
        return False
    if any(len(a.letters) > 1 for a in kernel.arguments):
        return False
    for s in kernel.steps:
        if (s.op and s.head) or len(s.over) > 1 or {i.dim for i in (*s.over, *all_indices(s.body))} - set(kernel.dims):
            return False
        for t in walk(s.body):
            if isinstance(t, (Reduce, Neutral)) or (isinstance(t, Where) and isinstance(t.condition, Order)):
                return False
            positions = t.indices if isinstance(t, Entry) else (t.left, t.right) if isinstance(t, Delta) else ()
            if any(isinstance(p, Affine) for p in positions):
                return False
    return True


class _Planner:
    def __init__(self, kernel: Kernel, *, keep: bool) -> None:
        self.kernel = kernel
        self.keep = keep
        letters = {i.name for s in kernel.steps for i in (*s.head, *s.over, *all_indices(s.body))}
        own = {a.name for a in kernel.arguments} | {s.name for s in kernel.steps if not s.head} | letters
        self.names = Names(own | {kernel.output.name})
        head = kernel.output.head
        over = [i for s in kernel.steps for i in s.over]
        self.letter = head[-1] if head else over[0] if over else Index("c", kernel.dims[0])
        self.outer = head[0] if len(head) == 2 else None
        self.vectors: Bodies = {s.name: (s.head, s.body) for s in kernel.steps[:-1] if s.head}
        self.level: dict[str, int] = {a.name: 0 for a in kernel.arguments}
        self.scalars: list[Scalar] = []
        self.totals: list[Total] = []
        bodies = [s.body for s in kernel.steps]
        self.exact = self.outer is not None or any(_adds_exp(unfold(b, self.vectors)) for b in bodies)
        self.reads: dict[Entry, str] = {}
        self.largest: dict[Term, str] = {}  # body of a maximum -> its name
        self.weights: dict[str, str] = {}
        self.factors: dict[Term, str] = {}
        self.before: dict[str, int] = {}  # totals: the pass they are in

    # --- the plan ---------------------------------------------------------------------------------

    def plan(self, *, batch: bool) -> Program:
        output = self.kernel.output
        for s in self.kernel.steps:
            if not s.head:
                self._scalar_step(s)
        value = self._inline(output.body) if output.head else None
        if self.outer is not None and value is not None:
            return self._rows(value)
        fix = None
        store = None
        if value is not None:
            store, fix = self._vector(output, value)
        items = self._items(store)
        items, kept = self._with_kept(items)
        items = tuple(_with_values(i, self.names) if isinstance(i, Pass) else i for i in items)
        return self._finished(Program(self.kernel, self.letter, items, fix=fix, kept=kept, batch=batch))

    def _vector(self, output: Step, value: Term) -> tuple[Pass, tuple[Index, str] | None]:
        value, fix = self._without_delta(value)
        if fix is not None:
            place, there = fix
            fix = (place, self._scalar("there", self._at_scalars(there)))
        store = self._hoisted(self._shifted(value, {self.letter}))
        formula = output.formula
        return Pass(self.letter, store=store, formula=formula), fix if fix is None else (fix[0], fix[1])

    def _rows(self, value: Term) -> Program:
        """A result over two letters: ``each`` row a pass."""
        assert self.outer is not None
        value, delta = self._without_delta(value)
        if delta is not None and delta[0] != self.outer:
            raise _NoProgramError
        both = {self.letter, self.outer}
        value = self._shifted(value, both)
        there = delta[1] if delta is not None else None  # in double, and exp(x - m) = 1 exactly at the largest x
        items, kept = self._items(None), ""
        found = [t for t in _costly_in(value) if self.letter in free_indices(t)]
        if self.keep and found:
            items, kept = self._kept_for_rows(items, found[0])

        def read(t: Term) -> Term:
            for i in both:
                if kept and t == rename(found[0], {self.letter: i}):
                    return Entry(kept, (i,))
            return map_children(t, read)

        value = read(value)
        if any(isinstance(t, Call) and t.function == SHIFTED for t in walk(value)):
            raise _NoProgramError
        count = len(self.scalars)
        store = self._hoisted(value)
        fix = None if there is None else (self.outer, self._scalar("there", self._at_scalars(there)))
        own = [s for s in self.scalars[count:] if self.outer in free_indices(s.value) or self._hangs(s)]
        items = (*items, *(s for s in self.scalars[count:] if s not in own))
        formula = self.kernel.output.formula
        items = tuple(_with_values(i, self.names) if isinstance(i, Pass) else i for i in items)
        each: tuple[Item, ...] = (*own, _with_values(Pass(self.letter, store=store, formula=formula), self.names))
        return self._finished(Program(self.kernel, self.letter, items, self.outer, each, fix, kept))

    def _hangs(self, s: Scalar) -> bool:
        """Whether a scalar depends on one that depends on the outer letter."""
        by_name = {o.name: o for o in self.scalars}
        inner = [by_name[e.name] for e in names_read(s) if e.name in by_name]
        return any(self.outer in free_indices(o.value) or self._hangs(o) for o in inner)

    def _kept_for_rows(self, items: tuple[Item, ...], term: Term) -> tuple[tuple[Item, ...], str]:
        """The value kept in the last row; it is worked out in the pass that has it, or in one more."""
        name = self.names.usual("exp" if isinstance(term, Call) and term.function == SHIFTED else "value")
        for n, item in enumerate(items):
            if isinstance(item, Pass) and any(t == term for u in item.terms for t in walk(u)):
                return (*items[:n], _keeping(item, name, term), *items[n + 1 :]), name
        return (*items, Pass(self.letter, ((name, term),), keep=name)), name

    def _finished(self, made: Program) -> Program:
        """Without scalars that nothing reads; with the entries at labels."""
        items, each = list(made.items), list(made.each)
        while True:
            used = {e.name for i in (*items, *each) for e in names_read(i)} | {made.stored}
            used |= {made.fix[1]} if made.fix else set()
            idle = [i for i in (*items, *each) if isinstance(i, Scalar) and i.name not in used]
            if not idle:
                break
            items = [i for i in items if i not in idle]
            each = [i for i in each if i not in idle]
        reads = tuple((n, e) for e, n in self.reads.items())
        return replace(made, items=tuple(items), each=tuple(each), reads=reads)

    def _items(self, store: Pass | None) -> tuple[Item, ...]:
        """Scalars and passes in the order of their levels."""
        last = 0 if store is None else max((self.level.get(e.name, 0) for e in names_read(store)), default=0)
        depth = max([last, *self.level.values()])
        items: list[Item] = []
        for n in range(depth + 1):
            items += [s for s in self.scalars if self.level[s.name] == n]
            totals = tuple(t for t in self.totals if self.before[t.name] == n)
            whole = Pass(self.letter, totals=totals)
            if store is not None and n == last:
                whole = replace(store, totals=totals)
            if totals or whole.store is not None:
                items.append(whole)
        return tuple(items)

    def _with_kept(self, items: tuple[Item, ...]) -> tuple[tuple[Item, ...], str]:
        """A costly value of several passes is worked out in the first of them and kept in the output's row."""
        passes = [n for n, i in enumerate(items) if isinstance(i, Pass)]
        if not self.keep or not passes or not any(isinstance(i, Pass) and i.store is not None for i in items):
            return items, ""
        where: dict[Term, list[int]] = {}
        for n in passes:
            whole = items[n]
            assert isinstance(whole, Pass)
            for t in dict.fromkeys(t for u in whole.terms for t in _costly_in(u)):
                where.setdefault(t, []).append(n)
        several = [t for t, places in where.items() if len(places) > 1]
        if not several:
            return items, ""
        term = max(several, key=lambda t: len(where[t]))
        first, *later = where[term]
        whole = items[first]
        assert isinstance(whole, Pass)
        name = self.names.usual(_word(term))
        out = list(items)
        out[first] = _keeping(whole, name, term)
        for n in later:
            whole = items[n]
            assert isinstance(whole, Pass)
            out[n] = _reading(whole, name, term)
        return tuple(out), name

    # --- steps ------------------------------------------------------------------------------------

    def _scalar_step(self, s: Step) -> None:
        if not s.op:
            if s.name in self.kernel.free:
                self._some(s.body)
            self._define(s.name, self._at_scalars(self._inline(s.body)))
            return
        (c,) = s.over
        body = self._inline(rename(s.body, {c: self.letter} if c != self.letter else {}))
        if any(isinstance(t, Delta) for t in walk(body)):
            raise _NoProgramError
        formula = s.formula
        if s.start:
            self._counted(s, body, formula)
            return
        if s.op == "max":
            self.largest.setdefault(body, s.name)
        self._total(s.name, s.op, body, formula)

    def _some(self, mean: Term) -> None:
        """A mean over all places where a maximum is reached, that may have any value: some of them are enough."""
        match mean:
            case Mul((Entry(one, ()), Pow(Entry(two, ()), Num(n)))) if n == -1:
                both = [t for t in self.totals if t.name in (one, two)]
                if len({t.at for t in both}) == 1 and both[0].at and any(t.body == ONE for t in both):
                    users = [s for s in self.kernel.steps for t in walk(s.body) if t in (Entry(one), Entry(two))]
                    if len(users) == 2:
                        self.totals = [replace(t, some=t in both or t.some) for t in self.totals]

    def _counted(self, s: Step, body: Term, formula: str) -> None:
        """start + sum of exp(x - m): the terms that are 1 are counted, not added."""
        found = self._distance(body.args[0], self.letter) if isinstance(body, Call) and body.function == "exp" else None
        if s.op != "sum" or found is None:
            raise _NoProgramError
        x, m = found
        top = Compare("==", x, Entry(m))
        rest, count = self.names.usual("sum"), self.names.pick("count")
        self._total(rest, "sum", Where(top, ZERO, body), f"{formula}, but for the terms that are 1")
        one = add(x, neg(Entry(m)), ONE)  # NaN where the largest is infinite
        self._total(count, "sum", Where(top, one, ZERO), f"{count}: how many terms are 1")
        whole = add(add(Num(s.start), Entry(count)), Entry(rest))
        self._define(s.name, whole)

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
            if not (isinstance(body, (Where, Call))):  # a weight stays with its exp: no product overflows
                body = mul(body, *(f for f in fixed if f in self._weights()))
                fixed = [f for f in fixed if f not in self._weights()]
            factor = mul(*fixed)
        at = self._levels(body)
        self.totals.append(Total(name, op, body, formula, factor))
        self.before[name] = at
        self.level[name] = max(at + 1, self._levels(factor))

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
                    raise _NoProgramError
                name = self.reads.get(t) or self.names.pick(f"{t.name}_{k.name}")
                self.reads[t] = name
                self.level[name] = 0
                return Entry(name)
            if isinstance(t, Delta):
                raise _NoProgramError
            return map_children(t, visit)

        return visit(term)

    def _without_delta(self, term: Term) -> tuple[Term, tuple[Index, Term] | None]:
        """The row without its delta, the letter at which that is 1, and the entry there."""
        deltas = {t for t in walk(term) if isinstance(t, Delta)}
        places = {p for d in deltas for p in (d.left, d.right)} - {self.letter}
        if not deltas:
            return term, None
        if len(places) != 1 or any(self.letter not in (d.left, d.right) for d in deltas):
            raise _NoProgramError
        (place,) = places
        if not isinstance(place, Index) or place not in (self.outer, *self.kernel.labels):
            raise _NoProgramError

        def put(t: Term, value: Term) -> Term:
            return value if isinstance(t, Delta) else map_children(t, lambda u: put(u, value))

        return put(term, ZERO), (place, rename(put(term, ONE), {self.letter: place}))

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
            return Entry(self._scalar(_word(term), self._at_scalars(term)))
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
                return mul(sign, *rest, *weights, self._hoisted(mul(*others)))  # exp*weight first: no underflow
            return mul(sign, self._hoisted(factor), *rest)
        return map_children(term, self._hoisted)


def _adds_exp(term: Term) -> bool:
    """Whether an exp is added to something: where that cancels, exp(0) must be 1 exactly."""
    sums = [t for t in walk(term) if isinstance(t, Add)]
    parts = [f for t in sums for p in t.terms for f in (p.factors if isinstance(p, Mul) else (p,))]
    return any(isinstance(f, Call) and f.function == "exp" for f in parts)


def _word(term: Term) -> str:
    """What a value is called after."""
    if isinstance(term, Call):
        return {SHIFTED: "exp"}.get(term.function, term.function)
    return "f"


def _costly_in(term: Term) -> list[Term]:
    """Costly values, the outermost first."""
    return [t for t in walk(term) if is_costly(t)]


def _with_values(whole: Pass, names: Names) -> Pass:
    """Costly values that occur more than once get a name."""
    count = Counter(t for u in whole.terms for t in _costly_in(u))
    for t in [t for t, n in count.items() if n > 1]:
        whole = _named(whole, names.usual(_word(t)), t)
    return whole


def _named(whole: Pass, name: str, term: Term) -> Pass:
    """The value of ``term`` is worked out once, first."""
    return replace(_reading(whole, name, term), values=(*whole.values, (name, term)))


def _keeping(whole: Pass, name: str, term: Term) -> Pass:
    if (name, term) not in whole.values:
        whole = _named(whole, name, term)
    return replace(whole, keep=name)


def _reading(whole: Pass, name: str, term: Term) -> Pass:
    """``term`` is read under its name."""

    def visit(t: Term) -> Term:
        return Entry(name, (whole.letter,)) if t == term else map_children(t, visit)

    return replace(
        whole,
        values=tuple((n, visit(v)) for n, v in whole.values if v != term),
        totals=tuple(replace(t, body=visit(t.body)) for t in whole.totals),
        store=None if whole.store is None else visit(whole.store),
    )


__all__ = ["program"]

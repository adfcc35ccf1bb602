"""A kernel -> its passes (:mod:`symderiv.lower.passes`), or None where it is none of their kind.

* All totals that need the same earlier totals share a pass; the store shares the pass of what it needs last.
* Factors that are the same at every place are one scalar, taken out of sums; a division by one is a product.
* A costly value that a later pass needs again is kept in the output's row, else computed again.
* exp(x - m) with m the largest x becomes a power of two that is exact, times a polynomial, times one number
  a row (exp(x - m) is the same for every m that is taken off and put back, so it may be a power of two).
* -1 + sum of exp(x - m) leaves the terms that are 1 out and counts them: nothing cancels.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from symderiv.lower.kernel import Argument, Kernel, Step
from symderiv.lower.names import Names
from symderiv.lower.passes import (
    BATCH,
    SHIFTED,
    Item,
    Pass,
    Program,
    Scalar,
    Total,
    is_costly,
    names_read,
)
from symderiv.lower.totals import NoProgramError, Totals, word_for
from symderiv.terms import (
    MINUS_ONE,
    ONE,
    Affine,
    Call,
    Compare,
    Delta,
    Entry,
    Index,
    Mul,
    Neutral,
    Order,
    Reduce,
    Term,
    Where,
    add,
    all_indices,
    free_indices,
    map_children,
    mul,
    power,
    rename,
    walk,
)


def program(kernel: Kernel, *, keep: bool = True) -> Program | None:
    """The kernel in passes.  ``keep``: whether the output holds values as they are worked out."""
    batch = not kernel.dims and not kernel.labels
    if batch:
        kernel = _along_batch(kernel)
    if not _fits(kernel):
        return None
    try:
        made = _Planner(kernel, keep=keep).plan(batch=batch)
    except NoProgramError:
        return None
    if batch:
        made = _without_numbers(made)
    items, each = (tuple(_without_unread(i) for i in part) for part in (made.items, made.each))
    return replace(made, items=items, each=each)


def _without_numbers(made: Program) -> Program:
    """A function without axes has no numbers of a row: its constants stand where they are used."""
    numbers = {i.name: i.value for i in made.items if isinstance(i, Scalar)}

    def visit(t: Term) -> Term:
        if isinstance(t, Entry) and t.name in numbers:
            return visit(numbers[t.name])
        return map_children(t, visit)

    def written(p: Pass) -> Pass:
        store = None if p.store is None else visit(p.store)
        return replace(p, values=tuple((n, visit(v)) for n, v in p.values), store=store)

    return replace(made, items=tuple(written(i) for i in made.items if isinstance(i, Pass)))


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
        if (
            (s.op and s.head)
            or len(s.over) > 1
            or {i.dim for i in (*s.over, *all_indices(s.body))} - set(kernel.dims)
        ):
            return False
        for t in walk(s.body):
            if isinstance(t, (Reduce, Neutral)) or (isinstance(t, Where) and isinstance(t.condition, Order)):
                return False
            positions = (
                t.indices if isinstance(t, Entry) else (t.left, t.right) if isinstance(t, Delta) else ()
            )
            if any(isinstance(p, Affine) for p in positions):
                return False
    return True


class _Planner(Totals):
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
        items = self._read_at_labels(items, kept)
        items = tuple(_with_values(i, self.names) if isinstance(i, Pass) else i for i in items)
        return self._finished(Program(self.kernel, self.letter, items, fix=fix, kept=kept, batch=batch))

    def _read_at_labels(self, items: tuple[Item, ...], kept: str) -> tuple[Item, ...]:
        """exp(x - m) at a label is not worked out again where it is kept: what is kept there is read."""
        made = [n for n, i in enumerate(items) if isinstance(i, Pass) and kept and i.keep == kept]
        value = next((v for n in made for name, v in _values(items[n]) if name == kept), None)
        match value:
            case Call(function, (Entry() as x, Entry() as m, *weight)) if function == SHIFTED:
                pass
            case _:
                return items
        found: dict[Term, tuple[Term, Index]] = {}
        for k in self.kernel.labels:
            if (z := self.reads.get(Entry(x.name, (k,)))) is not None:
                found[add(Entry(z), mul(MINUS_ONE, m))] = Entry(z), k

        def visit(t: Term) -> Term:
            if not (isinstance(t, Call) and t.function == "exp" and t.args[0] in found):
                return map_children(t, visit)
            z, k = found[t.args[0]]
            there = Entry(kept, (k,))
            if there not in self.reads:
                self.reads[there] = self.names.pick(f"{kept}_{k.name}")
            at = Entry(self.reads[there])
            if weight:
                return at
            product = mul(at, Entry(self.weights[m.name]))
            return Where(Compare("==", z, m), ONE, product)  # 1 exactly where x is the largest

        return tuple(
            replace(i, value=visit(i.value)) if isinstance(i, Scalar) and n > made[0] else i
            for n, i in enumerate(items)
        )

    def _vector(self, output: Step, value: Term) -> tuple[Pass, tuple[Index, str] | None]:
        value, delta = self._without_delta(value)
        fix = None if delta is None else (delta[0], self._scalar("there", self._at_scalars(delta[1])))
        store = self._hoisted(self._shifted(value, {self.letter}))
        return Pass(self.letter, store=store, formula=output.formula), fix

    def _rows(self, value: Term) -> Program:
        """A result over two letters: ``each`` row a pass."""
        assert self.outer is not None
        value, delta = self._without_delta(value)
        if delta is not None and delta[0] != self.outer:
            raise NoProgramError
        both = {self.letter, self.outer}
        value = self._shifted(value, both)
        if any(is_costly(t) and not (isinstance(t, Call) and t.function == SHIFTED) for t in walk(value)):
            raise NoProgramError  # entries far below the largest lose their size in a row that is scaled
        there = delta[1] if delta is not None else None
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
            raise NoProgramError
        if there is not None and kept:  # exp(x - m) is 1 exactly at the largest x there, too
            there = read(self._shifted(there, {self.outer}))
        count = len(self.scalars)
        store = self._hoisted(value)
        fix = None if there is None else (self.outer, self._scalar("there", self._at_scalars(there)))
        own = [s for s in self.scalars[count:] if self.outer in free_indices(s.value) or self._hangs(s)]
        items = (*items, *(s for s in self.scalars[count:] if s not in own))
        formula = self.kernel.output.formula
        items = tuple(_with_values(i, self.names) if isinstance(i, Pass) else i for i in items)
        each: tuple[Item, ...] = (
            *own,
            _with_values(Pass(self.letter, store=store, formula=formula), self.names),
        )
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
        """Without weights that cancel and scalars that nothing reads; with the entries at labels."""
        made = _cancelled(made)
        items, each = list(made.items), list(made.each)
        while True:
            used = {e.name for i in (*items, *each) for e in names_read(i)} | {*made.stored}
            used |= {made.fix[1]} if made.fix else set()
            idle = [i for i in (*items, *each) if isinstance(i, Scalar) and i.name not in used]
            if not idle:
                break
            items = [i for i in items if i not in idle]
            each = [i for i in each if i not in idle]
        reads = tuple((n, e) for e, n in self.reads.items() if n in used)
        return replace(made, items=tuple(items), each=tuple(each), reads=reads)

    def _items(self, store: Pass | None) -> tuple[Item, ...]:
        """Scalars and passes in the order of their levels."""
        last = 0 if store is None else max((self.level.get(e.name, 0) for e in names_read(store)), default=0)
        last = max(
            [last, *self.before.values()]
        )  # what is kept in the output's row is not read after the store
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
        """A costly value of several passes is worked out in the first and kept in the output's row."""
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
        name = self.names.usual(word_for(term))
        out = list(items)
        out[first] = _keeping(whole, name, term)
        for n in later:
            whole = items[n]
            assert isinstance(whole, Pass)
            out[n] = _reading(whole, name, term)
        return tuple(out), name


def _values(item: Item) -> tuple[tuple[str, Term], ...]:
    return item.values if isinstance(item, Pass) else ()


def _costly_in(term: Term) -> list[Term]:
    """Costly values, the outermost first."""
    return [t for t in walk(term) if is_costly(t)]


def _with_values(whole: Pass, names: Names) -> Pass:
    """Costly values that occur more than once get a name."""
    count = Counter(t for u in whole.terms for t in _costly_in(u))
    for t in [t for t, n in count.items() if n > 1]:
        whole = _named(whole, names.usual(word_for(t)), t)
    return whole


def _named(whole: Pass, name: str, term: Term) -> Pass:
    """The value of ``term`` is worked out once, first."""
    return replace(_reading(whole, name, term), values=(*whole.values, (name, term)))


def _cancelled(made: Program) -> Program:
    """A sum whose factor is undone wherever it is read, w/(w*S), is left without."""
    items = (*made.items, *made.each)
    passes = [i for i in items if isinstance(i, Pass)]
    for t in (t for p in passes for t in p.totals if isinstance(t.factor, Entry)):
        undone = {t.factor, power(Entry(t.name), MINUS_ONE)}
        readers = [i for i in items if t.name in {e.name for e in names_read(i)}]
        fit = [
            s
            for s in readers
            if isinstance(s, Scalar)
            and isinstance(s.value, Mul)
            and undone <= set(s.value.factors)
            and sum(e.name == t.name for e in names_read(s)) == 1
        ]
        kept = {*made.stored, *(made.fix[1:2] if made.fix is not None else ())}
        if not readers or len(fit) != len(readers) or t.name in kept:
            continue

        def without(i: Item, t: Total = t, fit: list[Scalar] = fit) -> Item:
            if isinstance(i, Pass):
                return replace(i, totals=tuple(replace(o, factor=ONE) if o == t else o for o in i.totals))
            if i not in fit:
                return i
            assert isinstance(i.value, Mul)
            return replace(i, value=mul(*(f for f in i.value.factors if f != t.factor)))

        items, each = (tuple(without(i) for i in part) for part in (made.items, made.each))
        return _cancelled(replace(made, items=items, each=each))
    return made


def _without_unread(item: Item) -> Item:
    """Without values that nothing reads, since another value holds what they name."""
    if not isinstance(item, Pass):
        return item
    read = {item.keep} | {t.name for u in item.terms for t in walk(u) if isinstance(t, Entry)}
    left = replace(item, values=tuple((n, v) for n, v in item.values if n in read))
    return left if len(left.values) == len(item.values) else _without_unread(left)


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

"""One chain of equations ``left = ...``, rewritten line by line.

First the rules of calculus until no derivative stands (the parts that got names are derived in chains
of their own and put in), then small moves of algebra until the goal is reached.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from symderiv.definitions import Claim
from symderiv.derive import algebra, moves
from symderiv.derive.compare import difference
from symderiv.derive.fold import cost, fold
from symderiv.derive.notebook import NAMED, Notebook, Prover, letters_apart
from symderiv.derive.patterns import Pattern, name_back
from symderiv.derive.reading import pleasing
from symderiv.notation.show import text
from symderiv.terms import (
    ONE,
    ZERO,
    Add,
    Bodies,
    Call,
    Compare,
    Diff,
    Entry,
    Mul,
    Term,
    Where,
    instantiate,
    map_children,
    mul,
    tensor_names,
    walk,
)

#: How much longer than the folded form the form that the derivation arrives at by itself may be.
_MARGIN = 3


class Chain:
    """``left = right`` where right is rewritten line by line."""

    def __init__(self, notes: Notebook, left: Term, right: Term) -> None:
        self.notes = notes
        self.left = left
        self.right = right
        self.patterns: list[Pattern] = []

    def to(self, right: Term, rule: str, about: Iterable[Term] = ()) -> bool:
        """The next line, if it is proved and says something new."""
        right = letters_apart(right, self.left)
        if right == self.right:
            return False
        if text(right) == text(self.right):  # built otherwise, it reads the same: no line
            return self._reword(right)
        if not self.notes.say(self.left, right, rule, about):
            return False
        self.right = right
        return True

    # --- derivatives ------------------------------------------------------------------------------

    def expand(self) -> None:
        """Apply rules until no derivative stands, deriving the parts that were given names."""
        scope = self.notes.scope
        for _ in range(60):
            left_over = moves.standing(self.right)
            if not left_over:
                return
            by_rule = [(moves.rule_of(d, scope), d) for d in left_over]
            rules = [r for r, _ in by_rule]
            rule = next((r for r in rules if r not in (*moves.LOOKUPS, "pending")), None)
            rule = rule or next((r for r in ("variable", "constant") if r in rules), None)
            pending = [d for r, d in by_rule if r == "pending"]
            if rule is None and pending:
                if not self._derive_named(pending):
                    return
                continue
            rule = rule or "known"
            self.notes.fresh = []
            made = {d: moves.apply(d, scope) for r, d in by_rule if r == rule}
            right = moves.replace_diffs(self.right, lambda d, made=made: made.get(d, d))  # type: ignore[misc]
            for name in self.notes.fresh:
                head, body = self.notes.names[name]
                self.notes.say(Entry(name, head), body, "name", made, NAMED)
            if not self.to(right, rule, made):
                return

    def _derive_named(self, pending: list[Diff]) -> bool:
        """The derivatives of the names that stand here, each in a chain of its own, then put in."""
        notes = self.notes
        found: dict[str, Term] = {}
        for d in dict.fromkeys(pending):
            assert isinstance(d.body, Entry)
            name = d.body.name
            head, body = notes.names[name]
            if name not in notes.scope.known:
                inner = Chain(notes, Diff(Entry(name, head), d.targets), Diff(body, d.targets))
                inner.expand()
                if moves.standing(inner.right):
                    return False
                inner.simplify([], None)
                notes.scope.known[name] = (head, inner.right)
            found[name] = moves.apply(d, notes.scope)
        bodies = {n: notes.names[n] for n in found if not _keep(notes.names[n][1], self.right, n)}
        right = moves.replace_diffs(self.right, lambda d: moves.apply(d, notes.scope) if d in pending else d)
        right = _spell_out(right, bodies)
        return self.to(right, "substitute", pending)

    # --- algebra ----------------------------------------------------------------------------------

    def simplify(self, patterns: list[Pattern], goal: Term | None) -> None:
        """Small moves until nothing changes or the goal is reached."""
        for _ in range(24):
            if goal is not None and algebra.same(self.right, goal):
                return
            if not (self._tidy() or self._sums() or (goal is not None and self._brackets(patterns))):
                return

    def _tidy(self) -> bool:
        return (
            self._move(algebra.cancel, "cancel")
            or self._move(algebra.out_of_branches, "shared factor")
            or self._move(self._covered, "covered")
        )

    def _sums(self) -> bool:
        return (
            self._move(algebra.contract, "contract", (self.right,))
            or self._move(algebra.hoist, "hoist")
            or self._move(algebra.expand, "expand")
            or self._move(algebra.split_means, "split")
            or self._assume()
        )

    def _assume(self) -> bool:
        for a in self.notes.function.assumptions:
            if a.op != "=" or cost(a.right) >= cost(a.left):
                continue
            if self._move(lambda t, a=a: _replace(t, a.left, a.right), "assumption", (a.left, a.right)):  # type: ignore[misc]
                return True
        return False

    def _brackets(self, patterns: list[Pattern]) -> bool:
        if self._move(algebra.factor, "common factor") or self._complement():
            return True
        back = name_back(self.right, patterns)
        if back.found and not algebra.same(back.term, self.right):
            for entry, body in back.found:
                self.notes.say(entry, body, "recognise")
            if self._move(lambda t: algebra.cancel(back.term), "name back", [e for e, _ in back.found]):
                return True
        return self._move(algebra.divide_through, "divide through")

    def _complement(self) -> bool:
        """exp(-z)/g = 1 - 1/g where g = 1 + exp(-z): a summand of a denominator over the denominator."""
        names = self.notes.names
        for t in walk(self.right):
            for bottom, e in algebra.powers(t)[1] if isinstance(t, Mul) else ():
                body = names.get(bottom.name) if isinstance(bottom, Entry) else None
                if e > -2 or body is None or not isinstance(bottom, Entry) or not isinstance(body[1], Add):
                    continue
                whole = instantiate(body[0], body[1], bottom.indices)
                for part in algebra.terms_of(whole):
                    made = _over(t, part, whole, bottom)
                    if made is not None:
                        old, new, term = made
                        self.notes.say(old, new, "complement")
                        return self._move(lambda r, t=t, term=term: _replace(r, t, term), "rewrite", (old,))  # type: ignore[misc]
        return False

    def _covered(self, term: Term) -> Term:
        """max(0, v)*where(v > 0, a, 0) = max(0, v)*a: where the branch is 0 the maximum is 0, too."""
        term = map_children(term, self._covered)
        if not isinstance(term, Mul):
            return term
        names = self.notes.names
        largest = [b for f in term.factors if isinstance(b := _spell_out(f, names), Call) and ZERO in b.args]
        factors = list(term.factors)
        for n, f in enumerate(factors):
            if isinstance(f, Where) and isinstance(f.condition, Compare) and f.other == ZERO:
                c = f.condition
                op = {">": "max", ">=": "max", "<": "min", "<=": "min"}.get(c.op)
                v = _spell_out(c.left, names)
                if c.right == ZERO and any(b.function == op and any(algebra.same(v, a) for a in b.args)
                                           for b in largest):  # fmt: skip
                    factors[n] = f.then
        return mul(*factors)

    def _move(self, move: Callable[[Term], Term], rule: str, about: Iterable[Term] = ()) -> bool:
        return self.to(move(self.right), rule, about)

    def finish(self, folded: Term, view: Claim, patterns: list[Pattern] | None = None) -> None:
        """The last line is the shortest form known; the part in which it differs is shown first."""
        self.patterns = patterns or []
        if moves.standing(self.right):
            self.to(folded, "fold", (self.right,))
            return
        mine = pleasing(algebra.cancel(self.right))
        named = bool(self.notes.names.keys() & tensor_names(mine))
        own = pleasing(_spell_out(mine, self.notes.names)) if named else mine
        goal = own if cost(own) <= cost(folded) + _MARGIN and not algebra.same(own, folded) else folded
        if self.finish_at(goal, mine):
            return
        if named and algebra.same(own, goal):
            self.to(goal, "spell out")
            return
        shown = self._explain_gap(goal, view)
        self.to(goal, "rewrite" if shown else "fold", (self.right,))

    def finish_at(self, goal: Term, mine: Term | None = None) -> bool:
        """The last line in the order of ``goal``, if it is that but for the order."""
        if self.right == goal:
            return True
        if algebra.same(self.right, goal) and self._reword(goal):
            return True
        if algebra.same(mine if mine is not None else pleasing(algebra.cancel(self.right)), goal):
            self._move(algebra.cancel, "cancel")
            return self.right == goal or self.to(goal, "rearrange", (self.right,))
        return mine is None and self.to(goal, "fold", (self.right,))

    def _reword(self, goal: Term) -> bool:
        """The last line again, in the order of the final form."""
        last = self.notes.steps[-1]
        if last.left != self.left or not self.notes.prover.equal(self.left, goal):
            return False
        self.notes.steps[-1] = replace(last, right=goal)
        self.right = goal
        return True

    def _explain_gap(self, goal: Term, view: Claim) -> bool:
        """Why this line and the final form are equal: a name's value, or the part in which they differ."""
        notes = self.notes
        for name in sorted(set(notes.names) & tensor_names(self.right) - tensor_names(goal)):
            head, body = notes.names[name]
            value = fold(view, body)
            if not moves.is_long(value):
                for p in self.patterns:
                    if name in tensor_names(p.body) and p.entry.name in tensor_names(value):
                        notes.say(p.entry, p.body, "with the name")
                if notes.say(Entry(name, head), value, "solve"):
                    return True
        one, two = difference(self.right, goal)
        if algebra.powers(one)[0] < 0 and algebra.powers(two)[0] < 0:
            one, two = -one, -two
        if algebra.same(one, self.right) or ONE in (one, two):
            return False
        if _functions(two) <= _functions(one) and Prover(notes.function.assumptions, {}).equal(one, two):
            return notes.say(one, two, "collect")
        for side, other in ((two, one), (one, two)):
            spelled = _unfold_once(side, self.patterns)
            if spelled != side and not algebra.same(spelled, other):
                if notes.say(side, spelled, "by definition"):
                    return notes.say(spelled, other, "identity")
                return False
        return notes.say(one, two, "identity")


# --- helpers --------------------------------------------------------------------------------------


def _functions(term: Term) -> set[str]:
    return {t.function for t in walk(term) if isinstance(t, Call)}


def _unfold_once(term: Term, patterns: list[Pattern]) -> Term:
    """The definition of each name in ``term`` put in, once."""
    if isinstance(term, Entry):
        for p in patterns:
            if p.entry.name == term.name:
                return instantiate(p.entry.letters, p.body, term.indices)
    return map_children(term, lambda t: _unfold_once(t, patterns))


def _keep(body: Term, right: Term, name: str) -> bool:
    """A name stays in the result where it abbreviates a sum or stands in a denominator."""
    below = any(
        isinstance(b, Entry) and b.name == name and e < 0
        for t in walk(right)
        for b, e in algebra.powers(t)[1]
    )
    return below or moves.is_long(body)


def _spell_out(term: Term, bodies: Bodies) -> Term:
    if isinstance(term, Entry) and term.name in bodies:
        head, body = bodies[term.name]
        return _spell_out(instantiate(head, body, term.indices), bodies)
    return map_children(term, lambda t: _spell_out(t, bodies))


def _replace(term: Term, old: Term, new: Term) -> Term:
    """Every occurrence of ``old`` (up to order and bound letters) replaced."""
    if algebra.same(term, old):
        return new
    return map_children(term, lambda t: _replace(t, old, new))


def _over(product: Term, part: Term, whole: Term, bottom: Entry) -> tuple[Term, Term, Term] | None:
    """part/bottom = 1 - rest/bottom inside ``product``: the two sides, and the product rewritten."""
    coefficient, factors = algebra.powers(product)
    key = algebra.shape(part)
    if part == ONE or not any(algebra.shape(b) == key and e == 1 for b, e in factors):
        return None
    rest = algebra.cancel(whole - part)
    old, new = part / bottom, ONE - rest / bottom
    out = []
    for b, e in factors:
        if algebra.shape(b) == key and e == 1:
            out.append((new, e))
        else:
            out.append((b, e + 1) if b == bottom else (b, e))
    return old, new, algebra.product(coefficient, out)

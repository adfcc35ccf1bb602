"""The derivation of a derivative as an ordered list of steps: each an equation and its rule.

``derive_steps(function, wrt)`` walks through the definition as a person would: every statement on the
way to the output is differentiated in turn, a quotient gets its f and g, an inner function its u, and
the result is simplified one move a line until it is the folded form.  The engine looks at the
structure of terms only.  Each equation is proved by the index calculus before it is kept; one that
cannot be proved goes to ``rejected`` and the derivation does without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from symderiv.calculus.atoms import padd
from symderiv.calculus.normal import Exhausted, Undefined
from symderiv.definitions import Assumption, Claim, Function, Statement
from symderiv.derive import algebra, moves
from symderiv.derive.cases import Case, cases_of
from symderiv.derive.facts import Fact, facts_of
from symderiv.derive.fold import cost, fold, target_entry
from symderiv.derive.matrix import Matrix, matrix_of
from symderiv.derive.patterns import Pattern, match, name_back
from symderiv.derive.rules import evaluate
from symderiv.terms import (
    ONE,
    ZERO,
    Add,
    Bodies,
    Diff,
    Entry,
    Index,
    Mul,
    Reduce,
    Term,
    all_indices,
    free_indices,
    instantiate,
    map_children,
    mul,
    rename,
    tensor_names,
    walk,
)
from symderiv.verify.by_calculus import normalizer

#: What a step's ``checker`` says: stated by the user, introduced here, or proved.
GIVEN, NAMED, PROVED = "given", "named", "index calculus"
#: How much longer than the folded form the form that the derivation arrives at by itself may be.
_MARGIN = 3


@dataclass(frozen=True, slots=True)
class Step:
    """``left = right`` by ``rule``; ``about`` holds the terms that a sentence about it mentions."""

    left: Term
    right: Term
    rule: str
    part: Entry
    checker: str = PROVED
    about: tuple[Term, ...] = ()


@dataclass
class Derivation:
    """How the derivative of the output by ``target`` is found, step by step."""

    function: Function
    target: Entry
    steps: list[Step]
    result: Term
    names: Bodies
    rejected: list[Step] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    matrix: Matrix | None = None
    facts: list[Fact] = field(default_factory=list)

    @property
    def left(self) -> Diff:
        """The derivative that was wanted."""
        return Diff(self.function.output.entry, (self.target,))


#: A scalar that no user can name: q*left = q*right for every q is left = right.  With it no monomial is
#: the bare number 1, which clearing denominators would leave unmultiplied.
_MARK = Entry("~q")


@dataclass
class Prover:
    """Proves equations under a function's definitions, the names introduced since, and assumptions."""

    assumptions: tuple[Assumption, ...]
    bodies: dict[str, tuple[tuple[Index, ...], Term]]

    def equal(self, left: Term, right: Term) -> bool:
        """Whether the index calculus proves ``left = right``."""
        nf = normalizer(self.assumptions)
        try:
            one, two = (nf.poly(evaluate(mul(_MARK, t), self.bodies)) for t in (left, right))
            return nf.is_zero(padd(one, two, -1))
        except (Exhausted, Undefined, NotImplementedError, RecursionError):
            return False


def derive_steps(function: Function, wrt: str | None = None, *, target: Entry | None = None) -> Derivation:
    """The derivation of d output / d ``wrt`` (default: the first input); ``target`` chooses its letters."""
    chosen = target_entry(function, wrt or (target.name if target else None))
    goal = target or chosen
    engine = _Engine(function, goal)
    engine.run()
    result = engine.results[function.output.name]
    derivation = Derivation(function, goal, engine.steps, result, engine.names, engine.rejected)
    if not moves.standing(result):
        out = engine.statements[-1]
        left = Diff(out.entry, (goal,))
        derivation.cases = cases_of(left, result, engine.prover.equal)
        derivation.matrix = matrix_of(out.head, goal, result, engine.prover.equal)
        diagonal = any(case.right == ZERO for case in derivation.cases)
        derivation.facts = [
            f for f in facts_of(left, engine.prover, function) if not (diagonal and f.kind == "symmetric")
        ]
    return derivation


class _Engine:
    """Derives statement after statement; holds the steps and the names introduced."""

    def __init__(self, function: Function, target: Entry) -> None:
        self.function = function
        self.target = target
        self.statements = [_apart(s, target) for s in function.statements]
        self.prover = Prover(function.assumptions, dict(function.bodies))
        self.steps: list[Step] = []
        self.rejected: list[Step] = []
        self.results: dict[str, Term] = {}
        self.names: dict[str, tuple[tuple[Index, ...], Term]] = {}
        self.part = self.statements[-1].entry
        moving = {target.name}
        for s in self.statements:
            if not moving.isdisjoint(tensor_names(s.body)):
                moving.add(s.name)
        self.scope = moves.Scope(target, moving, name=self._name)
        letters = {i.name for s in self.statements for i in (*s.head, *all_indices(s.body))}
        self.taken = {*letters, *function.inputs, *function.bodies, *(i.name for i in target.indices)}
        self.fresh: list[str] = []

    # --- steps ------------------------------------------------------------------------------------

    def say(
        self, left: Term, right: Term, rule: str, about: Iterable[Term] = (), checker: str = PROVED
    ) -> bool:
        """Keep the step if its equation is proved."""
        step = Step(left, right, rule, self.part, checker, tuple(about))
        if not self.prover.equal(left, right):
            self.rejected.append(step)
            return False
        self.steps.append(step)
        return True

    def _name(self, term: Term, wanted: tuple[str, ...], always: bool) -> Term:
        """An entry that stands for ``term``; short terms stay as they are unless ``always``."""
        if isinstance(term, Entry) or not (always or moves.is_long(term)):
            return term
        for name, (head, body) in self.names.items():
            for letters in match(body, term, frozenset(head), {}):
                if set(head) <= letters.keys():
                    return Entry(name, tuple(letters[i] for i in head))
        more = (f"{wanted[0]}{k}" for k in range(1, 99))
        name = next(n for n in (*wanted, *more) if n not in self.taken)
        self.taken.add(name)
        order = [*self.part.indices, *sorted(free_indices(term) - set(self.part.indices))]
        head = tuple(i for i in order if i in free_indices(term))
        entry = Entry(name, head)
        self.names[name] = (head, term)
        self.prover.bodies[name] = (head, term)
        if self.scope.depends(term):
            self.scope.moving.add(name)
        self.fresh.append(name)
        return entry

    # --- statements -------------------------------------------------------------------------------

    def run(self) -> None:
        """Every statement that the output needs and that depends on the input, in order."""
        needed = _needed(self.statements)
        for s in self.statements:
            if s.name in needed:
                self.part = s.entry
                self.say(s.entry, s.body, "definition", checker=GIVEN)
        for n, s in enumerate(self.statements):
            if s.name in needed and (s.name in self.scope.moving or s is self.statements[-1]):
                self.part = s.entry
                self._statement(s, self.statements[: n + 1])

    def _statement(self, s: Statement, so_far: list[Statement]) -> None:
        left = Diff(s.entry, (self.target,))
        view = Claim("", left, left, tuple(so_far), self.function.assumptions, self.function.inputs, ())
        folded = algebra.pleasing(fold(view, left))
        chain = _Chain(self, left, Diff(s.body, (self.target,)))
        if self.scope.depends(s.body):
            chain.expand()
            if not moves.standing(chain.right):
                chain.introduce_sum()
                named = Pattern(s.entry, self._named_body(s.body, tensor_names(chain.right)))
                chain.simplify([named, *(Pattern(t.entry, t.body) for t in so_far)], folded)
        chain.finish(folded, view)
        self.results[s.name] = chain.right
        self.scope.known[s.name] = (s.head, chain.right)

    def _named_body(self, body: Term, standing: frozenset[str]) -> Term:
        """A statement's body with the names that its derivation introduced."""
        for name, (head, part) in reversed(self.names.items()):
            if name not in standing:
                continue
            body = name_back(body, [Pattern(Entry(name, head), part)]).term
        return body


class _Chain:
    """``left = right`` where right is rewritten line by line."""

    def __init__(self, engine: _Engine, left: Diff, right: Term) -> None:
        self.engine = engine
        self.left = left
        self.right = right

    def to(self, right: Term, rule: str, about: Iterable[Term] = ()) -> bool:
        """The next line, if it is proved and says something new."""
        if right == self.right:
            return False
        if not self.engine.say(self.left, right, rule, about):
            return False
        self.right = right
        return True

    # --- derivatives ------------------------------------------------------------------------------

    def expand(self) -> None:
        """Apply rules until no derivative stands, deriving the parts that were given names."""
        scope = self.engine.scope
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
            self.engine.fresh = []
            made = {d: moves.apply(d, scope) for r, d in by_rule if r == rule}
            right = moves.replace_diffs(self.right, lambda d, made=made: made.get(d, d))  # type: ignore[misc]
            for name in self.engine.fresh:
                head, body = self.engine.names[name]
                self.engine.say(Entry(name, head), body, "name", made, NAMED)
            if not self.to(right, rule, made):
                return

    def _derive_named(self, pending: list[Diff]) -> bool:
        """The derivatives of the names that stand here, each in a chain of its own, then put in."""
        engine = self.engine
        found: dict[str, Term] = {}
        for d in dict.fromkeys(pending):
            assert isinstance(d.body, Entry)
            name = d.body.name
            head, body = engine.names[name]
            if name not in engine.scope.known:
                inner = _Chain(engine, Diff(Entry(name, head), d.targets), Diff(body, d.targets))
                inner.expand()
                if moves.standing(inner.right):
                    return False
                inner.simplify([], None)
                engine.scope.known[name] = (head, inner.right)
            found[name] = moves.apply(d, engine.scope)
        bodies = {n: engine.names[n] for n in found if not _keep(engine.names[n][1], self.right, n)}
        right = moves.replace_diffs(self.right, lambda d: moves.apply(d, engine.scope) if d in pending else d)
        right = _spell_out(right, bodies)
        return self.to(right, "substitute", pending)

    # --- algebra ----------------------------------------------------------------------------------

    def introduce_sum(self) -> None:
        """Write S for a sum that stands in a denominator under the name the quotient rule gave it."""
        engine = self.engine
        for t in walk(self.right):
            if isinstance(t, Entry) and t.name in engine.names:
                head, body = engine.names[t.name]
                below = any(b == t and e <= -2 for p in walk(self.right) for b, e in algebra.powers(p)[1])
                if isinstance(body, Reduce) and body.op == "sum" and below:
                    name = next((n for n in ("S", "Z", "Q") if n not in engine.taken), None)
                    if name is None:
                        return
                    engine.taken.add(name)
                    old = t.name
                    engine.names[name] = engine.prover.bodies[name] = (head, body)
                    engine.scope.moving.add(name)
                    engine.say(Entry(name, head), Entry(old, head), "abbreviate", checker=NAMED)
                    self.to(_renamed(self.right, old, name), "abbreviate")
                    return

    def simplify(self, patterns: list[Pattern], goal: Term | None) -> None:
        """Small moves until nothing changes or the goal is reached."""
        for _ in range(24):
            if goal is not None and algebra.same(self.right, goal):
                return
            if not (self._tidy() or self._sums() or (goal is not None and self._brackets(patterns))):
                return

    def _tidy(self) -> bool:
        return self._move(algebra.cancel, "cancel")

    def _sums(self) -> bool:
        return (
            self._move(algebra.hoist, "hoist")
            or self._move(algebra.expand, "expand")
            or self._move(algebra.contract, "contract")
            or self._move(algebra.split_means, "split")
            or self._assume()
        )

    def _assume(self) -> bool:
        for a in self.engine.function.assumptions:
            if a.op != "=" or cost(a.right) >= cost(a.left):
                continue
            if self._move(lambda t, a=a: _replace(t, a.left, a.right), "assumption", (a.left, a.right)):  # type: ignore[misc]
                return True
        return False

    def _brackets(self, patterns: list[Pattern]) -> bool:
        if self._move(algebra.factor, "factor") or self._complement():
            return True
        back = name_back(self.right, patterns)
        if back.found and not algebra.same(back.term, self.right):
            for entry, body in back.found:
                self.engine.say(entry, body, "recognise")
            if self._move(lambda t: algebra.cancel(back.term), "name back", [e for e, _ in back.found]):
                return True
        return self._move(algebra.divide_through, "divide through")

    def _complement(self) -> bool:
        """exp(-z)/g = 1 - 1/g where g = 1 + exp(-z): a summand of a denominator over the denominator."""
        names = self.engine.names
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
                        self.engine.say(old, new, "complement")
                        return self._move(lambda r, t=t, term=term: _replace(r, t, term), "rewrite", (old,))  # type: ignore[misc]
        return False

    def _move(self, move: Callable[[Term], Term], rule: str, about: Iterable[Term] = ()) -> bool:
        return self.to(move(self.right), rule, about)

    def finish(self, folded: Term, view: Claim) -> None:
        """The last line is the shortest form known; the part in which it differs is shown first."""
        if moves.standing(self.right):
            self.to(folded, "fold")
            return
        mine = algebra.pleasing(algebra.cancel(self.right))
        own = not set(self.engine.names) & tensor_names(mine)
        goal = folded
        if own and not algebra.same(mine, folded) and cost(mine) <= cost(folded) + _MARGIN:
            goal = mine
        if self.right == goal:
            return
        if algebra.same(self.right, goal) and self._reword(goal):
            return
        if algebra.same(mine, goal):
            self.to(goal, "rearrange")
            return
        self._explain_gap(goal, view)
        self.to(goal, "fold")

    def _reword(self, goal: Term) -> bool:
        """The last line again, in the order of the final form."""
        last = self.engine.steps[-1]
        if last.left != self.left or not self.engine.prover.equal(self.left, goal):
            return False
        self.engine.steps[-1] = replace(last, right=goal)
        self.right = goal
        return True

    def _explain_gap(self, goal: Term, view: Claim) -> None:
        """Why this line and the final form are equal: a name's value, or the part in which they differ."""
        engine = self.engine
        for name in sorted(set(engine.names) & tensor_names(self.right) - tensor_names(goal)):
            head, body = engine.names[name]
            value = fold(view, body)
            if not moves.is_long(value) and engine.say(Entry(name, head), value, "identity"):
                return
        one, two = algebra.difference(self.right, goal)
        if not algebra.same(one, self.right) and one != ONE and two != ONE:
            engine.say(one, two, "identity")


# --- helpers --------------------------------------------------------------------------------------


def _apart(s: Statement, target: Entry) -> Statement:
    """The statement with letters that the target does not use."""
    clash = {i.name for i in target.indices} & {i.name for i in (*s.head, *all_indices(s.body))}
    if not clash:
        return s
    used = {i.name for i in (*target.indices, *s.head, *all_indices(s.body))}
    head = []
    for i in s.head:
        if i.name in clash:
            name = next(n for n in "jkmnpqrstuvwxyzabcdefgh" if n not in used)
            used.add(name)
            head.append(Index(name, i.dim))
        else:
            head.append(i)
    avoid = frozenset(i.name for i in (*head, *target.indices))
    body = rename(s.body, dict(zip(s.head, head, strict=True)), avoid=avoid)
    return Statement(s.name, tuple(head), body)


def _needed(statements: list[Statement]) -> set[str]:
    """Names that the last statement uses, directly or not."""
    needed = {statements[-1].name}
    for s in reversed(statements):
        if s.name in needed:
            needed |= tensor_names(s.body)
    return needed


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
        return instantiate(head, body, term.indices)
    return map_children(term, lambda t: _spell_out(t, bodies))


def _renamed(term: Term, old: str, new: str) -> Term:
    if isinstance(term, Entry) and term.name == old:
        return Entry(new, term.indices)
    return map_children(term, lambda t: _renamed(t, old, new))


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

"""The derivation of a derivative as an ordered list of steps: each an equation and its rule.

``derive_steps(function, wrt)`` walks through the definition as a person would: every statement on the
way to the output is differentiated in turn, a quotient gets its f and g, an inner function its u, and
the result is simplified one move a line until it is the folded form.  The engine looks at the
structure of terms only.  Each equation is proved by the index calculus before it is kept; one that
cannot be proved goes to ``rejected`` and the derivation does without it.
"""

from __future__ import annotations

from symderiv.definitions import Claim, Function, Statement
from symderiv.derive import moves
from symderiv.derive.cases import cases_of
from symderiv.derive.chain import Chain
from symderiv.derive.facts import facts_of
from symderiv.derive.fold import fold, target_entry
from symderiv.derive.matrix import matrix_of
from symderiv.derive.notebook import GIVEN, Derivation, Notebook, Prover, Step
from symderiv.derive.patterns import Pattern, name_back
from symderiv.derive.reading import pleasing
from symderiv.terms import ZERO, Diff, Entry, Index, Term, all_indices, rename, tensor_names


def derive_steps(function: Function, wrt: str | None = None, *, target: Entry | None = None) -> Derivation:
    """The derivation of d output / d ``wrt`` (default: the first input); ``target`` chooses its letters."""
    chosen = target_entry(function, wrt or (target.name if target else None))
    derivation = derivative_steps(function, target or chosen)
    prover = Prover(function.assumptions, {**function.bodies, **derivation.names})
    left, goal, result = derivation.left, derivation.target, derivation.result
    if not moves.standing(result):
        derivation.cases = cases_of(left, result, prover.equal)
        patterns = [Pattern(s.entry, s.body) for s in function.statements]
        derivation.matrix = matrix_of(derivation.output.letters, goal, result, prover.equal, patterns)
        diagonal = any(case.right == ZERO for case in derivation.cases)
        derivation.facts = [f for f in facts_of(left, prover) if not (diagonal and f.kind == "symmetric")]
    return derivation


def derivative_steps(function: Function, target: Entry, avoid: frozenset[str] = frozenset()) -> Derivation:
    """Only the steps to the derivative by ``target``: no cases, no matrix, no facts; no new letter is one
    of ``avoid``."""
    engine = _Engine(function, target, avoid)
    engine.run()
    out = engine.statements[-1]
    result = engine.results[function.output.name]
    return Derivation(function, out.entry, target, engine.steps, result, engine.names, engine.rejected)


class _Engine(Notebook):
    """Derives statement after statement."""

    def __init__(self, function: Function, target: Entry, avoid: frozenset[str]) -> None:
        super().__init__(function, target, [_apart(s, target, function, avoid) for s in function.statements])
        self.results: dict[str, Term] = {}

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
        folded = pleasing(fold(view, left))
        chain = Chain(self, left, Diff(s.body, (self.target,)))
        patterns: list[Pattern] = []
        if not self.scope.depends(s.body):
            chain.to(ZERO, "constant")
        else:
            chain.expand()
            if not moves.standing(chain.right):
                named = Pattern(s.entry, self._named_body(s.body, tensor_names(chain.right)))
                patterns = [named, *(Pattern(t.entry, t.body) for t in so_far)]
                chain.simplify(patterns, folded)
        chain.finish(folded, view, patterns)
        self.results[s.name] = chain.right
        self.scope.known[s.name] = (s.head, chain.right)

    def _named_body(self, body: Term, standing: frozenset[str]) -> Term:
        """A statement's body with the names that its derivation introduced."""
        for name, (head, part) in reversed(self.names.items()):
            if name not in standing:
                continue
            body = name_back(body, [Pattern(Entry(name, head), part)]).term
        return body


def _apart(s: Statement, target: Entry, function: Function, avoid: frozenset[str]) -> Statement:
    """The statement with letters that the target does not use."""
    clash = {i.name for i in target.indices} & {i.name for i in (*s.head, *all_indices(s.body))}
    if not clash:
        return s
    used = {i.name for i in (*target.indices, *s.head, *all_indices(s.body))}
    head = []
    for i in s.head:
        if i.name in clash:
            name = free_letter(i.dim, used | avoid, function)
            used.add(name)
            head.append(Index(name, i.dim))
        else:
            head.append(i)
    avoid = frozenset(i.name for i in (*head, *target.indices))
    body = rename(s.body, dict(zip(s.head, head, strict=True)), avoid=avoid)
    return Statement(s.name, tuple(head), body)


def free_letter(dim: str, used: set[str], function: Function) -> str:
    """A letter that is not used and ranges over no other dimension of the function."""
    known = function.letters
    taken = {*used, *function.inputs, *function.bodies}
    return next(n for n in "jkmnpqrstuvwxyzabcdefgh" if n not in taken and known.get(n, dim) == dim)


def _needed(statements: list[Statement]) -> set[str]:
    """Names that the last statement uses, directly or not."""
    needed = {statements[-1].name}
    for s in reversed(statements):
        if s.name in needed:
            needed |= tensor_names(s.body)
    return needed


__all__ = ["Derivation", "Prover", "Step", "derivative_steps", "derive_steps", "free_letter"]

"""From derivations to the blocks of a document: what is said, in which order."""

from __future__ import annotations

from collections.abc import Sequence

from symderiv.definitions import Function
from symderiv.derive.adjoint import Product, adjoint_products
from symderiv.derive.cases import apart_under
from symderiv.derive.staged import Stage
from symderiv.derive.steps import Derivation, Step, derive_steps
from symderiv.explain.blocks import (
    Block,
    Content,
    Equals,
    Heading,
    Line,
    MatrixLine,
    Says,
    Word,
    Words,
)
from symderiv.explain.claims import alike, claim_blocks, fact_words
from symderiv.explain.conditions import by_entry, case_words, needed_by
from symderiv.explain.marks import CHECKERS, GIVEN, NAMED, Checker
from symderiv.explain.pictures import pictures_of
from symderiv.explain.sentences import listed_letters, naming, sentence
from symderiv.explain.stable import stable_blocks
from symderiv.lower.products import differentiable
from symderiv.terms import (
    Affine,
    Diff,
    Entry,
    Index,
    Size,
    Term,
    all_indices,
    mul,
    walk,
)


def derivations_of(function: Function, wrt: str | None, *, every: bool = False) -> list[Derivation]:
    """By ``wrt``; or by the first input, or by every one, that the output moves with."""
    if wrt is not None:
        return [derive_steps(function, wrt)]
    inputs = differentiable(function)
    return [derive_steps(function, n) for n in (inputs if every else inputs[:1])] or [derive_steps(function)]


def written(derivations: Sequence[Derivation], checkers: Sequence[str] = CHECKERS[:1]) -> Content:
    """The document about the derivatives; with more than one, a part for each."""
    writer = _Writer(derivations[0].function, derivations, checkers)
    writer.given()
    for d in derivations:
        writer.part(d, several=len(derivations) > 1)
    writer.claims()
    writer.stable()
    return Content(_title(derivations), tuple(writer.blocks))


def _title(derivations: Sequence[Derivation]) -> Words:
    d = derivations[0]
    function = d.function
    start = "The" if function.name == function.output.name else f"{function.name}: the"
    if len(derivations) == 1:
        return (f"{start} derivative of ", d.output, " with respect to ", d.target)
    words: list[Word] = [f"{start} derivatives of ", function.output.entry, " with respect to "]
    for n, one in enumerate(derivations):
        words += [" and " if n == len(derivations) - 1 else ", " if n else "", Entry(one.target.name)]
    return tuple(words)


class _Writer:
    def __init__(
        self, function: Function, derivations: Sequence[Derivation], checkers: Sequence[str]
    ) -> None:
        self.function = function
        self.derivations = derivations
        self.checkers = tuple(checkers)
        self.blocks: list[Block] = []
        self.section = 0
        self.said: set[str] = set()
        self.ranges: dict[str, str] = {}  # what the letters run over, as it was said last
        self.checker = Checker(function, {}, checkers)
        names = {*function.inputs, *function.bodies}.union(*(d.names for d in derivations))
        self.free_name = next(n for n in ("u", "v", "x", "w", "t", "a", "b", "q", "u0") if n not in names)

    def say(self, *words: Word) -> None:
        self.blocks.append(Says(words))

    def head(self, *words: Word) -> None:
        self.section += 1
        self.blocks.append(Heading((f"{self.section}. ", *words)))

    def line(self, left: Term, right: Term, mark: str = "") -> None:
        self.blocks.append(Line(left, right, mark or self.checker.mark(left, right)))
        self.said.add(alike(self.function, left, right))

    def letters(self, terms: Sequence[Term], start: str = "Here ", none: str = "", end: str = ".") -> None:
        """Say what the letters of ``terms`` run over, where that was not said yet."""
        groups: dict[str, list[Index]] = {}
        for i in sorted({i for t in terms for i in all_indices(t)}):
            if self.ranges.get(i.name) != i.dim:
                groups.setdefault(i.dim, []).append(i)
                self.ranges[i.name] = i.dim
        words: list[Word] = []
        for n, (dim, names) in enumerate(groups.items()):
            verb = " runs" if len(names) == 1 else " run"
            words += ["; " if n else "", *listed_letters(names), f"{verb} from 1 to ", Size(dim)]
        if words:
            self.say(start, *words, end)
        elif none:
            self.say(none, ".")

    # --- sections ---------------------------------------------------------------------------------

    def given(self) -> None:
        function = self.function
        self.head("What is given")
        if function.doc:
            self.say(function.doc)
        for s in function.statements:
            self.line(s.entry, s.body, GIVEN)
        if function.assumptions:
            words: list[Word] = ["Assumed: "]
            for n, a in enumerate(function.assumptions):
                words += ["; " if n else "", Equals(a.left, a.right, a.op)]
            self.say(*words, ".")
        several = len(self.derivations) > 1
        given = [t for s in function.statements for t in (s.entry, s.body)]
        here = given if several else [*given, *(t for d in self.derivations for t in _terms(d))]
        self.letters(here, "", "All quantities are numbers", ". What follows holds for every size.")
        moved = sorted({t.name for t in _entries(function) if any(isinstance(i, Affine) for i in t.indices)})
        if moved:
            self.say("An entry of ", " and ".join(moved), " outside its range is 0.")

    def part(self, d: Derivation, several: bool) -> None:
        """Everything about the derivative by one input."""
        self.checker = Checker(self.function, d.names, self.checkers)
        if several:
            self.blocks.append(Heading(("By ", Entry(d.target.name)), 1))
        self.say("Wanted: ", d.left, ".")
        if several:
            self.letters(_terms(d))
        self.derivation(d)
        self.result(d)
        self.matrix(d)
        self.blocks.extend(pictures_of(d))
        if d.facts:
            self.head("Facts about it")
            for fact in d.facts:
                self.say(*fact_words(fact))
                self.line(fact.left, fact.right)
        self.products(d)

    def derivation(self, d: Derivation) -> None:
        parts = list(dict.fromkeys(s.part for s in d.steps if s.rule != "definition"))
        for n, part in enumerate(parts):
            start = "The" if len(parts) == 1 else "First the" if n == 0 else "Then the"
            self.head(f"{start} derivative of ", part)
            self._steps(d, [s for s in d.steps if s.part == part and s.rule != "definition"])
        if not parts:
            self.say("The output does not depend on the input.")

    def _steps(self, d: Derivation, steps: Sequence[Step], meaning: Term | None = None) -> None:
        """The lines of the steps; where their left side only names ``meaning``, that is what is checked."""
        here: Term | None = None
        last_rule = ""
        for n, step in enumerate(steps):
            if step.rule == "name":
                if last_rule != "name":
                    following = [s.rule for s in steps[n:]]
                    count = next((k for k, r in enumerate(following) if r != "name"), len(following))
                    self.say(*naming("".join(following[count : count + 1]), count))
                self.line(step.left, step.right, NAMED)
            else:
                words = sentence(step, self.free_name)
                if isinstance(step.left, Diff) and step.left != here:
                    inner = step.left.body
                    if isinstance(inner, Entry) and inner.name in d.names:
                        words = ("Now the derivative of ", inner, ". ", *words)
                    here = step.left
                if not (step.rule == last_rule == "recognise"):
                    self.say(*words)
                named = meaning is not None and isinstance(step.left, Entry)
                mark = self.checker.mark(meaning, step.right) if meaning is not None and named else ""
                self.line(step.left, step.right, mark)
            last_rule = step.rule

    def result(self, d: Derivation) -> None:
        self.head("Result")
        self.line(d.left, d.result)
        needed = needed_by(self.function, d.left, d.result)
        if needed:
            self.say("Where this is proved: ", *needed, ".")
        if not d.cases:
            return
        self.say(*case_words(d))
        for case in d.cases:
            apart = apart_under(case.conditions)
            mark = self.checker.mark(mul(apart, case.left), mul(apart, case.right))
            self.blocks.append(Line(case.left, case.right, mark, case.conditions))

    def matrix(self, d: Derivation) -> None:
        m = d.matrix
        if m is None:
            return
        mark = self.checker.mark(d.left, m.entry)
        if m.column is None or m.row is None:
            self.head("All entries at once")
            self.say(f"As a vector{', products and functions entry by entry' if by_entry(m) else ''}:")
        elif m.gradient:
            self.head("All entries at once")
            self.say("As a matrix, with row ", Entry(m.row.name), " and column ", Entry(m.column.name), ":")
        else:
            self.head("The Jacobian as a matrix")
            self.say("With row ", Entry(m.row.name), " and column ", Entry(m.column.name), ":")
            self.blocks.append(Line(Entry("J", (m.row, m.column)), m.entry, mark))
            self.said.add(alike(self.function, d.left, m.entry))
            self.say("With all entries at once:")
        name = f"grad {self.function.output.name}" if m.gradient else "J"
        self.blocks.append(MatrixLine(name, m, mark))

    def products(self, d: Derivation) -> None:
        """The products that backward and forward differentiation compute."""
        made = adjoint_products(d)
        if made:
            self.head("Products with the Jacobian" if self.function.output.head else "Along a direction")
        for p in made:
            self.say(*_product_words(p, self.function))
            for stage in p.stages:
                self.stage(d, p, stage)
            steps = p.steps or (Step(p.left, p.right, "put in", d.output),)
            self._steps(d, steps)
            if steps[-1].right != p.right:
                self.line(p.left, p.right)
        self.checker = Checker(self.function, d.names, self.checkers)

    def stage(self, d: Derivation, p: Product, stage: Stage) -> None:
        """One name on the way; its lines speak of a statement whose argument is taken as an input."""
        if p.backward:
            self.say("What comes to ", stage.of, ", taken as an input, gets a name:")
        else:
            self.say("How ", stage.of, " moves gets a name:")
        self.line(stage.entry, stage.meaning, NAMED)
        self.checker = Checker(stage.view, {}, self.checkers)
        self._steps(d, stage.steps, stage.meaning)
        names = {s.entry.name: (s.entry.letters, s.value) for s in p.stages}
        self.checker = Checker(self.function, {**d.names, **names}, self.checkers)

    def claims(self) -> None:
        self.checker = Checker(self.function, {}, self.checkers)
        found = list(claim_blocks(self.function, self.checker, self.said, self.derivations[0].left))
        if found:
            self.head("What else holds")
            self.letters([t for b in found if isinstance(b, Line) for t in (b.left, b.right)])
            self.blocks.extend(found)

    def stable(self) -> None:
        found = stable_blocks(self.function, self.checkers)
        if found:
            self.head("A form that is safe to compute")
            self.blocks.extend(found)


def _product_words(p: Product, function: Function) -> Words:
    if p.backward:
        return ("Backward, a vector times the Jacobian, for a gradient ", p.given, " that comes from behind:")
    if not function.output.head:
        return ("How the value changes, to first order, when the input moves along ", p.given, ":")
    return ("Forward, the Jacobian times a vector, for a direction ", p.given, ":")


def _entries(function: Function) -> list[Entry]:
    """The entries in the definition."""
    return [t for s in function.statements for t in walk(s.body) if isinstance(t, Entry)]


def _terms(d: Derivation) -> list[Term]:
    """The sides of the equations of a derivation."""
    return [d.left, *(t for s in d.steps for t in (s.left, s.right))]


__all__ = ["derivations_of", "written"]
